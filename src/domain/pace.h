/* Pace: a token bucket for requests and another for calls, and full-jitter back-off. All pure: time
 * is handed in. */
#ifndef NUMHOST_DOMAIN_PACE_H
#define NUMHOST_DOMAIN_PACE_H

#include "base/rng.h"

#include <stdbool.h>
#include <stdint.h>

struct bucket_of_tokens {
    double tokens_per_ms;
    double burst;
    double tokens;
    int64_t filled_at_ms;
};

/* Starts full. burst >= 1, per_second > 0. */
void tokens_init(struct bucket_of_tokens *bucket, double per_second, double burst, int64_t now_ms);

/* Changes the rate and keeps what is there. */
void tokens_set_rate(struct bucket_of_tokens *bucket, double per_second, int64_t now_ms);

/* 0 when a token is there now, else milliseconds until one is. A clock that steps back adds
 * nothing. */
int64_t tokens_wait_ms(struct bucket_of_tokens *bucket, int64_t now_ms);

/* Whole tokens there now. */
int64_t tokens_available(struct bucket_of_tokens *bucket, int64_t now_ms);

/* Take one; false, and nothing taken, when there is none. */
bool tokens_take(struct bucket_of_tokens *bucket, int64_t now_ms);

/* Forget saved-up tokens beyond `most`; never adds any. */
void tokens_keep_at_most(struct bucket_of_tokens *bucket, double most, int64_t now_ms);

/* Full jitter: a random duration in [base_ms, max(base_ms, min(cap_ms, base_ms * 2^tries))]. tries
 * >= 0. */
int64_t backoff_ms(struct rng *rng, int32_t tries, int64_t base_ms, int64_t cap_ms);

#endif
