/* Magic numbers: the last four digits of a phone number give an outcome on demand, in any area code
 * and whatever the scenario says. One table for the model, the manual and `numhost sandbox --help`.
 */
#ifndef NUMHOST_SANDBOX_MAGIC_H
#define NUMHOST_SANDBOX_MAGIC_H

#include <stddef.h>

enum magic {
    MAGIC_NONE,
    MAGIC_ALL_WELL,
    MAGIC_MOBILE,
    MAGIC_ENABLED_ELSEWHERE,
    MAGIC_NEVER_ANSWERS,
    MAGIC_ANSWERS_SECOND,
    MAGIC_ANSWERS_THIRD,
    MAGIC_WRONG_CODE,
    MAGIC_NEEDS_EXTENSION,
    MAGIC_CALL_REFUSED,
    MAGIC_CALLER_ID,
    MAGIC_DECLINES,
    MAGIC_NEVER_SIGNS,
    MAGIC_CARRIER_REJECTS,
    MAGIC_ENDS_FAILED,
    MAGIC_UNKNOWN_STATUS,
    MAGIC_BILL_FAILS,
    MAGIC_STARTS_RECEIVED,
    MAGIC_SKIPS_AHEAD,
    MAGIC_DOCUMENT_FAILS,
    MAGIC_ANSWER_LOST,
};
enum { MAGIC_COUNT = MAGIC_ANSWER_LOST + 1 };

struct magic_number {
    const char *digits; /* the last four */
    const char *what;   /* one line */
};

enum magic magic_of(const char *phone_number);

/* Row of the table, NULL for MAGIC_NONE and past the end. */
const struct magic_number *magic_row(size_t index);

#endif
