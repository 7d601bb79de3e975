#include "adapters/sqlite/sql.h"

#include "adapters/sqlite/columns.h"
#include "adapters/sqlite/import.h"
#include "adapters/sqlite/rows.h"

/* What to do about it, by result code, the particular before the general. */
static const struct {
    int code;
    const char *trouble;
} troubles[] = {
    {SQLITE_FULL, "disk full: free some space and run the same command again; nothing acknowledged "
                  "is lost"},
    {SQLITE_READONLY_ROLLBACK, "the first import into it was cut off: run the import again, which "
                               "puts the database right"},
    {SQLITE_READONLY_DBMOVED, "was deleted, renamed or replaced while it was in use: run the same "
                              "command again"},
    {SQLITE_READONLY, "cannot be written: check the permissions of the file and its folder, or run "
                      "as the user who owns them"},
    {SQLITE_PERM, "access denied: run as the user who owns the file"},
    {SQLITE_AUTH, "access denied: run as the user who owns the file"},
    {SQLITE_CANTOPEN, "cannot be opened: check that the folder exists and that you may write in it "
                      "(the -wal and -shm files live beside the database)"},
    {SQLITE_CORRUPT, "damaged: restore the last copy, or move the file away, import the CSV again "
                     "and run numhost sync, which finds the orders of the account"},
    {SQLITE_NOTADB, "not a numhost database: give another --database"},
    {SQLITE_BUSY, "busy: another program keeps it locked; close that program and run the same "
                  "command again"},
    /* SQLite knows ENOSPC alone as "full"; a quota or a file size limit comes as this. */
    {SQLITE_IOERR_WRITE, "disk full or failing: free some space or check the disk, and run the "
                         "same command again; nothing acknowledged is lost"},
    /* The index of the log is a file that grows too, and whatever stops it comes as this. */
    {SQLITE_IOERR_SHMSIZE, "disk full or failing: free some space or check the disk, and run the "
                           "same command again; nothing acknowledged is lost"},
    {SQLITE_NOMEM, "out of memory: close other programs and run the same command again; nothing "
                   "acknowledged is lost"},
    {SQLITE_IOERR_NOMEM, "out of memory: close other programs and run the same command again; "
                         "nothing acknowledged is lost"},
    {SQLITE_IOERR, "reading or writing failed: check the disk, then run the same command again; "
                   "nothing acknowledged is lost"},
};

static const char *trouble_of(int code)
{
    for (size_t i = 0; i < COUNT_OF(troubles); i++)
        if (troubles[i].code == code || troubles[i].code == (code & 0xFF))
            return troubles[i].trouble;
    return "failed";
}

bool sql_fail(struct store *store, struct error *err)
{
    const char *trouble = trouble_of(sqlite3_extended_errcode(store->db));
    return error_set(err, ERROR_STORE, "database %s: %s (SQLite: %s)", store->path, trouble,
                     sqlite3_errmsg(store->db));
}

bool sql_bind(sqlite3_stmt *statement, const struct value *values, size_t count)
{
    int code = SQLITE_OK;
    for (size_t i = 0; i < count && code == SQLITE_OK; i++) {
        const struct value *value = &values[i];
        int at = (int)i + 1;
        if (value->kind == VALUE_INTEGER)
            code = sqlite3_bind_int64(statement, at, value->integer);
        else if (value->kind == VALUE_TEXT)
            code = sqlite3_bind_text(statement, at, value->text, -1, SQLITE_STATIC);
        else
            code = sqlite3_bind_blob64(statement, at, value->text != NULL ? value->text : "",
                                       value->bytes, SQLITE_STATIC);
    }
    return code == SQLITE_OK;
}

/* While an import's thread writes, the connection is that thread's. */
static bool is_ours(struct store *store, struct error *err)
{
    return store->import == NULL || pending_settle(&store->import->pending, err);
}

sqlite3_stmt *sql_start(struct store *store, enum sql sql, const struct value *values, size_t count,
                        struct error *err)
{
    sqlite3_stmt **slot = &store->statements[sql];
    if (!is_ours(store, err))
        return NULL;
    if (*slot == NULL && sqlite3_prepare_v3(store->db, sql_of(sql), -1, SQLITE_PREPARE_PERSISTENT,
                                            slot, NULL) != SQLITE_OK) {
        (void)sql_fail(store, err);
        return NULL;
    }
    sqlite3_reset(*slot);
    if (sql_bind(*slot, values, count))
        return *slot;
    (void)sql_fail(store, err);
    return NULL;
}

sqlite3_stmt *sql_start_own(struct store *store, const char *text, const struct value *values,
                            size_t count, struct error *err)
{
    sqlite3_stmt *statement = NULL;
    if (!is_ours(store, err))
        return NULL;
    if (sqlite3_prepare_v2(store->db, text, -1, &statement, NULL) == SQLITE_OK) {
        size_t wanted = (size_t)sqlite3_bind_parameter_count(statement);
        if (sql_bind(statement, values, count < wanted ? count : wanted))
            return statement;
    }
    (void)sql_fail(store, err);
    sqlite3_finalize(statement);
    return NULL;
}

bool sql_next(struct store *store, sqlite3_stmt *statement, bool *row, struct error *err)
{
    int code = sqlite3_step(statement);
    *row = code == SQLITE_ROW;
    if (*row)
        return true;
    bool ok = code == SQLITE_DONE;
    if (!ok)
        (void)sql_fail(store, err);
    sqlite3_reset(statement);
    return ok;
}

static bool run_started(struct store *store, sqlite3_stmt *statement, struct error *err)
{
    bool row = true;
    while (row)
        if (!sql_next(store, statement, &row, err))
            return false;
    return true;
}

bool sql_run(struct store *store, enum sql sql, const struct value *values, size_t count,
             struct error *err)
{
    sqlite3_stmt *statement = sql_start(store, sql, values, count, err);
    return statement != NULL && run_started(store, statement, err);
}

bool sql_int(struct store *store, enum sql sql, const struct value *values, size_t count,
             int64_t *out, bool *found, struct error *err)
{
    bool row = false;
    *out = 0;
    sqlite3_stmt *statement = sql_start(store, sql, values, count, err);
    if (statement == NULL || !sql_next(store, statement, &row, err))
        return false;
    if (row)
        *out = sqlite3_column_int64(statement, 0);
    if (found != NULL)
        *found = row;
    return !row || run_started(store, statement, err);
}

bool sql_exec(struct store *store, const char *text, struct error *err)
{
    if (!is_ours(store, err))
        return false;
    if (sqlite3_exec(store->db, text, NULL, NULL, NULL) == SQLITE_OK)
        return true;
    return sql_fail(store, err);
}

const char *sql_text(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    return text != NULL ? (const char *)text : "";
}

bool sql_begin_own(struct store *store, bool *own, struct error *err)
{
    *own = sqlite3_get_autocommit(store->db) != 0;
    return !*own || store_begin(store, err);
}

bool sql_end_own(struct store *store, bool own, bool ok, struct error *err)
{
    if (!own)
        return ok;
    if (ok && store_commit(store, err))
        return true;
    store_rollback(store);
    return false;
}

bool sql_read_numbers(struct store *store, sqlite3_stmt *statement, struct number *out, size_t max,
                      size_t *count, struct error *err)
{
    bool row = true;
    *count = 0;
    if (statement == NULL)
        return false;
    while (*count < max) {
        if (!sql_next(store, statement, &row, err))
            return false;
        if (!row)
            return true;
        if (!row_read_number(statement, 0, &out[*count])) {
            sqlite3_reset(statement);
            return error_set(err, ERROR_STORE,
                             "database %s: number %lld is damaged: restore the "
                             "last copy",
                             store->path, (long long)sqlite3_column_int64(statement, 0));
        }
        ++*count;
    }
    sqlite3_reset(statement);
    return true;
}
