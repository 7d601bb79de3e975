/* Every order: two numbers, one fault, and every order in which answers and timers come in a window
 * after it. Where a seed draws, this enumerates, depth first. */
#ifndef NUMHOST_TESTS_ORDERS_H
#define NUMHOST_TESTS_ORDERS_H

#include <stdbool.h>
#include <stdint.h>

enum { ORDERS_WINDOW_MAX = 12 };

/* Which part of all: cases `job`, job + jobs, ... */
struct orders_options {
    int32_t window; /* so many choices after the fault are tried each way */
    int64_t job;
    int64_t jobs;
    void (*tell)(const char *violation, const char *replay);
};

struct orders_sums {
    int64_t cases;     /* a pair of numbers, a fault and the request it falls on */
    int64_t schedules; /* orders tried altogether */
    int64_t failed;
    int64_t requests;
    int64_t completed; /* numbers; of two each */
};

/* The pairs and faults are in orders.c. Forks a process for each order. */
struct orders_sums orders_run(const struct orders_options *options);

/* One order, as it was told: false when the text is none. *ok: no promise was broken. */
bool orders_replay(const char *replay, bool *ok, char *violation, unsigned long violation_bytes);

#endif
