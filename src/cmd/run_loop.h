/* The loop of a run: engine turns, the control socket, progress and signals, until there is an end.
 */
#ifndef NUMHOST_CMD_RUN_LOOP_H
#define NUMHOST_CMD_RUN_LOOP_H

#include "cmd/config.h"
#include "cmd/progress.h"
#include "engine/engine.h"

#include <stdio.h>

enum { STOP_GRACE_MS = 10000 }; /* to finish what is in flight after the first signal */

enum run_end {
    RUN_DONE,      /* every number is at an end or waits for a person */
    RUN_WORK_LEFT, /* stopped by a signal, by --until or --for, or --once has done what it could */
    RUN_FAILED,    /* *err says why */
};

struct run_loop {
    struct engine *engine;
    struct executor *executor;
    struct store *store;
    const struct config *config;
    FILE *messages;
    bool quiet;
    bool once;
    int64_t stop_at_ms; /* 0: no end of the window */
};

/* Catches SIGINT and SIGTERM for its time: the first finishes what is in flight, at most
 * STOP_GRACE_MS; the second ends the process at once. Both are safe. */
enum run_end run_loop(struct run_loop *loop, struct error *err);

#endif
