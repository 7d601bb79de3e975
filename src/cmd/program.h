/* From argv to an exit code. */
#ifndef NUMHOST_CMD_PROGRAM_H
#define NUMHOST_CMD_PROGRAM_H

#include "cmd/control.h"

/* Everything main() does. */
int program_main(int argc, const char *const *argv);

/* control_handler for the process of a run: carries a command out that another process sent;
 * context is its struct host. */
void serve_command(void *context, const struct control_request *request,
                   struct control_reply *reply);

#endif
