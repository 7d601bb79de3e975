#include "base/attr.h"
#include "base/fault_point.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { PASSES = 4000 };

/* Holds in every build, also in one without points. */
static void nothing_happens_unasked(void **state)
{
    (void)state;
    int order[] = {1, 2, 3};
    FAULT_SHUFFLE("odd/test/order", order, COUNT_OF(order));
    assert_false(FAULT_POINT("fail/test"));
    assert_int_equal(FAULT_BETWEEN("odd/test/size", 1, 7), 7);
    assert_int_equal(order[0] * 100 + order[1] * 10 + order[2], 123);
}

#ifdef NUMHOST_FAULTS

static int end(void **state)
{
    (void)state;
    faults_end();
    return 0;
}

static void a_forced_point_happens_once_and_no_other_does(void **state)
{
    (void)state;
    faults_force("fail/test", 3);
    for (int pass = 1; pass <= PASSES; pass++) {
        assert_false(FAULT_POINT("fail/test/other"));
        assert_int_equal(FAULT_POINT("fail/test"), pass == 3);
    }
    assert_int_equal(faults_happened(), 1);
}

static void a_point_can_be_made_to_happen_always(void **state)
{
    (void)state;
    faults_force("fail/test", 0);
    for (int pass = 1; pass <= PASSES; pass++)
        assert_true(FAULT_POINT("fail/test"));
}

static void only_names_with_the_beginning_asked_for_are_drawn(void **state)
{
    (void)state;
    faults_draw("odd/", 1, 1.0);
    for (int pass = 0; pass < PASSES; pass++)
        assert_false(FAULT_POINT("fail/test"));
}

/* Which of four points happened when, as one text. */
static void trace(uint64_t seed, char *text)
{
    faults_draw("odd/", seed, 0.5);
    for (int pass = 0; pass < PASSES; pass += 4) {
        *text++ = FAULT_POINT("odd/a") ? '1' : '0';
        *text++ = FAULT_POINT("odd/b") ? '1' : '0';
        *text++ = FAULT_POINT("odd/c") ? '1' : '0';
        *text++ = FAULT_POINT("odd/d") ? '1' : '0';
    }
    *text = '\0';
}

static void the_same_seed_draws_the_same_and_another_seed_something_else(void **state)
{
    (void)state;
    char first[PASSES + 1];
    char again[PASSES + 1];
    char other[PASSES + 1];
    trace(11, first);
    assert_true(faults_happened() > 0);
    trace(11, again);
    trace(12, other);
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
}

static void a_number_drawn_lies_between_its_bounds_and_reaches_them(void **state)
{
    (void)state;
    bool seen[8] = {false};
    faults_force("odd/test/size", 0);
    for (int pass = 0; pass < PASSES; pass++) {
        size_t drawn = FAULT_BETWEEN("odd/test/size", 2, (size_t)7);
        assert_in_range(drawn, 2, 7);
        seen[drawn] = true;
    }
    assert_true(seen[2] && seen[7]);
    assert_int_equal(FAULT_BETWEEN("odd/test/size", 5, 5), 5);
}

static void another_order_has_the_same_elements(void **state)
{
    (void)state;
    int moved = 0;
    faults_force("odd/test/order", 0);
    for (int pass = 0; pass < PASSES; pass++) {
        int order[] = {1, 2, 4, 8, 16};
        FAULT_SHUFFLE("odd/test/order", order, COUNT_OF(order));
        moved += order[0] != 1 ? 1 : 0;
        assert_int_equal(order[0] | order[1] | order[2] | order[3] | order[4], 31);
    }
    assert_in_range(moved, PASSES / 2, PASSES - 1);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_happens_unasked),
#ifdef NUMHOST_FAULTS
        cmocka_unit_test_teardown(a_forced_point_happens_once_and_no_other_does, end),
        cmocka_unit_test_teardown(a_point_can_be_made_to_happen_always, end),
        cmocka_unit_test_teardown(only_names_with_the_beginning_asked_for_are_drawn, end),
        cmocka_unit_test_teardown(the_same_seed_draws_the_same_and_another_seed_something_else,
                                  end),
        cmocka_unit_test_teardown(a_number_drawn_lies_between_its_bounds_and_reaches_them, end),
        cmocka_unit_test_teardown(another_order_has_the_same_elements, end),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
