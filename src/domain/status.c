#include "domain/status.h"

#include "base/text.h"

#include <stddef.h>

static const char *const names[STATUS_COUNT] = {
    [STATUS_QUEUED] = "queued",
    [STATUS_TWILIO_PROCESSING] = "twilio-processing",
    [STATUS_RECEIVED] = "received",
    [STATUS_PENDING_VERIFICATION] = "pending-verification",
    [STATUS_VERIFIED] = "verified",
    [STATUS_PENDING_LOA] = "pending-loa",
    [STATUS_CARRIER_PROCESSING] = "carrier-processing",
    [STATUS_TESTING] = "testing",
    [STATUS_COMPLETED] = "completed",
    [STATUS_FAILED] = "failed",
    [STATUS_ACTION_REQUIRED] = "action-required",
    [STATUS_CANCELED] = "canceled",
};

const char *status_name(enum status status)
{
    return names[status];
}

bool status_parse(const char *word, enum status *status)
{
    for (int i = 0; i < STATUS_COUNT; i++) {
        if (text_same_word(word, names[i])) {
            *status = (enum status)i;
            return true;
        }
    }
    return false;
}

bool status_is_end(enum status status)
{
    return status == STATUS_COMPLETED || status == STATUS_FAILED || status == STATUS_CANCELED;
}

bool status_is_remote(enum status status)
{
    return status != STATUS_QUEUED && status != STATUS_CANCELED;
}
