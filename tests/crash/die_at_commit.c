/* For LD_PRELOAD: kills the program at its N-th SQL commit, as DIE_AT_COMMIT="STAGE N"
 * says. begun     before the first page of it is written to the write-ahead log written   before
 * the log is synced, or the rollback journal removed durable   just after that With a rollback
 * journal only the last two are known. */
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int fdatasync(int fd);
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset);
int unlink(const char *path);

static atomic_int commits;       /* that are over */
static atomic_bool is_in_commit; /* the log was written to since */

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

static bool is_log(int fd)
{
    char link[64];
    char path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    return ends_with(path, "-wal");
}

static void pass(const char *stage)
{
    char wanted[32];
    const char *asked = getenv("DIE_AT_COMMIT");
    snprintf(wanted, sizeof wanted, "%s %d", stage, atomic_load(&commits) + 1);
    if (asked != NULL && strcmp(asked, wanted) == 0)
        kill(getpid(), SIGKILL);
}

static void *real(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL)
        abort();
    return found;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset)
{
    ssize_t (*write_it)(int, const void *, size_t, off64_t) = real("pwrite64");
    if (is_log(fd) && !atomic_exchange(&is_in_commit, true))
        pass("begun");
    return write_it(fd, bytes, count, offset);
}

static void end_commit(void)
{
    pass("durable");
    atomic_store(&is_in_commit, false);
    atomic_fetch_add(&commits, 1);
}

int fdatasync(int fd)
{
    int (*sync_it)(int) = real("fdatasync");
    bool is_commit = is_log(fd);
    if (is_commit)
        pass("written");
    int result = sync_it(fd);
    if (is_commit)
        end_commit();
    return result;
}

int unlink(const char *path)
{
    int (*unlink_it)(const char *) = real("unlink");
    bool is_commit = ends_with(path, "-journal");
    if (is_commit)
        pass("written");
    int result = unlink_it(path);
    if (is_commit)
        end_commit();
    return result;
}
