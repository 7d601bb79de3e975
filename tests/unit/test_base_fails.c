/* Time zones and the HTTP server while every call below them fails once: told or survived, and
 * well the next time. */
#include "base/attr.h"
#include "base/http_server.h"
#include "base/zone.h"
#include "faults/faults.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

static void *nothing(void)
{
    return NULL;
}

static void nothing_to_end(void *world)
{
    (void)world;
}

/* ---- time zones: a name that was found is kept, so each time another ---- */

static bool find_another(void *world, struct error *err)
{
    static int hours;
    char name[24];
    (void)world;
    hours++;
    snprintf(name, sizeof name, "Etc/GMT%+d", hours <= 12 ? hours : 12 - hours);
    return zone_find(name) != NULL || error_set(err, ERROR_OTHER, "%s: no such zone", name);
}

static void a_zone_that_cannot_be_read_is_none(void **state)
{
    const struct fault_trial trial = {.name = "zone",
                                      .families = FAULT_FILES,
                                      .set_up = nothing,
                                      .operate = find_another,
                                      .tear_down = nothing_to_end,
                                      .survives = true}; /* close() */
    (void)state;
    assert_in_range(force_run(&trial), force_least(4), 12);
}

/* ---- the server ---- */

static void answer(void *context, const struct http_server_request *request,
                   struct http_server_response *response)
{
    static const struct http_server_header fixed[] = {{"X-Fixed", "yes"}};
    const char *path = http_server_path(request);
    (void)context;
    buf_add_text(&response->body, "a body of some length");
    response->content_type = "text/plain";
    response->fixed = fixed;
    response->fixed_count = COUNT_OF(fixed);
    http_server_add_header(response, "X-Seen", "yes");
    response->ending = strcmp(path, "/reset") == 0 ? HTTP_ENDING_RESET
                       : strcmp(path, "/cut") == 0 ? HTTP_ENDING_CUT
                                                   : HTTP_ENDING_WHOLE;
    response->cut_after = 5;
    response->delay_ms = strcmp(path, "/later") == 0 ? 1 : 0;
}

/* How much came back. These calls are the test's own. */
static size_t ask(uint16_t port, const char *request)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = 20};
    char answered[4096];
    size_t total = 0;
    ssize_t got = 0;
    force_look(false);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0 &&
        send(fd, request, strlen(request), MSG_NOSIGNAL) > 0)
        while ((got = recv(fd, answered, sizeof answered, 0)) > 0)
            total += (size_t)got;
    close(fd);
    force_look(true);
    return total;
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

static bool serve(void *world, struct error *err)
{
    const struct http_server_options options = {.listen = "127.0.0.1:0",
                                                .body_bytes_max = 1000,
                                                .answer_bytes_max = 1000,
                                                .connections_max = 16,
                                                .idle_seconds = 10,
                                                .delays = true,
                                                .handle = answer};
    (void)world;
    struct http_server *server = http_server_start(&options, err);
    if (server == NULL)
        return false;
    uint16_t port = http_server_port(server);
    bool good = ask(port, GET("/now")) > 0;
    good = ask(port, GET("/later")) > 0 && good;
    good = ask(port, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") > 0 && good;
    (void)ask(port, GET("/cut"));
    (void)ask(port, GET("/reset"));
    http_server_stop(server);
    return good || error_set(err, ERROR_OTHER, "no answer");
}

static void a_server_that_cannot_answer_closes_and_goes_on(void **state)
{
    struct fault_trial trial = {.name = "server",
                                .families = FAULT_FILES,
                                .set_up = nothing,
                                .operate = serve,
                                .tear_down = nothing_to_end,
                                .survives = true}; /* options of sockets, headers */
    (void)state;
    assert_in_range(force_run(&trial), force_least(8), 100);
    trial.families = FAULT_LIBRARIES;
    assert_in_range(force_run(&trial), force_least(10), 100);
    trial.families = FAULT_FILES;
    trial.for_good = true;
    assert_in_range(force_run(&trial), force_least(8), 100);
}

static void without_memory_a_server_and_a_zone_end_the_process(void **state)
{
    struct fault_trial trial = {
        .name = "server", .set_up = nothing, .operate = serve, .tear_down = nothing_to_end};
    (void)state;
    assert_in_range(force_memory(&trial), force_least(5), 100);
    trial.name = "zone";
    trial.operate = find_another;
    assert_in_range(force_memory(&trial), force_least(3), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zone_that_cannot_be_read_is_none),
        cmocka_unit_test(a_server_that_cannot_answer_closes_and_goes_on),
        cmocka_unit_test(without_memory_a_server_and_a_zone_end_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
