/* Look before repeating: what the look-up after an unknown outcome tells. */
#include "base/clock.h"
#include "base/text.h"
#include "domain/decide_steps.h"
#include "domain/failure.h"
#include "domain/pace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_PREFIX "numhost-"

/* Each with a look and a grace in between; then a person is asked. */
enum { CREATE_REFUSALS_AT_MOST = 3 };

void decide_unique_name(char *name, size_t name_bytes, const char *phone_number, int32_t n)
{
    const char *digits = phone_number[0] == '+' ? phone_number + 1 : phone_number;
    snprintf(name, name_bytes, NAME_PREFIX "%s-%d", digits, (int)n);
}

bool decide_is_our_name(const char *unique_name, const char *phone_number, int32_t *n)
{
    const char *dash = strrchr(unique_name, '-');
    long long value = 0;
    if (dash == NULL || !text_to_int(dash + 1, 1, INT32_MAX, &value))
        return false;
    *n = (int32_t)value;
    char expected[UNIQUE_NAME_BYTES];
    decide_unique_name(expected, sizeof expected, phone_number, *n);
    return strcmp(expected, unique_name) == 0;
}

/* A clock that was set ahead would end a grace that has hardly begun, one that was set back would
 * make it hours. */
static int64_t grace_over_at(const struct number *number, const struct policy *policy,
                             int64_t now_ms)
{
    bool across = number->intent_at_ms < policy->clock_kept_since_ms ||
                  (policy->clock_kept_since_ms > 0 && number->intent_at_ms > now_ms);
    int64_t from_ms = across ? policy->clock_kept_since_ms : number->intent_at_ms;
    return from_ms + policy->reconcile_grace_ms;
}

/* The effect could still appear while the look was under way: only one sent after the grace settles
 * it. */
static bool grace_is_over(const struct number *number, const struct answer *answer,
                          const struct policy *policy)
{
    return answer->sent_at_ms >= grace_over_at(number, policy, answer->sent_at_ms);
}

static void look_once_more(struct decision *out, const struct policy *policy, struct rng *rng,
                           int64_t now_ms)
{
    struct number *number = &out->number;
    int64_t over_at_ms = grace_over_at(number, policy, now_ms);
    int64_t pause = backoff_ms(rng, number->tries, policy->retry_base_ms, policy->retry_cap_ms);
    number->tries++;
    number->step = STEP_RECONCILE;
    bool in_time = now_ms < over_at_ms && now_ms + pause > over_at_ms;
    number->due_at_ms = in_time ? over_at_ms : now_ms + pause;
}

/* The request had no effect: its step may be done again. */
static void not_happened(struct decision *out, enum step step, const struct policy *policy,
                         int64_t now_ms)
{
    struct number *number = &out->number;
    decision_settle(out);
    decision_event(out, EVENT_NOT_HAPPENED, now_ms, step_name(step));
    number->tries = 0;
    number->attention = ATTENTION_NONE;
    number->step = step;
    number->due_at_ms = now_ms;
    if (step == STEP_START_CALL)
        number->call_until_at_ms = 0;
    if (number->cancel_asked)
        decision_plan(out, policy, now_ms);
}

struct found {
    const struct order_seen *ours;    /* the newest live one with one of our names */
    const struct order_seen *dead;    /* with the very name we sent, but at an end */
    const struct order_seen *foreign; /* live, not ours */
    int32_t ours_count;
    int32_t ours_n;
    bool inconclusive; /* the list holds other numbers, or goes on */
};

static struct found search(const struct number *number, const struct answer *answer)
{
    struct found found = {.inconclusive = answer->next_page_url[0] != '\0'};
    for (size_t i = 0; i < answer->order_count; i++) {
        const struct order_seen *seen = &answer->orders[i];
        if (strcmp(seen->phone_number, number->phone_number) != 0 || seen->sid[0] == '\0') {
            found.inconclusive = true; /* a filter that was not applied must not mislead */
            continue;
        }
        bool live = !seen->status_known || seen->status != STATUS_FAILED;
        int32_t n = 0;
        bool ours = decide_is_our_name(seen->unique_name, number->phone_number, &n);
        bool named =
            seen->unique_name[0] != '\0' && /* many orders have none, and it may have none yet */
            strcmp(seen->unique_name, number->unique_name) == 0;
        if (!live && named) {
            found.dead = seen;
        } else if (live && ours) {
            found.ours = seen;
            found.ours_n = n;
            found.ours_count++;
        } else if (live) {
            found.foreign = seen;
        }
    }
    return found;
}

/* With a code that says so: the look-up was for the order that it might have been about. */
static bool refused_for_its_data(const struct number *number)
{
    return number->reason_code != 0 &&
           failure_of_answer(OPERATION_CREATE_ORDER, 400, number->reason_code)->class ==
               FAILURE_PERMANENT;
}

static void found_nothing(struct decision *out, const struct answer *answer,
                          const struct policy *policy, struct rng *rng, int64_t now_ms)
{
    struct number *number = &out->number;
    if (!grace_is_over(number, answer, policy)) {
        look_once_more(out, policy, rng, now_ms);
    } else if (refused_for_its_data(number)) {
        decision_settle(out);
        (void)decision_enter(out, STATUS_FAILED, CAUSE_REFUSED, policy, now_ms);
    } else if (number->calls_refused >= CREATE_REFUSALS_AT_MOST) {
        char text[REASON_BYTES];
        snprintf(text, sizeof text,
                 "the order was refused %d times in a row, the last time with: %.150s",
                 number->calls_refused, number->reason);
        decision_settle(out);
        decision_ask(out, ATTENTION_REFUSED, text, policy, now_ms);
    } else {
        not_happened(out, STEP_CREATE, policy, now_ms);
    }
}

static void reconcile_create(struct decision *out, const struct answer *answer,
                             const struct policy *policy, struct rng *rng, int64_t now_ms)
{
    struct number *number = &out->number;
    struct found found = search(number, answer);
    if (found.ours_count > 1) {
        decision_ask(out, ATTENTION_DUPLICATE, "two live orders carry numhost's name", policy,
                     now_ms);
    } else if (found.ours != NULL) {
        decision_adopt(out, found.ours, found.ours_n, policy, now_ms);
    } else if (found.foreign != NULL) {
        decision_leave_foreign(out, found.foreign, policy, now_ms);
    } else if (found.dead != NULL) {
        decision_adopt(out, found.dead, number->order_count, policy, now_ms);
    } else if (found.inconclusive) {
        look_once_more(out, policy, rng, now_ms);
    } else {
        found_nothing(out, answer, policy, rng, now_ms);
    }
}

/* How often it was called is not told, and the status does not show it: nobody is rung on a guess.
 * When it stays so for long a person should know why. */
static void look_for_attempts(struct decision *out, const struct policy *policy, struct rng *rng,
                              int64_t now_ms)
{
    struct number *number = &out->number;
    look_once_more(out, policy, rng, now_ms);
    if (now_ms - number->intent_at_ms < HOUR_MS)
        return;
    int64_t due_at_ms = number->due_at_ms;
    decision_ask(out, ATTENTION_UNKNOWN_OUTCOME,
                 "whether the phone rang cannot be found out: the order does not show its "
                 "verification attempts",
                 policy, now_ms);
    number->step = STEP_RECONCILE;
    number->due_at_ms = due_at_ms;
}

static void reconcile_call(struct decision *out, const struct order_seen *seen,
                           const struct answer *answer, const struct policy *policy,
                           struct rng *rng, int64_t now_ms)
{
    struct number *number = &out->number;
    bool told = seen->verification_attempts != ATTEMPTS_NOT_TOLD;
    bool waits_for_code = seen->status_known && seen->status == STATUS_PENDING_VERIFICATION;
    bool rose = told ? seen->verification_attempts > number->intent_attempts
                     : waits_for_code && number->status == STATUS_RECEIVED;
    bool moved_on = seen->status_known && seen->status != number->status &&
                    seen->status != STATUS_PENDING_VERIFICATION;
    if (rose) {
        decision_call_placed(out, seen, CALL_DELAY_MAX, policy, now_ms);
        decision_see(out, seen, policy, now_ms);
    } else if (moved_on) {
        decision_settle(out);
        number->call_until_at_ms = 0;
        decision_see(out, seen, policy, now_ms);
    } else if (!told) {
        look_for_attempts(out, policy, rng, now_ms);
    } else if (!grace_is_over(number, answer, policy)) {
        look_once_more(out, policy, rng, now_ms);
    } else {
        not_happened(out, STEP_START_CALL, policy, now_ms);
        decision_see(out, seen, policy, now_ms);
    }
}

/* The order shows the document since its create, so it cannot tell whether the update arrived.
 * Naming the same document on the same order again changes nothing there and rings nobody: after
 * the grace it is simply done again. */
static void reconcile_bill(struct decision *out, const struct order_seen *seen,
                           const struct answer *answer, const struct policy *policy,
                           struct rng *rng, int64_t now_ms)
{
    struct number *number = &out->number;
    bool moved_on = seen->status_known && seen->status != number->status;
    if (moved_on) {
        decision_settle(out);
        number->bill_attached = true;
        decision_event(out, EVENT_BILL_ATTACHED, now_ms, "");
        decision_wait(out, policy, now_ms);
        decision_see(out, seen, policy, now_ms);
    } else if (!grace_is_over(number, answer, policy)) {
        look_once_more(out, policy, rng, now_ms);
    } else {
        not_happened(out, STEP_ATTACH_BILL, policy, now_ms);
    }
}

static void reconcile_code(struct decision *out, const struct order_seen *seen,
                           const struct policy *policy, int64_t now_ms)
{
    /* Whether it arrived or not, the code is not posted again by itself: the person sees the status
     * and decides. */
    decision_settle(out);
    out->number.heard_code[0] = '\0';
    decision_wait(out, policy, now_ms);
    decision_see(out, seen, policy, now_ms);
}

static bool shows_loa(const struct order_seen *seen)
{
    return seen->status_known &&
           (seen->status == STATUS_PENDING_LOA || seen->status == STATUS_CARRIER_PROCESSING ||
            seen->status == STATUS_TESTING || seen->status == STATUS_COMPLETED);
}

static void reconcile_loa(struct decision *out, const struct order_seen *seen,
                          const struct answer *answer, const struct policy *policy, struct rng *rng,
                          int64_t now_ms)
{
    struct number *number = &out->number;
    const char *sid = seen->signing_document_sid;
    bool new_document = sid[0] != '\0' && strcmp(sid, number->loa_sid) != 0;
    bool moved_on = seen->status_known && seen->status != number->status;
    if (new_document || shows_loa(seen)) {
        struct number before = *number;
        decide_authorized(&before, sid, policy, now_ms, out);
        decision_see(out, seen, policy, now_ms);
    } else if (moved_on) { /* this order went elsewhere; the document is another matter */
        decision_settle(out);
        decision_see(out, seen, policy, now_ms);
    } else { /* one that was declined meanwhile is on the order no longer, only among the documents
              */
        out->search_document = grace_is_over(number, answer, policy);
        look_once_more(out, policy, rng, now_ms);
    }
}

void reconcile_answer(struct decision *out, const struct request *request,
                      const struct answer *answer, const struct policy *policy, struct rng *rng,
                      int64_t now_ms)
{
    struct number *number = &out->number;
    if (request->operation == OPERATION_LIST_ORDERS) {
        reconcile_create(out, answer, policy, rng, now_ms);
        return;
    }
    if (answer->order_count == 0) {
        look_once_more(out, policy, rng, now_ms);
        return;
    }
    const struct order_seen *seen = &answer->orders[0];
    switch (number->intent) {
    case INTENT_START_CALL: reconcile_call(out, seen, answer, policy, rng, now_ms); return;
    case INTENT_ATTACH_BILL: reconcile_bill(out, seen, answer, policy, rng, now_ms); return;
    case INTENT_POST_CODE: reconcile_code(out, seen, policy, now_ms); return;
    case INTENT_AUTHORIZE: reconcile_loa(out, seen, answer, policy, rng, now_ms); return;
    case INTENT_CREATE:
    case INTENT_CANCEL:
    case INTENT_OFFBOARD:
    case INTENT_NONE: /* the order is known, and shows whatever there is to know */
        decision_settle(out);
        decision_see(out, seen, policy, now_ms);
        return;
    }
}
