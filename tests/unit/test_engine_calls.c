/* When the engine lets a phone ring, and how many at once. */
#include "base/clock.h"
#include "base/text.h"
#include "engine/engine.h"
#include "helpers/counting_executor.h"
#include "helpers/store_fixture.h"

/* 2026-11-18 17:00 in California, a Wednesday. */
#define CLOSES_MS INT64_C(1795050000000)

static void make_ready(struct fixture *fixture, int64_t id, int64_t now_ms)
{
    struct error err = {0};
    struct number number = fixture_number(fixture, id);
    number.status = STATUS_RECEIVED;
    number.step = STEP_START_CALL;
    number.due_at_ms = now_ms;
    number.settled_at_ms = now_ms;
    snprintf(number.order_sid, sizeof number.order_sid, "HR%032lld", (long long)id);
    assert_true(store_begin(fixture->store, &err));
    assert_true(store_save_number(fixture->store, &number, &err));
    assert_true(store_commit(fixture->store, &err));
}

static struct engine_options options_of(const char *days, const char *times)
{
    struct engine_options options = {.policy = policy_default(), .seed = 1, .max_calls = -1};
    struct error err = {0};
    assert_true(calling_hours_add(&options.hours, days, times, &err));
    return options;
}

/* So many turns, a second apart; the calls that were asked for. */
static size_t calls_of(struct fixture *fixture, const struct engine_options *options,
                       int64_t now_ms, int turns)
{
    struct counting_executor executor;
    struct error err = {0};
    int64_t next_at_ms = 0;
    enum engine_end end = ENGINE_GOES_ON;
    counting_executor_init(&executor);
    struct engine *engine = engine_new(fixture->store, &executor.port, options);
    assert_true(engine_start(engine, now_ms, &err));
    for (int i = 0; i < turns; i++)
        assert_true(engine_step(engine, now_ms + i * SECOND_MS, &next_at_ms, &end, &err));
    engine_free(engine);
    return executor.of[OPERATION_START_CALL];
}

static size_t calls_before_closing(int32_t call_delay, int64_t before_ms)
{
    void *state = NULL;
    assert_int_equal(fixture_set_up(&state), 0);
    struct fixture *fixture = state;
    struct import_row row = fixture_row(2, "+14155550101");
    row.details.call_delay = call_delay;
    fixture_import_begin(fixture, FIXTURE_BATCH);
    fixture_import(fixture, &row);
    fixture_import_end(fixture);
    make_ready(fixture, 1, CLOSES_MS - before_ms);
    struct engine_options options = options_of("mon-fri", "09:00-17:00");
    size_t calls = calls_of(fixture, &options, CLOSES_MS - before_ms, 1);
    assert_int_equal(fixture_tear_down(&state), 0);
    return calls;
}

static void a_call_rings_inside_the_window_with_its_delay(void **state)
{
    (void)state;
    assert_int_equal(calls_before_closing(0, HOUR_MS), 1);
    assert_int_equal(calls_before_closing(0, 31 * SECOND_MS), 1);
    assert_int_equal(calls_before_closing(0, 10 * SECOND_MS), 0);
    assert_int_equal(calls_before_closing(60, 91 * SECOND_MS), 1);
    assert_int_equal(calls_before_closing(60, 59 * SECOND_MS), 0);
    assert_int_equal(calls_before_closing(60, 45 * SECOND_MS), 0);
}

static void a_closed_window_lets_no_phone_ring(void **state)
{
    (void)state;
    assert_int_equal(calls_before_closing(0, 0), 0);
    assert_int_equal(calls_before_closing(0, -HOUR_MS), 0);
    assert_int_equal(calls_before_closing(0, 9 * HOUR_MS), 0);
}

static void no_more_phones_are_busy_than_allowed(void **state)
{
    struct fixture *fixture = *state;
    struct engine_options options = options_of("mon-sun", "00:00-24:00");
    options.policy.calls_at_once = 3;
    for (int i = 0; i < 10; i++)
        make_ready(fixture, fixture_add_many(fixture, i, ""), CLOSES_MS);
    assert_int_equal(calls_of(fixture, &options, CLOSES_MS, 20), 3);
}

static void no_site_has_more_calls_than_allowed(void **state)
{
    struct fixture *fixture = *state;
    struct engine_options options = options_of("mon-sun", "00:00-24:00");
    for (int i = 0; i < 10; i++)
        make_ready(fixture, fixture_add_many(fixture, i, i < 5 ? "Store 1" : "Store 2"), CLOSES_MS);
    assert_int_equal(calls_of(fixture, &options, CLOSES_MS, 20), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_rings_inside_the_window_with_its_delay),
        cmocka_unit_test(a_closed_window_lets_no_phone_ring),
        FIXTURE_TEST(no_more_phones_are_busy_than_allowed),
        FIXTURE_TEST(no_site_has_more_calls_than_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
