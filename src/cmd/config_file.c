#include "cmd/config_file.h"

#include "base/buf.h"
#include "base/io.h"
#include "cmd/config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK_BYTES = 4096 };

/* False: errno says why. Ends early when the buffer is full, which shows in its overflow. */
static bool read_all(int fd, struct buf *to)
{
    char block[BLOCK_BYTES];
    ssize_t count = 1;
    while (count != 0 && !to->overflow) {
        count = io_read(fd, block, sizeof block);
        if (count < 0 && errno != EINTR)
            return false;
        if (count > 0)
            buf_add(to, block, (size_t)count);
    }
    return true;
}

char *config_file_load(const char *path, size_t *bytes, struct error *err)
{
    struct buf text;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        error_set(err, ERROR_USAGE, "cannot read the configuration: %s", strerror(errno));
        return NULL;
    }
    buf_init(&text, CONFIG_FILE_BYTES_MAX);
    buf_add(&text, "", 0); /* so that an empty file is a text too */
    bool good = read_all(fd, &text);
    int reason = errno;
    close(fd);
    *bytes = text.length;
    if (good && !text.overflow)
        return text.data;
    buf_done(&text);
    if (good)
        error_set(err, ERROR_USAGE, "a configuration has at most %d KiB",
                  CONFIG_FILE_BYTES_MAX / 1024);
    else
        error_set(err, ERROR_USAGE, "cannot read the configuration: %s", strerror(reason));
    return NULL;
}
