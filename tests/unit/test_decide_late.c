/* Decisions about what comes late, or after somebody decided otherwise: nothing is undone by it,
 * and nothing is done twice. */
#include "base/clock.h"
#include "base/text.h"
#include "helpers/deciding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NOW DECIDING_NOW_MS
#define SID DECIDING_SID
#define OTHER_SID "HR22222222222222222222222222222222"

static struct policy policy;

static int setup(void **state)
{
    (void)state;
    policy = policy_default();
    return 0;
}

static void a_row_with_an_order_a_request_or_a_cancellation_adopts_nothing(void **state)
{
    (void)state;
    struct order_seen seen = deciding_order(OTHER_SID, 1);
    struct number rows[4];
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        rows[i] = deciding_row(STATUS_QUEUED, STEP_CREATE);
    rows[0].intent = INTENT_CREATE;
    rows[1].cancel_asked = true;
    TEXT_SET(rows[2].order_sid, SID);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct decision out;
        decide_adopt(&rows[i], &seen, &policy, NOW, &out);
        assert_int_equal(out.ignored, i < 3); /* the last is free */
    }
}

static void an_order_is_no_twin_of_itself(void **state)
{
    (void)state;
    struct number number = deciding_row(STATUS_RECEIVED, STEP_NOTHING);
    struct order_seen seen = deciding_order(SID, 1);
    struct decision out;
    decide_adopt(&number, &seen, &policy, NOW, &out);
    assert_true(out.ignored);
    TEXT_SET(seen.sid, OTHER_SID);
    decide_adopt(&number, &seen, &policy, NOW, &out);
    assert_int_equal(out.number.attention, ATTENTION_DUPLICATE);
}

/* A list showed the end while the DELETE was on its way. */
static void a_number_that_completed_before_its_order_was_deleted_stays_completed(void **state)
{
    (void)state;
    static const int32_t deleted[] = {204, 404};
    for (size_t i = 0; i < COUNT_OF(deleted); i++) {
        struct number number = deciding_row(STATUS_COMPLETED, STEP_CANCEL);
        number.cancel_asked = true;
        struct answer answer = deciding_good(NULL);
        answer.http_status = deleted[i];
        struct decision out = deciding_answered(&number, OPERATION_DELETE_ORDER, answer, NOW);
        assert_int_equal(out.number.status, STATUS_COMPLETED);
        assert_int_equal(out.number.step, STEP_NOTHING);
        assert_int_equal(out.number.due_at_ms, 0);
        assert_true(deciding_has_event(&out, EVENT_CANCELED));
        assert_false(deciding_has_event(&out, EVENT_STATUS));
    }
}

static void a_cancellation_asked_for_while_the_loa_went_out_comes_true_when_it_did_not(void **state)
{
    (void)state;
    static const struct answer answers[] = {
        {.delivery = DELIVERY_ANSWERED, .http_status = 400, .operation = OPERATION_CREATE_DOCUMENT},
        {.delivery = DELIVERY_NOT_SENT, .operation = OPERATION_CREATE_DOCUMENT},
    };
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        struct number sent =
            deciding_sent(STATUS_VERIFIED, STEP_AUTHORIZE, OPERATION_CREATE_DOCUMENT);
        sent.loa_id = 4;
        struct decision asked, out;
        const char *why = "";
        assert_true(decide_cancel(&sent, "pat", NOW, &asked, &why));
        assert_int_equal(asked.number.intent, INTENT_AUTHORIZE);
        decide_unauthorized(&asked.number, &answers[i], &policy, NOW + 1, &out);
        assert_int_equal(out.number.step, STEP_CANCEL);
        assert_int_equal(out.number.intent, INTENT_NONE);
        assert_int_equal(out.number.loa_id, 0);
        assert_int_equal(out.number.attention, ATTENTION_NONE);
    }
}

/* No row says so unless somebody changed it; what the order shows settles it all the same. */
static void an_order_that_is_read_settles_whatever_was_in_doubt(void **state)
{
    (void)state;
    static const enum intent intents[] = {INTENT_CREATE, INTENT_CANCEL, INTENT_OFFBOARD};
    for (size_t i = 0; i < COUNT_OF(intents); i++) {
        struct number number = deciding_row(STATUS_CARRIER_PROCESSING, STEP_RECONCILE);
        number.intent = intents[i];
        number.intent_at_ms = NOW - HOUR_MS;
        struct order_seen seen = deciding_order(SID, 1);
        seen.status = STATUS_TESTING;
        struct decision out =
            deciding_answered(&number, OPERATION_FETCH_ORDER, deciding_good(&seen), NOW);
        assert_int_equal(out.number.intent, INTENT_NONE);
        assert_int_equal(out.number.status, STATUS_TESTING);
        assert_int_equal(out.number.step, STEP_NOTHING);
        assert_true(out.number.due_at_ms > NOW);
    }
}

static void the_name_of_an_order_is_made_of_the_digits(void **state)
{
    (void)state;
    char with[UNIQUE_NAME_BYTES];
    char without[UNIQUE_NAME_BYTES];
    decide_unique_name(with, sizeof with, "+14155550123", 2);
    decide_unique_name(without, sizeof without, "14155550123", 2);
    assert_string_equal(with, "numhost-14155550123-2");
    assert_string_equal(without, with);
}

/* The list that shows the step back puts the cancellation off until the order was read. */
static void a_cancellation_outlives_an_loa_that_nobody_here_knows(void **state)
{
    (void)state;
    struct number number = deciding_row(STATUS_PENDING_LOA, STEP_NOTHING);
    struct order_seen seen = deciding_order(SID, 1);
    struct decision asked, listed;
    const char *why = "";
    seen.status = STATUS_VERIFIED;
    assert_true(decide_cancel(&number, "pat", NOW, &asked, &why));
    decide_listed(&asked.number, &seen, NOW, &policy, NOW, &listed);
    assert_int_equal(listed.number.step, STEP_RECONCILE);
    struct decision out =
        deciding_answered(&listed.number, OPERATION_FETCH_ORDER, deciding_good(&seen), NOW);
    assert_int_equal(out.number.status, STATUS_VERIFIED);
    assert_int_equal(out.number.attention, ATTENTION_NONE);
    assert_int_equal(out.number.step, STEP_CANCEL);
    assert_false(deciding_has_event(&out, EVENT_ATTENTION)); /* nobody is told to see to it */
}

static struct decision called_again(int64_t code_until_at_ms)
{
    struct number number = deciding_sent(STATUS_RECEIVED, STEP_START_CALL, OPERATION_START_CALL);
    struct order_seen seen = deciding_order(SID, 1);
    TEXT_SET(number.code, "012345");
    TEXT_SET(seen.verification_code, "012345");
    number.code_until_at_ms = code_until_at_ms;
    return deciding_answered(&number, OPERATION_START_CALL, deciding_good(&seen), NOW);
}

static void a_code_that_ran_out_and_comes_again_is_valid_anew(void **state)
{
    (void)state;
    struct decision again = called_again(NOW);
    assert_string_equal(again.number.code, "012345");
    assert_int_equal(again.number.code_until_at_ms, NOW + policy.code_valid_ms);
    assert_int_equal(called_again(NOW + 1).number.code_until_at_ms, NOW + 1);
}

static void the_answer_to_a_call_never_gives_an_attempt_back(void **state)
{
    (void)state;
    struct number number = deciding_row(STATUS_RECEIVED, STEP_START_CALL);
    number.verification_attempts = 2; /* learned while the call was on its way */
    struct order_seen seen = deciding_order(SID, 1);
    seen.status = STATUS_PENDING_VERIFICATION;
    struct decision out =
        deciding_answered(&number, OPERATION_START_CALL, deciding_good(&seen), NOW);
    assert_int_equal(out.number.verification_attempts, 2);
    assert_true(deciding_has_event(&out, EVENT_CALL_PLACED));
}

static void nobody_accepts_a_status_that_only_we_use(void **state)
{
    (void)state;
    struct number number = deciding_row(STATUS_TESTING, STEP_RECONCILE);
    number.attention = ATTENTION_STRANGE_MOVE;
    struct order_seen seen = deciding_order(SID, 1);
    seen.status = STATUS_CANCELED;
    struct decision out =
        deciding_answered(&number, OPERATION_FETCH_ORDER, deciding_good(&seen), NOW);
    assert_int_equal(out.number.status, STATUS_TESTING);
    assert_int_equal(out.number.attention, ATTENTION_STRANGE_MOVE);
    assert_false(out.order_ended);
}

/* ---- time ---- */

static void a_code_that_runs_out_during_its_call_leaves_the_line_taken(void **state)
{
    (void)state;
    struct number number = deciding_row(STATUS_PENDING_VERIFICATION, STEP_NOTHING);
    struct decision out, ended;
    TEXT_SET(number.code, "012345");
    number.code_until_at_ms = NOW;
    number.call_until_at_ms = NOW + 1;
    decide_call_ended(&number, &policy, NOW, &out);
    assert_string_equal(out.number.code, "");
    assert_int_equal(out.number.call_until_at_ms, NOW + 1);
    assert_int_equal(out.event_count, 0);
    decide_call_ended(&out.number, &policy, NOW + 1, &ended);
    assert_int_equal(ended.number.call_until_at_ms, 0);
    assert_true(deciding_has_event(&ended, EVENT_CALL_UNANSWERED));
}

static void a_call_that_ends_past_the_verification_is_not_placed_again(void **state)
{
    (void)state;
    struct number number = deciding_row(STATUS_VERIFIED, STEP_NOTHING);
    struct decision out;
    number.call_until_at_ms = NOW;
    decide_call_ended(&number, &policy, NOW, &out);
    assert_int_equal(out.number.call_until_at_ms, 0);
    assert_int_equal(out.number.step, STEP_NOTHING);
    assert_int_equal(out.event_count, 0);
}

static void a_deadline_brings_the_next_look_forward_where_there_is_one(void **state)
{
    (void)state;
    struct number number = deciding_row(STATUS_PENDING_LOA, STEP_NOTHING);
    struct decision out;
    number.attention = ATTENTION_REFUSED;
    number.deadline_at_ms = NOW;
    number.due_at_ms = NOW + DAY_MS;
    decide_lapsing(&number, &policy, NOW, &out);
    assert_int_equal(out.number.due_at_ms, NOW);
    number.due_at_ms = 0;
    decide_lapsing(&number, &policy, NOW, &out);
    assert_int_equal(out.number.due_at_ms, 0);
    assert_int_equal(out.number.attention, ATTENTION_REFUSED);
    assert_int_equal(out.number.deadline_at_ms, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_with_an_order_a_request_or_a_cancellation_adopts_nothing),
        cmocka_unit_test(an_order_is_no_twin_of_itself),
        cmocka_unit_test(a_number_that_completed_before_its_order_was_deleted_stays_completed),
        cmocka_unit_test(
            a_cancellation_asked_for_while_the_loa_went_out_comes_true_when_it_did_not),
        cmocka_unit_test(an_order_that_is_read_settles_whatever_was_in_doubt),
        cmocka_unit_test(the_name_of_an_order_is_made_of_the_digits),
        cmocka_unit_test(a_cancellation_outlives_an_loa_that_nobody_here_knows),
        cmocka_unit_test(a_code_that_ran_out_and_comes_again_is_valid_anew),
        cmocka_unit_test(the_answer_to_a_call_never_gives_an_attempt_back),
        cmocka_unit_test(nobody_accepts_a_status_that_only_we_use),
        cmocka_unit_test(a_code_that_runs_out_during_its_call_leaves_the_line_taken),
        cmocka_unit_test(a_call_that_ends_past_the_verification_is_not_placed_again),
        cmocka_unit_test(a_deadline_brings_the_next_look_forward_where_there_is_one),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
