/* Decisions about one number, named after the promise they keep. */
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

static struct policy policy;
static struct rng rng;

static int setup(void **state)
{
    (void)state;
    policy = policy_default();
    rng_seed(&rng, 1);
    return 0;
}

static struct number queued(void)
{
    struct number number = {.id = 7, .signer_id = 3, .step = STEP_CREATE, .due_at_ms = NOW};
    TEXT_SET(number.phone_number, PHONE);
    return number;
}

static struct number with_order(enum status status)
{
    struct number number = queued();
    number.status = status;
    number.step = STEP_NOTHING;
    number.order_count = 1;
    number.settled_at_ms = NOW - SECOND_MS;
    TEXT_SET(number.order_sid, SID);
    decide_unique_name(number.unique_name, sizeof number.unique_name, PHONE, 1);
    return number;
}

static struct order_seen seen_as(enum status status)
{
    struct order_seen seen = {.status_known = true, .status = status};
    TEXT_SET(seen.sid, SID);
    TEXT_SET(seen.phone_number, PHONE);
    decide_unique_name(seen.unique_name, sizeof seen.unique_name, PHONE, 1);
    return seen;
}

static struct request request_of(enum operation operation, int64_t sent_at_ms)
{
    struct request request = {.operation = operation, .sent_at_ms = sent_at_ms, .number_id = 7};
    TEXT_SET(request.phone_number, PHONE);
    return request;
}

static struct answer answer_of(const struct request *request, int32_t http_status,
                               struct order_seen *seen)
{
    return (struct answer){
        .operation = request->operation,
        .number_id = 7,
        .sent_at_ms = request->sent_at_ms,
        .delivery = DELIVERY_ANSWERED,
        .http_status = http_status,
        .readable = http_status < 300,
        .orders = seen,
        .order_count = seen != NULL ? 1 : 0,
    };
}

static struct decision answered_with(const struct number *before, enum operation operation,
                                     int32_t http_status, int32_t code, struct order_seen *seen,
                                     int64_t now_ms)
{
    struct request request = request_of(operation, now_ms);
    struct answer answer = answer_of(&request, http_status, seen);
    answer.code = code;
    struct decision out;
    decide_answer(before, &request, &answer, &policy, &rng, now_ms, &out);
    return out;
}

static struct decision undelivered(const struct number *before, enum operation operation,
                                   enum delivery delivery, int64_t now_ms)
{
    struct request request = request_of(operation, now_ms);
    struct answer answer = answer_of(&request, 0, NULL);
    answer.delivery = delivery;
    struct decision out;
    decide_answer(before, &request, &answer, &policy, &rng, now_ms, &out);
    return out;
}

static struct number intended(const struct number *before, enum operation operation)
{
    struct decision out;
    decide_intent(before, operation, &policy, NOW, &out);
    return out.number;
}

static bool has_event(const struct decision *decision, enum event_kind kind)
{
    for (size_t i = 0; i < decision->event_count; i++)
        if (decision->events[i].kind == kind)
            return true;
    return false;
}

/* ---- create ---- */

static void an_intent_names_the_order_before_anything_is_sent(void **state)
{
    (void)state;
    struct number before = queued();
    struct number number = intended(&before, OPERATION_CREATE_ORDER);
    assert_string_equal(number.unique_name, "numhost-14155550123-1");
    assert_int_equal(number.intent, INTENT_CREATE);
    assert_int_equal(number.step, STEP_RECONCILE);
    assert_int_equal(number.intent_at_ms, NOW);
}

static void a_created_order_waits_for_the_check(void **state)
{
    (void)state;
    struct number before = queued();
    struct number number = intended(&before, OPERATION_CREATE_ORDER);
    struct order_seen seen = seen_as(STATUS_TWILIO_PROCESSING);
    struct decision out = answered_with(&number, OPERATION_CREATE_ORDER, 201, 0, &seen, NOW + 300);
    assert_int_equal(out.number.status, STATUS_TWILIO_PROCESSING);
    assert_int_equal(out.number.intent, INTENT_NONE);
    assert_string_equal(out.number.order_sid, SID);
    assert_true(out.order_named);
    assert_int_equal(out.number.due_at_ms, NOW + 300 + policy.poll_processing_ms);
}

static void a_lost_answer_is_looked_up_and_never_sent_again_blindly(void **state)
{
    (void)state;
    struct number before = queued();
    struct number number = intended(&before, OPERATION_CREATE_ORDER);
    const int32_t unclear[] = {0, 500, 502, 503, 504};
    for (size_t i = 0; i < COUNT_OF(unclear); i++) {
        struct decision out =
            unclear[i] == 0
                ? undelivered(&number, OPERATION_CREATE_ORDER, DELIVERY_UNCERTAIN, NOW)
                : answered_with(&number, OPERATION_CREATE_ORDER, unclear[i], 0, NULL, NOW);
        assert_int_equal(out.number.step, STEP_RECONCILE);
        assert_int_equal(out.number.intent, INTENT_CREATE);
        assert_int_equal(decide_operation(&out.number, NOW + MINUTE_MS), OPERATION_LIST_ORDERS);
        assert_true(has_event(&out, EVENT_OUTCOME_UNKNOWN));
    }
}

static void a_success_without_a_readable_body_is_an_unknown_outcome(void **state)
{
    (void)state;
    struct number before = queued();
    struct number number = intended(&before, OPERATION_CREATE_ORDER);
    struct request request = request_of(OPERATION_CREATE_ORDER, NOW);
    struct answer answer = answer_of(&request, 201, NULL);
    answer.readable = false;
    struct decision out;
    decide_answer(&number, &request, &answer, &policy, &rng, NOW, &out);
    assert_int_equal(out.number.intent, INTENT_CREATE);
    assert_int_equal(out.number.step, STEP_RECONCILE);
}

static void nothing_found_within_the_grace_means_look_again(void **state)
{
    (void)state;
    struct number before = queued();
    struct number number = intended(&before, OPERATION_CREATE_ORDER);
    struct decision out = answered_with(&number, OPERATION_LIST_ORDERS, 200, 0, NULL,
                                        NOW + policy.reconcile_grace_ms - 1);
    assert_int_equal(out.number.intent, INTENT_CREATE);
    assert_int_equal(out.number.step, STEP_RECONCILE);
}

static void nothing_found_after_the_grace_means_create_with_the_same_name(void **state)
{
    (void)state;
    struct number before = queued();
    struct number number = intended(&before, OPERATION_CREATE_ORDER);
    struct decision out = answered_with(&number, OPERATION_LIST_ORDERS, 200, 0, NULL,
                                        NOW + policy.reconcile_grace_ms);
    assert_int_equal(out.number.intent, INTENT_NONE);
    assert_int_equal(out.number.step, STEP_CREATE);
    struct number again = intended(&out.number, OPERATION_CREATE_ORDER);
    assert_string_equal(again.unique_name, number.unique_name);
    assert_int_equal(again.order_count, 1);
}

static void an_order_with_our_name_is_adopted(void **state)
{
    (void)state;
    struct number before = queued();
    struct number number = intended(&before, OPERATION_CREATE_ORDER);
    struct order_seen seen = seen_as(STATUS_VERIFIED);
    struct decision out = answered_with(&number, OPERATION_LIST_ORDERS, 200, 0, &seen, NOW + 500);
    assert_int_equal(out.number.status, STATUS_VERIFIED);
    assert_int_equal(out.number.intent, INTENT_NONE);
    assert_string_equal(out.number.order_sid, SID);
    assert_true(has_event(&out, EVENT_ORDER_ADOPTED));
}

static void an_order_of_somebody_else_asks_a_person(void **state)
{
    (void)state;
    struct number before = queued();
    struct number number = intended(&before, OPERATION_CREATE_ORDER);
    struct order_seen seen = seen_as(STATUS_RECEIVED);
    TEXT_SET(seen.unique_name, "somebody-else");
    struct decision out = answered_with(&number, OPERATION_LIST_ORDERS, 200, 0, &seen, NOW + 500);
    assert_int_equal(out.number.attention, ATTENTION_FOREIGN_ORDER);
    assert_int_equal(out.number.status, STATUS_QUEUED);
    assert_int_equal(out.number.order_sid[0], '\0');
}

static void an_order_of_another_number_in_the_list_is_not_believed(void **state)
{
    (void)state;
    struct number before = queued();
    struct number number = intended(&before, OPERATION_CREATE_ORDER);
    struct order_seen seen = seen_as(STATUS_RECEIVED);
    TEXT_SET(seen.phone_number, "+14155550199");
    struct decision out = answered_with(&number, OPERATION_LIST_ORDERS, 200, 0, &seen, NOW + 500);
    assert_int_equal(out.number.status, STATUS_QUEUED);
    assert_int_equal(out.number.intent, INTENT_CREATE);
}

static void already_hosted_is_looked_up_before_it_fails(void **state)
{
    (void)state;
    struct number before = queued();
    struct number number = intended(&before, OPERATION_CREATE_ORDER);
    struct decision out = answered_with(&number, OPERATION_CREATE_ORDER, 400, 22110, NULL, NOW);
    assert_int_equal(out.number.status, STATUS_QUEUED);
    assert_int_equal(out.number.step, STEP_RECONCILE);
    struct decision end = answered_with(&out.number, OPERATION_LIST_ORDERS, 200, 0, NULL,
                                        NOW + policy.reconcile_grace_ms);
    assert_int_equal(end.number.status, STATUS_FAILED);
    assert_int_equal(end.number.reason_code, 22110);
    assert_true(end.order_ended);
}

static void a_refused_row_fails_with_the_reason(void **state)
{
    (void)state;
    struct number before = queued();
    struct number number = intended(&before, OPERATION_CREATE_ORDER);
    struct decision out = answered_with(&number, OPERATION_CREATE_ORDER, 400, 22104, NULL, NOW);
    assert_int_equal(out.number.status, STATUS_FAILED);
    assert_int_equal(out.number.reason_code, 22104);
    assert_int_equal(out.number.due_at_ms, 0);
    assert_true(out.order_ended);
}

static void a_refusal_without_its_reason_is_looked_into(void **state)
{
    (void)state;
    struct number before = queued();
    struct number creating = intended(&before, OPERATION_CREATE_ORDER);
    struct decision out = answered_with(&creating, OPERATION_CREATE_ORDER, 400, 0, NULL, NOW);
    assert_int_equal(out.number.status, STATUS_QUEUED);
    assert_int_equal(out.number.step, STEP_RECONCILE);
    assert_int_equal(out.number.intent, INTENT_CREATE);

    struct number received = with_order(STATUS_RECEIVED);
    struct number calling = intended(&received, OPERATION_START_CALL);
    out = answered_with(&calling, OPERATION_START_CALL, 400, 0, NULL, NOW);
    assert_int_equal(out.number.attention, ATTENTION_NONE);
    assert_int_equal(out.number.step, STEP_RECONCILE);
    assert_int_equal(out.number.intent, INTENT_NONE);
    assert_int_equal(out.number.call_until_at_ms, 0);
}

static void being_throttled_is_never_counted_as_a_try(void **state)
{
    (void)state;
    struct number before = queued();
    struct number number = intended(&before, OPERATION_CREATE_ORDER);
    for (int i = 0; i < 100; i++) {
        struct decision out =
            answered_with(&number, OPERATION_CREATE_ORDER, 429, 20429, NULL, NOW + i);
        assert_int_equal(out.number.step, STEP_CREATE);
        assert_int_equal(out.number.intent, INTENT_NONE);
        assert_int_equal(out.number.tries, 0);
        number = intended(&out.number, OPERATION_CREATE_ORDER);
        assert_int_equal(number.order_count, 1);
    }
}

static void retry_after_is_honoured_and_clamped(void **state)
{
    (void)state;
    struct number before = queued();
    struct number number = intended(&before, OPERATION_CREATE_ORDER);
    struct request request = request_of(OPERATION_CREATE_ORDER, NOW);
    struct answer answer = answer_of(&request, 429, NULL);
    answer.has_retry_after = true;
    answer.retry_after_ms = 90 * SECOND_MS;
    struct decision out;
    decide_answer(&number, &request, &answer, &policy, &rng, NOW, &out);
    assert_int_equal(out.number.due_at_ms, NOW + 90 * SECOND_MS);
    answer.retry_after_ms = DAY_MS;
    decide_answer(&number, &request, &answer, &policy, &rng, NOW, &out);
    assert_int_equal(out.number.due_at_ms, NOW + policy.retry_cap_ms);
}

static void no_access_stops_the_run_and_fails_no_number(void **state)
{
    (void)state;
    struct number before = queued();
    struct number number = intended(&before, OPERATION_CREATE_ORDER);
    const struct {
        int32_t http_status;
        int32_t code;
    } refusals[] = {{401, 20003}, {404, 20404}, {403, 0}};
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        struct decision out = answered_with(&number, OPERATION_CREATE_ORDER,
                                            refusals[i].http_status, refusals[i].code, NULL, NOW);
        assert_true(out.stop_run);
        assert_int_equal(out.number.status, STATUS_QUEUED);
        assert_int_equal(out.number.step, STEP_CREATE);
        assert_int_equal(out.number.attention, ATTENTION_NONE);
    }
}

/* ---- calls ---- */

static struct number calling(int32_t attempts)
{
    struct number number = with_order(STATUS_RECEIVED);
    number.step = STEP_START_CALL;
    number.verification_attempts = attempts;
    return intended(&number, OPERATION_START_CALL);
}

static void a_call_takes_the_line_and_keeps_its_code_only_while_valid(void **state)
{
    (void)state;
    struct number number = calling(0);
    assert_true(number.call_until_at_ms > NOW);
    struct order_seen seen = seen_as(STATUS_PENDING_VERIFICATION);
    seen.verification_attempts = 1;
    TEXT_SET(seen.verification_code, "012345");
    struct decision out = answered_with(&number, OPERATION_START_CALL, 200, 0, &seen, NOW);
    assert_int_equal(out.number.status, STATUS_PENDING_VERIFICATION);
    assert_string_equal(out.number.code, "012345");
    assert_int_equal(out.number.code_until_at_ms, NOW + policy.code_valid_ms);
    assert_int_equal(out.number.call_until_at_ms, NOW + policy.call_takes_ms);
    struct decision later;
    decide_call_ended(&out.number, &policy, NOW + policy.code_valid_ms, &later);
    assert_string_equal(later.number.code, "");
}

static void a_second_call_within_ten_minutes_does_not_prolong_the_code(void **state)
{
    (void)state;
    struct number number = calling(1);
    TEXT_SET(number.code, "012345");
    number.code_until_at_ms = NOW + 5 * MINUTE_MS;
    struct order_seen seen = seen_as(STATUS_PENDING_VERIFICATION);
    seen.verification_attempts = 2;
    TEXT_SET(seen.verification_code, "012345");
    struct decision out = answered_with(&number, OPERATION_START_CALL, 200, 0, &seen, NOW);
    assert_int_equal(out.number.code_until_at_ms, NOW + 5 * MINUTE_MS);
}

static void the_last_attempt_is_kept_for_a_person(void **state)
{
    (void)state;
    struct number number = with_order(STATUS_PENDING_VERIFICATION);
    number.verification_attempts = 1;
    number.call_until_at_ms = NOW;
    struct decision out;
    decide_call_ended(&number, &policy, NOW, &out);
    assert_int_equal(out.number.step, STEP_START_CALL);
    number.verification_attempts = 2;
    decide_call_ended(&number, &policy, NOW, &out);
    assert_int_equal(out.number.attention, ATTENTION_ATTEMPTS_KEPT);
    assert_true(has_event(&out, EVENT_CALL_UNANSWERED));
    const char *why = NULL;
    struct decision asked;
    assert_false(decide_retry(&out.number, false, &policy, "me", NOW, &asked, &why));
    assert_true(decide_retry(&out.number, true, &policy, "me", NOW, &asked, &why));
    assert_int_equal(asked.number.step, STEP_START_CALL);
    number.verification_attempts = 3;
    number.last_attempt_granted = true;
    decide_call_ended(&number, &policy, NOW, &out);
    assert_int_equal(out.number.attention, ATTENTION_ATTEMPTS_SPENT);
}

static void the_next_call_waits_for_the_pause(void **state)
{
    (void)state;
    struct number number = calling(0);
    struct order_seen seen = seen_as(STATUS_PENDING_VERIFICATION);
    seen.verification_attempts = 1;
    struct decision placed = answered_with(&number, OPERATION_START_CALL, 200, 0, &seen, NOW);
    int64_t ended = placed.number.call_until_at_ms;
    struct decision out;
    decide_call_ended(&placed.number, &policy, ended, &out);
    assert_int_equal(out.number.due_at_ms, ended + policy.call_again_after_ms);
}

static void an_answer_that_still_says_received_does_not_ring_twice(void **state)
{
    (void)state;
    struct number number = calling(0);
    struct order_seen seen = seen_as(STATUS_RECEIVED);
    seen.verification_attempts = 1;
    struct decision out = answered_with(&number, OPERATION_START_CALL, 200, 0, &seen, NOW);
    assert_int_equal(out.number.step, STEP_NOTHING);
    assert_int_equal(out.number.verification_attempts, 1);
}

static void an_unknown_call_is_settled_by_the_attempts_of_the_order(void **state)
{
    (void)state;
    struct number number = calling(1);
    struct decision lost = undelivered(&number, OPERATION_START_CALL, DELIVERY_UNCERTAIN, NOW);
    assert_int_equal(lost.number.step, STEP_RECONCILE);
    struct order_seen seen = seen_as(STATUS_PENDING_VERIFICATION);
    seen.verification_attempts = 2;
    struct decision rang =
        answered_with(&lost.number, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW + 600);
    assert_int_equal(rang.number.intent, INTENT_NONE);
    assert_int_equal(rang.number.step, STEP_NOTHING);
    assert_true(has_event(&rang, EVENT_CALL_PLACED));
    seen.verification_attempts = 1;
    seen.status = STATUS_RECEIVED;
    struct decision early =
        answered_with(&lost.number, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW + 600);
    assert_int_equal(early.number.intent, INTENT_START_CALL);
    struct decision silent = answered_with(&lost.number, OPERATION_FETCH_ORDER, 200, 0, &seen,
                                           NOW + policy.reconcile_grace_ms);
    assert_int_equal(silent.number.step, STEP_START_CALL);
    assert_int_equal(silent.number.call_until_at_ms, 0);
}

static void a_call_that_cannot_be_placed_asks_a_person_in_the_end(void **state)
{
    (void)state;
    struct number number = calling(0);
    struct decision out = {0};
    for (int i = 0; i < policy.call_refusals_at_most; i++) {
        out = answered_with(&number, OPERATION_START_CALL, 400, 22123, NULL, NOW);
        assert_true(has_event(&out, EVENT_CALL_REFUSED));
        if (i + 1 < policy.call_refusals_at_most) {
            assert_int_equal(out.number.step, STEP_START_CALL);
            assert_int_equal(out.number.due_at_ms, NOW + policy.call_again_after_ms);
            number = intended(&out.number, OPERATION_START_CALL);
        }
    }
    assert_int_equal(out.number.attention, ATTENTION_CALL_REFUSED);
}

static void a_stale_row_is_read_before_a_phone_rings(void **state)
{
    (void)state;
    struct number number = with_order(STATUS_RECEIVED);
    number.step = STEP_START_CALL;
    number.settled_at_ms = NOW - HOUR_MS;
    assert_int_equal(decide_operation(&number, NOW), OPERATION_FETCH_ORDER);
    number.settled_at_ms = NOW;
    assert_int_equal(decide_operation(&number, NOW), OPERATION_START_CALL);
}

static void a_call_refused_by_the_state_does_not_loop_for_ever(void **state)
{
    (void)state;
    struct number number = calling(0);
    struct order_seen seen = seen_as(STATUS_RECEIVED);
    for (int i = 0; i < 100 && number.attention == ATTENTION_NONE; i++) {
        struct decision refused =
            answered_with(&number, OPERATION_START_CALL, 400, 22112, NULL, NOW);
        if (refused.number.attention != ATTENTION_NONE) {
            assert_true(i <= policy.retry_attempts);
            return;
        }
        struct decision looked =
            answered_with(&refused.number, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW);
        assert_int_equal(looked.number.step, STEP_START_CALL);
        number = intended(&looked.number, OPERATION_START_CALL);
    }
    fail_msg("still calling");
}

static void a_failed_look_makes_no_row_fresh_enough_to_ring(void **state)
{
    (void)state;
    struct number number = with_order(STATUS_RECEIVED);
    number.step = STEP_START_CALL;
    number.settled_at_ms = NOW - HOUR_MS;
    const int32_t failures[] = {429, 500, 503};
    for (size_t i = 0; i < COUNT_OF(failures); i++) {
        struct decision out =
            answered_with(&number, OPERATION_FETCH_ORDER, failures[i], 0, NULL, NOW);
        assert_int_equal(decide_operation(&out.number, NOW + SECOND_MS), OPERATION_FETCH_ORDER);
    }
    struct order_seen seen = seen_as(STATUS_RECEIVED);
    struct decision listed;
    decide_listed(&number, &seen, NOW, &policy, NOW, &listed);
    assert_int_equal(decide_operation(&listed.number, NOW + SECOND_MS), OPERATION_FETCH_ORDER);
}

static void an_attempt_that_somebody_else_used_counts(void **state)
{
    (void)state;
    struct number number = with_order(STATUS_PENDING_VERIFICATION);
    number.step = STEP_START_CALL;
    number.verification_attempts = 1;
    struct order_seen seen = seen_as(STATUS_PENDING_VERIFICATION);
    seen.verification_attempts = 2;
    struct decision out = answered_with(&number, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW);
    assert_int_equal(out.number.attention, ATTENTION_ATTEMPTS_KEPT);
    assert_int_equal(out.number.step, STEP_NOTHING);
}

static void a_look_that_fails_does_not_bring_a_planned_call_forward(void **state)
{
    (void)state;
    struct number number = with_order(STATUS_PENDING_VERIFICATION);
    number.step = STEP_START_CALL;
    number.due_at_ms = NOW + 20 * MINUTE_MS;
    struct decision out = undelivered(&number, OPERATION_FETCH_ORDER, DELIVERY_UNCERTAIN, NOW);
    assert_int_equal(out.number.due_at_ms, NOW + 20 * MINUTE_MS);
}

/* ---- bills and LOAs ---- */

static struct number on_its_loa(void)
{
    struct number number = with_order(STATUS_VERIFIED);
    number.loa_id = 4;
    number.loa_count = 1;
    TEXT_SET(number.loa_sid, "PX11111111111111111111111111111111");
    return number;
}

static void an_loa_that_is_out_is_never_sent_beside_another(void **state)
{
    (void)state;
    struct order_seen seen = seen_as(STATUS_VERIFIED);
    const enum attention odd[] = {ATTENTION_NONE, ATTENTION_ORDER_GONE, ATTENTION_UNKNOWN_STATUS,
                                  ATTENTION_UNKNOWN_OUTCOME};
    for (size_t i = 0; i < COUNT_OF(odd); i++) {
        struct number number = on_its_loa();
        number.attention = odd[i];
        number.step = i == 0 ? STEP_RECONCILE : STEP_NOTHING;
        struct decision out = answered_with(&number, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW);
        assert_int_equal(out.number.step, STEP_NOTHING);
        assert_int_equal(out.number.attention, ATTENTION_NONE);
    }
}

static void only_a_failed_or_reopened_document_is_sent_anew(void **state)
{
    (void)state;
    for (int status = 0; status < DOCUMENT_STATUS_COUNT; status++) {
        struct number number = on_its_loa();
        number.loa_fell_back = true;
        number.since_at_ms = NOW - DAY_MS;
        struct decision out;
        decide_document(&number, (enum document_status)status, &policy, NOW, &out);
        bool again = status == DOCUMENT_FAILED || status == DOCUMENT_OPENED;
        assert_int_equal(out.number.step, again ? STEP_AUTHORIZE : STEP_NOTHING);
        assert_int_equal(out.number.attention == ATTENTION_LOA_DECLINED, !again);
    }
}

static void after_two_documents_a_person_is_asked(void **state)
{
    (void)state;
    struct number number = on_its_loa();
    number.loa_fell_back = true;
    number.loa_count = policy.loa_failures_at_most;
    struct decision out;
    decide_document(&number, DOCUMENT_FAILED, &policy, NOW, &out);
    assert_int_equal(out.number.attention, ATTENTION_LOA_DECLINED);
}

static void a_strange_move_is_accepted_by_a_person_only(void **state)
{
    (void)state;
    struct number number = with_order(STATUS_VERIFIED);
    struct order_seen seen = seen_as(STATUS_RECEIVED);
    struct decision out = answered_with(&number, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW);
    assert_int_equal(out.number.attention, ATTENTION_STRANGE_MOVE);
    struct decision listed;
    decide_listed(&out.number, &seen, NOW + 1, &policy, NOW + 1, &listed);
    assert_true(listed.ignored);
    struct decision again = answered_with(&out.number, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW);
    assert_int_equal(again.number.status, STATUS_VERIFIED);
    const char *why = NULL;
    struct decision asked;
    assert_true(decide_retry(&again.number, false, &policy, "me", NOW, &asked, &why));
    struct decision taken = answered_with(&asked.number, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW);
    assert_int_equal(taken.number.status, STATUS_RECEIVED);
}

static void an_odd_look_does_not_make_a_decision_forgotten(void **state)
{
    (void)state;
    struct number number = on_its_loa();
    number.loa_id = 0;
    number.attention = ATTENTION_LOA_DECLINED;
    struct order_seen seen = seen_as(STATUS_VERIFIED);
    seen.status_known = false;
    struct decision odd = answered_with(&number, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW);
    seen.status_known = true;
    struct decision out = answered_with(&odd.number, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW);
    assert_int_equal(out.number.attention, ATTENTION_LOA_DECLINED);
    assert_int_equal(out.number.step, STEP_NOTHING);
}

static void a_look_under_attention_waits_its_time_again(void **state)
{
    (void)state;
    struct number number = with_order(STATUS_PENDING_VERIFICATION);
    number.attention = ATTENTION_ATTEMPTS_KEPT;
    number.verification_attempts = 2;
    number.step = STEP_RECONCILE;
    struct order_seen seen = seen_as(STATUS_PENDING_VERIFICATION);
    seen.verification_attempts = 2;
    struct decision out = answered_with(&number, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW);
    assert_int_equal(out.number.step, STEP_NOTHING);
    assert_true(out.number.due_at_ms > NOW);
}

static void a_cancellation_during_a_request_is_never_lost(void **state)
{
    (void)state;
    struct number number = with_order(STATUS_RECEIVED);
    number.step = STEP_ATTACH_BILL;
    number.verification_type = VERIFICATION_PHONE_BILL;
    number = intended(&number, OPERATION_ATTACH_BILL);
    struct decision asked;
    const char *why = NULL;
    assert_true(decide_cancel(&number, "me", NOW, &asked, &why));
    struct order_seen seen = seen_as(STATUS_RECEIVED);
    struct decision done = answered_with(&asked.number, OPERATION_ATTACH_BILL, 200, 0, &seen, NOW);
    assert_int_equal(done.number.step, STEP_CANCEL);
    struct decision refused =
        answered_with(&asked.number, OPERATION_ATTACH_BILL, 400, 22118, NULL, NOW);
    assert_int_equal(refused.number.step, STEP_CANCEL);
}

static void a_list_that_is_not_about_the_number_settles_nothing(void **state)
{
    (void)state;
    struct number before = queued();
    struct number number = intended(&before, OPERATION_CREATE_ORDER);
    struct order_seen seen = seen_as(STATUS_RECEIVED);
    TEXT_SET(seen.phone_number, "+14155550199");
    struct decision out = answered_with(&number, OPERATION_LIST_ORDERS, 200, 0, &seen,
                                        NOW + policy.reconcile_grace_ms + MINUTE_MS);
    assert_int_equal(out.number.intent, INTENT_CREATE);
    assert_int_equal(out.number.step, STEP_RECONCILE);
    assert_true(out.number.due_at_ms > NOW + policy.reconcile_grace_ms + MINUTE_MS);
}

static void a_bill_rests_in_received_until_it_is_reviewed(void **state)
{
    (void)state;
    struct number number = with_order(STATUS_RECEIVED);
    number.verification_type = VERIFICATION_PHONE_BILL;
    number.step = STEP_ATTACH_BILL;
    number = intended(&number, OPERATION_ATTACH_BILL);
    struct order_seen seen = seen_as(STATUS_RECEIVED);
    seen.verification_type = VERIFICATION_PHONE_BILL;
    struct decision out = answered_with(&number, OPERATION_ATTACH_BILL, 200, 0, &seen, NOW);
    assert_int_equal(out.number.step, STEP_NOTHING);
    struct decision again;
    decide_listed(&out.number, &seen, NOW + HOUR_MS, &policy, NOW + HOUR_MS, &again);
    assert_int_equal(again.number.step, STEP_NOTHING);
    seen.status = STATUS_VERIFIED;
    decide_listed(&out.number, &seen, NOW + HOUR_MS, &policy, NOW + HOUR_MS, &again);
    assert_int_equal(again.number.step, STEP_AUTHORIZE);
}

static void a_list_is_not_believed_about_a_step_back(void **state)
{
    (void)state;
    struct number number = with_order(STATUS_PENDING_VERIFICATION);
    struct order_seen seen = seen_as(STATUS_RECEIVED);
    struct decision out;
    decide_listed(&number, &seen, NOW, &policy, NOW, &out);
    assert_int_equal(out.number.status, STATUS_PENDING_VERIFICATION);
    assert_int_equal(out.number.step, STEP_RECONCILE);
    assert_int_equal(decide_operation(&out.number, NOW), OPERATION_FETCH_ORDER);
}

static void an_answer_older_than_the_row_is_ignored(void **state)
{
    (void)state;
    struct number number = with_order(STATUS_RECEIVED);
    number.settled_at_ms = NOW;
    struct order_seen seen = seen_as(STATUS_VERIFIED);
    struct decision out;
    decide_listed(&number, &seen, NOW - 1, &policy, NOW + 5, &out);
    assert_true(out.ignored);
}

static struct number fallen_back(void)
{
    struct number number = with_order(STATUS_PENDING_LOA);
    number.loa_id = 4;
    number.loa_count = 1;
    TEXT_SET(number.loa_sid, "PX11111111111111111111111111111111");
    struct order_seen seen = seen_as(STATUS_VERIFIED);
    struct decision out = answered_with(&number, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW);
    assert_true(out.read_document);
    assert_int_equal(out.number.step, STEP_NOTHING);
    return out.number;
}

static void a_revoked_loa_is_packed_again(void **state)
{
    (void)state;
    struct number number = fallen_back();
    struct decision out;
    decide_document(&number, DOCUMENT_OPENED, &policy, NOW, &out);
    assert_int_equal(out.number.step, STEP_AUTHORIZE);
    assert_int_equal(out.number.loa_id, 0);
    assert_int_equal(out.number.due_at_ms, NOW);
}

static void who_declined_is_not_mailed_again_without_a_person(void **state)
{
    (void)state;
    struct number number = fallen_back();
    struct decision out;
    decide_document(&number, DOCUMENT_CANCELED, &policy, NOW, &out);
    assert_int_equal(out.number.attention, ATTENTION_LOA_DECLINED);
    const char *why = NULL;
    struct decision again;
    assert_true(decide_retry(&out.number, false, &policy, "me", NOW, &again, &why));
    assert_int_equal(again.number.step, STEP_AUTHORIZE);
}

static void an_unknown_loa_is_settled_by_the_document_of_the_order(void **state)
{
    (void)state;
    struct number number = with_order(STATUS_VERIFIED);
    number.step = STEP_AUTHORIZE;
    number = intended(&number, OPERATION_CREATE_DOCUMENT);
    number.loa_id = 9;
    TEXT_SET(number.loa_sid, "PX11111111111111111111111111111111"); /* revoked earlier */
    struct order_seen seen = seen_as(STATUS_VERIFIED);
    TEXT_SET(seen.signing_document_sid, number.loa_sid);
    struct decision old = answered_with(&number, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW + 600);
    assert_int_equal(old.number.intent, INTENT_AUTHORIZE);
    assert_false(old.search_document); /* it may still appear */
    TEXT_SET(seen.signing_document_sid, "PX22222222222222222222222222222222");
    struct decision sent = answered_with(&number, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW + 600);
    assert_int_equal(sent.number.intent, INTENT_NONE);
    assert_string_equal(sent.number.loa_sid, "PX22222222222222222222222222222222");
    TEXT_SET(seen.signing_document_sid, number.loa_sid);
    struct decision none = answered_with(&number, OPERATION_FETCH_ORDER, 200, 0, &seen,
                                         NOW + policy.reconcile_grace_ms);
    assert_true(none.search_document); /* one that was declined is on the order no longer */
    assert_int_equal(none.number.intent, INTENT_AUTHORIZE);
    assert_int_equal(none.number.step, STEP_RECONCILE);
    struct decision out;
    decide_not_authorized(&none.number, &policy, NOW + policy.reconcile_grace_ms, &out);
    assert_int_equal(out.number.step, STEP_AUTHORIZE);
    assert_int_equal(out.number.loa_id, 0);
}

/* ---- every pair of statuses ---- */

static void every_change_of_status_is_a_row_of_the_table(void **state)
{
    (void)state;
    for (int from = STATUS_TWILIO_PROCESSING; from < STATUS_CANCELED; from++)
        for (int to = STATUS_TWILIO_PROCESSING; to < STATUS_CANCELED; to++) {
            struct number number = with_order((enum status)from);
            struct order_seen seen = seen_as((enum status)to);
            struct decision out = answered_with(&number, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW);
            const struct rule *rule =
                lifecycle_find((enum status)from, CAUSE_SEEN, (enum status)to);
            if (from == to || rule != NULL)
                assert_int_equal(out.number.status, to);
            else
                assert_int_equal(out.number.status, from);
            bool strange = from != to && rule == NULL;
            assert_int_equal(out.number.attention == ATTENTION_STRANGE_MOVE, strange);
            assert_int_equal(has_event(&out, EVENT_STATUS), from != to && rule != NULL);
            bool waits = !status_is_end(out.number.status);
            assert_int_equal(out.number.due_at_ms > 0, waits);
        }
}

static void an_unknown_status_is_parked_and_still_looked_at(void **state)
{
    (void)state;
    struct number number = with_order(STATUS_CARRIER_PROCESSING);
    struct order_seen seen = seen_as(STATUS_CARRIER_PROCESSING);
    seen.status_known = false;
    TEXT_SET(seen.status_word, "paused-for-review");
    struct decision out = answered_with(&number, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW);
    assert_int_equal(out.number.attention, ATTENTION_UNKNOWN_STATUS);
    assert_int_equal(out.number.status, STATUS_CARRIER_PROCESSING);
    assert_true(out.number.due_at_ms > NOW);
    assert_non_null(strstr(out.number.reason, "paused-for-review"));
    seen.status_known = true;
    struct decision back = answered_with(&out.number, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW);
    assert_int_equal(back.number.attention, ATTENTION_NONE);
}

/* ---- people ---- */

static void a_failed_number_starts_anew_under_another_name(void **state)
{
    (void)state;
    struct number number = with_order(STATUS_FAILED);
    struct decision out;
    const char *why = NULL;
    assert_true(decide_retry(&number, false, &policy, "me", NOW, &out, &why));
    assert_int_equal(out.number.status, STATUS_QUEUED);
    assert_string_equal(out.number.order_sid, "");
    struct number again = intended(&out.number, OPERATION_CREATE_ORDER);
    assert_string_equal(again.unique_name, "numhost-14155550123-2");
}

static void canceling_during_a_create_waits_for_its_outcome(void **state)
{
    (void)state;
    struct number before = queued();
    struct number number = intended(&before, OPERATION_CREATE_ORDER);
    struct decision asked;
    const char *why = NULL;
    assert_true(decide_cancel(&number, "me", NOW, &asked, &why));
    assert_int_equal(asked.number.intent, INTENT_CREATE);
    struct order_seen seen = seen_as(STATUS_RECEIVED);
    struct decision out = answered_with(&asked.number, OPERATION_CREATE_ORDER, 201, 0, &seen, NOW);
    assert_int_equal(out.number.step, STEP_CANCEL);
    struct decision end = answered_with(&out.number, OPERATION_DELETE_ORDER, 204, 0, NULL, NOW);
    assert_int_equal(end.number.status, STATUS_CANCELED);
}

static void canceling_without_an_order_sends_nothing(void **state)
{
    (void)state;
    struct number before = queued();
    struct decision out;
    const char *why = NULL;
    assert_true(decide_cancel(&before, "me", NOW, &out, &why));
    assert_int_equal(out.number.status, STATUS_CANCELED);
    assert_int_equal(out.number.due_at_ms, 0);
}

static void a_refused_delete_is_reported_and_not_fatal(void **state)
{
    (void)state;
    struct number number = with_order(STATUS_CARRIER_PROCESSING);
    number.step = STEP_CANCEL;
    number.cancel_asked = true;
    struct decision out = answered_with(&number, OPERATION_DELETE_ORDER, 400, 22112, NULL, NOW);
    assert_int_equal(out.number.status, STATUS_CARRIER_PROCESSING);
    assert_int_equal(out.number.attention, ATTENTION_CANCEL_REFUSED);
    assert_true(out.number.due_at_ms > NOW);
}

/* ---- adoption ---- */

#define DOCUMENT "PX11111111111111111111111111111111"

static struct decision adopted_at(enum status status, const char *document_sid)
{
    struct number before = queued();
    struct order_seen seen = seen_as(status);
    struct decision out;
    TEXT_SET(seen.signing_document_sid, document_sid);
    decide_adopt(&before, &seen, &policy, NOW, &out);
    return out;
}

static void an_adopted_order_whose_loa_is_out_waits_for_that_loa(void **state)
{
    (void)state;
    struct decision out = adopted_at(STATUS_VERIFIED, DOCUMENT);
    assert_true(out.order_named && out.document_found && out.read_document);
    assert_string_equal(out.number.loa_sid, DOCUMENT);
    assert_int_equal(out.number.step, STEP_NOTHING);
    out = adopted_at(STATUS_PENDING_LOA, DOCUMENT);
    assert_true(out.document_found);
    assert_int_equal(out.number.step, STEP_NOTHING);
    assert_int_equal(out.number.loa_count, 1);
    out = adopted_at(STATUS_VERIFIED, "");
    assert_false(out.document_found);
    assert_int_equal(out.number.step, STEP_AUTHORIZE);
}

static void an_adopted_loa_that_ends_asks_a_person_or_is_sent_anew_like_ours(void **state)
{
    (void)state;
    struct decision out = adopted_at(STATUS_VERIFIED, DOCUMENT);
    struct number waiting = out.number;
    waiting.loa_id = 5;
    decide_document(&waiting, DOCUMENT_SIGNING, &policy, NOW + SECOND_MS, &out);
    assert_int_equal(out.number.step, STEP_NOTHING);
    assert_int_equal(out.number.loa_id, 5);
    decide_document(&waiting, DOCUMENT_CANCELED, &policy, NOW + SECOND_MS, &out);
    assert_int_equal(out.number.attention, ATTENTION_LOA_DECLINED);
    decide_document(&waiting, DOCUMENT_FAILED, &policy, NOW + SECOND_MS, &out);
    assert_int_equal(out.number.step, STEP_AUTHORIZE);
}

static void an_order_back_from_an_loa_nobody_here_knows_is_not_mailed_again_by_itself(void **state)
{
    (void)state;
    struct number before = adopted_at(STATUS_PENDING_LOA, "").number;
    assert_int_equal(before.loa_id, 0);
    struct order_seen seen = seen_as(STATUS_VERIFIED);
    struct decision out = answered_with(&before, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW + 1);
    assert_int_equal(out.number.status, STATUS_VERIFIED);
    assert_int_equal(out.number.attention, ATTENTION_LOA_DECLINED);
    assert_int_equal(out.number.step, STEP_NOTHING);
}

static void an_loa_somebody_else_sends_meanwhile_keeps_ours_back(void **state)
{
    (void)state;
    struct number before = with_order(STATUS_VERIFIED);
    before.step = STEP_AUTHORIZE;
    before.due_at_ms = NOW + HOUR_MS;
    struct order_seen seen = seen_as(STATUS_VERIFIED);
    TEXT_SET(seen.signing_document_sid, DOCUMENT);
    struct decision out;
    decide_listed(&before, &seen, NOW, &policy, NOW, &out);
    assert_int_equal(out.number.step, STEP_RECONCILE); /* a list alone is not believed */
    struct number looking = out.number;
    out = answered_with(&looking, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW + 1);
    assert_true(out.document_found && out.read_document);
    assert_int_equal(out.number.step, STEP_NOTHING);
    TEXT_SET(before.loa_sid, DOCUMENT); /* one that has ended here already is no news */
    out = answered_with(&before, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW + 1);
    assert_false(out.document_found);
}

static void a_number_out_for_signature_again_has_not_fallen_back(void **state)
{
    (void)state;
    struct number before = with_order(STATUS_VERIFIED);
    before.loa_id = 5;
    before.loa_count = 1;
    before.loa_fell_back = true;
    struct order_seen seen = seen_as(STATUS_PENDING_LOA);
    struct decision out = answered_with(&before, OPERATION_FETCH_ORDER, 200, 0, &seen, NOW + 1);
    assert_false(out.number.loa_fell_back);
    struct number signing = out.number;
    decide_document(&signing, DOCUMENT_SIGNING, &policy, NOW + 2 * HOUR_MS, &out);
    assert_true(out.ignored);
}

static void a_bill_handed_over_before_is_not_handed_over_again(void **state)
{
    (void)state;
    struct number before = queued();
    before.verification_type = VERIFICATION_PHONE_BILL;
    struct order_seen seen = seen_as(STATUS_RECEIVED);
    struct decision out;
    seen.verification_type = VERIFICATION_PHONE_BILL;
    TEXT_SET(seen.verification_document_sid, "RI11111111111111111111111111111111");
    decide_adopt(&before, &seen, &policy, NOW, &out);
    assert_int_equal(out.number.step, STEP_NOTHING);
    seen.verification_document_sid[0] = '\0';
    decide_adopt(&before, &seen, &policy, NOW, &out);
    assert_int_equal(out.number.step, STEP_ATTACH_BILL);
}

static void only_a_person_binds_an_order_of_somebody_else(void **state)
{
    (void)state;
    struct number before = queued();
    struct order_seen seen = seen_as(STATUS_RECEIVED);
    struct decision out;
    const char *why = "";
    seen.unique_name[0] = '\0';
    decide_adopt(&before, &seen, &policy, NOW, &out);
    assert_int_equal(out.number.attention, ATTENTION_FOREIGN_ORDER);
    before = out.number;
    assert_true(decide_bind(&before, &seen, &policy, "pat", NOW, &out, &why));
    assert_int_equal(out.number.attention, ATTENTION_NONE);
    assert_int_equal(out.number.step, STEP_START_CALL);
    assert_string_equal(out.number.unique_name, SID);
    assert_int_equal(out.number.order_count, 0);
    assert_true(has_event(&out, EVENT_ORDER_ADOPTED));
    assert_string_equal(out.events[0].actor, "pat");
    struct number bound = out.number;
    assert_false(decide_bind(&bound, &seen, &policy, "pat", NOW, &out, &why));
    seen.verification_type = VERIFICATION_PHONE_BILL;
    assert_false(decide_bind(&before, &seen, &policy, "pat", NOW, &out, &why));
    seen.status = STATUS_FAILED;
    assert_false(decide_bind(&before, &seen, &policy, "pat", NOW, &out, &why));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_intent_names_the_order_before_anything_is_sent),
        cmocka_unit_test(a_created_order_waits_for_the_check),
        cmocka_unit_test(a_lost_answer_is_looked_up_and_never_sent_again_blindly),
        cmocka_unit_test(a_success_without_a_readable_body_is_an_unknown_outcome),
        cmocka_unit_test(nothing_found_within_the_grace_means_look_again),
        cmocka_unit_test(nothing_found_after_the_grace_means_create_with_the_same_name),
        cmocka_unit_test(an_order_with_our_name_is_adopted),
        cmocka_unit_test(an_order_of_somebody_else_asks_a_person),
        cmocka_unit_test(an_order_of_another_number_in_the_list_is_not_believed),
        cmocka_unit_test(already_hosted_is_looked_up_before_it_fails),
        cmocka_unit_test(a_refused_row_fails_with_the_reason),
        cmocka_unit_test(a_refusal_without_its_reason_is_looked_into),
        cmocka_unit_test(being_throttled_is_never_counted_as_a_try),
        cmocka_unit_test(retry_after_is_honoured_and_clamped),
        cmocka_unit_test(no_access_stops_the_run_and_fails_no_number),
        cmocka_unit_test(a_call_takes_the_line_and_keeps_its_code_only_while_valid),
        cmocka_unit_test(a_second_call_within_ten_minutes_does_not_prolong_the_code),
        cmocka_unit_test(the_last_attempt_is_kept_for_a_person),
        cmocka_unit_test(the_next_call_waits_for_the_pause),
        cmocka_unit_test(an_answer_that_still_says_received_does_not_ring_twice),
        cmocka_unit_test(an_unknown_call_is_settled_by_the_attempts_of_the_order),
        cmocka_unit_test(a_call_that_cannot_be_placed_asks_a_person_in_the_end),
        cmocka_unit_test(a_stale_row_is_read_before_a_phone_rings),
        cmocka_unit_test(a_call_refused_by_the_state_does_not_loop_for_ever),
        cmocka_unit_test(a_failed_look_makes_no_row_fresh_enough_to_ring),
        cmocka_unit_test(an_attempt_that_somebody_else_used_counts),
        cmocka_unit_test(a_look_that_fails_does_not_bring_a_planned_call_forward),
        cmocka_unit_test(an_loa_that_is_out_is_never_sent_beside_another),
        cmocka_unit_test(only_a_failed_or_reopened_document_is_sent_anew),
        cmocka_unit_test(after_two_documents_a_person_is_asked),
        cmocka_unit_test(a_strange_move_is_accepted_by_a_person_only),
        cmocka_unit_test(an_odd_look_does_not_make_a_decision_forgotten),
        cmocka_unit_test(a_look_under_attention_waits_its_time_again),
        cmocka_unit_test(a_cancellation_during_a_request_is_never_lost),
        cmocka_unit_test(a_list_that_is_not_about_the_number_settles_nothing),
        cmocka_unit_test(a_bill_rests_in_received_until_it_is_reviewed),
        cmocka_unit_test(a_list_is_not_believed_about_a_step_back),
        cmocka_unit_test(an_answer_older_than_the_row_is_ignored),
        cmocka_unit_test(a_revoked_loa_is_packed_again),
        cmocka_unit_test(who_declined_is_not_mailed_again_without_a_person),
        cmocka_unit_test(an_unknown_loa_is_settled_by_the_document_of_the_order),
        cmocka_unit_test(every_change_of_status_is_a_row_of_the_table),
        cmocka_unit_test(an_unknown_status_is_parked_and_still_looked_at),
        cmocka_unit_test(a_failed_number_starts_anew_under_another_name),
        cmocka_unit_test(canceling_during_a_create_waits_for_its_outcome),
        cmocka_unit_test(canceling_without_an_order_sends_nothing),
        cmocka_unit_test(a_refused_delete_is_reported_and_not_fatal),
        cmocka_unit_test(an_adopted_order_whose_loa_is_out_waits_for_that_loa),
        cmocka_unit_test(an_adopted_loa_that_ends_asks_a_person_or_is_sent_anew_like_ours),
        cmocka_unit_test(an_order_back_from_an_loa_nobody_here_knows_is_not_mailed_again_by_itself),
        cmocka_unit_test(an_loa_somebody_else_sends_meanwhile_keeps_ours_back),
        cmocka_unit_test(a_number_out_for_signature_again_has_not_fallen_back),
        cmocka_unit_test(a_bill_handed_over_before_is_not_handed_over_again),
        cmocka_unit_test(only_a_person_binds_an_order_of_somebody_else),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
