#include "base/civil.h"
#include "base/text.h"
#include "domain/window.h"

#include <string.h>

enum { DAYS = 7, WORD_BYTES = 16, DAY_MINUTES = 24 * 60 };

static const char *const day_names[DAYS] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* One part of a text of parts; moves *at behind it and its separator. False when there is none left
 * or it is too long for a part. */
static bool next_part(const char **at, char separator, char *part, size_t part_bytes)
{
    if (*at == NULL) {
        return false;
    }
    const char *end = strchr(*at, separator);
    size_t length = end != NULL ? (size_t)(end - *at) : strlen(*at);
    bool fits = length < part_bytes;
    if (fits) {
        memcpy(part, *at, length);
        part[length] = '\0';
    }
    *at = end != NULL ? end + 1 : NULL;
    return fits;
}

static bool day_parse(const char *word, int *day)
{
    for (int i = 0; i < DAYS; i++) {
        if (text_same_word(word, day_names[i])) {
            *day = i;
            return true;
        }
    }
    return false;
}

/* "mon" or "mon-fri", also over the end of the week ("sat-mon"). */
static bool days_parse_range(const char *text, bool chosen[DAYS])
{
    char word[WORD_BYTES];
    const char *at = text;
    int first = 0;
    int last = 0;
    if (!next_part(&at, '-', word, sizeof word) || !day_parse(word, &first)) {
        return false;
    }
    last = first;
    if (at != NULL && (!next_part(&at, '-', word, sizeof word) || !day_parse(word, &last))) {
        return false;
    }
    for (int day = first;; day = (day + 1) % DAYS) {
        chosen[day] = true;
        if (day == last) {
            return at == NULL;
        }
    }
}

static bool days_parse(const char *days, bool chosen[DAYS], struct error *err)
{
    char part[WORD_BYTES];
    const char *at = days;
    while (at != NULL) {
        if (!next_part(&at, ',', part, sizeof part) || !days_parse_range(part, chosen)) {
            return error_set(err, ERROR_USAGE,
                             "\"%.40s\" are no days: write mon-fri, sat or mon,wed", days);
        }
    }
    return true;
}

/* "09:00"; 24:00 is the end of the day. */
static bool minute_parse(const char *text, int16_t *minute)
{
    static const char shape[] = "dd:dd";
    if (strlen(text) != sizeof shape - 1) {
        return false;
    }
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        if (shape[i] == ':' ? text[i] != ':' : text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    int hour = (text[0] - '0') * 10 + (text[1] - '0');
    int of_hour = (text[3] - '0') * 10 + (text[4] - '0');
    *minute = (int16_t)(hour * 60 + of_hour);
    return of_hour < 60 && *minute <= DAY_MINUTES;
}

static bool slot_parse(const char *text, struct window_slot *slot)
{
    char word[WORD_BYTES];
    const char *at = text;
    return next_part(&at, '-', word, sizeof word) && minute_parse(word, &slot->from_minute) &&
           next_part(&at, '-', word, sizeof word) && minute_parse(word, &slot->to_minute) &&
           at == NULL && slot->from_minute < slot->to_minute;
}

/* Keeps the slots of a day apart and in order. */
static bool slot_add(struct calling_hours *hours, int day, struct window_slot slot,
                     struct error *err)
{
    struct window_slot *slots = hours->slots[day];
    int32_t count = hours->slot_count[day];
    if (count == WINDOW_SLOTS_MAX) {
        return error_set(err, ERROR_USAGE, "%s has more than %d calling times", day_names[day],
                         WINDOW_SLOTS_MAX);
    }
    int32_t place = count;
    for (int32_t i = count - 1; i >= 0; i--) {
        if (slot.from_minute < slots[i].to_minute && slots[i].from_minute < slot.to_minute) {
            return error_set(err, ERROR_USAGE, "calling times of %s overlap", day_names[day]);
        }
        place = slots[i].from_minute > slot.from_minute ? i : place;
    }
    memmove(&slots[place + 1], &slots[place], (size_t)(count - place) * sizeof *slots);
    slots[place] = slot;
    hours->slot_count[day]++;
    return true;
}

static bool slot_add_to_days(struct calling_hours *hours, const bool chosen[DAYS],
                             struct window_slot slot, struct error *err)
{
    for (int day = 0; day < DAYS; day++) {
        if (chosen[day] && !slot_add(hours, day, slot, err)) {
            return false;
        }
    }
    return true;
}

bool calling_hours_add(struct calling_hours *hours, const char *days, const char *times,
                       struct error *err)
{
    struct calling_hours changed =
        *hours; /* what is wrong in the middle leaves everything as it was */
    bool chosen[DAYS] = {false};
    char part[WORD_BYTES];
    const char *at = times;
    if (!days_parse(days, chosen, err)) {
        return false;
    }
    while (at != NULL) {
        struct window_slot slot;
        if (!next_part(&at, ',', part, sizeof part) || !slot_parse(part, &slot)) {
            return error_set(err, ERROR_USAGE,
                             "\"%.40s\" are no calling times: write 09:00-17:00 or "
                             "09:00-12:00,13:00-17:00; past midnight is two times on two days",
                             times);
        }
        if (!slot_add_to_days(&changed, chosen, slot, err)) {
            return false;
        }
    }
    *hours = changed;
    return true;
}

bool calling_hours_add_holiday(struct calling_hours *hours, const char *iso_date, struct error *err)
{
    struct civil date;
    if (!civil_parse(iso_date, &date)) {
        return error_set(err, ERROR_USAGE, "\"%.40s\" is no date: write it as 2026-12-25",
                         iso_date);
    }
    int32_t holiday = date.year * 10000 + date.month * 100 + date.day;
    int32_t place = hours->holiday_count;
    while (place > 0 && hours->holidays[place - 1] >= holiday) {
        place--;
    }
    if (place < hours->holiday_count && hours->holidays[place] == holiday) {
        return true;
    }
    if (hours->holiday_count == HOLIDAYS_MAX) {
        return error_set(err, ERROR_USAGE, "more than %d holidays", HOLIDAYS_MAX);
    }
    memmove(&hours->holidays[place + 1], &hours->holidays[place],
            (size_t)(hours->holiday_count - place) * sizeof hours->holidays[0]);
    hours->holidays[place] = holiday;
    hours->holiday_count++;
    return true;
}
