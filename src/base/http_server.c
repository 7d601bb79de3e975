#include "base/http_server.h"

#include "base/attr.h"
#include "base/clock.h"
#include "base/http_listen.h"
#include "base/http_pause.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum {
    HEADERS_STEP = 8,
    CONNECTION_MEMORY_BYTES = 32 * 1024, /* request line and headers; MHD answers 431 above */
    NEVER_MS = 60 * 1000, /* "never" ends here, or sockets of clients long gone pile up */
};

struct http_server {
    struct http_server_options options;
    struct MHD_Daemon *daemon;
    struct http_pause *pause; /* NULL without options.delays */
    uint16_t port;
    int32_t concurrent;
};

struct http_server_request {
    struct http_server *server;
    struct MHD_Connection *connection;
    const char *method;
    struct buf body;
    struct http_server_response response;
    bool begun;
    bool too_long;
    bool counted;
    bool answered; /* `response` is filled */
    bool paused;   /* it waits, or waited, for its delay */
    char *query;
    char path[]; /* the query behind its NUL */
};

/* ---- the request ---- */

const char *http_server_method(const struct http_server_request *request)
{
    return request->method;
}

const char *http_server_path(const struct http_server_request *request)
{
    return request->path;
}

const char *http_server_query(const struct http_server_request *request)
{
    return request->query;
}

const struct buf *http_server_body(const struct http_server_request *request)
{
    return &request->body;
}

const char *http_server_header(const struct http_server_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

int32_t http_server_concurrent(const struct http_server_request *request)
{
    return request->server->concurrent;
}

/* Called with the request line as it came, before anything is decoded; what it returns is the
 * request's context. */
static void *begin_request(void *context, const char *uri, struct MHD_Connection *connection)
{
    struct http_server *server = context;
    size_t bytes = strlen(uri) + 1;
    struct http_server_request *request = memory_new(1, sizeof *request + bytes);
    request->server = server;
    request->connection = connection;
    memcpy(request->path, uri, bytes);
    request->query = strchr(request->path, '?');
    if (request->query != NULL)
        *request->query++ = '\0';
    buf_init(&request->body, server->options.body_bytes_max);
    return request;
}

static void end_request(void *context, struct MHD_Connection *connection, void **request_place,
                        enum MHD_RequestTerminationCode code)
{
    struct http_server *server = context;
    struct http_server_request *request = *request_place;
    (void)connection;
    (void)code;
    if (request == NULL)
        return;
    if (request->counted)
        server->concurrent--;
    buf_done(&request->body);
    buf_done(&request->response.body);
    free(request->response.headers);
    free(request);
    *request_place = NULL;
}

/* MHD would decode in place; whoever reads paths and queries here wants them as sent. */
static size_t keep_escapes(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

/* ---- guards ---- */

struct header_counts {
    int content_length;
    int host;
    int transfer_encoding;
    bool other_encoding;
    unsigned long long declared_bytes;
};

static enum MHD_Result count_header(void *context, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    struct header_counts *counts = context;
    (void)kind;
    if (strcasecmp(name, "Content-Length") == 0) {
        counts->content_length++;
        counts->declared_bytes = value != NULL ? strtoull(value, NULL, 10) : 0;
    } else if (strcasecmp(name, "Host") == 0) {
        counts->host++;
    } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
        counts->transfer_encoding++;
        counts->other_encoding = value == NULL || strcasecmp(value, "chunked") != 0;
    }
    return MHD_YES;
}

static enum MHD_Result refuse_request(struct MHD_Connection *connection, unsigned status,
                                      const char *message)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        strlen(message), (void *)(uintptr_t)message, MHD_RESPMEM_PERSISTENT);
    if (response == NULL)
        return MHD_NO;
    MHD_add_response_header(response, "Connection", "close");
    MHD_add_response_header(response, "Content-Type", "text/plain");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

/* What two parties could read differently is not read at all. */
static enum MHD_Result check_headers(struct http_server_request *request)
{
    struct header_counts counts = {0};
    MHD_get_connection_values(request->connection, MHD_HEADER_KIND, count_header, &counts);
    if (counts.content_length > 1 || counts.host > 1 || counts.transfer_encoding > 1 ||
        counts.other_encoding || (counts.content_length > 0 && counts.transfer_encoding > 0))
        return refuse_request(request->connection, MHD_HTTP_BAD_REQUEST,
                              "ambiguous Content-Length, Host or Transfer-Encoding\n");
    if (counts.declared_bytes > request->server->options.body_bytes_max)
        return refuse_request(request->connection, MHD_HTTP_CONTENT_TOO_LARGE,
                              "the body is too long\n");
    return MHD_YES;
}

/* ---- the response ---- */

void http_server_add_header(struct http_server_response *response, const char *name,
                            const char *value)
{
    if (response->header_count == HTTP_SERVER_HEADERS_MAX)
        return;
    if (response->header_count % HEADERS_STEP == 0)
        response->headers =
            memory_resize(response->headers,
                          (response->header_count + HEADERS_STEP) * sizeof response->headers[0]);
    struct http_server_header *header = &response->headers[response->header_count++];
    header->name = name;
    TEXT_SET(header->value, value);
}

/* Close with RST instead of FIN. */
static void make_reset(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    if (info != NULL)
        (void)setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

/* Hands out the body up to the cut, then fails. */
static ssize_t read_until_cut(void *context, uint64_t position, char *to, size_t max)
{
    struct http_server_request *request = context;
    size_t cut = request->response.cut_after;
    if (position >= cut) {
        make_reset(request->connection);
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    size_t left = cut - (size_t)position;
    size_t count = left < max ? left : max;
    memcpy(to, request->response.body.data + position, count);
    return (ssize_t)count;
}

static struct MHD_Response *make_response(struct http_server_request *request)
{
    struct http_server_response *from = &request->response;
    if (from->ending == HTTP_ENDING_CUT)
        return MHD_create_response_from_callback(from->body.length, 16 * 1024, read_until_cut,
                                                 request, NULL);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(from->body.length, from->body.data, MHD_RESPMEM_MUST_FREE);
    if (response != NULL)
        buf_init(&from->body, 0); /* the response frees it now */
    return response;
}

static enum MHD_Result send_response(struct http_server_request *request)
{
    struct http_server_response *from = &request->response;
    if (from->ending == HTTP_ENDING_RESET || from->ending == HTTP_ENDING_NEVER) {
        make_reset(request->connection);
        return MHD_NO;
    }
    struct MHD_Response *response = make_response(request);
    if (response == NULL)
        return MHD_NO;
    if (from->content_type != NULL)
        MHD_add_response_header(response, "Content-Type", from->content_type);
    for (size_t i = 0; i < from->fixed_count; i++)
        MHD_add_response_header(response, from->fixed[i].name, from->fixed[i].value);
    for (size_t i = 0; i < from->header_count; i++)
        MHD_add_response_header(response, from->headers[i].name, from->headers[i].value);
    enum MHD_Result result =
        MHD_queue_response(request->connection, (unsigned)from->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer_request(struct http_server_request *request)
{
    struct http_server *server = request->server;
    struct http_server_response *response = &request->response;
    if (request->too_long)
        return refuse_request(request->connection, MHD_HTTP_CONTENT_TOO_LARGE,
                              "the body is too long\n");
    request->answered = true;
    request->counted = true;
    server->concurrent++;
    response->status = 200;
    buf_init(&response->body, server->options.answer_bytes_max);
    server->options.handle(server->options.context, request, response);
    int64_t delay_ms = response->ending == HTTP_ENDING_NEVER ? NEVER_MS : response->delay_ms;
    if (delay_ms <= 0 || server->pause == NULL)
        return send_response(request);
    request->paused = true;
    MHD_suspend_connection(request->connection);
    http_pause_add(server->pause, request->connection, clock_monotonic_ms() + delay_ms);
    return MHD_YES;
}

/* A body without a declared length is refused at its end, or by closing when it does not come soon.
 */
static enum MHD_Result take_body(struct http_server_request *request, const char *bytes,
                                 size_t count)
{
    if (request->too_long)
        return MHD_NO;
    request->too_long = !buf_add(&request->body, bytes, count);
    return MHD_YES;
}

static enum MHD_Result serve(void *context, struct MHD_Connection *connection, const char *url,
                             const char *method, const char *version, const char *bytes,
                             size_t *byte_count, void **request_place)
{
    struct http_server_request *request = *request_place;
    (void)context;
    (void)connection;
    (void)url;
    (void)version;
    if (!request->begun) {
        request->begun = true;
        request->method = method;
        return check_headers(request);
    }
    if (request->answered)
        return send_response(request);
    if (*byte_count > 0) {
        enum MHD_Result result = take_body(request, bytes, *byte_count);
        *byte_count = 0;
        return result;
    }
    return answer_request(request);
}

/* ---- the server ---- */

PRINTF_LIKE(2, 0)
static void log_quietly(void *context, const char *format, va_list args)
{
    char line[256];
    (void)context;
    vsnprintf(line, sizeof line, format, args);
    line[strcspn(line, "\n")] = '\0';
    LOG_DEBUG("http server: %s", line);
}

static struct MHD_Daemon *start_daemon(struct http_server *server, int socket)
{
    const struct http_server_options *options = &server->options;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO | MHD_USE_ERROR_LOG;
    if (options->delays)
        flags |= MHD_ALLOW_SUSPEND_RESUME;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, serve, server, MHD_OPTION_EXTERNAL_LOGGER, log_quietly, NULL,
        MHD_OPTION_LISTEN_SOCKET, socket, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY_BYTES, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)options->connections_max, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)options->idle_seconds, MHD_OPTION_URI_LOG_CALLBACK, begin_request, server,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_NOTIFY_COMPLETED, end_request,
        server, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

struct http_server *http_server_start(const struct http_server_options *options, struct error *err)
{
    int socket = options->listen_fd;
    if (socket <= 0 && !http_listen(options->listen, &socket, err))
        return NULL;
    struct http_server *server = memory_new(1, sizeof *server);
    server->options = *options;
    server->port = http_listen_port(socket);
    if (options->delays)
        server->pause = http_pause_new();
    if (!options->delays || server->pause != NULL)
        server->daemon = start_daemon(server, socket);
    if (server->daemon == NULL) {
        http_listen_close(socket);
        http_pause_free(server->pause);
        free(server);
        error_set(err, ERROR_OTHER, "cannot start the HTTP server on %s",
                  options->listen != NULL ? options->listen : "the given socket");
        return NULL;
    }
    return server;
}

void http_server_stop(struct http_server *server)
{
    if (server == NULL)
        return;
    int socket = MHD_quiesce_daemon(server->daemon); /* nothing new comes in */
    http_pause_end(server->pause); /* what waits goes on, as MHD wants before it stops */
    MHD_stop_daemon(server->daemon);
    http_pause_free(server->pause);
    http_listen_close(socket);
    free(server);
}

uint16_t http_server_port(const struct http_server *server)
{
    return server->port;
}
