/* A command that changes something, sent to the run that holds the database. */
#ifndef NUMHOST_CMD_FORWARD_H
#define NUMHOST_CMD_FORWARD_H

#include "cmd/invocation.h"

/* *answered: a run was there, did it, and its output was printed; the result is its exit code. Not
 * answered and no error: nobody listens, the command may open the store itself. */
enum result forward_command(struct invocation *inv, bool *answered, struct error *err);

#endif
