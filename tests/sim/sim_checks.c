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
    check->completed += number->status == STATUS_COMPLETED ? 1 : 0;
}

/* The number as it is, its history walked to the end. */
static bool walk_history(struct check *check, int64_t id, struct number *number, struct error *err)
{
    bool found = false;
    check->at = STATUS_QUEUED;
    if (!store_find_number(check->store, id, number, &found, err) ||
        !store_each_event(check->store, id, "", 0, check_event, check, err))
        return false;
    if (found && check->at != number->status)
        witness_accuse(check->witness, "%s: the history ends in %s, the row in %s",
                       number->phone_number, status_name(check->at), status_name(number->status));
    return true;
}

typedef void see_number_fn(struct check *check, const struct number *number);

/* see may be NULL. */
static bool walk_all(struct check *check, see_number_fn *see, struct error *err)
{
    struct selector all = {.all = true};
    int64_t ids[WITNESS_NUMBERS_MAX];
    size_t count = 0;
    if (!store_select_ids(check->store, &all, 0, ids, WITNESS_NUMBERS_MAX, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct number number;
        if (!walk_history(check, ids[i], &number, err))
            return false;
        if (see != NULL)
            see(check, &number);
    }
    check->seen = (int64_t)count;
    return true;
}

void check_histories(struct store *store, struct witness *witness)
{
    struct check check = {.store = store, .witness = witness};
    struct error err = {0};
    if (!walk_all(&check, NULL, &err))
        witness_accuse(witness, "checking histories: %s", err.text);
}

void check_end(struct store *store, struct witness *witness, int64_t number_count,
               int64_t *completed)
{
    struct check check = {.store = store, .witness = witness};
    struct error err = {0};
    if (!store_each_tally(store, "", check_tally, &check, &err) ||
        !walk_all(&check, check_row, &err))
        witness_accuse(witness, "checking: %s", err.text);
    if (check.seen != number_count || check.tallied != number_count)
        witness_accuse(witness, "%lld numbers in, %lld rows, %lld counted", (long long)number_count,
                       (long long)check.seen, (long long)check.tallied);
    *completed = check.completed;
}
