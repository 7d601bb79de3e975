#include "helpers/loopback_server.h"

#include "base/memory.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 512, REQUEST_BYTES_MAX = 2 * 1024 * 1024, LAST_BYTES = 4096 };

struct connection {
    struct loopback_server *server;
    pthread_t thread;
    int socket;
    SSL *tls; /* NULL: plain */
    char *bytes;
    size_t used;
};

struct loopback_server {
    struct loopback_script script;
    SSL_CTX *tls;
    int listener;
    int port;
    pthread_t thread;
    pthread_mutex_t lock; /* of everything below */
    struct connection connections[CONNECTIONS_MAX];
    size_t connection_count;
    size_t requests;
    size_t posts;
    size_t bytes;
    bool stopping;
    char last[LAST_BYTES];
};

static ssize_t receive(struct connection *connection, char *to, size_t bytes)
{
    if (connection->tls != NULL)
        return SSL_read(connection->tls, to, (int)bytes);
    return recv(connection->socket, to, bytes, 0);
}

static bool send_all(struct connection *connection, const char *from, size_t bytes)
{
    while (bytes > 0) {
        ssize_t sent = connection->tls != NULL
                           ? SSL_write(connection->tls, from, (int)bytes)
                           : send(connection->socket, from, bytes, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        from += sent;
        bytes -= (size_t)sent;
    }
    return true;
}

/* Bytes of the whole request at the front of what was read, 0 while it is not whole. */
static size_t whole_request(const struct connection *connection)
{
    const char *end = memmem(connection->bytes, connection->used, "\r\n\r\n", 4);
    if (end == NULL)
        return 0;
    size_t head = (size_t)(end - connection->bytes) + 4;
    const char *length = memmem(connection->bytes, head, "Content-Length: ", 16);
    size_t body = length != NULL ? strtoul(length + 16, NULL, 10) : 0;
    return connection->used >= head + body ? head + body : 0;
}

/* Read until a request is whole; 0 when the client has gone. */
static size_t read_request(struct connection *connection)
{
    size_t whole = 0;
    while ((whole = whole_request(connection)) == 0) {
        size_t room = REQUEST_BYTES_MAX - connection->used;
        ssize_t got =
            room > 0 ? receive(connection, connection->bytes + connection->used, room) : 0;
        if (got <= 0)
            return 0;
        connection->used += (size_t)got;
        pthread_mutex_lock(&connection->server->lock);
        connection->server->bytes += (size_t)got;
        pthread_mutex_unlock(&connection->server->lock);
    }
    return whole;
}

static struct reply note_request(struct connection *connection, size_t whole)
{
    struct loopback_server *server = connection->server;
    pthread_mutex_lock(&server->lock);
    size_t index = server->requests++;
    if (index >= server->script.reply_count)
        index = server->script.reply_count - 1;
    server->posts += memcmp(connection->bytes, "POST ", 5) == 0 ? 1 : 0;
    size_t kept = whole < sizeof server->last ? whole : sizeof server->last - 1;
    memcpy(server->last, connection->bytes, kept);
    server->last[kept] = '\0';
    pthread_mutex_unlock(&server->lock);
    connection->used -= whole;
    memmove(connection->bytes, connection->bytes + whole, connection->used);
    return server->script.replies[index];
}

static void reset(struct connection *connection)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(connection->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    pthread_mutex_lock(&connection->server->lock);
    close(connection->socket);
    connection->socket = -1;
    pthread_mutex_unlock(&connection->server->lock);
}

/* False when the connection is over. */
static bool give_reply(struct connection *connection, struct reply reply)
{
    static const char noise[16384] = {'x'};
    char ignored[256];
    if (reply.bytes != NULL && !send_all(connection, reply.bytes, strlen(reply.bytes)))
        return false;
    switch (reply.kind) {
    case REPLY_BYTES: return true;
    case REPLY_BYTES_CLOSE:
    case REPLY_CLOSE: return false;
    case REPLY_RESET: reset(connection); return false;
    case REPLY_SILENCE:
        while (receive(connection, ignored, sizeof ignored) > 0)
            continue;
        return false;
    case REPLY_ENDLESS:
        while (send_all(connection, noise, sizeof noise))
            continue;
        return false;
    }
    return false;
}

static void serve(struct connection *connection)
{
    size_t whole = 0;
    if (connection->tls != NULL && SSL_accept(connection->tls) != 1)
        return;
    while ((whole = read_request(connection)) > 0)
        if (!give_reply(connection, note_request(connection, whole)))
            return;
}

static void *connection_main(void *context)
{
    struct connection *connection = context;
    connection->bytes = memory_new(REQUEST_BYTES_MAX, 1);
    if (connection->server->tls != NULL) {
        connection->tls = SSL_new(connection->server->tls);
        SSL_set_fd(connection->tls, connection->socket);
    }
    serve(connection);
    /* The descriptor is closed by stop(), so that nobody shuts down a number that was given out
     * again. */
    shutdown(connection->socket, SHUT_RDWR);
    SSL_free(connection->tls);
    free(connection->bytes);
    return NULL;
}

/* False when no more connections are taken. */
static bool take_connection(struct loopback_server *server, int socket)
{
    int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    pthread_mutex_lock(&server->lock);
    bool taken = !server->stopping && server->connection_count < CONNECTIONS_MAX;
    if (taken) {
        struct connection *connection = &server->connections[server->connection_count];
        *connection = (struct connection){.server = server, .socket = socket};
        taken = pthread_create(&connection->thread, NULL, connection_main, connection) == 0;
        server->connection_count += taken ? 1 : 0;
    }
    pthread_mutex_unlock(&server->lock);
    if (!taken)
        close(socket);
    return taken && !server->script.close_listener_after_first;
}

static void *accept_main(void *context)
{
    struct loopback_server *server = context;
    int socket = 0;
    while ((socket = accept(server->listener, NULL, NULL)) >= 0)
        if (!take_connection(server, socket))
            break;
    shutdown(server->listener, SHUT_RDWR);
    return NULL;
}

static int listen_on_loopback(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool good = listener >= 0 && bind(listener, (struct sockaddr *)&address, bytes) == 0 &&
                listen(listener, 128) == 0 &&
                getsockname(listener, (struct sockaddr *)&address, &bytes) == 0;
    assert(good);
    *port = ntohs(address.sin_port);
    return listener;
}

static SSL_CTX *tls_context(const struct loopback_script *script)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    if (tls != NULL) /* what is weak or old is for the client to refuse */
        SSL_CTX_set_security_level(tls, 0);
    bool good = tls != NULL && SSL_CTX_set_min_proto_version(tls, TLS1_VERSION) == 1 &&
                SSL_CTX_set_max_proto_version(tls, script->tls_version_max) == 1 &&
                SSL_CTX_use_certificate_chain_file(tls, script->certificate_file) == 1 &&
                SSL_CTX_use_PrivateKey_file(tls, script->key_file, SSL_FILETYPE_PEM) == 1;
    assert(good);
    return tls;
}

struct loopback_server *loopback_server_start(const struct loopback_script *script)
{
    struct loopback_server *server = memory_new(1, sizeof *server);
    server->script = *script;
    if (script->certificate_file != NULL)
        server->tls = tls_context(script);
    server->listener = listen_on_loopback(&server->port);
    pthread_mutex_init(&server->lock, NULL);
    int failed = pthread_create(&server->thread, NULL, accept_main, server);
    assert(failed == 0);
    return server;
}

static void end_connection(struct connection *connection)
{
    pthread_mutex_lock(&connection->server->lock);
    shutdown(connection->socket, SHUT_RDWR);
    pthread_mutex_unlock(&connection->server->lock);
    pthread_join(connection->thread, NULL);
    if (connection->socket >= 0)
        close(connection->socket);
}

void loopback_server_stop(struct loopback_server *server)
{
    pthread_mutex_lock(&server->lock);
    server->stopping = true;
    pthread_mutex_unlock(&server->lock);
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
    for (size_t i = 0; i < server->connection_count; i++)
        end_connection(&server->connections[i]);
    SSL_CTX_free(server->tls);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

int loopback_server_port(const struct loopback_server *server)
{
    return server->port;
}

static size_t read_counter(struct loopback_server *server, const size_t *counter)
{
    pthread_mutex_lock(&server->lock);
    size_t value = *counter;
    pthread_mutex_unlock(&server->lock);
    return value;
}

size_t loopback_server_requests(struct loopback_server *server)
{
    return read_counter(server, &server->requests);
}

size_t loopback_server_posts(struct loopback_server *server)
{
    return read_counter(server, &server->posts);
}

size_t loopback_server_bytes(struct loopback_server *server)
{
    return read_counter(server, &server->bytes);
}

size_t loopback_server_connections(struct loopback_server *server)
{
    return read_counter(server, &server->connection_count);
}

void loopback_server_last(struct loopback_server *server, char *to, size_t to_bytes)
{
    pthread_mutex_lock(&server->lock);
    text_copy(to, to_bytes, server->last);
    pthread_mutex_unlock(&server->lock);
}

int loopback_closed_port(void)
{
    int port = 0;
    close(listen_on_loopback(&port));
    return port;
}

struct loopback_hole loopback_hole_open(void)
{
    struct loopback_hole hole = {0};
    hole.listener = listen_on_loopback(&hole.port);
    int shrunk = listen(hole.listener, 0);
    assert(shrunk == 0);
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons((uint16_t)hole.port),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (size_t i = 0; i < HOLE_CLIENTS; i++) {
        hole.clients[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        int taken =
            connect(hole.clients[i], (const struct sockaddr *)&address, (socklen_t)sizeof address);
        assert(hole.clients[i] >= 0 && (taken == 0 || errno == EINPROGRESS));
    }
    return hole;
}

void loopback_hole_close(const struct loopback_hole *hole)
{
    for (size_t i = 0; i < HOLE_CLIENTS; i++)
        close(hole->clients[i]);
    close(hole->listener);
}
