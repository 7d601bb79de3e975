#include "adapters/sqlite/rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Private, and never over what is there. */
static bool make_new(const char *path, struct error *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return error_set(err, ERROR_STORE, "%s: %s", path, strerror(errno));
    close(fd);
    return true;
}

static bool copy_all(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == NULL)
        return false;
    int code = sqlite3_backup_step(backup, -1);
    return sqlite3_backup_finish(backup) == SQLITE_OK && code == SQLITE_DONE;
}

static bool save(struct store *store, const char *path, struct error *err)
{
    sqlite3 *copy = NULL;
    if (!make_new(path, err))
        return false;
    bool saved = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE,
                                 NULL) == SQLITE_OK &&
                 copy_all(store->db, copy);
    if (!saved) {
        (void)error_set(err, ERROR_STORE, "%s: %s", path, sqlite3_errmsg(copy));
        unlink(path);
    }
    sqlite3_close(copy);
    return saved;
}

static bool has_moved(struct store *store)
{
    int moved = 0;
    return sqlite3_file_control(store->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
           moved != 0;
}

bool rescue_if_moved(struct store *store, struct error *err)
{
    static const char what[] = "was deleted, renamed or replaced while it was in use";
    struct error why = {0};
    char path[PATH_MAX + 32]; /* the lock file had a place in PATH_MAX */
    if (!has_moved(store))
        return true;
    if (store->is_rescued)
        return error_set(err, ERROR_STORE, "database %s: %s", store->path, what);
    snprintf(path, sizeof path, "%s.saved-%ld", store->path, (long)getpid());
    if (save(store, path, &why)) {
        store->is_rescued = true;
        return error_set(err, ERROR_STORE,
                         "database %s: %s; nothing is lost, it is saved as %s: give it its old "
                         "name back and run the same command again",
                         store->path, what, path);
    }
    return error_set(err, ERROR_STORE,
                     "database %s: %s, and could not be saved (%s): restore the last copy, or "
                     "import the CSV again, and run numhost sync, which finds the orders of the "
                     "account, before anything else",
                     store->path, what, why.text);
}
