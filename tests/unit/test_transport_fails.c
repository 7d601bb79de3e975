/* The transport over a libcurl that runs out of memory, once at each place: the request fails with
 * "not sent", and the next one goes. */
#include "adapters/http/transport_curl.h"
#include "faults/faults.h"
#include "helpers/certificates.h"
#include "helpers/loopback_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct wire {
    struct loopback_server *server;
    char url[64];
    const char *method;
};

static const char *method_now; /* of the trial */
static struct certificates certificates;

static void *set_up(void)
{
    static const struct reply answer = {REPLY_BYTES,
                                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"};
    const struct loopback_script script = {.replies = &answer, .reply_count = 1};
    struct wire *wire = calloc(1, sizeof *wire);
    assert_non_null(wire);
    wire->server = loopback_server_start(&script);
    wire->method = method_now;
    snprintf(wire->url, sizeof wire->url, "http://127.0.0.1:%d",
             loopback_server_port(wire->server));
    return wire;
}

static void tear_down(void *context)
{
    struct wire *wire = context;
    loopback_server_stop(wire->server);
    free(wire);
}

/* What was not sent may say so on submission or as an answer. */
static bool exchange(struct transport *transport, const struct http_request *request,
                     struct error *err)
{
    struct http_response response = {0};
    if (!transport->ops->submit(transport->self, request, err))
        return false;
    for (int tries = 0; tries < 100 && transport->ops->collect(transport->self, &response, 1) == 0;
         tries++)
        transport->ops->wait(transport->self, 1000);
    bool good = response.delivery == DELIVERY_ANSWERED && response.status == 200;
    if (!good)
        error_set(err, ERROR_OTHER, "%s", response.error);
    assert_true(good || response.delivery == DELIVERY_NOT_SENT);
    buf_done(&response.body);
    return good;
}

static bool operate(void *context, struct error *err)
{
    const struct wire *wire = context;
    const bool post = strcmp(wire->method, "POST") == 0;
    const struct transport_curl_options options = {.hosting_url = wire->url,
                                                   .core_url = wire->url,
                                                   .username = "AC1",
                                                   .password = "secret-of-the-test",
                                                   .ca_file = certificates.authority,
                                                   .timeout_ms = 5000};
    const struct http_request request = {.method = wire->method,
                                         .path = "/x",
                                         .body = post ? "A=1" : NULL,
                                         .body_bytes = post ? 3 : 0,
                                         .send_once = post};
    struct transport *transport = transport_curl_new(&options, err);
    bool good = transport != NULL && exchange(transport, &request, err);
    transport_curl_free(transport);
    return good;
}

/* A request that failed did not arrive: at most the one that was tried again. */
static void check(void *context)
{
    struct wire *wire = context;
    assert_in_range(loopback_server_requests(wire->server), 0, 1);
}

static void a_request_that_libcurl_cannot_prepare_is_not_sent(void **state)
{
    static const char *const methods[] = {"POST", "GET", "DELETE"};
    size_t forced = 0;
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        method_now = methods[i];
        const struct fault_trial trial = {.name = methods[i],
                                          .families = FAULT_LIBRARIES,
                                          .set_up = set_up,
                                          .operate = operate,
                                          .check = check,
                                          .tear_down = tear_down};
        forced += force_run(&trial);
    }
    assert_in_range(forced, force_least(90), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_that_libcurl_cannot_prepare_is_not_sent),
    };
    certificates_make(&certificates);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    certificates_remove(&certificates);
    return failed;
}
