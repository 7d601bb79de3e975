#include "base/io.h"
#include "cmd/control_wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_BYTES = 65536 };

/* Whoever else may write in the folder could make the command, and a verification code in it, go to
 * them or to another run of ours. */
static bool check_no_link(const char *path, struct error *err)
{
    struct stat about;
    if (lstat(path, &about) != 0 || !S_ISLNK(about.st_mode))
        return true;
    return error_set(err, ERROR_STORE,
                     "control socket %.200s: is a symbolic link, which is not followed: remove it",
                     path);
}

/* Who listened there. */
static bool check_same_user(int fd, const char *path, struct error *err)
{
    struct ucred peer = {0};
    socklen_t bytes = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &bytes) == 0 && peer.uid == geteuid())
        return true;
    return error_set(err, ERROR_STORE,
                     "control socket %.200s: another user answers there: give the command as the "
                     "user who runs numhost; if nobody does, remove it",
                     path);
}

/* A socket connected to the run, -1 when nobody listens (no error) or on failure (error set). */
static int connect_to(const char *path, struct error *err)
{
    struct sockaddr_un address;
    int folder = -1;
    if (!check_no_link(path, err) || !control_address(path, &address, &folder, err))
        return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int status = fd < 0 ? -1 : connect(fd, (struct sockaddr *)&address, sizeof address);
    int reason = errno;
    if (folder >= 0)
        close(folder);
    if (status == 0 && check_same_user(fd, path, err))
        return fd;
    if (fd >= 0)
        close(fd);
    if (status != 0 && reason != ENOENT && reason != ECONNREFUSED)
        error_set(err, ERROR_STORE, "cannot reach the run at %.200s: %s", path, strerror(reason));
    return -1;
}

static bool write_all(int fd, const struct buf *line)
{
    size_t done = 0;
    while (done < line->length) {
        ssize_t count = io_send(fd, line->data + done, line->length - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        done += (size_t)count;
    }
    return true;
}

/* Until the run closes the connection. */
static bool read_all(int fd, struct buf *into)
{
    char bytes[READ_BYTES];
    for (;;) {
        ssize_t count = io_read(fd, bytes, sizeof bytes);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return count == 0;
        if (!buf_add(into, bytes, (size_t)count))
            return false;
    }
}

static bool exchange(int fd, const struct buf *line, struct control_reply *reply, struct error *err)
{
    struct buf answer;
    buf_init(&answer, CONTROL_REPLY_BYTES_MAX);
    bool fine = write_all(fd, line) && read_all(fd, &answer) &&
                control_read_reply(buf_text(&answer), answer.length, reply);
    buf_done(&answer);
    if (fine)
        return true;
    return error_set(err, ERROR_OTHER,
                     "the run went away before it answered: the command may have been carried out; "
                     "look with `numhost status` before giving it again");
}

bool control_send(const char *database, const struct control_request *request,
                  struct control_reply *reply, bool *answered, struct error *err)
{
    *answered = false;
    *reply = (struct control_reply){0};
    buf_init(&reply->out, CONTROL_REPLY_BYTES_MAX);
    buf_init(&reply->err, CONTROL_REPLY_BYTES_MAX);
    char path[CONTROL_PATH_BYTES];
    struct error nobody = {0};
    if (strcmp(database, ":memory:") == 0)
        return true;
    if (!control_path(database, path, err))
        return false;
    int fd = connect_to(path, &nobody);
    if (fd < 0 && nobody.text[0] != '\0')
        return error_set(err, nobody.kind, "%s", nobody.text);
    if (fd < 0)
        return true;
    struct buf line;
    buf_init(&line, CONTROL_MESSAGE_BYTES_MAX);
    bool fine = control_write_request(request, &line);
    if (!fine)
        error_set(err, ERROR_USAGE,
                  "the command is longer than %d bytes or not UTF-8: give fewer numbers, or select "
                  "them by --batch, --site or --status",
                  CONTROL_MESSAGE_BYTES_MAX);
    fine = fine && exchange(fd, &line, reply, err);
    *answered = fine;
    buf_done(&line);
    close(fd);
    return fine;
}

bool control_answers(const char *database)
{
    char path[CONTROL_PATH_BYTES];
    struct error ignored = {0};
    int fd = control_path(database, path, &ignored) ? connect_to(path, &ignored) : -1;
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

void control_reply_done(struct control_reply *reply)
{
    buf_done(&reply->out);
    buf_done(&reply->err);
}
