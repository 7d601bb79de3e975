#include "cmd/control_wire.h"

#include "base/io.h"
#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_BYTES = 65536 };

struct client {
    int fd; /* -1: free */
    struct buf request;
    struct buf reply;
    size_t written;
    bool answering;
};

struct control {
    int fd;
    char path[CONTROL_PATH_BYTES];
    struct client clients[CONTROL_CLIENTS_MAX];
};

/* A left-over socket goes; anything else of that name is not ours. */
static bool clear_path(const char *path, struct error *err)
{
    struct stat info;
    if (lstat(path, &info) != 0)
        return errno == ENOENT || error_set(err, ERROR_STORE, "%.200s: %s", path, strerror(errno));
    if (!S_ISSOCK(info.st_mode))
        return error_set(err, ERROR_STORE, "%.200s is in the way: it is not a socket", path);
    return unlink(path) == 0 || error_set(err, ERROR_STORE, "%.200s: %s", path, strerror(errno));
}

/* The mode is set by the umask at bind, so that no other user can connect even for an instant. */
static bool bind_private(int fd, const struct sockaddr_un *address)
{
    mode_t before = umask(0177);
    int status = bind(fd, (const struct sockaddr *)address, sizeof *address);
    umask(before);
    return status == 0 && listen(fd, CONTROL_CLIENTS_MAX) == 0;
}

static bool listen_at(struct control *control, struct error *err)
{
    struct sockaddr_un address;
    int folder = -1;
    if (!clear_path(control->path, err) || !control_address(control->path, &address, &folder, err))
        return false;
    control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool fine = control->fd >= 0 && bind_private(control->fd, &address);
    if (!fine)
        error_set(err, ERROR_STORE, "%.200s: %s", control->path, strerror(errno));
    if (folder >= 0)
        close(folder);
    return fine;
}

struct control *control_open(const char *database, struct error *err)
{
    struct control *control = memory_new(1, sizeof *control);
    control->fd = -1;
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        control->clients[i].fd = -1;
    if (control_path(database, control->path, err) && listen_at(control, err))
        return control;
    if (control->fd >= 0)
        close(control->fd);
    free(control);
    error_context(err, "control socket");
    return NULL;
}

static void drop_client(struct client *client)
{
    close(client->fd);
    buf_done(&client->request);
    buf_done(&client->reply);
    *client = (struct client){.fd = -1};
}

void control_close(struct control *control)
{
    if (control == NULL)
        return;
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        if (control->clients[i].fd >= 0)
            drop_client(&control->clients[i]);
    unlink(control->path);
    close(control->fd);
    free(control);
}

size_t control_fds(const struct control *control, struct pollfd *fds, size_t max)
{
    size_t count = 0;
    if (max > 0)
        fds[count++] = (struct pollfd){.fd = control->fd, .events = POLLIN};
    for (int i = 0; i < CONTROL_CLIENTS_MAX && count < max; i++) {
        const struct client *client = &control->clients[i];
        if (client->fd >= 0)
            fds[count++] =
                (struct pollfd){.fd = client->fd, .events = client->answering ? POLLOUT : POLLIN};
    }
    return count;
}

static bool is_same_user(int fd)
{
    struct ucred peer = {0};
    socklen_t bytes = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &bytes) == 0 && peer.uid == geteuid();
}

static struct client *free_client(struct control *control)
{
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        if (control->clients[i].fd < 0)
            return &control->clients[i];
    return NULL;
}

/* When all places are taken, the next ones wait in the listen queue. */
static void accept_clients(struct control *control)
{
    struct client *client;
    while ((client = free_client(control)) != NULL) {
        int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0)
            return;
        if (!is_same_user(fd)) {
            close(fd);
            continue;
        }
        client->fd = fd;
        buf_init(&client->request, CONTROL_MESSAGE_BYTES_MAX);
        buf_init(&client->reply, CONTROL_REPLY_BYTES_MAX);
    }
}

/* Carry the request out and put the reply's line into the client. */
static bool answer(struct client *client, size_t bytes, control_handler handler, void *context)
{
    struct control_message message;
    if (!control_read_request(client->request.data, bytes, &message))
        return false;
    struct control_reply reply = {0};
    /* Escaping may make six bytes of one. */
    buf_init(&reply.out, CONTROL_REPLY_BYTES_MAX / 16);
    buf_init(&reply.err, CONTROL_REPLY_BYTES_MAX / 16);
    handler(context, &message.request, &reply);
    bool fine = control_write_reply(&reply, &client->reply);
    control_reply_done(&reply);
    control_message_done(&message);
    client->answering = fine;
    return fine;
}

static bool would_block(ssize_t count)
{
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

/* False: the client is to be dropped. */
static bool read_request(struct client *client, control_handler handler, void *context)
{
    char bytes[READ_BYTES];
    for (;;) {
        ssize_t count = io_read(client->fd, bytes, sizeof bytes);
        if (would_block(count))
            return true;
        if (count <= 0 || !buf_add(&client->request, bytes, (size_t)count))
            return false;
        const char *end = memchr(client->request.data, '\n', client->request.length);
        if (end != NULL)
            return answer(client, (size_t)(end - client->request.data), handler, context);
    }
}

/* False: done, or the client went away. */
static bool write_reply(struct client *client)
{
    while (client->written < client->reply.length) {
        ssize_t count = io_send(client->fd, client->reply.data + client->written,
                                client->reply.length - client->written);
        if (would_block(count))
            return true;
        if (count < 0)
            return false;
        client->written += (size_t)count;
    }
    return false;
}

void control_poll(struct control *control, control_handler handler, void *context)
{
    accept_clients(control);
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        struct client *client = &control->clients[i];
        bool keep = client->fd >= 0;
        if (keep && !client->answering)
            keep = read_request(client, handler, context);
        if (keep && client->answering)
            keep = write_reply(client);
        if (!keep && client->fd >= 0)
            drop_client(client);
    }
}
