#include "base/civil.h"

#include <stddef.h>
#include <string.h>

/* Days are counted in eras of 400 years that begin on 1 March, so that the leap day comes last. */
enum { ERA_YEARS = 400, ERA_DAYS = 146097, ERA_TO_1970_DAYS = 719468 };

static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0 ? 1 : 0);
}

int64_t civil_to_days(struct civil date)
{
    int64_t year = date.month <= 2 ? (int64_t)date.year - 1 : date.year;
    int64_t era = floor_div(year, ERA_YEARS);
    int64_t year_of_era = year - era * ERA_YEARS;
    int64_t month_from_march = (date.month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * ERA_DAYS + day_of_era - ERA_TO_1970_DAYS;
}

struct civil civil_from_days(int64_t days)
{
    int64_t from_start = days + ERA_TO_1970_DAYS;
    int64_t era = floor_div(from_start, ERA_DAYS);
    int64_t day_of_era = from_start - era * ERA_DAYS;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    return (struct civil){
        .year = (int32_t)(era * ERA_YEARS + year_of_era + (month <= 2 ? 1 : 0)),
        .month = (int32_t)month,
        .day = (int32_t)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
    };
}

int32_t civil_weekday(int64_t days)
{
    return (int32_t)(days + 3 - floor_div(days + 3, 7) * 7); /* 1970-01-01 was a Thursday */
}

bool civil_is_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int32_t civil_month_days(int32_t year, int32_t month)
{
    static const int32_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && civil_is_leap(year) ? 29 : days[month - 1];
}

bool civil_parse(const char *iso_date, struct civil *date)
{
    static const char shape[] = "dddd-dd-dd";
    if (strlen(iso_date) != sizeof shape - 1) {
        return false;
    }
    int32_t parts[3] = {0, 0, 0};
    int part = 0;
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        char c = iso_date[i];
        if (shape[i] == '-' ? c != '-' : c < '0' || c > '9') {
            return false;
        }
        if (c == '-') {
            part++;
        } else {
            parts[part] = parts[part] * 10 + (c - '0');
        }
    }
    *date = (struct civil){.year = parts[0], .month = parts[1], .day = parts[2]};
    return date->month >= 1 && date->month <= 12 && date->day >= 1 &&
           date->day <= civil_month_days(date->year, date->month);
}
