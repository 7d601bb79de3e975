/* The two JSON lines of the control socket. */
#ifndef NUMHOST_CMD_CONTROL_WIRE_H
#define NUMHOST_CMD_CONTROL_WIRE_H

#include "cmd/control.h"

#include <jansson.h>
#include <sys/un.h>

enum { CONTROL_PATH_BYTES = 4200 };

/* A request as read from the wire; the texts belong to `root`. */
struct control_message {
    json_t *root;
    const char **argv; /* owned */
    struct control_request request;
};

/* Appends one line. False: not UTF-8 or longer than the buffer's ceiling. */
bool control_write_request(const struct control_request *request, struct buf *to) MUST_USE;
bool control_write_reply(const struct control_reply *reply, struct buf *to) MUST_USE;

bool control_read_request(const char *line, size_t bytes, struct control_message *message) MUST_USE;
void control_message_done(struct control_message *message);
bool control_read_reply(const char *line, size_t bytes, struct control_reply *reply) MUST_USE;

/* "<database>.sock" */
bool control_path(const char *database, char path[CONTROL_PATH_BYTES], struct error *err) MUST_USE;

/* The address of a socket file, also where its path is longer than the 108 bytes an address takes:
 * then through /proc/self/fd of its folder, which is opened as *folder_fd (else -1; the caller
 * closes it). */
bool control_address(const char *path, struct sockaddr_un *address, int *folder_fd,
                     struct error *err) MUST_USE;

#endif
