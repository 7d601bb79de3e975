/* The control socket of a run: a Unix socket beside the database, for the same user alone. While a
 * run holds the lock, commands that change something are sent to it as one JSON line and answered
 * with one:
 *   {"argv":["hold","+1..."],"cwd":"/home/x","user":"x"}  ->
 * {"exit":0,"stdout":"...","stderr":"..."} */
#ifndef NUMHOST_CMD_CONTROL_H
#define NUMHOST_CMD_CONTROL_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    CONTROL_MESSAGE_BYTES_MAX = 1024 * 1024,
    CONTROL_REPLY_BYTES_MAX = 16 * 1024 * 1024,
    CONTROL_CLIENTS_MAX = 64,
};

struct control;

struct control_request {
    const char *const *argv; /* without the program's name */
    int argc;
    const char *cwd;
    const char *user;
};

struct control_reply {
    int exit_code;
    struct buf out; /* standard output of the command */
    struct buf err; /* its messages */
};

/* Carry the command out and fill the reply, whose buffers are ready. Runs between two turns of the
 * engine. */
typedef void (*control_handler)(void *context, const struct control_request *request,
                                struct control_reply *reply);

/* Listens at `<database>.sock` (0600). Only for the holder of the lock: a socket file that is there
 * already is a left over of a dead run and is replaced. NULL on failure. ":memory:" has no socket:
 * NULL too, with an error. */
struct control *control_open(const char *database, struct error *err) MUST_USE;

/* Removes the socket file. NULL is fine. */
void control_close(struct control *control);

/* What to poll(2) for besides the engine's own waiting: returns how many were put into fds[], at
 * most CONTROL_CLIENTS_MAX + 1. */
size_t control_fds(const struct control *control, struct pollfd *fds, size_t max);

/* Never blocks: accepts, reads, calls the handler for each whole request, writes what the sockets
 * take. */
void control_poll(struct control *control, control_handler handler, void *context);

/* Send a request to the run that holds the database and wait for its answer. *answered is false,
 * without an error, when no run listens there. The reply's buffers are set up here in any case;
 * release them with control_reply_done(). */
bool control_send(const char *database, const struct control_request *request,
                  struct control_reply *reply, bool *answered, struct error *err) MUST_USE;

/* True when a run listens there at this moment. */
bool control_answers(const char *database);

void control_reply_done(struct control_reply *reply);

#endif
