/* Deterministic simulation: engine, SQLite in memory, our wire format and the sandbox's model in
 * one thread on a virtual clock. A seed draws everything: faults, rates, latencies, people,
 * signers, carriers, what the operator does and when the process dies. The same seed gives the same
 * run. */
#ifndef NUMHOST_TESTS_SIM_H
#define NUMHOST_TESTS_SIM_H

#include "base/attr.h"

#include <stdbool.h>
#include <stdint.h>

struct sim_result {
    bool ok;
    char violation[512]; /* what was broken, at which virtual instant; "" when ok */
    int64_t turns;
    int64_t requests;
    int64_t crashes;
    int64_t actions;
    int64_t faults;   /* of the sandbox */
    int64_t oddities; /* fault points "odd/" that happened */
    int64_t completed;
    int64_t numbers;
    int64_t virtual_ms;
};

/* Deaths that are power cuts (tests/power). */
struct sim_power {
    void *context;
    int64_t (*instant)(void *context); /* how far the disk is */
    /* The process is dead, the store closed: the power went somewhere between the two instants, and
     * what is found is at options.database now. */
    void (*cut)(void *context, int64_t from, int64_t until);
};

struct sim_options {
    uint64_t seed;
    bool verbose; /* every request and its effect on stdout */
    bool narrow;  /* as the first seeds were drawn (sim_world.h) */
    /* A calm world of a few numbers in which nothing is drawn but what the seed says of people, and
     * the process dies exactly once: after the commit of turn `dies_at_turn` (0: never), with only
     * the first `sent_before_death` of its requests on the wire (<0: all of them). */
    bool calm;
    int64_t dies_at_turn;
    int64_t sent_before_death;
    const char *database;           /* NULL: in memory */
    const struct sim_power *power;  /* NULL: a dead process leaves what it wrote */
    int64_t loses_database_at_turn; /* it is rebuilt from the file and the account; 0: never */
};

/* Faults for the first virtual days, then none: everything must come to an end, or wait for a
 * person, and no promise may be broken on the way. */
struct sim_result sim_run(const struct sim_options *options);

#endif
