/* The engine over the sandbox's model on a virtual clock, a run started again whenever it ended
 * because of the service, and the ledger added up: for tests of what the service does to a run. */
#ifndef NUMHOST_TESTS_SERVICE_WORLD_H
#define NUMHOST_TESTS_SERVICE_WORLD_H

#include "engine/engine.h"
#include "helpers/sandbox_transport.h"

#define WORLD_START_MS INT64_C(1795000000000) /* 2026-11-18 */

enum { WORLD_TURNS_MAX = 400000 };

struct world {
    int64_t now_ms;
    struct scenario scenario;      /* set before world_open(); later by world_set_faults() */
    struct engine_options options; /* likewise */
    struct sandbox_transport_hooks hooks;
    struct sandbox *sandbox;
    struct store *store;
    struct transport *transport;
    struct executor *executor;
    struct engine *engine;
    int64_t turns;
    int32_t no_access;   /* runs that ended for want of access, and were started again */
    int32_t unavailable; /* the same for a service that was away */
    struct error err;    /* why the last of these ended */
};

/* What the ledger says of a number; of all numbers when phone_number is NULL. */
struct effects {
    int32_t of[EFFECT_COUNT]; /* an LOA counts for each of its orders */
    size_t requests;
};

/* A calm world, default policy, phones that may ring at any time. Nothing is open yet. */
void world_init(struct world *world);

/* A failure of any of these ends the test. */
void world_open(struct world *world);
void world_close(struct world *world);

/* Rows count from 0; see world_phone(). */
void world_import(struct world *world, const struct import_row *rows, size_t count);

/* A row with a whole signer; its phone number is world_phone(i). */
struct import_row world_row(int32_t i);
void world_phone(int32_t i, char phone_number[PHONE_BYTES]);

/* The world's faults from now on; none when count is 0. */
void world_set_faults(struct world *world, const struct fault_rule *faults, size_t count);

/* After each turn; true: something was done that a run which is done must take up. */
typedef bool (*world_turn_fn)(void *context, struct world *world);

/* Runs until everything is at an end or waits for a person (true), or until_ms is reached (false).
 * each may be NULL. */
bool world_run(struct world *world, int64_t until_ms, world_turn_fn each, void *context);

/* The process dies and another takes its place. */
void world_restart(struct world *world);

struct number world_number(const struct world *world, const char *phone_number);

/* Lines of history of the number with one of these kinds (a bit each). */
int32_t world_events(const struct world *world, const char *phone_number, uint64_t kinds);

struct effects world_effects(const struct world *world, const char *phone_number);

#endif
