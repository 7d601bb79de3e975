/* SIGINT and SIGTERM as a flag, for commands that go on until somebody stops them. */
#ifndef NUMHOST_CMD_STOP_H
#define NUMHOST_CMD_STOP_H

#include <signal.h>

/* From now on the first SIGINT or SIGTERM sets the flag, and system calls that wait end with EINTR;
 * the second one ends the process. The flag counts the signals. */
const volatile sig_atomic_t *stop_on_signals(void);

#endif
