/* A sync step by step: what is asked when, what an answer of each kind leads to, which rows are
 * looked at alone. */
#include "base/clock.h"
#include "base/text.h"
#include "engine/sync_private.h"
#include "helpers/counting_executor.h"
#include "helpers/store_fixture.h"

#include <stdlib.h>
#include <string.h>

#define START_MS INT64_C(1795000000000)

struct world {
    struct fixture *fixture;
    struct counting_executor executor;
    struct sync_options options;
    struct sync *sync;
    int64_t now_ms;
    int64_t next_at_ms;
    bool done;
    struct error err;
};

static int set_up(void **state)
{
    void *fixture = NULL;
    struct world *world = calloc(1, sizeof *world);
    *state = world;
    if (fixture_set_up(&fixture) != 0)
        return 1;
    world->fixture = fixture;
    world->now_ms = START_MS;
    counting_executor_init(&world->executor);
    world->options = (struct sync_options){.policy = policy_default(), .batch = "", .seed = 1};
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    void *fixture = world->fixture;
    if (world->sync != NULL)
        sync_free(world->sync);
    free(world);
    return fixture_tear_down(&fixture);
}

static bool step(struct world *world)
{
    if (world->sync == NULL)
        world->sync = sync_new(world->fixture->store, &world->executor.port, &world->options);
    return sync_step(world->sync, world->now_ms, &world->next_at_ms, &world->done, &world->err);
}

static void step_well(struct world *world)
{
    if (!step(world))
        fail_msg("%s", world->err.text);
}

/* The answer to what is under way. */
static bool answer(struct world *world, struct answer answer)
{
    answer.operation = world->executor.last.operation;
    answer.sent_at_ms = world->now_ms;
    world->executor.answer = &answer;
    bool fine = step(world);
    assert_null(world->executor.answer);
    return fine;
}

static void answer_well(struct world *world, struct answer with)
{
    if (!answer(world, with))
        fail_msg("%s", world->err.text);
}

static struct answer page(const char *next_page_url)
{
    struct answer page = {.delivery = DELIVERY_ANSWERED, .http_status = 200, .readable = true};
    TEXT_SET(page.next_page_url, next_page_url);
    return page;
}

/* ---- answers that are none ---- */

static void what_is_no_clear_answer_is_asked_again_after_a_pause(void **state)
{
    static const struct answer unclear[] = {
        {.delivery = DELIVERY_NOT_SENT},
        {.delivery = DELIVERY_UNCERTAIN},
        {.delivery = DELIVERY_ANSWERED, .http_status = 103},
        {.delivery = DELIVERY_ANSWERED, .http_status = 200},
        {.delivery = DELIVERY_ANSWERED, .http_status = 408},
        {.delivery = DELIVERY_ANSWERED, .http_status = 429},
        {.delivery = DELIVERY_ANSWERED, .http_status = 503},
    };
    struct world *world = *state;
    world->options.policy.retry_attempts = COUNT_OF(unclear);
    step_well(world);
    for (size_t i = 0; i < COUNT_OF(unclear); i++) {
        assert_int_equal(world->executor.submitted, i + 1);
        answer_well(world, unclear[i]);
        assert_false(world->done);
        assert_int_equal(world->executor.submitted, i + 1);
        assert_true(world->next_at_ms > world->now_ms);
        world->now_ms = world->next_at_ms;
        step_well(world);
        assert_int_equal(world->executor.last.operation, OPERATION_LIST_ORDERS);
    }
    answer_well(world, page(""));
    assert_true(world->done);
}

static void a_list_that_is_refused_ends_it_with_the_services_words(void **state)
{
    struct world *world = *state;
    struct answer refusal = {.delivery = DELIVERY_ANSWERED,
                             .http_status = 400,
                             .code = 20001,
                             .message = "PageSize is odd"};
    step_well(world);
    assert_false(answer(world, refusal));
    assert_int_equal(world->err.kind, ERROR_OTHER);
    assert_string_equal(world->err.text, "the list of orders is refused (HTTP 400, code 20001, "
                                         "request without id): PageSize is odd");
    sync_free(world->sync);
    world->sync = NULL;
    TEXT_SET(refusal.request_id, "RQ17");
    step_well(world);
    assert_false(answer(world, refusal));
    assert_non_null(strstr(world->err.text, "request RQ17"));
}

static void pages_that_lead_in_a_circle_come_to_an_end(void **state)
{
    struct world *world = *state;
    char read[8];
    step_well(world);
    answer_well(world, page("/2?PageToken=a"));
    answer_well(world, page("/2?PageToken=b"));
    assert_string_equal(world->executor.last.page_url, "/2?PageToken=b");
    assert_false(answer(world, page("/2?PageToken=b")));
    assert_int_equal(world->err.kind, ERROR_OTHER);
    assert_string_equal(world->err.text, "the list of orders does not come to an end (page 3)");
    assert_true(
        store_read_setting(world->fixture->store, "account_read", read, sizeof read, &world->err));
    assert_string_equal(read, "");
}

/* ---- one request at a time, at the pace of the policy ---- */

static void nothing_more_is_asked_while_an_answer_is_awaited(void **state)
{
    struct world *world = *state;
    int64_t id = fixture_add_many(world->fixture, 0, "");
    struct number number = fixture_number(world->fixture, id);
    number.status = STATUS_VERIFIED;
    TEXT_SET(number.order_sid, "HR11111111111111111111111111111111");
    assert_true(store_save_number(world->fixture->store, &number, &world->err));
    step_well(world);
    for (int again = 0; again < 3; again++) {
        step_well(world);
        assert_int_equal(world->executor.submitted, 1);
        assert_int_equal(world->next_at_ms, 0);
    }
    answer_well(world, page(""));
    for (int again = 0; again < 3; again++) {
        step_well(world);
        assert_false(world->done);
        assert_int_equal(world->executor.of[OPERATION_FETCH_ORDER], 1);
    }
    answer_well(world, (struct answer){.delivery = DELIVERY_ANSWERED, .http_status = 404});
    assert_true(world->done);
    assert_int_equal(sync_result(world->sync).drifts[DRIFT_GONE], 1);
}

static void it_keeps_to_the_rate_of_requests(void **state)
{
    struct world *world = *state;
    world->options.policy.request_burst = 1;
    world->options.policy.requests_per_second = 0.01;
    step_well(world);
    answer_well(world, page("/2?PageToken=a"));
    assert_int_equal(world->executor.submitted, 1);
    assert_int_equal(world->next_at_ms, START_MS + 100 * SECOND_MS);
    world->now_ms = START_MS + 99 * SECOND_MS;
    step_well(world);
    assert_int_equal(world->executor.submitted, 1);
    world->now_ms = START_MS + 100 * SECOND_MS;
    step_well(world);
    assert_int_equal(world->executor.submitted, 2);
}

/* The longer of the two pauses counts. */
static void a_pause_after_trouble_is_not_cut_short_by_the_rate(void **state)
{
    struct world *world = *state;
    struct answer busy = {.delivery = DELIVERY_ANSWERED,
                          .http_status = 429,
                          .has_retry_after = true,
                          .retry_after_ms = 20 * SECOND_MS};
    world->options.policy.request_burst = 1;
    world->options.policy.requests_per_second = 0.1;
    step_well(world);
    answer_well(world, busy);
    assert_int_equal(world->next_at_ms, START_MS + 20 * SECOND_MS);
    world->now_ms = START_MS + 15 * SECOND_MS; /* there is a token again */
    step_well(world);
    assert_int_equal(world->executor.submitted, 1);
    world->now_ms = START_MS + 20 * SECOND_MS;
    step_well(world);
    assert_int_equal(world->executor.submitted, 2);
}

/* ---- rows whose order was not in the list ---- */

struct row {
    enum status status;
    enum intent intent;
    bool has_order;
};

static void add_row(struct world *world, int i, const struct row *like)
{
    int64_t id = fixture_add_many(world->fixture, i, "");
    struct number number = fixture_number(world->fixture, id);
    number.status = like->status;
    number.intent = like->intent;
    number.step = like->intent != INTENT_NONE ? STEP_RECONCILE : STEP_NOTHING;
    if (like->has_order)
        snprintf(number.order_sid, sizeof number.order_sid, "HR%032d", i);
    assert_true(store_save_number(world->fixture->store, &number, &world->err));
}

static void only_rows_that_may_have_lost_their_order_are_looked_at(void **state)
{
    static const struct row rows[] = {
        {STATUS_QUEUED, INTENT_NONE, false},   {STATUS_FAILED, INTENT_NONE, false},
        {STATUS_QUEUED, INTENT_CREATE, false}, {STATUS_RECEIVED, INTENT_START_CALL, true},
        {STATUS_FAILED, INTENT_NONE, true},    {STATUS_CANCELED, INTENT_NONE, true},
        {STATUS_COMPLETED, INTENT_NONE, true}, {STATUS_VERIFIED, INTENT_NONE, true},
    };
    struct world *world = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        add_row(world, (int)i, &rows[i]);
    step_well(world);
    answer_well(world, page(""));
    while (!world->done)
        answer_well(world, (struct answer){.delivery = DELIVERY_ANSWERED, .http_status = 404});
    struct sync_result result = sync_result(world->sync);
    assert_int_equal(result.looks, 2);
    assert_int_equal(result.unsettled, 2);
    assert_int_equal(result.no_order, 1);
    assert_int_equal(result.drifts[DRIFT_GONE], 2);
    assert_int_equal(world->executor.submitted, 3);
}

static void an_id_without_a_row_is_passed_over(void **state)
{
    struct world *world = *state;
    step_well(world);
    world->sync->ids[0] = 4711;
    world->sync->id_count = 1;
    answer_well(world, page(""));
    assert_true(world->done);
    assert_int_equal(world->executor.submitted, 1);
}

int main(void)
{
#define SYNC_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        SYNC_TEST(what_is_no_clear_answer_is_asked_again_after_a_pause),
        SYNC_TEST(a_list_that_is_refused_ends_it_with_the_services_words),
        SYNC_TEST(pages_that_lead_in_a_circle_come_to_an_end),
        SYNC_TEST(nothing_more_is_asked_while_an_answer_is_awaited),
        SYNC_TEST(it_keeps_to_the_rate_of_requests),
        SYNC_TEST(a_pause_after_trouble_is_not_cut_short_by_the_rate),
        SYNC_TEST(only_rows_that_may_have_lost_their_order_are_looked_at),
        SYNC_TEST(an_id_without_a_row_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
