/* Time zones from the system's compiled tz database (TZif, RFC 8536), read directly: the process's
 * own TZ is never touched. Files are looked for in $TZDIR, else in /usr/share/zoneinfo. */
#ifndef NUMHOST_BASE_ZONE_H
#define NUMHOST_BASE_ZONE_H

#include "base/attr.h"

#include <stdbool.h>
#include <stdint.h>

struct zone;

/* The zone of an IANA name ("America/New_York"), NULL when the name is not one, or the database
 * lacks it or holds something unreadable. Read once and kept for the life of the process; may be
 * called from any thread. */
const struct zone *zone_find(const char *name);

/* True for a name that can be looked up at all: letters, digits, "_+-" and single "/" between
 * parts. */
bool zone_name_is_valid(const char *name);

/* Seconds to add to UTC at an instant. *until_ms: first instant at which that may be different,
 * INT64_MAX for never. */
int32_t zone_offset_s(const struct zone *zone, int64_t at_ms, int64_t *until_ms);

#endif
