/* Instants are int64_t milliseconds of Unix time (UTC), named _at_ms; 0 means "never" or "not set".
 * Only cmd/ reads the clock; everything else is handed `now_ms`. */
#ifndef NUMHOST_BASE_CLOCK_H
#define NUMHOST_BASE_CLOCK_H

#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

enum { RFC3339_BYTES = 32 };

/* Real time. */
int64_t clock_now_ms(void);

/* Never steps; for measuring how long something took. */
int64_t clock_monotonic_ms(void);

/* Real time and the other, read together at regular instants. All zero: never read. */
struct clock_watch {
    int64_t real_ms;
    int64_t monotonic_ms;
};

/* True when real time has moved by more than CLOCK_DRIFT_MAX_MS other than what passed since it was
 * asked last: it was set, or the machine slept. */
bool clock_watch_jumped(struct clock_watch *watch, int64_t real_ms, int64_t monotonic_ms);

enum { CLOCK_DRIFT_MAX_MS = 2000 };

/* "2026-11-23T11:43:48Z" (whole seconds); "" for 0. to_bytes >= RFC3339_BYTES. */
void clock_rfc3339(char *to, size_t to_bytes, int64_t at_ms);

/* ISO 8601 / RFC 3339 with Z or an offset, and RFC 2822 ("Tue, 18 Aug 2015 17:07:30 +0000"): both
 * are seen in the service's answers (service.md 3.9). False when it is neither. */
bool clock_parse(const char *text, int64_t *at_ms) MUST_USE;

#endif
