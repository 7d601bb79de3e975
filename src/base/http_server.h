/* Every server face of numhost, over libmicrohttpd: one thread with epoll, ceilings on everything a
 * client can send, and guards against what libmicrohttpd 0.9.75 lets through: several
 * Content-Length or Host headers, and Content-Length beside Transfer-Encoding, are answered 400 and
 * closed. */
#ifndef NUMHOST_BASE_HTTP_SERVER_H
#define NUMHOST_BASE_HTTP_SERVER_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_server;
struct http_server_request;

enum { HTTP_SERVER_HEADERS_MAX = 24 };

enum http_ending {
    HTTP_ENDING_WHOLE,
    HTTP_ENDING_CUT,   /* reset after cut_after bytes of the body */
    HTTP_ENDING_RESET, /* reset before a byte */
    HTTP_ENDING_NEVER, /* nothing until the client goes away or the server stops; needs
                          options.delays */
};

struct http_server_header {
    const char *name; /* a constant */
    char value[256];
};

/* Filled by the handler; comes with status 200, no headers, and a body with the server's ceiling.
 */
struct http_server_response {
    int32_t status;
    const char *content_type;           /* NULL: none, as for an empty body; a constant */
    struct buf body;                    /* taken over by the server */
    struct http_server_header *headers; /* by http_server_add_header(); the server's */
    size_t header_count;
    const struct http_server_header *fixed; /* more headers, constants for the life of the server */
    size_t fixed_count;
    enum http_ending ending;
    size_t cut_after;
    int64_t delay_ms; /* needs options.delays */
};

/* Called in the server's thread for each whole request; must not block. */
typedef void (*http_handler_fn)(void *context, const struct http_server_request *request,
                                struct http_server_response *response);

struct http_server_options {
    const char *listen;    /* HOST:PORT, [IPV6]:PORT; port 0: any free one */
    int listen_fd;         /* a listening socket to use instead when > 0; taken over */
    size_t body_bytes_max; /* of a request: 413 above */
    size_t answer_bytes_max;
    uint32_t connections_max;
    uint32_t idle_seconds; /* a silent connection is closed after */
    bool delays;           /* allow delay_ms and HTTP_ENDING_NEVER: a second thread keeps time */
    http_handler_fn handle;
    void *context;
};

/* Listens and serves until http_server_stop(). ERROR_USAGE for a bad address, ERROR_OTHER when it
 * cannot be had. */
struct http_server *http_server_start(const struct http_server_options *options,
                                      struct error *err) MUST_USE;
void http_server_stop(struct http_server *server); /* NULL is fine; answers what is being handled */

uint16_t http_server_port(const struct http_server *server);

/* Texts live as long as the request. */
const char *http_server_method(const struct http_server_request *request);
const char *http_server_path(const struct http_server_request *request);  /* as sent, not decoded */
const char *http_server_query(const struct http_server_request *request); /* as sent; NULL: none */
const struct buf *http_server_body(const struct http_server_request *request);

/* A request header by name in any case, NULL when absent. */
const char *http_server_header(const struct http_server_request *request, const char *name);

/* HTTP Basic credentials; false when there are none or they are unreadable. */
bool http_server_credentials(const struct http_server_request *request, char *user,
                             size_t user_bytes, char *password, size_t password_bytes);

/* Requests whose answer is not on its way yet, the current one included. */
int32_t http_server_concurrent(const struct http_server_request *request);

/* Add a header; the value is cut to its field. */
void http_server_add_header(struct http_server_response *response, const char *name,
                            const char *value);

#endif
