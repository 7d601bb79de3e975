/* A command given in one process is carried out in the process of the run. */
#include "base/clock.h"
#include "cmd/config.h"
#include "cmd/invocation.h"
#include "cmd/program.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct scene {
    char folder[64];
    struct config *config;
    struct host host;
    struct control_reply reply;
    double rate;
};

static char *no_variables[] = {NULL};

static void set_rate(void *context, double per_second, int64_t now_ms)
{
    struct scene *scene = context;
    assert_true(now_ms > 0);
    scene->rate = per_second;
}

static int open_scene(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    struct error err = {0};
    snprintf(scene->folder, sizeof scene->folder, "/tmp/numhost-serve-XXXXXX");
    if (mkdtemp(scene->folder) == NULL || chdir("/") != 0)
        return -1;
    scene->config = config_new();
    const struct config_sources sources = {.environment = no_variables};
    if (!config_read(scene->config, &sources, &err))
        return -1;
    scene->host = (struct host){
        .store = store_open(":memory:", STORE_WRITE, &err),
        .config = scene->config,
        .context = scene,
        .set_rate = set_rate,
    };
    buf_init(&scene->reply.out, CONTROL_REPLY_BYTES_MAX);
    buf_init(&scene->reply.err, CONTROL_REPLY_BYTES_MAX);
    *state = scene;
    return scene->host.store == NULL ? -1 : 0;
}

static void remove_file(const struct scene *scene, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", scene->folder, name);
    unlink(path);
}

static int close_scene(void **state)
{
    struct scene *scene = *state;
    control_reply_done(&scene->reply);
    store_close(scene->host.store);
    config_free(scene->config);
    remove_file(scene, "a.csv");
    remove_file(scene, "a.rejects.csv");
    int status = rmdir(scene->folder);
    free(scene);
    return status;
}

static void write_csv(const struct scene *scene)
{
    char path[128];
    snprintf(path, sizeof path, "%s/a.csv", scene->folder);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs("phone_number\n+14153608000\n+14153608001\n12\n", file);
    fclose(file);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static int serve(struct scene *scene, const char *const *words)
{
    int argc = 0;
    while (words[argc] != NULL)
        argc++;
    const struct control_request request = {
        .argv = words, .argc = argc, .cwd = scene->folder, .user = "anna"};
    buf_clear(&scene->reply.out);
    buf_clear(&scene->reply.err);
    serve_command(&scene->host, &request, &scene->reply);
    return scene->reply.exit_code;
}

static bool find_actor(void *context, const struct event *event, const char *phone_number)
{
    (void)phone_number;
    bool *found = context;
    *found = *found || (event->kind == EVENT_HELD && strcmp(event->actor, "anna") == 0);
    return true;
}

static void paths_are_seen_from_where_the_command_was_given(void **state)
{
    struct scene *scene = *state;
    char rejects[128];
    write_csv(scene);
    assert_int_equal(serve(scene, WORDS("import", "--", "a.csv")), RESULT_DONE);
    assert_non_null(strstr(buf_text(&scene->reply.out), "rows 3 = new 2 "));
    assert_non_null(strstr(buf_text(&scene->reply.err), "line 4"));
    snprintf(rejects, sizeof rejects, "%s/a.rejects.csv", scene->folder);
    assert_int_equal(access(rejects, R_OK), 0);
}

static void the_history_names_who_asked(void **state)
{
    struct scene *scene = *state;
    struct error err = {0};
    bool found = false;
    write_csv(scene);
    assert_int_equal(serve(scene, WORDS("import", "a.csv")), RESULT_DONE);
    assert_int_equal(serve(scene, WORDS("hold", "--all", "--yes", "--json")), RESULT_DONE);
    assert_non_null(strstr(buf_text(&scene->reply.out), "\"changed\":2"));
    assert_true(store_each_event(scene->host.store, 0, "", 0, find_actor, &found, &err));
    assert_true(found);
}

static void the_pace_of_the_run_is_changed(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(serve(scene, WORDS("limit", "--rate=5/s")), RESULT_DONE);
    assert_true(scene->rate > 4.99 && scene->rate < 5.01);
}

static void errors_come_back_as_text_or_json(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(serve(scene, WORDS("hold", "+14153609999")), RESULT_ERROR);
    assert_non_null(strstr(buf_text(&scene->reply.err), "no number matches"));
    assert_int_equal(serve(scene, WORDS("hold", "--jsn", "--json")), RESULT_USAGE);
    assert_non_null(strstr(buf_text(&scene->reply.out), "\"kind\":\"usage\""));
}

/* A run must not be talked into reading its own standard input, printing secrets or running again.
 */
static void only_what_changes_something_is_served(void **state)
{
    struct scene *scene = *state;
    static const char *const others[][3] = {
        {"doctor", "--offline"}, {"status"}, {"config", "show"}, {"version"}, {"nonsense"},
    };
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_int_equal(serve(scene, others[i]), RESULT_USAGE);
    assert_int_equal(serve(scene, WORDS("--version")), RESULT_USAGE);
    assert_int_equal(serve(scene, WORDS("import", "-", "--batch", "b")), RESULT_USAGE);
    assert_int_equal(serve(scene, WORDS("verify", "+14153608000", "--code", "-")), RESULT_USAGE);
}

/* The program as a process of its own, its output into a pipe. */
static pid_t start_program(const char *const *argv, int argc, int out[2])
{
    assert_int_equal(pipe(out), 0);
    pid_t child = fork();
    if (child != 0) {
        close(out[1]);
        return child;
    }
    bool ready = dup2(out[1], STDOUT_FILENO) >= 0 && dup2(out[1], STDERR_FILENO) >= 0;
    _exit(ready ? program_main(argc, argv) : 99);
}

/* Serve until the program ended; its exit code. */
static int serve_until_end(struct scene *scene, struct control *control, pid_t child)
{
    enum { ROUNDS_MAX = 2000, WAIT_MS = 20 };
    int status = -1;
    for (int round = 0; round < ROUNDS_MAX && waitpid(child, &status, WNOHANG) == 0; round++) {
        struct pollfd fds[CONTROL_CLIENTS_MAX + 1];
        poll(fds, control_fds(control, fds, COUNT_OF(fds)), WAIT_MS);
        control_poll(control, serve_command, &scene->host);
    }
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void a_command_given_beside_a_run_is_carried_out_by_it(void **state)
{
    struct scene *scene = *state;
    struct error err = {0};
    char database[128];
    char said[1024] = "";
    int out[2];
    write_csv(scene);
    snprintf(database, sizeof database, "%s/n.db", scene->folder);
    struct control *control = control_open(database, &err); /* nothing else is at that path */
    assert_non_null(control);
    char csv[128];
    snprintf(csv, sizeof csv, "%s/a.csv", scene->folder);
    const char *const argv[] = {"numhost", "--database", database, "import", csv, "--quiet"};
    pid_t child = start_program(argv, COUNT_OF(argv), out);
    int code = serve_until_end(scene, control, child);
    assert_true(read(out[0], said, sizeof said - 1) > 0);
    close(out[0]);
    control_close(control);
    assert_int_equal(code, RESULT_DONE);
    assert_non_null(strstr(said, "line 4"));
    assert_int_equal(access(database, F_OK), -1); /* the program did not open a store of its own */
    int64_t count = 0;
    const struct selector all = {.all = true};
    assert_true(store_count_numbers(scene->host.store, &all, &count, &err));
    assert_int_equal(count, 2);
}

int main(void)
{
#define IN_SCENE(test) cmocka_unit_test_setup_teardown(test, open_scene, close_scene)
    const struct CMUnitTest tests[] = {
        IN_SCENE(paths_are_seen_from_where_the_command_was_given),
        IN_SCENE(the_history_names_who_asked),
        IN_SCENE(the_pace_of_the_run_is_changed),
        IN_SCENE(a_command_given_beside_a_run_is_carried_out_by_it),
        IN_SCENE(errors_come_back_as_text_or_json),
        IN_SCENE(only_what_changes_something_is_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
