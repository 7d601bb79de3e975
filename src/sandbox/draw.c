#include "sandbox/draw.h"

#include "base/rng.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static const uint64_t fnv_prime = UINT64_C(0x100000001B3);

static uint64_t add_text(uint64_t hash, const char *text)
{
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * fnv_prime;
    return (hash ^ 0xFF) * fnv_prime; /* an end mark: "ab","c" and "a","bc" differ */
}

uint64_t draw_hash(uint64_t seed, const char *purpose, const char *key, uint64_t n)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325) ^ seed;
    hash = add_text(add_text(hash * fnv_prime, purpose), key);
    struct rng rng;
    rng_seed(&rng, hash ^ (n * UINT64_C(0xD6E8FEB86659FD93)));
    return rng_next(&rng);
}

double draw_fraction(uint64_t seed, const char *purpose, const char *key, uint64_t n)
{
    return (double)(draw_hash(seed, purpose, key, n) >> 11) * 0x1.0p-53;
}

bool draw_chance(uint64_t seed, double rate, const char *purpose, const char *key, uint64_t n)
{
    return rate > 0.0 && draw_fraction(seed, purpose, key, n) < rate;
}

int64_t draw_span(uint64_t seed, struct span span, const char *purpose, const char *key, uint64_t n)
{
    if (span.to_ms <= span.from_ms)
        return span.from_ms;
    double fraction = draw_fraction(seed, purpose, key, n);
    double low = log((double)span.from_ms + 1.0);
    double high = log((double)span.to_ms + 1.0);
    int64_t drawn = (int64_t)(exp(low + (high - low) * fraction) - 1.0);
    return drawn < span.from_ms ? span.from_ms : drawn > span.to_ms ? span.to_ms : drawn;
}

void draw_sid(char *to, size_t to_bytes, uint64_t seed, const char *prefix, const char *key,
              uint64_t n)
{
    snprintf(to, to_bytes, "%s%016" PRIx64 "%016" PRIx64, prefix,
             draw_hash(seed, prefix, key, 2 * n), draw_hash(seed ^ 1, prefix, key, 2 * n + 1));
}
