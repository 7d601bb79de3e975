/* The failure dictionary: every way the service says no, as one table that drives decisions,
 * reports and `numhost explain-code`. Codes: service.md 3.3. */
#ifndef NUMHOST_DOMAIN_FAILURE_H
#define NUMHOST_DOMAIN_FAILURE_H

#include "domain/request.h"

/* What numhost does about it. */
enum failure_class {
    FAILURE_STOP_RUN,  /* credentials or access: no number is at fault, the run stops with exit 4 */
    FAILURE_TRY_LATER, /* 429: never processed, always safe to send again, not counted as an attempt
                        */
    FAILURE_LOOK_AGAIN, /* the state is not what we thought, or the outcome is unknown: read before
                           anything else */
    FAILURE_PERMANENT,  /* this row's data can never work as it is */
    FAILURE_PERSON, /* somebody has to act at the service, the site, the signer or the carrier */
};
enum { FAILURE_CLASS_COUNT = FAILURE_PERSON + 1 };

struct failure {
    int32_t code;        /* of the service; 0: any code of this http_status */
    int32_t http_status; /* 0: any */
    enum failure_class class;
    const char *owner;  /* "you", "site", "signer", "carrier", "twilio" */
    const char *reason; /* plain words */
    const char *advice; /* what to do, one or two sentences */
    const char *column; /* CSV column to change, "" when none */
    const char *source; /* where the fact comes from, a section of the service's documentation */
};

/* The row for an answer that is not a success; never NULL: unknown codes are classed by HTTP
 * status. A 404 with code 20404 (or none) on a collection means no preview access and is
 * FAILURE_STOP_RUN; on an instance FAILURE_LOOK_AGAIN (service.md 5.1). */
const struct failure *failure_of_answer(enum operation operation, int32_t http_status,
                                        int32_t code);

/* The row of a code, NULL when it is not in the dictionary. */
const struct failure *failure_find(int32_t code);

/* All rows, in order of code. */
const struct failure *failure_at(size_t index); /* NULL past the end */

const char *failure_class_name(enum failure_class class);

#endif
