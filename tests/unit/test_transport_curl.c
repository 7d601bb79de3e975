/* The transport against a real socket: what the server really received, and what is concluded from
 * what came back. */
#include "adapters/http/transport_curl.h"
#include "base/text.h"
#include "helpers/certificates.h"
#include "helpers/loopback_server.h"
#include "helpers/transport_probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

/* The certificates of this run; made by main before any test. */
static struct certificates certificates;

static struct loopback_server *server_with(const struct reply *replies, size_t count,
                                           const char *certificate)
{
    struct loopback_script script = {.replies = replies,
                                     .reply_count = count,
                                     .certificate_file = certificate,
                                     .key_file = certificate != NULL ? certificates.key : NULL};
    return loopback_server_start(&script);
}

static void what_goes_out_is_what_the_service_wants(void **state)
{
    (void)state;
    const struct reply replies[] = {{REPLY_BYTES, OK}};
    struct loopback_server *server = server_with(replies, 1, NULL);
    struct transport *transport =
        probe_transport(certificates.authority, "http", loopback_server_port(server), 5000, 1);
    char sent[4096];
    static const char *const wanted[] = {
        "POST /x?a=%2B1 HTTP/1.1\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Length: 7\r\n",
        "Accept: application/json\r\n",
        "Authorization: Basic QUMxOnNlY3JldC1vZi10aGUtdGVzdA==\r\n",
        "User-Agent: numhost/",
        " libcurl/",
        "\r\n\r\nA=1&B=2"};
    static const char *const unwanted[] = {
        "Expect:", "Accept-Encoding:", "Transfer-Encoding:", "Cookie:"};
    probe_expect(transport, "POST", DELIVERY_ANSWERED, "");
    loopback_server_last(server, sent, sizeof sent);
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        if (strstr(sent, wanted[i]) == NULL)
            fail_msg("no %s in:\n%s", wanted[i], sent);
    for (size_t i = 0; i < COUNT_OF(unwanted); i++)
        assert_null(strstr(sent, unwanted[i]));
    probe_expect(transport, "DELETE", DELIVERY_ANSWERED, "");
    loopback_server_last(server, sent, sizeof sent);
    assert_non_null(strstr(sent, "DELETE /x?a=%2B1 HTTP/1.1\r\n"));
    assert_null(strstr(sent, "Accept:"));
    assert_null(strstr(sent, "Content-"));
    probe_expect(transport, "GET", DELIVERY_ANSWERED, "");
    loopback_server_last(server, sent, sizeof sent);
    assert_non_null(strstr(sent, "GET /x?a=%2B1 HTTP/1.1\r\n"));
    assert_int_equal(loopback_server_connections(server), 1);
    transport_curl_free(transport);
    loopback_server_stop(server);
}

static void headers_that_matter_are_kept_and_those_of_100_are_not(void **state)
{
    (void)state;
    static const char answer[] = "HTTP/1.1 103 Early\r\nRetry-After: 99\r\n\r\n"
                                 "HTTP/1.1 429 Slow down\r\nretry-after:  7 \r\n"
                                 "Twilio-Request-Id: RQ1\r\nDate: Tue, 18 Aug 2015 17:07:30 GMT\r\n"
                                 "Content-Length: 3\r\n\r\n{ }";
    const struct reply replies[] = {{REPLY_BYTES, answer}};
    struct loopback_server *server = server_with(replies, 1, NULL);
    struct transport *transport =
        probe_transport(certificates.authority, "http", loopback_server_port(server), 5000, 1);
    struct http_response response = probe_exchange(transport, "POST");
    assert_int_equal(response.delivery, DELIVERY_ANSWERED);
    assert_int_equal(response.status, 429);
    assert_string_equal(response.retry_after, "7");
    assert_string_equal(response.request_id, "RQ1");
    assert_string_equal(response.date, "Tue, 18 Aug 2015 17:07:30 GMT");
    assert_string_equal(buf_text(&response.body), "{ }");
    buf_done(&response.body);
    transport_curl_free(transport);
    loopback_server_stop(server);
}

/* One POST to a server that replies so; the server must have received exactly one. */
static void expect_outcome(struct reply reply, enum delivery delivery, const char *error)
{
    struct loopback_server *server = server_with(&reply, 1, NULL);
    /* Short only where the time limit itself is what ends it. */
    int64_t timeout_ms = strcmp(error, "timed out") == 0 ? 300 : 60000;
    struct transport *transport = probe_transport(certificates.authority, "http",
                                                  loopback_server_port(server), timeout_ms, 1);
    probe_expect(transport, "POST", delivery, error);
    assert_int_equal(loopback_server_posts(server), 1);
    transport_curl_free(transport);
    loopback_server_stop(server);
}

static void what_may_have_arrived_is_uncertain(void **state)
{
    (void)state;
    static const struct {
        struct reply reply;
        const char *error;
    } cases[] = {
        {{REPLY_SILENCE, NULL}, "timed out"},
        {{REPLY_CLOSE, NULL}, "outcome unknown"},
        {{REPLY_RESET, NULL}, "outcome unknown"},
        {{REPLY_BYTES_CLOSE, "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"sid\":"}, ""},
        {{REPLY_BYTES_CLOSE, "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"},
         ""},
        {{REPLY_BYTES_CLOSE, "HTTP/1.1 201 Crea"}, ""},
        {{REPLY_BYTES, "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"}, "timed out"},
        {{REPLY_BYTES_CLOSE, "SSH-2.0-OpenSSH\r\n"}, ""},
        {{REPLY_BYTES, "HTTP/1.1 200 OK\r\nContent-Length: 8388609\r\n\r\n"}, "larger than 8 MiB"},
        {{REPLY_ENDLESS, "HTTP/1.1 200 OK\r\n\r\n"}, "larger than 8 MiB"},
        {{REPLY_ENDLESS, "HTTP/1.1 200 OK\r\nX-Endless: "}, ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_outcome(cases[i].reply, DELIVERY_UNCERTAIN, cases[i].error);
}

static void a_refused_port_and_an_unknown_name_are_not_sent(void **state)
{
    (void)state;
    struct transport *transport =
        probe_transport(certificates.authority, "http", loopback_closed_port(), 5000, 1);
    probe_expect(transport, "POST", DELIVERY_NOT_SENT, "not sent");
    probe_expect(transport, "POST", DELIVERY_NOT_SENT, "not sent");
    transport_curl_free(transport);
    /* A label of more than 63 characters is no name: nobody has to be asked. */
    struct transport_curl_options options = {
        .hosting_url =
            "https://"
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.invalid"};
    transport = transport_curl_new(&options, NULL);
    assert_non_null(transport);
    probe_expect(transport, "POST", DELIVERY_NOT_SENT, "not sent");
    transport_curl_free(transport);
}

static void a_handshake_that_never_ends_is_not_sent(void **state)
{
    (void)state;
    const struct reply replies[] = {{REPLY_SILENCE, NULL}};
    struct loopback_server *server = server_with(replies, 1, NULL);
    struct transport *transport =
        probe_transport(certificates.authority, "https", loopback_server_port(server), 300, 1);
    probe_expect(transport, "POST", DELIVERY_NOT_SENT, "timed out");
    assert_int_equal(loopback_server_connections(server), 1);
    transport_curl_free(transport);
    loopback_server_stop(server);
}

static void a_large_body_arrives_whole_and_without_asking_first(void **state)
{
    (void)state;
    enum { BODY_BYTES = 1500 * 1000 }; /* libcurl would ask from 1 MiB on */
    static char body[BODY_BYTES];
    const struct reply replies[] = {{REPLY_BYTES, OK}};
    struct loopback_server *server = server_with(replies, 1, certificates.good);
    struct transport *transport =
        probe_transport(certificates.authority, "https", loopback_server_port(server), 10000, 1);
    struct http_request request = {
        .method = "POST", .path = "/x", .body = body, .body_bytes = BODY_BYTES, .send_once = true};
    char sent[4096];
    memset(body, 'a', sizeof body);
    for (int i = 0; i < 2; i++) {
        assert_true(transport->ops->submit(transport->self, &request, NULL));
        struct http_response response = probe_wait(transport);
        assert_int_equal(response.delivery, DELIVERY_ANSWERED);
        buf_done(&response.body);
    }
    assert_int_equal(loopback_server_posts(server), 2);
    assert_int_equal(loopback_server_connections(server), 1);
    loopback_server_last(server, sent, sizeof sent);
    assert_non_null(strstr(sent, "Content-Length: 1500000\r\n"));
    assert_null(strstr(sent, "Expect:"));
    transport_curl_free(transport);
    loopback_server_stop(server);
}

static void a_proxy_never_sees_what_is_for_this_machine(void **state)
{
    (void)state;
    const struct reply replies[] = {{REPLY_BYTES, OK}};
    struct loopback_server *server = server_with(replies, 1, NULL);
    struct transport *transport =
        probe_transport(certificates.authority, "http", loopback_server_port(server), 5000, 1);
    char proxy[64];
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", loopback_closed_port());
    setenv("http_proxy", proxy, 1);
    setenv("all_proxy", proxy, 1);
    probe_expect(transport, "POST", DELIVERY_ANSWERED, "");
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    transport_curl_free(transport);
    loopback_server_stop(server);
}

static void a_redirect_is_an_answer_and_not_a_way(void **state)
{
    (void)state;
    const struct reply replies[] = {
        {REPLY_BYTES, "HTTP/1.1 307 Go\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n"}};
    struct loopback_server *server = server_with(replies, 1, NULL);
    struct transport *transport =
        probe_transport(certificates.authority, "http", loopback_server_port(server), 5000, 1);
    struct http_response response = probe_exchange(transport, "POST");
    assert_int_equal(response.delivery, DELIVERY_ANSWERED);
    assert_int_equal(response.status, 307);
    assert_int_equal(loopback_server_requests(server), 1);
    buf_done(&response.body);
    transport_curl_free(transport);
    loopback_server_stop(server);
}

static void refused_credentials_are_not_tried_again(void **state)
{
    (void)state;
    const struct reply replies[] = {
        {REPLY_BYTES, "HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm=\"x\", nonce=\"y\"\r\n"
                      "WWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"}};
    struct loopback_server *server = server_with(replies, 1, NULL);
    struct transport *transport =
        probe_transport(certificates.authority, "http", loopback_server_port(server), 5000, 1);
    struct http_response response = probe_exchange(transport, "POST");
    assert_int_equal(response.status, 401);
    assert_int_equal(loopback_server_posts(server), 1);
    buf_done(&response.body);
    transport_curl_free(transport);
    loopback_server_stop(server);
}

static void expect_tls(const char *certificate, const char *ca_file, enum delivery delivery,
                       const char *error)
{
    const struct reply replies[] = {{REPLY_BYTES, OK}};
    struct loopback_server *server = server_with(replies, 1, certificate);
    char url[64];
    snprintf(url, sizeof url, "https://localhost:%d/", loopback_server_port(server));
    struct transport_curl_options options = {
        .hosting_url = url, .ca_file = ca_file, .timeout_ms = 5000};
    struct transport *transport = transport_curl_new(&options, NULL);
    assert_non_null(transport);
    probe_expect(transport, "POST", delivery, error);
    assert_int_equal(loopback_server_requests(server), delivery == DELIVERY_ANSWERED ? 1 : 0);
    transport_curl_free(transport);
    loopback_server_stop(server);
}

static void only_a_certificate_for_this_name_by_a_known_authority_is_spoken_to(void **state)
{
    (void)state;
    const char *authority = certificates.authority;
    expect_tls(certificates.good, authority, DELIVERY_ANSWERED, "");
    expect_tls(certificates.wrong_name, authority, DELIVERY_NOT_SENT, "not sent");
    expect_tls(certificates.expired, authority, DELIVERY_NOT_SENT, "expired");
    expect_tls(certificates.self_signed, authority, DELIVERY_NOT_SENT, "self");
    expect_tls(certificates.good, NULL, DELIVERY_NOT_SENT, "not sent");
    expect_tls(certificates.good, "/nonexistent.pem", DELIVERY_NOT_SENT, "not sent");
}

static void base_addresses_are_https_or_loopback(void **state)
{
    (void)state;
    static const char *const good[][2] = {
        {"https://preview.twilio.com", "https://preview.twilio.com"},
        {"https://preview.twilio.com/", "https://preview.twilio.com"},
        {"HTTPS://h:8443", "https://h:8443"},
        {"http://localhost:8080", "http://localhost:8080"},
        {"http://127.0.0.2", "http://127.0.0.2"},
        {"http://[::1]:8080/", "http://[::1]:8080"},
    };
    static const char *const bad[] = {
        "http://preview.twilio.com",
        "http://10.0.0.1",
        "http://localhost.evil.example",
        "http://127.evil.example",
        "http://[::2]",
        "ftp://localhost",
        "file:///etc/passwd",
        "preview.twilio.com",
        "",
        "https://",
        "https://u:p@h",
        "https://u@h",
        "https://h/path",
        "https://h/?q=1",
        "https://h/#f",
        "https://h:99999",
        "http://127.0.0.1@evil",
        "https://h i",
    };
    char base[128];
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        struct error err = {0};
        if (!transport_curl_check_url(good[i][0], base, sizeof base, &err))
            fail_msg("%s: %s", good[i][0], err.text);
        assert_string_equal(base, good[i][1]);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct error err = {0};
        struct transport_curl_options options = {.hosting_url = bad[i]};
        if (transport_curl_check_url(bad[i], base, sizeof base, &err))
            fail_msg("%s was taken as %s", bad[i], base);
        assert_int_equal(err.kind, ERROR_USAGE);
        assert_null(transport_curl_new(&options, &err));
        assert_int_equal(err.kind, ERROR_USAGE);
    }
}

static void a_host_that_is_not_configured_is_refused(void **state)
{
    (void)state;
    struct transport *transport =
        probe_transport(certificates.authority, "http", loopback_closed_port(), 100, 1);
    struct http_request core = {.host = HOST_CORE, .method = "GET", .path = "/x"};
    struct http_request elsewhere = {.method = "GET", .path = "@evil.example/"};
    struct http_request split = {.method = "GET", .path = "/x HTTP/1.1\r\nX: y"};
    assert_false(transport->ops->submit(transport->self, &core, NULL));
    assert_false(transport->ops->submit(transport->self, &elsewhere, NULL));
    assert_false(transport->ops->submit(transport->self, &split, NULL));
    assert_int_equal(transport->ops->in_flight(transport->self), 0);
    transport_curl_free(transport);
}

static void a_thousand_requests_share_a_few_connections(void **state)
{
    (void)state;
    enum { REQUESTS = 1000, CONNECTIONS = 4 };
    const struct reply replies[] = {{REPLY_BYTES, OK}};
    struct loopback_server *server = server_with(replies, 1, certificates.good);
    struct transport *transport = probe_transport(certificates.authority, "https",
                                                  loopback_server_port(server), 30000, CONNECTIONS);
    static int seen[REQUESTS];
    for (uint64_t tag = 0; tag < REQUESTS; tag++)
        probe_submit(transport, tag % 2 == 0 ? "POST" : "GET", tag);
    assert_int_equal(transport->ops->in_flight(transport->self), REQUESTS);
    for (int i = 0; i < REQUESTS; i++) {
        struct http_response response = probe_wait(transport);
        assert_int_equal(response.delivery, DELIVERY_ANSWERED);
        seen[response.tag]++;
        buf_done(&response.body);
    }
    for (int i = 0; i < REQUESTS; i++)
        assert_int_equal(seen[i], 1);
    assert_int_equal(transport->ops->in_flight(transport->self), 0);
    assert_int_equal(loopback_server_requests(server), REQUESTS);
    assert_int_equal(loopback_server_posts(server), REQUESTS / 2);
    assert_in_range(loopback_server_connections(server), 1, CONNECTIONS);
    transport_curl_free(transport);
    loopback_server_stop(server);
}

static void waiting_ends_when_woken(void **state)
{
    (void)state;
    struct transport *transport =
        probe_transport(certificates.authority, "http", loopback_closed_port(), 5000, 1);
    transport_curl_wake(transport);
    /* Without the wake this would outlast the time limit of the test program. */
    transport->ops->wait(transport->self, INT64_C(3600) * 1000);
    transport_curl_free(transport);
}

static void freeing_ends_what_is_under_way(void **state)
{
    (void)state;
    const struct reply replies[] = {{REPLY_SILENCE, NULL}};
    struct loopback_server *server = server_with(replies, 1, NULL);
    struct transport *transport =
        probe_transport(certificates.authority, "http", loopback_server_port(server), 60000, 2);
    for (uint64_t tag = 0; tag < 5; tag++)
        probe_submit(transport, "POST", tag);
    transport->ops->wait(transport->self, 0);
    transport_curl_free(transport);
    loopback_server_stop(server);
}

static int remove_certificates(void **state)
{
    (void)state;
    certificates_remove(&certificates);
    return 0;
}

static int make_certificates(void **state)
{
    (void)state;
    certificates_make(&certificates);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_out_is_what_the_service_wants),
        cmocka_unit_test(headers_that_matter_are_kept_and_those_of_100_are_not),
        cmocka_unit_test(what_may_have_arrived_is_uncertain),
        cmocka_unit_test(a_refused_port_and_an_unknown_name_are_not_sent),
        cmocka_unit_test(a_handshake_that_never_ends_is_not_sent),
        cmocka_unit_test(a_large_body_arrives_whole_and_without_asking_first),
        cmocka_unit_test(a_proxy_never_sees_what_is_for_this_machine),
        cmocka_unit_test(a_redirect_is_an_answer_and_not_a_way),
        cmocka_unit_test(refused_credentials_are_not_tried_again),
        cmocka_unit_test(only_a_certificate_for_this_name_by_a_known_authority_is_spoken_to),
        cmocka_unit_test(base_addresses_are_https_or_loopback),
        cmocka_unit_test(a_host_that_is_not_configured_is_refused),
        cmocka_unit_test(a_thousand_requests_share_a_few_connections),
        cmocka_unit_test(waiting_ends_when_woken),
        cmocka_unit_test(freeing_ends_what_is_under_way),
    };
    return cmocka_run_group_tests(tests, make_certificates, remove_certificates);
}
