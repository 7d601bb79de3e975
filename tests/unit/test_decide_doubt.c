/* Decisions in doubt: what an answer does not say must not be taken as said. */
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

/* The order may stand on the next page: however often that is seen, nothing is created. */
static void a_list_that_goes_on_never_means_that_there_is_no_order(void **state)
{
    (void)state;
    struct number number = deciding_sent(STATUS_QUEUED, STEP_CREATE, OPERATION_CREATE_ORDER);
    struct answer page = {.delivery = DELIVERY_ANSWERED, .http_status = 200, .readable = true};
    TEXT_SET(page.next_page_url, "/HostedNumbers/HostedNumberOrders?Page=1");
    int64_t now_ms = NOW;
    for (int i = 0; i < 20; i++) {
        now_ms += HOUR_MS;
        struct decision out = deciding_answered(&number, OPERATION_LIST_ORDERS, page, now_ms);
        assert_int_equal(out.number.step, STEP_RECONCILE);
        assert_int_equal(out.number.intent, INTENT_CREATE);
        number = out.number;
    }
}

static void two_live_orders_with_our_names_are_shown_to_a_person(void **state)
{
    (void)state;
    struct number number = deciding_sent(STATUS_QUEUED, STEP_CREATE, OPERATION_CREATE_ORDER);
    struct order_seen seen[] = {deciding_order(SID, 1), deciding_order(OTHER_SID, 2)};
    struct answer page = {.delivery = DELIVERY_ANSWERED,
                          .http_status = 200,
                          .readable = true,
                          .orders = seen,
                          .order_count = 2};
    struct decision out = deciding_answered(&number, OPERATION_LIST_ORDERS, page, NOW + HOUR_MS);
    assert_int_equal(out.number.attention, ATTENTION_DUPLICATE);
    assert_string_equal(out.number.order_sid, "");
}

static void a_throttled_call_uses_no_attempt_and_gives_the_line_back(void **state)
{
    (void)state;
    struct number number = deciding_sent(STATUS_RECEIVED, STEP_START_CALL, OPERATION_START_CALL);
    assert_true(number.call_until_at_ms > NOW);
    struct answer no = {.delivery = DELIVERY_ANSWERED, .http_status = 429, .code = 20429};
    struct decision out = deciding_answered(&number, OPERATION_START_CALL, no, NOW + 1);
    assert_int_equal(out.number.verification_attempts, 0);
    assert_int_equal(out.number.call_until_at_ms, 0);
    assert_int_equal(out.number.step, STEP_START_CALL);
    assert_int_equal(out.number.intent, INTENT_NONE);
}

/* Every request that must not be repeated blindly, and every answer that leaves open whether it had
 * its effect. */
static void an_unclear_answer_is_never_taken_for_a_no(void **state)
{
    (void)state;
    static const struct {
        enum status status;
        enum step step;
        enum operation operation;
    } sendings[] = {
        {STATUS_QUEUED, STEP_CREATE, OPERATION_CREATE_ORDER},
        {STATUS_RECEIVED, STEP_START_CALL, OPERATION_START_CALL},
        {STATUS_RECEIVED, STEP_ATTACH_BILL, OPERATION_ATTACH_BILL},
        {STATUS_PENDING_VERIFICATION, STEP_POST_CODE, OPERATION_POST_CODE},
    };
    static const int32_t unclear[] = {0, 100, 408, 500, 502, 503, 504, 599};
    for (size_t i = 0; i < COUNT_OF(sendings); i++) {
        for (size_t j = 0; j < COUNT_OF(unclear); j++) {
            enum operation operation = sendings[i].operation;
            struct number number = deciding_sent(sendings[i].status, sendings[i].step, operation);
            struct answer answer = {.delivery = DELIVERY_ANSWERED, .http_status = unclear[j]};
            if (unclear[j] == 0)
                answer.delivery = DELIVERY_UNCERTAIN;
            struct decision out = deciding_answered(&number, operation, answer, NOW + 1);
            if (out.number.intent != number.intent || out.number.step != STEP_RECONCILE)
                fail_msg("%s answered by %d is settled as %s", operation_name(operation),
                         unclear[j], step_name(out.number.step));
        }
    }
}

/* The order in the answer may be read before the attempt is written. */
static void a_call_that_was_placed_counts_also_when_its_answer_does_not_show_it(void **state)
{
    (void)state;
    struct number number = deciding_sent(STATUS_RECEIVED, STEP_START_CALL, OPERATION_START_CALL);
    struct order_seen seen = deciding_order(SID, 1);
    seen.status = STATUS_PENDING_VERIFICATION;
    struct answer yes = {.delivery = DELIVERY_ANSWERED,
                         .http_status = 200,
                         .readable = true,
                         .orders = &seen,
                         .order_count = 1};
    struct decision out = deciding_answered(&number, OPERATION_START_CALL, yes, NOW + 1);
    assert_int_equal(out.number.verification_attempts, 1);
}

static void a_list_does_not_settle_what_was_sent(void **state)
{
    (void)state;
    struct policy policy = policy_default();
    struct number number = deciding_sent(STATUS_RECEIVED, STEP_START_CALL, OPERATION_START_CALL);
    struct order_seen seen = deciding_order(SID, 1);
    seen.status = STATUS_VERIFIED;
    struct decision out;
    decide_listed(&number, &seen, NOW + SECOND_MS, &policy, NOW + 2 * SECOND_MS, &out);
    assert_true(out.ignored);
}

static void an_loa_of_unknown_outcome_is_looked_up_and_not_packed_again(void **state)
{
    (void)state;
    struct policy policy = policy_default();
    struct number number =
        deciding_sent(STATUS_VERIFIED, STEP_AUTHORIZE, OPERATION_CREATE_DOCUMENT);
    static const int32_t unclear[] = {0, 200, 201, 408, 500, 503};
    for (size_t i = 0; i < COUNT_OF(unclear); i++) {
        struct answer answer = {.operation = OPERATION_CREATE_DOCUMENT,
                                .delivery = DELIVERY_ANSWERED,
                                .http_status = unclear[i]};
        if (unclear[i] == 0)
            answer.delivery = DELIVERY_UNCERTAIN;
        struct decision out;
        decide_unauthorized(&number, &answer, &policy, NOW + 1, &out);
        assert_int_equal(out.number.intent, INTENT_AUTHORIZE);
        assert_int_equal(out.number.step, STEP_RECONCILE);
    }
}

static const struct answer nothing_there = {
    .delivery = DELIVERY_ANSWERED, .http_status = 200, .readable = true};

static struct answer refusal(int32_t http_status, int32_t code)
{
    return (struct answer){.delivery = DELIVERY_ANSWERED, .http_status = http_status, .code = code};
}

/* One round: sent, refused, looked up when the grace is over. */
static struct number refused_and_looked_up(const struct number *before, int32_t http_status,
                                           int32_t code, int64_t at_ms)
{
    struct policy policy = policy_default();
    struct decision out;
    decide_intent(before, OPERATION_CREATE_ORDER, &policy, at_ms, &out);
    struct number number = out.number;
    out = deciding_answered(&number, OPERATION_CREATE_ORDER, refusal(http_status, code),
                            at_ms + SECOND_MS);
    assert_int_equal(out.number.step, STEP_RECONCILE);
    number = out.number;
    out = deciding_answered(&number, OPERATION_LIST_ORDERS, nothing_there,
                            at_ms + policy.reconcile_grace_ms + SECOND_MS);
    return out.number;
}

static void a_create_that_is_refused_without_a_reason_asks_a_person_in_the_end(void **state)
{
    (void)state;
    static const int32_t unexplained[] = {400, 409};
    for (size_t i = 0; i < COUNT_OF(unexplained); i++) {
        struct number number = deciding_row(STATUS_QUEUED, STEP_CREATE);
        int64_t at_ms = NOW;
        int rounds = 0;
        for (; rounds < 10 && number.attention == ATTENTION_NONE; rounds++) {
            number = refused_and_looked_up(&number, unexplained[i], 0, at_ms);
            at_ms += HOUR_MS;
        }
        assert_int_equal(rounds, 3);
        assert_int_equal(number.attention, ATTENTION_REFUSED);
        assert_int_equal(number.intent, INTENT_NONE);
        assert_int_equal(number.due_at_ms, 0);
        assert_non_null(strstr(number.reason, "HTTP 4"));
    }
}

/* What the first one did may be what the second is refused for: the service says in words of its
 * own that a name or a number is taken. */
static void the_refusal_of_a_repeated_create_is_looked_up_before_the_number_fails(void **state)
{
    (void)state;
    struct policy policy = policy_default();
    struct number number = deciding_sent(STATUS_QUEUED, STEP_CREATE, OPERATION_CREATE_ORDER);
    struct decision out =
        deciding_answered(&number, OPERATION_CREATE_ORDER, refusal(400, 20001), NOW + 1);
    assert_int_equal(out.number.status, STATUS_FAILED); /* nothing of ours can be in its way */

    number.requests = 9;
    out = deciding_answered(&number, OPERATION_CREATE_ORDER, refusal(400, 20001), NOW + 1);
    assert_int_equal(out.number.status, STATUS_QUEUED);
    assert_int_equal(out.number.step, STEP_RECONCILE);
    struct number in_doubt = out.number;
    struct order_seen seen = deciding_order(SID, 1);
    struct answer found = nothing_there;
    found.orders = &seen;
    found.order_count = 1;
    out = deciding_answered(&in_doubt, OPERATION_LIST_ORDERS, found, NOW + SECOND_MS);
    assert_int_equal(out.number.status, STATUS_RECEIVED);
    assert_string_equal(out.number.order_sid, SID);

    out = deciding_answered(&in_doubt, OPERATION_LIST_ORDERS, nothing_there,
                            NOW + policy.reconcile_grace_ms + 1);
    assert_int_equal(out.number.status, STATUS_FAILED);
    assert_int_equal(out.number.reason_code, 20001);
}

static void an_loa_that_did_not_leave_is_told_once_however_long_that_lasts(void **state)
{
    (void)state;
    struct policy policy = policy_default();
    struct number number = deciding_row(STATUS_VERIFIED, STEP_AUTHORIZE);
    static const int32_t statuses[] = {0, 401, 301};
    size_t told = 0;
    for (int64_t i = 0; i < 60; i++) {
        struct decision out;
        decide_intent(&number, OPERATION_CREATE_DOCUMENT, &policy, NOW + i, &out);
        struct number packed = out.number;
        struct answer answer = refusal(statuses[i % 3], 0);
        answer.operation = OPERATION_CREATE_DOCUMENT;
        if (answer.http_status == 0)
            answer.delivery = DELIVERY_NOT_SENT;
        decide_unauthorized(&packed, &answer, &policy, NOW + i, &out);
        assert_int_equal(out.number.step, STEP_AUTHORIZE);
        told += out.event_count;
        if (out.event_count > 0)
            assert_int_equal(out.events[0].kind, EVENT_TRY_LATER);
        number = out.number;
    }
    assert_int_equal(told, 1);
    assert_true(number.tries < policy.retry_attempts); /* a refusal later has its tries */
}

/* Somebody else's order that failed, made without a name, when a person has just said "look again".
 */
static void a_dead_order_without_a_name_is_not_taken_for_ours(void **state)
{
    (void)state;
    struct policy policy = policy_default();
    struct number before = deciding_row(STATUS_QUEUED, STEP_NOTHING);
    before.attention = ATTENTION_FOREIGN_ORDER;
    struct decision out;
    const char *why = "";
    assert_true(decide_retry(&before, false, &policy, "me", NOW, &out, &why));
    struct number number = out.number;
    struct order_seen dead = deciding_order(SID, 1);
    dead.status = STATUS_FAILED;
    dead.unique_name[0] = '\0';
    struct answer answer = {.operation = OPERATION_LIST_ORDERS,
                            .delivery = DELIVERY_ANSWERED,
                            .http_status = 200,
                            .readable = true,
                            .sent_at_ms = NOW + DAY_MS,
                            .orders = &dead,
                            .order_count = 1};
    out = deciding_answered(&number, OPERATION_LIST_ORDERS, answer, NOW + DAY_MS);
    assert_int_equal(out.number.status, STATUS_QUEUED);
    assert_string_equal(out.number.order_sid, "");
    assert_int_equal(out.number.step, STEP_CREATE);
}

static void a_new_order_is_not_canceled_for_what_was_asked_of_the_old_one(void **state)
{
    (void)state;
    struct policy policy = policy_default();
    struct number failed = deciding_row(STATUS_FAILED, STEP_NOTHING);
    failed.cancel_asked = true; /* while the request was under way by which it failed */
    struct decision out;
    const char *why = "";
    assert_true(decide_retry(&failed, false, &policy, "me", NOW, &out, &why));
    assert_int_equal(out.number.status, STATUS_QUEUED);
    assert_int_equal(out.number.step, STEP_CREATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_that_goes_on_never_means_that_there_is_no_order),
        cmocka_unit_test(two_live_orders_with_our_names_are_shown_to_a_person),
        cmocka_unit_test(a_throttled_call_uses_no_attempt_and_gives_the_line_back),
        cmocka_unit_test(an_unclear_answer_is_never_taken_for_a_no),
        cmocka_unit_test(a_call_that_was_placed_counts_also_when_its_answer_does_not_show_it),
        cmocka_unit_test(a_list_does_not_settle_what_was_sent),
        cmocka_unit_test(an_loa_of_unknown_outcome_is_looked_up_and_not_packed_again),
        cmocka_unit_test(a_create_that_is_refused_without_a_reason_asks_a_person_in_the_end),
        cmocka_unit_test(the_refusal_of_a_repeated_create_is_looked_up_before_the_number_fails),
        cmocka_unit_test(an_loa_that_did_not_leave_is_told_once_however_long_that_lasts),
        cmocka_unit_test(a_dead_order_without_a_name_is_not_taken_for_ours),
        cmocka_unit_test(a_new_order_is_not_canceled_for_what_was_asked_of_the_old_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
