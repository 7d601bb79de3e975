/* A command that another process was to carry out, when one of the two goes away in the middle, is
 * slow or interrupted, and where no other process can be. */
#include "base/fault_point.h"
#include "cmd/control.h"
#include "helpers/scripted_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    TOO_LONG_BYTES = CONTROL_REPLY_BYTES_MAX + 65536,
    LONG_WORD_BYTES = 800000,
    LONG_OUT_BYTES = 900000
};

struct place {
    char folder[64];
    char database[96];
};

static int enter(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    snprintf(place->folder, sizeof place->folder, "/tmp/numhost-client-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->database, sizeof place->database, "%s/n.db", place->folder);
    *state = place;
    return 0;
}

static int leave(void **state)
{
    struct place *place = *state;
    int status = rmdir(place->folder);
    free(place);
    return status;
}

struct sent {
    bool fine;
    bool answered;
    int exit_code;
    struct error err;
};

static struct sent send_word(const char *database, const char *word)
{
    const char *const argv[] = {"hold", word};
    const struct control_request request = {.argv = argv, .argc = 2, .cwd = "/", .user = "anna"};
    struct control_reply reply;
    struct sent sent = {0};
    sent.fine = control_send(database, &request, &reply, &sent.answered, &sent.err);
    sent.exit_code = reply.exit_code;
    control_reply_done(&reply);
    return sent;
}

static void assert_carried_out(const struct place *place, const char *word)
{
    static const char sound[] = "{\"exit\":3,\"stdout\":\"\",\"stderr\":\"\"}\n";
    struct scripted_run run = {.answer = sound, .answer_bytes = sizeof sound - 1};
    scripted_run_start(&run, place->database);
    struct sent sent = send_word(place->database, word);
    scripted_run_stop(&run);
    assert_true(sent.fine && sent.answered);
    assert_int_equal(sent.exit_code, 3);
}

static void assert_doubtful(const struct place *place, struct scripted_run run, const char *word)
{
    scripted_run_start(&run, place->database);
    struct sent sent = send_word(place->database, word);
    scripted_run_stop(&run);
    assert_false(sent.fine || sent.answered);
    assert_int_equal(sent.err.kind, ERROR_OTHER);
    assert_non_null(strstr(sent.err.text, "may have been carried out; look with `numhost status`"));
    assert_carried_out(place, word);
}

static void a_run_that_ends_before_its_answer_leaves_it_open_what_was_done(void **state)
{
    static const char *const answers[] = {
        "",
        "{\"exit\":0,\"stdout\":\"1 chan",
        "{\"exit\":0,\"stdout\":\"\"}\n",
        "{\"exit\":0,\"stdout\":\"\",\"stderr\":5}\n",
    };
    for (size_t i = 0; i < COUNT_OF(answers); i++)
        assert_doubtful(
            *state, (struct scripted_run){.answer = answers[i], .answer_bytes = strlen(answers[i])},
            "-");
}

static void a_run_that_dies_while_it_is_asked_leaves_it_open_too(void **state)
{
    char *word = calloc(1, LONG_WORD_BYTES + 1);
    assert_non_null(word);
    memset(word, 'x', LONG_WORD_BYTES);
    assert_doubtful(*state, (struct scripted_run){.deaf = true}, "-");
    assert_doubtful(*state, (struct scripted_run){.deaf = true}, word);
    free(word);
}

static void an_answer_without_end_is_not_read_to_its_end(void **state)
{
    char *answer = calloc(1, TOO_LONG_BYTES);
    assert_non_null(answer);
    memset(answer, 'x', TOO_LONG_BYTES);
    assert_doubtful(*state, (struct scripted_run){.answer = answer, .answer_bytes = TOO_LONG_BYTES},
                    "-");
    free(answer);
}

#ifdef NUMHOST_FAULTS
static void an_interruption_changes_nothing(void **state)
{
    static const char *const points[] = {"odd/io/send-interrupted", "odd/io/read-interrupted",
                                         "odd/io/short-send", "odd/io/short-read"};
    for (size_t i = 0; i < COUNT_OF(points); i++) {
        faults_force(points[i], 1);
        assert_carried_out(*state, "-");
        assert_int_equal(faults_happened(), 1);
        faults_end();
    }
}
#endif

/* ---- the side of the run ---- */

static void answer_at_length(void *context, const struct control_request *request,
                             struct control_reply *reply)
{
    (void)request;
    ++*(int *)context;
    for (int i = 0; i < LONG_OUT_BYTES; i++)
        buf_add_char(&reply->out, 'x');
}

/* A client that asked and reads nothing yet. */
static int ask_and_wait(const struct place *place)
{
    static const char line[] = "{\"argv\":[\"hold\"],\"cwd\":\"/\",\"user\":\"anna\"}\n";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s.sock", place->database);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(send(fd, line, sizeof line - 1, MSG_NOSIGNAL), sizeof line - 1);
    return fd;
}

static void a_client_that_reads_slowly_gets_all_of_its_answer_and_is_carried_out_once(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    char bytes[65536];
    size_t total = 0;
    int handled = 0;
    struct control *control = control_open(place->database, &err);
    assert_non_null(control);
    int fd = ask_and_wait(place);
    for (ssize_t count = 1; count != 0; total += count > 0 ? (size_t)count : 0) {
        control_poll(control, answer_at_length, &handled);
        count = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    }
    close(fd);
    control_close(control);
    assert_int_equal(handled, 1);
    assert_int_equal(total,
                     LONG_OUT_BYTES + strlen("{\"exit\":0,\"stdout\":\"\",\"stderr\":\"\"}\n"));
}

static void a_client_that_does_not_wait_for_its_answer_is_carried_out_and_forgotten(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct pollfd fds[CONTROL_CLIENTS_MAX + 1];
    int handled = 0;
    struct control *control = control_open(place->database, &err);
    assert_non_null(control);
    close(ask_and_wait(place));
    for (int i = 0; i < 100; i++)
        control_poll(control, answer_at_length, &handled);
    assert_int_equal(handled, 1);
    assert_int_equal(control_fds(control, fds, COUNT_OF(fds)), 1); /* the listener alone */
    control_close(control);
}

/* ---- where nobody can be ---- */

static void a_database_in_memory_has_no_run_beside_it(void **state)
{
    struct error err = {0};
    (void)state;
    struct sent sent = send_word(":memory:", "-");
    assert_true(sent.fine);
    assert_false(sent.answered);
    assert_false(control_answers(":memory:"));
    assert_null(control_open(":memory:", &err));
    assert_non_null(strstr(err.text, "in memory has no control socket"));
}

/* `folder` and a name of so many letters; free() it. */
static char *long_path(const char *folder, size_t letters)
{
    size_t length = strlen(folder);
    char *path = calloc(1, length + letters + 1);
    assert_non_null(path);
    snprintf(path, length + 1, "%s", folder);
    memset(path + length, 'd', letters);
    return path;
}

static void a_path_too_long_for_a_socket_is_told_by_both_sides(void **state)
{
    static const struct {
        const char *folder;
        size_t letters;
        enum error_kind kind;
        const char *says;
    } paths[] = {
        {"/tmp/", 5000, ERROR_USAGE, "the path of the database is too long"},
        {"/tmp/", 150, ERROR_USAGE, "the database's name 'ddd"},
        {"/", 150, ERROR_USAGE, "the database's name 'ddd"},
        {"", 150, ERROR_USAGE, "the database's name 'ddd"},
        {"/nowhere/below/this/folder/", 150, ERROR_STORE, "No such file or directory"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        struct error err = {0};
        char *path = long_path(paths[i].folder, paths[i].letters);
        struct sent sent = send_word(path, "-");
        assert_false(sent.fine || sent.answered);
        assert_int_equal(sent.err.kind, paths[i].kind);
        assert_non_null(strstr(sent.err.text, paths[i].says));
        assert_false(control_answers(path));
        assert_null(control_open(path, &err));
        assert_non_null(strstr(err.text, paths[i].says));
        free(path);
    }
}

int main(void)
{
#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, enter, leave)
    const struct CMUnitTest tests[] = {
        IN_PLACE(a_run_that_ends_before_its_answer_leaves_it_open_what_was_done),
        IN_PLACE(a_run_that_dies_while_it_is_asked_leaves_it_open_too),
        IN_PLACE(an_answer_without_end_is_not_read_to_its_end),
#ifdef NUMHOST_FAULTS
        IN_PLACE(an_interruption_changes_nothing),
#endif
        IN_PLACE(a_client_that_reads_slowly_gets_all_of_its_answer_and_is_carried_out_once),
        IN_PLACE(a_client_that_does_not_wait_for_its_answer_is_carried_out_and_forgotten),
        cmocka_unit_test(a_database_in_memory_has_no_run_beside_it),
        cmocka_unit_test(a_path_too_long_for_a_socket_is_told_by_both_sides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
