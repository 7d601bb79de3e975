/* A listening TCP socket from text. */
#ifndef NUMHOST_BASE_HTTP_LISTEN_H
#define NUMHOST_BASE_HTTP_LISTEN_H

#include "base/attr.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* HOST:PORT or [IPV6]:PORT, port 0 for any free one. ERROR_USAGE when it does not read so,
 * ERROR_OTHER when the address cannot be had. */
bool http_listen(const char *address, int *socket, struct error *err) MUST_USE;

/* The port a socket listens on, 0 when it does not. */
uint16_t http_listen_port(int socket);
void http_listen_close(int socket); /* -1 is fine */

#endif
