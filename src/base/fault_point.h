/* Places in the code where a test makes something rare happen: a short read, an early timer,
 * answers in another order, a call that fails. A build without NUMHOST_FAULTS (every release)
 * compiles them away: no symbol, no name of a point and no branch is left.
 *
 *     if (FAULT_POINT("fail/whole-file/sync")) ...          rare and wrong: the caller sees an
 * error max = FAULT_BETWEEN("odd/executor/at-once", 1, max);  rare and right: promises hold all the
 * same FAULT_SHUFFLE("odd/executor/order", out, count);
 *
 * A name is a literal: "odd/" for what every caller must cope with unasked, "fail/" for errors. */
#ifndef NUMHOST_BASE_FAULT_POINT_H
#define NUMHOST_BASE_FAULT_POINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef NUMHOST_FAULTS

/* Whether it happens this time. */
#define FAULT_POINT(name) fault_point("" name)
/* `usual`, or, when it happens, something in least..usual. */
#define FAULT_BETWEEN(name, least, usual)                                                          \
    ((__typeof__(usual))fault_between("" name, (int64_t)(least), (int64_t)(usual)))
/* When it happens, the elements of the array are put in another order. */
#define FAULT_SHUFFLE(name, array, count)                                                          \
    fault_shuffle("" name, (array), (size_t)(count), sizeof(array)[0])

bool fault_point(const char *name);
int64_t fault_between(const char *name, int64_t least, int64_t usual);
void fault_shuffle(const char *name, void *array, size_t count, size_t bytes);

/* For tests. FAULTS_ODD=SEED in the environment is faults_draw("odd/", SEED, 0.5) from the start,
 * for whole programs: what they promise holds all the same. */

/* Every point whose name begins with `prefix` happens from now on by chance: about half
 * of the names never, the others each with a chance of its own of at most `most`. All of it is
 * drawn from the seed alone. */
void faults_draw(const char *prefix, uint64_t seed, double most);

/* The point happens the `nth` time (1: the next) that it is passed and never else; nth 0: always.
 */
void faults_force(const char *name, int64_t nth);

/* Nothing happens any more. */
void faults_end(void);

/* How often something happened since faults_draw() or faults_force(). */
int64_t faults_happened(void);

#else

#define FAULT_POINT(name) false
#define FAULT_BETWEEN(name, least, usual) (usual)
#define FAULT_SHUFFLE(name, array, count) ((void)0)

#endif
#endif
