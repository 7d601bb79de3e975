#include "base/civil.h"
#include "base/clock.h"
#include "base/rng.h"
#include "base/zone.h"
#include "domain/window.h"
#include "domain/zone_prefixes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ZONES SOURCE_DIR "/tests/vectors/zoneinfo"

#define NEW_YORK_NUMBER "+12125550123"
#define TOLL_FREE_NUMBER "+18005550123"

static int64_t at(const char *text)
{
    int64_t at_ms = 0;
    assert_true(clock_parse(text, &at_ms));
    return at_ms;
}

static void assert_at(int64_t at_ms, const char *expected)
{
    char text[RFC3339_BYTES];
    clock_rfc3339(text, sizeof text, at_ms);
    assert_string_equal(text, expected);
}

static struct calling_hours hours_of(const char *days, const char *times)
{
    struct calling_hours hours = {.holiday_count = 0};
    struct error err = {.text = ""};
    if (!calling_hours_add(&hours, days, times, &err)) {
        fail_msg("%s", err.text);
    }
    return hours;
}

static struct calling_hours with_holiday(struct calling_hours hours, const char *date)
{
    struct error err = {.text = ""};
    assert_true(calling_hours_add_holiday(&hours, date, &err));
    return hours;
}

static void assert_opens(const struct calling_hours *hours, const char *zone, const char *now,
                         const char *expected)
{
    assert_at(window_opens_at_ms(hours, zone, NEW_YORK_NUMBER, at(now)), expected);
}

/* Is the wall clock of the zone inside the hours? The slow and obvious way. */
static bool is_open(const struct calling_hours *hours, const char *zone_name, int64_t at_ms)
{
    int64_t until_ms = 0;
    int64_t local_ms = at_ms + zone_offset_s(zone_find(zone_name), at_ms, &until_ms) * SECOND_MS;
    int64_t day = local_ms / DAY_MS;
    struct civil date = civil_from_days(day);
    for (int32_t i = 0; i < hours->holiday_count; i++) {
        if (hours->holidays[i] == date.year * 10000 + date.month * 100 + date.day) {
            return false;
        }
    }
    int32_t weekday = civil_weekday(day);
    int64_t minute = local_ms % DAY_MS / MINUTE_MS;
    for (int32_t i = 0; i < hours->slot_count[weekday]; i++) {
        const struct window_slot *slot = &hours->slots[weekday][i];
        if (minute >= slot->from_minute && minute < slot->to_minute) {
            return true;
        }
    }
    return false;
}

/* Hours */

static void days_are_read_as_people_write_them(void **state)
{
    (void)state;
    struct calling_hours hours = hours_of("Mon-Fri", "09:00-12:00,13:00-17:00");
    const int32_t expected[7] = {2, 2, 2, 2, 2, 0, 0};
    for (size_t day = 0; day < 7; day++) {
        assert_int_equal(hours.slot_count[day], expected[day]);
    }
    assert_int_equal(hours.slots[4][1].from_minute, 13 * 60);
    assert_int_equal(hours.slots[4][1].to_minute, 17 * 60);
    hours = hours_of("sat-mon,wed", "00:00-24:00");
    const int32_t wrapped[7] = {1, 0, 1, 0, 0, 1, 1};
    for (size_t day = 0; day < 7; day++) {
        assert_int_equal(hours.slot_count[day], wrapped[day]);
    }
    assert_int_equal(hours.slots[2][0].to_minute, 1440);
}

static void slots_are_kept_in_order_whatever_the_order_they_come_in(void **state)
{
    (void)state;
    struct calling_hours hours = hours_of("tue", "15:00-16:00,09:00-10:00,12:00-13:00");
    assert_int_equal(hours.slots[1][0].from_minute, 9 * 60);
    assert_int_equal(hours.slots[1][1].from_minute, 12 * 60);
    assert_int_equal(hours.slots[1][2].from_minute, 15 * 60);
}

static void times_that_touch_do_not_overlap(void **state)
{
    (void)state;
    struct calling_hours hours = hours_of("tue", "12:00-13:00,09:00-12:00,13:00-17:00");
    assert_int_equal(hours.slot_count[1], 3);
    assert_opens(&hours, "America/New_York", "2026-11-24T17:00:00Z", "2026-11-24T17:00:00Z");
}

static void hours_that_make_no_sense_are_refused_and_change_nothing(void **state)
{
    (void)state;
    const struct {
        const char *days;
        const char *times;
    } wrong[] = {
        {"", "09:00-17:00"},
        {"monday", "09:00-17:00"},
        {"mon-", "09:00-17:00"},
        {"mon-tue-wed", "09:00-17:00"},
        {"mon,", "09:00-17:00"},
        {"mon", ""},
        {"mon", "9:00-17:00"},
        {"mon", "09:00"},
        {"mon", "09:00-"},
        {"mon", "17:00-09:00"},
        {"mon", "09:00-09:00"},
        {"mon", "09:00-24:01"},
        {"mon", "24:00-24:00"},
        {"mon", "09:60-17:00"},
        {"mon", "09:00-17:00,"},
        {"mon", "09:00-12:00,11:00-17:00"},
        {"mon", "09:00-17:00 "},
        {"mon", "09:00-12:00-17:00"},
        {"mon", "01:00-02:00,03:00-04:00,05:00-06:00,07:00-08:00,09:00-10:00"},
        {"mon", "0900-1700"},
        {"mon,mon-fri-", "09:00-17:00"},
        {"mon", "09:00-17:00000000000000000000000000000000000"},
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct calling_hours hours = hours_of("fri", "08:00-09:00");
        struct calling_hours before = hours;
        struct error err = {.text = ""};
        assert_false(calling_hours_add(&hours, wrong[i].days, wrong[i].times, &err));
        assert_int_equal(err.kind, ERROR_USAGE);
        assert_true(err.text[0] != '\0');
        assert_memory_equal(&hours, &before, sizeof hours);
    }
}

static void holidays_are_sorted_unique_and_bounded(void **state)
{
    (void)state;
    struct calling_hours hours = with_holiday(hours_of("mon", "09:00-17:00"), "2026-12-25");
    hours = with_holiday(with_holiday(hours, "2026-11-26"), "2026-12-25");
    assert_int_equal(hours.holiday_count, 2);
    assert_int_equal(hours.holidays[0], 20261126);
    assert_int_equal(hours.holidays[1], 20261225);
    struct error err = {.text = ""};
    assert_false(calling_hours_add_holiday(&hours, "2026-02-30", &err));
    assert_int_equal(err.kind, ERROR_USAGE);
    hours.holiday_count = HOLIDAYS_MAX;
    for (int32_t i = 0; i < HOLIDAYS_MAX; i++) {
        hours.holidays[i] = 20270101 + i;
    }
    assert_false(calling_hours_add_holiday(&hours, "2031-01-01", &err));
}

/* One zone */

static void a_call_waits_for_nine_and_stops_at_five(void **state)
{
    (void)state;
    struct calling_hours hours = hours_of("mon-fri", "09:00-17:00");
    const char *zone = "America/New_York"; /* Monday 23 November 2026, UTC-5 */
    assert_opens(&hours, zone, "2026-11-23T13:59:59Z", "2026-11-23T14:00:00Z");
    assert_opens(&hours, zone, "2026-11-23T14:00:00Z", "2026-11-23T14:00:00Z");
    assert_opens(&hours, zone, "2026-11-23T21:59:59Z", "2026-11-23T21:59:59Z");
    assert_opens(&hours, zone, "2026-11-23T22:00:00Z", "2026-11-24T14:00:00Z");
    assert_opens(&hours, zone, "2026-11-27T22:00:00Z", "2026-11-30T14:00:00Z");
    assert_int_equal(window_opens_at_ms(&hours, zone, "", at("2026-11-23T21:59:59Z") + 999),
                     at("2026-11-23T21:59:59Z") + 999);
}

static void lunch_is_left_alone(void **state)
{
    (void)state;
    struct calling_hours hours = hours_of("mon-fri", "09:00-12:00,13:00-17:00");
    assert_opens(&hours, "America/Chicago", "2026-11-23T18:00:00Z", "2026-11-23T19:00:00Z");
    assert_opens(&hours, "America/Chicago", "2026-11-23T17:59:59Z", "2026-11-23T17:59:59Z");
}

static void a_holiday_is_a_day_of_the_phone_not_of_the_server(void **state)
{
    (void)state;
    struct calling_hours hours = with_holiday(hours_of("mon-sun", "00:00-24:00"), "2026-12-25");
    /* In Honolulu (UTC-10) Christmas Day begins at 10:00 UTC and ends at 10:00 UTC a day later. */
    assert_opens(&hours, "Pacific/Honolulu", "2026-12-25T09:59:59Z", "2026-12-25T09:59:59Z");
    assert_opens(&hours, "Pacific/Honolulu", "2026-12-25T10:00:00Z", "2026-12-26T10:00:00Z");
    hours = with_holiday(hours_of("fri", "09:00-17:00"), "2026-11-27");
    assert_opens(&hours, "America/New_York", "2026-11-23T00:00:00Z", "2026-12-04T14:00:00Z");
}

static void summer_time_moves_the_window_with_the_wall_clock(void **state)
{
    (void)state;
    struct calling_hours hours = hours_of("mon-sun", "09:00-17:00");
    assert_opens(&hours, "America/New_York", "2026-03-08T00:00:00Z", "2026-03-08T13:00:00Z");
    assert_opens(&hours, "America/New_York", "2026-03-07T00:00:00Z", "2026-03-07T14:00:00Z");
    assert_opens(&hours, "America/New_York", "2026-11-01T00:00:00Z", "2026-11-01T14:00:00Z");
    assert_opens(&hours, "America/New_York", "2026-10-31T00:00:00Z", "2026-10-31T13:00:00Z");
    assert_opens(&hours, "America/Phoenix", "2026-07-01T00:00:00Z", "2026-07-01T16:00:00Z");
    assert_opens(&hours, "America/Phoenix", "2026-12-01T00:00:00Z", "2026-12-01T16:00:00Z");
    assert_opens(&hours, "America/Regina", "2026-07-01T00:00:00Z", "2026-07-01T15:00:00Z");
    assert_opens(&hours, "America/St_Johns", "2026-07-01T00:00:00Z", "2026-07-01T11:30:00Z");
    assert_opens(&hours, "America/St_Johns", "2026-12-01T00:00:00Z", "2026-12-01T12:30:00Z");
    assert_opens(&hours, "Pacific/Honolulu", "2026-07-01T03:00:00Z", "2026-07-01T19:00:00Z");
}

static void an_hour_that_summer_time_skips_is_not_called_in(void **state)
{
    (void)state;
    struct calling_hours hours = hours_of("sun", "02:10-02:50");
    assert_opens(&hours, "America/New_York", "2026-03-08T00:00:00Z", "2026-03-15T06:10:00Z");
    hours = hours_of("sun", "02:30-05:00"); /* begins in the gap: at 03:00, when the gap is over */
    assert_opens(&hours, "America/New_York", "2026-03-08T06:00:00Z", "2026-03-08T07:00:00Z");
}

static void an_hour_that_comes_twice_is_open_twice(void **state)
{
    (void)state;
    struct calling_hours hours = hours_of("sun", "01:10-01:20");
    assert_opens(&hours, "America/New_York", "2026-11-01T00:00:00Z", "2026-11-01T05:10:00Z");
    assert_opens(&hours, "America/New_York", "2026-11-01T05:20:00Z", "2026-11-01T06:10:00Z");
    assert_opens(&hours, "America/New_York", "2026-11-01T06:20:00Z", "2026-11-08T06:10:00Z");
}

static void without_hours_nobody_is_called(void **state)
{
    (void)state;
    struct calling_hours none = {.holiday_count = 0};
    assert_int_equal(window_opens_at_ms(&none, "UTC", NEW_YORK_NUMBER, at("2026-11-23T12:00:00Z")),
                     0);
}

/* As on a machine without a battery for its clock. */
static void a_clock_that_stands_at_1970_opens_no_window_at_night(void **state)
{
    (void)state;
    struct calling_hours hours = hours_of("mon-fri", "09:00-17:00");
    assert_opens(&hours, "America/New_York", "1970-01-01T15:00:00Z", "1970-01-01T15:00:00Z");
    /* still the last day of 1969, 21:00 */
    assert_opens(&hours, "America/New_York", "1970-01-01T02:00:00Z", "1970-01-01T14:00:00Z");
}

static void a_zone_nobody_knows_is_never_called(void **state)
{
    (void)state;
    struct calling_hours hours = hours_of("mon-sun", "00:00-24:00");
    assert_int_equal(window_opens_at_ms(&hours, "Nowhere/Land", NEW_YORK_NUMBER, 1), 0);
    assert_int_equal(window_opens_at_ms(&hours, "../../../etc/passwd", NEW_YORK_NUMBER, 1), 0);
    assert_false(zone_is_known("Nowhere/Land"));
    assert_true(zone_is_known("America/New_York"));
}

static void a_window_beyond_400_days_is_never(void **state)
{
    (void)state;
    struct calling_hours hours = hours_of("mon", "09:00-17:00");
    int64_t monday = civil_to_days((struct civil){.year = 2026, .month = 11, .day = 23});
    for (int week = 0; week < 57; week++) { /* 57 Mondays off: the next one is 399 days away */
        struct civil date = civil_from_days(monday + week * 7);
        hours.holidays[hours.holiday_count++] = date.year * 10000 + date.month * 100 + date.day;
    }
    assert_opens(&hours, "America/New_York", "2026-11-23T14:00:00Z", "2027-12-27T14:00:00Z");
    struct calling_hours more = with_holiday(hours, "2027-12-27");
    assert_int_equal(window_opens_at_ms(&more, "America/New_York", "", at("2026-11-23T14:00:00Z")),
                     0);
}

/* Several zones */

static bool has_zone(const char *phone_number, const char *wanted)
{
    const char *zones[NUMBER_ZONES_MAX];
    size_t count = number_zones(phone_number, zones);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(zones[i], wanted) == 0) {
            return true;
        }
    }
    return false;
}

static size_t zone_count(const char *phone_number)
{
    const char *zones[NUMBER_ZONES_MAX];
    return number_zones(phone_number, zones);
}

static void the_exchange_decides_where_an_area_code_spans_two_zones(void **state)
{
    (void)state;
    assert_true(has_zone("+18505550123", "America/New_York"));
    assert_int_equal(zone_count("+18505550123"), 1);
    assert_true(has_zone("+18502340123", "America/Chicago"));
    assert_int_equal(zone_count("+18502340123"), 1);
    struct calling_hours hours = hours_of("mon-fri", "09:00-17:00");
    int64_t now_ms = at("2026-11-23T00:00:00Z");
    assert_at(window_opens_at_ms(&hours, "", "+18505550123", now_ms), "2026-11-23T14:00:00Z");
    assert_at(window_opens_at_ms(&hours, "", "+18502340123", now_ms), "2026-11-23T15:00:00Z");
    assert_at(window_opens_at_ms(&hours, "America/Chicago", "+18505550123", now_ms),
              "2026-11-23T15:00:00Z");
}

static void places_with_clocks_of_their_own_are_known(void **state)
{
    (void)state;
    const struct {
        const char *phone_number;
        const char *zone;
    } rows[] = {
        {"+16025550123", "America/Phoenix"},     {"+14805550123", "America/Phoenix"},
        {"+17095550123", "America/St_Johns"},    {"+13065550123", "America/Regina"},
        {"+14745550123", "America/Regina"},      {"+18085550123", "Pacific/Honolulu"},
        {"+14375550123", "America/Toronto"},     {"+19075920123", "America/Adak"},
        {"+17875550123", "America/Puerto_Rico"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_true(has_zone(rows[i].phone_number, rows[i].zone));
    }
    assert_int_equal(zone_count("+16025550123"), 1);
    assert_true(has_zone("+19285550123", "America/Denver")); /* the Navajo Nation has summer time */
    assert_true(has_zone("+19285550123", "America/Phoenix"));
    assert_true(has_zone("+18675550123", "America/Whitehorse"));
    assert_true(has_zone("+18675550123", "America/Toronto"));
    assert_int_equal(zone_count("+12:25550123"), zone_count(TOLL_FREE_NUMBER)); /* no digit */
}

static void a_newer_area_code_has_every_zone_of_the_one_it_lies_over(void **state)
{
    (void)state;
    assert_true(has_zone("+14485550123", "America/New_York")); /* over 850 */
    assert_true(has_zone("+14485550123", "America/Chicago"));
    assert_true(has_zone("+17385550123", "America/Los_Angeles"));
    assert_int_equal(zone_count("+17385550123"), 1);
    assert_true(has_zone("+17485550123", "America/Denver"));
    assert_true(has_zone("+18795550123", "America/St_Johns"));
}

static void
toll_free_and_unknown_numbers_are_called_when_it_is_day_from_coast_to_coast(void **state)
{
    (void)state;
    const char *const numbers[] = {TOLL_FREE_NUMBER,
                                   "+18885550123",
                                   "+19995550123",
                                   "+15005550006",
                                   "+442071838750",
                                   "+1",
                                   ""};
    struct calling_hours hours = hours_of("mon-fri", "09:00-17:00");
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        assert_true(has_zone(numbers[i], "America/St_Johns"));
        assert_true(has_zone(numbers[i], "America/Anchorage"));
        assert_true(zone_count(numbers[i]) > 8);
        int64_t opens_ms = window_opens_at_ms(&hours, "", numbers[i], at("2026-11-23T00:00:00Z"));
        assert_at(opens_ms, "2026-11-23T18:00:00Z"); /* nine in Anchorage */
        opens_ms = window_opens_at_ms(&hours, "", numbers[i], at("2026-11-23T20:29:59Z"));
        assert_at(opens_ms, "2026-11-23T20:29:59Z");
        opens_ms = window_opens_at_ms(&hours, "", numbers[i], at("2026-11-23T20:30:00Z"));
        assert_at(opens_ms, "2026-11-24T18:00:00Z"); /* five in Newfoundland */
    }
}

static void hours_that_are_never_open_everywhere_at_once_are_never(void **state)
{
    (void)state;
    struct calling_hours hours = hours_of("mon-fri", "09:00-10:00");
    assert_int_equal(window_opens_at_ms(&hours, "", TOLL_FREE_NUMBER, at("2026-11-23T00:00:00Z")),
                     0);
}

/* Random hours, zones and instants against looking at every minute. */
static struct calling_hours random_hours(struct rng *rng)
{
    struct calling_hours hours = {.holiday_count = 0};
    for (size_t day = 0; day < 7; day++) {
        int16_t minute = 0;
        hours.slot_count[day] = (int32_t)rng_below(rng, 4);
        for (int32_t i = 0; i < hours.slot_count[day]; i++) {
            minute = (int16_t)(minute + (int16_t)rng_below(rng, 300));
            hours.slots[day][i].from_minute = minute;
            minute = (int16_t)(minute + 1 + (int16_t)rng_below(rng, 180));
            hours.slots[day][i].to_minute = minute;
        }
    }
    return hours;
}

static void the_first_open_minute_is_the_one_found_by_looking_at_each(void **state)
{
    (void)state;
    const char *const numbers[] = {NEW_YORK_NUMBER, "+18502340123", "+17095550123", "+19285550123",
                                   "+14485550123",  "+18795550123", "+13065550123", "+19075550123"};
    struct rng rng;
    rng_seed(&rng, 20261123);
    int found = 0;
    for (int round = 0; round < 400; round++) {
        const char *zones[NUMBER_ZONES_MAX];
        const char *number = numbers[rng_below(&rng, COUNT_OF(numbers))];
        size_t count = number_zones(number, zones);
        struct calling_hours hours = random_hours(&rng);
        bool autumn = rng_chance(&rng, 0.5); /* around the changes of 2026 */
        int64_t now_ms = at(autumn ? "2026-10-31T00:00:00Z" : "2026-03-06T00:00:00Z") +
                         (int64_t)rng_below(&rng, 3 * 24 * 60) * MINUTE_MS;
        int64_t opens_ms = window_opens_at_ms(&hours, "", number, now_ms);
        int64_t last_ms = now_ms + 4 * DAY_MS;
        for (int64_t minute_ms = now_ms; minute_ms < last_ms; minute_ms += MINUTE_MS) {
            bool open = true;
            for (size_t i = 0; i < count && open; i++) {
                open = is_open(&hours, zones[i], minute_ms);
            }
            if (open) {
                assert_true(opens_ms == minute_ms);
                found++;
                break;
            }
            assert_true(opens_ms == 0 || opens_ms > minute_ms);
        }
    }
    assert_true(found > 200);
}

/* The table */

static void the_prefix_table_is_sorted_and_names_only_its_own_sets(void **state)
{
    (void)state;
    assert_true(zone_prefix_count > 1500);
    for (size_t i = 0; i < zone_prefix_count; i++) {
        assert_in_range(zone_prefixes[i].prefix, 200, 999999);
        assert_in_range(zone_prefixes[i].set, 1, zone_set_count - 1);
        assert_true(i == 0 || zone_prefixes[i - 1].prefix < zone_prefixes[i].prefix);
    }
    for (size_t i = 0; i < zone_set_count; i++) {
        assert_non_null(zone_sets[i].zones[0]);
        assert_null(zone_sets[i].zones[ZONE_SET_MAX - 1]);
    }
}

static void the_system_knows_every_zone_of_the_table(void **state)
{
    (void)state;
    assert_int_equal(unsetenv("TZDIR"), 0);
    for (size_t i = 0; i < zone_set_count; i++) {
        for (size_t k = 0; zone_sets[i].zones[k] != NULL; k++) {
            assert_true(zone_is_known(zone_sets[i].zones[k]));
        }
    }
    assert_int_equal(setenv("TZDIR", ZONES, 1), 0);
}

int main(void)
{
    if (setenv("TZDIR", ZONES, 1) != 0) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_read_as_people_write_them),
        cmocka_unit_test(slots_are_kept_in_order_whatever_the_order_they_come_in),
        cmocka_unit_test(times_that_touch_do_not_overlap),
        cmocka_unit_test(hours_that_make_no_sense_are_refused_and_change_nothing),
        cmocka_unit_test(holidays_are_sorted_unique_and_bounded),
        cmocka_unit_test(a_call_waits_for_nine_and_stops_at_five),
        cmocka_unit_test(lunch_is_left_alone),
        cmocka_unit_test(a_holiday_is_a_day_of_the_phone_not_of_the_server),
        cmocka_unit_test(summer_time_moves_the_window_with_the_wall_clock),
        cmocka_unit_test(an_hour_that_summer_time_skips_is_not_called_in),
        cmocka_unit_test(an_hour_that_comes_twice_is_open_twice),
        cmocka_unit_test(without_hours_nobody_is_called),
        cmocka_unit_test(a_clock_that_stands_at_1970_opens_no_window_at_night),
        cmocka_unit_test(a_zone_nobody_knows_is_never_called),
        cmocka_unit_test(a_window_beyond_400_days_is_never),
        cmocka_unit_test(the_exchange_decides_where_an_area_code_spans_two_zones),
        cmocka_unit_test(places_with_clocks_of_their_own_are_known),
        cmocka_unit_test(a_newer_area_code_has_every_zone_of_the_one_it_lies_over),
        cmocka_unit_test(
            toll_free_and_unknown_numbers_are_called_when_it_is_day_from_coast_to_coast),
        cmocka_unit_test(hours_that_are_never_open_everywhere_at_once_are_never),
        cmocka_unit_test(the_first_open_minute_is_the_one_found_by_looking_at_each),
        cmocka_unit_test(the_prefix_table_is_sorted_and_names_only_its_own_sets),
        cmocka_unit_test(the_system_knows_every_zone_of_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
