#include "sim/sim_checks.h"

#include "domain/lifecycle.h"

#include <stdio.h>
#include <string.h>

struct check {
    struct store *store;
    struct witness *witness;
    int64_t seen;
    int64_t tallied;
    int64_t completed;
    enum status at; /* of the history walked just now */
};

static bool change_is_a_rule(enum status from, enum status to)
{
    for (int cause = 0; cause < CAUSE_COUNT; cause++)
        if (lifecycle_find(from, (enum cause)cause, to) != NULL)
            return true;
    return false;
}

static bool check_event(void *context, const struct event *event, const char *phone_number)
{
    struct check *check = context;
    if (event->kind != EVENT_STATUS)
        return true;
    if (event->status_from != check->at)
        witness_accuse(check->witness, "%s: history jumps from %s to %s", phone_number,
                       status_name(check->at), status_name(event->status_from));
    if (!change_is_a_rule(event->status_from, event->status_to))
        witness_accuse(check->witness, "%s: %s to %s is no rule", phone_number,
                       status_name(event->status_from), status_name(event->status_to));
    check->at = event->status_to;
    return true;
}

static bool check_tally(void *context, const struct tally *tally)
{
    struct check *check = context;
    check->tallied += tally->count;
    if (tally->count < 0)
        witness_accuse(check->witness, "a count of %lld", (long long)tally->count);
    return true;
}

static void check_row(struct check *check, const struct number *number)
{
    bool waits_for_person = number_waiting_on(number->status, number->step, number->attention,
                                              number->held) == PARTY_YOU;
    if (!status_is_end(number->status) && !waits_for_person)
        witness_accuse(check->witness, "%s ends in %s, step %s, waiting for nobody",
                       number->phone_number, status_name(number->status), step_name(number->step));
    if (number->intent != INTENT_NONE && number->attention == ATTENTION_NONE)
        witness_accuse(check->witness, "%s ends with an unsettled intent", number->phone_number);
    if (number->status == STATUS_COMPLETED && number->incoming_phone_number_sid[0] == '\0')
        witness_accuse(check->witness, "%s completed without its SID", number->phone_number);
    struct witnessed *seen = witness_of(check->witness, number->phone_number);
    if (seen->creates > number->order_count)
        witness_accuse(check->witness, "%s: %d orders made, %d known", number->phone_number,
                       seen->creates, number->order_count);
}

void check_end(struct store *store, struct witness *witness, int64_t number_count,
               int64_t *completed)
{
    struct check check = {.store = store, .witness = witness};
    struct error err = {0};
    struct selector all = {.all = true};
    int64_t ids[WITNESS_NUMBERS_MAX];
    size_t count = 0;
    bool ok = store_each_tally(store, "", check_tally, &check, &err) &&
              store_select_ids(store, &all, 0, ids, WITNESS_NUMBERS_MAX, &count, &err);
    for (size_t i = 0; ok && i < count; i++) {
        struct number number;
        bool found = false;
        check.at = STATUS_QUEUED;
        ok = store_find_number(store, ids[i], &number, &found, &err) &&
             store_each_event(store, ids[i], "", 0, check_event, &check, &err);
        if (ok && found && check.at != number.status)
            witness_accuse(witness, "%s: the history ends in %s, the row in %s",
                           number.phone_number, status_name(check.at), status_name(number.status));
        if (ok && found)
            check_row(&check, &number);
        *completed += ok && found && number.status == STATUS_COMPLETED ? 1 : 0;
    }
    if (!ok)
        witness_accuse(witness, "checking: %s", err.text);
    if ((int64_t)count != number_count || check.tallied != number_count)
        witness_accuse(witness, "%lld numbers in, %zu rows, %lld counted", (long long)number_count,
                       count, (long long)check.tallied);
}
