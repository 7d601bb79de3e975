/* A failed operation returns false and fills a struct error; context is put in front on the way up,
 * so that the user reads: import a.csv: line 12: "+1 202" is too short. Never carries secrets,
 * codes, e-mail addresses or whole phone numbers. */
#ifndef NUMHOST_BASE_ERROR_H
#define NUMHOST_BASE_ERROR_H

#include "base/attr.h"

#include <stdbool.h>

/* What the caller should do about it; cmd/ maps each to an exit code of the manual. */
enum error_kind {
    ERROR_OTHER,       /* exit 1 */
    ERROR_USAGE,       /* exit 2: wrong usage or configuration */
    ERROR_ACCESS,      /* exit 4: credentials or access refused */
    ERROR_INPUT,       /* exit 5: the CSV was rejected, nothing was imported */
    ERROR_STORE,       /* exit 6: locked by another run, corrupt, disk full */
    ERROR_UNAVAILABLE, /* exit 8: the API was unavailable for too long */
};

struct error {
    enum error_kind kind;
    char text[512]; /* one line without control characters; "" while nothing failed */
};

/* Fill *err and return false, so that a function can `return error_set(...)`. err may be NULL. */
bool error_set(struct error *err, enum error_kind kind, const char *format, ...) PRINTF_LIKE(3, 4);

/* Put "context: " in front of the text and return false. err may be NULL. */
bool error_context(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
