/* Pinned seeds of the simulation: the first ones, and every one that ever failed. */
#include "sim/sim.h"

#include "base/attr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST_SEEDS = 40 };

static void assert_seed_holds(uint64_t seed)
{
    struct sim_options options = {.seed = seed};
    struct sim_result result = sim_run(&options);
    if (!result.ok)
        fail_msg("seed %llu: %s", (unsigned long long)seed, result.violation);
    assert_true(result.requests > 0);
}

static void no_promise_is_broken_in_the_first_seeds(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= FIRST_SEEDS; seed++)
        assert_seed_holds(seed);
}

static void the_same_seed_gives_the_same_run(void **state)
{
    (void)state;
    struct sim_options options = {.seed = 7};
    struct sim_result first = sim_run(&options);
    struct sim_result second = sim_run(&options);
    assert_memory_equal(&first, &second, sizeof first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_promise_is_broken_in_the_first_seeds),
        cmocka_unit_test(the_same_seed_gives_the_same_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
