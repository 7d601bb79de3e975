/* Whom the transport speaks to, and what a person reads when it does not: not a byte of a request
 * leaves before the other side has proved who it is, and there is no way around that. */
#include "adapters/http/executor.h"
#include "adapters/http/transport_curl.h"
#include "base/text.h"
#include "helpers/certificates.h"
#include "helpers/loopback_server.h"
#include "helpers/transport_probe.h"

#include <openssl/ssl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define ORDERS "/HostedNumbers/HostedNumberOrders"

/* The certificates of this run; made by main before any test. */
static struct certificates certificates;

static struct transport *transport_to(const char *url, const char *ca_file, int64_t timeout_ms)
{
    struct error err = {0};
    struct transport_curl_options options = {.hosting_url = url,
                                             .username = "AC1",
                                             .password = "secret-of-the-test",
                                             .ca_file = ca_file,
                                             .timeout_ms = timeout_ms,
                                             .connect_timeout_ms = timeout_ms,
                                             .connections_max = 1};
    struct transport *transport = transport_curl_new(&options, &err);
    if (transport == NULL)
        fail_msg("%s", err.text);
    return transport;
}

static struct loopback_server *tls_server(const char *certificate, const char *key, int version)
{
    static const struct reply replies[] = {{REPLY_BYTES, OK}};
    struct loopback_script script = {.replies = replies,
                                     .reply_count = 1,
                                     .certificate_file = certificate,
                                     .key_file = key,
                                     .tls_version_max = version};
    return loopback_server_start(&script);
}

/* Not sent, with what is the matter and what to do; and a request sent twice says it twice. */
static void expect_refusal(const char *url, const char *ca_file, const char *what,
                           const char *advice)
{
    struct transport *transport = transport_to(url, ca_file, 5000);
    for (int i = 0; i < 2; i++) {
        struct http_response response = probe_exchange(transport, "POST");
        if (response.delivery != DELIVERY_NOT_SENT || strstr(response.error, what) == NULL ||
            strstr(response.error, advice) == NULL)
            fail_msg("delivery %d, no \"%s\" or \"%s\" in \"%s\"", (int)response.delivery, what,
                     advice, response.error);
        assert_null(strstr(response.error, "secret"));
        buf_done(&response.body);
    }
    transport_curl_free(transport);
}

static void who_does_not_prove_to_be_the_service_gets_no_byte(void **state)
{
    (void)state;
    const struct {
        const char *certificate;
        const char *key;
        int version;
        const char *ca_file;
        const char *what;
        const char *advice;
    } table[] = {
        {certificates.expired, certificates.key, 0, certificates.authority, "has expired", "clock"},
        {certificates.early, certificates.key, 0, certificates.authority, "not yet valid", "clock"},
        {certificates.self_signed, certificates.key, 0, certificates.authority, "self-signed",
         "api.ca_file"},
        {certificates.unknown, certificates.key, 0, certificates.authority, "local issuer",
         "api.ca_file"},
        {certificates.good, certificates.key, 0, NULL, "unable to get", "api.ca_file"},
        {certificates.wrong_name, certificates.key, 0, certificates.authority,
         "matches target host", "api.base_url"},
        {certificates.for_clients, certificates.key, 0, certificates.authority, "purpose",
         "api.ca_file"},
        {certificates.by_server, certificates.key, 0, certificates.authority, "invalid CA",
         "api.ca_file"},
        {certificates.weak, certificates.weak_key, 0, certificates.authority, "key too",
         "api.ca_file"},
        {certificates.good, certificates.key, TLS1_1_VERSION, certificates.authority, "",
         "TLS 1.2 or newer"},
        {certificates.good, certificates.key, TLS1_VERSION, certificates.authority, "",
         "TLS 1.2 or newer"},
        {certificates.good, certificates.key, 0, "/nonexistent.pem", "", "check api.ca_file"},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        struct loopback_server *server =
            tls_server(table[i].certificate, table[i].key, table[i].version);
        char url[64];
        snprintf(url, sizeof url, "https://localhost:%d", loopback_server_port(server));
        expect_refusal(url, table[i].ca_file, table[i].what, table[i].advice);
        if (table[i].certificate != NULL)
            assert_int_equal(loopback_server_bytes(server), 0);
        assert_int_equal(loopback_server_requests(server), 0);
        loopback_server_stop(server);
    }
}

static void the_right_certificate_over_tls_1_2_and_1_3_is_spoken_to(void **state)
{
    (void)state;
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION, 0};
    for (size_t i = 0; i < COUNT_OF(versions); i++) {
        struct loopback_server *server =
            tls_server(certificates.good, certificates.key, versions[i]);
        char url[64];
        snprintf(url, sizeof url, "https://localhost:%d", loopback_server_port(server));
        struct transport *transport = transport_to(url, certificates.authority, 5000);
        probe_expect(transport, "POST", DELIVERY_ANSWERED, "");
        assert_int_equal(loopback_server_posts(server), 1);
        transport_curl_free(transport);
        loopback_server_stop(server);
    }
}

static void a_name_that_does_not_resolve_says_where_to_look(void **state)
{
    (void)state;
    expect_refusal("https://numhost.invalid", certificates.authority, "numhost.invalid", "DNS");
}

static void a_port_where_nobody_listens_says_where_to_look(void **state)
{
    (void)state;
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", loopback_closed_port());
    expect_refusal(url, NULL, "onnect", "firewall");
}

/* A hole that swallows everything: a listener that takes no connection in, its queue full. */
static void a_hole_that_swallows_everything_is_not_sent(void **state)
{
    (void)state;
    struct loopback_hole hole = loopback_hole_open();
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", hole.port);
    struct transport *transport = transport_to(url, NULL, 300);
    struct http_response response = probe_exchange(transport, "POST");
    assert_int_equal(response.delivery, DELIVERY_NOT_SENT);
    assert_non_null(strstr(response.error, "check network, firewall and proxy"));
    buf_done(&response.body);
    transport_curl_free(transport);
    loopback_hole_close(&hole);
}

/* An answer that comes twice: the second is not taken for the answer to the next request. */
static void an_answer_nobody_asked_for_is_not_taken_for_the_next(void **state)
{
    (void)state;
#define ONE "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"
#define TWO "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2"
    const struct reply replies[] = {{REPLY_BYTES, ONE ONE}, {REPLY_BYTES, TWO}};
    const struct loopback_script script = {.replies = replies, .reply_count = 2};
    struct loopback_server *server = loopback_server_start(&script);
    struct transport *transport =
        probe_transport(NULL, "http", loopback_server_port(server), 5000, 1);
    for (int i = 0; i < 2; i++) {
        struct http_response response = probe_exchange(transport, "POST");
        assert_int_equal(response.delivery, DELIVERY_ANSWERED);
        assert_string_equal(buf_text(&response.body), i == 0 ? "1" : "2");
        buf_done(&response.body);
    }
    assert_int_equal(loopback_server_posts(server), 2);
    transport_curl_free(transport);
    loopback_server_stop(server);
}

static struct answer ask_for_list(struct executor *executor, const char *page_url)
{
    struct request request = {.tag = 1, .operation = OPERATION_LIST_ORDERS};
    struct answer answer = {0};
    struct error err = {0};
    TEXT_SET(request.page_url, page_url);
    if (!executor->ops->submit(executor->self, &request, &err))
        fail_msg("%s", err.text);
    for (int i = 0; i < 100; i++) {
        if (executor->ops->collect(executor->self, &answer, 1) == 1)
            return answer;
        executor->ops->wait(executor->self, 1000);
    }
    fail_msg("no answer");
    return answer;
}

/* The next page is said to be at another port of this machine: same path, other host. */
static void credentials_do_not_follow_a_page_to_another_host(void **state)
{
    (void)state;
    static const struct reply nothing[] = {{REPLY_BYTES, OK}};
    const struct loopback_script other_script = {.replies = nothing, .reply_count = 1};
    struct loopback_server *other = loopback_server_start(&other_script);
    char body[512];
    char bytes[700];
    snprintf(body, sizeof body,
             "{\"items\": [], \"meta\": {\"key\": \"items\", \"next_page_url\": "
             "\"http://u:p@127.0.0.1:%d" ORDERS "?Page=1\"}}",
             loopback_server_port(other));
    snprintf(bytes, sizeof bytes, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(body),
             body);
    const struct reply replies[] = {{REPLY_BYTES, bytes}};
    const struct loopback_script script = {.replies = replies, .reply_count = 1};
    struct loopback_server *server = loopback_server_start(&script);
    struct transport *transport =
        probe_transport(NULL, "http", loopback_server_port(server), 5000, 1);
    struct executor *executor = http_executor_new(transport, "");
    struct answer answer = ask_for_list(executor, "");
    assert_string_equal(answer.next_page_url, ORDERS "?Page=1");
    struct answer next = ask_for_list(executor, answer.next_page_url);
    assert_int_equal(next.delivery, DELIVERY_ANSWERED);
    assert_int_equal(loopback_server_requests(server), 2);
    assert_int_equal(loopback_server_connections(other), 0);
    answer_done(&answer);
    answer_done(&next);
    http_executor_free(executor);
    transport_curl_free(transport);
    loopback_server_stop(server);
    loopback_server_stop(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_does_not_prove_to_be_the_service_gets_no_byte),
        cmocka_unit_test(the_right_certificate_over_tls_1_2_and_1_3_is_spoken_to),
        cmocka_unit_test(a_name_that_does_not_resolve_says_where_to_look),
        cmocka_unit_test(a_port_where_nobody_listens_says_where_to_look),
        cmocka_unit_test(a_hole_that_swallows_everything_is_not_sent),
        cmocka_unit_test(an_answer_nobody_asked_for_is_not_taken_for_the_next),
        cmocka_unit_test(credentials_do_not_follow_a_page_to_another_host),
    };
    certificates_make(&certificates);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    certificates_remove(&certificates);
    return failed;
}
