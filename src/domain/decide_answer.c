/* What an answer about one number means for it. */
#include "base/clock.h"
#include "base/text.h"
#include "domain/decide_steps.h"
#include "domain/failure.h"
#include "domain/pace.h"

#include <stdio.h>
#include <string.h>

/* The step an operation carried out, to go back to when nothing happened. */
static enum step step_of(enum operation operation)
{
    switch (operation) {
    case OPERATION_CREATE_ORDER: return STEP_CREATE;
    case OPERATION_START_CALL: return STEP_START_CALL;
    case OPERATION_ATTACH_BILL: return STEP_ATTACH_BILL;
    case OPERATION_POST_CODE: return STEP_POST_CODE;
    case OPERATION_DELETE_ORDER: return STEP_CANCEL;
    case OPERATION_DELETE_INCOMING: return STEP_OFFBOARD;
    case OPERATION_LIST_ORDERS:
    case OPERATION_FETCH_ORDER:
    case OPERATION_CREATE_DOCUMENT:
    case OPERATION_FETCH_DOCUMENT:
    case OPERATION_LIST_DOCUMENTS:
    case OPERATION_LIST_DEPENDENTS: return STEP_NOTHING;
    }
    return STEP_NOTHING;
}

int64_t decide_pause_ms(const struct answer *answer, int32_t tries, const struct policy *policy,
                        struct rng *rng)
{
    int64_t pause = backoff_ms(rng, tries, policy->retry_base_ms, policy->retry_cap_ms);
    int64_t asked = answer->has_retry_after ? answer->retry_after_ms : 0;
    if (asked > policy->retry_cap_ms)
        asked = policy->retry_cap_ms;
    return asked > pause ? asked : pause;
}

/* Being throttled is no try of the number, and still calls for a pause of its own length. */
enum { THROTTLED_AS_TRIES = 3 };

static int64_t pause_ms(const struct number *number, const struct answer *answer,
                        const struct policy *policy, struct rng *rng)
{
    int32_t tries = answer->http_status == 429 ? number->tries + THROTTLED_AS_TRIES : number->tries;
    return decide_pause_ms(answer, tries, policy, rng);
}

/* Nothing happened at the service, or nothing that matters: the same step again, later. */
static void again_later(struct decision *out, const struct request *request,
                        const struct answer *answer, const struct policy *policy, struct rng *rng,
                        int64_t now_ms)
{
    struct number *number = &out->number;
    if (number->tries == 0 && answer->http_status != 429) /* a bad hour must not fill the history */
        decision_tell(out, EVENT_TRY_LATER, answer, now_ms);
    enum step step = step_of(request->operation);
    if (step != STEP_NOTHING) {
        number->step = step;
        if (request->operation == OPERATION_START_CALL)
            number->call_until_at_ms = 0;
        decision_settle(out);
    }
    int64_t due_at_ms = now_ms + pause_ms(number, answer, policy, rng);
    bool planned_later = step == STEP_NOTHING && number->due_at_ms > due_at_ms;
    if (!planned_later) /* what was planned while the look was under way keeps its time */
        number->due_at_ms = due_at_ms;
    if (number->cancel_asked && step != STEP_NOTHING && step != STEP_CANCEL)
        decision_plan(out, policy, now_ms);
}

/* A harmless request failed at the service's side. */
static void trouble(struct decision *out, const struct request *request,
                    const struct answer *answer, const struct policy *policy, struct rng *rng,
                    int64_t now_ms)
{
    struct number *number = &out->number;
    again_later(out, request, answer, policy, rng, now_ms);
    if (answer->delivery == DELIVERY_NOT_SENT)
        return;
    number->tries++;
    bool silent_for_long = now_ms - number->settled_at_ms >= HOUR_MS;
    if (number->tries < policy->retry_attempts || !silent_for_long)
        return;
    char text[REASON_BYTES];
    snprintf(text, sizeof text, "%s failed %d times, last with HTTP %d",
             operation_name(request->operation), number->tries, answer->http_status);
    enum step step = number->step;
    decision_ask(out, ATTENTION_UNKNOWN_OUTCOME, text, policy, now_ms);
    if (number->intent != INTENT_NONE) { /* keep looking: the outcome still matters */
        number->step = step;
        number->due_at_ms = now_ms + policy->retry_cap_ms;
    }
}

/* It may have had its effect: look before anything is repeated. */
static void in_doubt(struct decision *out, const struct answer *answer, const struct policy *policy,
                     int64_t now_ms)
{
    decision_tell(out, EVENT_OUTCOME_UNKNOWN, answer, now_ms);
    out->number.step = STEP_RECONCILE;
    out->number.due_at_ms = now_ms + policy->retry_base_ms;
}

static void call_refused(struct decision *out, const struct answer *answer,
                         const struct policy *policy, int64_t now_ms)
{
    struct number *number = &out->number;
    decision_tell(out, EVENT_CALL_REFUSED, answer, now_ms);
    number->calls_refused++;
    number->call_until_at_ms = 0;
    number->call_not_before_ms = now_ms + policy->call_again_after_ms;
    if (number->calls_refused >= policy->call_refusals_at_most)
        decision_ask(out, ATTENTION_CALL_REFUSED, NULL, policy, now_ms);
    else
        decision_plan(out, policy, now_ms);
}

static void needs_person(struct decision *out, const struct answer *answer,
                         const struct policy *policy, int64_t now_ms)
{
    if (answer->code == 22123) {
        call_refused(out, answer, policy, now_ms);
        return;
    }
    bool spent = answer->code == 22100;
    if (spent) {
        out->number.verification_attempts = VERIFICATION_ATTEMPTS_MAX;
        out->number.call_until_at_ms = 0;
    }
    decision_tell(out, EVENT_REFUSED, answer, now_ms);
    decision_ask(out, spent ? ATTENTION_ATTEMPTS_SPENT : ATTENTION_REFUSED, NULL, policy, now_ms);
}

/* The state is not what we thought. A step that is refused again and again asks a person. */
static void look_again(struct decision *out, const struct request *request,
                       const struct answer *answer, const struct policy *policy, struct rng *rng,
                       int64_t now_ms)
{
    struct number *number = &out->number;
    bool gone = answer->http_status == 404;
    decision_tell(out, EVENT_REFUSED, answer, now_ms);
    if (request->operation == OPERATION_START_CALL)
        number->call_until_at_ms = 0;
    number->heard_code[0] = '\0';
    number->tries++;
    if (gone && number->cancel_asked) { /* as was asked for, whoever did it */
        (void)decision_enter(out, STATUS_CANCELED, CAUSE_CANCELED, policy, now_ms);
    } else if (gone) {
        decision_ask(out, ATTENTION_ORDER_GONE, "the order is not there any more", policy, now_ms);
    } else if (number->tries >= policy->retry_attempts) {
        decision_ask(out, ATTENTION_REFUSED, NULL, policy, now_ms);
    } else {
        number->step = STEP_RECONCILE;
        number->due_at_ms = now_ms + pause_ms(number, answer, policy, rng);
    }
}

static void refused_for_good(struct decision *out, const struct request *request,
                             const struct answer *answer, const struct policy *policy,
                             int64_t now_ms)
{
    struct number *number = &out->number;
    bool creating = request->operation == OPERATION_CREATE_ORDER;
    bool first = number->requests <= 1;
    if (creating && (answer->code == 22110 || !first)) {
        /* "already hosted", or whatever it says of a name that is taken, may be about our own order
         * whose answer was lost, or came late: look first (service.md 3.5) */
        in_doubt(out, answer, policy, now_ms);
        return;
    }
    decision_tell(out, EVENT_REFUSED, answer, now_ms);
    decision_settle(out);
    if (creating) {
        (void)decision_enter(out, STATUS_FAILED, CAUSE_REFUSED, policy, now_ms);
    } else if (request->operation == OPERATION_DELETE_ORDER ||
               request->operation == OPERATION_DELETE_INCOMING) {
        number->cancel_asked = false;
        decision_ask(out, ATTENTION_CANCEL_REFUSED, NULL, policy, now_ms);
    } else {
        if (request->operation == OPERATION_START_CALL)
            number->call_until_at_ms = 0;
        decision_ask(out, ATTENTION_REFUSED, NULL, policy, now_ms);
    }
}

static bool is_delete(enum operation operation)
{
    return operation == OPERATION_DELETE_ORDER || operation == OPERATION_DELETE_INCOMING;
}

static void deleted(struct decision *out, const struct request *request,
                    const struct answer *answer, const struct policy *policy, int64_t now_ms)
{
    bool order = request->operation == OPERATION_DELETE_ORDER;
    decision_tell(out, order ? EVENT_CANCELED : EVENT_OFFBOARDED, answer, now_ms);
    decision_settle(out);
    enum cause cause = order ? CAUSE_CANCELED : CAUSE_OFFBOARDED;
    if (!decision_enter(out, STATUS_CANCELED, cause, policy, now_ms))
        decision_wait(out, policy, now_ms); /* it came to an end by itself meanwhile */
}

static void keep_reason(struct number *number, const struct answer *answer)
{
    number->reason_code = answer->code;
    TEXT_SET(number->reason, answer->message);
    if (answer->code == 0 && answer->message[0] == '\0')
        snprintf(number->reason, sizeof number->reason, "HTTP %d", answer->http_status);
}

/* What to do about a refusal. One that comes without its reason, cut short or replaced by somebody
 * in between, does not tell that the row is at fault. */
static enum failure_class class_of(const struct failure *failure, const struct answer *answer)
{
    bool explained = answer->code != 0 || answer->message[0] != '\0';
    bool judged = failure->class == FAILURE_PERMANENT && answer->http_status == 400;
    return judged && !explained ? FAILURE_LOOK_AGAIN : failure->class;
}

/* A clear answer that is not a success. */
static void refused(struct decision *out, const struct request *request,
                    const struct answer *answer, const struct policy *policy, struct rng *rng,
                    int64_t now_ms)
{
    const struct failure *failure =
        failure_of_answer(request->operation, answer->http_status, answer->code);
    enum failure_class class = class_of(failure, answer);
    bool gone = answer->http_status == 404 && is_delete(request->operation);
    if (gone) {
        deleted(out, request, answer, policy, now_ms);
        return;
    }
    if (class == FAILURE_TRY_LATER) { /* never processed, and not counted as an attempt */
        again_later(out, request, answer, policy, rng, now_ms);
        return;
    }
    if (class == FAILURE_STOP_RUN) {
        again_later(out, request, answer, policy, rng, now_ms);
        out->stop_run = true;
        return;
    }
    bool looking = step_of(request->operation) == STEP_NOTHING;
    if (looking && out->number.intent != INTENT_NONE && answer->http_status != 404) {
        trouble(out, request, answer, policy, rng, now_ms); /* the outcome still matters */
        return;
    }
    keep_reason(&out->number, answer);
    bool deleting = is_delete(request->operation);
    if (!deleting && class == FAILURE_PERSON) {
        decision_settle(out);
        needs_person(out, answer, policy, now_ms);
    } else if (!deleting && class == FAILURE_LOOK_AGAIN) {
        if (request->operation == OPERATION_CREATE_ORDER) {
            out->number.calls_refused++;
            in_doubt(out, answer, policy, now_ms);
            return;
        }
        decision_settle(out);
        look_again(out, request, answer, policy, rng, now_ms);
    } else {
        refused_for_good(out, request, answer, policy, now_ms);
    }
}

static bool is_good(const struct answer *answer)
{
    return answer->delivery == DELIVERY_ANSWERED && answer->http_status >= 200 &&
           answer->http_status < 300 && answer->readable;
}

/* True when the answer leaves open whether a request had its effect. */
static bool is_unclear(const struct answer *answer)
{
    bool success = answer->http_status >= 200 && answer->http_status < 300;
    return answer->delivery == DELIVERY_UNCERTAIN || answer->http_status >= 500 ||
           answer->http_status < 200 || answer->http_status == 408 ||
           (success && !answer->readable);
}

static void created(struct decision *out, const struct request *request,
                    const struct answer *answer, const struct policy *policy, int64_t now_ms)
{
    const struct order_seen *seen = &answer->orders[0];
    struct number *number = &out->number;
    bool ours = seen->sid[0] != '\0' && strcmp(seen->phone_number, request->phone_number) == 0;
    if (!ours) {
        in_doubt(out, answer, policy, now_ms);
        return;
    }
    TEXT_SET(number->order_sid, seen->sid);
    number->calls_refused = 0;
    out->order_named = true;
    decision_settle(out);
    decision_tell(out, EVENT_ORDER_CREATED, answer, now_ms);
    decision_see(out, seen, policy, now_ms);
}

static void succeeded(struct decision *out, const struct request *request,
                      const struct answer *answer, const struct policy *policy, struct rng *rng,
                      int64_t now_ms)
{
    if (is_delete(request->operation)) {
        deleted(out, request, answer, policy, now_ms);
        return;
    }
    if (out->number.intent != INTENT_NONE && step_of(request->operation) == STEP_NOTHING) {
        reconcile_answer(out, request, answer, policy, rng, now_ms);
        return;
    }
    if (answer->order_count == 0) {
        trouble(out, request, answer, policy, rng, now_ms);
        return;
    }
    const struct order_seen *seen = &answer->orders[0];
    switch (request->operation) {
    case OPERATION_CREATE_ORDER: created(out, request, answer, policy, now_ms); return;
    case OPERATION_START_CALL:
        decision_call_placed(out, seen, request->call_delay, policy, now_ms);
        break;
    case OPERATION_ATTACH_BILL:
        decision_settle(out);
        out->number.bill_attached = true;
        decision_tell(out, EVENT_BILL_ATTACHED, answer, now_ms);
        decision_wait(out, policy, now_ms); /* received stays received until the review */
        break;
    case OPERATION_POST_CODE:
        decision_settle(out);
        out->number.heard_code[0] = '\0';
        decision_tell(out, EVENT_CODE_POSTED, answer, now_ms);
        break;
    case OPERATION_FETCH_ORDER:
    case OPERATION_LIST_ORDERS:
    case OPERATION_DELETE_ORDER:
    case OPERATION_CREATE_DOCUMENT:
    case OPERATION_FETCH_DOCUMENT:
    case OPERATION_LIST_DOCUMENTS:
    case OPERATION_LIST_DEPENDENTS:
    case OPERATION_DELETE_INCOMING: break;
    }
    decision_see(out, seen, policy, now_ms);
}

static void conclude(struct decision *out, const struct request *request,
                     const struct answer *answer, const struct policy *policy, struct rng *rng,
                     int64_t now_ms)
{
    if (answer->delivery == DELIVERY_NOT_SENT) {
        trouble(out, request, answer, policy, rng, now_ms);
    } else if (is_unclear(answer)) {
        if (operation_is_send_once(request->operation))
            in_doubt(out, answer, policy, now_ms);
        else
            trouble(out, request, answer, policy, rng, now_ms);
    } else if (answer->http_status < 300) {
        succeeded(out, request, answer, policy, rng, now_ms);
    } else {
        refused(out, request, answer, policy, rng, now_ms);
    }
}

void decide_answer(const struct number *before, const struct request *request,
                   const struct answer *answer, const struct policy *policy, struct rng *rng,
                   int64_t now_ms, struct decision *out)
{
    decision_init(out, before, now_ms);
    out->number.requests++;
    if (is_good(answer)) /* a failure tells nothing about the order: the row is no fresher for it */
        out->number.settled_at_ms = now_ms;
    conclude(out, request, answer, policy, rng, now_ms);
    if (!is_delete(request->operation))
        decision_honour_cancel(out, policy, now_ms);
}

void decide_listed(const struct number *before, const struct order_seen *seen, int64_t sent_at_ms,
                   const struct policy *policy, int64_t now_ms, struct decision *out)
{
    decision_init(out, before, now_ms);
    /* After a clock was set back the row says "later" for hours; the list is newer all the same. */
    bool set_back = before->settled_at_ms > now_ms;
    bool stale = sent_at_ms < before->settled_at_ms && !set_back;
    bool unsettled = before->intent != INTENT_NONE || before->step == STEP_RECONCILE;
    bool strange = before->attention == ATTENTION_STRANGE_MOVE; /* the order itself, or a person */
    if (stale || unsettled || strange || status_is_end(before->status)) {
        out->ignored = true;
        return;
    }
    const struct rule *rule =
        seen->status_known ? lifecycle_find(before->status, CAUSE_SEEN, seen->status) : NULL;
    bool moves = !seen->status_known || seen->status != before->status;
    bool odd = moves && (rule == NULL || rule->move == MOVE_BACK);
    if (odd || document_is_news(before, seen) || document_is_second(before, seen)) {
        /* a list may lag behind: nothing but the order itself is believed about a step back, or
         * about an LOA that was not sent from here */
        out->number.step = STEP_RECONCILE;
        out->number.due_at_ms = now_ms;
        return;
    }
    out->from_list = true;
    if (before->step != STEP_START_CALL) /* a phone rings on the word of the order itself only */
        out->number.settled_at_ms = now_ms;
    decision_see(out, seen, policy, now_ms);
}
