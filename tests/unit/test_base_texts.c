/* Text from outside, as the smallest parts take it: instants, UTF-8, addresses, errors. */
#include "base/clock.h"
#include "base/error.h"
#include "base/http_listen.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOON_MS INT64_C(1700049600000) /* 2023-11-15T12:00:00Z */

static void an_instant_is_read_in_every_spelling_and_nothing_else_is(void **state)
{
    static const struct {
        const char *text;
        int64_t at_ms; /* -1: refused */
    } rows[] = {
        {"2023-11-15T12:00:00Z", NOON_MS},
        {"2023-11-15T12:00:00.123456Z", NOON_MS},
        {"2023-11-15T12:00:00GMT", NOON_MS},
        {"2023-11-15T12:00:00UTC", NOON_MS},
        {"2023-11-15T14:00:00+02:00", NOON_MS},
        {"2023-11-15T14:00:00+0200", NOON_MS},
        {"2023-11-15T06:30:00-05:30", NOON_MS},
        {"Wed, 15 Nov 2023 12:00:00 GMT", NOON_MS},
        {"Wed, 15 Nov 2023 12:00:00 +0000", NOON_MS},
        {"2023-11-15T12:00:00", -1},
        {"2023-11-15T12:00:00X", -1},
        {"2023-11-15T12:00:00+", -1},
        {"2023-11-15T12:00:00+2", -1},
        {"2023-11-15T12:00:00+02:00x", -1},
        {"2023-11-15T12:00:00+24:00", -1},
        {"2023-11-15T12:00:00+02:60", -1},
        {"2023-11-15T12:00:00+-1:00", -1},
        {"2023-11-15T12:00:00+01:-1", -1},
        {"2023-11-15T24:00:00Z", -1},
        {"2023-11-15", -1},
        {"", -1},
        {"Wed, 15 Nov 2023 12:00:00 noon", -1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t at_ms = -1;
        bool read = clock_parse(rows[i].text, &at_ms);
        if (read != (rows[i].at_ms >= 0) || (read && at_ms != rows[i].at_ms))
            fail_msg("%s: %d, %lld", rows[i].text, (int)read, (long long)at_ms);
    }
}

static void every_instant_can_be_shown_and_none_is_shown_as_nothing(void **state)
{
    char text[64] = "x";
    (void)state;
    clock_rfc3339(text, sizeof text, 0);
    assert_string_equal(text, "");
    clock_rfc3339(text, sizeof text, NOON_MS);
    assert_string_equal(text, "2023-11-15T12:00:00Z");
    clock_rfc3339(text, sizeof text, INT64_MAX);
    assert_string_equal(text, "292278994-08-17T07:12:55Z");
}

static void only_well_formed_utf8_is_text(void **state)
{
    static const struct {
        const char *bytes;
        bool good;
    } rows[] = {
        {"", true},
        {"plain", true},
        {"\xC3\xA9", true},
        {"\xE0\xA0\x80", true},
        {"\xE2\x82\xAC", true},
        {"\xED\x9F\xBF", true},
        {"\xF0\x90\x80\x80", true},
        {"\xF1\x80\x80\x80", true},
        {"\xF4\x8F\xBF\xBF", true},
        {"\x80", false},             /* begins nothing */
        {"\xC1\xBF", false},         /* overlong */
        {"\xE0\x9F\xBF", false},     /* overlong */
        {"\xF0\x8F\xBF\xBF", false}, /* overlong */
        {"\xED\xA0\x80", false},     /* surrogate */
        {"\xF4\x90\x80\x80", false}, /* too high */
        {"\xF5\x80\x80\x80", false}, /* too high */
        {"\xC3", false},             /* cut off */
        {"\xE2\x82", false},
        {"\xE2\x28\xAC", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (text_is_utf8(rows[i].bytes, strlen(rows[i].bytes)) != rows[i].good)
            fail_msg("row %zu", i);
    assert_false(text_is_utf8("\0", 1));
}

static void a_text_is_never_cut_inside_a_character(void **state)
{
    char to[4];
    (void)state;
    assert_false(text_copy(to, sizeof to, "ab\xE2\x82\xAC"));
    assert_string_equal(to, "ab");
    assert_false(text_copy(to, sizeof to, "\x80\x80\x80\x80\x80"));
    assert_string_equal(to, "");
    assert_true(text_copy(to, sizeof to, "\xE2\x82\xAC"));
    assert_true(text_copy(to, sizeof to, NULL));
    assert_string_equal(to, "");
}

static void an_address_to_listen_on_has_host_and_port(void **state)
{
    static const struct {
        const char *address;
        const char *says; /* NULL: is listened on, or this machine has no such host */
    } rows[] = {
        {"127.0.0.1", "is not HOST:PORT"},
        {":8080", "is not HOST:PORT"},
        {"127.0.0.1:", "is not HOST:PORT"},
        {"127.0.0.1:65536", "is not HOST:PORT"},
        {"::1:8080", "is not HOST:PORT"},
        {"[::1:8080", "is not HOST:PORT"},
        {"192.0.2.1:0", "cannot listen on"},
        {"[fe80::zz]:0", "cannot listen on"},
        {"127.0.0.1:0", NULL},
    };
    char longest[400];
    struct error err = {0};
    int socket = -1;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        err = (struct error){0};
        bool listens = http_listen(rows[i].address, &socket, &err);
        if (listens != (rows[i].says == NULL) ||
            (!listens && strstr(err.text, rows[i].says) == NULL))
            fail_msg("%s: %s", rows[i].address, err.text);
    }
    assert_int_not_equal(http_listen_port(socket), 0);
    http_listen_close(socket);
    http_listen_close(-1);
    assert_int_equal(http_listen_port(-1), 0);
    memset(longest, '1', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_false(http_listen(longest, &socket, &err));
    if (http_listen("[::1]:0", &socket, &err)) /* where there is IPv6 */
        http_listen_close(socket);
}

static void no_terminal_obeys_a_text_that_was_tamed(void **state)
{
    static const char *const texts[][2] = {
        {"a\nb\tc\x1b[2J\x7F\r", "a?b?c?[2J??"},
        {"\xC2\x80 \xC2\x9B\x32J \xC2\x9F", "?? ??2J ??"}, /* the same in two bytes */
        {"\xC2\xA0 caf\xC3\xA9 \xC3\x9B \xC2", "\xC2\xA0 caf\xC3\xA9 \xC3\x9B \xC2"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        char text[32];
        (void)TEXT_SET(text, texts[i][0]);
        text_tame(text);
        assert_string_equal(text, texts[i][1]);
    }
}

static void an_error_keeps_its_first_words_and_one_line(void **state)
{
    static char longest[1000];
    struct error err = {0};
    (void)state;
    assert_false(error_set(NULL, ERROR_OTHER, "nobody asks"));
    assert_false(error_context(NULL, "nobody asks"));
    assert_false(error_set(&err, ERROR_INPUT, "a\nb\x1b[0m\x7f"));
    assert_string_equal(err.text, "a?b?[0m?");
    assert_false(error_context(&err, "line %d", 3));
    assert_string_equal(err.text, "line 3: a?b?[0m?");
    memset(longest, 'x', sizeof longest - 1);
    assert_false(error_context(&err, "%s", longest));
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    assert_int_equal(err.kind, ERROR_INPUT);
}

static void a_clock_that_was_set_is_noticed_and_one_that_drifts_is_not(void **state)
{
    (void)state;
    struct clock_watch watch = {0};
    assert_false(clock_watch_jumped(&watch, 1000000, 77));
    assert_false(clock_watch_jumped(&watch, 1000100, 177));
    assert_false(clock_watch_jumped(&watch, 1000200 + CLOCK_DRIFT_MAX_MS, 277));
    assert_true(clock_watch_jumped(&watch, 1000301 + 2 * CLOCK_DRIFT_MAX_MS, 377));
    assert_false(clock_watch_jumped(&watch, 1000401 + 2 * CLOCK_DRIFT_MAX_MS, 477));
    assert_true(clock_watch_jumped(&watch, 900000, 577));
    assert_false(clock_watch_jumped(&watch, 900000 + DAY_MS, 577 + DAY_MS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_instant_is_read_in_every_spelling_and_nothing_else_is),
        cmocka_unit_test(every_instant_can_be_shown_and_none_is_shown_as_nothing),
        cmocka_unit_test(only_well_formed_utf8_is_text),
        cmocka_unit_test(a_text_is_never_cut_inside_a_character),
        cmocka_unit_test(an_address_to_listen_on_has_host_and_port),
        cmocka_unit_test(no_terminal_obeys_a_text_that_was_tamed),
        cmocka_unit_test(a_clock_that_was_set_is_noticed_and_one_that_drifts_is_not),
        cmocka_unit_test(an_error_keeps_its_first_words_and_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
