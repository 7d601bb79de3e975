/* The TZif file format (RFC 8536), version 2 or newer. */
#ifndef NUMHOST_BASE_TZIF_H
#define NUMHOST_BASE_TZIF_H

#include "base/attr.h"
#include "base/zone_rule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TZIF_BYTES_MAX = 128 * 1024, TZIF_STEPS_MAX = 4096 };

/* From at_s (Unix seconds) on, the offset is offset_s. */
struct tzif_step {
    int64_t at_s;
    int32_t offset_s;
};

struct tzif {
    int32_t first_offset_s;  /* before the first step */
    struct tzif_step *steps; /* ascending; free() it */
    size_t step_count;
    bool has_rule; /* what holds from the last step on; without one the last offset stays */
    struct zone_rule rule;
};

/* False, with nothing to free, when the bytes are no such file, are cut or contradict themselves.
 */
bool tzif_parse(const unsigned char *bytes, size_t count, struct tzif *out) MUST_USE;

#endif
