/* Pinned seeds of the simulation: the first ones, and every one that ever failed. */
#include "sim/sim.h"

#include "base/attr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST_SEEDS = 20 };

static void assert_seed_holds(uint64_t seed, bool narrow)
{
    struct sim_options options = {.seed = seed, .narrow = narrow};
    struct sim_result result = sim_run(&options);
    if (!result.ok)
        fail_msg("seed %llu: %s", (unsigned long long)seed, result.violation);
    assert_true(result.requests > 0);
}

static void no_promise_is_broken_in_the_first_seeds(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= FIRST_SEEDS; seed++)
        assert_seed_holds(seed, false);
}

static void no_promise_is_broken_in_seeds_that_once_failed(void **state)
{
    (void)state;
    static const uint64_t narrow[] = {34, 36, 51, 53, 68, 92, 97, 117, 118, 507};
    static const uint64_t wide[] = {22, 548, 1624, 1930, 5719, 6329};
    for (size_t i = 0; i < COUNT_OF(narrow); i++)
        assert_seed_holds(narrow[i], true);
    for (size_t i = 0; i < COUNT_OF(wide); i++)
        assert_seed_holds(wide[i], false);
}

static void the_same_seed_gives_the_same_run(void **state)
{
    (void)state;
    struct sim_options options = {.seed = 7};
    struct sim_result first = sim_run(&options);
    struct sim_result second = sim_run(&options);
    assert_memory_equal(&first, &second, sizeof first);
}

/* Every commit of a calm run is followed by a death once with nothing sent, once with one request
 * sent and once with all of them sent and no answer heard: the same numbers are completed in the
 * end, and nothing happened twice. */
static void dying_at_any_commit_leaves_no_trace_in_the_report(void **state)
{
    (void)state;
    struct sim_options options = {.seed = 5, .calm = true, .sent_before_death = -1};
    struct sim_result whole = sim_run(&options);
    assert_true(whole.ok);
    assert_true(whole.completed > 0);
    for (options.dies_at_turn = 1; options.dies_at_turn <= whole.turns; options.dies_at_turn++)
        for (options.sent_before_death = -1; options.sent_before_death <= 1;
             options.sent_before_death++) {
            struct sim_result result = sim_run(&options);
            if (!result.ok || result.completed != whole.completed)
                fail_msg("dying at turn %lld with %lld sent: %s", (long long)options.dies_at_turn,
                         (long long)options.sent_before_death, result.violation);
        }
}

/* After any turn of a calm run the database is lost and the file imported into a new one: what the
 * account shows is adopted, every number is completed in the end, and nothing happened twice. */
static void a_lost_database_is_rebuilt_without_doing_anything_twice(void **state)
{
    (void)state;
    struct sim_options options = {.seed = 5, .calm = true};
    struct sim_result whole = sim_run(&options);
    assert_true(whole.ok);
    for (options.loses_database_at_turn = 1; options.loses_database_at_turn < whole.turns;
         options.loses_database_at_turn++) {
        struct sim_result result = sim_run(&options);
        if (!result.ok || result.completed != whole.completed)
            fail_msg("lost after turn %lld: %s", (long long)options.loses_database_at_turn,
                     result.violation);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_promise_is_broken_in_the_first_seeds),
        cmocka_unit_test(no_promise_is_broken_in_seeds_that_once_failed),
        cmocka_unit_test(the_same_seed_gives_the_same_run),
        cmocka_unit_test(dying_at_any_commit_leaves_no_trace_in_the_report),
        cmocka_unit_test(a_lost_database_is_rebuilt_without_doing_anything_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
