/* The words of the progress line. Pure. */
#ifndef NUMHOST_CMD_PROGRESS_TEXT_H
#define NUMHOST_CMD_PROGRESS_TEXT_H

#include "engine/accounts.h"
#include "engine/engine.h"

#include <stddef.h>

struct progress_facts {
    const struct account *account;
    const struct engine_progress *engine;
    double requests_per_second;
    double ended_lately_per_ms; /* numbers that came to an end, over the last half minute */
    double ended_per_ms;        /* and over the last quarter of an hour */
    int64_t now_ms;
};

/* "412/1,000 done, 12.3 req/s, 3 failed, 2 need attention, left 2 h to 3 h, waiting: site 40,
 * signer 120". */
void progress_compose(char *to, size_t to_bytes, const struct progress_facts *facts);

/* "2 h to 3 h" from the slower and the faster of the two paces, "-" when either stands still or
 * nothing is left. */
void progress_time_left(char *to, size_t to_bytes, const struct progress_facts *facts);

#endif
