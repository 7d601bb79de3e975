/* The lifecycle of a number as one table: every change of status that may ever happen, and why. A
 * change that is not a row is never made; docs/lifecycle.md is printed from the rows (numhost
 * lifecycle). Sources: service.md 2.1, 2.2. */
#ifndef NUMHOST_DOMAIN_LIFECYCLE_H
#define NUMHOST_DOMAIN_LIFECYCLE_H

#include "domain/status.h"

#include <stdbool.h>
#include <stddef.h>

/* What moves a number. */
enum cause {
    CAUSE_CREATED,    /* the create was answered, or its order was found and adopted */
    CAUSE_REFUSED,    /* the create was refused for good */
    CAUSE_SEEN,       /* an answer shows the order there */
    CAUSE_CANCELED,   /* a person asked for it and the order is deleted, or there was none */
    CAUSE_RETRIED,    /* a person asked for a new order */
    CAUSE_OFFBOARDED, /* a person released the hosted number */
    CAUSE_ACCEPTED,   /* a person took the status of the service as it is */
};
enum { CAUSE_COUNT = CAUSE_ACCEPTED + 1 };

/* How the change reads in the diagram. */
enum move {
    MOVE_NEXT,  /* the documented way */
    MOVE_AHEAD, /* looks can be missed: the service is further than one step */
    MOVE_BACK,  /* a step back that the service is known to make */
    MOVE_OUT,   /* to an end, or aside to a person */
    MOVE_OURS,  /* by a person through numhost */
};
enum { MOVE_COUNT = MOVE_OURS + 1 };

struct rule {
    enum status from;
    enum cause cause;
    enum status to;
    enum move move;
    const char *note; /* "" where the statuses say it all */
};

/* The row that allows the change, NULL when there is none. CAUSE_ACCEPTED allows every remote
 * status. */
const struct rule *lifecycle_find(enum status from, enum cause cause, enum status to);

/* All rows in order; NULL past the end. */
const struct rule *lifecycle_at(size_t index);

const char *cause_name(enum cause cause);
const char *move_name(enum move move);

#endif
