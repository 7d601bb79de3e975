/* Dates of the Gregorian calendar as days since 1970-01-01, for any year, without the C library's
 * time zone. */
#ifndef NUMHOST_BASE_CIVIL_H
#define NUMHOST_BASE_CIVIL_H

#include "base/attr.h"

#include <stdbool.h>
#include <stdint.h>

struct civil {
    int32_t year;
    int32_t month; /* 1..12 */
    int32_t day;   /* 1..31 */
};

int64_t civil_to_days(struct civil date);
struct civil civil_from_days(int64_t days);

/* 0 is Monday. */
int32_t civil_weekday(int64_t days);

int32_t civil_month_days(int32_t year, int32_t month);
bool civil_is_leap(int32_t year);

/* "2026-11-23" and nothing else; false when there is no such day. */
bool civil_parse(const char *iso_date, struct civil *date) MUST_USE;

#endif
