/* What a run shows of itself on stderr: on a terminal one line that is rewritten, elsewhere one
 * plain line a minute. On a terminal, and only there, calls that ring are announced with the code
 * to key in: a person needs it, a log file must never have it. */
#ifndef NUMHOST_CMD_PROGRESS_H
#define NUMHOST_CMD_PROGRESS_H

#include "base/clock.h"
#include "base/error.h"
#include "engine/engine.h"
#include "ports/store.h"

#include <stdbool.h>
#include <stdio.h>

enum {
    PROGRESS_LINE_BYTES = 512,
    PROGRESS_MARKS = 32,      /* one every MARK_EVERY_MS: what "lately" means for the time left */
    PROGRESS_CALLS_MAX = 256, /* announced calls remembered */
};

struct progress {
    FILE *out;
    bool terminal;
    int width; /* columns of the terminal; 0: ask it each time */
    int64_t started_at_ms;
    int64_t shown_at_ms; /* 0: not yet */
    bool line_is_open;   /* a line without its end stands on the terminal */
    struct {
        int64_t at_ms;
        int64_t ended; /* numbers at an end */
        int64_t requests;
    } marks[PROGRESS_MARKS];
    size_t mark_count;
    size_t next_mark;
    struct {
        int64_t number_id;
        int64_t until_ms;
    } calls[PROGRESS_CALLS_MAX];
    size_t next_call;
};

/* A terminal that understands escapes: isatty, and TERM is not "dumb". */
bool progress_is_terminal(FILE *out);

void progress_begin(struct progress *progress, FILE *out, bool terminal, int64_t now_ms);

/* Call as often as you like, between two turns of the engine: it shows something at most four times
 * a second on a terminal, else once a minute, the first time at once. */
bool progress_line(struct progress *progress, struct store *store,
                   const struct engine_progress *engine, int64_t now_ms,
                   struct error *err) MUST_USE;

/* Take the rewritten line away before something else is written to the terminal; the next
 * progress_line() brings it back. Also at the end. */
void progress_clear(struct progress *progress);

#endif
