/* The way to the service as the configuration says it: credentials, transport and executor. */
#ifndef NUMHOST_CMD_CONNECTION_H
#define NUMHOST_CMD_CONNECTION_H

#include "cmd/config.h"
#include "cmd/credentials.h"
#include "ports/executor.h"
#include "ports/store.h"
#include "ports/transport.h"

struct connection {
    struct transport *transport;
    struct executor *executor;
    struct credentials *credentials;
    char account_sid[SECRET_BYTES];
};

/* Reads the credentials and sets everything up; nothing is sent. ERROR_ACCESS, ERROR_USAGE. Nothing
 * is left behind on failure. */
bool connection_open(struct connection *connection, const struct config *config,
                     struct error *err) MUST_USE;
/* A database belongs to the environment and account it was first used with: orders of a rehearsal
 * mean nothing to the real service. ERROR_USAGE when it is another one. may_write: remember this
 * one when there is none yet. */
bool connection_bind(const struct connection *connection, const struct config *config,
                     struct store *store, bool may_write, struct error *err) MUST_USE;
void connection_close(struct connection *connection);

#endif
