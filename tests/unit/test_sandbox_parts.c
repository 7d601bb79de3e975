/* The parts the model stands on, against the plainest way to do the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/rng.h"
#include "sandbox/bitset.h"
#include "sandbox/lookup.h"
#include "sandbox/params.h"
#include "sandbox/timers.h"

enum { MEMBERS = 20000, CHANGES = 6000 };

static uint32_t plain_before(const bool *has, uint32_t below)
{
    for (uint32_t i = below; i > 0; i--)
        if (has[i - 1])
            return i - 1;
    return BITSET_NONE;
}

static uint32_t plain_from(const bool *has, uint32_t from)
{
    for (uint32_t i = from; i < MEMBERS; i++)
        if (has[i])
            return i;
    return BITSET_NONE;
}

static void a_bitset_finds_neighbours_as_a_plain_array_does(void **state)
{
    static bool has[MEMBERS];
    struct bitset set = {0};
    struct rng rng;
    (void)state;
    rng_seed(&rng, 5);
    assert_int_equal(bitset_before(&set, BITSET_NONE), BITSET_NONE);
    for (int i = 0; i < CHANGES; i++) {
        uint32_t member = (uint32_t)rng_below(&rng, MEMBERS);
        uint32_t at = (uint32_t)rng_below(&rng, MEMBERS);
        has[member] = rng_chance(&rng, i < CHANGES / 2 ? 0.7 : 0.2);
        if (has[member])
            bitset_add(&set, member);
        else
            bitset_remove(&set, member);
        assert_int_equal(bitset_before(&set, at), plain_before(has, at));
        assert_int_equal(bitset_from(&set, at), plain_from(has, at));
        assert_int_equal(bitset_before(&set, member + 1), plain_before(has, member + 1));
    }
    assert_int_equal(bitset_before(&set, BITSET_NONE), plain_before(has, MEMBERS));
    bitset_done(&set);
}

static void timers_come_in_order_whatever_was_moved(void **state)
{
    static struct timer timer[500];
    struct timers timers = {0};
    struct rng rng;
    int64_t last_ms = 0;
    uint64_t last_rank = 0;
    size_t expected = 0;
    (void)state;
    rng_seed(&rng, 6);
    for (int i = 0; i < 5000; i++) {
        struct timer *one = &timer[rng_below(&rng, COUNT_OF(timer))];
        one->rank = (uint64_t)(one - timer);
        timers_set(&timers, one, (int64_t)rng_below(&rng, 300));
    }
    for (size_t i = 0; i < COUNT_OF(timer); i++)
        expected += timer[i].at_ms != 0 ? 1 : 0;
    assert_int_equal(timers.count, expected);
    for (struct timer *first = NULL; (first = timers_first(&timers)) != NULL; expected--) {
        assert_true(first->at_ms > last_ms || (first->at_ms == last_ms && first->rank > last_rank));
        last_ms = first->at_ms;
        last_rank = first->rank;
        timers_set(&timers, first, 0);
    }
    assert_int_equal(expected, 0);
    timers_done(&timers);
}

static char words[3000][16];

static const char *word_key(const void *context, uint32_t index)
{
    (void)context;
    return words[index];
}

static void a_lookup_finds_what_was_put_and_not_removed(void **state)
{
    struct lookup lookup;
    (void)state;
    lookup_init(&lookup, word_key, NULL);
    assert_int_equal(lookup_find(&lookup, "x"), LOOKUP_NONE);
    for (uint32_t i = 0; i < COUNT_OF(words); i++) {
        snprintf(words[i], sizeof words[i], "w%u", (unsigned)i);
        lookup_put(&lookup, i);
    }
    for (uint32_t i = 0; i < COUNT_OF(words); i += 3)
        lookup_remove(&lookup, words[i]);
    for (uint32_t i = 0; i < COUNT_OF(words); i++)
        assert_int_equal(lookup_find(&lookup, words[i]), i % 3 == 0 ? LOOKUP_NONE : i);
    lookup_done(&lookup);
}

static void parameters_are_decoded_as_clients_encode_them(void **state)
{
    static const char text[] = "a=1+2&b=%2B1&c=x%20y&a=%c3%a9&d&=e&f=%zz&g=%";
    struct params params;
    size_t at = 0;
    (void)state;
    assert_true(params_parse(&params, text, strlen(text)));
    assert_string_equal(params_get(&params, "a"), "1 2");
    assert_string_equal(params_get(&params, "b"), "+1");
    assert_string_equal(params_get(&params, "c"), "x y");
    assert_string_equal(params_next(&params, "a", &at), "1 2");
    assert_string_equal(params_next(&params, "a", &at), "\xc3\xa9");
    assert_null(params_next(&params, "a", &at));
    assert_string_equal(params_get(&params, "d"), "");
    assert_string_equal(params_get(&params, "f"), "%zz");
    assert_string_equal(params_get(&params, "g"), "%");
    assert_null(params_get(&params, "h"));
    params_done(&params);
}

static void too_many_parameters_or_a_nul_are_refused(void **state)
{
    struct params params;
    char *text = malloc(2 * PARAMS_MAX + 3);
    (void)state;
    assert_non_null(text);
    for (int i = 0; i <= PARAMS_MAX; i++)
        memcpy(text + 2 * i, "a&", 2);
    assert_false(params_parse(&params, text, 2 * PARAMS_MAX + 1));
    assert_true(params_parse(&params, text, 2 * PARAMS_MAX - 1));
    params_done(&params);
    assert_false(params_parse(&params, "a=%00", 5));
    assert_false(params_parse(&params, "a\0b", 3));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bitset_finds_neighbours_as_a_plain_array_does),
        cmocka_unit_test(timers_come_in_order_whatever_was_moved),
        cmocka_unit_test(a_lookup_finds_what_was_put_and_not_removed),
        cmocka_unit_test(parameters_are_decoded_as_clients_encode_them),
        cmocka_unit_test(too_many_parameters_or_a_nul_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
