#include "sim/sim.h"

#include "base/clock.h"
#include "base/fault_point.h"
#include "base/text.h"
#include "engine/actions.h"
#include "helpers/sandbox_transport.h"
#include "sim/sim_checks.h"
#include "sim/sim_world.h"
#include "sim/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define END_MS (60 * DAY_MS)

enum { TURNS_MAX = 200000 };

/* Enough for what numbers share: a site, an LOA, a page of a list. */
enum { NUMBERS_MIN = 2, NUMBERS_SPREAD = 14, NARROW_MIN = 4, NARROW_SPREAD = 28 };

/* The counts are added up after every turn; they are compared with the rows, and the rows with
 * their histories, once in so many turns, of some seeds after every turn too. */
enum { ROWS_EVERY = 128, STRICT_ONE_OF = 16 };

struct sim {
    struct stage stage;
    struct sim_world world;
    struct rng rng;
    struct rng wide; /* of what narrow worlds do not draw */
    bool faults_over;
    bool sends_nothing; /* in this turn: the process dies before */
    struct sim_options asked;
    struct sim_result result;
};

static void accuse(struct sim *sim, const char *what, const char *detail)
{
    witness_accuse(&sim->stage.witness, "%s: %s", what, detail);
}

/* ---- the batch ---- */

static bool import_batch(struct sim *sim, struct error *err)
{
    struct stage *stage = &sim->stage;
    bool narrow = sim->asked.narrow;
    int32_t least = narrow || sim->asked.calm ? NARROW_MIN : NUMBERS_MIN;
    int32_t spread = narrow ? NARROW_SPREAD : NUMBERS_SPREAD;
    int32_t count = least + (int32_t)rng_below(&sim->rng, (uint64_t)spread);
    if (sim->asked.calm)
        count = least;
    sim->result.numbers = count;
    batch_draw(&stage->batch, count, &sim->rng, &stage->witness);
    return batch_import(&stage->batch, false, stage->store, &stage->witness, stage_clock(stage),
                        err);
}

/* ---- the operator ---- */

static bool act(struct sim *sim, struct error *err)
{
    struct stage *stage = &sim->stage;
    struct selector selector = {0};
    const char *phone =
        stage->batch.rows[rng_below(&sim->rng, (uint64_t)stage->batch.count)].phone_number;
    char phones[1][PHONE_BYTES];
    TEXT_SET(phones[0], phone);
    selector.phone_numbers = (const char(*)[PHONE_BYTES])phones;
    selector.phone_count = 1;
    static const enum action often[] = {ACTION_HOLD,         ACTION_RELEASE, ACTION_RELEASE,
                                        ACTION_RETRY,        ACTION_RETRY,   ACTION_RETRY,
                                        ACTION_LAST_ATTEMPT, ACTION_CANCEL,  ACTION_OFFBOARD};
    enum action action = often[rng_below(&sim->rng, COUNT_OF(often))];
    struct action_result result;
    if (!action_apply(stage->store, action, &selector, "operator", stage_clock(stage), &result,
                      err))
        return false;
    if (result.changed == 1) {
        struct witnessed *number = witness_of(&stage->witness, phone);
        number->acted_at_ms = stage->now_ms;
        number->calls_granted += action == ACTION_LAST_ATTEMPT ? 1 : 0;
        sim->result.actions++;
    }
    return true;
}

/* Nothing stays held at the end. */
static bool release_all(struct sim *sim, struct error *err)
{
    struct selector selector = {.all = true};
    struct action_result result;
    return action_apply(sim->stage.store, ACTION_RELEASE, &selector, "operator",
                        stage_clock(&sim->stage), &result, err);
}

/* ---- what goes wrong beside the sandbox's own faults ---- */

#ifdef NUMHOST_FAULTS
static void begin_oddities(const struct sim_world *world)
{
    faults_end();
    if (world->odd_chance > 0)
        faults_draw("odd/", world->odd_seed, world->odd_chance);
}

static int64_t end_oddities(void)
{
    int64_t happened = faults_happened();
    faults_end();
    return happened;
}
#else
static void begin_oddities(const struct sim_world *world)
{
    (void)world;
}

static int64_t end_oddities(void)
{
    return 0;
}
#endif

static bool calm_down(struct sim *sim, struct error *err)
{
    struct scenario *scenario = &sim->stage.scenario;
    sim->faults_over = true;
    scenario->fault_count = 0;
    scenario->never_signs = 0;
    sim->world = (struct sim_world){0};
    if (sim->stage.clock_error_ms != 0)
        stage_set_clock(&sim->stage, 0);
    sim->result.oddities = end_oddities();
    sandbox_set_scenario(sim->stage.sandbox, scenario);
    return release_all(sim, err);
}

/* Whether the process dies at the end of this turn, and with how many of its requests sent. */
static bool draw_death(struct sim *sim)
{
    bool dies = rng_chance(&sim->rng, sim->world.crash_chance);
    if (dies)
        sim->stage.witness.swallow_after = (int64_t)rng_below(&sim->rng, 4);
    if (sim->asked.dies_at_turn > 0 && sim->result.turns + 1 == sim->asked.dies_at_turn) {
        dies = true;
        sim->stage.witness.swallow_after = sim->asked.sent_before_death;
    }
    return dies;
}

static int64_t disk_instant(const struct sim *sim)
{
    const struct sim_power *power = sim->asked.power;
    return power != NULL ? power->instant(power->context) : 0;
}

/* Of a turn that sent nothing the power may have cut the commit. */
static bool come_back(struct sim *sim, int64_t turn_began, struct error *err)
{
    const struct sim_power *power = sim->asked.power;
    int64_t pause_ms = (int64_t)rng_below(&sim->rng, 10 * (uint64_t)MINUTE_MS);
    int64_t until = disk_instant(sim);
    sim->result.crashes++;
    if (power == NULL)
        return stage_restart(&sim->stage, pause_ms, err);
    stage_go_dark(&sim->stage);
    power->cut(power->context, sim->sends_nothing ? turn_began : until, until);
    return stage_come_back(&sim->stage, pause_ms, err);
}

/* ---- the run ---- */

static int64_t earlier(int64_t a_ms, int64_t b_ms)
{
    if (a_ms == 0 || b_ms == 0)
        return a_ms + b_ms;
    return a_ms < b_ms ? a_ms : b_ms;
}

/* Somebody sets the clock of the machine, or a time server does: now it is right, or not. */
static void set_clock(struct sim *sim)
{
    bool right = rng_chance(&sim->wide, 0.4);
    int64_t error_ms = (int64_t)rng_below(&sim->wide, 12 * (uint64_t)HOUR_MS);
    bool behind = rng_chance(&sim->wide, 0.5);
    stage_set_clock(&sim->stage, right ? 0 : behind ? -error_ms : error_ms);
}

/* Until the engine wants to be called, or an answer is there; or later, when the machine slept. */
static bool pass_time(struct sim *sim, int64_t next_at_ms, enum engine_end end, struct error *err)
{
    struct stage *stage = &sim->stage;
    int64_t wanted_ms = next_at_ms > 0 ? next_at_ms - stage->clock_error_ms : 0;
    int64_t at_ms = earlier(wanted_ms, sandbox_transport_next_at(stage->carrier));
    if (end == ENGINE_GOES_ON && at_ms == 0)
        return error_set(err, ERROR_OTHER, "nothing will ever happen again and it is not done");
    if (at_ms > stage->now_ms)
        stage->now_ms = at_ms;
    if (sim->world.sleep_chance > 0 && rng_chance(&sim->wide, sim->world.sleep_chance)) {
        stage->now_ms += (int64_t)rng_below(&sim->wide, 5 * (uint64_t)HOUR_MS);
        engine_clock_was_set(stage->engine, stage_clock(stage));
    }
    if (sim->world.clock_chance > 0 && rng_chance(&sim->wide, sim->world.clock_chance))
        set_clock(sim);
    return true;
}

static void watch_turn(struct sim *sim)
{
    struct stage *stage = &sim->stage;
    bool all = sim->asked.seed % STRICT_ONE_OF == 0 || sim->result.turns % ROWS_EVERY == 0;
    watch_counts(&stage->witness, stage->batch.count, all);
    if (all)
        check_histories(stage->store, &stage->witness);
}

static bool disturb(struct sim *sim, struct error *err)
{
    struct stage *stage = &sim->stage;
    if (rng_chance(&sim->rng, sim->world.action_chance) && !act(sim, err))
        return false;
    return !rng_chance(&sim->rng, sim->world.import_chance) ||
           batch_import(&stage->batch, true, stage->store, &stage->witness, stage_clock(stage),
                        err);
}

static bool turn(struct sim *sim, enum engine_end *end, struct error *err)
{
    struct stage *stage = &sim->stage;
    int64_t next_at_ms = 0;
    bool dies = draw_death(sim);
    int64_t began = disk_instant(sim);
    sim->sends_nothing = stage->witness.swallow_after == 0;
    if (!engine_step(stage->engine, stage_clock(stage), &next_at_ms, end, err))
        return false;
    sim->result.turns++;
    watch_turn(sim);
    if (dies) {
        *end = ENGINE_GOES_ON;
        return come_back(sim, began, err);
    }
    if (sim->result.turns == sim->asked.loses_database_at_turn) {
        *end = ENGINE_GOES_ON;
        return stage_lose_database(stage, err);
    }
    return disturb(sim, err) && pass_time(sim, next_at_ms, *end, err);
}

/* What a run without the service ends with, while there are faults: a person starts it again. */
static bool run_again(struct sim *sim, enum engine_end *end, struct error *err)
{
    if (*end != ENGINE_UNAVAILABLE || sim->faults_over)
        return true;
    *end = ENGINE_GOES_ON;
    *err = (struct error){0};
    return stage_restart(&sim->stage, (int64_t)rng_below(&sim->wide, HOUR_MS), err);
}

static void go(struct sim *sim)
{
    struct stage *stage = &sim->stage;
    struct error err = {0};
    enum engine_end end = ENGINE_GOES_ON;
    bool ok = import_batch(sim, &err) && stage_start_process(stage, &err);
    while (ok && stage->witness.violation[0] == '\0' && sim->result.turns < TURNS_MAX) {
        ok = turn(sim, &end, &err) && run_again(sim, &end, &err);
        if (ok && end == ENGINE_DONE && sim->faults_over)
            break;
        if (ok && end == ENGINE_DONE)
            stage->now_ms += HOUR_MS;
        if (ok && end != ENGINE_DONE && end != ENGINE_GOES_ON)
            ok = error_set(&err, ERROR_OTHER, "the engine ended as %d", (int)end);
        if (ok && !sim->faults_over && stage->now_ms - STAGE_START_MS > sim->world.faulty_ms)
            ok = calm_down(sim, &err);
        if (ok && stage->now_ms - STAGE_START_MS > END_MS)
            ok = error_set(&err, ERROR_OTHER, "not done after 60 virtual days");
    }
    if (!ok)
        accuse(sim, "stopped", err.text);
    else if (sim->result.turns >= TURNS_MAX)
        accuse(sim, "stopped", "too many turns");
}

static void conclude(struct sim *sim)
{
    struct stage *stage = &sim->stage;
    struct sim_result *result = &sim->result;
    watch_counts(&stage->witness, stage->batch.count, true);
    if (stage->witness.violation[0] == '\0')
        check_end(stage->store, &stage->witness, stage->batch.count, &result->completed);
    if (sim->asked.verbose)
        stage_print(stage);
    result->requests = (int64_t)stage->witness.ledger_seen;
    result->faults = stage->witness.faults_seen;
    result->virtual_ms = stage->now_ms - STAGE_START_MS;
    result->ok = stage->witness.violation[0] == '\0';
    TEXT_SET(result->violation, stage->witness.violation);
}

struct sim_result sim_run(const struct sim_options *options)
{
    static struct sim sim; /* large: one at a time */
    struct error err = {0};
    memset(&sim, 0, sizeof sim);
    rng_seed(&sim.rng, options->seed);
    rng_seed(&sim.wide, options->seed ^ UINT64_MAX / 3);
    sim.asked = *options;
    stage_init(&sim.stage);
    sim.stage.database = options->database;
    sim.stage.witness.verbose = options->verbose;
    bool ok = world_draw(&sim.stage, &sim.world, options->narrow, &sim.rng, options->seed, &err) &&
              (!options->calm || world_calm(&sim.stage, &sim.world, &err)) &&
              stage_open(&sim.stage, &err);
    begin_oddities(&sim.world);
    if (ok)
        go(&sim);
    else
        accuse(&sim, "setting out", err.text);
    end_oddities();
    if (ok)
        conclude(&sim);
    else
        TEXT_SET(sim.result.violation, sim.stage.witness.violation);
    stage_close(&sim.stage);
    return sim.result;
}
