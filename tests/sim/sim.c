#include "sim/sim.h"

#include "adapters/http/executor.h"
#include "base/clock.h"
#include "base/rng.h"
#include "base/text.h"
#include "engine/actions.h"
#include "engine/engine.h"
#include "helpers/sandbox_transport.h"
#include "sim/sim_batch.h"
#include "sim/sim_checks.h"
#include "sim/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_MS INT64_C(1795000000000) /* 2026-11-18 */
#define FAULTY_MS (3 * DAY_MS)
#define END_MS (60 * DAY_MS)

enum { TURNS_MAX = 200000, NUMBERS_MIN = 4, NUMBERS_SPREAD = 28 };

/* The counts are added up once in so many turns, and compared with the rows. */
enum { SUM_EVERY = 8, ROWS_EVERY = 64 };

struct sim {
    struct rng rng;
    int64_t now_ms;
    struct scenario scenario;
    struct sandbox *sandbox;
    struct store *store;
    struct transport *transport;
    struct executor *executor;
    struct engine *engine;
    struct engine_options options;
    struct witness witness;
    struct sim_batch batch;
    double crash_chance;  /* of a turn */
    double action_chance; /* of a turn */
    double import_chance; /* of a turn: the same file again, beside the run */
    bool faults_over;
    struct sim_options asked;
    struct sim_result result;
};

static void accuse(struct sim *sim, const char *what, const char *detail)
{
    witness_accuse(&sim->witness, "%s: %s", what, detail);
}

/* ---- the world of a seed ---- */

static void draw_fault(struct sim *sim, enum fault_kind kind)
{
    struct scenario *scenario = &sim->scenario;
    if (kind == FAULT_NONE || kind == FAULT_LATE_EFFECT || rng_chance(&sim->rng, 0.6))
        return;
    struct fault_rule *rule = &scenario->faults[scenario->fault_count++];
    *rule = (struct fault_rule){
        .kind = kind,
        .rate = rng_fraction(&sim->rng) * (rng_chance(&sim->rng, 0.2) ? 0.5 : 0.1),
        .operations = UINT32_MAX,
        .by_ms = (int64_t)rng_below(&sim->rng, 20000),
    };
    if (kind == FAULT_OUTAGE) {
        rule->rate = 1;
        rule->from_ms = (int64_t)rng_below(&sim->rng, (uint64_t)DAY_MS);
        rule->to_ms = rule->from_ms + (int64_t)rng_below(&sim->rng, 3 * (uint64_t)HOUR_MS);
    }
    if (kind == FAULT_THROTTLED && rng_chance(&sim->rng, 0.5))
        TEXT_SET(rule->retry_after, rng_chance(&sim->rng, 0.5) ? "3" : "-1");
}

static void draw_world(struct sim *sim)
{
    struct scenario *scenario = &sim->scenario;
    struct rng *rng = &sim->rng;
    *scenario = scenario_calm();
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
        draw_fault(sim, (enum fault_kind)kind);
}

static void draw_policy(struct sim *sim)
{
    struct rng *rng = &sim->rng;
    struct policy *policy = &sim->options.policy;
    *policy = policy_default();
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
    sim->options.seed = rng_next(rng);
    sim->options.max_calls = -1;
}

/* Half of the worlds never sleep; Thanksgiving is inside of the others. */
static void draw_hours(struct sim *sim)
{
    static const struct {
        const char *days;
        const char *times;
    } table[] = {{"mon-fri", "09:00-17:00"}, {"mon-sat", "08:00-12:00,13:30-20:00"}};
    struct calling_hours *hours = &sim->options.hours;
    struct error err = {0};
    bool closes = rng_chance(&sim->rng, 0.5) && !sim->asked.calm;
    size_t which = (size_t)rng_below(&sim->rng, COUNT_OF(table));
    const char *days = closes ? table[which].days : "mon-sun";
    const char *times = closes ? table[which].times : "00:00-24:00";
    bool ok = calling_hours_add(hours, days, times, &err);
    if (ok && closes)
        ok = calling_hours_add_holiday(hours, "2026-11-19", &err) &&
             calling_hours_add_holiday(hours, "2026-11-26", &err);
    if (!ok)
        accuse(sim, "windows", err.text);
}

/* ---- the batch ---- */

static bool import_batch(struct sim *sim, struct error *err)
{
    int32_t count = NUMBERS_MIN + (int32_t)rng_below(&sim->rng, NUMBERS_SPREAD);
    if (sim->asked.calm)
        count = NUMBERS_MIN;
    sim->result.numbers = count;
    batch_draw(&sim->batch, count, &sim->rng, &sim->witness);
    return batch_import(&sim->batch, false, sim->store, &sim->witness, sim->now_ms, err);
}

/* ---- processes that come and go ---- */

static bool start_process(struct sim *sim, struct error *err)
{
    sim->transport = sandbox_transport_new(sim->sandbox, &sim->now_ms);
    sim->executor = http_executor_new(sim->transport, "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    witness_attach(&sim->witness, sim->executor);
    sim->engine = engine_new(sim->store, &sim->witness.executor, &sim->options);
    return engine_start(sim->engine, sim->now_ms, err);
}

static void kill_process(struct sim *sim)
{
    engine_free(sim->engine);
    http_executor_free(sim->executor);
    sandbox_transport_free(sim->transport);
    sim->engine = NULL;
    sim->executor = NULL;
    sim->transport = NULL;
}

static bool die_and_come_back(struct sim *sim, struct error *err)
{
    kill_process(sim);
    sim->result.crashes++;
    sim->now_ms += (int64_t)rng_below(&sim->rng, 10 * (uint64_t)MINUTE_MS);
    return start_process(sim, err);
}

/* ---- the operator ---- */

static bool act(struct sim *sim, struct error *err)
{
    struct selector selector = {0};
    const char *phone =
        sim->batch.rows[rng_below(&sim->rng, (uint64_t)sim->batch.count)].phone_number;
    char phones[1][PHONE_BYTES];
    TEXT_SET(phones[0], phone);
    selector.phone_numbers = (const char(*)[PHONE_BYTES])phones;
    selector.phone_count = 1;
    static const enum action often[] = {ACTION_HOLD,         ACTION_RELEASE, ACTION_RELEASE,
                                        ACTION_RETRY,        ACTION_RETRY,   ACTION_RETRY,
                                        ACTION_LAST_ATTEMPT, ACTION_CANCEL,  ACTION_OFFBOARD};
    enum action action = often[rng_below(&sim->rng, COUNT_OF(often))];
    struct action_result result;
    if (!action_apply(sim->store, action, &selector, "operator", sim->now_ms, &result, err))
        return false;
    if (result.changed == 1) {
        struct witnessed *number = witness_of(&sim->witness, phone);
        number->acted_at_ms = sim->now_ms;
        number->calls_granted += action == ACTION_LAST_ATTEMPT ? 1 : 0;
        sim->result.actions++;
    }
    return true;
}

/* The database is lost, and rebuilt from the file and what the account shows. */
static bool lose_database(struct sim *sim, struct error *err)
{
    kill_process(sim);
    store_close(sim->store);
    sim->store = store_open(":memory:", STORE_WRITE, err);
    sim->witness.store = sim->store;
    return sim->store != NULL &&
           batch_import(&sim->batch, false, sim->store, &sim->witness, sim->now_ms, err) &&
           start_process(sim, err);
}

/* Nothing stays held at the end. */
static bool release_all(struct sim *sim, struct error *err)
{
    struct selector selector = {.all = true};
    struct action_result result;
    return action_apply(sim->store, ACTION_RELEASE, &selector, "operator", sim->now_ms, &result,
                        err);
}

static bool calm_down(struct sim *sim, struct error *err)
{
    sim->faults_over = true;
    sim->scenario.fault_count = 0;
    sim->scenario.never_signs = 0;
    sim->crash_chance = 0;
    sim->action_chance = 0;
    sim->import_chance = 0;
    sandbox_set_scenario(sim->sandbox, &sim->scenario);
    return release_all(sim, err);
}

/* ---- the run ---- */

static int64_t earlier(int64_t a_ms, int64_t b_ms)
{
    if (a_ms == 0 || b_ms == 0)
        return a_ms + b_ms;
    return a_ms < b_ms ? a_ms : b_ms;
}

static bool turn(struct sim *sim, enum engine_end *end, struct error *err)
{
    int64_t next_at_ms = 0;
    bool dies = rng_chance(&sim->rng, sim->crash_chance);
    if (dies) /* after the commit, with none or some of its requests on the wire */
        sim->witness.swallow_after = (int64_t)rng_below(&sim->rng, 4);
    if (sim->asked.dies_at_turn > 0 && sim->result.turns + 1 == sim->asked.dies_at_turn) {
        dies = true;
        sim->witness.swallow_after = sim->asked.sent_before_death;
    }
    if (!engine_step(sim->engine, sim->now_ms, &next_at_ms, end, err))
        return false;
    sim->result.turns++;
    if (getenv("SIM_TURNS") != NULL)
        printf("turn %lld next %lld inflight %lld\n", (long long)sim->now_ms,
               (long long)(next_at_ms - sim->now_ms),
               (long long)engine_progress(sim->engine).in_flight);
    if (sim->result.turns % SUM_EVERY == 0)
        watch_counts(&sim->witness, sim->batch.count, sim->result.turns % ROWS_EVERY == 0);
    if (dies) {
        *end = ENGINE_GOES_ON;
        return die_and_come_back(sim, err);
    }
    if (sim->result.turns == sim->asked.loses_database_at_turn) {
        *end = ENGINE_GOES_ON;
        return lose_database(sim, err);
    }
    if (rng_chance(&sim->rng, sim->action_chance) && !act(sim, err))
        return false;
    if (rng_chance(&sim->rng, sim->import_chance) &&
        !batch_import(&sim->batch, true, sim->store, &sim->witness, sim->now_ms, err))
        return false;
    int64_t at_ms = earlier(next_at_ms, sandbox_transport_next_at(sim->transport));
    if (*end == ENGINE_GOES_ON && at_ms == 0)
        return error_set(err, ERROR_OTHER, "nothing will ever happen again and it is not done");
    if (at_ms > sim->now_ms)
        sim->now_ms = at_ms;
    return true;
}

static void go(struct sim *sim)
{
    struct error err = {0};
    enum engine_end end = ENGINE_GOES_ON;
    bool ok = import_batch(sim, &err) && start_process(sim, &err);
    while (ok && sim->witness.violation[0] == '\0' && sim->result.turns < TURNS_MAX) {
        ok = turn(sim, &end, &err);
        if (ok && end == ENGINE_DONE && sim->faults_over)
            break;
        if (ok && end == ENGINE_DONE)
            sim->now_ms += HOUR_MS;
        if (ok && end != ENGINE_DONE && end != ENGINE_GOES_ON)
            ok = error_set(&err, ERROR_OTHER, "the engine ended as %d", (int)end);
        if (ok && !sim->faults_over && sim->now_ms - START_MS > FAULTY_MS)
            ok = calm_down(sim, &err);
        if (ok && sim->now_ms - START_MS > END_MS)
            ok = error_set(&err, ERROR_OTHER, "not done after 60 virtual days");
    }
    if (!ok)
        accuse(sim, "stopped", err.text);
    else if (sim->result.turns >= TURNS_MAX)
        accuse(sim, "stopped", "too many turns");
}

static void calm_world(struct sim *sim)
{
    uint64_t seed = sim->scenario.seed;
    sim->scenario = scenario_calm();
    sim->scenario.seed = seed;
    sim->options.policy = policy_default();
    sim->crash_chance = 0;
    sim->action_chance = 0;
    sim->import_chance = 0;
}

static bool print_event(void *context, const struct event *event, const char *phone_number)
{
    (void)context;
    printf("history %s %lld %s %s>%s http=%d code=%d %s\n", phone_number, (long long)event->at_ms,
           event_name(event->kind), status_name(event->status_from), status_name(event->status_to),
           event->http_status, event->code, event->text);
    return true;
}

static bool print_row(void *context, const struct number_view *view)
{
    (void)context;
    const struct number *number = &view->number;
    printf("row %s %s step=%s attention=%s intent=%s due=%lld attempts=%d loa=%lld reason=%s\n",
           number->phone_number, status_name(number->status), step_name(number->step),
           attention_name(number->attention), intent_name(number->intent),
           (long long)number->due_at_ms, number->verification_attempts, (long long)number->loa_id,
           number->reason);
    return true;
}

static void print_everything(struct sim *sim)
{
    struct selector all = {.all = true};
    struct error err = {0};
    if (!store_each_event(sim->store, 0, "", 0, print_event, NULL, &err) ||
        !store_each_number(sim->store, &all, false, print_row, NULL, &err))
        printf("%s\n", err.text);
}

struct sim_result sim_run(const struct sim_options *options)
{
    static struct sim sim; /* large: one at a time */
    struct error err = {0};
    memset(&sim, 0, sizeof sim);
    rng_seed(&sim.rng, options->seed);
    sim.now_ms = START_MS;
    sim.asked = *options;
    draw_world(&sim);
    witness_init(&sim.witness, &sim.options.policy, &sim.options.hours, &sim.now_ms);
    draw_policy(&sim);
    draw_hours(&sim);
    sim.crash_chance = rng_chance(&sim.rng, 0.7) ? rng_fraction(&sim.rng) * 0.02 : 0;
    sim.action_chance = rng_chance(&sim.rng, 0.7) ? rng_fraction(&sim.rng) * 0.01 : 0;
    sim.import_chance = rng_chance(&sim.rng, 0.5) ? 0.005 : 0;
    if (options->calm)
        calm_world(&sim);
    sim.sandbox = sandbox_new(&sim.scenario, 0);
    sim.witness.sandbox = sim.sandbox;
    sim.witness.verbose = options->verbose;
    sim.store =
        store_open(options->database != NULL ? options->database : ":memory:", STORE_WRITE, &err);
    sim.witness.store = sim.store;
    if (sim.store == NULL)
        accuse(&sim, "store", err.text);
    else
        go(&sim);
    if (sim.store != NULL && sim.witness.violation[0] == '\0')
        check_end(sim.store, &sim.witness, sim.batch.count, &sim.result.completed);
    if (options->verbose && sim.store != NULL)
        print_everything(&sim);
    sim.result.requests = (int64_t)sim.witness.ledger_seen;
    sim.result.virtual_ms = sim.now_ms - START_MS;
    sim.result.ok = sim.witness.violation[0] == '\0';
    TEXT_SET(sim.result.violation, sim.witness.violation);
    kill_process(&sim);
    store_close(sim.store);
    sandbox_free(sim.sandbox);
    return sim.result;
}
