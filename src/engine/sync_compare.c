/* A row and an order side by side: what is brought in line, and what is told. */
#include "base/memory.h"
#include "base/text.h"
#include "engine/sync_private.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Beyond it a row is looked at alone, which costs a request and nothing else. */
enum { SEEN_BYTES_MAX = 64 * 1024 * 1024 };

static const struct {
    const char *name;
    bool needs_person;
} kinds[DRIFT_KIND_COUNT] = {
    [DRIFT_ADOPTED] = {"adopted", false},
    [DRIFT_BOUND] = {"bound", false},
    [DRIFT_STATUS] = {"status", false},
    [DRIFT_STATUS_STAYS] = {"status-differs", true},
    [DRIFT_EMAIL] = {"email-differs", true},
    [DRIFT_ADDRESS] = {"address-differs", true},
    [DRIFT_TYPE] = {"verification-differs", true},
    [DRIFT_FOREIGN] = {"foreign", true},
    [DRIFT_SECOND] = {"second-order", true},
    [DRIFT_NOT_IN_CSV] = {"not-in-csv", true},
    [DRIFT_GONE] = {"gone", true},
};

const char *drift_name(enum drift_kind kind)
{
    return kinds[kind].name;
}

bool drift_needs_person(enum drift_kind kind)
{
    return kinds[kind].needs_person;
}

void sync_mark(struct sync *sync, int64_t number_id)
{
    size_t at = (size_t)number_id / 8;
    if (at >= SEEN_BYTES_MAX)
        return;
    if (at >= sync->seen_bytes) {
        size_t bytes = at + 1 > sync->seen_bytes * 2 ? at + 1 : sync->seen_bytes * 2;
        sync->seen = memory_resize(sync->seen, bytes);
        memset(sync->seen + sync->seen_bytes, 0, bytes - sync->seen_bytes);
        sync->seen_bytes = bytes;
    }
    sync->seen[at] |= (unsigned char)(1U << (number_id % 8));
}

bool sync_is_marked(const struct sync *sync, int64_t number_id)
{
    size_t at = (size_t)number_id / 8;
    return at < sync->seen_bytes && (sync->seen[at] & (1U << (number_id % 8))) != 0;
}

static void tell(struct sync *sync, enum drift_kind kind, const struct order_seen *seen,
                 const char *ours, const char *theirs)
{
    const struct drift drift = {.kind = kind,
                                .phone_number = seen->phone_number,
                                .order_sid = seen->sid,
                                .ours = ours,
                                .theirs = theirs};
    sync->result.drifts[kind]++;
    if (sync->options.report != NULL)
        sync->options.report(sync->options.context, &drift);
}

static const char *status_shown(const struct order_seen *seen)
{
    return seen->status_known ? status_name(seen->status) : seen->status_word;
}

static bool apply(struct sync *sync, const struct decision *decision, int64_t now_ms,
                  struct error *err)
{
    return sync->options.dry_run || apply_decision(sync->engine, decision, now_ms, err);
}

static bool is_ours_to_compare(const struct sync *sync, const struct number *number)
{
    return sync->options.batch_id == 0 || number->batch_id == sync->options.batch_id;
}

/* What the service leaves out is no difference: it leaves keys out at will (service.md 1.3). */
static bool differ(const char *ours, const char *theirs)
{
    return ours[0] != '\0' && theirs[0] != '\0' && strcasecmp(ours, theirs) != 0;
}

static bool compare_contacts(struct sync *sync, const struct number *number,
                             const struct order_seen *seen, struct error *err)
{
    struct order_details details;
    if (status_is_end(number->status))
        return true;
    if (!store_read_details(sync->store, number->id, &details, err))
        return false;
    if (differ(details.email, seen->email))
        tell(sync, DRIFT_EMAIL, seen, details.email, seen->email);
    if (differ(details.address_sid, seen->address_sid))
        tell(sync, DRIFT_ADDRESS, seen, details.address_sid, seen->address_sid);
    return true;
}

static bool same_status(const struct number *number, const struct order_seen *seen)
{
    return seen->status_known && seen->status == number->status;
}

/* A canceled row may have been off-boarded: its completed order stays in the list. */
static bool is_over(const struct number *number, const struct order_seen *seen)
{
    return number->status == STATUS_CANCELED && seen->status_known && status_is_end(seen->status);
}

static void compare_status(struct sync *sync, enum status before, const struct number *after,
                           const struct order_seen *seen)
{
    bool was_same = seen->status_known && seen->status == before;
    if (!same_status(after, seen) && !is_over(after, seen))
        tell(sync, DRIFT_STATUS_STAYS, seen, status_name(after->status), status_shown(seen));
    else if (!was_same && !is_over(after, seen))
        tell(sync, DRIFT_STATUS, seen, status_name(before), status_shown(seen));
}

/* The order in the list is the one its row has. */
static bool see_known(struct sync *sync, const struct number *before, const struct order_seen *seen,
                      int64_t now_ms, struct error *err)
{
    struct decision decision;
    bool unsettled = before->intent != INTENT_NONE || before->step == STEP_RECONCILE;
    if (unsettled) /* not marked: looked at alone, or left to the next run */
        return compare_contacts(sync, before, seen, err);
    decide_listed(before, seen, sync->request.sent_at_ms, &sync->options.policy, now_ms, &decision);
    bool look = !decision.ignored && decision.number.step == STEP_RECONCILE;
    bool strange = before->attention == ATTENTION_STRANGE_MOVE;
    if (!decision.ignored && !apply(sync, &decision, now_ms, err))
        return false;
    if (!look && !strange) {
        sync_mark(sync, before->id);
        compare_status(sync, before->status, &decision.number, seen);
    }
    return compare_contacts(sync, before, seen, err);
}

/* Somebody else's order for a row without one. */
static bool see_foreign(struct sync *sync, const struct number *number,
                        const struct order_seen *seen, int64_t now_ms, struct error *err)
{
    struct decision decision;
    const char *why = "";
    const struct sync_options *options = &sync->options;
    bool may = sync->result.drifts[DRIFT_BOUND] < options->bind_at_most;
    if (may &&
        decide_bind(number, seen, &options->policy, options->actor, now_ms, &decision, &why)) {
        tell(sync, DRIFT_BOUND, seen, status_name(number->status), status_shown(seen));
        return apply(sync, &decision, now_ms, err) &&
               compare_contacts(sync, &decision.number, seen, err);
    }
    if (may)
        tell(sync, DRIFT_TYPE, seen, verification_type_name(number->verification_type),
             verification_type_name(seen->verification_type));
    else
        tell(sync, DRIFT_FOREIGN, seen, status_name(number->status), status_shown(seen));
    decide_adopt(number, seen, &options->policy, now_ms, &decision);
    return apply(sync, &decision, now_ms, err);
}

static bool is_dead(const struct order_seen *seen)
{
    return seen->status_known && seen->status == STATUS_FAILED;
}

/* The row has an order, or had one and is at an end. */
static void see_other(struct sync *sync, const struct number *number, const struct order_seen *seen)
{
    bool has_order = number->order_sid[0] != '\0' && !status_is_end(number->status);
    bool old_one = seen->status_known && status_is_end(seen->status); /* released, or failed */
    if (has_order && !old_one)
        tell(sync, DRIFT_SECOND, seen, number->order_sid, status_shown(seen));
    else if (!has_order && !is_dead(seen) && !is_over(number, seen))
        tell(sync, DRIFT_FOREIGN, seen, status_name(number->status), status_shown(seen));
}

/* An order for a number of ours whose row does not have it. */
static bool see_unbound(struct sync *sync, const struct number *number,
                        const struct order_seen *seen, int64_t now_ms, struct error *err)
{
    struct decision decision;
    decide_adopt(number, seen, &sync->options.policy, now_ms, &decision);
    bool adopted = !decision.ignored && decision.order_named;
    bool foreign = !decision.ignored && decision.number.attention == ATTENTION_FOREIGN_ORDER;
    if (foreign && !is_dead(seen))
        return see_foreign(sync, number, seen, now_ms, err);
    if (!apply(sync, &decision, now_ms, err))
        return false;
    if (adopted) {
        tell(sync, DRIFT_ADOPTED, seen, status_name(number->status), status_shown(seen));
        return compare_contacts(sync, &decision.number, seen, err);
    }
    if (number->intent == INTENT_NONE) /* else the order is probably the one in doubt */
        see_other(sync, number, seen);
    return true;
}

bool sync_listed(struct sync *sync, const struct order_seen *seen, int64_t now_ms,
                 struct error *err)
{
    struct number number;
    bool found = false;
    sync->result.orders++;
    if (!store_find_by_order(sync->store, seen->sid, &number, &found, err))
        return false;
    if (found)
        return !is_ours_to_compare(sync, &number) || see_known(sync, &number, seen, now_ms, err);
    if (!store_find_by_phone(sync->store, seen->phone_number, &number, &found, err))
        return false;
    if (found && !is_ours_to_compare(sync, &number))
        return true;
    if (!found) {
        if (sync->options.batch_id == 0 && !is_dead(seen))
            tell(sync, DRIFT_NOT_IN_CSV, seen, "", status_shown(seen));
        return true;
    }
    if (number.order_sid[0] == '\0' && number.intent == INTENT_NONE)
        sync_mark(sync, number.id);
    return see_unbound(sync, &number, seen, now_ms, err);
}

/* No order was shown: it is gone, or the service does not say what it is. */
static void tell_unshown(struct sync *sync, const struct number *number,
                         const struct answer *answer)
{
    struct order_seen asked = {0};
    char theirs[STATUS_WORD_BYTES];
    TEXT_SET(asked.phone_number, number->phone_number);
    TEXT_SET(asked.sid, number->order_sid);
    snprintf(theirs, sizeof theirs, "HTTP %d", answer->http_status);
    tell(sync, answer->http_status == 404 ? DRIFT_GONE : DRIFT_STATUS_STAYS, &asked,
         status_name(number->status), theirs);
}

bool sync_looked(struct sync *sync, const struct answer *answer, int64_t now_ms, struct error *err)
{
    struct number before;
    bool found = false;
    struct decision decision;
    if (!store_find_number(sync->store, sync->request.number_id, &before, &found, err))
        return false;
    if (!found)
        return true;
    bool shown = answer->http_status < 300 && answer->order_count == 1;
    decide_answer(&before, &sync->request, answer, &sync->options.policy, &sync->engine->rng,
                  now_ms, &decision);
    bool believed = !status_is_end(before.status); /* what is at an end here stays there */
    if (believed && !apply(sync, &decision, now_ms, err))
        return false;
    if (!shown)
        tell_unshown(sync, &before, answer);
    else
        compare_status(sync, before.status, believed ? &decision.number : &before,
                       &answer->orders[0]);
    return true;
}
