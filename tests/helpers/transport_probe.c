#include "helpers/transport_probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct transport *probe_transport(const char *ca_file, const char *scheme, int port,
                                  int64_t timeout_ms, size_t connections_max)
{
    char url[64];
    struct error err = {0};
    snprintf(url, sizeof url, "%s://127.0.0.1:%d", scheme, port);
    struct transport_curl_options options = {.hosting_url = url,
                                             .username = "AC1",
                                             .password = "secret-of-the-test",
                                             .ca_file = ca_file,
                                             .timeout_ms = timeout_ms,
                                             .connections_max = connections_max};
    struct transport *transport = transport_curl_new(&options, &err);
    if (transport == NULL)
        fail_msg("%s", err.text);
    return transport;
}

void probe_submit(struct transport *transport, const char *method, uint64_t tag)
{
    bool post = strcmp(method, "POST") == 0;
    struct error err = {0};
    struct http_request request = {.tag = tag,
                                   .method = method,
                                   .path = "/x?a=%2B1",
                                   .body = post ? "A=1&B=2" : NULL,
                                   .body_bytes = post ? 7 : 0,
                                   .send_once = post};
    if (!transport->ops->submit(transport->self, &request, &err))
        fail_msg("%s", err.text);
}

struct http_response probe_wait(struct transport *transport)
{
    struct http_response response;
    for (int tries = 0; tries < 100; tries++) {
        if (transport->ops->collect(transport->self, &response, 1) == 1)
            return response;
        transport->ops->wait(transport->self, 1000);
    }
    fail_msg("no answer came");
    return response;
}

/* One request; only the delivery and status matter. */
struct http_response probe_exchange(struct transport *transport, const char *method)
{
    probe_submit(transport, method, 42);
    struct http_response response = probe_wait(transport);
    assert_int_equal(response.tag, 42);
    assert_int_equal(transport->ops->in_flight(transport->self), 0);
    return response;
}

void probe_expect(struct transport *transport, const char *method, enum delivery delivery,
                  const char *error)
{
    struct http_response response = probe_exchange(transport, method);
    if (response.delivery != delivery || strstr(response.error, error) == NULL)
        fail_msg("delivery %d, \"%s\"", (int)response.delivery, response.error);
    buf_done(&response.body);
}
