/* Decisions on a machine whose clock was set back: what the row says of later than now tells
 * nothing about how long ago it was. */
#include "base/clock.h"
#include "base/text.h"
#include "domain/decide.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NOW INT64_C(1700000000000)
#define PHONE "+14155550123"
#define SID "HR11111111111111111111111111111111"

/* Answered by a clock that was so much ahead. */
static struct number answered(enum status status, enum step step, int64_t ahead_ms)
{
    struct number number = {.id = 7, .status = status, .step = step, .order_count = 1};
    TEXT_SET(number.phone_number, PHONE);
    TEXT_SET(number.order_sid, SID);
    number.settled_at_ms = NOW + ahead_ms;
    number.since_at_ms = NOW + ahead_ms;
    return number;
}

static void no_phone_rings_on_an_answer_of_the_future(void **state)
{
    (void)state;
    struct number number = answered(STATUS_RECEIVED, STEP_START_CALL, 0);
    assert_int_equal(decide_operation(&number, NOW), OPERATION_START_CALL);
    number = answered(STATUS_RECEIVED, STEP_START_CALL, 1);
    assert_int_equal(decide_operation(&number, NOW), OPERATION_FETCH_ORDER);
    number = answered(STATUS_RECEIVED, STEP_START_CALL, 6 * HOUR_MS);
    assert_int_equal(decide_operation(&number, NOW), OPERATION_FETCH_ORDER);
}

static struct decision listed(const struct number *number, enum status status)
{
    struct policy policy = policy_default();
    struct order_seen seen = {.status_known = true, .status = status};
    struct decision out;
    TEXT_SET(seen.sid, SID);
    TEXT_SET(seen.phone_number, PHONE);
    decide_listed(number, &seen, NOW - SECOND_MS, &policy, NOW, &out);
    return out;
}

static void a_list_tells_news_at_once_and_not_when_the_old_time_is_reached(void **state)
{
    (void)state;
    struct number number = answered(STATUS_RECEIVED, STEP_NOTHING, 6 * HOUR_MS);
    struct decision out = listed(&number, STATUS_VERIFIED);
    assert_false(out.ignored);
    assert_int_equal(out.number.status, STATUS_VERIFIED);
    assert_int_equal(out.number.settled_at_ms, NOW);
}

static void a_step_back_in_it_is_looked_up_all_the_same(void **state)
{
    (void)state;
    struct number number = answered(STATUS_PENDING_LOA, STEP_NOTHING, 6 * HOUR_MS);
    struct decision out = listed(&number, STATUS_RECEIVED);
    assert_int_equal(out.number.status, STATUS_PENDING_LOA);
    assert_int_equal(out.number.step, STEP_RECONCILE);
    assert_int_equal(out.number.due_at_ms, NOW);
}

/* An order asked for at `intent_at_ms`, and a list sent at NOW that does not hold it. */
static struct decision not_found(int64_t intent_at_ms, int64_t kept_since_ms)
{
    struct policy policy = policy_default();
    struct number number = {.id = 7, .status = STATUS_QUEUED, .step = STEP_RECONCILE};
    struct request request = {.operation = OPERATION_LIST_ORDERS, .number_id = 7};
    struct answer answer = {.operation = OPERATION_LIST_ORDERS,
                            .delivery = DELIVERY_ANSWERED,
                            .http_status = 200,
                            .readable = true,
                            .sent_at_ms = NOW};
    struct decision out;
    struct rng rng;
    rng_seed(&rng, 1);
    policy.clock_kept_since_ms = kept_since_ms;
    TEXT_SET(number.phone_number, PHONE);
    TEXT_SET(request.phone_number, PHONE);
    decide_unique_name(number.unique_name, sizeof number.unique_name, PHONE, 1);
    number.order_count = 1;
    number.intent = INTENT_CREATE;
    number.intent_at_ms = intent_at_ms;
    decide_answer(&number, &request, &answer, &policy, &rng, NOW, &out);
    return out;
}

static void a_clock_that_is_set_ahead_does_not_end_a_grace(void **state)
{
    (void)state;
    int64_t grace_ms = policy_default().reconcile_grace_ms;
    assert_int_equal(not_found(NOW - grace_ms, 0).number.step, STEP_CREATE);
    assert_int_equal(not_found(NOW - DAY_MS, NOW - grace_ms).number.step, STEP_CREATE);
    assert_int_equal(not_found(NOW - DAY_MS, NOW - grace_ms + 1).number.step, STEP_RECONCILE);
    assert_int_equal(not_found(NOW - DAY_MS, NOW - grace_ms + 1).number.intent, INTENT_CREATE);
    assert_int_equal(not_found(NOW - grace_ms, NOW - DAY_MS).number.step, STEP_CREATE);
}

static void a_clock_that_is_set_back_does_not_make_it_hours(void **state)
{
    (void)state;
    int64_t grace_ms = policy_default().reconcile_grace_ms;
    assert_int_equal(not_found(NOW + 6 * HOUR_MS, NOW - grace_ms).number.step, STEP_CREATE);
    assert_int_equal(not_found(NOW + 6 * HOUR_MS, NOW - SECOND_MS).number.step, STEP_RECONCILE);
    assert_int_equal(not_found(NOW + 6 * HOUR_MS, 0).number.step, STEP_RECONCILE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_phone_rings_on_an_answer_of_the_future),
        cmocka_unit_test(a_list_tells_news_at_once_and_not_when_the_old_time_is_reached),
        cmocka_unit_test(a_clock_that_is_set_ahead_does_not_end_a_grace),
        cmocka_unit_test(a_clock_that_is_set_back_does_not_make_it_hours),
        cmocka_unit_test(a_step_back_in_it_is_looked_up_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
