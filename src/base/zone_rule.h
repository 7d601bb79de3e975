/* The rule at the end of a TZif file that goes on where its table of changes ends: a POSIX TZ text
 * such as "EST5EDT,M3.2.0,M11.1.0" (RFC 8536, 3.3, with the wider hours of version 3). */
#ifndef NUMHOST_BASE_ZONE_RULE_H
#define NUMHOST_BASE_ZONE_RULE_H

#include "base/attr.h"

#include <stdbool.h>
#include <stdint.h>

enum zone_day_kind {
    ZONE_DAY_JULIAN,  /* Jn: 1..365, 29 February is never counted */
    ZONE_DAY_OF_YEAR, /* n: 0..365, it is counted */
    ZONE_DAY_OF_WEEK, /* Mm.w.d: weekday d (0 is Sunday) of week w (5 is the last) of month m */
};

/* When the offset changes, every year, in the local time before the change. */
struct zone_change {
    enum zone_day_kind kind;
    int32_t month;
    int32_t week;
    int32_t day;
    int32_t time_s; /* may be negative or past 24 h */
};

struct zone_rule {
    int32_t standard_offset_s; /* east of UTC is positive */
    bool has_summer;
    int32_t summer_offset_s;
    struct zone_change summer_starts;
    struct zone_change summer_ends;
};

bool zone_rule_parse(const char *text, struct zone_rule *rule) MUST_USE;

/* Offset at an instant in seconds of Unix time; *until_s is when it changes next, INT64_MAX for
 * never. */
int32_t zone_rule_offset(const struct zone_rule *rule, int64_t at_s, int64_t *until_s);

#endif
