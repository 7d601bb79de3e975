#include "cmd/stop.h"

#include <stddef.h>

/* A signal handler has no other place to leave its message. */
static volatile sig_atomic_t signals_seen;

static void take_signal(int number)
{
    signals_seen++;
    if (signals_seen > 1) {
        signal(number, SIG_DFL);
        raise(number);
    }
}

const volatile sig_atomic_t *stop_on_signals(void)
{
    struct sigaction action = {.sa_handler = take_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return &signals_seen;
}
