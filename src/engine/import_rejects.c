#include "engine/import_rejects.h"

#include "base/buf.h"
#include "base/csv.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool fail(const struct import_rejects *rejects, const char *what, struct error *err)
{
    return error_set(err, ERROR_OTHER, "%s: the rejects file cannot be %s: %s", rejects->path, what,
                     strerror(errno));
}

bool import_rejects_open(struct import_rejects *rejects, const char *path, const char *record,
                         size_t bytes, struct error *err)
{
    if (!TEXT_SET(rejects->path, path))
        return error_set(err, ERROR_USAGE, "the path of the rejects file is too long");
    snprintf(rejects->temporary, sizeof rejects->temporary, "%s.XXXXXX", rejects->path);
    int fd = mkstemp(rejects->temporary); /* 0600 */
    if (fd < 0) {
        rejects->temporary[0] = '\0';
        return fail(rejects, "made", err);
    }
    rejects->file = fdopen(fd, "w");
    if (rejects->file == NULL) {
        close(fd);
        return fail(rejects, "made", err);
    }
    fwrite(record, 1, bytes, rejects->file);
    fputs(",reason\n", rejects->file);
    return true;
}

void import_rejects_add(struct import_rejects *rejects, const char *record, size_t bytes,
                        const char *reason)
{
    struct buf cell;
    buf_init(&cell, CSV_FIELD_BYTES_MAX);
    csv_add_safe_cell(&cell, reason, strlen(reason), false);
    fwrite(record, 1, bytes, rejects->file);
    fwrite(buf_text(&cell), 1, cell.length, rejects->file);
    fputc('\n', rejects->file);
    buf_done(&cell);
}

bool import_rejects_sync(struct import_rejects *rejects, struct error *err)
{
    if (rejects->file == NULL)
        return true;
    bool good = fflush(rejects->file) == 0 && ferror(rejects->file) == 0 &&
                fsync(fileno(rejects->file)) == 0;
    if (!good)
        fail(rejects, "written", err);
    if (fclose(rejects->file) != 0 && good)
        good = fail(rejects, "written", err);
    rejects->file = NULL;
    return good;
}

/* The rename itself must survive a power cut. */
static void sync_folder(const char *path)
{
    char folder[REJECTS_PATH_BYTES];
    (void)TEXT_SET(folder, path);
    char *slash = strrchr(folder, '/');
    if (slash != NULL)
        slash[slash == folder ? 1 : 0] = '\0';
    int fd = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd); /* some file systems refuse it on folders; the file itself is synced */
        close(fd);
    }
}

bool import_rejects_publish(struct import_rejects *rejects, struct error *err)
{
    if (rejects->temporary[0] == '\0')
        return true;
    if (rename(rejects->temporary, rejects->path) != 0)
        return fail(rejects, "given its name", err);
    rejects->temporary[0] = '\0';
    sync_folder(rejects->path);
    return true;
}

void import_rejects_drop(struct import_rejects *rejects)
{
    if (rejects->file != NULL)
        fclose(rejects->file);
    rejects->file = NULL;
    if (rejects->temporary[0] != '\0')
        unlink(rejects->temporary);
    rejects->temporary[0] = '\0';
}
