/* `numhost sandbox`: the sandbox's model behind an HTTP server, with a file to survive restarts. */
#ifndef NUMHOST_CMD_SANDBOX_SERVE_H
#define NUMHOST_CMD_SANDBOX_SERVE_H

#include "base/attr.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct sandbox_serve_options {
    const char *listen;        /* HOST:PORT; port 0 for any free one */
    const char *scenario_path; /* NULL: everything goes well */
    const char *state_path; /* NULL: nothing is kept. Saved every ten seconds when it changed, and
                               at the end */
    const char *port_path;  /* NULL: none. The port, written atomically once it listens */
    int64_t speed;          /* the sandbox's clock runs so many times faster, 1..1000000 */
    uint64_t seed;          /* 0: the scenario's */
    FILE *out;              /* one line when it listens */
};

/* Serves until SIGTERM or SIGINT. ERROR_USAGE for a bad address or scenario, ERROR_OTHER for files
 * and sockets. */
bool sandbox_serve(const struct sandbox_serve_options *options, struct error *err) MUST_USE;

#endif
