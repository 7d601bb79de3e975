/* What `numhost show` has collected about a number, for its two writers. */
#ifndef NUMHOST_CMD_LOOKING_SHOW_H
#define NUMHOST_CMD_LOOKING_SHOW_H

#include "base/buf.h"
#include "cmd/looking_gate.h"

struct shown {
    struct number number;
    char batch[BATCH_NAME_BYTES];
    char site[SITE_BYTES];
    char time_zone[ZONE_BYTES];
    char gate[GATE_BYTES];
    struct buf headings; /* NUL-ended one after the other; shown_next() */
    struct buf cells;
    bool found;
    bool readable;
    int64_t now_ms;
    const struct looks *looks;
    FILE *out;
    struct error *err;
};

bool show_text(struct store *store, struct shown *shown, struct error *err) MUST_USE;
bool show_json(struct store *store, struct shown *shown, struct error *err) MUST_USE;

/* The text at `at`, "" past the end; returns where the next one begins. */
size_t shown_next(const struct buf *list, size_t at, const char **text);

bool shown_code_is_valid(const struct number *number, int64_t now_ms);

#endif
