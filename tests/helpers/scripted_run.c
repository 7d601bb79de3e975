#include "helpers/scripted_run.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

/* True once the line is there; false when the other side only knocked. */
static bool read_line(int fd)
{
    char bytes[4096];
    ssize_t count = 0;
    while ((count = recv(fd, bytes, sizeof bytes, 0)) > 0)
        if (memchr(bytes, '\n', (size_t)count) != NULL)
            return true;
    return false;
}

static void send_all(int fd, const char *bytes, size_t count)
{
    ssize_t sent = 1;
    for (size_t done = 0; done < count && sent > 0; done += sent > 0 ? (size_t)sent : 0)
        sent = send(fd, bytes + done, count - done, MSG_NOSIGNAL);
}

static void *serve(void *context)
{
    const struct scripted_run *run = context;
    for (int fd; (fd = accept(run->listener, NULL, NULL)) >= 0; close(fd)) {
        struct pollfd polled = {.fd = fd, .events = POLLIN};
        if (run->deaf)
            poll(&polled, 1, -1);
        else if (read_line(fd))
            send_all(fd, run->answer, run->answer_bytes);
    }
    return NULL;
}

void scripted_run_start(struct scripted_run *run, const char *database)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(run->socket, sizeof run->socket, "%s.sock", database);
    assert_true(strlen(run->socket) < sizeof address.sun_path);
    memcpy(address.sun_path, run->socket, strlen(run->socket) + 1);
    run->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(run->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(run->listener, 8), 0);
    assert_int_equal(pthread_create(&run->thread, NULL, serve, run), 0);
}

void scripted_run_stop(struct scripted_run *run)
{
    shutdown(run->listener, SHUT_RDWR);
    pthread_join(run->thread, NULL);
    close(run->listener);
    unlink(run->socket);
}
