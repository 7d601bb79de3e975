/* Opening, closing, transactions, migration. */
#include "adapters/sqlite/forget.h"
#include "adapters/sqlite/lock.h"
#include "adapters/sqlite/place.h"
#include "adapters/sqlite/sql.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern const char schema_001_sql[];

/* Each is one transaction and leads to the version that is its place counted from 1. */
static const char *const migrations[] = {schema_001_sql};

enum {
    SCHEMA_VERSION = COUNT_OF(migrations),
    APPLICATION_ID = 0x4E484F53, /* "NHOS" */
};

/* EXTRA: a lost intent means a duplicate order. It is FULL, and the removal of a rollback journal,
 * which is that journal's commit, is synced too. No mmap: it can turn a passing fault into damage.
 * trusted_schema: a database from elsewhere must not run functions by itself. */
static const char pragmas[] = "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
                              "PRAGMA mmap_size = 0; PRAGMA synchronous = EXTRA;"
                              "PRAGMA cell_size_check = ON; PRAGMA cache_size = -16384;";

/* A writer's journal is cut back after a big import. */
static const char writer_pragmas[] =
    "PRAGMA journal_size_limit = 16777216;"
    /* A code that is over must not stay in the unused part of a page; forget.h has the rest. */
    "PRAGMA secure_delete = ON;";

static bool is_in_memory(const char *path)
{
    return strcmp(path, ":memory:") == 0;
}

/* Made by us before SQLite would, so that the umask has no say in who may read it. */
static bool make_private(const char *path, struct error *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 && errno == EACCES)
        return true; /* SQLite will say read-only or no access, with the remedy */
    struct stat about;
    bool ok = fd >= 0 && fstat(fd, &about) == 0;
    if (!ok)
        (void)error_set(err, ERROR_STORE, "database %s: cannot be opened: %s", path,
                        strerror(errno));
    else if (!S_ISREG(about.st_mode))
        ok = error_set(err, ERROR_STORE,
                       "database %s: is not a regular file: give another "
                       "--database",
                       path);
    else if (about.st_uid == geteuid() && (about.st_mode & 0777) != 0600 && fchmod(fd, 0600) != 0)
        ok = error_set(err, ERROR_STORE, "database %s: cannot be kept from other users: %s", path,
                       strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool read_pragma(struct store *store, const char *text, int64_t *value, struct error *err)
{
    bool row = false;
    sqlite3_stmt *statement = sql_start_own(store, text, NO_VALUES, err);
    if (statement == NULL)
        return false;
    bool ok = sql_next(store, statement, &row, err);
    *value = row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return ok;
}

static bool migrate_to(struct store *store, int64_t version, struct error *err)
{
    char mark[96];
    snprintf(mark, sizeof mark, "PRAGMA application_id = %d; PRAGMA user_version = %lld;",
             APPLICATION_ID, (long long)version);
    return sql_exec(store, migrations[version - 1], err) && sql_exec(store, mark, err);
}

static bool migrate(struct store *store, int64_t version, struct error *err)
{
    while (version < SCHEMA_VERSION) {
        bool ok = store_begin(store, err) && migrate_to(store, version + 1, err);
        if (!sql_end_own(store, true, ok, err))
            return error_context(err, "bring it to schema version %lld", (long long)version + 1);
        version++;
    }
    return true;
}

/* Ours, empty, or somebody else's? */
static bool check_version(struct store *store, int64_t *version, struct error *err)
{
    int64_t application = 0;
    int64_t objects = 0;
    if (!read_pragma(store, "PRAGMA application_id", &application, err) ||
        !read_pragma(store, "PRAGMA user_version", version, err) ||
        !read_pragma(store, "SELECT count(*) FROM sqlite_schema", &objects, err))
        return false;
    bool empty = application == 0 && *version == 0 && objects == 0;
    if (!empty && application != APPLICATION_ID)
        return error_set(err, ERROR_STORE,
                         "database %s: not a numhost database: give another "
                         "--database",
                         store->path);
    if (*version < 1 && !empty)
        return error_set(err, ERROR_STORE,
                         "database %s: damaged: %lld is no schema version: restore the last copy, "
                         "or move the file away, import the CSV again and run numhost sync",
                         store->path, (long long)*version);
    if (*version > SCHEMA_VERSION)
        return error_set(err, ERROR_STORE,
                         "database %s: schema version %lld is newer than this numhost, which knows "
                         "up to %d: install the newer numhost",
                         store->path, (long long)*version, (int)SCHEMA_VERSION);
    if (store->mode == STORE_READ && *version < SCHEMA_VERSION)
        return error_set(err, ERROR_STORE,
                         "database %s: empty, or older than this numhost (schema version %lld of "
                         "%d): numhost import or numhost run brings it up to date",
                         store->path, (long long)*version, (int)SCHEMA_VERSION);
    return true;
}

void sql_use_wal(struct store *store)
{
    sqlite3_stmt *statement = sql_start_own(store, "PRAGMA journal_mode = WAL", NO_VALUES, NULL);
    if (statement == NULL)
        return;
    if (sqlite3_step(statement) == SQLITE_ROW && strcmp(sql_text(statement, 0), "wal") == 0)
        store->rollback_journal = false;
    sqlite3_finalize(statement);
    /* Reading makes the files of the log, which readers need when we are gone. */
    (void)sqlite3_exec(store->db, sql_of(SQL_ANY_NUMBER), NULL, NULL, NULL);
}

/* A database keeps the rollback journal it was made with until it has numbers. What its first
 * import adds is pages behind the old end of the file, which need no journal: a power cut cuts the
 * file back to that end. So they are written once, where a write-ahead log writes them twice.
 * Readers have nothing to see before that commit. */
static bool choose_journal(struct store *store, struct error *err)
{
    int64_t any = 0;
    if (is_in_memory(store->path))
        return true;
    if (!read_pragma(store, "SELECT EXISTS (SELECT 1 FROM number)", &any, err))
        return false;
    store->rollback_journal = any == 0;
    return any == 0 || sql_exec(store, "PRAGMA journal_mode = WAL", err);
}

static bool set_up(struct store *store, struct error *err)
{
    int64_t version = 0;
    sqlite3_busy_timeout(store->db, BUSY_MS);
    sqlite3_extended_result_codes(store->db, 1);
    if (!sql_exec(store, pragmas, err) || !check_version(store, &version, err))
        return false;
    if (store->mode == STORE_READ)
        return true;
    return sql_exec(store, writer_pragmas, err) && migrate(store, version, err) &&
           choose_journal(store, err);
}

/* Whoever else may write in the folder could lead us anywhere by a link, with our permissions. */
static bool check_no_link(const char *path, struct error *err)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    struct stat about;
    char name[PATH_MAX];
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        int length = snprintf(name, sizeof name, "%s%s", path, ends[i]);
        if (length >= (int)sizeof name || lstat(name, &about) != 0 || !S_ISLNK(about.st_mode))
            continue; /* a path that is too long is for the lock to report */
        return error_set(
            err, ERROR_STORE, "database %s: %s is a symbolic link, which is not followed: %s", path,
            i == 0 ? "it" : name, i == 0 ? "give --database the file it leads to" : "remove it");
    }
    return true;
}

/* The folder's links are followed, so that the same file by another way meets the same lock; the
 * file itself may be none (SQLITE_OPEN_NOFOLLOW). */
static char *canonical(const char *path)
{
    char folder[PATH_MAX];
    char real[PATH_MAX];
    char whole[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    int length = slash == NULL ? snprintf(folder, sizeof folder, ".")
                               : snprintf(folder, sizeof folder, "%.*s", (int)(name - path), path);
    if (is_in_memory(path) || length >= (int)sizeof folder || realpath(folder, real) == NULL)
        return memory_copy_text(path);
    bool is_root = real[1] == '\0';
    length = snprintf(whole, sizeof whole, "%s/%s", is_root ? "" : real, name);
    return memory_copy_text(length < (int)sizeof whole ? whole : path);
}

static bool open_file(struct store *store, struct error *err)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    if (!is_in_memory(store->path) &&
        (!check_no_link(store->path, err) || !place_check(store->path, err)))
        return false;
    if (is_in_memory(store->path))
        flags |= SQLITE_OPEN_MEMORY;
    else if (store->mode == STORE_READ)
        flags = SQLITE_OPEN_READONLY;
    else if (!lock_take(store->path, &store->lock_fd, err) || !make_private(store->path, err))
        return false;
    if (store->mode == STORE_READ && access(store->path, F_OK) != 0)
        return error_set(err, ERROR_STORE, "no database at %s: import a CSV first", store->path);
    if (sqlite3_open_v2(store->path, &store->db,
                        flags | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        return sql_fail(store, err);
    return set_up(store, err);
}

struct store *store_open(const char *path, enum store_mode mode, struct error *err)
{
    struct store *store = memory_new(1, sizeof *store);
    store->path = canonical(path);
    store->mode = mode;
    store->lock_fd = -1;
    store->last_call_place = -1;
    if (open_file(store, err)) {
        store->has_erased = mode == STORE_WRITE; /* by somebody who died before it was forgotten */
        return store;
    }
    store_close(store);
    return NULL;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    store_rollback(store);
    forget_erased(store);
    for (size_t i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(store->statements[i]);
    sqlite3_close(store->db);
    lock_release(store->lock_fd);
    free(store->path);
    free(store);
}
