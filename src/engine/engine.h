/* The engine: one turn after another it takes what has arrived, decides, takes what is due, commits
 * everything in one transaction and submits what the commit allows. Owns every decision and the
 * only writing handle of the store. No SQL, no HTTP, no clock: time is handed in and the next
 * wake-up is handed back. */
#ifndef NUMHOST_ENGINE_ENGINE_H
#define NUMHOST_ENGINE_ENGINE_H

#include "base/error.h"
#include "domain/policy.h"
#include "domain/window.h"
#include "ports/executor.h"
#include "ports/store.h"

struct engine;

struct engine_options {
    struct policy policy;
    struct calling_hours hours;
    uint64_t seed;     /* jitter and nothing else */
    int64_t max_calls; /* calls this run may place; <0: no limit */
    bool no_calls;     /* never start one */
};

/* What a run shows of itself while it goes; counts since engine_start(). */
struct engine_progress {
    int64_t requests;
    int64_t calls;
    int64_t orders;
    int64_t documents;
    int64_t throttled; /* 429 */
    int64_t in_doubt;  /* unknown outcomes met */
    int64_t in_flight;
    int64_t down_since_at_ms; /* the API does not answer since then; 0: it does */
};

enum engine_end {
    ENGINE_GOES_ON,     /* call again at next_at_ms, or when an answer is there */
    ENGINE_DONE,        /* every number is at an end or waits for a person */
    ENGINE_DRAINED,     /* nothing is in flight after engine_stop(), or max_calls are spent and only
                           calls are left */
    ENGINE_NO_ACCESS,   /* credentials or access refused: error says which (exit 4) */
    ENGINE_UNAVAILABLE, /* the API did not answer for policy.patience_ms (exit 8) */
};

/* Borrows store and executor for its life. */
struct engine *engine_new(struct store *store, struct executor *executor,
                          const struct engine_options *options);
void engine_free(struct engine *engine);

/* Settle what an earlier run left in doubt. Once, before the first step. */
bool engine_start(struct engine *engine, int64_t now_ms, struct error *err) MUST_USE;

/* One turn. *next_at_ms: when to call again if no answer comes before; 0 when only an answer can
 * bring work. False: the store failed; nothing was submitted that is not recorded. */
bool engine_step(struct engine *engine, int64_t now_ms, int64_t *next_at_ms, enum engine_end *end,
                 struct error *err) MUST_USE;

/* No new requests from now on; what is in flight is still taken in. Safe at any time, twice too. */
void engine_stop(struct engine *engine);

/* The last turn found nothing to do now and nothing is in flight: what --once waits for. */
bool engine_is_idle(const struct engine *engine);

struct engine_progress engine_progress(const struct engine *engine);

/* The clock was set, or the machine slept: now_ms does not follow the last turn's by what has
 * passed. No grace is measured across it (policy.h). */
void engine_clock_was_set(struct engine *engine, int64_t now_ms);

/* Change the pace of requests while running (numhost limit). */
void engine_set_rate(struct engine *engine, double per_second, int64_t now_ms);

#endif
