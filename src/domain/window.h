/* Calling windows: when a phone may ring, in the local time of the number. */
#ifndef NUMHOST_DOMAIN_WINDOW_H
#define NUMHOST_DOMAIN_WINDOW_H

#include "base/attr.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WINDOW_SLOTS_MAX = 4, HOLIDAYS_MAX = 400, NUMBER_ZONES_MAX = 48 };

struct window_slot {
    int16_t from_minute; /* of the local day, 0..1439 */
    int16_t to_minute;   /* exclusive, 1..1440 */
};

struct calling_hours {
    struct window_slot slots[7][WINDOW_SLOTS_MAX]; /* [0] is Monday */
    int32_t slot_count[7];
    int32_t holidays[HOLIDAYS_MAX]; /* yyyymmdd, ascending */
    int32_t holiday_count;
};

/* "mon-fri" or "sat" or "mon,wed" with "09:00-17:00" or "09:00-12:00,13:00-17:00" added to the
 * hours; "24:00" is the end of a day. Overlapping times, more than WINDOW_SLOTS_MAX a day and times
 * past midnight are refused (ERROR_USAGE), and then nothing is changed. */
bool calling_hours_add(struct calling_hours *hours, const char *days, const char *times,
                       struct error *err) MUST_USE;
bool calling_hours_add_holiday(struct calling_hours *hours, const char *iso_date,
                               struct error *err) MUST_USE;

/* The time zones a number can be in, by the longest prefix known (docs/data.md). Toll-free numbers
 * and area codes nobody here knows give the zones of the US and Canada from Newfoundland to Alaska,
 * so that a call is only made inside the windows of all of them; Hawaii is left out (time_zone of
 * the row says so where it matters). Returns how many names were put into zones[], at least 1; they
 * live for ever. */
size_t number_zones(const char *phone_number, const char *zones[NUMBER_ZONES_MAX]);

/* True when `zone` is an IANA name the system's tzdata has. */
bool zone_is_known(const char *zone);

/* now_ms when a call may be made now, else the next instant when it may, 0 when never within 400
 * days, without any hours, or when the system's tzdata lacks the zone: what cannot be known to be
 * day is night. time_zone: the row's, or "" to go by the number. With several possible zones the
 * window of every one of them must be open. Hours go by the wall clock: those that summer time
 * skips do not happen, those it repeats happen twice, and a holiday is a local date. */
int64_t window_opens_at_ms(const struct calling_hours *hours, const char *time_zone,
                           const char *phone_number, int64_t now_ms);

#endif
