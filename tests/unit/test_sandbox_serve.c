/* `numhost sandbox` as a process of its own: it says where it listens, answers, delivers, stops on
 * SIGTERM and goes on from its state file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/sandbox_serve.h"

struct place {
    char folder[64];
    char port_path[128];
    char state_path[128];
    pid_t pid;
    int port;
};

/* The line "sandbox listening on http://127.0.0.1:PORT" comes through a pipe when it listens. */
static void start(struct place *place)
{
    int ends[2];
    char line[128];
    assert_int_equal(pipe(ends), 0);
    place->pid = fork();
    assert_true(place->pid >= 0);
    if (place->pid == 0) {
        struct sandbox_serve_options options = {.listen = "127.0.0.1:0",
                                                .state_path = place->state_path,
                                                .port_path = place->port_path,
                                                .speed = 1000,
                                                .out = fdopen(ends[1], "w")};
        struct error err = {0};
        alarm(60);
        close(ends[0]);
        _exit(sandbox_serve(&options, &err) ? 0 : 1);
    }
    close(ends[1]);
    FILE *out = fdopen(ends[0], "r");
    assert_non_null(out);
    assert_non_null(fgets(line, sizeof line, out));
    assert_int_equal(sscanf(line, "sandbox listening on http://127.0.0.1:%d", &place->port), 1);
    fclose(out);
}

static void stop(struct place *place)
{
    int status = 0;
    assert_int_equal(kill(place->pid, SIGTERM), 0);
    assert_int_equal(waitpid(place->pid, &status, 0), place->pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    snprintf(place->folder, sizeof place->folder, "/tmp/numhost-sandbox-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->port_path, sizeof place->port_path, "%s/port", place->folder);
    snprintf(place->state_path, sizeof place->state_path, "%s/state", place->folder);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    unlink(place->port_path);
    unlink(place->state_path);
    rmdir(place->folder);
    free(place);
    return 0;
}

static void ask_server(const struct place *place, const char *request, char *answer, size_t bytes)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)place->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = 20};
    size_t used = 0;
    ssize_t count = 0;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
    while ((count = recv(fd, answer + used, bytes - 1 - used, 0)) > 0)
        used += (size_t)count;
    answer[used] = '\0';
    close(fd);
}

static const char create[] = "POST /HostedNumbers/HostedNumberOrders HTTP/1.1\r\nHost: box:1\r\n"
                             "Connection: close\r\nAuthorization: Basic QUM6eA==\r\n"
                             "Content-Length: 46\r\n\r\n"
                             "PhoneNumber=%2B14155550100&SmsCapability=true&";
static const char list[] = "GET /HostedNumbers/HostedNumberOrders HTTP/1.1\r\nHost: box:1\r\n"
                           "Connection: close\r\nAuthorization: Basic QUM6eA==\r\n\r\n";

static void orders_and_ledger_survive_a_restart(void **state)
{
    struct place *place = *state;
    char answer[16384];
    start(place);
    ask_server(place, create, answer, sizeof answer);
    assert_non_null(strstr(answer, "HTTP/1.1 201"));
    assert_non_null(strstr(answer, "Twilio-Request-Id: RQ"));
    assert_non_null(strstr(answer, "\"url\": \"http://box:1/HostedNumbers/HostedNumberOrders/HR"));
    stop(place);
    start(place);
    ask_server(place, list, answer, sizeof answer);
    assert_non_null(strstr(answer, "+14155550100"));
    ask_server(place, create, answer, sizeof answer);
    assert_non_null(strstr(answer, "22110"));
    ask_server(place, "GET /_sandbox/ledger HTTP/1.1\r\nHost: box:1\r\nConnection: close\r\n\r\n",
               answer, sizeof answer);
    assert_non_null(strstr(answer, "order-created"));
    stop(place);
}

static void the_port_file_holds_the_port(void **state)
{
    struct place *place = *state;
    int port = 0;
    start(place);
    FILE *file = fopen(place->port_path, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &port), 1);
    fclose(file);
    assert_int_equal(port, place->port);
    stop(place);
}

static void a_damaged_state_or_scenario_is_an_error_with_its_place(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct sandbox_serve_options options = {
        .listen = "127.0.0.1:0", .state_path = place->state_path, .speed = 1, .out = stderr};
    FILE *file = fopen(place->state_path, "w");
    assert_non_null(file);
    fputs("{\"numhost_sandbox\":1}\nnonsense\n", file);
    fclose(file);
    assert_false(sandbox_serve(&options, &err));
    assert_non_null(strstr(err.text, "state: line 2"));
    options.scenario_path = place->state_path;
    assert_false(sandbox_serve(&options, &err));
    assert_int_equal(err.kind, ERROR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(orders_and_ledger_survive_a_restart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_port_file_holds_the_port, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_state_or_scenario_is_an_error_with_its_place,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
