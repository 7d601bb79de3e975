/* Values with units, as people write them in the configuration. */
#ifndef NUMHOST_CMD_UNITS_H
#define NUMHOST_CMD_UNITS_H

#include "base/attr.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DURATION_TEXT_BYTES = 48, RATE_TEXT_BYTES = 48 };

/* "500ms", "30s", "2m", "4h", "7d", "1h30m"; "0" needs no unit. At most ten years. */
bool duration_parse(const char *text, int64_t *ms, struct error *err) MUST_USE;

/* "20/s", "0.5/s", "1/m", "100/h" as times a second, > 0. */
bool rate_parse(const char *text, double *per_second, struct error *err) MUST_USE;

/* The shortest text that duration_parse gives back: 5400000 -> "1h30m". */
void duration_text(char *to, size_t to_bytes, int64_t ms);

#endif
