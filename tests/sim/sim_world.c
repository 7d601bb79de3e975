#include "sim/sim_world.h"

#include "base/clock.h"
#include "base/text.h"

#include <math.h>

/* ---- as the first seeds were drawn ---- */

static void draw_fault(struct scenario *scenario, enum fault_kind kind, struct rng *rng)
{
    if (kind == FAULT_NONE || kind == FAULT_LATE_EFFECT || rng_chance(rng, 0.6))
        return;
    struct fault_rule *rule = &scenario->faults[scenario->fault_count++];
    *rule = (struct fault_rule){
        .kind = kind,
        .rate = rng_fraction(rng) * (rng_chance(rng, 0.2) ? 0.5 : 0.1),
        .operations = UINT32_MAX,
        .by_ms = (int64_t)rng_below(rng, 20000),
    };
    if (kind == FAULT_OUTAGE) {
        rule->rate = 1;
        rule->from_ms = (int64_t)rng_below(rng, (uint64_t)DAY_MS);
        rule->to_ms = rule->from_ms + (int64_t)rng_below(rng, 3 * (uint64_t)HOUR_MS);
    }
    if (kind == FAULT_THROTTLED && rng_chance(rng, 0.5))
        TEXT_SET(rule->retry_after, rng_chance(rng, 0.5) ? "3" : "-1");
}

static void draw_scenario(struct scenario *scenario, struct rng *rng)
{
    scenario->seed = rng_next(rng);
    scenario->latency = (struct span){10, 10 + (int64_t)rng_below(rng, 3000)};
    scenario->starts_received = rng_fraction(rng);
    scenario->processing_fails = rng_fraction(rng) * 0.1;
    scenario->answers = 0.3 + rng_fraction(rng) * 0.7;
    scenario->wrong_code = rng_fraction(rng) * 0.3;
    scenario->call_refused = rng_fraction(rng) * 0.2;
    scenario->caller_id = rng_fraction(rng) * 0.1;
    scenario->bill_fails = rng_fraction(rng) * 0.2;
    scenario->declines = rng_fraction(rng) * 0.3;
    scenario->never_signs = rng_fraction(rng) * 0.2;
    scenario->document_fails = rng_fraction(rng) * 0.2;
    scenario->rejects = rng_fraction(rng) * 0.2;
    scenario->varied_shapes = rng_fraction(rng);
    for (int kind = 0; kind < FAULT_COUNT; kind++)
        draw_fault(scenario, (enum fault_kind)kind, rng);
}

static void draw_policy(struct engine_options *options, struct rng *rng)
{
    struct policy *policy = &options->policy;
    policy->workers = 1 + (int32_t)rng_below(rng, 16);
    policy->requests_per_second = 0.5 + rng_fraction(rng) * 30;
    policy->request_burst = 1 + (int32_t)rng_below(rng, 20);
    policy->automatic_attempts = 1 + (int32_t)rng_below(rng, 3);
    policy->calls_at_once = 1 + (int32_t)rng_below(rng, 10);
    policy->sweep_from = 1 + (int32_t)rng_below(rng, 20);
    policy->page_size = 1 + (int32_t)rng_below(rng, 20);
    policy->loa_numbers_at_most = 1 + (int32_t)rng_below(rng, 10);
    policy->loa_wait_for_stragglers_ms = (int64_t)rng_below(rng, 4 * (uint64_t)HOUR_MS);
    policy->poll_verification_ms = 10 * SECOND_MS;
    policy->patience_ms = 10 * DAY_MS;
    policy->calls_at_once_per_site = 1 + (int32_t)rng_below(rng, 2);
    options->seed = rng_next(rng);
    options->max_calls = -1;
}

static bool set_hours(struct calling_hours *hours, const char *days, const char *times,
                      struct error *err)
{
    *hours = (struct calling_hours){0};
    return calling_hours_add(hours, days, times, err);
}

/* Half of the worlds never sleep; Thanksgiving is inside of the others. */
static bool draw_hours(struct calling_hours *hours, struct rng *rng, struct error *err)
{
    static const struct {
        const char *days;
        const char *times;
    } table[] = {{"mon-fri", "09:00-17:00"}, {"mon-sat", "08:00-12:00,13:30-20:00"}};
    bool closes = rng_chance(rng, 0.5);
    size_t which = (size_t)rng_below(rng, COUNT_OF(table));
    if (!closes)
        return set_hours(hours, "mon-sun", "00:00-24:00", err);
    return set_hours(hours, table[which].days, table[which].times, err) &&
           calling_hours_add_holiday(hours, "2026-11-19", err) &&
           calling_hours_add_holiday(hours, "2026-11-26", err);
}

/* ---- and what later seeds draw beside it ---- */

/* low..high, each order of magnitude as likely as the other. */
static int64_t between(int64_t low, int64_t high, struct rng *rng)
{
    double ratio = (double)high / (double)low;
    return (int64_t)((double)low * pow(ratio, rng_fraction(rng)));
}

/* Up to `most` instead. */
static void stretch(struct span *span, int64_t most_ms, struct rng *rng)
{
    if (rng_chance(rng, 0.6))
        span->to_ms = between(span->to_ms, most_ms, rng);
}

static void draw_late_effect(struct scenario *scenario, struct rng *rng)
{
    if (rng_chance(rng, 0.6))
        return;
    scenario->faults[scenario->fault_count++] = (struct fault_rule){
        .kind = FAULT_LATE_EFFECT,
        .rate = rng_fraction(rng) * 0.1,
        .operations = UINT32_MAX,
        .by_ms = (int64_t)rng_below(rng, 25000), /* within what the engine allows for a ring */
    };
}

static void widen_faults(struct scenario *scenario, struct rng *rng)
{
    draw_late_effect(scenario, rng);
    for (size_t i = 0; i < scenario->fault_count; i++) {
        struct fault_rule *rule = &scenario->faults[i];
        if (rng_chance(rng, 0.4)) /* of some operations only, and then of many requests */
            rule->operations = (uint32_t)rng_next(rng);
        if (rng_chance(rng, 0.1) && rule->rate < 1)
            rule->rate = 0.5;
        if (rule->kind == FAULT_HUGE_JSON && rule->rate > 0.01)
            rule->rate = 0.01; /* each one is nine megabytes */
    }
}

static void widen_scenario(struct scenario *scenario, struct rng *rng)
{
    stretch(&scenario->processing_takes, 2 * HOUR_MS, rng);
    stretch(&scenario->answers_after, 90 * SECOND_MS, rng);
    stretch(&scenario->bill_takes, DAY_MS, rng);
    stretch(&scenario->signs_after, 2 * DAY_MS, rng);
    stretch(&scenario->carrier_takes, 2 * DAY_MS, rng);
    stretch(&scenario->testing_takes, 6 * HOUR_MS, rng);
    scenario->needs_extension = rng_chance(rng, 0.3) ? rng_fraction(rng) * 0.2 : 0;
    scenario->unknown_status = rng_chance(rng, 0.3) ? rng_fraction(rng) * 0.1 : 0;
    scenario->concurrency = rng_chance(rng, 0.2) ? 1 + (int64_t)rng_below(rng, 8) : 0;
    widen_faults(scenario, rng);
}

static void widen_policy(struct policy *policy, struct rng *rng)
{
    policy->sweep_from = 1 + (int32_t)rng_below(rng, 8);
    policy->page_size = 1 + (int32_t)rng_below(rng, 8);
    policy->reconcile_grace_ms = between(70 * SECOND_MS, 10 * MINUTE_MS, rng);
    policy->calls_per_second = rng_chance(rng, 0.5) ? 1 : 0.02 + rng_fraction(rng) * 0.2;
    policy->call_again_after_ms = between(5 * MINUTE_MS, 2 * HOUR_MS, rng);
    policy->call_refusals_at_most = 1 + (int32_t)rng_below(rng, 4);
    policy->loa_failures_at_most = 1 + (int32_t)rng_below(rng, 3);
    policy->poll_processing_ms = between(15 * SECOND_MS, 10 * MINUTE_MS, rng);
    policy->poll_verification_ms = between(10 * SECOND_MS, MINUTE_MS, rng);
    policy->poll_signature_ms = between(15 * MINUTE_MS, 6 * HOUR_MS, rng);
    policy->poll_carrier_ms = between(30 * MINUTE_MS, 6 * HOUR_MS, rng);
    policy->retry_attempts = 2 + (int32_t)rng_below(rng, 8);
    policy->retry_base_ms = between(100, 10 * SECOND_MS, rng);
    policy->retry_cap_ms = between(MINUTE_MS, HOUR_MS, rng);
    policy->action_lapses_after_ms = rng_chance(rng, 0.2) ? 0 : between(DAY_MS, 7 * DAY_MS, rng);
    policy->warn_before_ms = between(HOUR_MS, 3 * DAY_MS, rng);
}

static bool effects_come_late(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->fault_count; i++)
        if (scenario->faults[i].kind == FAULT_LATE_EFFECT)
            return true;
    return false;
}

static void widen(struct stage *stage, struct sim_world *world, uint64_t seed)
{
    struct rng rng;
    rng_seed(&rng, ~seed);
    widen_scenario(&stage->scenario, &rng);
    widen_policy(&stage->options.policy, &rng);
    world->import_chance = world->import_chance > 0 ? 0.001 : 0;
    world->sleep_chance = rng_chance(&rng, 0.3) ? rng_fraction(&rng) * 0.003 : 0;
    world->odd_chance = rng_chance(&rng, 0.7) ? rng_fraction(&rng) * 0.4 : 0;
    world->odd_seed = rng_next(&rng);
    world->faulty_ms = between(6 * HOUR_MS, 3 * DAY_MS, &rng);
    /* A grace that ran while no process did is over by the clock, and may be before effects that
     * come late. */
    world->clock_chance = rng_chance(&rng, 0.2) && !effects_come_late(&stage->scenario)
                              ? rng_fraction(&rng) * 0.01
                              : 0;
}

bool world_draw(struct stage *stage, struct sim_world *world, bool narrow, struct rng *rng,
                uint64_t seed, struct error *err)
{
    draw_scenario(&stage->scenario, rng);
    draw_policy(&stage->options, rng);
    bool ok = draw_hours(&stage->options.hours, rng, err);
    *world = (struct sim_world){.faulty_ms = 3 * DAY_MS};
    world->crash_chance = rng_chance(rng, 0.7) ? rng_fraction(rng) * 0.02 : 0;
    world->action_chance = rng_chance(rng, 0.7) ? rng_fraction(rng) * 0.01 : 0;
    world->import_chance = rng_chance(rng, 0.5) ? 0.005 : 0;
    if (!narrow)
        widen(stage, world, seed);
    return ok;
}

bool world_calm(struct stage *stage, struct sim_world *world, struct error *err)
{
    uint64_t seed = stage->scenario.seed;
    stage->scenario = scenario_calm();
    stage->scenario.seed = seed;
    stage->options.policy = policy_default();
    *world = (struct sim_world){.faulty_ms = 3 * DAY_MS};
    return set_hours(&stage->options.hours, "mon-sun", "00:00-24:00", err);
}
