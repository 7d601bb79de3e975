/* What the passing of time means for a number. */
#include "base/clock.h"
#include "base/text.h"
#include "domain/decide_steps.h"

void decide_call_ended(const struct number *before, const struct policy *policy, int64_t now_ms,
                       struct decision *out)
{
    decision_init(out, before, now_ms);
    struct number *number = &out->number;
    if (number->code_until_at_ms <= now_ms) {
        number->code[0] = '\0';
        number->code_until_at_ms = 0;
    }
    if (number->call_until_at_ms == 0 || number->call_until_at_ms > now_ms)
        return;
    if (number->intent == INTENT_START_CALL) { /* whether it rang is not known yet: keep the line */
        number->call_until_at_ms = now_ms + policy->call_takes_ms;
        return;
    }
    number->call_until_at_ms = 0;
    bool waiting =
        number->step == STEP_NOTHING && number->attention == ATTENTION_NONE &&
        (number->status == STATUS_PENDING_VERIFICATION || number->status == STATUS_RECEIVED);
    if (!waiting)
        return;
    decision_event(out, EVENT_CALL_UNANSWERED, now_ms, "");
    decision_plan_call(out, now_ms, policy, now_ms);
}

void decide_lapsing(const struct number *before, const struct policy *policy, int64_t now_ms,
                    struct decision *out)
{
    decision_init(out, before, now_ms);
    struct number *number = &out->number;
    bool over = number->deadline_at_ms <= now_ms;
    if (over) {
        number->deadline_at_ms = 0;
        if (number->step == STEP_NOTHING && number->attention == ATTENTION_NONE)
            decision_ask(out, ATTENTION_LAPSED, "the time for this status is over", policy, now_ms);
        if (number->step == STEP_NOTHING && number->due_at_ms > 0)
            number->due_at_ms = now_ms;
        return;
    }
    number->urgency = URGENCY_LAPSING;
    char when[RFC3339_BYTES];
    clock_rfc3339(when, sizeof when, number->deadline_at_ms);
    decision_event(out, EVENT_DEADLINE_NEAR, now_ms, when);
}

void decide_call_later(const struct number *before, int64_t opens_at_ms, int64_t now_ms,
                       struct decision *out)
{
    decision_init(out, before, now_ms);
    if (opens_at_ms > 0)
        out->number.due_at_ms = opens_at_ms;
    else
        out->number.due_at_ms =
            now_ms + DAY_MS; /* no window at all: the configuration may change */
}

void decide_attention(const struct number *before, enum attention attention, const char *reason,
                      int64_t now_ms, struct decision *out)
{
    decision_init(out, before, now_ms);
    struct policy policy = policy_default();
    decision_ask(out, attention, reason, &policy, now_ms);
}
