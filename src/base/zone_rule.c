#include "base/zone_rule.h"

#include "base/civil.h"

#include <stddef.h>

enum { DAY_S = 86400, HOUR_S = 3600, TWO_O_CLOCK_S = 2 * HOUR_S };

struct reader {
    const char *at;
    bool failed;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool skip_if(struct reader *in, char c)
{
    if (*in->at != c) {
        return false;
    }
    in->at++;
    return true;
}

static void expect(struct reader *in, char c)
{
    in->failed = !skip_if(in, c) || in->failed;
}

static int32_t read_number(struct reader *in, int32_t low, int32_t high)
{
    int32_t value = 0;
    in->failed = in->failed || !is_digit(*in->at);
    while (is_digit(*in->at) && value <= high) {
        value = value * 10 + (*in->at++ - '0');
    }
    in->failed = in->failed || value < low || value > high;
    return value;
}

/* "EST" or "<-03>". */
static void skip_name(struct reader *in)
{
    const char *start = in->at;
    bool quoted = skip_if(in, '<');
    while (is_letter(*in->at) ||
           (quoted && (is_digit(*in->at) || *in->at == '+' || *in->at == '-'))) {
        in->at++;
    }
    in->failed = in->failed || in->at - start < 3;
    if (quoted) {
        expect(in, '>');
    }
}

/* "[+-]h[h][h][:mm[:ss]]" in seconds. */
static int32_t read_time(struct reader *in, int32_t hours_max)
{
    bool negative = skip_if(in, '-');
    if (!negative) {
        (void)skip_if(in, '+');
    }
    int32_t seconds = read_number(in, 0, hours_max) * HOUR_S;
    if (skip_if(in, ':')) {
        seconds += read_number(in, 0, 59) * 60;
        if (skip_if(in, ':')) {
            seconds += read_number(in, 0, 59);
        }
    }
    return negative ? -seconds : seconds;
}

static struct zone_change read_change(struct reader *in)
{
    struct zone_change change = {.kind = ZONE_DAY_OF_YEAR, .time_s = TWO_O_CLOCK_S};
    expect(in, ',');
    if (skip_if(in, 'M')) {
        change.kind = ZONE_DAY_OF_WEEK;
        change.month = read_number(in, 1, 12);
        expect(in, '.');
        change.week = read_number(in, 1, 5);
        expect(in, '.');
        change.day = read_number(in, 0, 6);
    } else if (skip_if(in, 'J')) {
        change.kind = ZONE_DAY_JULIAN;
        change.day = read_number(in, 1, 365);
    } else {
        change.day = read_number(in, 0, 365);
    }
    if (skip_if(in, '/')) {
        change.time_s = read_time(in, 167);
    }
    return change;
}

bool zone_rule_parse(const char *text, struct zone_rule *rule)
{
    struct reader in = {.at = text, .failed = false};
    *rule = (struct zone_rule){.has_summer = false};
    skip_name(&in);
    rule->standard_offset_s = -read_time(&in, 24); /* POSIX counts west of Greenwich */
    if (!in.failed && *in.at != '\0') {
        rule->has_summer = true;
        skip_name(&in);
        rule->summer_offset_s = rule->standard_offset_s + HOUR_S;
        if (*in.at != ',') {
            rule->summer_offset_s = -read_time(&in, 24);
        }
        rule->summer_starts = read_change(&in);
        rule->summer_ends = read_change(&in);
    }
    return !in.failed && *in.at == '\0';
}

static int64_t day_of_week_in(const struct zone_change *change, int32_t year)
{
    struct civil first = {.year = year, .month = change->month, .day = 1};
    int64_t first_days = civil_to_days(first);
    int32_t wanted = (change->day + 6) % 7; /* counted from Monday */
    int32_t ahead = (wanted - civil_weekday(first_days) + 7) % 7 + (change->week - 1) * 7;
    while (ahead >= civil_month_days(year, change->month)) {
        ahead -= 7;
    }
    return first_days + ahead;
}

/* The instant of the change in that year; offset_s is the one before it. */
static int64_t change_at_s(const struct zone_change *change, int32_t year, int32_t offset_s)
{
    int64_t days = civil_to_days((struct civil){.year = year, .month = 1, .day = 1});
    switch (change->kind) {
    case ZONE_DAY_JULIAN:
        days += change->day - (civil_is_leap(year) && change->day >= 60 ? 0 : 1);
        break;
    case ZONE_DAY_OF_YEAR: days += change->day; break;
    case ZONE_DAY_OF_WEEK: days = day_of_week_in(change, year); break;
    }
    return days * DAY_S + change->time_s - offset_s;
}

struct step {
    int64_t at_s;
    int32_t offset_s;
};

enum { STEP_YEARS = 3, STEPS_MAX = 2 * STEP_YEARS };

/* Ascending; of two at the same instant the one added last comes last and so wins (summer all the
 * year). */
static void add_step(struct step *steps, size_t *count, int64_t at_s, int32_t offset_s)
{
    size_t i = (*count)++;
    for (; i > 0 && steps[i - 1].at_s > at_s; i--) {
        steps[i] = steps[i - 1];
    }
    steps[i] = (struct step){.at_s = at_s, .offset_s = offset_s};
}

int32_t zone_rule_offset(const struct zone_rule *rule, int64_t at_s, int64_t *until_s)
{
    *until_s = INT64_MAX;
    if (!rule->has_summer) {
        return rule->standard_offset_s;
    }
    struct step steps[STEPS_MAX];
    size_t count = 0;
    int32_t year = civil_from_days(at_s / DAY_S).year;
    for (int32_t y = year - 1; y <= year + 1; y++) {
        add_step(steps, &count, change_at_s(&rule->summer_starts, y, rule->standard_offset_s),
                 rule->summer_offset_s);
        add_step(steps, &count, change_at_s(&rule->summer_ends, y, rule->summer_offset_s),
                 rule->standard_offset_s);
    }
    int32_t offset_s = rule->standard_offset_s;
    for (size_t i = 0; i < count; i++) {
        if (steps[i].at_s > at_s) {
            *until_s = steps[i].at_s;
            break;
        }
        offset_s = steps[i].offset_s;
    }
    return offset_s;
}
