/* An executor that counts what is handed to it, and answers only what a test puts there. */
#ifndef NUMHOST_TESTS_COUNTING_EXECUTOR_H
#define NUMHOST_TESTS_COUNTING_EXECUTOR_H

#include "ports/executor.h"

struct counting_executor {
    struct executor port;
    size_t submitted;
    size_t of[OPERATION_COUNT];
    struct request last;
    struct answer *answer; /* handed out once, then NULL again */
    const char *refusal;   /* why nothing can be encoded; "": without a reason; NULL: it can */
};

/* The port points into *executor: it must not move. */
void counting_executor_init(struct counting_executor *executor);

#endif
