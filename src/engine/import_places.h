/* Which line of its batch a row of a rejects file stands for: every row keeps a line of its own, so
 * that none is counted twice or not at all. */
#ifndef NUMHOST_ENGINE_IMPORT_PLACES_H
#define NUMHOST_ENGINE_IMPORT_PLACES_H

#include "base/attr.h"
#include "base/error.h"
#include "ports/store.h"

#include <stdbool.h>
#include <stdint.h>

struct import_places {
    struct store *store;  /* NULL: a dry run without a database */
    const char *batch;    /* its name; borrowed */
    bool is_rejects_file; /* a row with "line N:" was met */
    bool is_added;        /* the row asked for last: somebody added it to a rejects file */
    bool knows_end;       /* the batch's lines were looked at */
    int64_t last_line;    /* that is taken, as far as is known */
    int64_t batch_id;     /* 0: not looked up */
};

/* Of a report's row about a number: the line where the number stands, however lines have moved
 * since. A number that the batch has not is one that somebody wrote over another: it goes behind
 * all lines, and the other stays. *elsewhere: it is another batch's. */
bool import_places_number(struct import_places *places, const char *phone_number, int64_t *kept,
                          bool *elsewhere, struct error *err) MUST_USE;

/* replaced: the line that the row's reason begins with, 0 for none. *kept: the row's line in the
 * batch; 0: its line in this file. A row that somebody added to a rejects file goes behind all
 * lines of the batch: its line in this file is another row's there. Call once for each row, in
 * order. */
bool import_places_line(struct import_places *places, int64_t replaced, int64_t *kept,
                        struct error *err) MUST_USE;

/* *other_line: the line of another row of the batch that has the number already, 0 when there is
 * none. Taking the number would move that row to `kept`, and one of the two would be accounted for
 * no more; but an added row (is_added) is that row, come again. Looks for kept > 0 only. */
bool import_places_holder(struct import_places *places, const char *phone_number, int64_t kept,
                          int64_t *other_line, struct error *err) MUST_USE;

#endif
