#include "cmd/config_file.h"

#include "base/memory.h"
#include "cmd/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static ssize_t read_up_to(int fd, char *to, size_t max)
{
    size_t done = 0;
    while (done < max) {
        ssize_t count = read(fd, to + done, max - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return -1;
        if (count == 0)
            break;
        done += (size_t)count;
    }
    return (ssize_t)done;
}

char *config_file_load(const char *path, size_t *bytes, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        error_set(err, ERROR_USAGE, "cannot read the configuration: %s", strerror(errno));
        return NULL;
    }
    char *text = memory_new(CONFIG_FILE_BYTES_MAX + 2, 1);
    ssize_t count = read_up_to(fd, text, CONFIG_FILE_BYTES_MAX + 1);
    int reason = errno;
    close(fd);
    if (count >= 0 && count <= CONFIG_FILE_BYTES_MAX) {
        *bytes = (size_t)count;
        return text;
    }
    free(text);
    if (count < 0)
        error_set(err, ERROR_USAGE, "cannot read the configuration: %s", strerror(reason));
    else
        error_set(err, ERROR_USAGE, "a configuration has at most %d KiB",
                  CONFIG_FILE_BYTES_MAX / 1024);
    return NULL;
}
