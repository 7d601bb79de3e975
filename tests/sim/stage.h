/* The stage of a simulation: the sandbox, a store in memory, a process that comes and goes, the
 * witness between them, and the virtual clock of all of it. What happens on it is the caller's. */
#ifndef NUMHOST_TESTS_STAGE_H
#define NUMHOST_TESTS_STAGE_H

#include "engine/engine.h"
#include "ports/transport.h"
#include "sim/sim_batch.h"
#include "sim/witness.h"

#define STAGE_START_MS INT64_C(1795000000000) /* 2026-11-18 */

struct stage {
    int64_t now_ms;
    int64_t clock_error_ms; /* of the machine numhost runs on, against everybody else */
    struct scenario scenario;
    struct engine_options options;
    struct sim_batch batch;
    struct witness witness;
    const char *database; /* NULL: in memory */
    struct sandbox *sandbox;
    struct store *store;
    struct transport *carrier;  /* to the sandbox */
    struct transport *listener; /* between executor and carrier; NULL: nothing is */
    struct executor *executor;
    struct engine *engine;
};

/* All zero, the clock at its start, the witness ready; nothing is opened yet. */
void stage_init(struct stage *stage);

/* What the clock of numhost's machine shows. */
int64_t stage_clock(const struct stage *stage);

/* It is set: right (0) or wrong. */
void stage_set_clock(struct stage *stage, int64_t error_ms);

/* Sandbox of stage->scenario, and an empty store. */
bool stage_open(struct stage *stage, struct error *err) MUST_USE;
void stage_close(struct stage *stage);

bool stage_start_process(struct stage *stage, struct error *err) MUST_USE;

/* What is in flight is never heard of again. */
void stage_kill_process(struct stage *stage);

/* It dies, and another one comes after `pause_ms`. */
bool stage_restart(struct stage *stage, int64_t pause_ms, struct error *err) MUST_USE;

/* Dead, and the store closed; and another store and process where it was. */
void stage_go_dark(struct stage *stage);
bool stage_come_back(struct stage *stage, int64_t pause_ms, struct error *err) MUST_USE;

/* The database is lost, and rebuilt from the file and what the account shows. */
bool stage_lose_database(struct stage *stage, struct error *err) MUST_USE;

/* History and rows, to stdout. */
void stage_print(struct stage *stage);

#endif
