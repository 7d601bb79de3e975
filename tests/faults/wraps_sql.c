/* What the adapter asks of SQLite, and what SQLite asks of the system. */
#include "faults/faults.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

/* The code of the failure that was made up, until SQLite is asked for something again. */
static _Thread_local int made_up;

static bool fails(int code)
{
    made_up = force_now(FAULT_SQL) ? code : SQLITE_OK;
    return made_up != SQLITE_OK;
}

/* int NAME(PARAMETERS): fails with CODE when it is its turn. */
#define WRAP(name, code, parameters, ...)                                                          \
    int __real_##name parameters;                                                                  \
    int __wrap_##name parameters;                                                                  \
    int __wrap_##name parameters                                                                   \
    {                                                                                              \
        return fails(code) ? made_up : __real_##name(__VA_ARGS__);                                 \
    }

WRAP(sqlite3_prepare_v2, SQLITE_NOMEM,
     (sqlite3 * db, const char *sql, int bytes, sqlite3_stmt **to, const char **tail), db, sql,
     bytes, to, tail)
WRAP(sqlite3_prepare_v3, SQLITE_NOMEM,
     (sqlite3 * db, const char *sql, int bytes, unsigned flags, sqlite3_stmt **to,
      const char **tail),
     db, sql, bytes, flags, to, tail)
WRAP(sqlite3_step, SQLITE_IOERR_READ, (sqlite3_stmt * statement), statement)
/* A rollback does not fail: SQLite rolls back by itself what it cannot go on with. */
int __real_sqlite3_exec(sqlite3 *db, const char *sql, int (*each)(void *, int, char **, char **),
                        void *context, char **message);
int __wrap_sqlite3_exec(sqlite3 *db, const char *sql, int (*each)(void *, int, char **, char **),
                        void *context, char **message);
int __wrap_sqlite3_exec(sqlite3 *db, const char *sql, int (*each)(void *, int, char **, char **),
                        void *context, char **message)
{
    bool failing = strcmp(sql, "ROLLBACK") != 0 && fails(SQLITE_FULL);
    return failing ? made_up : __real_sqlite3_exec(db, sql, each, context, message);
}

WRAP(sqlite3_bind_int, SQLITE_RANGE, (sqlite3_stmt * statement, int at, int value), statement, at,
     value)
WRAP(sqlite3_bind_int64, SQLITE_RANGE, (sqlite3_stmt * statement, int at, sqlite3_int64 value),
     statement, at, value)
WRAP(sqlite3_bind_text, SQLITE_TOOBIG,
     (sqlite3_stmt * statement, int at, const char *text, int bytes, void (*done)(void *)),
     statement, at, text, bytes, done)
WRAP(sqlite3_bind_blob64, SQLITE_TOOBIG,
     (sqlite3_stmt * statement, int at, const void *blob, sqlite3_uint64 bytes,
      void (*done)(void *)),
     statement, at, blob, bytes, done)
WRAP(sqlite3_open_v2, SQLITE_CANTOPEN, (const char *path, sqlite3 **db, int flags, const char *vfs),
     path, db, flags, vfs)
WRAP(sqlite3_backup_step, SQLITE_IOERR_READ, (sqlite3_backup * backup, int pages), backup, pages)

sqlite3_backup *__real_sqlite3_backup_init(sqlite3 *to, const char *to_name, sqlite3 *from,
                                           const char *from_name);
sqlite3_backup *__wrap_sqlite3_backup_init(sqlite3 *to, const char *to_name, sqlite3 *from,
                                           const char *from_name);
sqlite3_backup *__wrap_sqlite3_backup_init(sqlite3 *to, const char *to_name, sqlite3 *from,
                                           const char *from_name)
{
    return fails(SQLITE_NOMEM) ? NULL : __real_sqlite3_backup_init(to, to_name, from, from_name);
}

int __real_sqlite3_extended_errcode(sqlite3 *db);
int __wrap_sqlite3_extended_errcode(sqlite3 *db);
int __wrap_sqlite3_extended_errcode(sqlite3 *db)
{
    return made_up != SQLITE_OK ? made_up : __real_sqlite3_extended_errcode(db);
}

const char *__real_sqlite3_errmsg(sqlite3 *db);
const char *__wrap_sqlite3_errmsg(sqlite3 *db);
const char *__wrap_sqlite3_errmsg(sqlite3 *db)
{
    return made_up != SQLITE_OK ? sqlite3_errstr(made_up) : __real_sqlite3_errmsg(db);
}

/* ---- its allocations ---- */

static sqlite3_mem_methods real_memory;

static void *new_memory(int bytes)
{
    return force_now(FAULT_SQL_MEMORY) ? NULL : real_memory.xMalloc(bytes);
}

static void *resized_memory(void *old, int bytes)
{
    return force_now(FAULT_SQL_MEMORY) ? NULL : real_memory.xRealloc(old, bytes);
}

/* ---- its system calls ---- */

static struct {
    int (*open)(const char *, int, int);
    ssize_t (*pread)(int, void *, size_t, off_t);
    ssize_t (*pwrite)(int, const void *, size_t, off_t);
    ssize_t (*pread64)(int, void *, size_t, off_t);
    ssize_t (*pwrite64)(int, const void *, size_t, off_t);
    int (*ftruncate)(int, off_t);
    int (*fstat)(int, void *);
    int (*unlink)(const char *);
} real_calls;

/* -1 and errno, as the system says no. */
static bool refused(int number)
{
    if (!force_now(FAULT_SQL_FILES))
        return false;
    errno = number;
    return true;
}

static int call_open(const char *path, int flags, int mode)
{
    return refused(EIO) ? -1 : real_calls.open(path, flags, mode);
}

static ssize_t call_pread(int fd, void *to, size_t bytes, off_t at)
{
    return refused(EIO) ? -1 : real_calls.pread(fd, to, bytes, at);
}

static ssize_t call_pwrite(int fd, const void *from, size_t bytes, off_t at)
{
    return refused(ENOSPC) ? -1 : real_calls.pwrite(fd, from, bytes, at);
}

/* SQLite calls it by itself, past its table. Nobody pulls a plug here: not carried out. */
int fdatasync(int fd);
int fdatasync(int fd)
{
    (void)fd;
    return refused(EIO) ? -1 : 0;
}

static int call_ftruncate(int fd, off_t bytes)
{
    return refused(EIO) ? -1 : real_calls.ftruncate(fd, bytes);
}

static int call_fstat(int fd, void *about)
{
    return refused(EIO) ? -1 : real_calls.fstat(fd, about);
}

static int call_unlink(const char *path)
{
    return refused(EIO) ? -1 : real_calls.unlink(path);
}

/* As SQLite of Debian reads and writes. */
static ssize_t call_pread64(int fd, void *to, size_t bytes, off_t at)
{
    return refused(EIO) ? -1 : real_calls.pread64(fd, to, bytes, at);
}

static ssize_t call_pwrite64(int fd, const void *from, size_t bytes, off_t at)
{
    return refused(ENOSPC) ? -1 : real_calls.pwrite64(fd, from, bytes, at);
}

#define REPLACE(vfs, name)                                                                         \
    do {                                                                                           \
        sqlite3_syscall_ptr real = (vfs)->xGetSystemCall(vfs, #name);                              \
        memcpy(&real_calls.name, &real, sizeof real);                                              \
        (vfs)->xSetSystemCall(vfs, #name, (sqlite3_syscall_ptr)call_##name);                       \
    } while (0)

void force_watch_sqlite(void)
{
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory);
    sqlite3_mem_methods memory = real_memory;
    memory.xMalloc = new_memory;
    memory.xRealloc = resized_memory;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &memory) != SQLITE_OK)
        abort();                                   /* too late: SQLite is at work */
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0); /* would serve most requests itself */
    sqlite3_initialize();
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    REPLACE(vfs, open);
    REPLACE(vfs, pread);
    REPLACE(vfs, pwrite);
    REPLACE(vfs, pread64);
    REPLACE(vfs, pwrite64);
    REPLACE(vfs, ftruncate);
    REPLACE(vfs, fstat);
    REPLACE(vfs, unlink);
}
