/* An order that was found in the account and becomes a row's, or does not. */
#include "base/text.h"
#include "domain/decide_steps.h"

#include <stdio.h>
#include <string.h>

void decision_adopt(struct decision *out, const struct order_seen *seen, int32_t n,
                    const struct policy *policy, int64_t now_ms)
{
    struct number *number = &out->number;
    TEXT_SET(number->order_sid, seen->sid);
    TEXT_SET(number->unique_name, seen->unique_name);
    if (number->order_count < n)
        number->order_count = n;
    number->attention = ATTENTION_NONE;
    number->calls_refused = 0;
    number->reason_code = 0;
    number->reason[0] = '\0';
    number->bill_attached = seen->verification_type == VERIFICATION_PHONE_BILL &&
                            seen->verification_document_sid[0] != '\0';
    out->order_named = true;
    decision_settle(out);
    decision_event(out, EVENT_ORDER_ADOPTED, now_ms, "");
    decision_see(out, seen, policy, now_ms);
}

void decision_leave_foreign(struct decision *out, const struct order_seen *foreign,
                            const struct policy *policy, int64_t now_ms)
{
    char text[REASON_BYTES];
    snprintf(text, sizeof text, "order %s exists for this number and was not made by numhost",
             foreign->sid);
    decision_settle(out);
    decision_ask(out, ATTENTION_FOREIGN_ORDER, text, policy, now_ms);
}

static bool is_live(const struct order_seen *seen)
{
    return !seen->status_known || seen->status != STATUS_FAILED;
}

/* The row waits for an order, and nothing is on its way to it. */
static bool is_free(const struct number *number)
{
    return number->status == STATUS_QUEUED && number->intent == INTENT_NONE &&
           number->order_sid[0] == '\0' && !number->cancel_asked;
}

bool decide_is_twin(const struct number *number, const struct order_seen *seen)
{
    return number->order_sid[0] != '\0' && !status_is_end(number->status) && is_live(seen) &&
           strcmp(seen->sid, number->order_sid) != 0 &&
           strcmp(seen->unique_name, number->unique_name) == 0;
}

void decide_adopt(const struct number *before, const struct order_seen *seen,
                  const struct policy *policy, int64_t now_ms, struct decision *out)
{
    decision_init(out, before, now_ms);
    int32_t n = 0;
    bool ours = decide_is_our_name(seen->unique_name, before->phone_number, &n);
    bool live = is_live(seen);
    if (ours && before->intent == INTENT_NONE && decide_is_twin(before, seen)) {
        char text[REASON_BYTES];
        snprintf(text, sizeof text, "order %s goes by the same name as %s, and both are live",
                 seen->sid, before->order_sid);
        decision_ask(out, ATTENTION_DUPLICATE, text, policy, now_ms);
        out->ignored = out->event_count == 0; /* it is known */
        return;
    }
    if (!is_free(before) || (!ours && !live)) {
        out->ignored = true;
    } else if (ours && live) {
        decision_adopt(out, seen, n, policy, now_ms);
    } else if (ours) {
        out->ignored = n <= before->order_count;
        out->number.order_count = n;
    } else {
        decision_leave_foreign(out, seen, policy, now_ms);
    }
}

/* Past the verification it does not matter how it was done. */
static bool verifies_otherwise(const struct number *number, const struct order_seen *seen)
{
    bool verifying = !seen->status_known || seen->status == STATUS_TWILIO_PROCESSING ||
                     seen->status == STATUS_RECEIVED || seen->status == STATUS_PENDING_VERIFICATION;
    return verifying && seen->verification_type != number->verification_type;
}

bool decide_bind(const struct number *before, const struct order_seen *seen,
                 const struct policy *policy, const char *actor, int64_t now_ms,
                 struct decision *out, const char **why)
{
    decision_init(out, before, now_ms);
    *why = "";
    if (!is_free(before) || !is_live(seen))
        *why = "the row has an order of its own, or a request under way";
    else if (verifies_otherwise(before, seen))
        *why = "the order verifies in another way than the row says";
    if (*why[0] != '\0')
        return false;
    struct order_seen named = *seen;
    TEXT_SET(named.unique_name, seen->sid);
    decision_adopt(out, &named, before->order_count, policy, now_ms);
    TEXT_SET(out->events[0].text, "made outside numhost");
    TEXT_SET(out->events[0].actor, actor);
    return true;
}
