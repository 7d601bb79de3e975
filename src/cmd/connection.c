#include "cmd/connection.h"

#include "adapters/http/executor.h"
#include "adapters/http/transport_curl.h"
#include "base/text.h"

#include <string.h>

bool connection_open(struct connection *connection, const struct config *config, struct error *err)
{
    *connection = (struct connection){.credentials = credentials_new()};
    if (!credentials_read(connection->credentials, config, err)) {
        connection_close(connection);
        return false;
    }
    const struct transport_curl_options options = {
        .hosting_url = config->base_url,
        .core_url = config->core_base_url,
        .username = credentials_username(connection->credentials),
        .password = credentials_password(connection->credentials),
        .ca_file = config->ca_file[0] != '\0' ? config->ca_file : NULL,
        .timeout_ms = config->timeout_ms,
        .connections_max = (size_t)config->policy.workers,
    };
    connection->transport = transport_curl_new(&options, err);
    if (connection->transport == NULL) {
        connection_close(connection);
        return false;
    }
    TEXT_SET(connection->account_sid, connection->credentials->account_sid);
    connection->executor = http_executor_new(connection->transport, connection->account_sid);
    return true;
}

void connection_close(struct connection *connection)
{
    if (connection->executor != NULL)
        http_executor_free(connection->executor);
    if (connection->transport != NULL)
        transport_curl_free(connection->transport);
    credentials_free(connection->credentials);
    *connection = (struct connection){0};
}
