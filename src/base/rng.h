/* A small seeded generator (splitmix64), passed in wherever chance is wanted, so that a run can be
 * replayed. */
#ifndef NUMHOST_BASE_RNG_H
#define NUMHOST_BASE_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
    uint64_t state;
};

void rng_seed(struct rng *rng, uint64_t seed);
uint64_t rng_next(struct rng *rng);

/* 0 <= result < bound; 0 when bound is 0. */
uint64_t rng_below(struct rng *rng, uint64_t bound);

/* 0.0 <= result < 1.0 */
double rng_fraction(struct rng *rng);

/* True with the given probability (0.0 never, 1.0 always). */
bool rng_chance(struct rng *rng, double probability);

#endif
