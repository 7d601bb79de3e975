/* New rows of an import wait here until there are enough for one INSERT: opening the table's many
 * indexes costs more than a row. Into an empty table a thread of its own writes them, while the
 * next rows are read and checked. Bounded: so many rows and so many bytes, and a filter of fixed
 * size that knows which numbers surely did not stand in the file yet. Inside the adapter only. */
#ifndef NUMHOST_ADAPTERS_SQLITE_IMPORT_PENDING_H
#define NUMHOST_ADAPTERS_SQLITE_IMPORT_PENDING_H

#include "adapters/sqlite/sql.h"

#include <pthread.h>

enum {
    PENDING_ROWS = 256,
    PENDING_COLUMNS = 21,
    PENDING_GROUPS = 4,
    PENDING_BYTES = 256 * 1024,                       /* a group with more of them is full */
    PENDING_ROW_BYTES_MAX = RECORD_BYTES_MAX + 16384, /* any row fits behind those */
    PENDING_FILTER_BYTES = 16 * 1024 * 1024,
};

struct pending_group {
    size_t count;
    size_t bytes_used;
    struct value rows[PENDING_ROWS][PENDING_COLUMNS];
    char bytes[PENDING_BYTES + PENDING_ROW_BYTES_MAX];
};

struct pending {
    struct pending_group *groups; /* a ring; groups[handed % PENDING_GROUPS] is being filled */
    unsigned char *filter;
    sqlite3_stmt *insert; /* of PENDING_ROWS rows */
    struct store *store;
    bool has_thread;
    pthread_t thread;
    pthread_mutex_t mutex; /* guards what follows, once there is a thread */
    pthread_cond_t changed;
    uint64_t handed;  /* groups for the thread */
    uint64_t written; /* of these; between `written` and `handed` the connection is the thread's */
    bool ends;        /* what waits is dropped */
    bool failed;
    struct error err; /* of the thread */
};

void pending_init(struct pending *pending, struct store *store);

/* The thread ends; what waits is dropped. */
void pending_done(struct pending *pending);

/* False: surely not among those added. */
bool pending_may_have(const struct pending *pending, const char *phone_number);

/* Keep a copy of a row, its values in the order of SQL_ADD_NUMBER; writes the waiting ones when it
 * is time: beside the caller when `beside`. */
bool pending_add(struct pending *pending, const char *phone_number, const struct value *values,
                 bool beside, struct error *err) MUST_USE;

/* Write all that wait. */
bool pending_flush(struct pending *pending, struct error *err) MUST_USE;

/* Wait until the connection is the caller's again. False, with the reason, when the thread could
 * not write. sql_start() and its like do this, so that nobody else need. */
bool pending_settle(struct pending *pending, struct error *err) MUST_USE;

#endif
