/* SQLite as this adapter uses it: one table of statements, prepared when first used, and three ways
 * to run one. Inside the adapter only. A statement is reset when its run is over, so that values
 * bound by reference may go. */
#ifndef NUMHOST_ADAPTERS_SQLITE_SQL_H
#define NUMHOST_ADAPTERS_SQLITE_SQL_H

#include "adapters/sqlite/statements.h"
#include "ports/store.h"

#include <sqlite3.h>

struct import;

enum { BUSY_MS = 5000 }; /* how long another program's lock is waited for */

struct store {
    sqlite3 *db;
    char *path;
    enum store_mode mode;
    int lock_fd;             /* -1: none */
    bool rollback_journal;   /* or may be: the database had no number; see open.c */
    bool has_first_rows;     /* the next commit ends that */
    bool is_rescued;         /* see rescue.h */
    bool has_erased;         /* see forget.h */
    int64_t last_call_place; /* so that sites take turns; -1 at first */
    struct import *import;   /* NULL unless one is going on */
    sqlite3_stmt *statements[SQL_COUNT];
};

struct value {
    enum { VALUE_INTEGER, VALUE_TEXT, VALUE_BLOB } kind;
    int64_t integer;
    const char *text;
    size_t bytes;
};

static inline struct value of_int(int64_t integer)
{
    return (struct value){.kind = VALUE_INTEGER, .integer = integer};
}

static inline struct value of_text(const char *text)
{
    return (struct value){.kind = VALUE_TEXT, .text = text};
}

static inline struct value of_blob(const char *bytes, size_t count)
{
    return (struct value){.kind = VALUE_BLOB, .text = bytes, .bytes = count};
}

/* The values of ?1, ?2 ...: array and count in one. */
#define VALUES(...)                                                                                \
    (const struct value[]){__VA_ARGS__}, COUNT_OF(((const struct value[]){__VA_ARGS__}))
#define NO_VALUES NULL, 0

/* What went wrong last, in words for the user: file, trouble, remedy. Returns false. */
bool sql_fail(struct store *store, struct error *err);

/* The statement, reset, with its values bound; NULL when it cannot be prepared. */
sqlite3_stmt *sql_start(struct store *store, enum sql sql, const struct value *values, size_t count,
                        struct error *err) MUST_USE;

/* A statement of its own from any text, for walks whose callback may use the store; finalize it.
 * Values that it has no parameter for are left out. */
sqlite3_stmt *sql_start_own(struct store *store, const char *text, const struct value *values,
                            size_t count, struct error *err) MUST_USE;

/* Bind ?1, ?2 ... by reference. */
bool sql_bind(sqlite3_stmt *statement, const struct value *values, size_t count) MUST_USE;

/* Step once: *row tells whether there is one. At the end and on failure the statement is reset. */
bool sql_next(struct store *store, sqlite3_stmt *statement, bool *row, struct error *err) MUST_USE;

/* To the end, whatever rows there are. */
bool sql_run(struct store *store, enum sql sql, const struct value *values, size_t count,
             struct error *err) MUST_USE;

/* The first column of the first row as a number; *found (may be NULL) false and *out 0 when there
 * is none. */
bool sql_int(struct store *store, enum sql sql, const struct value *values, size_t count,
             int64_t *out, bool *found, struct error *err) MUST_USE;

bool sql_exec(struct store *store, const char *text, struct error *err) MUST_USE;

/* From the rollback journal of a new database to the write-ahead log. When a reader is in the way
 * it is tried again after the next commit: the rollback journal is as safe. */
void sql_use_wal(struct store *store);

const char *sql_text(sqlite3_stmt *statement, int column); /* never NULL */

/* A transaction of its own for a write outside of store_begin(). */
bool sql_begin_own(struct store *store, bool *own, struct error *err) MUST_USE;
/* Commits or, when `ok` is false, rolls back what sql_begin_own began. Returns whether all went
 * well. */
bool sql_end_own(struct store *store, bool own, bool ok, struct error *err) MUST_USE;

/* Read at most max numbers from a statement that selects NUMBER_COLUMNS. */
bool sql_read_numbers(struct store *store, sqlite3_stmt *statement, struct number *out, size_t max,
                      size_t *count, struct error *err) MUST_USE;

#endif
