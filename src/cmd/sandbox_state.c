#include "cmd/sandbox_state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4100 };

bool sandbox_state_read(struct sandbox *sandbox, const char *path, struct error *err)
{
    FILE *file = fopen(path, "re");
    if (file == NULL && errno == ENOENT)
        return true;
    if (file == NULL)
        return error_set(err, ERROR_OTHER, "cannot read %s: %s", path, strerror(errno));
    char *line = NULL;
    size_t room = 0;
    int64_t number = 0;
    bool good = true;
    ssize_t length = 0;
    while (good && (length = getline(&line, &room, file)) > 0) {
        number++;
        good = sandbox_load_line(sandbox, line, (size_t)length, err);
    }
    if (!good)
        error_context(err, "%s: line %" PRId64, path, number);
    else if (!feof(file)) /* no memory for a line is no error of the stream */
        good = error_set(err, ERROR_OTHER, "cannot read %s: %s", path, strerror(errno));
    free(line);
    fclose(file);
    return good;
}

static bool write_bytes(void *context, const char *bytes, size_t count)
{
    return fwrite(bytes, 1, count, context) == count;
}

struct replacement {
    FILE *file;
    char path[PATH_BYTES]; /* beside the real one */
};

static bool begin_replacement(struct replacement *to, const char *path, struct error *err)
{
    int length = snprintf(to->path, sizeof to->path, "%s.XXXXXX", path);
    int fd = length < (int)sizeof to->path ? mkostemp(to->path, O_CLOEXEC) : -1;
    to->file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (to->file != NULL)
        return true;
    error_set(err, ERROR_OTHER, "cannot write beside %s: %s", path, strerror(errno));
    if (fd >= 0) {
        close(fd);
        unlink(to->path);
    }
    return false;
}

static bool end_replacement(struct replacement *to, const char *path, bool good, struct error *err)
{
    good = good && fflush(to->file) == 0 && fsync(fileno(to->file)) == 0;
    good = fclose(to->file) == 0 && good;
    good = good && rename(to->path, path) == 0;
    if (good)
        return true;
    error_set(err, ERROR_OTHER, "cannot write %s: %s", path, strerror(errno));
    unlink(to->path);
    return false;
}

bool sandbox_state_write(const struct sandbox *sandbox, const char *path, struct error *err)
{
    struct replacement to = {0};
    if (!begin_replacement(&to, path, err))
        return false;
    return end_replacement(&to, path, sandbox_save(sandbox, write_bytes, to.file), err);
}

bool sandbox_file_replace(const char *path, const char *text, struct error *err)
{
    struct replacement to = {0};
    if (!begin_replacement(&to, path, err))
        return false;
    return end_replacement(&to, path, fputs(text, to.file) >= 0, err);
}
