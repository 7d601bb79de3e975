#include "base/io.h"

#include "base/fault_point.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static ssize_t interrupted(void)
{
    errno = EINTR;
    return -1;
}

ssize_t io_read(int fd, void *bytes, size_t max)
{
    if (FAULT_POINT("odd/io/read-interrupted"))
        return interrupted();
    return read(fd, bytes, FAULT_BETWEEN("odd/io/short-read", 1, max));
}

ssize_t io_send(int fd, const void *bytes, size_t count)
{
    if (FAULT_POINT("odd/io/send-interrupted"))
        return interrupted();
    return send(fd, bytes, FAULT_BETWEEN("odd/io/short-send", 1, count), MSG_NOSIGNAL);
}
