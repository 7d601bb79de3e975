/* The control socket: one process carries out what another asks. */
#include "cmd/control.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { POLL_ROUNDS_MAX = 2000, POLL_WAIT_MS = 20, PATHS_BYTES = 400 };

struct scene {
    char folder[PATHS_BYTES];
    char database[PATHS_BYTES];
    char socket[PATHS_BYTES + 8];
    struct control *control;
    int handled;
    int argc;
    char words[256]; /* "argv|cwd|user" of the last request */
};

/* What the other side sent and got. */
struct sender {
    pthread_t thread;
    const char *database;
    const char *const *argv;
    int argc;
    struct control_reply reply;
    struct error err;
    bool fine;
    bool answered;
    int ended; /* a pipe: closed when the answer is there */
};

static int open_scene(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    snprintf(scene->folder, sizeof scene->folder, "/tmp/numhost-control-XXXXXX");
    if (mkdtemp(scene->folder) == NULL)
        return -1;
    snprintf(scene->database, sizeof scene->database, "%.300s/n.db", scene->folder);
    snprintf(scene->socket, sizeof scene->socket, "%s.sock", scene->database);
    *state = scene;
    return 0;
}

static int close_scene(void **state)
{
    struct scene *scene = *state;
    control_close(scene->control);
    unlink(scene->socket);
    int status = rmdir(scene->folder);
    free(scene);
    return status;
}

static void listen_now(struct scene *scene)
{
    struct error err = {0};
    scene->control = control_open(scene->database, &err);
    assert_string_equal(err.text, "");
    assert_non_null(scene->control);
}

static void handle(void *context, const struct control_request *request,
                   struct control_reply *reply)
{
    struct scene *scene = context;
    scene->handled++;
    scene->argc = request->argc;
    snprintf(scene->words, sizeof scene->words, "%s|%s|%s", request->argv[request->argc - 1],
             request->cwd, request->user);
    reply->exit_code = 3;
    buf_addf(&reply->out, "out of %s\n", request->argv[0]);
    buf_add_text(&reply->err, "a \"message\"\n");
}

static void *send_it(void *context)
{
    struct sender *sender = context;
    const struct control_request request = {
        .argv = sender->argv, .argc = sender->argc, .cwd = "/work", .user = "anna"};
    sender->fine =
        control_send(sender->database, &request, &sender->reply, &sender->answered, &sender->err);
    close(sender->ended);
    return NULL;
}

/* Send from a thread and serve until the answer is there. */
static void exchange(struct scene *scene, struct sender *sender)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    sender->ended = ends[1];
    sender->database = scene->database;
    assert_int_equal(pthread_create(&sender->thread, NULL, send_it, sender), 0);
    bool over = false;
    for (int round = 0; round < POLL_ROUNDS_MAX && !over; round++) {
        struct pollfd fds[CONTROL_CLIENTS_MAX + 2];
        size_t count = control_fds(scene->control, fds, CONTROL_CLIENTS_MAX + 1);
        fds[count] = (struct pollfd){.fd = ends[0], .events = POLLIN};
        poll(fds, count + 1, POLL_WAIT_MS);
        over = fds[count].revents != 0;
        control_poll(scene->control, handle, scene);
    }
    assert_true(over);
    pthread_join(sender->thread, NULL);
    close(ends[0]);
}

static void a_request_is_carried_out_and_answered(void **state)
{
    struct scene *scene = *state;
    const char *const argv[] = {"hold", "--yes", "--", "+14155550123"};
    struct sender sender = {.argv = argv, .argc = 4};
    listen_now(scene);
    exchange(scene, &sender);
    assert_true(sender.fine && sender.answered);
    assert_int_equal(sender.reply.exit_code, 3);
    assert_string_equal(buf_text(&sender.reply.out), "out of hold\n");
    assert_string_equal(buf_text(&sender.reply.err), "a \"message\"\n");
    assert_int_equal(scene->handled, 1);
    assert_int_equal(scene->argc, 4);
    assert_string_equal(scene->words, "+14155550123|/work|anna");
    control_reply_done(&sender.reply);
}

static void many_numbers_fit_in_one_request(void **state)
{
    struct scene *scene = *state;
    enum { NUMBERS = 10000 };
    const char **argv = calloc(NUMBERS, sizeof *argv);
    for (int i = 0; i < NUMBERS; i++)
        argv[i] = "+14155550123";
    struct sender sender = {.argv = argv, .argc = NUMBERS};
    listen_now(scene);
    exchange(scene, &sender);
    assert_true(sender.answered);
    assert_int_equal(scene->argc, NUMBERS);
    control_reply_done(&sender.reply);
    free(argv);
}

static void too_much_is_refused_before_it_is_sent(void **state)
{
    struct scene *scene = *state;
    char *word = malloc(CONTROL_MESSAGE_BYTES_MAX + 1);
    memset(word, 'x', CONTROL_MESSAGE_BYTES_MAX);
    word[CONTROL_MESSAGE_BYTES_MAX] = '\0';
    const char *const argv[] = {word};
    struct sender sender = {.argv = argv, .argc = 1};
    listen_now(scene);
    exchange(scene, &sender);
    assert_false(sender.fine || sender.answered);
    assert_non_null(strstr(sender.err.text, "select them by --batch"));
    assert_int_equal(scene->handled, 0);
    control_reply_done(&sender.reply);
    free(word);
}

static void nobody_there_is_no_error(void **state)
{
    struct scene *scene = *state;
    const char *const argv[] = {"hold"};
    const struct control_request request = {.argv = argv, .argc = 1, .cwd = "/", .user = "anna"};
    struct control_reply reply;
    struct error err = {0};
    bool answered = true;
    assert_false(control_answers(scene->database));
    assert_true(control_send(scene->database, &request, &reply, &answered, &err));
    assert_false(answered);
    control_reply_done(&reply);
}

/* A socket whose process died. */
static void leave_stale_socket(const struct scene *scene)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%.100s", scene->socket);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
}

static void a_left_over_socket_is_nobody_and_is_replaced(void **state)
{
    struct scene *scene = *state;
    leave_stale_socket(scene);
    assert_false(control_answers(scene->database));
    listen_now(scene);
    assert_true(control_answers(scene->database));
}

static void only_the_user_can_reach_it(void **state)
{
    struct scene *scene = *state;
    struct stat info;
    mode_t before = umask(0);
    listen_now(scene);
    umask(before);
    assert_int_equal(stat(scene->socket, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void closing_takes_the_file_away(void **state)
{
    struct scene *scene = *state;
    listen_now(scene);
    control_close(scene->control);
    scene->control = NULL;
    assert_int_equal(access(scene->socket, F_OK), -1);
}

static void a_file_of_that_name_is_left_alone(void **state)
{
    struct scene *scene = *state;
    struct error err = {0};
    close(open(scene->socket, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    assert_null(control_open(scene->database, &err));
    assert_non_null(strstr(err.text, "is not a socket"));
    assert_int_equal(access(scene->socket, F_OK), 0);
}

static void nothing_is_sent(const struct scene *scene, const char *why)
{
    const char *const argv[] = {"verify", "--code", "123456", "+14155550123"};
    const struct control_request request = {.argv = argv, .argc = 4, .cwd = "/", .user = "anna"};
    struct control_reply reply;
    struct error err = {0};
    bool answered = true;
    assert_false(control_answers(scene->database));
    assert_false(control_send(scene->database, &request, &reply, &answered, &err));
    assert_false(answered);
    assert_int_equal(err.kind, ERROR_STORE);
    if (strstr(err.text, why) == NULL)
        fail_msg("%s", err.text);
    control_reply_done(&reply);
}

/* Not even to another run of ours: it was not meant. */
static void a_link_is_not_followed_to_a_run(void **state)
{
    struct scene *scene = *state;
    struct error err = {0};
    char other[PATHS_BYTES + 16];
    listen_now(scene);
    snprintf(other, sizeof other, "%s.other", scene->socket);
    assert_int_equal(rename(scene->socket, other) | symlink(other, scene->socket), 0);
    nothing_is_sent(scene, "is a symbolic link, which is not followed");
    assert_null(control_open(scene->database, &err));
    assert_non_null(strstr(err.text, "is not a socket"));
    assert_int_equal(unlink(scene->socket) | rename(other, scene->socket), 0);
}

static void a_command_is_not_given_to_another_user(void **state)
{
    struct scene *scene = *state;
    enum { NOBODY = 65534 };
    char byte;
    if (geteuid() != 0)
        skip();
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%.100s", scene->socket);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(chown(scene->folder, NOBODY, NOBODY) | seteuid(NOBODY), 0);
    int status = bind(fd, (struct sockaddr *)&address, sizeof address) | listen(fd, 4);
    assert_int_equal(seteuid(0), 0);
    assert_int_equal(status, 0);
    nothing_is_sent(scene, "another user answers there");
    for (int i = 0; i < 2; i++) { /* one asked whether anybody answers, one had a command */
        int client = accept(fd, NULL, NULL);
        assert_int_equal(recv(client, &byte, 1, 0), 0);
        close(client);
    }
    close(fd);
}

static int connect_raw(const struct scene *scene)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%.100s", scene->socket);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* As another user: connect, ask, and expect to be dropped. */
static void ask_as_nobody(const struct scene *scene)
{
    static const char line[] = "{\"argv\":[\"hold\"],\"cwd\":\"/\",\"user\":\"anna\"}\n";
    enum { NOBODY = 65534 };
    char byte;
    if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
        _exit(2);
    int fd = connect_raw(scene);
    bool sent = send(fd, line, sizeof line - 1, MSG_NOSIGNAL) == (ssize_t)(sizeof line - 1);
    _exit(!sent || read(fd, &byte, 1) <= 0 ? 0 : 1);
}

static void another_user_is_dropped_even_when_the_mode_lets_in(void **state)
{
    struct scene *scene = *state;
    if (geteuid() != 0)
        skip();
    listen_now(scene);
    assert_int_equal(chmod(scene->folder, 0755), 0);
    assert_int_equal(chmod(scene->socket, 0666), 0);
    pid_t child = fork();
    if (child == 0)
        ask_as_nobody(scene);
    int status = -1;
    for (int round = 0; round < POLL_ROUNDS_MAX && waitpid(child, &status, WNOHANG) == 0; round++) {
        struct pollfd fds[CONTROL_CLIENTS_MAX + 1];
        poll(fds, control_fds(scene->control, fds, COUNT_OF(fds)), POLL_WAIT_MS);
        control_poll(scene->control, handle, scene);
    }
    assert_int_equal(status, 0);
    assert_int_equal(scene->handled, 0);
}

/* Served until the other end is closed: true when that came without an answer. */
static bool is_dropped(struct scene *scene, int fd)
{
    char byte;
    ssize_t got = -1;
    for (int round = 0; round < POLL_ROUNDS_MAX && got < 0; round++) {
        control_poll(scene->control, handle, scene);
        got = recv(fd, &byte, 1, MSG_DONTWAIT);
    }
    return got == 0;
}

static void nonsense_is_dropped_without_an_answer(void **state)
{
    struct scene *scene = *state;
    static const char *const lines[] = {
        "\n",
        "{}\n",
        "hello\n",
        "{\"argv\":[],\"cwd\":\"/\",\"user\":\"a\"}\n",
        "{\"argv\":[1],\"cwd\":\"/\",\"user\":\"a\"}\n",
        "{\"argv\":[\"x\"],\"cwd\":\"/\"}\n",
        "{\"argv\":{\"x\":1},\"cwd\":\"/\",\"user\":\"a\"}\n",
    };
    listen_now(scene);
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        int fd = connect_raw(scene);
        assert_int_equal(write(fd, lines[i], strlen(lines[i])), (ssize_t)strlen(lines[i]));
        assert_true(is_dropped(scene, fd));
        close(fd);
    }
    assert_int_equal(scene->handled, 0);
}

static void clients_without_end_wait_their_turn(void **state)
{
    struct scene *scene = *state;
    int fds[CONTROL_CLIENTS_MAX + 1];
    struct pollfd polled[CONTROL_CLIENTS_MAX + 2];
    listen_now(scene);
    for (int i = 0; i <= CONTROL_CLIENTS_MAX; i++) {
        fds[i] = connect_raw(scene);
        control_poll(scene->control, handle, scene);
    }
    assert_int_equal(control_fds(scene->control, polled, COUNT_OF(polled)),
                     CONTROL_CLIENTS_MAX + 1);
    close(fds[0]);
    for (int i = 0; i < 100; i++) /* a turn may be interrupted; one of the next is not */
        control_poll(scene->control, handle, scene);
    assert_int_equal(control_fds(scene->control, polled, COUNT_OF(polled)),
                     CONTROL_CLIENTS_MAX + 1);
    for (int i = 1; i <= CONTROL_CLIENTS_MAX; i++)
        close(fds[i]);
}

static void a_path_longer_than_a_socket_address_works(void **state)
{
    struct scene *scene = *state;
    char deep[PATHS_BYTES];
    snprintf(deep, sizeof deep, "%.40s/%0120d", scene->folder, 0);
    assert_int_equal(mkdir(deep, 0700), 0);
    snprintf(scene->database, sizeof scene->database, "%.300s/n.db", deep);
    const char *const argv[] = {"hold", "-"};
    struct sender sender = {.argv = argv, .argc = 2};
    listen_now(scene);
    exchange(scene, &sender);
    assert_true(sender.answered);
    control_reply_done(&sender.reply);
    control_close(scene->control);
    scene->control = NULL;
    assert_int_equal(rmdir(deep), 0);
}

int main(void)
{
#define IN_SCENE(test) cmocka_unit_test_setup_teardown(test, open_scene, close_scene)
    const struct CMUnitTest tests[] = {
        IN_SCENE(a_request_is_carried_out_and_answered),
        IN_SCENE(many_numbers_fit_in_one_request),
        IN_SCENE(too_much_is_refused_before_it_is_sent),
        IN_SCENE(nobody_there_is_no_error),
        IN_SCENE(a_left_over_socket_is_nobody_and_is_replaced),
        IN_SCENE(only_the_user_can_reach_it),
        IN_SCENE(closing_takes_the_file_away),
        IN_SCENE(a_file_of_that_name_is_left_alone),
        IN_SCENE(a_link_is_not_followed_to_a_run),
        IN_SCENE(a_command_is_not_given_to_another_user),
        IN_SCENE(another_user_is_dropped_even_when_the_mode_lets_in),
        IN_SCENE(nonsense_is_dropped_without_an_answer),
        IN_SCENE(clients_without_end_wait_their_turn),
        IN_SCENE(a_path_longer_than_a_socket_address_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
