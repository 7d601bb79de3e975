/* What goes on when the power is cut. */
#ifndef NUMHOST_TESTS_POWER_WORK_H
#define NUMHOST_TESTS_POWER_WORK_H

#include "base/attr.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Each makes a database at `path` and leaves it closed; the same seed does the same. */

/* Imports: one rolled back, a first one, one beside it, with settings and single changes between
 * them, the store closed and opened now and then. */
bool work_import(const char *path, uint64_t seed, struct error *err) MUST_USE;

/* A run of a few numbers from one end to the other: engine, wire format and the sandbox's model, as
 * in the simulation. */
bool work_run(const char *path, uint64_t seed, struct error *err) MUST_USE;

/* The same with everything the simulation knows of: faults of the service, deaths of the process,
 * an operator, the file imported again beside the run. */
bool work_bad_run(const char *path, uint64_t seed, struct error *err) MUST_USE;

#endif
