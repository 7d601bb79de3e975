#include "sim/watch.h"

#include "base/clock.h"

#include <string.h>

/* More than any world's effects are late. */
#define EFFECT_LATE_MS MINUTE_MS

static enum intent intent_for(enum operation operation)
{
    static const enum intent intents[OPERATION_COUNT] = {
        [OPERATION_CREATE_ORDER] = INTENT_CREATE,       [OPERATION_START_CALL] = INTENT_START_CALL,
        [OPERATION_ATTACH_BILL] = INTENT_ATTACH_BILL,   [OPERATION_POST_CODE] = INTENT_POST_CODE,
        [OPERATION_CREATE_DOCUMENT] = INTENT_AUTHORIZE, [OPERATION_DELETE_ORDER] = INTENT_CANCEL,
        [OPERATION_DELETE_INCOMING] = INTENT_OFFBOARD,
    };
    return intents[operation];
}

static void check_recorded(struct witness *witness, const struct request *request,
                           const struct number *number)
{
    enum intent wanted = intent_for(request->operation);
    if (number->intent != wanted ||
        number->intent_at_ms != *witness->now_ms + witness->clock_error_ms)
        witness_accuse(witness, "%s leaves for %s with the intent %s on record",
                       operation_name(request->operation), number->phone_number,
                       intent_name(number->intent));
    if (wanted == INTENT_CREATE && strcmp(number->unique_name, request->unique_name) != 0)
        witness_accuse(witness, "a create of %s leaves under the name %s, recorded is %s",
                       number->phone_number, request->unique_name, number->unique_name);
}

static bool check_orders(struct witness *witness, const struct request *request, struct error *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < request->order_count; i++) {
        struct number number;
        bool found = false;
        ok = store_find_by_order(witness->store, request->order_sids[i], &number, &found, err);
        if (ok && found)
            check_recorded(witness, request, &number);
        else
            witness_accuse(witness, "an LOA leaves for an order that no row holds");
    }
    return ok;
}

void watch_intent(struct witness *witness, const struct request *request)
{
    struct error err = {0};
    struct number number;
    bool found = true;
    if (!store_begin(witness->store, &err)) {
        witness_accuse(witness, "%s leaves before the commit: %s",
                       operation_name(request->operation), err.text);
        return;
    }
    store_rollback(witness->store);
    bool document = request->operation == OPERATION_CREATE_DOCUMENT;
    bool ok = document ? check_orders(witness, request, &err)
                       : store_find_by_phone(witness->store, request->phone_number, &number, &found,
                                             &err);
    if (!ok || !found)
        witness_accuse(witness, "%s leaves for %s, which is no row: %s",
                       operation_name(request->operation), request->phone_number, err.text);
    else if (!document)
        check_recorded(witness, request, &number);
}

/* By the only clock that numhost has; an effect may come a little after the request. */
static void check_window(struct witness *witness, const struct witnessed *number, int64_t true_ms,
                         const char *what)
{
    int64_t at_ms = true_ms + witness->clock_error_ms;
    if (!witness_clock_kept(witness, *witness->now_ms - EFFECT_LATE_MS))
        return;
    int64_t opens_at_ms =
        window_opens_at_ms(witness->hours, number->time_zone, number->phone_number, at_ms);
    if (opens_at_ms != at_ms)
        witness_accuse(witness, "%s %s at %lld, its window opens at %lld", number->phone_number,
                       what, (long long)at_ms, (long long)opens_at_ms);
}

/* When a clock that was behind is set, a call that goes on counts as over. */
static void check_lines(struct witness *witness, const struct witnessed *number)
{
    int32_t open = 0;
    int32_t at_site = 0;
    if (!witness_clock_kept(witness, *witness->now_ms - witness->policy->call_takes_ms))
        return;
    for (size_t i = 0; i < witness->number_count; i++) {
        const struct witnessed *other = &witness->numbers[i];
        if (!sandbox_call_is_open(witness->sandbox, other->phone_number))
            continue;
        open++;
        at_site += number->site[0] != '\0' && strcmp(number->site, other->site) == 0 ? 1 : 0;
    }
    if (open > witness->policy->calls_at_once)
        witness_accuse(witness, "%d phones are busy, allowed are %d", open,
                       witness->policy->calls_at_once);
    if (at_site > witness->policy->calls_at_once_per_site)
        witness_accuse(witness, "%d phones are busy at %s, allowed are %d", at_site, number->site,
                       witness->policy->calls_at_once_per_site);
}

void watch_call(struct witness *witness, const struct witnessed *number, int64_t now_ms)
{
    check_window(witness, number, now_ms, "is called");
    check_window(witness, number, now_ms + number->call_delay * SECOND_MS, "rings");
    check_lines(witness, number);
}

enum { GROUPS_MAX = 64 };

struct counting {
    struct witness *witness;
    struct tally groups[GROUPS_MAX];
    size_t group_count;
    int64_t sum;
};

static bool note_tally(void *context, const struct tally *tally)
{
    struct counting *counting = context;
    counting->sum += tally->count;
    if (counting->group_count < GROUPS_MAX)
        counting->groups[counting->group_count++] = *tally;
    return true;
}

static bool take_row(void *context, const struct number_view *view)
{
    struct counting *counting = context;
    const struct number *number = &view->number;
    for (size_t i = 0; i < counting->group_count; i++) {
        struct tally *group = &counting->groups[i];
        if (group->status == number->status && group->step == number->step &&
            group->attention == number->attention && group->held == number->held) {
            group->count--;
            return true;
        }
    }
    witness_accuse(counting->witness, "%s (%s, %s) is in no count", number->phone_number,
                   status_name(number->status), step_name(number->step));
    return true;
}

void watch_counts(struct witness *witness, int64_t number_count, bool rows_too)
{
    struct counting counting = {.witness = witness};
    struct selector all = {.all = true};
    struct error err = {0};
    bool ok = store_each_tally(witness->store, "", note_tally, &counting, &err);
    if (ok && counting.sum != number_count)
        witness_accuse(witness, "%lld numbers are counted of %lld", (long long)counting.sum,
                       (long long)number_count);
    if (ok && rows_too)
        ok = store_each_number(witness->store, &all, false, take_row, &counting, &err);
    if (!ok)
        witness_accuse(witness, "counting: %s", err.text);
    for (size_t i = 0; ok && rows_too && i < counting.group_count; i++)
        if (counting.groups[i].count != 0)
            witness_accuse(witness, "%lld counted in %s, %s that are not there",
                           (long long)counting.groups[i].count,
                           status_name(counting.groups[i].status),
                           step_name(counting.groups[i].step));
}
