/* Command lines as a person types them, each in a process of its own in the working directory. */
#ifndef NUMHOST_TESTS_TYPED_H
#define NUMHOST_TESTS_TYPED_H

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

void typed_file(const char *name, const char *text);

#endif
