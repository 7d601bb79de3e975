#include "domain/pace.h"

#include "base/clock.h"

/* Tokens are sums of many small fractions: a bucket that is short by less than this is full enough.
 */
static const double ALMOST = 1e-9;

/* Above this a wait is as good as for ever; it keeps the conversion to whole milliseconds defined.
 */
static const double WAIT_MS_MAX = 366.0 * 24 * 3600 * 1000;

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static void fill(struct bucket_of_tokens *bucket, int64_t now_ms)
{
    /* A clock that stepped back becomes the new start: nothing is added, and nothing waits for the
     * old time. */
    if (now_ms > bucket->filled_at_ms) {
        double elapsed_ms = (double)now_ms - (double)bucket->filled_at_ms;
        bucket->tokens =
            smaller(bucket->burst, bucket->tokens + elapsed_ms * bucket->tokens_per_ms);
    }
    bucket->filled_at_ms = now_ms;
}

static bool has_token(const struct bucket_of_tokens *bucket)
{
    return bucket->tokens >= 1.0 - ALMOST;
}

void tokens_init(struct bucket_of_tokens *bucket, double per_second, double burst, int64_t now_ms)
{
    bucket->tokens_per_ms = per_second / (double)SECOND_MS;
    bucket->burst = burst;
    bucket->tokens = burst;
    bucket->filled_at_ms = now_ms;
}

void tokens_set_rate(struct bucket_of_tokens *bucket, double per_second, int64_t now_ms)
{
    fill(bucket, now_ms);
    bucket->tokens_per_ms = per_second / (double)SECOND_MS;
}

int64_t tokens_wait_ms(struct bucket_of_tokens *bucket, int64_t now_ms)
{
    fill(bucket, now_ms);
    if (has_token(bucket)) {
        return 0;
    }
    double missing = 1.0 - ALMOST - bucket->tokens;
    double exact_ms = smaller(missing / bucket->tokens_per_ms, WAIT_MS_MAX);
    int64_t whole_ms = (int64_t)exact_ms;
    return (double)whole_ms < exact_ms ? whole_ms + 1 : whole_ms;
}

int64_t tokens_available(struct bucket_of_tokens *bucket, int64_t now_ms)
{
    fill(bucket, now_ms);
    return (int64_t)(bucket->tokens + ALMOST); /* (1.0 - ALMOST) + ALMOST is 1.0, not less */
}

bool tokens_take(struct bucket_of_tokens *bucket, int64_t now_ms)
{
    fill(bucket, now_ms);
    if (!has_token(bucket)) {
        return false;
    }
    bucket->tokens = bucket->tokens > 1.0 ? bucket->tokens - 1.0 : 0.0;
    return true;
}

void tokens_keep_at_most(struct bucket_of_tokens *bucket, double most, int64_t now_ms)
{
    fill(bucket, now_ms);
    bucket->tokens = smaller(bucket->tokens, most);
}

/* min(cap_ms, base_ms * 2^tries) without overflow. */
static int64_t backoff_ceiling_ms(int32_t tries, int64_t base_ms, int64_t cap_ms)
{
    int64_t ceiling_ms = base_ms;
    for (int32_t i = 0; i < tries && ceiling_ms > 0; i++) {
        if (ceiling_ms > cap_ms / 2) {
            return cap_ms;
        }
        ceiling_ms *= 2;
    }
    return ceiling_ms < cap_ms ? ceiling_ms : cap_ms;
}

int64_t backoff_ms(struct rng *rng, int32_t tries, int64_t base_ms, int64_t cap_ms)
{
    int64_t ceiling_ms = backoff_ceiling_ms(tries, base_ms, cap_ms);
    if (ceiling_ms <= base_ms) {
        return base_ms;
    }
    return base_ms + (int64_t)rng_below(rng, (uint64_t)(ceiling_ms - base_ms) + 1);
}
