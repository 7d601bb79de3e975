/* A selector turned into a WHERE clause and its values. Inside the adapter only. */
#ifndef NUMHOST_ADAPTERS_SQLITE_SELECT_H
#define NUMHOST_ADAPTERS_SQLITE_SELECT_H

#include "adapters/sqlite/sql.h"
#include "base/buf.h"

struct selection {
    const struct selector *selector;
    struct buf where;
    struct buf phones; /* a JSON array */
    const char *attention;
    int64_t code;
};

/* True when it restricts by more than the batch: rejected rows have nothing else. */
bool selection_is_narrow(const struct selector *selector);

void selection_init(struct selection *selection, const struct selector *selector);
void selection_done(struct selection *selection);

/* `before` WHERE ... `after`; `after` may use ?7 and ?8 for the extras. The selection must outlive
 * the statement. */
sqlite3_stmt *selection_start(struct store *store, const struct selection *selection,
                              const char *before, const char *after, int64_t extra_1,
                              int64_t extra_2, struct error *err) MUST_USE;

#endif
