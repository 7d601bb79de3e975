#include "adapters/sqlite/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool say_who(const char *path, int fd, struct error *err)
{
    char pid[24] = "";
    ssize_t got = pread(fd, pid, sizeof pid - 1, 0);
    pid[got > 0 ? strspn(pid, "0123456789") : 0] = '\0';
    return error_set(err, ERROR_STORE, "database %s: locked by process %s; stop it or ask it", path,
                     pid[0] != '\0' ? pid : "that is just starting");
}

static bool write_pid(int fd)
{
    char pid[24];
    int length = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    return ftruncate(fd, 0) == 0 && pwrite(fd, pid, (size_t)length, 0) == length;
}

bool lock_take(const char *path, int *fd, struct error *err)
{
    char name[PATH_MAX];
    if (snprintf(name, sizeof name, "%s.lock", path) >= (int)sizeof name)
        return error_set(err, ERROR_STORE, "database %.64s...: the path is too long", path);
    /* Never removed: a lock file that goes away can be locked twice, under one name and none. */
    int lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0 && errno == ELOOP)
        return error_set(err, ERROR_STORE,
                         "lock file %s: is a symbolic link, which is not followed: remove it",
                         name);
    if (lock < 0)
        return error_set(err, ERROR_STORE,
                         "lock file %s: cannot be opened: %s: check that the "
                         "folder exists and that you may write in it",
                         name, strerror(errno));
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            (void)say_who(path, lock, err);
        else
            (void)error_set(err, ERROR_STORE, "lock file %s: cannot be locked: %s", name,
                            strerror(errno));
        close(lock);
        return false;
    }
    if (fchmod(lock, 0600) != 0 || !write_pid(lock)) {
        (void)error_set(err, ERROR_STORE,
                        "lock file %s: cannot be written: %s: free some space or "
                        "check who owns it",
                        name, strerror(errno));
        close(lock);
        return false;
    }
    *fd = lock;
    return true;
}

void lock_release(int fd)
{
    if (fd >= 0)
        close(fd);
}
