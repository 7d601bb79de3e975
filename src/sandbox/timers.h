/* Timers in a heap, each embedded in what it belongs to, so that moving one is cheap and "when
 * next" is free. Equal instants come in the order of `rank`, so that a run can be replayed. */
#ifndef NUMHOST_SANDBOX_TIMERS_H
#define NUMHOST_SANDBOX_TIMERS_H

#include <stddef.h>
#include <stdint.h>

struct timer {
    int64_t at_ms; /* 0: not set */
    size_t place;  /* in the heap, from 1 */
    uint64_t rank;
    void *owner;
};

struct timers {
    struct timer **heap; /* [1..count] */
    size_t count;
    size_t capacity;
};

void timers_done(struct timers *timers); /* all zero is none */

/* Set, move or, with at_ms 0, unset a timer. */
void timers_set(struct timers *timers, struct timer *timer, int64_t at_ms);

/* The earliest, NULL when none is set. */
struct timer *timers_first(const struct timers *timers);

#endif
