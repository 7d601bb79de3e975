/* How the service is asked while it is down: one question at a time, ever more rarely, and no storm
 * when it is back. */
#include "base/clock.h"
#include "engine/engine_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { WORKERS = 16, RATE = 20, BURST = 40 };

static const struct answer unreachable = {.delivery = DELIVERY_NOT_SENT};
static const struct answer in_trouble = {.delivery = DELIVERY_ANSWERED, .http_status = 503};
static const struct answer fine = {
    .delivery = DELIVERY_ANSWERED, .http_status = 200, .readable = true};

static struct engine *new_engine(void)
{
    struct engine_options options = {.policy = policy_default(), .max_calls = -1};
    options.policy.workers = WORKERS;
    options.policy.requests_per_second = RATE;
    options.policy.request_burst = BURST;
    struct engine *engine = engine_new(NULL, NULL, &options);
    tokens_init(&engine->requests, RATE, BURST, 0);
    return engine;
}

static void fail_until_open(struct engine *engine, int64_t now_ms)
{
    for (int i = 0; i < WORKERS; i++) {
        assert_false(outage_is_open(engine));
        outage_note(engine, i % 2 == 0 ? &unreachable : &in_trouble, now_ms);
    }
    assert_true(outage_is_open(engine));
}

/* Puts the question when it is due; true when it was. */
static bool probe(struct engine *engine, const struct answer *answer, int64_t now_ms)
{
    outage_probe(engine, now_ms);
    if (engine->busy_count == 0)
        return false;
    assert_int_equal(engine->busy_count, 1);
    assert_int_equal(engine->slots[0].request.operation, OPERATION_LIST_ORDERS);
    slot_free(engine, &engine->slots[0]);
    outage_note(engine, answer, now_ms);
    return true;
}

static void while_it_is_down_the_service_is_asked_every_fifteen_seconds_at_last(void **state)
{
    struct engine *engine = new_engine();
    int64_t last_ms = 0;
    int32_t probes = 0;
    (void)state;
    fail_until_open(engine, 0);
    for (int64_t now_ms = 0; now_ms < 10 * MINUTE_MS; now_ms += 100) {
        if (!probe(engine, &unreachable, now_ms))
            continue;
        if (last_ms >= 5 * MINUTE_MS)
            assert_int_equal(now_ms - last_ms, 15 * SECOND_MS);
        last_ms = now_ms;
        probes++;
    }
    assert_in_range(probes, 40, 100);
    engine_free(engine);
}

static void the_question_is_not_put_beside_a_request_under_way(void **state)
{
    struct engine *engine = new_engine();
    (void)state;
    fail_until_open(engine, 0);
    struct slot *slot = slot_take(engine, WORK_NUMBER, 0);
    outage_probe(engine, HOUR_MS);
    assert_int_equal(engine->busy_count, 1);
    slot_free(engine, slot);
    outage_probe(engine, HOUR_MS);
    assert_int_equal(engine->busy_count, 1);
    engine_free(engine);
}

static void what_piled_up_does_not_storm_a_service_that_is_back(void **state)
{
    struct engine *engine = new_engine();
    int64_t now_ms = HOUR_MS;
    (void)state;
    fail_until_open(engine, 0);
    assert_true(probe(engine, &fine, now_ms));
    assert_false(outage_is_open(engine));
    assert_int_equal(engine_progress(engine).down_since_at_ms, 0);
    int64_t taken = 0;
    for (; now_ms < HOUR_MS + SECOND_MS; now_ms += 10)
        while (tokens_take(&engine->requests, now_ms))
            taken++;
    assert_in_range(taken, RATE - 1, RATE + 1); /* and not the burst on top */
    engine_free(engine);
}

static void one_answer_in_between_is_no_outage(void **state)
{
    struct engine *engine = new_engine();
    (void)state;
    for (int i = 0; i < 10 * WORKERS; i++)
        outage_note(engine, i % WORKERS == WORKERS - 1 ? &fine : &in_trouble, i);
    assert_false(outage_is_open(engine));
    engine_free(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(while_it_is_down_the_service_is_asked_every_fifteen_seconds_at_last),
        cmocka_unit_test(the_question_is_not_put_beside_a_request_under_way),
        cmocka_unit_test(what_piled_up_does_not_storm_a_service_that_is_back),
        cmocka_unit_test(one_answer_in_between_is_no_outage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
