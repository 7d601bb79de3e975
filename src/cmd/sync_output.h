/* What `numhost sync` writes: differences as they are found, counts last. */
#ifndef NUMHOST_CMD_SYNC_OUTPUT_H
#define NUMHOST_CMD_SYNC_OUTPUT_H

#include "base/buf.h"
#include "engine/sync.h"

#include <stdio.h>

struct sync_output {
    FILE *out;
    bool json;
    bool dry_run;
    int64_t lines;
    struct buf line; /* sync_output_done() */
};

void sync_output_init(struct sync_output *output, FILE *out, bool json, bool dry_run);
void sync_output_done(struct sync_output *output);

/* A drift_fn; context is the struct sync_output. */
void sync_output_drift(void *context, const struct drift *drift);

/* The end of the table. */
void sync_output_counts(struct sync_output *output, const struct sync_result *result);

#endif
