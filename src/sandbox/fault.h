/* What can go wrong between a client and the service: the table of faults a scenario may ask for.
 */
#ifndef NUMHOST_SANDBOX_FAULT_H
#define NUMHOST_SANDBOX_FAULT_H

#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault_kind {
    FAULT_NONE,
    FAULT_THROTTLED,
    FAULT_500_BEFORE,
    FAULT_500_AFTER,
    FAULT_503_BEFORE,
    FAULT_503_AFTER,
    FAULT_TIMEOUT_BEFORE,
    FAULT_TIMEOUT_AFTER,
    FAULT_LATE_EFFECT,
    FAULT_RESET_BEFORE,
    FAULT_RESET_AFTER,
    FAULT_CUT_BODY,
    FAULT_TRUNCATED_JSON,
    FAULT_MALFORMED_JSON,
    FAULT_HUGE_JSON,
    FAULT_HTML,
    FAULT_UNKNOWN_STATUS,
    FAULT_STALE_LIST,
    FAULT_SLOW,
    FAULT_OUTAGE,
};
enum { FAULT_COUNT = FAULT_OUTAGE + 1 };

struct fault {
    const char *name; /* in scenarios and in the ledger */
    bool has_effect;  /* the request is carried out */
    int32_t status;   /* the answer instead of the true one; 0: the true one, or none at all */
    const char *what; /* one line for the manual */
};

const struct fault *fault_of(enum fault_kind kind);
bool fault_parse(const char *word, enum fault_kind *kind) MUST_USE;

#endif
