/* Failures forced by counters: a call that may fail is made to fail once at every place it is made
 * from, one place at a time. A place is a way through the program to such a call (its return
 * addresses); of a place that comes by often, the first time and the last are tried.
 *
 * A program named test_*_fails is linked with this and with the wraps of the calls
 * (tests/CMakeLists.txt). */
#ifndef TESTS_FAULTS_FAULTS_H
#define TESTS_FAULTS_FAULTS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum fault_family {
    FAULT_SQL = 1,        /* what our code asks of SQLite: prepare, bind, step, exec */
    FAULT_SQL_MEMORY = 2, /* SQLite's allocations; force_watch_sqlite() first */
    FAULT_SQL_FILES = 4,  /* SQLite's system calls; likewise */
    FAULT_FILES = 8,      /* our own: files, sockets, streams, threads */
    FAULT_LIBRARIES = 16, /* handles and options of libcurl, digests of OpenSSL */
    FAULT_MEMORY = 32,    /* our own allocations and jansson's, which end the process */
};

struct fault_trial {
    const char *name;
    unsigned families;
    void *(*set_up)(void); /* the world as it is before; never fails */

    /* The operation, and whether it succeeded. Asked again after a failure: must then. */
    bool (*operate)(void *world, struct error *err);

    /* The world is whole, whatever happened; by assertions. NULL: nothing to look at. */
    void (*check)(void *world);
    void (*tear_down)(void *world);
    bool for_good; /* from the failure on everything of these families fails, until the end */
    bool survives; /* may succeed in spite of some failures */
};

/* How often something was made to fail. Asserts that every failure that is not survived comes back
 * as an error with a text, that check() holds after it, and that the same operation succeeds
 * afterwards. */
size_t force_run(const struct fault_trial *trial);

/* In how many places memory was missing. Each time in a process of its own, which must end itself
 * by abort() with a message; operate() may be stopped anywhere, so the world is as the one before
 * left it. */
size_t force_memory(const struct fault_trial *trial);

/* For tests that judge by themselves. The places of what runs between begin and end; strikes alike:
 * the n-th call, from 1, of these families fails. */
void force_record(unsigned families);
void force_strike(unsigned families, size_t nth);
void force_strike_for_good(unsigned families, size_t nth); /* and every call after it */
bool force_end(void);                                      /* whether it struck */

/* The calls to strike, after force_record(): first and last of each place, in order; of one place
 * in FAULTS_ONE_OF (environment; all of them without), for builds that are many times slower. */
size_t force_ordinals(size_t *out, size_t max);

/* How many failures there must be at least when `all` is that number for all places. */
size_t force_least(size_t all);

/* Before the first use of SQLite: its allocations and system calls are counted from here on. */
void force_watch_sqlite(void);

/* Calls of this thread that are the test's own are not counted, until force_look(true). */
void force_look(bool looking);

/* For the wraps: is it this call's turn? */
bool force_now(enum fault_family family);

#endif
