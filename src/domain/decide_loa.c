/* What happens to a number because of the LOA it is on. */
#include "base/clock.h"
#include "base/text.h"
#include "domain/decide_steps.h"
#include "domain/failure.h"

#include <stdio.h>

void decide_authorized(const struct number *before, const char *loa_sid,
                       const struct policy *policy, int64_t now_ms, struct decision *out)
{
    decision_init(out, before, now_ms);
    struct number *number = &out->number;
    decision_settle(out);
    if (loa_sid[0] != '\0')
        TEXT_SET(number->loa_sid, loa_sid);
    number->loa_count++;
    number->loa_fell_back = false;
    number->attention = ATTENTION_NONE;
    number->tries = 0;
    number->settled_at_ms = now_ms;
    decision_event(out, EVENT_LOA_SENT, now_ms, loa_sid);
    decision_wait(out, policy, now_ms);
    decision_honour_cancel(out, policy, now_ms);
}

static void leave_loa(struct decision *out)
{
    decision_settle(out);
    out->number.loa_id = 0;
    out->number.loa_fell_back = false;
}

/* Ready to be packed again, without waiting for stragglers a second time. */
static void pack_again(struct decision *out, const struct policy *policy, int64_t now_ms)
{
    leave_loa(out);
    decision_plan(out, policy, now_ms);
    if (out->number.step == STEP_AUTHORIZE)
        out->number.due_at_ms = now_ms;
}

void decide_not_authorized(const struct number *before, const struct policy *policy, int64_t now_ms,
                           struct decision *out)
{
    decision_init(out, before, now_ms);
    decision_event(out, EVENT_NOT_HAPPENED, now_ms, step_name(STEP_AUTHORIZE));
    pack_again(out, policy, now_ms);
}

void decide_second_loa(const struct number *before, const char *loa_sid,
                       const struct policy *policy, int64_t now_ms, struct decision *out)
{
    decision_init(out, before, now_ms);
    out->ignored = before->loa_sid[0] == '\0'; /* the first: the order itself will show it */
    if (!out->ignored)
        decision_second_loa(out, loa_sid, policy, now_ms);
}

void decide_unsearchable(const struct number *before, const char *reason,
                         const struct policy *policy, int64_t now_ms, struct decision *out)
{
    decision_init(out, before, now_ms);
    enum step step = before->step;
    decision_ask(out, ATTENTION_UNKNOWN_OUTCOME, reason, policy, now_ms);
    out->number.step = step;
    out->number.due_at_ms = before->due_at_ms;
}

/* It did not go out, and the row is not at fault. A bad hour must not fill the history of every
 * number on the LOA. */
static void authorize_later(struct decision *out, const struct answer *answer,
                            const struct policy *policy, int64_t now_ms)
{
    struct number *number = &out->number;
    bool throttled = answer->http_status == 429;
    if (number->tries == 0 && !throttled)
        decision_tell(out, EVENT_TRY_LATER, answer, now_ms);
    int32_t tries = throttled ? number->tries : 1;
    pack_again(out, policy, now_ms);
    number->tries = tries;
}

void decide_unauthorized(const struct number *before, const struct answer *answer,
                         const struct policy *policy, int64_t now_ms, struct decision *out)
{
    decision_init(out, before, now_ms);
    struct number *number = &out->number;
    number->settled_at_ms = now_ms;
    number->requests++;
    bool answered = answer->delivery == DELIVERY_ANSWERED;
    bool clear = answered && answer->http_status >= 300 && answer->http_status < 500 &&
                 answer->http_status != 408;
    if (answer->delivery == DELIVERY_UNCERTAIN || (answered && !clear)) {
        decision_event(out, EVENT_OUTCOME_UNKNOWN, now_ms, answer->message);
        number->due_at_ms = now_ms + policy->retry_base_ms; /* STEP_RECONCILE since the intent */
        return;
    }
    const struct failure *failure =
        clear ? failure_of_answer(answer->operation, answer->http_status, answer->code) : NULL;
    if (number->cancel_asked) {
        pack_again(out, policy, now_ms);
        return;
    }
    bool harmless = failure == NULL || failure->class == FAILURE_TRY_LATER ||
                    failure->class == FAILURE_STOP_RUN;
    if (harmless) {
        out->stop_run = failure != NULL && failure->class == FAILURE_STOP_RUN;
        authorize_later(out, answer, policy, now_ms);
        return;
    }
    decision_tell(out, EVENT_REFUSED, answer, now_ms);
    leave_loa(out);
    number->tries++;
    bool look = (failure->class == FAILURE_LOOK_AGAIN || answer->code == 22101) &&
                number->tries < policy->retry_attempts;
    if (look) { /* one of the orders may have left `verified`: read each before packing again */
        number->step = STEP_RECONCILE;
        number->due_at_ms = now_ms;
        return;
    }
    number->reason_code = answer->code;
    decision_ask(out, ATTENTION_REFUSED, answer->message, policy, now_ms);
}

/* The order stands at verified again. Only a document that failed or was reopened is sent anew by
 * itself, and not often: who declined once is not mailed again without somebody talking to him. */
static void lost_document(struct decision *out, enum document_status status,
                          const struct policy *policy, int64_t now_ms)
{
    struct number *number = &out->number;
    bool lags = status == DOCUMENT_SIGNING && now_ms - number->since_at_ms < HOUR_MS;
    if (lags) {
        decision_wait(out, policy, now_ms);
        return;
    }
    bool again = (status == DOCUMENT_FAILED || status == DOCUMENT_OPENED) &&
                 number->loa_count < policy->loa_failures_at_most &&
                 number->attention != ATTENTION_DUPLICATE; /* the other may be signed yet */
    char text[REASON_BYTES];
    snprintf(text, sizeof text, "the order is back at verified, its document is %s",
             document_status_name(status));
    decision_event(out, EVENT_LOA_ENDED, now_ms, text);
    if (again) {
        pack_again(out, policy, now_ms);
    } else {
        leave_loa(out);
        decision_ask(out, ATTENTION_LOA_DECLINED, text, policy, now_ms);
    }
}

void decide_document(const struct number *before, enum document_status status,
                     const struct policy *policy, int64_t now_ms, struct decision *out)
{
    decision_init(out, before, now_ms);
    struct number *number = &out->number;
    bool ended = status == DOCUMENT_CANCELED || status == DOCUMENT_FAILED;
    bool concerns = number->intent == INTENT_NONE && !status_is_end(number->status) &&
                    number->attention != ATTENTION_STRANGE_MOVE && (ended || number->loa_fell_back);
    bool lost = number->loa_fell_back || number->status == STATUS_VERIFIED;
    if (concerns && lost) {
        lost_document(out, status, policy, now_ms);
    } else if (concerns && number->step == STEP_NOTHING) { /* not shown by the order yet: look */
        number->step = STEP_RECONCILE;
        number->due_at_ms = now_ms;
    } else {
        out->ignored = true;
    }
}
