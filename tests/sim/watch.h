/* What must hold at any instant of a simulation, not only at its end. */
#ifndef NUMHOST_TESTS_WATCH_H
#define NUMHOST_TESTS_WATCH_H

#include "sim/witness.h"

/* A request that must not be repeated blindly is about to leave: the transaction that recorded it
 * is over, and the row says what is sent. Call it before the request is handed on. */
void watch_intent(struct witness *witness, const struct request *request);

/* A call to the number was placed at now_ms: its window is open, now and when the phone rings, and
 * as the sandbox sees it no more phones are busy than allowed, altogether and at the site. */
void watch_call(struct witness *witness, const struct witnessed *number, int64_t now_ms);

/* Between two turns: the counts that are kept with every write add up to the rows. With `rows_too`
 * they are compared with the rows themselves, one group by one. */
void watch_counts(struct witness *witness, int64_t number_count, bool rows_too);

#endif
