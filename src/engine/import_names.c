#include "engine/import_names.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

bool import_is_stdin(const char *path)
{
    return strcmp(path, "-") == 0;
}

int import_open(const struct import_options *options, struct error *err)
{
    int fd = import_is_stdin(options->path) ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                                            : open(options->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        error_set(err, ERROR_INPUT, "the file cannot be opened: %s", strerror(errno));
    return fd;
}

static bool ends_with(const char *text, size_t length, const char *end)
{
    size_t end_length = strlen(end);
    return length > end_length && strncasecmp(text + length - end_length, end, end_length) == 0;
}

static bool check_name(const char *name, struct error *err)
{
    for (const char *at = name; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            return error_set(err, ERROR_USAGE,
                             "the batch name holds a control character; give --batch NAME");
    if (name[0] == '\0' || !text_is_utf8(name, strlen(name)))
        return error_set(err, ERROR_USAGE,
                         "the batch name is empty or not UTF-8; give --batch NAME");
    return true;
}

bool import_batch_name(const struct import_options *options, char batch[BATCH_NAME_BYTES],
                       struct error *err)
{
    const char *name = options->batch;
    size_t length = 0;
    if (name != NULL) {
        length = strlen(name);
    } else if (import_is_stdin(options->path)) {
        return error_set(err, ERROR_USAGE, "standard input has no name; give --batch NAME");
    } else {
        const char *slash = strrchr(options->path, '/');
        name = slash != NULL ? slash + 1 : options->path;
        const char *dot = strrchr(name, '.');
        length = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
        while (ends_with(name, length, ".rejects"))
            length -= strlen(".rejects");
    }
    if (length >= BATCH_NAME_BYTES)
        return error_set(err, ERROR_USAGE,
                         "the batch name is longer than %d bytes; give a shorter one with --batch",
                         BATCH_NAME_BYTES - 1);
    memcpy(batch, name, length);
    batch[length] = '\0';
    return check_name(batch, err);
}

bool import_rejects_name(const struct import_options *options, int fd, char *path,
                         size_t path_bytes, struct error *err)
{
    struct stat input;
    struct stat output;
    size_t length = strlen(options->path);
    int written = 0;
    if (options->rejects_path != NULL)
        written = snprintf(path, path_bytes, "%s", options->rejects_path);
    else if (import_is_stdin(options->path))
        written = snprintf(path, path_bytes, "rejects.csv");
    else
        written = snprintf(path, path_bytes, "%.*s.rejects.csv",
                           (int)(ends_with(options->path, length, ".csv") ? length - 4 : length),
                           options->path);
    if ((size_t)written >= path_bytes) /* -1 is more than any */
        return error_set(err, ERROR_USAGE, "the path of the rejects file is too long");
    if (fstat(fd, &input) == 0 && stat(path, &output) == 0 && input.st_dev == output.st_dev &&
        input.st_ino == output.st_ino)
        return error_set(err, ERROR_USAGE,
                         "the rejects file would replace the file being read; give another one "
                         "with --rejects");
    return true;
}
