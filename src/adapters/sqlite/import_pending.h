/* New rows of an import wait here until there are enough for one INSERT: opening the table's many
 * indexes costs more than a row. Bounded: so many rows and so many bytes, and a filter of fixed
 * size that knows which numbers surely did not stand in the file yet. */
#ifndef NUMHOST_ADAPTERS_SQLITE_IMPORT_PENDING_H
#define NUMHOST_ADAPTERS_SQLITE_IMPORT_PENDING_H

#include "adapters/sqlite/sql.h"

enum {
    PENDING_ROWS = 64,
    PENDING_COLUMNS = 24,
    PENDING_BYTES = 2 * (RECORD_BYTES_MAX + 16384), /* any row fits into the half of it */
    PENDING_FILTER_BITS_LOG2 = 27, /* 16 MiB: one false alarm in a million rows is unlikely */
};

struct pending {
    size_t count;
    struct value rows[PENDING_ROWS][PENDING_COLUMNS];
    char *bytes;
    size_t bytes_used;
    unsigned char *filter;
    sqlite3_stmt *insert; /* of PENDING_ROWS rows */
};

void pending_init(struct pending *pending);
void pending_done(struct pending *pending);

/* False: surely not among those added. */
bool pending_may_have(const struct pending *pending, const char *phone_number);

/* Keep a copy of a row, its values in the order of SQL_ADD_NUMBER; writes the waiting ones when it
 * is time. */
bool pending_add(struct store *store, struct pending *pending, const char *phone_number,
                 const struct value *values, struct error *err) MUST_USE;

/* Write all that wait. */
bool pending_flush(struct store *store, struct pending *pending, struct error *err) MUST_USE;

#endif
