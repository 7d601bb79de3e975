/* Many power cuts in a piece of work, drawn from a seed. */
#ifndef NUMHOST_TESTS_POWER_CUTS_H
#define NUMHOST_TESTS_POWER_CUTS_H

#include "base/error.h"
#include "power/judge.h"
#include "power/work.h"

struct cuts_options {
    bool (*work)(const char *path, uint64_t seed, struct error *err);
    const char *pragma; /* run on every store that the work opens; "" leaves it as it is */
    uint64_t seed;
    int count;
    bool verbose; /* each that is not whole, on stdout */
};

struct cuts_result {
    int64_t cuts;
    int64_t twice; /* of them with a second cut while the database was opened again */
    int64_t by_verdict[VERDICT_COUNT];
    int64_t commits; /* of the work */
    int64_t operations;
    char what[512]; /* about the first that was not whole */
};

/* Does the work once, in a folder of its own, and cuts its power `count` times. False when the work
 * itself fails. Adds to *result. */
bool cuts_run(const struct cuts_options *options, struct cuts_result *result,
              struct error *err) MUST_USE;

/* A run of the simulation on a bad day in which every death is a power cut, and the next process
 * goes on with what is found; at any instant and at the end its promises must hold. False, with the
 * broken one, when they do not. Adds to *cuts. */
bool cuts_survive(uint64_t seed, const char *pragma, int64_t *cuts, struct error *err) MUST_USE;

#endif
