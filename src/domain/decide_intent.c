/* Before a request leaves: which one it is, and what must be on record first. */
#include "base/require.h"
#include "base/text.h"
#include "domain/decide_steps.h"

/* An answer of the future came before the clock was set back: nobody knows how long ago that is. */
static bool is_fresh_for_call(const struct number *number, int64_t now_ms)
{
    return number->settled_at_ms <= now_ms && now_ms - number->settled_at_ms <= FRESH_FOR_CALL_MS;
}

enum operation decide_operation(const struct number *number, int64_t now_ms)
{
    switch (number->step) {
    case STEP_CREATE: return OPERATION_CREATE_ORDER;
    case STEP_START_CALL:
        return is_fresh_for_call(number, now_ms) ? OPERATION_START_CALL : OPERATION_FETCH_ORDER;
    case STEP_ATTACH_BILL: return OPERATION_ATTACH_BILL;
    case STEP_POST_CODE: return OPERATION_POST_CODE;
    case STEP_CANCEL: return OPERATION_DELETE_ORDER;
    case STEP_OFFBOARD: return OPERATION_DELETE_INCOMING;
    case STEP_RECONCILE:
        return number->order_sid[0] == '\0' ? OPERATION_LIST_ORDERS : OPERATION_FETCH_ORDER;
    case STEP_NOTHING:
    case STEP_AUTHORIZE: return OPERATION_FETCH_ORDER;
    }
    return OPERATION_FETCH_ORDER;
}

static enum intent intent_of(enum operation operation)
{
    switch (operation) {
    case OPERATION_CREATE_ORDER: return INTENT_CREATE;
    case OPERATION_START_CALL: return INTENT_START_CALL;
    case OPERATION_ATTACH_BILL: return INTENT_ATTACH_BILL;
    case OPERATION_POST_CODE: return INTENT_POST_CODE;
    case OPERATION_CREATE_DOCUMENT: return INTENT_AUTHORIZE;
    case OPERATION_DELETE_ORDER: return INTENT_CANCEL;
    case OPERATION_DELETE_INCOMING: return INTENT_OFFBOARD;
    case OPERATION_LIST_ORDERS:
    case OPERATION_FETCH_ORDER:
    case OPERATION_FETCH_DOCUMENT:
    case OPERATION_LIST_DOCUMENTS:
    case OPERATION_LIST_DEPENDENTS: return INTENT_NONE;
    }
    return INTENT_NONE;
}

void decide_intent(const struct number *before, enum operation operation,
                   const struct policy *policy, int64_t now_ms, struct decision *out)
{
    decision_init(out, before, now_ms);
    struct number *number = &out->number;
    REQUIRE(operation_is_send_once(operation) && number->intent == INTENT_NONE);
    if (operation == OPERATION_CREATE_ORDER && number->unique_name[0] == '\0') {
        number->order_count++;
        decide_unique_name(number->unique_name, sizeof number->unique_name, number->phone_number,
                           number->order_count);
    }
    number->intent = intent_of(operation);
    number->intent_at_ms = now_ms;
    number->intent_attempts = number->verification_attempts;
    number->step = STEP_RECONCILE; /* unless an answer says better */
    number->due_at_ms = now_ms + INTENT_SETTLES_MS;
    if (operation == OPERATION_START_CALL) /* the line counts as taken from here */
        number->call_until_at_ms = now_ms + INTENT_SETTLES_MS + policy->call_takes_ms;
    struct event *event = decision_event(out, EVENT_INTENT, now_ms, "");
    event->has_operation = true;
    event->operation = operation;
}
