#include "helpers/deciding.h"

#include "base/clock.h"
#include "base/text.h"

struct number deciding_row(enum status status, enum step step)
{
    struct number number = {
        .id = 7, .signer_id = 3, .status = status, .step = step, .due_at_ms = DECIDING_NOW_MS};
    TEXT_SET(number.phone_number, DECIDING_PHONE);
    number.settled_at_ms = DECIDING_NOW_MS - SECOND_MS;
    if (status == STATUS_QUEUED)
        return number;
    number.order_count = 1;
    TEXT_SET(number.order_sid, DECIDING_SID);
    decide_unique_name(number.unique_name, sizeof number.unique_name, DECIDING_PHONE, 1);
    return number;
}

struct number deciding_sent(enum status status, enum step step, enum operation operation)
{
    struct policy policy = policy_default();
    struct number before = deciding_row(status, step);
    struct decision out;
    decide_intent(&before, operation, &policy, DECIDING_NOW_MS, &out);
    return out.number;
}

struct order_seen deciding_order(const char *sid, int32_t n)
{
    struct order_seen seen = {.status_known = true, .status = STATUS_RECEIVED};
    TEXT_SET(seen.sid, sid);
    TEXT_SET(seen.phone_number, DECIDING_PHONE);
    decide_unique_name(seen.unique_name, sizeof seen.unique_name, DECIDING_PHONE, n);
    return seen;
}

struct answer deciding_good(struct order_seen *seen)
{
    return (struct answer){.delivery = DELIVERY_ANSWERED,
                           .http_status = 200,
                           .readable = true,
                           .orders = seen,
                           .order_count = seen != NULL ? 1 : 0};
}

struct decision deciding_answered(const struct number *before, enum operation operation,
                                  struct answer answer, int64_t now_ms)
{
    struct policy policy = policy_default();
    struct request request = {.operation = operation, .sent_at_ms = now_ms, .number_id = 7};
    struct decision out;
    struct rng rng;
    rng_seed(&rng, 1);
    TEXT_SET(request.phone_number, DECIDING_PHONE);
    answer.operation = operation;
    answer.number_id = 7;
    answer.sent_at_ms = now_ms;
    decide_answer(before, &request, &answer, &policy, &rng, now_ms, &out);
    return out;
}

bool deciding_has_event(const struct decision *decision, enum event_kind kind)
{
    for (size_t i = 0; i < decision->event_count; i++)
        if (decision->events[i].kind == kind)
            return true;
    return false;
}
