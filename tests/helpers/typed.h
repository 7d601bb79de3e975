/* Command lines as a person types them, each in a process of its own in the working directory. */
#ifndef NUMHOST_TESTS_TYPED_H
#define NUMHOST_TESTS_TYPED_H

#include "helpers/looking_store.h"

#include <stddef.h>

struct typed {
    const char *line; /* words behind "numhost", between single spaces */
    int code;
    const char *says;  /* in what it says or prints; NULL: anything */
    const char *input; /* standard input; NULL: none */
    int terminal;      /* input comes from a terminal, which output goes to as well */
};

/* Each line ends with its code and says what it must, else the test fails. */
void typed_all(const struct typed *lines, size_t count);

/* `sandbox` on a free port, with the scenario (YAML), in the working directory; the environment
 * leads there. The process, for typed_stop(). */
int typed_sandbox(const char *scenario);
void typed_stop(int process);

/* Any other command that goes on, e.g. `run`; with a run the second waits until it takes commands.
 */
int typed_start(const char *line);
void typed_wait_for_run(const char *database);

/* Ends it by a signal; its exit code. */
int typed_end(int process, int signal);

void typed_file(const char *name, const char *text);

/* The folder of a database with numbers in every state, and a configuration, as working directory;
 * for cmocka's set-up and tear-down. The store is closed. */
struct typed_place {
    struct looking_store *made;
    char back[512];
};
int typed_enter(void **state);
int typed_leave(void **state);

#endif
