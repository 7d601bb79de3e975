/* What a turn takes, what it leaves for the next one, and when that is due. */
#include "base/clock.h"
#include "base/text.h"
#include "engine/engine_private.h"
#include "helpers/engine_turns.h"

#include <string.h>

/* ---- requests that cannot be encoded ---- */

static void a_request_that_cannot_be_encoded_is_a_refusal_of_its_row(void **state)
{
    struct turns *turns = *state;
    fixture_add_many(&turns->fixture, 0, "");
    turns->executor.refusal = "cannot encode the order: no e-mail";
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS, 1);
    assert_int_equal(fixture_number(&turns->fixture, 1).intent, INTENT_CREATE);
    turns_take_all(turns, TURNS_NOW_MS + 1, 1);
    struct number number = fixture_number(&turns->fixture, 1);
    assert_int_equal(number.status, STATUS_FAILED);
    assert_int_equal(number.intent, INTENT_NONE);
    assert_string_equal(number.reason, "cannot encode the order: no e-mail");
    assert_int_equal(turns->executor.submitted, 0);
    assert_int_equal(turns->end, ENGINE_DONE);
}

static void what_is_refused_without_a_reason_is_given_one(void **state)
{
    struct turns *turns = *state;
    fixture_add_many(&turns->fixture, 0, "");
    turns->executor.refusal = "";
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS, 2);
    assert_string_equal(fixture_number(&turns->fixture, 1).reason, "it cannot be encoded");
}

static void one_that_cannot_be_encoded_does_not_hold_the_others_up(void **state)
{
    struct turns *turns = *state;
    turns->options.policy.workers = 1;
    for (int i = 0; i < 3; i++)
        fixture_add_many(&turns->fixture, i, "");
    turns_start(turns);
    turns->executor.refusal = "no";
    turns_take_all(turns, TURNS_NOW_MS, 1);
    turns->executor.refusal = NULL;
    turns_take_all(turns, TURNS_NOW_MS + 1, 1);
    assert_int_equal(fixture_number(&turns->fixture, 1).status, STATUS_FAILED);
    assert_int_equal(turns->executor.of[OPERATION_CREATE_ORDER], 1);
    assert_string_equal(turns->executor.last.phone_number,
                        fixture_number(&turns->fixture, 2).phone_number);
}

static void a_number_that_went_before_its_refusal_is_told_once(void **state)
{
    struct turns *turns = *state;
    fixture_add_many(&turns->fixture, 0, "");
    turns->executor.refusal = "no";
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS, 1);
    turns_meddle(turns, "DELETE FROM number");
    assert_false(turns_take(turns, TURNS_NOW_MS + 1));
    assert_int_equal(turns->err.kind, ERROR_STORE);
    assert_non_null(strstr(turns->err.text, "is gone"));
    turns_take_all(turns, TURNS_NOW_MS + 2, 1);
    assert_int_equal(engine_progress(turns->engine).in_flight, 0);
}

static void a_number_that_is_gone_when_its_answer_comes_is_an_error_of_the_store(void **state)
{
    struct turns *turns = *state;
    turns_add(turns, 0, STATUS_RECEIVED, STEP_RECONCILE);
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS, 1);
    turns_meddle(turns, "DELETE FROM number");
    assert_false(turns_answer(turns, turns_good(), NULL, NULL, TURNS_NOW_MS + 1));
    assert_int_equal(turns->err.kind, ERROR_STORE);
    assert_non_null(strstr(turns->err.text, "a number with a request under way is gone"));
}

/* ---- many workers ---- */

/* So many numbers as there can be workers, all due, and answers that let wait for themselves. */
static void must_be_under_way_at_once(struct turns *turns, enum status status, enum step step)
{
    turns->options.policy.workers = WORKERS_MAX;
    turns->options.policy.request_burst = WORKERS_MAX;
    turns->options.policy.sweep_from = 10 * WORKERS_MAX; /* each by itself */
    turns->options.policy.calls_at_once = 10 * WORKERS_MAX;
    turns_add_many(turns, WORKERS_MAX, status, step);
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS + HOUR_MS, 10); /* no row is fresh any more */
    assert_int_equal(turns->executor.of[OPERATION_FETCH_ORDER], WORKERS_MAX);
    assert_int_equal(turns->executor.submitted, WORKERS_MAX);
}

static void every_worker_can_be_at_a_request(void **state)
{
    must_be_under_way_at_once(*state, STATUS_CARRIER_PROCESSING, STEP_RECONCILE);
}

static void every_worker_can_be_at_a_look(void **state)
{
    must_be_under_way_at_once(*state, STATUS_CARRIER_PROCESSING, STEP_NOTHING);
}

static void every_worker_can_be_at_a_call(void **state)
{
    must_be_under_way_at_once(*state, STATUS_RECEIVED, STEP_START_CALL);
}

/* The rest goes as soon as a worker is free, not when something is due by itself. */
static void more_than_there_are_workers_for_goes_with_the_next_answer(void **state)
{
    struct turns *turns = *state;
    turns->options.policy.workers = 1;
    for (int i = 0; i < 3; i++)
        turns_add(turns, i, STATUS_CARRIER_PROCESSING, STEP_RECONCILE);
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS, 3);
    assert_int_equal(turns->executor.submitted, 1);
    struct answer later = {.delivery = DELIVERY_ANSWERED, .http_status = 429};
    for (size_t submitted = 2; submitted <= 3; submitted++) {
        assert_true(turns_answer(turns, later, NULL, NULL, TURNS_NOW_MS + (int64_t)submitted));
        assert_int_equal(turns->executor.submitted, submitted);
    }
}

/* As many as there are workers, so that a full page of them is read. */
static void a_row_without_an_order_is_not_asked_about_nor_tried_without_end(void **state)
{
    struct turns *turns = *state;
    for (int i = 0; i < turns->options.policy.workers; i++) {
        int64_t id = turns_add(turns, i, STATUS_CARRIER_PROCESSING, STEP_NOTHING);
        struct number number = fixture_number(&turns->fixture, id);
        number.order_sid[0] = '\0';
        turns_save(turns, &number);
    }
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS, 2);
    assert_int_equal(turns->executor.submitted, 0);
    assert_true(turns->next_at_ms > TURNS_NOW_MS + SECOND_MS);
}

/* ---- ends ---- */

static void a_run_without_calls_places_none_and_ends_when_only_calls_are_left(void **state)
{
    struct turns *turns = *state;
    turns_add(turns, 0, STATUS_RECEIVED, STEP_START_CALL);
    turns->options.no_calls = true;
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS, 2);
    assert_int_equal(turns->executor.submitted, 0);
    assert_int_equal(turns->end, ENGINE_DRAINED);
    turns->engine->options.no_calls = false;
    turns_take_all(turns, TURNS_NOW_MS + 2, 1);
    assert_int_equal(turns->executor.of[OPERATION_START_CALL], 1);
}

static void a_look_at_a_number_that_is_at_its_end_keeps_no_run_going(void **state)
{
    struct turns *turns = *state;
    turns_add(turns, 0, STATUS_COMPLETED, STEP_RECONCILE);
    struct number number = fixture_number(&turns->fixture, 1);
    number.due_at_ms = TURNS_NOW_MS + HOUR_MS;
    turns_save(turns, &number);
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS, 1);
    assert_int_equal(turns->end, ENGINE_DONE);
    number.status = STATUS_TESTING;
    turns_save(turns, &number);
    turns_take_all(turns, TURNS_NOW_MS, 1);
    assert_int_equal(turns->end, ENGINE_GOES_ON);
}

static void a_run_that_is_stopped_takes_in_what_is_under_way_and_sends_nothing_more(void **state)
{
    struct turns *turns = *state;
    turns->options.policy.workers = 1;
    turns_add(turns, 0, STATUS_CARRIER_PROCESSING, STEP_RECONCILE);
    turns_add(turns, 1, STATUS_CARRIER_PROCESSING, STEP_RECONCILE);
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS, 1);
    engine_stop(turns->engine);
    turns_take_all(turns, TURNS_NOW_MS + 1, 1);
    assert_int_equal(turns->end, ENGINE_GOES_ON);
    assert_int_equal(turns->next_at_ms, TURNS_NOW_MS + 1 + SECOND_MS);
    struct order_seen seen = {.status_known = true, .status = STATUS_TESTING};
    TEXT_SET(seen.sid, turns->executor.last.order_sid);
    int64_t asked = turns->executor.last.number_id;
    assert_true(turns_answer(turns, turns_good(), &seen, NULL, TURNS_NOW_MS + 2));
    assert_int_equal(turns->end, ENGINE_DRAINED);
    assert_int_equal(fixture_number(&turns->fixture, asked).status, STATUS_TESTING);
    assert_int_equal(turns->executor.submitted, 1);
}

static void a_run_without_access_ends_with_the_reason_and_fails_no_number(void **state)
{
    struct turns *turns = *state;
    turns_add(turns, 0, STATUS_CARRIER_PROCESSING, STEP_RECONCILE);
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS, 1);
    struct answer refused = {
        .delivery = DELIVERY_ANSWERED, .http_status = 401, .code = 20003, .request_id = "RQ77"};
    assert_true(turns_answer(turns, refused, NULL, NULL, TURNS_NOW_MS + 1));
    assert_int_equal(turns->end, ENGINE_NO_ACCESS);
    assert_int_equal(turns->err.kind, ERROR_ACCESS);
    assert_non_null(strstr(turns->err.text, "HTTP 401, code 20003, request RQ77"));
    struct number number = fixture_number(&turns->fixture, 1);
    assert_int_equal(number.status, STATUS_CARRIER_PROCESSING);
    assert_int_equal(number.attention, ATTENTION_NONE);
    assert_int_equal(turns->executor.submitted, 1);
}

/* ---- idle: what a run for one round waits for ---- */

static void a_run_is_not_idle_while_a_request_is_under_way(void **state)
{
    struct turns *turns = *state;
    turns_add(turns, 0, STATUS_CARRIER_PROCESSING, STEP_RECONCILE);
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS, 1);
    assert_false(engine_is_idle(turns->engine));
    struct order_seen seen = {.status_known = true, .status = STATUS_CARRIER_PROCESSING};
    TEXT_SET(seen.sid, turns->executor.last.order_sid);
    assert_true(turns_answer(turns, turns_good(), &seen, NULL, TURNS_NOW_MS + 1));
    assert_int_equal(turns->end, ENGINE_GOES_ON);
    assert_true(engine_is_idle(turns->engine));
}

/* Its page was refused and is asked for again later. */
static void a_run_is_not_idle_while_a_list_is_half_read(void **state)
{
    struct turns *turns = *state;
    int64_t now_ms = TURNS_NOW_MS + 25 * HOUR_MS; /* the account is read once a day */
    struct answer later = {.delivery = DELIVERY_ANSWERED, .http_status = 429};
    turns_start(turns);
    turns_take_all(turns, now_ms, 1);
    assert_int_equal(turns->executor.of[OPERATION_LIST_ORDERS], 1);
    assert_true(turns_answer(turns, later, NULL, NULL, now_ms + 1));
    assert_false(engine_is_idle(turns->engine));
    assert_true(turns->next_at_ms < now_ms + MINUTE_MS);
    turns_take_all(turns, turns->next_at_ms, 1);
    assert_int_equal(turns->executor.of[OPERATION_LIST_ORDERS], 2);
    assert_true(turns_answer(turns, turns_good(), NULL, NULL, now_ms + MINUTE_MS));
    assert_true(engine_is_idle(turns->engine));
}

static void a_run_is_not_idle_while_a_call_waits_for_its_pace(void **state)
{
    struct turns *turns = *state;
    turns->options.policy.calls_per_second = 0.1;
    turns_add(turns, 0, STATUS_RECEIVED, STEP_START_CALL);
    turns_add(turns, 1, STATUS_RECEIVED, STEP_START_CALL);
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS, 1);
    struct order_seen seen = {.status_known = true, .status = STATUS_PENDING_VERIFICATION};
    TEXT_SET(seen.sid, turns->executor.last.order_sid);
    assert_true(turns_answer(turns, turns_good(), &seen, NULL, TURNS_NOW_MS + 1));
    assert_int_equal(turns->executor.of[OPERATION_START_CALL], 1);
    assert_false(engine_is_idle(turns->engine));
    assert_int_equal(turns->next_at_ms, TURNS_NOW_MS + 10 * SECOND_MS);
    turns_take_all(turns, turns->next_at_ms, 1);
    assert_int_equal(turns->executor.of[OPERATION_START_CALL], 2);
}

/* ---- without tokens ---- */

static void leave_no_token(struct turns *turns)
{
    engine_set_rate(turns->engine, 0.01, TURNS_NOW_MS);
    tokens_keep_at_most(&turns->engine->requests, 0, TURNS_NOW_MS);
}

static void what_waits_for_a_token_is_work_that_is_left(void **state)
{
    struct turns *turns = *state;
    turns_add(turns, 0, STATUS_CARRIER_PROCESSING, STEP_RECONCILE);
    turns_start(turns);
    leave_no_token(turns);
    turns_take_all(turns, TURNS_NOW_MS, 1);
    assert_int_equal(turns->executor.submitted, 0);
    assert_int_equal(turns->end, ENGINE_GOES_ON);
    assert_false(engine_is_idle(turns->engine));
    assert_true(turns->next_at_ms > TURNS_NOW_MS + MINUTE_MS);
    turns_take_all(turns, turns->next_at_ms, 1);
    assert_int_equal(turns->executor.submitted, 1);
}

static void a_question_that_waits_for_a_token_wakes_nobody_in_vain(void **state)
{
    struct turns *turns = *state;
    turns_add(turns, 0, STATUS_CARRIER_PROCESSING, STEP_RECONCILE);
    turns_start(turns);
    leave_no_token(turns);
    turns->engine->outage = (struct outage){.open = true, .probe_at_ms = TURNS_NOW_MS};
    turns_take_all(turns, TURNS_NOW_MS, 1);
    assert_int_equal(turns->executor.submitted, 0);
    assert_int_equal(turns->next_at_ms, TURNS_NOW_MS + SECOND_MS);
    turns->engine->outage.probe_at_ms = TURNS_NOW_MS + HOUR_MS;
    turns_take_all(turns, TURNS_NOW_MS, 1);
    assert_int_equal(turns->next_at_ms, TURNS_NOW_MS + HOUR_MS);
    turns_take_all(turns, TURNS_NOW_MS + HOUR_MS, 1);
    assert_int_equal(turns->executor.of[OPERATION_LIST_ORDERS], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TURNS_TEST(a_request_that_cannot_be_encoded_is_a_refusal_of_its_row),
        TURNS_TEST(what_is_refused_without_a_reason_is_given_one),
        TURNS_TEST(one_that_cannot_be_encoded_does_not_hold_the_others_up),
        TURNS_TEST(a_number_that_went_before_its_refusal_is_told_once),
        TURNS_TEST(a_number_that_is_gone_when_its_answer_comes_is_an_error_of_the_store),
        TURNS_TEST(every_worker_can_be_at_a_request),
        TURNS_TEST(every_worker_can_be_at_a_look),
        TURNS_TEST(every_worker_can_be_at_a_call),
        TURNS_TEST(more_than_there_are_workers_for_goes_with_the_next_answer),
        TURNS_TEST(a_row_without_an_order_is_not_asked_about_nor_tried_without_end),
        TURNS_TEST(a_run_without_calls_places_none_and_ends_when_only_calls_are_left),
        TURNS_TEST(a_look_at_a_number_that_is_at_its_end_keeps_no_run_going),
        TURNS_TEST(a_run_that_is_stopped_takes_in_what_is_under_way_and_sends_nothing_more),
        TURNS_TEST(a_run_without_access_ends_with_the_reason_and_fails_no_number),
        TURNS_TEST(a_run_is_not_idle_while_a_request_is_under_way),
        TURNS_TEST(a_run_is_not_idle_while_a_list_is_half_read),
        TURNS_TEST(a_run_is_not_idle_while_a_call_waits_for_its_pace),
        TURNS_TEST(what_waits_for_a_token_is_work_that_is_left),
        TURNS_TEST(a_question_that_waits_for_a_token_wakes_nobody_in_vain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
