#include "sandbox/fault.h"

#include <string.h>

static const struct fault faults[FAULT_COUNT] = {
    [FAULT_NONE] = {"none", true, 0, "nothing"},
    [FAULT_THROTTLED] = {"throttled", false, 429,
                         "429 with code 20429, not processed; Retry-After when retry_after is set"},
    [FAULT_500_BEFORE] = {"error-500-before", false, 500, "500 and no effect"},
    [FAULT_500_AFTER] = {"error-500-after", true, 500, "500 although the request was carried out"},
    [FAULT_503_BEFORE] = {"error-503-before", false, 503, "503 and no effect"},
    [FAULT_503_AFTER] = {"error-503-after", true, 503, "503 although the request was carried out"},
    [FAULT_TIMEOUT_BEFORE] = {"timeout-before", false, 0, "never answered, no effect"},
    [FAULT_TIMEOUT_AFTER] = {"timeout-after", true, 0, "never answered, carried out"},
    [FAULT_LATE_EFFECT] = {"late-effect", false, 0,
                           "never answered, carried out `by` later (default 30s)"},
    [FAULT_RESET_BEFORE] = {"reset-before", false, 0, "connection reset, no effect"},
    [FAULT_RESET_AFTER] = {"reset-after", true, 0, "connection reset, carried out"},
    [FAULT_CUT_BODY] = {"cut-body", true, 0, "connection reset in the middle of the answer"},
    [FAULT_TRUNCATED_JSON] = {"truncated-json", true, 0, "a whole answer with half a JSON text"},
    [FAULT_MALFORMED_JSON] = {"malformed-json", true, 0, "an answer that is not JSON"},
    [FAULT_HUGE_JSON] = {"huge-json", true, 0, "an answer of 9 MiB"},
    [FAULT_HTML] = {"html", true, 0, "an HTML page of some proxy with the right status code"},
    [FAULT_UNKNOWN_STATUS] = {"unknown-status", true, 0, "a status word nobody documented"},
    [FAULT_STALE_LIST] = {"stale-list", true, 0,
                          "lists leave out what was created within `by` (default 30s)"},
    [FAULT_SLOW] = {"slow", true, 0, "answered `by` later (default 10s)"},
    [FAULT_OUTAGE] = {"outage", false, 0, "connection refused: nothing reaches the service"},
};

const struct fault *fault_of(enum fault_kind kind)
{
    return &faults[kind];
}

bool fault_parse(const char *word, enum fault_kind *kind)
{
    for (int i = FAULT_NONE; i < FAULT_COUNT; i++) {
        if (strcmp(word, faults[i].name) == 0) {
            *kind = (enum fault_kind)i;
            return true;
        }
    }
    return false;
}
