/* read() and send() as this program calls them. In test builds they come short and are interrupted
 * (fault points "odd/io/"), as the kernel allows itself at any time and hardly ever does. */
#ifndef NUMHOST_BASE_IO_H
#define NUMHOST_BASE_IO_H

#include <stddef.h>
#include <sys/types.h>

/* Returns and errno are read()'s. */
ssize_t io_read(int fd, void *bytes, size_t max);

/* send() with MSG_NOSIGNAL. */
ssize_t io_send(int fd, const void *bytes, size_t count);

#endif
