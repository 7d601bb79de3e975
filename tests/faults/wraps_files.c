/* System calls and streams as our code makes them. What takes something away (close, fclose) does
 * so and then fails. */
#include "faults/faults.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

static bool fails(int number)
{
    if (!force_now(FAULT_FILES))
        return false;
    errno = number;
    return true;
}

#define WRAP(type, name, failure, number, parameters, ...)                                         \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return fails(number) ? (failure) : __real_##name(__VA_ARGS__);                             \
    }

WRAP(ssize_t, read, -1, EIO, (int fd, void *to, size_t bytes), fd, to, bytes)
WRAP(ssize_t, write, -1, ENOSPC, (int fd, const void *from, size_t bytes), fd, from, bytes)
WRAP(ssize_t, pread, -1, EIO, (int fd, void *to, size_t bytes, off_t at), fd, to, bytes, at)
WRAP(ssize_t, pwrite, -1, ENOSPC, (int fd, const void *from, size_t bytes, off_t at), fd, from,
     bytes, at)
WRAP(int, ftruncate, -1, EIO, (int fd, off_t bytes), fd, bytes)
WRAP(int, rename, -1, EXDEV, (const char *from, const char *to), from, to)
WRAP(int, fstat, -1, EIO, (int fd, struct stat *about), fd, about)
WRAP(int, stat, -1, EACCES, (const char *path, struct stat *about), path, about)
WRAP(int, lstat, -1, EACCES, (const char *path, struct stat *about), path, about)
WRAP(int, fchmod, -1, EPERM, (int fd, mode_t mode), fd, mode)
WRAP(int, flock, -1, ENOLCK, (int fd, int what), fd, what)
WRAP(int, mkdir, -1, EACCES, (const char *path, mode_t mode), path, mode)
WRAP(int, mkstemp, -1, EACCES, (char *path), path)
WRAP(int, mkostemp, -1, EACCES, (char *path, int flags), path, flags)
WRAP(int, access, -1, EACCES, (const char *path, int mode), path, mode)
WRAP(int, unlink, -1, EPERM, (const char *path), path)
WRAP(int, statfs, -1, EIO, (const char *path, struct statfs *about), path, about)
WRAP(int, statvfs, -1, EIO, (const char *path, struct statvfs *about), path, about)
WRAP(char *, getcwd, NULL, ENOENT, (char *to, size_t bytes), to, bytes)
WRAP(char *, realpath, NULL, EACCES, (const char *path, char *to), path, to)
WRAP(char *, __realpath_chk, NULL, EACCES, (const char *path, char *to, size_t room), path, to,
     room)
WRAP(off_t, lseek, -1, EIO, (int fd, off_t at, int from), fd, at, from)
WRAP(FILE *, fopen, NULL, EMFILE, (const char *path, const char *mode), path, mode)
WRAP(FILE *, fdopen, NULL, ENOMEM, (int fd, const char *mode), fd, mode)
WRAP(int, fflush, EOF, ENOSPC, (FILE * file), file)
WRAP(int, ferror, 1, EIO, (FILE * file), file)
WRAP(ssize_t, getline, -1, EIO, (char **line, size_t *bytes, FILE *file), line, bytes, file)
WRAP(ssize_t, __getdelim, -1, EIO, (char **line, size_t *bytes, int end, FILE *file), line, bytes,
     end, file) /* what an optimized getline() calls */
WRAP(char *, fgets, NULL, EIO, (char *line, int bytes, FILE *file), line, bytes, file)
WRAP(int, socket, -1, EMFILE, (int domain, int type, int protocol), domain, type, protocol)
WRAP(int, bind, -1, EADDRINUSE, (int fd, const struct sockaddr *to, socklen_t bytes), fd, to, bytes)
WRAP(int, listen, -1, EADDRINUSE, (int fd, int waiting), fd, waiting)
WRAP(int, connect, -1, ECONNREFUSED, (int fd, const struct sockaddr *to, socklen_t bytes), fd, to,
     bytes)
WRAP(int, setsockopt, -1, ENOPROTOOPT,
     (int fd, int level, int name, const void *value, socklen_t bytes), fd, level, name, value,
     bytes)
WRAP(ssize_t, send, -1, EPIPE, (int fd, const void *from, size_t bytes, int flags), fd, from, bytes,
     flags)
WRAP(int, accept4, -1, EMFILE, (int fd, struct sockaddr *from, socklen_t *bytes, int flags), fd,
     from, bytes, flags)
WRAP(int, getsockname, -1, ENOBUFS, (int fd, struct sockaddr *at, socklen_t *bytes), fd, at, bytes)
WRAP(int, getsockopt, -1, ENOPROTOOPT, (int fd, int level, int name, void *value, socklen_t *bytes),
     fd, level, name, value, bytes)
WRAP(int, poll, -1, EINTR, (struct pollfd * fds, nfds_t count, int timeout_ms), fds, count,
     timeout_ms)
WRAP(int, getaddrinfo, EAI_MEMORY, ENOMEM,
     (const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found),
     node, service, hints, found)
WRAP(int, pthread_create, EAGAIN, EAGAIN,
     (pthread_t * thread, const pthread_attr_t *attributes, void *(*run)(void *), void *context),
     thread, attributes, run, context)

/* Nobody pulls a plug here: not carried out. */
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
    (void)fd;
    return fails(EIO) ? -1 : 0;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    return fails(EMFILE) ? -1 : __real_open(path, flags, mode);
}

int __real_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...)
{
    va_list more;
    va_start(more, command);
    long value = va_arg(more, long);
    va_end(more);
    return fails(EMFILE) ? -1 : __real_fcntl(fd, command, value);
}

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
    va_list more;
    va_start(more, request);
    void *value = va_arg(more, void *);
    va_end(more);
    return fails(ENOTTY) ? -1 : __real_ioctl(fd, request, value);
}

int __real_fclose(FILE *file);
int __wrap_fclose(FILE *file);
int __wrap_fclose(FILE *file)
{
    bool failing = fails(ENOSPC);
    int result = __real_fclose(file);
    return failing ? EOF : result;
}

int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
    bool failing = fails(EIO);
    int result = __real_close(fd);
    return failing ? -1 : result;
}

/* ferror() tells it, as of a read that really failed. */
size_t __real_fread(void *to, size_t each, size_t count, FILE *file);
size_t __wrap_fread(void *to, size_t each, size_t count, FILE *file);
size_t __wrap_fread(void *to, size_t each, size_t count, FILE *file)
{
    enum { ERROR_SEEN = 0x20 }; /* _IO_ERR_SEEN of glibc */
    if (!fails(EIO))
        return __real_fread(to, each, count, file);
    file->_flags |= ERROR_SEEN;
    return 0;
}
