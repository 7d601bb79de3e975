#include "domain/window.h"

#include "base/civil.h"
#include "base/clock.h"
#include "base/zone.h"
#include "domain/zone_prefixes.h"

#include <string.h>

enum { SEARCH_DAYS = 400 };

/* Everything one search needs; the zones are looked up once. */
struct search {
    const struct calling_hours *hours;
    const struct zone *zones[NUMBER_ZONES_MAX];
    size_t zone_count;
    int64_t limit_ms; /* nothing later is of interest */
};

static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0 ? 1 : 0);
}

static bool is_holiday(const struct calling_hours *hours, struct civil date)
{
    int32_t wanted = date.year * 10000 + date.month * 100 + date.day;
    int32_t low = 0;
    int32_t high = hours->holiday_count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (hours->holidays[middle] < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < hours->holiday_count && hours->holidays[low] == wanted;
}

/* The first open moment of a local day at or after `from_ms` of it; INT64_MAX when the day has none
 * left. */
static int64_t day_opens_at(const struct calling_hours *hours, int64_t day, int64_t from_ms)
{
    int64_t first_ms = INT64_MAX;
    int32_t weekday = civil_weekday(day);
    if (hours->slot_count[weekday] == 0 || is_holiday(hours, civil_from_days(day))) {
        return first_ms;
    }
    for (int32_t i = 0; i < hours->slot_count[weekday]; i++) {
        const struct window_slot *slot = &hours->slots[weekday][i];
        int64_t opens_ms = slot->from_minute * MINUTE_MS;
        opens_ms = opens_ms < from_ms ? from_ms : opens_ms;
        if (opens_ms < slot->to_minute * MINUTE_MS && opens_ms < first_ms) {
            first_ms = opens_ms;
        }
    }
    return first_ms;
}

/* The first open moment of local time in [from_ms, until_ms), else until_ms. */
static int64_t local_opens_at(const struct calling_hours *hours, int64_t from_ms, int64_t until_ms)
{
    int64_t in_day_ms = from_ms - floor_div(from_ms, DAY_MS) * DAY_MS;
    for (int64_t day = floor_div(from_ms, DAY_MS); day * DAY_MS < until_ms; day++) {
        int64_t opens_ms = day_opens_at(hours, day, in_day_ms);
        if (opens_ms != INT64_MAX) {
            opens_ms += day * DAY_MS;
            return opens_ms < until_ms ? opens_ms : until_ms;
        }
        in_day_ms = 0;
    }
    return until_ms;
}

/* The first instant at or after `from_ms` at which the wall clock of the zone is inside the hours,
 * else the limit. Goes from one change of the offset to the next: in between, local time and UTC
 * run side by side, so that hours which summer time skips are not found and hours it repeats are
 * open twice. */
static int64_t zone_opens_at(const struct search *search, const struct zone *zone, int64_t from_ms)
{
    while (from_ms < search->limit_ms) {
        int64_t until_ms = 0;
        int64_t offset_ms = zone_offset_s(zone, from_ms, &until_ms) * SECOND_MS;
        until_ms = until_ms < search->limit_ms ? until_ms : search->limit_ms;
        int64_t opens_ms =
            local_opens_at(search->hours, from_ms + offset_ms, until_ms + offset_ms) - offset_ms;
        if (opens_ms < until_ms) {
            return opens_ms;
        }
        from_ms = until_ms;
    }
    return search->limit_ms;
}

/* Moves to the opening of a zone that is closed until none is, or until the limit: it only ever
 * goes forward. */
static int64_t all_open_at(const struct search *search, int64_t from_ms)
{
    size_t open_in_a_row = 0;
    for (size_t i = 0; open_in_a_row < search->zone_count && from_ms < search->limit_ms;
         i = (i + 1) % search->zone_count) {
        int64_t opens_ms = zone_opens_at(search, search->zones[i], from_ms);
        open_in_a_row = opens_ms == from_ms ? open_in_a_row + 1 : 1;
        from_ms = opens_ms;
    }
    return from_ms;
}

static bool has_slots(const struct calling_hours *hours)
{
    for (size_t day = 0; day < COUNT_OF(hours->slot_count); day++) {
        if (hours->slot_count[day] > 0) {
            return true;
        }
    }
    return false;
}

/* False when a zone is not in the database: then nobody knows when it is night there. */
static bool find_zones(struct search *search, const char *time_zone, const char *phone_number)
{
    const char *names[NUMBER_ZONES_MAX] = {time_zone};
    search->zone_count = time_zone[0] != '\0' ? 1 : number_zones(phone_number, names);
    for (size_t i = 0; i < search->zone_count; i++) {
        search->zones[i] = zone_find(names[i]);
        if (search->zones[i] == NULL) {
            return false;
        }
    }
    return search->zone_count > 0;
}

int64_t window_opens_at_ms(const struct calling_hours *hours, const char *time_zone,
                           const char *phone_number, int64_t now_ms)
{
    struct search search = {.hours = hours, .limit_ms = now_ms + SEARCH_DAYS * DAY_MS};
    if (!has_slots(hours) || !find_zones(&search, time_zone, phone_number)) {
        return 0;
    }
    int64_t opens_ms = all_open_at(&search, now_ms);
    return opens_ms < search.limit_ms ? opens_ms : 0;
}

bool zone_is_known(const char *zone)
{
    return zone_find(zone) != NULL;
}

static const struct zone_prefix *prefix_find(int32_t wanted)
{
    size_t low = 0;
    size_t high = zone_prefix_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zone_prefixes[middle].prefix < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < zone_prefix_count && zone_prefixes[low].prefix == wanted;
    return found ? &zone_prefixes[low] : NULL;
}

/* The longest known prefix of the digits behind +1, NULL when there is none. */
static const struct zone_prefix *prefix_of(const char *digits)
{
    const struct zone_prefix *longest = NULL;
    int32_t prefix = 0;
    for (int i = 0; i < ZONE_PREFIX_DIGITS_MAX && digits[i] >= '0' && digits[i] <= '9'; i++) {
        prefix = prefix * 10 + (digits[i] - '0');
        const struct zone_prefix *row =
            i + 1 >= ZONE_PREFIX_DIGITS_MIN ? prefix_find(prefix) : NULL;
        longest = row != NULL ? row : longest;
    }
    return longest;
}

size_t number_zones(const char *phone_number, const char *zones[NUMBER_ZONES_MAX])
{
    bool is_american = strncmp(phone_number, "+1", 2) == 0;
    const struct zone_prefix *row = is_american ? prefix_of(phone_number + 2) : NULL;
    const struct zone_set *set = &zone_sets[row != NULL ? row->set : ZONE_SET_ANYWHERE];
    size_t count = 0;
    while (count < ZONE_SET_MAX && set->zones[count] != NULL) {
        zones[count] = set->zones[count];
        count++;
    }
    return count;
}
