#include "engine/engine.h"

#include "base/clock.h"
#include "base/fault_point.h"
#include "base/memory.h"
#include "base/require.h"
#include "base/text.h"
#include "engine/engine_private.h"

#include <stdlib.h>
#include <string.h>

/* How long to wait when something is due that only an answer, or the end of a call, can set free.
 */
#define BLOCKED_MS SECOND_MS

/* Deadlines and codes that ran out are looked for this often at least. */
#define LOOK_AROUND_MS (10 * MINUTE_MS)

struct engine *engine_new(struct store *store, struct executor *executor,
                          const struct engine_options *options)
{
    REQUIRE(options->policy.workers >= 1 && options->policy.workers <= WORKERS_MAX);
    struct engine *engine = memory_new(1, sizeof *engine);
    engine->store = store;
    engine->executor = executor;
    engine->options = *options;
    engine->slot_count = (size_t)options->policy.workers;
    engine->slots = memory_new(engine->slot_count, sizeof *engine->slots);
    engine->rate = options->policy.requests_per_second;
    engine->rate_factor = 1;
    rng_seed(&engine->rng, options->seed);
    return engine;
}

void engine_free(struct engine *engine)
{
    for (size_t i = 0; i < engine->slot_count; i++)
        free(engine->slots[i].order_sids);
    free(engine->slots);
    free(engine);
}

bool engine_start(struct engine *engine, int64_t now_ms, struct error *err)
{
    const struct policy *policy = &engine->options.policy;
    int64_t in_doubt = 0;
    tokens_init(&engine->requests, engine->rate, policy->request_burst, now_ms);
    tokens_init(&engine->calls, policy->calls_per_second, 1, now_ms);
    if (!store_recover(engine->store, now_ms, &in_doubt, err))
        return false;
    engine->progress.in_doubt = in_doubt;
    return account_open(engine, err) && search_again_open(engine, err);
}

struct unfinished {
    int64_t count;
    int64_t calls; /* of these, what only a call moves on */
};

static bool count_unfinished(void *context, const struct tally *tally)
{
    struct unfinished *unfinished = context;
    bool acts = tally->step == STEP_CANCEL || tally->step == STEP_OFFBOARD;
    bool waits =
        number_bucket(tally->status, tally->attention) == BUCKET_IN_PROGRESS && !tally->held;
    bool looks = tally->step == STEP_RECONCILE && !status_is_end(tally->status);
    if (acts || waits || looks)
        unfinished->count += tally->count;
    if (waits && tally->step == STEP_START_CALL)
        unfinished->calls += tally->count;
    return true;
}

static bool find_end(struct engine *engine, int64_t now_ms, enum engine_end *end, struct error *err)
{
    *end = ENGINE_GOES_ON;
    const struct outage *outage = &engine->outage;
    bool lost = outage->open && outage->failed_at_ms - outage->down_since_at_ms >=
                                    engine->options.policy.patience_ms;
    if (lost)
        engine_stop(engine);
    if (engine->busy_count > 0)
        return true;
    if (engine->no_access) {
        *end = ENGINE_NO_ACCESS;
        error_set(err, ERROR_ACCESS, "%s", engine->no_access_text);
    } else if (lost) {
        *end = ENGINE_UNAVAILABLE;
        error_set(
            err, ERROR_UNAVAILABLE,
            "the API has not answered for %lld minutes (last: %s); nothing is lost, run again "
            "later",
            (long long)((now_ms - outage->down_since_at_ms) / MINUTE_MS), outage->last);
    } else if (engine->account.unreadable[0] != '\0') {
        *end = ENGINE_UNAVAILABLE;
        error_set(err, ERROR_UNAVAILABLE,
                  "the list of the account's orders cannot be read to its end: %s; no order is "
                  "created before it was read, nothing is lost, run again later",
                  engine->account.unreadable);
    } else if (engine->stopping) {
        *end = ENGINE_DRAINED;
    } else { /* nothing under way, so nothing was sent in this turn */
        struct unfinished unfinished = {0};
        if (!store_each_tally(engine->store, "", count_unfinished, &unfinished, err))
            return false;
        bool calls_spent = unfinished.calls > 0 && !calls_may_start(engine);
        if (unfinished.count == 0)
            *end = ENGINE_DONE;
        else if (calls_spent && unfinished.count == unfinished.calls)
            *end = ENGINE_DRAINED; /* the calls this run may place are placed */
    }
    return true;
}

static int64_t earlier(int64_t a_ms, int64_t b_ms)
{
    if (a_ms == 0 || b_ms == 0)
        return a_ms + b_ms;
    return a_ms < b_ms ? a_ms : b_ms;
}

static int64_t sweeps_due(const struct engine *engine)
{
    int64_t due = 0;
    if (slots_free(engine) == 0 || engine->paced)
        return 0; /* an answer or a token brings the next page */
    for (int32_t i = 0; i < SWEEP_COUNT; i++) {
        const struct sweep *sweep = &engine->sweeps[i];
        if (sweep->active && sweep->waiting_page)
            due = earlier(due, sweep->retry_at_ms > 0 ? sweep->retry_at_ms : 1);
    }
    return earlier(due, engine->sweeps[SWEEP_ALL].active ? 0 : account_next_at(engine));
}

/* More was due than one turn takes, and there are workers for it. */
static bool more_now(const struct engine *engine)
{
    return engine->undone && slots_free(engine) > 0 && !engine->paced;
}

static bool find_next(struct engine *engine, int64_t now_ms, int64_t *next_at_ms, struct error *err)
{
    if (engine->stopping) {
        *next_at_ms = engine->busy_count > 0 ? now_ms + BLOCKED_MS : now_ms;
        return true;
    }
    if (outage_is_open(engine)) {
        int64_t probe_at = engine->outage.probe_at_ms;
        *next_at_ms = engine->busy_count > 0 || probe_at <= now_ms ? now_ms + BLOCKED_MS : probe_at;
        return true;
    }
    int64_t next = 0;
    if (!store_next_due(engine->store, now_ms, &next, err))
        return false;
    next = earlier(next, now_ms + LOOK_AROUND_MS);
    next = earlier(next, sweeps_due(engine));
    next = earlier(next, search_next_at(engine));
    if (engine->documents_after_ms > now_ms)
        next = earlier(next, engine->documents_after_ms);
    if (engine->calls_paced)
        next = earlier(next, now_ms + tokens_wait_ms(&engine->calls, now_ms));
    if (engine->paced)
        next = earlier(next, now_ms + tokens_wait_ms(&engine->requests, now_ms));
    *next_at_ms = more_now(engine) ? now_ms : next;
    return true;
}

/* All of it in one transaction, also the look at what is next: every statement alone would take and
 * give back the locks of the file. */
static bool turn(struct engine *engine, int64_t now_ms, int64_t *next_at_ms, enum engine_end *end,
                 struct error *err)
{
    if (!store_begin(engine->store, err))
        return false;
    bool ok = settle_answers(engine, now_ms, err) && pass_time(engine, now_ms, err) &&
              (engine->stopping || dispatch(engine, now_ms, err)) &&
              find_end(engine, now_ms, end, err) && find_next(engine, now_ms, next_at_ms, err) &&
              store_commit(engine->store, err);
    if (!ok) {
        store_rollback(engine->store);
        slots_forget(engine);
    }
    return ok;
}

bool engine_step(struct engine *engine, int64_t now_ms, int64_t *next_at_ms, enum engine_end *end,
                 struct error *err)
{
    int64_t next_at = 0;
    engine->dispatched_in_turn = 0;
    engine->paced = false;
    engine->calls_paced = false;
    engine->undone = false;
    if (!turn(engine, now_ms, &next_at, end, err))
        return false;
    slots_submit(engine, now_ms);
    engine->progress.in_flight = (int64_t)engine->busy_count;
    *next_at_ms = FAULT_BETWEEN("odd/engine/early-timer", now_ms, next_at);
    return true;
}

void engine_stop(struct engine *engine)
{
    engine->stopping = true;
}

bool engine_is_idle(const struct engine *engine)
{
    for (int32_t i = 0; i < SWEEP_COUNT; i++)
        if (engine->sweeps[i].active)
            return false;
    return engine->busy_count == 0 && !engine->paced && !engine->calls_paced;
}

struct engine_progress engine_progress(const struct engine *engine)
{
    return engine->progress;
}

void engine_clock_was_set(struct engine *engine, int64_t now_ms)
{
    engine->options.policy.clock_kept_since_ms = now_ms;
}

void engine_set_rate(struct engine *engine, double per_second, int64_t now_ms)
{
    engine->rate = per_second;
    tokens_set_rate(&engine->requests, per_second * engine->rate_factor, now_ms);
}
