/* Durations and rates of the configuration. */
#include "base/clock.h"
#include "cmd/units.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void durations_carry_their_unit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"0", 0},
        {"500ms", 500},
        {"30s", 30000},
        {"2m", 120000},
        {"4h", 4 * HOUR_MS},
        {"7d", 7 * DAY_MS},
        {"1h30m", 5400000},
        {"1d1h1m1s1ms", 90061001},
        {"3652d", 3652 * DAY_MS},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t ms = -1;
        char back[DURATION_TEXT_BYTES];
        assert_true(duration_parse(cases[i].text, &ms, NULL));
        assert_int_equal(ms, cases[i].ms);
        duration_text(back, sizeof back, ms);
        assert_string_equal(back, cases[i].text);
    }
}

static void what_is_no_duration_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "30",
        "s",
        "30 s",
        "-1s",
        "1.5h",
        "30S",
        "30sec",
        "5m1h",
        "1m1m",
        "1h ",
        "3653d",
        "0x1s",
        "1w",
        "+1s",
        "99999999999999999999s",
        "9999999999d",
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        int64_t ms = 0;
        struct error err = {0};
        if (duration_parse(bad[i], &ms, &err))
            fail_msg("'%s' was taken", bad[i]);
        assert_int_equal(err.kind, ERROR_USAGE);
        assert_true(err.text[0] != '\0');
    }
}

static void a_duration_too_long_is_told_as_that_whatever_its_unit(void **state)
{
    static const char *const bad[] = {"3653d", "999999999999ms", "999999999999d", "3652d1ms",
                                      "999999999999d999999999999h"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        int64_t ms = 0;
        struct error err = {0};
        assert_false(duration_parse(bad[i], &ms, &err));
        if (strstr(err.text, "is more than ten years") == NULL)
            fail_msg("%s", err.text);
    }
}

static void rates_say_how_many_in_what_time(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double per_second;
    } cases[] = {
        {"20/s", 20}, {"0.5/s", 0.5}, {"30/m", 0.5}, {"3600/h", 1}, {"86400/d", 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        double per_second = 0;
        assert_true(rate_parse(cases[i].text, &per_second, NULL));
        assert_true(per_second > cases[i].per_second - 1e-9 &&
                    per_second < cases[i].per_second + 1e-9);
    }
}

static void what_is_no_rate_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "20",
        "/s",
        "20/",
        "20/x",
        "20/ms",
        "0/s",
        "-1/s",
        "1e3/s",
        "inf/s",
        "nan/s",
        ".../s",
        "1.2.3/s",
        "20 /s",
        "20/s ",
        "0x10/s",
        "99999999999999999999/s",
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        double per_second = 0;
        struct error err = {0};
        if (rate_parse(bad[i], &per_second, &err))
            fail_msg("'%s' was taken", bad[i]);
        assert_true(err.text[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_carry_their_unit),
        cmocka_unit_test(what_is_no_duration_is_refused),
        cmocka_unit_test(a_duration_too_long_is_told_as_that_whatever_its_unit),
        cmocka_unit_test(rates_say_how_many_in_what_time),
        cmocka_unit_test(what_is_no_rate_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
