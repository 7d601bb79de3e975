/* The service is away, for ten minutes and for three hours: how hard it is asked meanwhile, and
 * when it is back. Requests are counted on a virtual clock, each one that was made, answered or
 * not. */
#include "base/clock.h"
#include "base/memory.h"
#include "helpers/service_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RATE 4.0
#define DOWN_FROM_MS (5 * MINUTE_MS)
#define LONGEST_MS (12 * HOUR_MS)

enum {
    NUMBERS = 120,
    BURST = 20,
    WORKERS = 8,
    PROBES_A_MINUTE = 5,
    MINUTES = LONGEST_MS / MINUTE_MS
};

struct counts {
    int32_t in_minute[MINUTES];
    int32_t in_second[MINUTES * 60];
};

static bool count_line(void *context, const struct ledger_line *line)
{
    struct counts *counts = context;
    int64_t age_ms = line->at_ms - WORLD_START_MS;
    if (age_ms >= LONGEST_MS)
        return false;
    counts->in_minute[age_ms / MINUTE_MS]++;
    counts->in_second[age_ms / SECOND_MS]++;
    return true;
}

/* Enough numbers that there is always more to do than the rate allows, for an hour. */
static void open_busy_world(struct world *world, int64_t down_ms, int64_t patience_ms)
{
    world_init(world);
    struct policy *policy = &world->options.policy;
    policy->requests_per_second = RATE;
    policy->request_burst = BURST;
    policy->workers = WORKERS;
    policy->patience_ms = patience_ms;
    policy->calls_per_second = 10;
    policy->calls_at_once = 100;
    policy->poll_processing_ms = 5 * SECOND_MS;
    policy->poll_verification_ms = 5 * SECOND_MS;
    policy->poll_signature_ms = 10 * SECOND_MS;
    policy->poll_carrier_ms = 10 * SECOND_MS;
    policy->sweep_from = NUMBERS * 2; /* one by one: as many requests as can be */
    world->scenario.signs_after = (struct span){down_ms + 15 * MINUTE_MS, down_ms + 25 * MINUTE_MS};
    world_open(world);
    struct import_row *rows = memory_new(NUMBERS, sizeof *rows);
    for (int32_t i = 0; i < NUMBERS; i++) {
        rows[i] = world_row(i);
        snprintf(rows[i].signer.email, sizeof rows[i].signer.email, "signer%d@example.com", i % 9);
    }
    world_import(world, rows, NUMBERS);
    free(rows);
    const struct fault_rule faults[] = {
        {.kind = FAULT_OUTAGE,
         .rate = 1,
         .operations = UINT32_MAX,
         .from_ms = DOWN_FROM_MS,
         .to_ms = DOWN_FROM_MS + down_ms},
        {.kind = FAULT_503_BEFORE, /* it stumbles to its feet */
         .rate = 0.6,
         .operations = UINT32_MAX,
         .from_ms = DOWN_FROM_MS + down_ms,
         .to_ms = DOWN_FROM_MS + down_ms + 30 * SECOND_MS},
    };
    world_set_faults(world, faults, 2);
}

static void check_load(const struct counts *counts, int64_t down_ms, int32_t starts)
{
    int64_t from = DOWN_FROM_MS / MINUTE_MS;
    int64_t to = from + down_ms / MINUTE_MS;
    double before = 0;
    int32_t asked = 0;
    int32_t restless = 0;
    for (int64_t minute = 1; minute < from; minute++)
        before += counts->in_minute[minute] / (double)(from - 1);
    for (int64_t minute = from; minute < to; minute++) {
        assert_true(counts->in_minute[minute] <= 1.1 * before);
        if (minute >= from + 5 && counts->in_minute[minute] > PROBES_A_MINUTE)
            restless++;
        asked += counts->in_minute[minute];
    }
    assert_true(restless <= 5 * starts); /* each process finds out for itself */
    int32_t most = 0;
    for (int64_t second = to * 60; second < (to + 10) * 60; second++)
        most = counts->in_second[second] > most ? counts->in_second[second] : most;
    assert_true(most <= RATE + 1); /* what piled up leaves without the burst on top */
    for (int64_t minute = to; minute < to + 10; minute++)
        assert_true(counts->in_minute[minute] <= 1.1 * before);
    double after = 0;
    for (int64_t minute = to + 3; minute < to + 8; minute++)
        after += counts->in_minute[minute] / 5.0;
    assert_true(after >= 0.9 * before);
    printf("down %lld min: %.1f/min before, %d altogether while down, at most %d/s after, %.1f/min "
           "three minutes later\n",
           (long long)(down_ms / MINUTE_MS), before, asked, most, after);
}

static void check_numbers(const struct world *world)
{
    for (int32_t i = 0; i < NUMBERS; i++) {
        char phone_number[PHONE_BYTES];
        world_phone(i, phone_number);
        assert_int_equal(world_number(world, phone_number).status, STATUS_COMPLETED);
    }
    struct effects effects = world_effects(world, NULL);
    assert_int_equal(effects.of[EFFECT_ORDER_CREATED], NUMBERS);
    assert_int_equal(effects.of[EFFECT_CALL_PLACED], NUMBERS);
    assert_int_equal(effects.of[EFFECT_LOA_SENT], NUMBERS);
}

static void is_down_for(int64_t down_ms, int64_t patience_ms, int32_t ends)
{
    struct world *world = memory_new(1, sizeof *world);
    struct counts *counts = memory_new(1, sizeof *counts);
    open_busy_world(world, down_ms, patience_ms);
    assert_true(world_run(world, WORLD_START_MS + 3 * DAY_MS, NULL, NULL));
    assert_int_equal(world->unavailable, ends);
    sandbox_each_ledger_line(world->sandbox, 0, count_line, counts);
    check_load(counts, down_ms, ends);
    check_numbers(world);
    world_close(world);
    free(counts);
    free(world);
}

static void ten_minutes_away_cost_no_more_requests_than_before_and_bring_no_storm(void **state)
{
    (void)state;
    is_down_for(10 * MINUTE_MS, 2 * HOUR_MS, 0);
}

static void three_hours_away_cost_no_more_requests_than_before_and_bring_no_storm(void **state)
{
    (void)state;
    is_down_for(3 * HOUR_MS, 4 * HOUR_MS, 0);
}

/* With the default patience the run ends meanwhile, and somebody starts it again. */
static void a_run_that_lost_its_patience_is_started_again_without_a_storm(void **state)
{
    (void)state;
    is_down_for(3 * HOUR_MS, 2 * HOUR_MS, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_minutes_away_cost_no_more_requests_than_before_and_bring_no_storm),
        cmocka_unit_test(three_hours_away_cost_no_more_requests_than_before_and_bring_no_storm),
        cmocka_unit_test(a_run_that_lost_its_patience_is_started_again_without_a_storm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
