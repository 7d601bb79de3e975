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

static bool bind_setting(struct store *store, const char *name, const char *value, bool may_write,
                         struct error *err)
{
    char bound[128];
    if (!store_read_setting(store, name, bound, sizeof bound, err))
        return false;
    if (bound[0] == '\0')
        return !may_write || store_write_setting(store, name, value, err);
    if (strcmp(bound, value) == 0)
        return true;
    return error_set(err, ERROR_USAGE,
                     "this database was run with %s %s, and is now asked to run with %s; use "
                     "another --database",
                     name, bound, value);
}

bool connection_bind(const struct connection *connection, const struct config *config,
                     struct store *store, bool may_write, struct error *err)
{
    return bind_setting(store, "environment", environment_name(config->environment), may_write,
                        err) &&
           bind_setting(store, "account_sid", connection->account_sid, may_write, err);
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
