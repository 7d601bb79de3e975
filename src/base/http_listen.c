#include "base/http_listen.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

/* Split in place; false when there is no port or the brackets do not match. */
static bool split_address(char *text, char **host, char **port)
{
    char *colon = strrchr(text, ':');
    if (colon == NULL || colon == text)
        return false;
    *colon = '\0';
    *host = text;
    *port = colon + 1;
    size_t length = strlen(text);
    if (text[0] != '[')
        return strchr(text, ':') == NULL;
    if (text[length - 1] != ']')
        return false;
    text[length - 1] = '\0';
    *host = text + 1;
    return true;
}

static int open_socket(const struct addrinfo *at)
{
    int one = 1;
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int reason = errno;
    close(fd);
    errno = reason;
    return -1;
}

bool http_listen(const char *address, int *socket, struct error *err)
{
    char text[300];
    char *host = NULL;
    char *port = NULL;
    long long number = 0;
    struct addrinfo *found = NULL;
    struct addrinfo wanted = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    if (!TEXT_SET(text, address) || !split_address(text, &host, &port) ||
        !text_to_int(port, 0, 65535, &number))
        return error_set(err, ERROR_USAGE, "\"%.100s\" is not HOST:PORT, such as 127.0.0.1:8080",
                         address);
    int trouble = getaddrinfo(host, port, &wanted, &found);
    if (trouble != 0)
        return error_set(err, ERROR_USAGE, "cannot listen on %.100s: %s", address,
                         gai_strerror(trouble));
    *socket = open_socket(found);
    freeaddrinfo(found);
    if (*socket < 0)
        return error_set(err, ERROR_OTHER,
                         "cannot listen on %.100s: %s; choose another port, or 0 for any free one",
                         address, strerror(errno));
    return true;
}

uint16_t http_listen_port(int socket)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } at = {0};
    socklen_t bytes = sizeof at;
    if (getsockname(socket, &at.any, &bytes) != 0)
        return 0;
    return ntohs(at.any.sa_family == AF_INET6 ? at.v6.sin6_port : at.v4.sin_port);
}

void http_listen_close(int socket)
{
    if (socket >= 0)
        close(socket);
}
