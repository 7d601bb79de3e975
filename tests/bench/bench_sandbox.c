/* How fast the sandbox's model is, without sockets: bench_sandbox [ORDERS]. One line for each kind
 * of request. */
#include "base/clock.h"
#include "sandbox/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bench {
    struct sandbox *sandbox;
    int64_t now_ms;
    long count;
    char sid[35];
};

static void send_request(struct bench *bench, const char *method, const char *path,
                         const char *query, const char *body)
{
    struct sandbox_response response;
    struct sandbox_request request = {
        .method = method,
        .path = path,
        .query = query,
        .body = body,
        .body_bytes = body != NULL ? strlen(body) : 0,
        .user = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        .password = "x",
    };
    sandbox_handle(bench->sandbox, &request, bench->now_ms, &response);
    const char *sid = response.body.data != NULL ? strstr(response.body.data, "\"HR") : NULL;
    if (sid != NULL)
        snprintf(bench->sid, sizeof bench->sid, "%.34s", sid + 1);
    buf_done(&response.body);
}

static void create(struct bench *bench, long i)
{
    char body[128];
    snprintf(body, sizeof body, "PhoneNumber=%%2B1%ld%07ld&SmsCapability=true", 212 + i / 5000000,
             2002000 + i % 5000000);
    send_request(bench, "POST", "/HostedNumbers/HostedNumberOrders", NULL, body);
}

static void fetch(struct bench *bench, long i)
{
    char path[128];
    (void)i;
    snprintf(path, sizeof path, "/HostedNumbers/HostedNumberOrders/%s", bench->sid);
    send_request(bench, "GET", path, NULL, NULL);
}

static void find(struct bench *bench, long i)
{
    char query[64];
    snprintf(query, sizeof query, "PhoneNumber=%%2B1212%07ld", 2002000 + i % bench->count);
    send_request(bench, "GET", "/HostedNumbers/HostedNumberOrders", query, NULL);
}

static void list(struct bench *bench, long i)
{
    (void)i;
    send_request(bench, "GET", "/HostedNumbers/HostedNumberOrders",
                 "Status=twilio-processing&PageSize=50", NULL);
}

static void measure(struct bench *bench, const char *name, long count,
                    void (*request)(struct bench *bench, long i))
{
    int64_t start_ms = clock_monotonic_ms();
    for (long i = 0; i < count; i++)
        request(bench, i);
    int64_t took_ms = clock_monotonic_ms() - start_ms;
    printf("%-28s %8ld in %6lld ms  %10.0f/s\n", name, count, (long long)took_ms,
           took_ms > 0 ? (double)count * 1000.0 / (double)took_ms : 0.0);
}

int main(int argc, char **argv)
{
    struct scenario scenario = scenario_calm();
    struct bench bench = {.now_ms = clock_now_ms(), .count = 100000};
    if (argc > 1)
        bench.count = strtol(argv[1], NULL, 10);
    if (bench.count < 1 || bench.count > SANDBOX_ORDERS_MAX)
        return 2;
    bench.sandbox = sandbox_new(&scenario, 1);
    measure(&bench, "create an order", bench.count, create);
    measure(&bench, "fetch an order", bench.count, fetch);
    measure(&bench, "find an order by number", bench.count, find);
    measure(&bench, "list 50 orders by status", bench.count / 50 + 1, list);
    sandbox_free(bench.sandbox);
    return 0;
}
