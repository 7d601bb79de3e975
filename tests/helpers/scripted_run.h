/* What listens at the control socket of a database and does not behave as a run does. */
#ifndef NUMHOST_TESTS_SCRIPTED_RUN_H
#define NUMHOST_TESTS_SCRIPTED_RUN_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct scripted_run {
    const char *answer; /* sent for every request, then the connection is closed */
    size_t answer_bytes;
    bool deaf; /* closes as soon as a request begins to arrive, and reads nothing of it */
    char socket[256];
    int listener;
    pthread_t thread;
};

/* Fill answer and deaf before. A failure ends the test. */
void scripted_run_start(struct scripted_run *run, const char *database);
void scripted_run_stop(struct scripted_run *run);

#endif
