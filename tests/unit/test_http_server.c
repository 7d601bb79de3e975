/* The HTTP server over real sockets: what it refuses, what it hands through unchanged, how answers
 * can end badly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/http_server.h"

enum { BODY_MAX = 1000 };

/* Answers with what it saw; the path chooses how the answer ends. */
static void echo(void *context, const struct http_server_request *request,
                 struct http_server_response *response)
{
    char user[33] = "-";
    char password[33] = "-";
    const char *path = http_server_path(request);
    const char *query = http_server_query(request);
    (void)context;
    http_server_credentials(request, user, sizeof user, password, sizeof password);
    buf_addf(&response->body, "%s %s %s %s:%s ", http_server_method(request), path,
             query != NULL ? query : "-", user, password);
    buf_add_text(&response->body, buf_text(http_server_body(request)));
    response->content_type = "text/plain";
    http_server_add_header(response, "X-Seen", "yes");
    response->ending = strcmp(path, "/reset") == 0   ? HTTP_ENDING_RESET
                       : strcmp(path, "/cut") == 0   ? HTTP_ENDING_CUT
                       : strcmp(path, "/never") == 0 ? HTTP_ENDING_NEVER
                                                     : HTTP_ENDING_WHOLE;
    response->cut_after = 5;
    response->delay_ms = strcmp(path, "/later") == 0 ? 50 : 0;
}

static struct http_server *start(void)
{
    struct error err = {0};
    struct http_server_options options = {.listen = "127.0.0.1:0",
                                          .body_bytes_max = BODY_MAX,
                                          .answer_bytes_max = 100000,
                                          .connections_max = 16,
                                          .idle_seconds = 10,
                                          .delays = true,
                                          .handle = echo};
    struct http_server *server = http_server_start(&options, &err);
    if (server == NULL)
        fail_msg("%s", err.text);
    return server;
}

static int connect_to(const struct http_server *server)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons(http_server_port(server)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = 10};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

/* Send, then read until the server closes; the bytes read, or -errno. */
static int converse(const struct http_server *server, const char *request, char *answer,
                    size_t answer_bytes)
{
    int fd = connect_to(server);
    size_t length = strlen(request);
    ssize_t count = 0;
    size_t used = 0;
    assert_int_equal(send(fd, request, length, MSG_NOSIGNAL), length);
    while ((count = recv(fd, answer + used, answer_bytes - 1 - used, 0)) > 0)
        used += (size_t)count;
    int result = count < 0 ? -errno : (int)used;
    answer[used] = '\0';
    close(fd);
    return result;
}

static void expect(const char *request, const char *start_of_answer, const char *part)
{
    char answer[8192];
    struct http_server *server = start();
    assert_true(converse(server, request, answer, sizeof answer) > 0);
    if (strncmp(answer, start_of_answer, strlen(start_of_answer)) != 0 ||
        strstr(answer, part) == NULL)
        fail_msg("%s\n->\n%s", request, answer);
    http_server_stop(server);
}

#define CLOSE "Connection: close\r\n"

static void a_request_is_handed_through_as_it_was_sent(void **state)
{
    (void)state;
    expect("POST /a%2Fb?x=%2B1&y=a+b HTTP/1.1\r\nHost: h\r\n" CLOSE
           "Authorization: Basic dTpwOnc=\r\nContent-Length: 3\r\n\r\nabc",
           "HTTP/1.1 200", "POST /a%2Fb x=%2B1&y=a+b u:p:w abc");
}

static void a_chunked_body_is_put_together(void **state)
{
    (void)state;
    expect("POST /c HTTP/1.1\r\nHost: h\r\n" CLOSE
           "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
           "HTTP/1.1 200", "POST /c - -:- abc");
}

static void what_two_parties_could_read_differently_is_refused(void **state)
{
    static const char *const headers[] = {
        "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Content-Length: 3\r\nContent-Length: 3\r\n",
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Host: other\r\nContent-Length: 3\r\n",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        char request[512];
        snprintf(request, sizeof request, "POST / HTTP/1.1\r\nHost: h\r\n%s\r\n", headers[i]);
        expect(request, "HTTP/1.1 400", "Connection: close");
    }
}

static void a_body_above_the_ceiling_is_refused(void **state)
{
    char request[2500];
    (void)state;
    expect("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n", "HTTP/1.1 413",
           "too long");
    int length = snprintf(request, sizeof request,
                          "POST / HTTP/1.1\r\nHost: h\r\n" CLOSE
                          "Transfer-Encoding: chunked\r\n\r\n3e9\r\n%01001d\r\n0\r\n\r\n",
                          0);
    assert_true(length < (int)sizeof request);
    expect(request, "HTTP/1.1 413", "too long");
}

static void answers_can_end_badly_on_demand(void **state)
{
    char answer[8192];
    (void)state;
    struct http_server *server = start();
    int reset = converse(server, "GET /reset HTTP/1.1\r\nHost: h\r\n\r\n", answer, sizeof answer);
    assert_true(reset == -ECONNRESET || reset == 0);
    assert_string_equal(answer, "");
    converse(server, "GET /cut HTTP/1.1\r\nHost: h\r\n\r\n", answer, sizeof answer);
    assert_null(strstr(answer, "GET /cut -"));
    http_server_stop(server);
}

static void a_delayed_answer_comes_whole(void **state)
{
    (void)state;
    expect("GET /later HTTP/1.1\r\nHost: h\r\n" CLOSE "\r\n", "HTTP/1.1 200", "X-Seen: yes");
}

static void stopping_does_not_wait_for_what_never_comes(void **state)
{
    (void)state;
    struct http_server *server = start();
    int fd = connect_to(server);
    static const char request[] = "GET /never HTTP/1.1\r\nHost: h\r\n\r\n";
    assert_int_equal(send(fd, request, sizeof request - 1, MSG_NOSIGNAL), sizeof request - 1);
    char byte = 0;
    int second = connect_to(server); /* answered: the first one was handled before */
    static const char other[] = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";
    assert_int_equal(send(second, other, sizeof other - 1, MSG_NOSIGNAL), sizeof other - 1);
    assert_int_equal(recv(second, &byte, 1, 0), 1);
    http_server_stop(server);
    assert_true(recv(fd, &byte, 1, 0) <= 0);
    close(fd);
    close(second);
}

static void a_bad_or_taken_address_is_an_error_with_a_remedy(void **state)
{
    char taken[64];
    struct error err = {0};
    (void)state;
    struct http_server *server = start();
    snprintf(taken, sizeof taken, "127.0.0.1:%u", (unsigned)http_server_port(server));
    const char *const addresses[] = {"127.0.0.1", ":80", "127.0.0.1:99999", "::1:80", taken};
    for (size_t i = 0; i < COUNT_OF(addresses); i++) {
        struct http_server_options options = {.listen = addresses[i], .handle = echo};
        err.text[0] = '\0';
        assert_null(http_server_start(&options, &err));
        assert_true(err.text[0] != '\0');
    }
    assert_int_equal(err.kind, ERROR_OTHER);
    http_server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_handed_through_as_it_was_sent),
        cmocka_unit_test(a_chunked_body_is_put_together),
        cmocka_unit_test(what_two_parties_could_read_differently_is_refused),
        cmocka_unit_test(a_body_above_the_ceiling_is_refused),
        cmocka_unit_test(answers_can_end_badly_on_demand),
        cmocka_unit_test(a_delayed_answer_comes_whole),
        cmocka_unit_test(stopping_does_not_wait_for_what_never_comes),
        cmocka_unit_test(a_bad_or_taken_address_is_an_error_with_a_remedy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
