/* The batch of a simulation: rows drawn once, imported as often as anybody likes. */
#ifndef NUMHOST_TESTS_SIM_BATCH_H
#define NUMHOST_TESTS_SIM_BATCH_H

#include "base/rng.h"
#include "ports/store.h"
#include "sim/witness.h"

enum { BATCH_NUMBERS_MAX = 32 };

struct sim_batch {
    int32_t count;
    struct import_row rows[BATCH_NUMBERS_MAX];
    char records[BATCH_NUMBERS_MAX][PHONE_BYTES];
};

/* Draw `count` rows and tell the witness of sites, time zones and delays. */
void batch_draw(struct sim_batch *batch, int32_t count, struct rng *rng, struct witness *witness);

/* Import the rows as new ones, or, `again`, beside a run: then nothing may change, or the witness
 * hears of it. */
bool batch_import(struct sim_batch *batch, bool again, struct store *store, struct witness *witness,
                  int64_t now_ms, struct error *err) MUST_USE;

#endif
