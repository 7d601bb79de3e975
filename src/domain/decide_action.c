/* What a person asks for. */
#include "base/text.h"
#include "domain/decide_steps.h"

#include <string.h>

static void by(struct decision *out, enum event_kind kind, const char *actor, int64_t now_ms)
{
    struct event *event = decision_event(out, kind, now_ms, "");
    TEXT_SET(event->actor, actor);
}

static bool no(const char **why, const char *text)
{
    *why = text;
    return false;
}

bool decide_hold(const struct number *before, bool hold, const char *actor, int64_t now_ms,
                 struct decision *out, const char **why)
{
    decision_init(out, before, now_ms);
    if (status_is_end(before->status))
        return no(why, "it is at an end");
    if (hold && before->cancel_asked)
        return no(why, "its cancellation is under way");
    if (before->held == hold)
        return no(why, hold ? "it is held already" : "it is not held");
    out->number.held = hold;
    by(out, hold ? EVENT_HELD : EVENT_RELEASED, actor, now_ms);
    return true;
}

/* Everything of the old order goes; counts of what was done stay. */
static void start_anew(struct number *number)
{
    number->unique_name[0] = '\0';
    number->order_sid[0] = '\0';
    number->incoming_phone_number_sid[0] = '\0';
    number->loa_sid[0] = '\0';
    number->loa_id = 0;
    number->loa_count = 0;
    number->loa_fell_back = false;
    number->verification_attempts = 0;
    number->bill_attached = false;
    number->calls_refused = 0;
    number->call_not_before_ms = 0;
    number->last_attempt_granted = false;
    number->cancel_asked = false;
    number->reason_code = 0;
    number->reason[0] = '\0';
    number->created_at_ms = 0;
    number->verified_at_ms = 0;
    number->signed_at_ms = 0;
    number->completed_at_ms = 0;
}

static void new_order(struct decision *out, const struct policy *policy, int64_t now_ms)
{
    out->order_ended = out->number.unique_name[0] != '\0';
    TEXT_SET(out->ended_name, out->number.unique_name);
    start_anew(&out->number); /* first: a cancellation of the old order is none of the new one */
    (void)decision_enter(out, STATUS_QUEUED, CAUSE_RETRIED, policy, now_ms);
}

/* Look at the order and go on from what it shows. */
static void look_and_go_on(struct number *number, int64_t now_ms)
{
    if (number->attention != ATTENTION_STRANGE_MOVE)
        number->attention = ATTENTION_NONE;
    number->step = STEP_RECONCILE;
    number->tries = 0;
    number->due_at_ms = now_ms;
    number->calls_refused = 0;
    number->call_not_before_ms = 0;
    number->loa_count = 0;
    if (number->order_sid[0] == '\0' && number->intent == INTENT_NONE) {
        number->intent = INTENT_CREATE; /* nothing of ours is known: search by phone number first */
        number->intent_at_ms = now_ms;
    }
}

bool decide_retry(const struct number *before, bool last_attempt, const struct policy *policy,
                  const char *actor, int64_t now_ms, struct decision *out, const char **why)
{
    decision_init(out, before, now_ms);
    struct number *number = &out->number;
    bool kept = before->attention == ATTENTION_ATTEMPTS_KEPT;
    if (last_attempt && !kept)
        return no(why, "it has no verification attempt kept in reserve");
    if (kept && !last_attempt)
        return no(why, "only --last-attempt spends the attempt kept in reserve");
    if (before->status == STATUS_COMPLETED)
        return no(why, "it is completed");
    bool ended = before->status == STATUS_FAILED || before->status == STATUS_CANCELED;
    if (!ended && before->attention == ATTENTION_NONE)
        return no(why, "it is under way");
    by(out, EVENT_RETRIED, actor, now_ms);
    bool queued = before->status == STATUS_QUEUED;
    if (queued && before->attention == ATTENTION_ORDER_GONE) {
        decision_plan(out, policy, now_ms);
    } else if (ended || before->attention == ATTENTION_ORDER_GONE) {
        new_order(out, policy, now_ms);
    } else if (kept) {
        number->last_attempt_granted = true;
        number->attention = ATTENTION_NONE;
        number->call_not_before_ms = 0;
        decision_plan_call(out, now_ms, policy, now_ms);
    } else if (before->attention == ATTENTION_LOA_DECLINED) {
        number->loa_count = 0;
        number->loa_id = 0;
        number->loa_fell_back = false;
        decision_plan(out, policy, now_ms);
        if (number->step == STEP_AUTHORIZE)
            number->due_at_ms = now_ms;
    } else {
        look_and_go_on(number, now_ms);
    }
    return true;
}

bool decide_cancel(const struct number *before, const char *actor, int64_t now_ms,
                   struct decision *out, const char **why)
{
    decision_init(out, before, now_ms);
    struct number *number = &out->number;
    if (before->status == STATUS_COMPLETED)
        return no(why, "it is completed: use cancel --offboard to release the hosted number");
    if (status_is_end(before->status))
        return no(why, "it is at an end");
    if (before->cancel_asked && before->attention == ATTENTION_NONE)
        return no(why, "its cancellation is under way");
    by(out, EVENT_CANCEL_ASKED, actor, now_ms);
    number->cancel_asked = true;
    number->held = false;
    if (before->intent != INTENT_NONE) { /* as soon as it is known what there is to delete */
        if (before->step != STEP_RECONCILE)
            number->due_at_ms = now_ms;
        number->step = STEP_RECONCILE;
        return true;
    }
    struct policy policy = policy_default();
    decision_plan(out, &policy, now_ms);
    return true;
}

bool decide_offboard(const struct number *before, const char *actor, int64_t now_ms,
                     struct decision *out, const char **why)
{
    decision_init(out, before, now_ms);
    if (before->status != STATUS_COMPLETED)
        return no(why, "only completed numbers can be off-boarded");
    if (before->incoming_phone_number_sid[0] == '\0')
        return no(why, "its IncomingPhoneNumber SID is not known");
    by(out, EVENT_CANCEL_ASKED, actor, now_ms);
    out->number.held = false;
    out->number.attention = ATTENTION_NONE;
    out->number.step = STEP_OFFBOARD;
    out->number.due_at_ms = now_ms;
    return true;
}

bool decide_post_code(const struct number *before, const char *code, const char *actor,
                      int64_t now_ms, struct decision *out, const char **why)
{
    decision_init(out, before, now_ms);
    struct number *number = &out->number;
    if (before->status != STATUS_PENDING_VERIFICATION)
        return no(why, "it is not in pending-verification");
    if (before->held)
        return no(why, "it is held; release it first");
    if (before->intent != INTENT_NONE)
        return no(why, "its last request is not settled yet; try again in a minute");
    TEXT_SET(number->heard_code, code);
    number->attention = ATTENTION_NONE;
    number->step = STEP_POST_CODE;
    number->due_at_ms = now_ms;
    by(out, EVENT_RETRIED, actor, now_ms);
    TEXT_SET(out->events[out->event_count - 1].text, "a heard code is to be posted");
    return true;
}
