#include "cmd/service.h"

#include "adapters/http/transport_curl.h"

struct transport *service_connect(const struct config *config,
                                  const struct credentials *credentials, struct error *err)
{
    const struct transport_curl_options options = {
        .hosting_url = config->base_url,
        .core_url = config->core_base_url,
        .username = credentials_username(credentials),
        .password = credentials_password(credentials),
        .ca_file = config->ca_file[0] == '\0' ? NULL : config->ca_file,
        .timeout_ms = config->timeout_ms,
        .connections_max = (size_t)config->policy.workers,
    };
    return transport_curl_new(&options, err);
}
