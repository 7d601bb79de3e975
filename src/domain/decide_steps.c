#include "domain/decide_steps.h"

#include "base/clock.h"
#include "base/require.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* An order idle for more than 30 days fails (resource page, "failed"). */
#define IDLE_FAILS_AFTER_MS (30 * DAY_MS)

void decision_init(struct decision *out, const struct number *before, int64_t now_ms)
{
    memset(out, 0, sizeof *out);
    out->number = *before;
    out->number.updated_at_ms = now_ms;
}

struct event *decision_event(struct decision *out, enum event_kind kind, int64_t now_ms,
                             const char *text)
{
    REQUIRE(out->event_count < DECISION_EVENTS_MAX);
    struct event *event = &out->events[out->event_count++];
    *event = (struct event){
        .number_id = out->number.id,
        .at_ms = now_ms,
        .kind = kind,
        .status_from = out->number.status,
        .status_to = out->number.status,
        .code = out->number.reason_code,
    };
    TEXT_SET(event->text, text);
    TEXT_SET(event->actor, "numhost");
    return event;
}

void decision_tell(struct decision *out, enum event_kind kind, const struct answer *answer,
                   int64_t now_ms)
{
    struct event *event = decision_event(out, kind, now_ms, answer->message);
    event->has_operation = true;
    event->operation = answer->operation;
    event->http_status = answer->http_status;
    event->code = answer->code;
    TEXT_SET(event->request_id, answer->request_id);
}

static int64_t lapses_after_ms(enum status status, const struct policy *policy)
{
    switch (status) {
    case STATUS_RECEIVED:
    case STATUS_PENDING_VERIFICATION: return policy->verification_lapses_after_ms;
    case STATUS_PENDING_LOA: return policy->signature_lapses_after_ms;
    case STATUS_ACTION_REQUIRED: return policy->action_lapses_after_ms;
    case STATUS_VERIFIED: return IDLE_FAILS_AFTER_MS;
    case STATUS_QUEUED:
    case STATUS_TWILIO_PROCESSING:
    case STATUS_CARRIER_PROCESSING:
    case STATUS_TESTING:
    case STATUS_COMPLETED:
    case STATUS_FAILED:
    case STATUS_CANCELED: return 0;
    }
    return 0;
}

static int64_t look_after_ms(const struct number *number, const struct policy *policy)
{
    if (number->attention != ATTENTION_NONE && !status_is_end(number->status))
        return policy->poll_carrier_ms; /* a person is the slow part */
    switch (number->status) {
    case STATUS_TWILIO_PROCESSING:
    case STATUS_VERIFIED: /* its LOA was sent and does not show yet */
        return policy->poll_processing_ms;
    case STATUS_RECEIVED: /* a bill under review takes hours to days (service.md 1.11) */
    case STATUS_PENDING_VERIFICATION:
        return number->call_until_at_ms > 0 ? policy->poll_verification_ms
                                            : policy->poll_carrier_ms;
    case STATUS_PENDING_LOA: return policy->poll_signature_ms;
    case STATUS_CARRIER_PROCESSING:
    case STATUS_TESTING:
    case STATUS_ACTION_REQUIRED:
    case STATUS_QUEUED: return policy->poll_carrier_ms;
    case STATUS_COMPLETED:
    case STATUS_FAILED:
    case STATUS_CANCELED: return 0;
    }
    return 0;
}

void decision_wait(struct decision *out, const struct policy *policy, int64_t now_ms)
{
    struct number *number = &out->number;
    int64_t after_ms = look_after_ms(number, policy);
    number->step = STEP_NOTHING;
    number->due_at_ms = after_ms > 0 ? now_ms + after_ms : 0;
}

/* Clears by itself once a look shows the order as it should be. */
static bool passes_by_itself(enum attention attention)
{
    return attention == ATTENTION_UNKNOWN_STATUS || attention == ATTENTION_STRANGE_MOVE ||
           attention == ATTENTION_UNKNOWN_OUTCOME || attention == ATTENTION_ORDER_GONE ||
           attention == ATTENTION_LAPSED;
}

/* Only a person's decision ends it; forgetting it would do something again that was stopped. */
static bool stays_until_decided(enum attention attention)
{
    return attention != ATTENTION_NONE && attention != ATTENTION_ACTION_REQUIRED &&
           !passes_by_itself(attention);
}

void decision_ask(struct decision *out, enum attention attention, const char *reason,
                  const struct policy *policy, int64_t now_ms)
{
    struct number *number = &out->number;
    if (passes_by_itself(attention) && stays_until_decided(number->attention)) {
        decision_wait(out, policy, now_ms);
        return;
    }
    bool news = number->attention != attention;
    number->attention = attention;
    if (reason != NULL)
        TEXT_SET(number->reason, reason);
    decision_wait(out, policy, now_ms);
    if (number->status == STATUS_QUEUED)
        number->due_at_ms = 0; /* there is no order to look at */
    if (news)
        decision_event(out, EVENT_ATTENTION, now_ms, attention_name(attention));
}

static void step_at(struct number *number, enum step step, int64_t due_at_ms)
{
    number->step = step;
    number->due_at_ms = due_at_ms;
}

static int64_t later(int64_t a_ms, int64_t b_ms)
{
    return a_ms > b_ms ? a_ms : b_ms;
}

void decision_plan_call(struct decision *out, int64_t earliest_at_ms, const struct policy *policy,
                        int64_t now_ms)
{
    const struct number *number = &out->number;
    int32_t used = number->verification_attempts;
    if (used >= VERIFICATION_ATTEMPTS_MAX)
        decision_ask(out, ATTENTION_ATTEMPTS_SPENT, "all verification attempts are used", policy,
                     now_ms);
    else if (used >= policy->automatic_attempts && !number->last_attempt_granted)
        decision_ask(out, ATTENTION_ATTEMPTS_KEPT,
                     "the remaining verification attempt is kept for a person", policy, now_ms);
    else
        step_at(&out->number, STEP_START_CALL, later(earliest_at_ms, number->call_not_before_ms));
}

/* A call that was not started from here just now: its line is taken, and its pause holds. */
static void foreign_call(struct number *number, const struct policy *policy, int64_t now_ms)
{
    number->call_until_at_ms = later(number->call_until_at_ms, now_ms + policy->call_takes_ms);
    number->call_not_before_ms = number->call_until_at_ms + policy->call_again_after_ms;
}

static void plan_verification(struct decision *out, const struct policy *policy, int64_t now_ms)
{
    struct number *number = &out->number;
    bool bill = number->verification_type == VERIFICATION_PHONE_BILL;
    bool received = number->status == STATUS_RECEIVED;
    bool ringing = number->call_until_at_ms > now_ms;
    if (!received && !bill && number->call_until_at_ms == 0)
        foreign_call(number, policy, now_ms);
    if (received && bill && !number->bill_attached)
        step_at(number, STEP_ATTACH_BILL, now_ms);
    else if (received && !bill && !ringing)
        decision_plan_call(out, now_ms, policy, now_ms);
    else /* for the review of the bill, or for the person at the phone */
        decision_wait(out, policy, now_ms);
}

static void plan_authorization(struct decision *out, const struct policy *policy, int64_t now_ms)
{
    struct number *number = &out->number;
    if (out->document_found)
        number->loa_fell_back = true; /* somebody else's LOA: out, or at an end already */
    if (number->loa_fell_back) {
        decision_wait(out, policy, now_ms); /* until the document tells why */
        out->read_document = true;
    } else if (number->loa_id != 0 && number->loa_count > 0) {
        decision_wait(out, policy, now_ms); /* an LOA is out already, and will show */
    } else if (number->signer_id == 0) {
        decision_ask(out, ATTENTION_NO_SIGNER, "nobody is named who could sign the LOA", policy,
                     now_ms);
    } else {
        step_at(number, STEP_AUTHORIZE, now_ms + policy->loa_wait_for_stragglers_ms);
    }
}

static void plan_by_status(struct decision *out, const struct policy *policy, int64_t now_ms)
{
    struct number *number = &out->number;
    switch (number->status) {
    case STATUS_QUEUED: step_at(number, STEP_CREATE, now_ms); return;
    case STATUS_RECEIVED:
    case STATUS_PENDING_VERIFICATION: plan_verification(out, policy, now_ms); return;
    case STATUS_VERIFIED: plan_authorization(out, policy, now_ms); return;
    case STATUS_ACTION_REQUIRED:
        decision_ask(out, ATTENTION_ACTION_REQUIRED, NULL, policy, now_ms);
        return;
    case STATUS_TWILIO_PROCESSING:
    case STATUS_PENDING_LOA:
    case STATUS_CARRIER_PROCESSING:
    case STATUS_TESTING:
    case STATUS_COMPLETED:
    case STATUS_FAILED:
    case STATUS_CANCELED: decision_wait(out, policy, now_ms); return;
    }
}

void decision_plan(struct decision *out, const struct policy *policy, int64_t now_ms)
{
    struct number *number = &out->number;
    number->attention = ATTENTION_NONE;
    number->tries = 0;
    if (!number->cancel_asked || status_is_end(number->status))
        plan_by_status(out, policy, now_ms);
    else if (number->status == STATUS_QUEUED) /* no order: nothing to delete */
        (void)decision_enter(out, STATUS_CANCELED, CAUSE_CANCELED, policy, now_ms);
    else
        step_at(number, STEP_CANCEL, now_ms);
}

/* What belonged to the status that is left. */
static void leave(struct decision *out, enum status to, int64_t now_ms)
{
    struct number *number = &out->number;
    bool verifying = to == STATUS_RECEIVED || to == STATUS_PENDING_VERIFICATION;
    if (!verifying) {
        number->call_until_at_ms = 0;
        number->code[0] = '\0';
        number->code_until_at_ms = 0;
        number->heard_code[0] = '\0';
        number->last_attempt_granted = false;
    }
    number->loa_fell_back =
        to == STATUS_VERIFIED && number->loa_id != 0 &&
        (number->status == STATUS_PENDING_LOA || number->status == STATUS_ACTION_REQUIRED);
    if (to == STATUS_VERIFIED && number->verified_at_ms == 0)
        number->verified_at_ms = now_ms;
    bool signed_now =
        to == STATUS_CARRIER_PROCESSING || to == STATUS_TESTING || to == STATUS_COMPLETED;
    if (signed_now && number->signed_at_ms == 0)
        number->signed_at_ms = now_ms;
    if (to == STATUS_COMPLETED)
        number->completed_at_ms = now_ms;
    if (to != STATUS_FAILED && to != STATUS_ACTION_REQUIRED) {
        number->reason_code = 0;
        number->reason[0] = '\0';
    }
}

/* Back from an LOA of which nothing is known here, so that no document can tell why: whoever sent
 * it is not overtaken by a second one. */
static void ask_about_lost_loa(struct decision *out, const struct policy *policy, int64_t now_ms)
{
    const struct number *number = &out->number;
    if (number->loa_id == 0 && !out->document_found && !number->cancel_asked)
        decision_ask(out, ATTENTION_LOA_DECLINED,
                     "the order is back at verified, and its LOA was not sent by numhost", policy,
                     now_ms);
}

static bool is_before_signature(enum status status)
{
    return status == STATUS_TWILIO_PROCESSING || status == STATUS_RECEIVED ||
           status == STATUS_PENDING_VERIFICATION || status == STATUS_VERIFIED ||
           status == STATUS_PENDING_LOA;
}

/* Until the signature a phone may ring, or a letter go out, for each of the two: that the order
 * moves does not make it one. */
static bool stays_double(const struct number *number, enum status to)
{
    return number->attention == ATTENTION_DUPLICATE && is_before_signature(to) &&
           !number->cancel_asked;
}

bool decision_enter(struct decision *out, enum status status, enum cause cause,
                    const struct policy *policy, int64_t now_ms)
{
    struct number *number = &out->number;
    const struct rule *rule = lifecycle_find(number->status, cause, status);
    if (rule == NULL)
        return false;
    bool fell_back = number->status == STATUS_PENDING_LOA && status == STATUS_VERIFIED;
    bool twofold = stays_double(number, status);
    char why[REASON_BYTES];
    TEXT_SET(why, number->reason);
    struct event *event = decision_event(out, EVENT_STATUS, now_ms, rule->note);
    event->status_to = status;
    leave(out, status, now_ms);
    number->status = status;
    number->since_at_ms = now_ms;
    int64_t lapses_ms = lapses_after_ms(status, policy);
    number->deadline_at_ms = lapses_ms > 0 ? now_ms + lapses_ms : 0;
    number->urgency = number->priority;
    if (status == STATUS_FAILED || status == STATUS_CANCELED) {
        out->order_ended = number->unique_name[0] != '\0';
        TEXT_SET(out->ended_name, number->unique_name);
    }
    if (twofold)
        decision_ask(out, ATTENTION_DUPLICATE, why, policy, now_ms);
    else
        decision_plan(out, policy, now_ms);
    if (fell_back)
        ask_about_lost_loa(out, policy, now_ms);
    return true;
}

void decision_settle(struct decision *out)
{
    out->number.intent = INTENT_NONE;
    out->number.intent_at_ms = 0;
    out->number.intent_attempts = 0;
}

bool document_is_news(const struct number *number, const struct order_seen *seen)
{
    const char *sid = seen->signing_document_sid;
    return sid[0] != '\0' && strcmp(sid, number->loa_sid) != 0 && number->loa_id == 0 &&
           number->signer_id != 0;
}

bool document_is_second(const struct number *number, const struct order_seen *seen)
{
    const char *sid = seen->signing_document_sid;
    return sid[0] != '\0' && number->loa_sid[0] != '\0' && strcmp(sid, number->loa_sid) != 0 &&
           number->loa_id != 0 && seen->status_known && seen->status == STATUS_PENDING_LOA;
}

void decision_second_loa(struct decision *out, const char *loa_sid, const struct policy *policy,
                         int64_t now_ms)
{
    const struct number *number = &out->number;
    char text[REASON_BYTES];
    snprintf(text, sizeof text, "%s is out beside %s: the signer has two LOAs for one order",
             loa_sid, number->loa_sid);
    decision_event(out, EVENT_LOA_SENT, now_ms, text);
    if (number->intent == INTENT_NONE && is_before_signature(number->status))
        decision_ask(out, ATTENTION_DUPLICATE, text, policy, now_ms);
}

static void note_document(struct decision *out, const struct order_seen *seen,
                          const struct policy *policy, int64_t now_ms)
{
    bool second = document_is_second(&out->number, seen);
    if (!second && !document_is_news(&out->number, seen))
        return;
    if (second)
        decision_second_loa(out, seen->signing_document_sid, policy, now_ms);
    TEXT_SET(out->number.loa_sid, seen->signing_document_sid);
    out->number.loa_count++;
    out->document_found = true;
}

static void keep_code(struct number *number, const struct order_seen *seen,
                      const struct policy *policy, int64_t now_ms)
{
    bool same = strcmp(number->code, seen->verification_code) == 0;
    bool valid = number->code_until_at_ms > now_ms;
    if (seen->verification_code[0] == '\0' || (same && valid))
        return; /* calls within the ten minutes repeat the same code and do not prolong it */
    TEXT_SET(number->code, seen->verification_code);
    number->code_until_at_ms = now_ms + policy->code_valid_ms;
}

/* More calls than were counted: of an order seen for the first time that tells nothing, of any
 * other that a phone rang. A person need not decide anything, so nothing waits for one; what is
 * left of the attempts is planned with as after any call. */
static void uncounted_call(struct decision *out, const struct order_seen *seen,
                           const struct policy *policy, int64_t now_ms)
{
    struct number *number = &out->number;
    bool open = number->call_until_at_ms > now_ms;
    if (number->step == STEP_START_CALL || open) {
        foreign_call(number, policy, now_ms);
        keep_code(number, seen, policy, now_ms);
    }
    if (number->created_at_ms == 0)
        return;
    char text[REASON_BYTES];
    snprintf(text, sizeof text,
             "the order shows %d verification attempts where %d were counted: a call given up as "
             "not happened rang after all, or somebody else started one",
             seen->verification_attempts, number->verification_attempts);
    decision_event(out, EVENT_CALL_PLACED, now_ms, text);
}

void decision_note(struct decision *out, const struct order_seen *seen, const struct policy *policy,
                   int64_t now_ms)
{
    struct number *number = &out->number;
    bool rose = seen->verification_attempts > number->verification_attempts;
    if (rose)
        uncounted_call(out, seen, policy, now_ms);
    if (seen->incoming_phone_number_sid[0] != '\0')
        TEXT_SET(number->incoming_phone_number_sid, seen->incoming_phone_number_sid);
    if (rose)
        number->verification_attempts = seen->verification_attempts;
    if (seen->failure_reason[0] != '\0')
        TEXT_SET(number->reason, seen->failure_reason);
    if (number->created_at_ms == 0)
        number->created_at_ms = now_ms;
    note_document(out, seen, policy, now_ms);
    bool out_of_attempts = number->attention == ATTENTION_ATTEMPTS_SPENT ||
                           number->attention == ATTENTION_ATTEMPTS_KEPT;
    bool told = seen->verification_attempts != ATTEMPTS_NOT_TOLD;
    if (out_of_attempts && told && !out->from_list) /* support may have reset them */
        number->verification_attempts = seen->verification_attempts;
}

void decision_call_placed(struct decision *out, const struct order_seen *seen, int32_t call_delay,
                          const struct policy *policy, int64_t now_ms)
{
    struct number *number = &out->number;
    int32_t at_least = number->intent_attempts + 1;
    if (number->verification_attempts < at_least)
        number->verification_attempts = at_least;
    keep_code(number, seen, policy, now_ms);
    number->call_until_at_ms = now_ms + (int64_t)call_delay * SECOND_MS + policy->call_takes_ms;
    number->call_not_before_ms = number->call_until_at_ms + policy->call_again_after_ms;
    number->calls_refused = 0;
    number->tries = 0;
    number->last_attempt_granted = false;
    decision_settle(out);
    decision_event(out, EVENT_CALL_PLACED, now_ms, "");
}

/* The same status again: what was odd is normal now, and a waiting number waits on. */
static void see_same(struct decision *out, const struct policy *policy, int64_t now_ms)
{
    struct number *number = &out->number;
    bool was_odd = number->attention == ATTENTION_UNKNOWN_STATUS ||
                   number->attention == ATTENTION_STRANGE_MOVE ||
                   number->attention == ATTENTION_ORDER_GONE ||
                   number->attention == ATTENTION_UNKNOWN_OUTCOME;
    bool was_reset = (number->attention == ATTENTION_ATTEMPTS_SPENT ||
                      number->attention == ATTENTION_ATTEMPTS_KEPT) &&
                     number->verification_attempts < policy->automatic_attempts;
    bool looked = number->step == STEP_RECONCILE;
    bool must_follow = out->document_found && number->status == STATUS_VERIFIED;
    bool replan = (looked || must_follow) && number->attention == ATTENTION_NONE;
    int32_t tries = number->tries;
    number->tries = 0;
    if (was_odd || was_reset || replan) {
        decision_plan(out, policy, now_ms);
        number->tries = tries; /* a step refused again and again must not look fresh each time */
    } else if (number->step == STEP_START_CALL) { /* somebody else may have used an attempt */
        decision_plan_call(out, number->due_at_ms, policy, now_ms);
    } else if (number->step == STEP_NOTHING || looked) {
        decision_wait(out, policy, now_ms);
    }
}

void decision_honour_cancel(struct decision *out, const struct policy *policy, int64_t now_ms)
{
    struct number *number = &out->number;
    if (number->cancel_asked && number->intent == INTENT_NONE && !status_is_end(number->status) &&
        number->step != STEP_CANCEL)
        decision_plan(out, policy, now_ms);
}

void decision_see(struct decision *out, const struct order_seen *seen, const struct policy *policy,
                  int64_t now_ms)
{
    struct number *number = &out->number;
    REQUIRE(number->intent == INTENT_NONE);
    decision_note(out, seen, policy, now_ms);
    if (!seen->status_known) {
        char text[REASON_BYTES];
        snprintf(text, sizeof text, "the service says \"%s\", a status this version does not know",
                 seen->status_word);
        if (number->status == STATUS_QUEUED) /* an order it is, and it will be looked at */
            (void)decision_enter(out, STATUS_TWILIO_PROCESSING, CAUSE_CREATED, policy, now_ms);
        decision_ask(out, ATTENTION_UNKNOWN_STATUS, text, policy, now_ms);
        return;
    }
    if (seen->status == number->status) {
        see_same(out, policy, now_ms);
        return;
    }
    bool accept = number->step == STEP_RECONCILE && number->attention == ATTENTION_STRANGE_MOVE;
    enum cause cause = number->status == STATUS_QUEUED ? CAUSE_CREATED : CAUSE_SEEN;
    if (decision_enter(out, seen->status, cause, policy, now_ms))
        return;
    if (accept && decision_enter(out, seen->status, CAUSE_ACCEPTED, policy, now_ms))
        return;
    char text[REASON_BYTES];
    snprintf(text, sizeof text, "the service shows %s after %s", status_name(seen->status),
             status_name(number->status));
    decision_ask(out, ATTENTION_STRANGE_MOVE, text, policy, now_ms);
}
