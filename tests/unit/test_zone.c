#include "base/civil.h"
#include "base/clock.h"
#include "base/tzif.h"
#include "base/zone.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ZONES SOURCE_DIR "/tests/vectors/zoneinfo"
#define VECTORS SOURCE_DIR "/tests/vectors/zone_offsets.csv"

static void offsets_are_those_of_an_independent_reader(void **state)
{
    (void)state;
    char line[256];
    char name[65];
    int count = 0;
    FILE *file = fopen(VECTORS, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file)); /* the heading */
    while (fgets(line, sizeof line, file) != NULL) {
        char *rest = strchr(line, ',');
        assert_non_null(rest);
        (void)snprintf(name, sizeof name, "%.*s", (int)(rest - line), line);
        int64_t at_s = strtoll(rest + 1, &rest, 10);
        long offset_s = strtol(rest + 1, NULL, 10);
        int64_t until_ms = 0;
        const struct zone *zone = zone_find(name);
        assert_non_null(zone);
        assert_int_equal(zone_offset_s(zone, at_s * SECOND_MS, &until_ms), offset_s);
        assert_int_equal(zone_offset_s(zone, at_s * SECOND_MS + 999, &until_ms), offset_s);
        assert_true(until_ms > at_s * SECOND_MS + 999);
        count++;
    }
    (void)fclose(file);
    assert_true(count > 1000);
}

/* Between an instant and *until_ms nothing changes, and from change to change every offset is met.
 */
static void an_offset_holds_until_it_says_it_may_change(void **state)
{
    (void)state;
    const char *const names[] = {"America/New_York", "America/Phoenix", "Australia/Lord_Howe",
                                 "Africa/Casablanca"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const struct zone *zone = zone_find(names[i]);
        int64_t end_ms =
            INT64_C(2540000000) * SECOND_MS; /* 2050: past the table, inside the rule */
        int64_t until_ms = 0;
        int segments = 0;
        for (int64_t at_ms = 0; at_ms < end_ms; at_ms = until_ms, segments++) {
            int64_t same_ms = 0;
            int32_t offset_s = zone_offset_s(zone, at_ms, &until_ms);
            assert_true(until_ms > at_ms);
            assert_true(segments < 2000);
            int64_t last_ms = (until_ms < end_ms ? until_ms : end_ms) - 1;
            assert_int_equal(zone_offset_s(zone, last_ms, &same_ms), offset_s);
            assert_true(same_ms == until_ms);
        }
    }
}

static void names_that_leave_the_directory_are_no_zones(void **state)
{
    (void)state;
    const char *const names[] = {
        "",
        "/etc/passwd",
        "../America/New_York",
        "America/../America/New_York",
        "America/",
        "America//Chicago",
        "America/./Chicago",
        "/America/New_York",
        ".",
        "..",
        "America",
        "America/New York",
        "a\nb",
        "right/UTC",
        "posix/UTC",
        "localtime",
        "Nowhere/Land",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        assert_null(zone_find(names[i]));
    }
    assert_non_null(zone_find("America/New_York"));
    assert_ptr_equal(zone_find("America/New_York"), zone_find("America/New_York"));
    assert_true(zone_name_is_valid("Etc/GMT+5"));
    assert_true(zone_name_is_valid("America/Port-au-Prince"));
    assert_true(zone_name_is_valid("America/North_Dakota/Center"));
}

static void *find_all(void *argument)
{
    static const char *const names[] = {"America/Chicago", "America/Denver", "America/Toronto",
                                        "Europe/Dublin",   "America/Adak",   "Nowhere/Land"};
    const struct zone **found = argument;
    for (size_t i = 0; i < 6000; i++) {
        const struct zone *zone = zone_find(names[i % COUNT_OF(names)]);
        found[i % COUNT_OF(names)] = zone;
    }
    return NULL;
}

static void threads_that_look_at_once_find_the_same_zones(void **state)
{
    (void)state;
    const struct zone *found[4][6] = {{NULL}};
    pthread_t threads[4];
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, find_all, found[i]), 0);
    }
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    for (size_t zone = 0; zone < 5; zone++) {
        assert_non_null(found[0][zone]);
        for (size_t i = 1; i < COUNT_OF(threads); i++) {
            assert_ptr_equal(found[i][zone], found[0][zone]);
        }
    }
    assert_null(found[0][5]);
}

static size_t read_zone(const char *name, unsigned char *bytes, size_t bytes_max)
{
    char path[512];
    (void)snprintf(path, sizeof path, ZONES "/%s", name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t count = fread(bytes, 1, bytes_max, file);
    (void)fclose(file);
    return count;
}

static void a_cut_file_is_refused_at_every_length(void **state)
{
    (void)state;
    unsigned char bytes[8192];
    struct tzif parsed;
    size_t count = read_zone("America/New_York", bytes, sizeof bytes);
    for (size_t length = 0; length < count; length++) {
        unsigned char *cut =
            malloc(length + 1); /* its own block, so that a sanitizer sees the edge */
        assert_non_null(cut);
        memcpy(cut, bytes, length);
        assert_false(tzif_parse(cut, length, &parsed));
        free(cut);
    }
    assert_true(tzif_parse(bytes, count, &parsed));
    assert_true(parsed.step_count > 200 && parsed.has_rule);
    free(parsed.steps);
}

static void a_damaged_file_is_never_read_past_its_end(void **state)
{
    (void)state;
    unsigned char bytes[8192];
    struct tzif parsed;
    const unsigned char values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    size_t count = read_zone("America/Phoenix", bytes, sizeof bytes);
    int refused = 0;
    for (size_t at = 0; at < count; at++) {
        unsigned char kept = bytes[at];
        for (size_t i = 0; i < COUNT_OF(values); i++) {
            bytes[at] = values[i];
            if (tzif_parse(bytes, count, &parsed)) {
                free(parsed.steps);
            } else {
                refused++;
            }
        }
        bytes[at] = kept;
    }
    assert_true(refused > 100);
}

/* A version 2 file with two changes of one type, UTC+1, and the given rule. Returns its length. */
static size_t small_file(unsigned char *bytes, unsigned char second_at, unsigned char second_type,
                         const char *rule)
{
    static const unsigned char magic[] = {'T', 'Z', 'i', 'f', '2'};
    memset(bytes, 0, 256);
    memcpy(bytes, magic, sizeof magic); /* an empty first block */
    memcpy(bytes + 44, magic, sizeof magic);
    bytes[44 + 35] = 2;        /* times */
    bytes[44 + 39] = 1;        /* types */
    bytes[44 + 43] = 4;        /* characters of names, all NUL: read as a type they would be UTC */
    bytes[88 + 7] = 100;       /* first change */
    bytes[96 + 7] = second_at; /* second change */
    bytes[105] = second_type;  /* 104, 105: their types */
    bytes[108] = 0x0e;         /* 3600 */
    bytes[109] = 0x10;
    (void)snprintf((char *)bytes + 116, 128, "%s", rule);
    return 116 + strlen(rule);
}

static bool small_file_is_read(unsigned char second_at, unsigned char second_type, const char *rule)
{
    unsigned char bytes[256];
    struct tzif parsed;
    size_t count = small_file(bytes, second_at, second_type, rule);
    if (!tzif_parse(bytes, count, &parsed)) {
        return false;
    }
    assert_int_equal(parsed.step_count, 2);
    assert_true(parsed.steps[1].at_s == second_at);
    assert_int_equal(parsed.steps[1].offset_s, 3600);
    free(parsed.steps);
    return true;
}

static void a_file_that_contradicts_itself_is_refused(void **state)
{
    (void)state;
    assert_true(small_file_is_read(101, 0, "\nAAA-1\n"));
    assert_true(small_file_is_read(101, 0, "\n\n"));
    assert_false(small_file_is_read(100, 0, "\nAAA-1\n")); /* two changes at once */
    assert_false(small_file_is_read(99, 0, "\nAAA-1\n"));
    assert_false(small_file_is_read(101, 1, "\nAAA-1\n")); /* a type that is not there */
    assert_false(small_file_is_read(101, 0, "\nnonsense\n"));
    assert_false(small_file_is_read(101, 0, "AAA-1\n"));
    assert_false(small_file_is_read(101, 0, "\nAAA-1"));
    assert_false(small_file_is_read(101, 0, ""));
}

static void rules_of_every_form_are_read(void **state)
{
    (void)state;
    struct zone_rule rule;
    int64_t until_s = 0;
    assert_true(zone_rule_parse("MST7", &rule));
    assert_int_equal(zone_rule_offset(&rule, 1795434000, &until_s), -7 * 3600);
    assert_true(until_s == INT64_MAX);
    assert_true(zone_rule_parse("<-03>3", &rule));
    assert_int_equal(zone_rule_offset(&rule, 0, &until_s), -3 * 3600);
    assert_true(zone_rule_parse("NST3:30NDT,M3.2.0,M11.1.0", &rule));
    assert_int_equal(zone_rule_offset(&rule, 1795434000, &until_s), -(3 * 3600 + 1800));
    /* 2026 is no leap year: J60 and 59 are both 1 March. */
    assert_true(zone_rule_parse("AAA0BBB,J60/0,J300/0", &rule));
    assert_int_equal(zone_rule_offset(&rule, 1772323199, &until_s), 0);
    assert_int_equal(zone_rule_offset(&rule, 1772323200, &until_s), 3600);
    assert_true(zone_rule_parse("AAA0BBB,59/0,300/0", &rule));
    assert_int_equal(zone_rule_offset(&rule, 1772323199, &until_s), 0);
    assert_int_equal(zone_rule_offset(&rule, 1772323200, &until_s), 3600);
    /* 2028 is one: J60 stays 1 March, 59 is 29 February. */
    assert_int_equal(zone_rule_offset(&rule, 1835395199, &until_s), 0);
    assert_int_equal(zone_rule_offset(&rule, 1835395200, &until_s), 3600);
    assert_true(zone_rule_parse("AAA0BBB,J60/0,J300/0", &rule));
    assert_int_equal(zone_rule_offset(&rule, 1835395200, &until_s), 0);
    assert_int_equal(zone_rule_offset(&rule, 1835481600, &until_s), 3600);
}

static void summer_all_the_year_is_summer_at_every_hour(void **state)
{
    (void)state;
    struct zone_rule rule; /* the example of RFC 8536, 3.3.1 */
    assert_true(zone_rule_parse("XXX3EDT4,0/0,J365/23", &rule));
    for (int64_t at_s = 1767225600 - 86400; at_s < 1767225600 + 400 * 86400; at_s += 1800) {
        int64_t until_s = 0;
        assert_int_equal(zone_rule_offset(&rule, at_s, &until_s), -4 * 3600);
    }
}

static void rules_that_are_none_are_refused(void **state)
{
    (void)state;
    const char *const texts[] = {
        "",
        "EST",
        "5",
        "E5",
        "EST25",
        "EST5EDT",
        "EST5EDT,M3.2.0",
        "EST5EDT,M13.1.0,M11.1.0",
        "<-03",
        "<-03>",
        "EST5EDT,M3.6.0,M11.1.0",
        "EST5EDT,M3.2.7,M11.1.0",
        "EST5 ",
        "EST5EDT,J0,J365",
        "EST5EDT,0,366",
        "EST5EDT,M3.2.0/168,M11.1.0",
        "EST99999999999999999999",
        "EST5EDT,M3.2.0,M11.1.0x",
    };
    struct zone_rule rule;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_false(zone_rule_parse(texts[i], &rule));
    }
}

static void every_day_of_four_centuries_has_its_date(void **state)
{
    (void)state;
    struct civil expected = {.year = 1799, .month = 12, .day = 31};
    int64_t first = civil_to_days(expected);
    assert_int_equal(civil_to_days((struct civil){.year = 1970, .month = 1, .day = 1}), 0);
    assert_int_equal(civil_weekday(0), 3);
    for (int64_t day = first; day < first + 146098; day++) {
        struct civil date = civil_from_days(day);
        assert_int_equal(date.year, expected.year);
        assert_int_equal(date.month, expected.month);
        assert_int_equal(date.day, expected.day);
        assert_int_equal(civil_to_days(date), day);
        if (++expected.day > civil_month_days(expected.year, expected.month)) {
            expected.day = 1;
            expected.month = expected.month % 12 + 1;
            expected.year += expected.month == 1 ? 1 : 0;
        }
    }
}

static void dates_that_are_not_in_the_calendar_are_refused(void **state)
{
    (void)state;
    const char *const texts[] = {
        "",         "2026-02-29", "2026-13-01",  "2026-00-10", "2026-01-00", "2026-04-31",
        "2026-1-1", "20260101",   "2026-01-01 ", "2026/01/01", "-026-01-01", "2100-02-29"};
    struct civil date;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_false(civil_parse(texts[i], &date));
    }
    assert_true(civil_parse("2028-02-29", &date));
    assert_int_equal(date.day, 29);
}

int main(void)
{
    if (setenv("TZDIR", ZONES, 1) != 0) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offsets_are_those_of_an_independent_reader),
        cmocka_unit_test(an_offset_holds_until_it_says_it_may_change),
        cmocka_unit_test(names_that_leave_the_directory_are_no_zones),
        cmocka_unit_test(threads_that_look_at_once_find_the_same_zones),
        cmocka_unit_test(a_cut_file_is_refused_at_every_length),
        cmocka_unit_test(a_damaged_file_is_never_read_past_its_end),
        cmocka_unit_test(a_file_that_contradicts_itself_is_refused),
        cmocka_unit_test(rules_of_every_form_are_read),
        cmocka_unit_test(summer_all_the_year_is_summer_at_every_hour),
        cmocka_unit_test(rules_that_are_none_are_refused),
        cmocka_unit_test(every_day_of_four_centuries_has_its_date),
        cmocka_unit_test(dates_that_are_not_in_the_calendar_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
