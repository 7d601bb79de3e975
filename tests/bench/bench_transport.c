/* Requests per second of the transport against the loopback server, which is likely to be the
 * slower part: bench_transport [REQUESTS [CONNECTIONS [tls]]]. Not a test. */
#include "adapters/http/transport_curl.h"
#include "base/clock.h"
#include "base/text.h"
#include "helpers/certificates.h"
#include "helpers/loopback_server.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

enum { REQUESTS_DEFAULT = 100000, REQUESTS_MAX = 10000000, CONNECTIONS_DEFAULT = 16 };

static const struct reply reply = {REPLY_BYTES, "HTTP/1.1 200 OK\r\nTwilio-Request-Id: RQ1\r\n"
                                                "Content-Type: application/json\r\n"
                                                "Content-Length: 2\r\n\r\n{}"};

static bool submit_one(struct transport *transport, uint64_t tag)
{
    static const char body[] = "Status=pending-verification&VerificationType=phone-call";
    const struct http_request request = {
        .tag = tag,
        .method = "POST",
        .path = "/HostedNumbers/HostedNumberOrders/HR0123456789abcdef0123456789abcdef",
        .body = body,
        .body_bytes = sizeof body - 1,
        .send_once = true};
    return transport->ops->submit(transport->self, &request, NULL);
}

/* Answers taken in; keeps `connections` requests under way. */
static uint64_t run(struct transport *transport, uint64_t requests, size_t connections)
{
    struct http_response responses[64];
    uint64_t submitted = 0;
    uint64_t answered = 0;
    while (answered < requests) {
        while (submitted < requests && transport->ops->in_flight(transport->self) < connections * 2)
            if (!submit_one(transport, submitted++))
                return answered;
        transport->ops->wait(transport->self, 1000);
        size_t got = transport->ops->collect(transport->self, responses, COUNT_OF(responses));
        for (size_t i = 0; i < got; i++) {
            answered += responses[i].delivery == DELIVERY_ANSWERED ? 1 : requests;
            buf_done(&responses[i].body);
        }
    }
    return answered;
}

static void print_rate(uint64_t answered, int64_t took_ms)
{
    struct rusage used;
    getrusage(RUSAGE_THREAD, &used);
    int64_t cpu_ms = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * SECOND_MS +
                     (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
    printf("%" PRIu64 " requests, %" PRId64 " ms, %.0f requests/s; this thread's CPU %" PRId64
           " ms, %.0f requests per CPU second\n",
           answered, took_ms, (double)answered * 1000 / (double)(took_ms > 0 ? took_ms : 1), cpu_ms,
           (double)answered * 1000 / (double)(cpu_ms > 0 ? cpu_ms : 1));
}

int main(int argc, char **argv)
{
    long long requests = REQUESTS_DEFAULT;
    long long connections = CONNECTIONS_DEFAULT;
    bool tls = argc > 3 && strcmp(argv[3], "tls") == 0;
    if ((argc > 1 && !text_to_int(argv[1], 1, REQUESTS_MAX, &requests)) ||
        (argc > 2 && !text_to_int(argv[2], 1, TRANSPORT_CONNECTIONS_MAX, &connections))) {
        fputs("usage: bench_transport [REQUESTS [CONNECTIONS [tls]]]\n", stderr);
        return 2;
    }
    struct certificates certificates;
    certificates_make(&certificates);
    const struct loopback_script script = {.replies = &reply,
                                           .reply_count = 1,
                                           .certificate_file = tls ? certificates.good : NULL,
                                           .key_file = certificates.key};
    struct loopback_server *server = loopback_server_start(&script);
    char url[64];
    snprintf(url, sizeof url, "%s://127.0.0.1:%d", tls ? "https" : "http",
             loopback_server_port(server));
    struct transport_curl_options options = {.hosting_url = url,
                                             .username = "AC1",
                                             .password = "p",
                                             .ca_file = certificates.authority,
                                             .connections_max = (size_t)connections};
    struct transport *transport = transport_curl_new(&options, NULL);
    int64_t began_ms = clock_monotonic_ms();
    uint64_t answered = run(transport, (uint64_t)requests, (size_t)connections);
    print_rate(answered, clock_monotonic_ms() - began_ms);
    transport_curl_free(transport);
    loopback_server_stop(server);
    certificates_remove(&certificates);
    return answered == (uint64_t)requests ? 0 : 1;
}
