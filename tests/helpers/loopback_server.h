/* A scripted HTTP server on 127.0.0.1 for the tests of the transport: plain or TLS, one thread for
 * each connection. It counts what really arrived, whole requests only, and answers by the script.
 */
#ifndef NUMHOST_TESTS_LOOPBACK_SERVER_H
#define NUMHOST_TESTS_LOOPBACK_SERVER_H

#include <stdbool.h>
#include <stddef.h>

enum reply_kind {
    REPLY_BYTES,       /* send `bytes` and keep the connection */
    REPLY_BYTES_CLOSE, /* send `bytes`, then close */
    REPLY_CLOSE,       /* close without a byte of answer */
    REPLY_RESET,       /* the same, with a TCP reset */
    REPLY_SILENCE,     /* answer nothing until the client goes or the server stops */
    REPLY_ENDLESS,     /* send `bytes`, then body bytes until the client goes */
};

struct reply {
    enum reply_kind kind;
    const char *bytes;
};

/* The n-th request gets replies[n]; the last is for all that follow. */
struct loopback_script {
    const struct reply *replies;
    size_t reply_count;
    const char *certificate_file; /* PEM; NULL: no TLS */
    const char *key_file;
    int tls_version_max;             /* TLS1_1_VERSION and so on; 0: the newest there is */
    bool close_listener_after_first; /* no second connection is taken in */
};

struct loopback_server;

/* Never NULL; a failure ends the test. */
struct loopback_server *loopback_server_start(const struct loopback_script *script);
void loopback_server_stop(struct loopback_server *server);

int loopback_server_port(const struct loopback_server *server);

/* Whole requests, header and body, that arrived so far. */
size_t loopback_server_requests(struct loopback_server *server);
size_t loopback_server_posts(struct loopback_server *server);
size_t loopback_server_connections(struct loopback_server *server);

/* Bytes that arrived behind the handshake, or at all without TLS, part of a request or not. */
size_t loopback_server_bytes(struct loopback_server *server);

/* The last whole request, cut to fit. */
void loopback_server_last(struct loopback_server *server, char *to, size_t to_bytes);

/* A port of 127.0.0.1 that swallows every attempt to connect: its queue is full and nobody takes
 * anything out of it. */
enum { HOLE_CLIENTS = 8 };
struct loopback_hole {
    int port;
    int listener;
    int clients[HOLE_CLIENTS];
};
struct loopback_hole loopback_hole_open(void);
void loopback_hole_close(const struct loopback_hole *hole);

/* A port of 127.0.0.1 where nobody listens. */
int loopback_closed_port(void);

#endif
