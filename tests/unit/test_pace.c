#include "base/clock.h"
#include "domain/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const int64_t NOW_MS = INT64_C(1795434000000);

/* A bucket that has just been emptied. */
static struct bucket_of_tokens emptied(double per_second, double burst)
{
    struct bucket_of_tokens bucket;
    tokens_init(&bucket, per_second, burst, NOW_MS);
    while (tokens_take(&bucket, NOW_MS)) {
    }
    return bucket;
}

static void a_bucket_starts_with_its_burst_and_not_one_more(void **state)
{
    (void)state;
    struct bucket_of_tokens bucket;
    tokens_init(&bucket, 20.0, 3.0, NOW_MS);
    assert_int_equal(tokens_available(&bucket, NOW_MS), 3);
    assert_true(tokens_take(&bucket, NOW_MS));
    assert_true(tokens_take(&bucket, NOW_MS));
    assert_true(tokens_take(&bucket, NOW_MS));
    assert_false(tokens_take(&bucket, NOW_MS));
    assert_int_equal(tokens_available(&bucket, NOW_MS), 0);
}

static void ten_a_second_gives_a_token_at_100_ms_and_none_at_99(void **state)
{
    (void)state;
    struct bucket_of_tokens bucket = emptied(10.0, 5.0);
    assert_int_equal(tokens_wait_ms(&bucket, NOW_MS), 100);
    assert_int_equal(tokens_wait_ms(&bucket, NOW_MS + 99), 1);
    assert_false(tokens_take(&bucket, NOW_MS + 99));
    assert_int_equal(tokens_wait_ms(&bucket, NOW_MS + 100), 0);
    assert_true(tokens_take(&bucket, NOW_MS + 100));
    assert_false(tokens_take(&bucket, NOW_MS + 100));
}

static void waiting_as_long_as_told_always_ends_with_a_token(void **state)
{
    (void)state;
    const double rates[] = {0.001, 1.0 / 60, 0.1, 1.0 / 3, 0.7, 1, 3, 7, 20, 333.3, 999, 1500};
    for (size_t i = 0; i < COUNT_OF(rates); i++) {
        struct bucket_of_tokens bucket = emptied(rates[i], 2.0);
        int64_t now_ms = NOW_MS;
        for (int taken = 0; taken < 500; taken++) {
            now_ms += tokens_wait_ms(&bucket, now_ms);
            assert_int_equal(tokens_wait_ms(&bucket, now_ms), 0);
            assert_true(tokens_take(&bucket, now_ms));
        }
        double expected_ms = 500.0 / rates[i] * 1000.0;
        assert_true((double)(now_ms - NOW_MS) >= expected_ms - 1.0);
        assert_true((double)(now_ms - NOW_MS) <= expected_ms + 501.0);
    }
}

static void one_a_minute_is_exactly_one_a_minute_looked_at_every_millisecond(void **state)
{
    (void)state;
    struct bucket_of_tokens bucket = emptied(1.0 / 60.0, 1.0);
    for (int64_t ms = 1; ms <= 180000; ms++) {
        assert_int_equal(tokens_take(&bucket, NOW_MS + ms), ms % 60000 == 0);
    }
}

static void a_clock_stepping_back_adds_nothing_and_does_not_stall(void **state)
{
    (void)state;
    struct bucket_of_tokens bucket = emptied(10.0, 5.0);
    int64_t back_ms = NOW_MS - HOUR_MS;
    assert_false(tokens_take(&bucket, back_ms));
    assert_int_equal(tokens_available(&bucket, back_ms), 0);
    assert_int_equal(tokens_wait_ms(&bucket, back_ms), 100);
    assert_true(tokens_take(&bucket, back_ms + 100));
}

static void a_clock_stepping_back_keeps_what_was_there(void **state)
{
    (void)state;
    struct bucket_of_tokens bucket;
    tokens_init(&bucket, 10.0, 5.0, NOW_MS);
    assert_true(tokens_take(&bucket, NOW_MS));
    assert_int_equal(tokens_available(&bucket, NOW_MS - DAY_MS), 4);
}

static void a_huge_gap_fills_to_the_burst_only(void **state)
{
    (void)state;
    struct bucket_of_tokens bucket = emptied(20.0, 20.0);
    assert_int_equal(tokens_available(&bucket, NOW_MS + 400 * DAY_MS), 20);
    bucket = emptied(20.0, 20.0);
    assert_int_equal(tokens_available(&bucket, INT64_MAX), 20);
    assert_int_equal(tokens_available(&bucket, INT64_MIN), 20);
}

static void a_window_of_time_never_sees_more_than_burst_and_rate(void **state)
{
    (void)state;
    struct rng rng;
    rng_seed(&rng, 7);
    struct bucket_of_tokens bucket;
    tokens_init(&bucket, 20.0, 20.0, NOW_MS);
    int64_t elapsed_ms = 0;
    int64_t taken = 0;
    for (int i = 0; i < 20000; i++) {
        elapsed_ms += (int64_t)rng_below(&rng, 40);
        taken += tokens_take(&bucket, NOW_MS + elapsed_ms) ? 1 : 0;
        assert_true(taken <= 20 + elapsed_ms * 20 / 1000);
    }
    assert_true(taken > 7000);
}

static void a_new_rate_counts_from_now_and_keeps_the_tokens(void **state)
{
    (void)state;
    struct bucket_of_tokens bucket = emptied(10.0, 5.0);
    tokens_set_rate(&bucket, 1.0, NOW_MS + 250);
    assert_int_equal(tokens_available(&bucket, NOW_MS + 250), 2);
    assert_true(tokens_take(&bucket, NOW_MS + 250));
    assert_true(tokens_take(&bucket, NOW_MS + 250));
    assert_int_equal(tokens_wait_ms(&bucket, NOW_MS + 250), 500);
}

static void a_vanishing_rate_waits_long_but_never_overflows(void **state)
{
    (void)state;
    struct bucket_of_tokens bucket = emptied(1e-300, 1.0);
    int64_t wait_ms = tokens_wait_ms(&bucket, NOW_MS);
    assert_true(wait_ms > 365 * DAY_MS && wait_ms < 400 * DAY_MS);
}

static void backoff_stays_between_base_and_its_doubling_ceiling(void **state)
{
    (void)state;
    struct rng rng;
    rng_seed(&rng, 1);
    for (int32_t tries = 0; tries <= 8; tries++) {
        int64_t ceiling_ms = 500 * (INT64_C(1) << tries);
        int64_t lowest_ms = INT64_MAX;
        int64_t highest_ms = 0;
        for (int i = 0; i < 4000; i++) {
            int64_t wait_ms = backoff_ms(&rng, tries, 500, 900000);
            lowest_ms = wait_ms < lowest_ms ? wait_ms : lowest_ms;
            highest_ms = wait_ms > highest_ms ? wait_ms : highest_ms;
        }
        assert_in_range(lowest_ms, 500, 500 + ceiling_ms / 50);
        assert_in_range(highest_ms, ceiling_ms - ceiling_ms / 50, ceiling_ms);
    }
}

static void backoff_never_passes_the_cap_however_many_tries(void **state)
{
    (void)state;
    struct rng rng;
    rng_seed(&rng, 2);
    const int32_t tries[] = {11, 31, 32, 62, 63, 64, 1000, INT32_MAX};
    for (size_t i = 0; i < COUNT_OF(tries); i++) {
        int64_t highest_ms = 0;
        for (int k = 0; k < 1000; k++) {
            int64_t wait_ms = backoff_ms(&rng, tries[i], 500, 900000);
            assert_in_range(wait_ms, 500, 900000);
            highest_ms = wait_ms > highest_ms ? wait_ms : highest_ms;
        }
        assert_true(highest_ms > 880000);
    }
    assert_true(backoff_ms(&rng, 200, INT64_MAX / 2, INT64_MAX) >= INT64_MAX / 2);
}

static void backoff_reaches_both_ends_of_its_range(void **state)
{
    (void)state;
    struct rng rng;
    rng_seed(&rng, 4);
    bool seen[5] = {false};
    for (int i = 0; i < 200; i++) {
        int64_t wait_ms = backoff_ms(&rng, 1, 2, 900000);
        assert_in_range(wait_ms, 2, 4);
        seen[wait_ms] = true;
    }
    assert_true(seen[2] && seen[3] && seen[4]);
}

static void backoff_doubles_next_to_the_largest_integer(void **state)
{
    (void)state;
    struct rng rng;
    rng_seed(&rng, 5);
    int64_t base_ms = INT64_MAX / 2 + 10;
    int64_t highest_ms = 0;
    for (int i = 0; i < 100; i++) {
        int64_t wait_ms = backoff_ms(&rng, 1, base_ms, INT64_MAX);
        highest_ms = wait_ms > highest_ms ? wait_ms : highest_ms;
    }
    assert_true(highest_ms > INT64_MAX / 10 * 9);
}

static void backoff_with_a_cap_below_the_base_is_the_base(void **state)
{
    (void)state;
    struct rng rng;
    rng_seed(&rng, 3);
    assert_int_equal(backoff_ms(&rng, 0, 500, 900000), 500);
    assert_int_equal(backoff_ms(&rng, 5, 500, 100), 500);
    assert_int_equal(backoff_ms(&rng, INT32_MAX, 0, 900000), 0);
}

static void backoff_that_doubles_onto_its_cap_stays_there(void **state)
{
    (void)state;
    struct rng rng;
    rng_seed(&rng, 4);
    for (int i = 0; i < 200; i++) {
        assert_in_range(backoff_ms(&rng, 1, 500, 1000), 500, 1000);
        assert_in_range(backoff_ms(&rng, 2, 500, 1000), 500, 1000);
    }
}

/* Saved up in fractions that no sum of doubles hits. */
static void what_is_available_can_be_taken(void **state)
{
    (void)state;
    for (int64_t step_ms = 1; step_ms < 100; step_ms++) {
        struct bucket_of_tokens bucket;
        tokens_init(&bucket, 1000.0 / (double)(step_ms * 7), 3, 0);
        while (tokens_take(&bucket, 0))
            ;
        for (int64_t now_ms = step_ms; now_ms < 30 * step_ms; now_ms += step_ms) {
            bool available = tokens_available(&bucket, now_ms) > 0;
            assert_int_equal(tokens_take(&bucket, now_ms), available);
        }
    }
    struct bucket_of_tokens bucket;
    tokens_init(&bucket, 1, 1.0 - 1e-9, 0); /* the least that is a token */
    assert_int_equal(tokens_available(&bucket, 0), 1);
    assert_true(tokens_take(&bucket, 0));
}

static void backoff_replays_from_its_seed(void **state)
{
    (void)state;
    struct rng one;
    struct rng other;
    rng_seed(&one, 42);
    rng_seed(&other, 42);
    for (int32_t i = 0; i < 50; i++) {
        assert_int_equal(backoff_ms(&one, i % 9, 500, 900000),
                         backoff_ms(&other, i % 9, 500, 900000));
    }
}

static void forgetting_saved_tokens_never_adds_one(void **state)
{
    (void)state;
    struct bucket_of_tokens bucket;
    tokens_init(&bucket, 10, 20, 0);
    tokens_keep_at_most(&bucket, 1, 0);
    assert_int_equal(tokens_available(&bucket, 0), 1);
    assert_true(tokens_take(&bucket, 0));
    tokens_keep_at_most(&bucket, 1, 0);
    assert_int_equal(tokens_available(&bucket, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bucket_starts_with_its_burst_and_not_one_more),
        cmocka_unit_test(ten_a_second_gives_a_token_at_100_ms_and_none_at_99),
        cmocka_unit_test(waiting_as_long_as_told_always_ends_with_a_token),
        cmocka_unit_test(one_a_minute_is_exactly_one_a_minute_looked_at_every_millisecond),
        cmocka_unit_test(a_clock_stepping_back_adds_nothing_and_does_not_stall),
        cmocka_unit_test(a_clock_stepping_back_keeps_what_was_there),
        cmocka_unit_test(a_huge_gap_fills_to_the_burst_only),
        cmocka_unit_test(a_window_of_time_never_sees_more_than_burst_and_rate),
        cmocka_unit_test(a_new_rate_counts_from_now_and_keeps_the_tokens),
        cmocka_unit_test(a_vanishing_rate_waits_long_but_never_overflows),
        cmocka_unit_test(backoff_stays_between_base_and_its_doubling_ceiling),
        cmocka_unit_test(backoff_never_passes_the_cap_however_many_tries),
        cmocka_unit_test(backoff_reaches_both_ends_of_its_range),
        cmocka_unit_test(backoff_doubles_next_to_the_largest_integer),
        cmocka_unit_test(backoff_with_a_cap_below_the_base_is_the_base),
        cmocka_unit_test(backoff_that_doubles_onto_its_cap_stays_there),
        cmocka_unit_test(what_is_available_can_be_taken),
        cmocka_unit_test(backoff_replays_from_its_seed),
        cmocka_unit_test(forgetting_saved_tokens_never_adds_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
