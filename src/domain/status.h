/* The statuses of an order, in Twilio's spelling, plus two of ours: `queued` (no order yet) and
 * `canceled`. Source: hosted number order resource page, "Status Values". */
#ifndef NUMHOST_DOMAIN_STATUS_H
#define NUMHOST_DOMAIN_STATUS_H

#include "base/attr.h"

#include <stdbool.h>

enum status {
    STATUS_QUEUED,
    STATUS_TWILIO_PROCESSING,
    STATUS_RECEIVED,
    STATUS_PENDING_VERIFICATION,
    STATUS_VERIFIED,
    STATUS_PENDING_LOA,
    STATUS_CARRIER_PROCESSING,
    STATUS_TESTING,
    STATUS_COMPLETED,
    STATUS_FAILED,
    STATUS_ACTION_REQUIRED,
    STATUS_CANCELED,
};
enum { STATUS_COUNT = STATUS_CANCELED + 1 };

const char *status_name(enum status status);

/* Any case, '_' for '-' (underscores are seen in callbacks and in v2: service.md 1.6, 2.8). False
 * for an unknown word. */
bool status_parse(const char *word, enum status *status) MUST_USE;

/* completed, failed, canceled: nothing moves the order any more. */
bool status_is_end(enum status status);

/* True for the ten statuses the service uses, false for queued and canceled. */
bool status_is_remote(enum status status);

#endif
