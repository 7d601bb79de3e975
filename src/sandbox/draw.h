/* Chance without a generator's state: every draw is a hash of (seed, purpose, key, n), so that what
 * happens to a number does not depend on the order in which requests arrive. */
#ifndef NUMHOST_SANDBOX_DRAW_H
#define NUMHOST_SANDBOX_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A duration drawn log-uniformly from [from_ms, to_ms]: waits of people are skewed. */
struct span {
    int64_t from_ms;
    int64_t to_ms;
};

uint64_t draw_hash(uint64_t seed, const char *purpose, const char *key, uint64_t n);

/* 0.0 <= result < 1.0 */
double draw_fraction(uint64_t seed, const char *purpose, const char *key, uint64_t n);

/* True in `rate` of all draws; 0 never, 1 always. */
bool draw_chance(uint64_t seed, double rate, const char *purpose, const char *key, uint64_t n);

int64_t draw_span(uint64_t seed, struct span span, const char *purpose, const char *key,
                  uint64_t n);

/* A SID: the two letters of `prefix` and 32 hex digits. to_bytes >= SID_BYTES. */
void draw_sid(char *to, size_t to_bytes, uint64_t seed, const char *prefix, const char *key,
              uint64_t n);

#endif
