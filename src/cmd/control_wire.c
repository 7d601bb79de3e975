#include "cmd/control_wire.h"

#include "base/memory.h"
#include "cmd/json_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONTROL_ARGUMENTS_MAX = 20000 };

static bool write_line(json_t *root, struct buf *to)
{
    char *text = root == NULL ? NULL : json_dumps(root, JSON_COMPACT);
    bool fine = text != NULL && buf_add_text(to, text) && buf_add_char(to, '\n');
    free(text);
    json_decref(root);
    return fine;
}

bool control_write_request(const struct control_request *request, struct buf *to)
{
    json_t *argv = json_array();
    for (int i = 0; i < request->argc; i++)
        if (json_array_append_new(argv, json_string(request->argv[i])) != 0) {
            json_decref(argv);
            return false;
        }
    return write_line(
        json_pack("{s:o, s:s, s:s}", "argv", argv, "cwd", request->cwd, "user", request->user), to);
}

bool control_write_reply(const struct control_reply *reply, struct buf *to)
{
    return write_line(json_pack("{s:i, s:o, s:o}", "exit", reply->exit_code, "stdout",
                                json_lossy(buf_text(&reply->out)), "stderr",
                                json_lossy(buf_text(&reply->err))),
                      to);
}

static bool take_argv(json_t *argv, struct control_message *message)
{
    size_t count = json_array_size(argv);
    if (count == 0 || count > CONTROL_ARGUMENTS_MAX)
        return false;
    message->argv = memory_new(count + 1, sizeof *message->argv);
    for (size_t i = 0; i < count; i++) {
        message->argv[i] = json_string_value(json_array_get(argv, i));
        if (message->argv[i] == NULL)
            return false;
    }
    message->request.argv = message->argv;
    message->request.argc = (int)count;
    return true;
}

bool control_read_request(const char *line, size_t bytes, struct control_message *message)
{
    *message = (struct control_message){0};
    message->root = json_loadb(line, bytes, JSON_REJECT_DUPLICATES, NULL);
    json_t *argv = NULL;
    if (json_unpack(message->root, "{s:o, s:s, s:s}", "argv", &argv, "cwd", &message->request.cwd,
                    "user", &message->request.user) == 0 &&
        take_argv(argv, message))
        return true;
    control_message_done(message);
    return false;
}

void control_message_done(struct control_message *message)
{
    free(message->argv);
    json_decref(message->root);
    *message = (struct control_message){0};
}

bool control_read_reply(const char *line, size_t bytes, struct control_reply *reply)
{
    json_t *root = json_loadb(line, bytes, JSON_REJECT_DUPLICATES, NULL);
    const char *out = NULL;
    const char *err = NULL;
    size_t out_bytes = 0;
    size_t err_bytes = 0;
    bool fine = json_unpack(root, "{s:i, s:s%, s:s%}", "exit", &reply->exit_code, "stdout", &out,
                            &out_bytes, "stderr", &err, &err_bytes) == 0 &&
                buf_add(&reply->out, out, out_bytes) && buf_add(&reply->err, err, err_bytes);
    json_decref(root);
    return fine;
}

bool control_path(const char *database, char path[CONTROL_PATH_BYTES], struct error *err)
{
    int length = snprintf(path, CONTROL_PATH_BYTES, "%s.sock", database);
    if (strcmp(database, ":memory:") == 0)
        return error_set(err, ERROR_STORE, "a database in memory has no control socket");
    if (length > 0 && length < CONTROL_PATH_BYTES)
        return true;
    return error_set(err, ERROR_USAGE, "the path of the database is too long");
}

/* Split "folder/name". */
static const char *folder_of(const char *path, char folder[CONTROL_PATH_BYTES])
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        snprintf(folder, CONTROL_PATH_BYTES, ".");
        return path;
    }
    snprintf(folder, CONTROL_PATH_BYTES, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    return slash + 1;
}

bool control_address(const char *path, struct sockaddr_un *address, int *folder_fd,
                     struct error *err)
{
    *folder_fd = -1;
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) < sizeof address->sun_path) {
        memcpy(address->sun_path, path, strlen(path) + 1);
        return true;
    }
    char folder[CONTROL_PATH_BYTES];
    const char *name = folder_of(path, folder);
    *folder_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*folder_fd < 0)
        return error_set(err, ERROR_STORE, "%.200s: %s", folder, strerror(errno));
    int length = snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s",
                          *folder_fd, name);
    if (length > 0 && (size_t)length < sizeof address->sun_path)
        return true;
    close(*folder_fd);
    *folder_fd = -1;
    return error_set(err, ERROR_USAGE, "the database's name '%.60s...' is too long", name);
}
