/* What must hold of the store: at any time, and when a simulation has come to its end. */
#ifndef NUMHOST_TESTS_SIM_CHECKS_H
#define NUMHOST_TESTS_SIM_CHECKS_H

#include "ports/store.h"
#include "sim/witness.h"

/* Every change of status in a history is a row of the lifecycle table, one after the other without
 * a gap, and the history ends in the row's status. Accuses the first violation. */
void check_histories(struct store *store, struct witness *witness);

/* The same, and: the accounting adds up, every number is at an end or waits for a named person. */
void check_end(struct store *store, struct witness *witness, int64_t number_count,
               int64_t *completed);

#endif
