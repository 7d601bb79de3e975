/* The control socket while every call on both of its sides fails once: a command is answered or
 * the sender is told that it may not have been, and the next one is answered. */
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/config.h"
#include "cmd/control.h"
#include "cmd/invocation.h"
#include "cmd/program.h"
#include "faults/faults.h"
#include "helpers/looking_store.h"
#include "helpers/typed.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Too long for the address of a socket, which then leads through the open folder. */
#define LONG_NAME                                                                                  \
    "a-folder-with-a-name-that-is-much-longer-than-the-address-of-a-socket-may-be-which-is-108-"   \
    "bytes-with-its-end"

struct world {
    char top[64];
    char folder[256];
    char database[300];
    char back[512];
    pid_t run;
};

static void add_name(void *context, const struct control_request *request,
                     struct control_reply *reply)
{
    (void)context;
    reply->exit_code = 0;
    buf_addf(&reply->out, "did %s\n", request->argv[0]);
    buf_add_text(&reply->err, "no letter: \xFF\n");
}

static struct world *new_world(const char *name)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    TEXT_SET(world->top, "/tmp/numhost-control-XXXXXX");
    assert_non_null(mkdtemp(world->top));
    snprintf(world->folder, sizeof world->folder, "%s/%s", world->top, name);
    snprintf(world->database, sizeof world->database, "%s/n.db", world->folder);
    assert_int_equal(mkdir(world->folder, 0700), 0);
    assert_non_null(getcwd(world->back, sizeof world->back));
    assert_int_equal(chdir(world->folder), 0);
    return world;
}

static void *short_path(void)
{
    return new_world("n");
}

static void *long_path(void)
{
    return new_world(LONG_NAME);
}

/* A dead run's socket is in the way. */
static void *left_over(void)
{
    struct world *world = new_world("n");
    struct error err = {0};
    struct control *control = control_open(world->database, &err);
    assert_non_null(control);
    assert_int_equal(rename("n.db.sock", "kept"), 0);
    control_close(control);
    assert_int_equal(rename("kept", "n.db.sock"), 0);
    return world;
}

static void tear_down(void *context)
{
    struct world *world = context;
    char command[512];
    if (world->run > 0) {
        kill(world->run, SIGKILL);
        assert_int_equal(waitpid(world->run, NULL, 0), world->run);
    }
    assert_int_equal(chdir(world->back), 0);
    snprintf(command, sizeof command, "rm -r %s", world->top);
    assert_int_equal(system(command), 0);
    free(world);
}

/* ---- the side of the run; the calls of the other one are the test's ---- */

static int send_raw(void)
{
    static const char line[] = "{\"argv\":[\"hold\"],\"cwd\":\"/\",\"user\":\"anna\"}\n";
    struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = "n.db.sock"};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(send(fd, line, sizeof line - 1, 0), sizeof line - 1);
    return fd;
}

static bool is_answered(int fd)
{
    char answer[256] = "";
    ssize_t got = read(fd, answer, sizeof answer - 1);
    close(fd);
    return got > 0 && strstr(answer, "did hold") != NULL;
}

static bool serve_one(void *world, struct error *err)
{
    const char *database = ((struct world *)world)->database;
    struct control *control = control_open(database, err);
    if (control == NULL)
        return false;
    force_look(false);
    int fd = send_raw();
    force_look(true);
    for (int i = 0; i < 2; i++) /* what was not taken in at first is the next time */
        control_poll(control, add_name, world);
    force_look(false);
    bool answered = is_answered(fd);
    force_look(true);
    control_close(control);
    return answered || error_set(err, ERROR_OTHER, "no answer");
}

static void a_run_answers_or_drops_who_asks(void **state)
{
    void *(*const ways[])(void) = {short_path, long_path, left_over};
    size_t forced = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        struct fault_trial trial = {.name = "run",
                                    .families = FAULT_FILES,
                                    .set_up = ways[i],
                                    .operate = serve_one,
                                    .tear_down = tear_down,
                                    .survives = true}; /* close() */
        forced += force_run(&trial);
        trial.for_good = true;
        forced += force_run(&trial);
    }
    assert_in_range(forced, force_least(60), 1000);
}

static int lowest_free(void)
{
    int fd = dup(STDIN_FILENO);
    close(fd);
    return fd;
}

static bool refuse_long_name(void *context, struct error *err)
{
    const struct world *world = context;
    char database[600];
    snprintf(database, sizeof database, "%s/%0120d", world->folder, 0);
    assert_null(control_open(database, err));
    return strstr(err->text, "too long") != NULL;
}

static void a_name_too_long_for_a_socket_leaves_no_folder_open(void **state)
{
    const struct fault_trial trial = {.name = "a name too long",
                                      .families = FAULT_FILES,
                                      .set_up = long_path,
                                      .operate = refuse_long_name,
                                      .tear_down = tear_down,
                                      .survives = true}; /* close() */
    int before = lowest_free();
    (void)state;
    assert_in_range(force_run(&trial), force_least(3), 10);
    assert_int_equal(lowest_free(), before);
}

/* ---- the side that asks: the run is a process of its own ---- */

static void serve_for_ever(struct world *world, int ready)
{
    struct error err = {0};
    struct control *control = control_open(world->database, &err);
    if (control == NULL)
        _exit(1);
    close(ready);
    for (;;) {
        struct pollfd fds[CONTROL_CLIENTS_MAX + 1];
        size_t count = control_fds(control, fds, COUNT_OF(fds));
        poll(fds, count, -1);
        control_poll(control, add_name, world);
    }
}

static void start_run(struct world *world)
{
    char nothing;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    world->run = fork();
    if (world->run == 0) {
        close(ends[0]);
        force_look(false);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve_for_ever(world, ends[1]);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &nothing, 1), 0); /* it listens */
    close(ends[0]);
}

static void *run_at_short_path(void)
{
    struct world *world = new_world("n");
    start_run(world);
    return world;
}

static void *run_at_long_path(void)
{
    struct world *world = new_world(LONG_NAME);
    start_run(world);
    return world;
}

static bool ask_run(void *context, struct error *err)
{
    const struct world *world = context;
    const char *const argv[] = {"hold"};
    const struct control_request request = {.argv = argv, .argc = 1, .cwd = "/", .user = "anna"};
    struct control_reply reply;
    bool answered = false;
    bool good = control_send(world->database, &request, &reply, &answered, err);
    if (good && answered)
        assert_string_equal(buf_text(&reply.out), "did hold\n");
    control_reply_done(&reply);
    return good && (answered || error_set(err, ERROR_OTHER, "nobody answers"));
}

static bool look_for_run(void *context, struct error *err)
{
    const struct world *world = context;
    return control_answers(world->database) || error_set(err, ERROR_OTHER, "nobody answers");
}

static void who_asks_is_answered_or_told(void **state)
{
    void *(*const ways[])(void) = {run_at_short_path, run_at_long_path};
    bool (*const what[])(void *, struct error *) = {ask_run, look_for_run};
    size_t forced = 0;
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct fault_trial trial = {.name = "ask",
                                    .families = FAULT_FILES,
                                    .set_up = ways[i % 2],
                                    .operate = what[i / 2],
                                    .tear_down = tear_down,
                                    .survives = true}; /* close() */
        forced += force_run(&trial);
        trial.for_good = true;
        forced += force_run(&trial);
    }
    assert_in_range(forced, force_least(30), 1000);
}

/* ---- a command as typed, which the run carries out ---- */

static void *run_with_settings(void)
{
    struct world *world = new_world("n");
    typed_file("numhost.yaml", "database: n.db\n");
    start_run(world);
    return world;
}

static bool forward(void *context, struct error *err)
{
    static const char *const argv[] = {"numhost", "verify", "+14155550100", "--code", "123456"};
    (void)context;
    fflush(stdout);
    int out = dup(STDOUT_FILENO);
    int printed = open("printed", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(printed, STDOUT_FILENO);
    close(printed);
    int code = program_main((int)COUNT_OF(argv), argv);
    fflush(stdout);
    dup2(out, STDOUT_FILENO);
    close(out);
    prctl(PR_SET_DUMPABLE, 1L, 0L, 0L, 0L); /* the program forbids what a leak checker needs */
    char *text = looking_read("printed");
    bool good = code == RESULT_DONE && strstr(text, "did verify") != NULL;
    free(text);
    return good || error_set(err, ERROR_OTHER, "ended with %d", code);
}

/* ---- what a run does for another process ---- */

static struct looking_store *served;
static struct config *config;

static void *store_of_run(void)
{
    served = looking_store_new();
    config = config_new();
    return served;
}

static void end_store(void *world)
{
    (void)world;
    config_free(config);
    looking_store_free(served);
}

static bool carry_out(void *world, struct error *err)
{
    const struct host host = {.store = served->store, .config = config};
    const char *const argv[] = {"hold", "--all", "--yes"};
    const struct control_request request = {.argv = argv, .argc = 3, .cwd = "/", .user = "anna"};
    struct control_reply reply = {0};
    (void)world;
    buf_init(&reply.out, CONTROL_REPLY_BYTES_MAX / 16);
    buf_init(&reply.err, CONTROL_REPLY_BYTES_MAX / 16);
    serve_command((void *)(uintptr_t)&host, &request, &reply);
    bool good = reply.exit_code == 0 && strstr(buf_text(&reply.err), "not complete") == NULL;
    if (!good)
        error_set(err, ERROR_OTHER, "%.200s", buf_text(&reply.err));
    control_reply_done(&reply);
    return good;
}

static void what_a_run_did_is_told_or_said_to_be_incomplete(void **state)
{
    struct fault_trial trial = {.name = "carried out",
                                .families = FAULT_FILES,
                                .set_up = store_of_run,
                                .operate = carry_out,
                                .tear_down = end_store};
    (void)state;
    assert_in_range(force_run(&trial), force_least(2), 100);
}

static void without_memory_both_sides_end_themselves(void **state)
{
    struct fault_trial trials[] = {
        {.name = "run", .set_up = short_path, .operate = serve_one, .tear_down = tear_down},
        {.name = "ask", .set_up = run_at_short_path, .operate = ask_run, .tear_down = tear_down},
        {.name = "carried out",
         .set_up = store_of_run,
         .operate = carry_out,
         .tear_down = end_store},
        {.name = "forward",
         .set_up = run_with_settings,
         .operate = forward,
         .tear_down = tear_down},
    };
    size_t ended = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(trials); i++)
        ended += force_memory(&trials[i]);
    assert_in_range(ended, force_least(30), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_answers_or_drops_who_asks),
        cmocka_unit_test(a_name_too_long_for_a_socket_leaves_no_folder_open),
        cmocka_unit_test(who_asks_is_answered_or_told),
        cmocka_unit_test(what_a_run_did_is_told_or_said_to_be_incomplete),
        cmocka_unit_test(without_memory_both_sides_end_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
