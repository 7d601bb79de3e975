/* What an order leaves out is not told, and what it shows that was not sent from here just now is
 * taken in: a call and an LOA that were given up, or that somebody else made. */
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

static struct decision looked(const struct number *number, struct order_seen seen, int64_t now_ms)
{
    return deciding_answered(number, OPERATION_FETCH_ORDER, deciding_good(&seen), now_ms);
}

/* ---- what an order leaves out ---- */

static int32_t count_events(const struct decision *decision, enum event_kind kind)
{
    int32_t count = 0;
    for (size_t i = 0; i < decision->event_count; i++)
        count += decision->events[i].kind == kind ? 1 : 0;
    return count;
}

static void attempts_that_are_not_told_do_not_mean_that_no_phone_rang(void **state)
{
    (void)state;
    struct number number = deciding_sent(STATUS_RECEIVED, STEP_START_CALL, OPERATION_START_CALL);
    struct order_seen seen = deciding_order(SID, 1);
    seen.verification_attempts = ATTEMPTS_NOT_TOLD;
    for (int i = 1; i <= 12; i++) {
        struct decision out = looked(&number, seen, NOW + i * 10 * MINUTE_MS);
        assert_int_equal(out.number.step, STEP_RECONCILE);
        assert_int_equal(out.number.intent, INTENT_START_CALL);
        assert_int_equal(count_events(&out, EVENT_NOT_HAPPENED), 0);
        assert_int_equal(out.number.attention, i < 6 ? ATTENTION_NONE : ATTENTION_UNKNOWN_OUTCOME);
        number = out.number;
    }
    seen.verification_attempts = 0;
    struct decision told = looked(&number, seen, NOW + 3 * HOUR_MS);
    assert_int_equal(count_events(&told, EVENT_NOT_HAPPENED), 1);
    assert_int_equal(told.number.attention, ATTENTION_NONE);
}

static void a_status_that_only_a_call_brings_about_tells_of_it_too(void **state)
{
    (void)state;
    struct number number = deciding_sent(STATUS_RECEIVED, STEP_START_CALL, OPERATION_START_CALL);
    struct order_seen seen = deciding_order(SID, 1);
    seen.status = STATUS_PENDING_VERIFICATION;
    seen.verification_attempts = ATTEMPTS_NOT_TOLD;
    struct decision out = looked(&number, seen, NOW + MINUTE_MS);
    assert_int_equal(count_events(&out, EVENT_CALL_PLACED), 1);
    assert_int_equal(out.number.verification_attempts, 1);
    assert_int_equal(out.number.intent, INTENT_NONE);
}

static void attempts_that_are_not_told_were_not_given_back(void **state)
{
    (void)state;
    static const enum attention spent[] = {ATTENTION_ATTEMPTS_KEPT, ATTENTION_ATTEMPTS_SPENT};
    for (size_t i = 0; i < 2; i++) {
        struct number number = deciding_row(STATUS_PENDING_VERIFICATION, STEP_NOTHING);
        struct order_seen seen = deciding_order(SID, 1);
        number.verification_attempts = 2 + (int32_t)i;
        number.attention = spent[i];
        seen.status = STATUS_PENDING_VERIFICATION;
        seen.verification_attempts = ATTEMPTS_NOT_TOLD;
        struct decision out = looked(&number, seen, NOW);
        assert_int_equal(out.number.attention, spent[i]);
        assert_int_equal(out.number.verification_attempts, 2 + (int32_t)i);
        seen.verification_attempts = 0;
        assert_int_equal(looked(&number, seen, NOW).number.step, STEP_NOTHING);
        assert_int_equal(looked(&number, seen, NOW).number.attention, ATTENTION_NONE);
    }
}

/* ---- what was not sent from here just now ---- */

static void a_call_that_was_not_counted_takes_the_line_and_shows_its_code(void **state)
{
    (void)state;
    struct number number = deciding_row(STATUS_PENDING_VERIFICATION, STEP_NOTHING);
    struct order_seen seen = deciding_order(SID, 1);
    number.created_at_ms = NOW - DAY_MS;
    number.verification_attempts = 1;
    number.call_until_at_ms = NOW + SECOND_MS;
    seen.status = STATUS_PENDING_VERIFICATION;
    seen.verification_attempts = 2;
    TEXT_SET(seen.verification_code, "123456");
    struct decision out = looked(&number, seen, NOW);
    assert_int_equal(count_events(&out, EVENT_CALL_PLACED), 1);
    assert_int_equal(out.number.verification_attempts, 2);
    assert_true(out.number.call_until_at_ms >= NOW + 3 * MINUTE_MS);
    assert_string_equal(out.number.code, "123456");
    struct decision again = looked(&out.number, seen, NOW + SECOND_MS);
    assert_int_equal(count_events(&again, EVENT_CALL_PLACED), 0);
}

/* Of an order that is seen for the first time, made in the Console or before the database was lost,
 * nobody counted anything. */
static void calls_before_an_order_was_known_are_no_news(void **state)
{
    (void)state;
    struct number number = deciding_row(STATUS_PENDING_VERIFICATION, STEP_NOTHING);
    struct order_seen seen = deciding_order(SID, 1);
    seen.status = STATUS_PENDING_VERIFICATION;
    seen.verification_attempts = 2;
    struct decision out = looked(&number, seen, NOW);
    assert_int_equal(count_events(&out, EVENT_CALL_PLACED), 0);
    assert_int_equal(out.number.verification_attempts, 2);
}

static void a_second_loa_is_believed_from_the_order_itself_only(void **state)
{
    (void)state;
    struct policy policy = policy_default();
    struct decision listed;
    struct number number = deciding_row(STATUS_PENDING_LOA, STEP_NOTHING);
    struct order_seen seen = deciding_order(SID, 1);
    number.loa_id = 4;
    TEXT_SET(number.loa_sid, "PX11111111111111111111111111111111");
    TEXT_SET(seen.signing_document_sid, "PX22222222222222222222222222222222");
    seen.status = STATUS_PENDING_LOA;
    decide_listed(&number, &seen, NOW, &policy, NOW, &listed);
    assert_int_equal(listed.number.step, STEP_RECONCILE);
    assert_int_equal(listed.number.attention, ATTENTION_NONE);
    struct decision out = looked(&listed.number, seen, NOW);
    assert_int_equal(out.number.attention, ATTENTION_DUPLICATE);
    assert_int_equal(count_events(&out, EVENT_LOA_SENT), 1);
    assert_true(out.document_found);
    assert_string_equal(out.number.loa_sid, seen.signing_document_sid);
    decide_listed(&out.number, &seen, NOW + 1, &policy, NOW + 1, &listed);
    assert_int_equal(listed.number.step, STEP_NOTHING);
}

/* After the signature there is nothing to tell the signer, and while a request is unsettled that is
 * looked up first; the history has it all the same. */
static void a_second_loa_asks_a_person_only_before_the_signature(void **state)
{
    (void)state;
    struct policy policy = policy_default();
    struct decision out;
    for (int i = STATUS_TWILIO_PROCESSING; i < STATUS_COUNT; i++) {
        struct number number = deciding_row((enum status)i, STEP_NOTHING);
        TEXT_SET(number.loa_sid, "PX1");
        decide_second_loa(&number, "PX2", &policy, NOW, &out);
        bool before = i == STATUS_TWILIO_PROCESSING || i == STATUS_RECEIVED ||
                      i == STATUS_PENDING_VERIFICATION || i == STATUS_VERIFIED ||
                      i == STATUS_PENDING_LOA;
        assert_false(out.ignored);
        assert_int_equal(count_events(&out, EVENT_LOA_SENT), 1);
        assert_int_equal(out.number.attention, before ? ATTENTION_DUPLICATE : ATTENTION_NONE);
    }
    struct number number = deciding_row(STATUS_VERIFIED, STEP_RECONCILE);
    number.intent = INTENT_AUTHORIZE;
    TEXT_SET(number.loa_sid, "PX1");
    decide_second_loa(&number, "PX2", &policy, NOW, &out);
    assert_int_equal(out.number.step, STEP_RECONCILE);
    assert_int_equal(out.number.attention, ATTENTION_NONE);
    number.loa_sid[0] = '\0';
    decide_second_loa(&number, "PX2", &policy, NOW, &out);
    assert_true(out.ignored);
}

/* The other one may be signed yet. */
static void an_loa_that_fails_beside_another_is_not_sent_again(void **state)
{
    (void)state;
    struct policy policy = policy_default();
    static const enum attention before[] = {ATTENTION_NONE, ATTENTION_DUPLICATE};
    for (size_t i = 0; i < 2; i++) {
        struct number number = deciding_row(STATUS_VERIFIED, STEP_NOTHING);
        struct decision out;
        number.loa_id = 4;
        number.loa_count = 1;
        number.loa_fell_back = true;
        number.attention = before[i];
        decide_document(&number, DOCUMENT_FAILED, &policy, NOW, &out);
        assert_int_equal(out.number.step, i == 0 ? STEP_AUTHORIZE : STEP_NOTHING);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attempts_that_are_not_told_do_not_mean_that_no_phone_rang),
        cmocka_unit_test(a_status_that_only_a_call_brings_about_tells_of_it_too),
        cmocka_unit_test(attempts_that_are_not_told_were_not_given_back),
        cmocka_unit_test(a_call_that_was_not_counted_takes_the_line_and_shows_its_code),
        cmocka_unit_test(calls_before_an_order_was_known_are_no_news),
        cmocka_unit_test(a_second_loa_is_believed_from_the_order_itself_only),
        cmocka_unit_test(a_second_loa_asks_a_person_only_before_the_signature),
        cmocka_unit_test(an_loa_that_fails_beside_another_is_not_sent_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
