/* Which time zones the numbers behind a prefix can be in. Rows: zone_prefixes.c, written by
 * tools/make_zone_prefixes.py. For domain/window alone; everybody else asks number_zones(). */
#ifndef NUMHOST_DOMAIN_ZONE_PREFIXES_H
#define NUMHOST_DOMAIN_ZONE_PREFIXES_H

#include "base/attr.h"

#include <stddef.h>
#include <stdint.h>

enum {
    ZONE_SET_MAX = 16,
    ZONE_SET_ANYWHERE = 0, /* the set for numbers whose prefix says nothing */
    ZONE_PREFIX_DIGITS_MIN = 3,
    ZONE_PREFIX_DIGITS_MAX = 6,
};

struct zone_set {
    const char *zones[ZONE_SET_MAX]; /* IANA names, NULL behind the last */
};

struct zone_prefix {
    int32_t prefix; /* 3 to 6 digits behind +1; no digit count is needed, as none begins with 0 */
    int32_t set;    /* index into zone_sets */
};

extern const struct zone_set zone_sets[];
extern const size_t zone_set_count;
extern const struct zone_prefix zone_prefixes[]; /* ascending */
extern const size_t zone_prefix_count;

#endif
