/* The connection to the service that the configuration names. */
#ifndef NUMHOST_CMD_SERVICE_H
#define NUMHOST_CMD_SERVICE_H

#include "cmd/config.h"
#include "cmd/credentials.h"
#include "ports/transport.h"

/* A transport over libcurl with base addresses, credentials, time-out and as many connections as
 * there are workers; release it with transport_curl_free(). Nothing is sent yet. NULL on failure.
 */
struct transport *service_connect(const struct config *config,
                                  const struct credentials *credentials,
                                  struct error *err) MUST_USE;

#endif
