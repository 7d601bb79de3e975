/* What the process does for its own safety before anything else. */
#ifndef NUMHOST_CMD_PROCESS_H
#define NUMHOST_CMD_PROCESS_H

#include <stddef.h>

/* No core dumps, no ptrace by others of the same user, files private to the user, SIGPIPE and
 * SIGXFSZ ignored: both come back as errors that have words. Best effort. */
void process_harden(void);

/* The name of who asks: SUDO_USER, else the user database, else the number. */
void process_user(char *to, size_t to_bytes);

#endif
