/* Commands as typed, over files, streams, a store and libraries that fail at
 * every place once: never without a message, never a crash, and well the next
 * time. */
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/control.h"
#include "cmd/program.h"
#include "faults/faults.h"
#include "helpers/looking_store.h"
#include "helpers/typed.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { WORDS_MAX = 12 };

struct world {
    struct looking_store *made; /* for its folder; the store is closed, the commands open it */
    char back[512];
    int out;
    int err;
    const char *const *words;
};

static const char *const *words_now; /* of the trial */

/* From here on standard output and error are files in the folder, which is the
 * working directory.
 */
static void *set_up(void)
{
    struct world *world = calloc(1, sizeof *world);
    world->words = words_now;
    world->made = looking_store_new();
    store_close(world->made->store);
    world->made->store = NULL;
    assert_non_null(getcwd(world->back, sizeof world->back));
    assert_int_equal(chdir(world->made->directory), 0);
    setenv("HOME", world->made->directory, 1);
    typed_file("numhost.yaml", "database: numhost.db\napi: {rate: 100/s, "
                               "patience: 1s, reconcile_grace: 1s}\n"
                               "retry: {base: 10ms, cap: 50ms}\n");
    typed_file("more.csv", "phone_number,site\n+14155550130,Hill\n12,Hill\n");
    fflush(stdout);
    fflush(stderr);
    world->out = dup(STDOUT_FILENO);
    world->err = dup(STDERR_FILENO);
    return world;
}

static void tear_down(void *context)
{
    struct world *world = context;
    close(world->out);
    close(world->err);
    assert_int_equal(chdir(world->back), 0);
    looking_store_free(world->made);
    free(world);
}

static void redirect(const char *name, int to)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    dup2(fd, to);
    close(fd);
}

static int program(const char *const *words)
{
    const char *argv[WORDS_MAX] = {"numhost"};
    int argc = 1;
    while (words[argc - 1] != NULL) {
        argv[argc] = words[argc - 1];
        argc++;
    }
    return program_main(argc, argv);
}

static void read_last_line(const char *path, struct error *err)
{
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(err->text, sizeof err->text, file) != NULL)
        continue;
    if (file != NULL)
        fclose(file);
    err->text[strcspn(err->text, "\n")] = '\0';
}

/* What was said last; with --json it is on standard output. */
static void read_said(struct error *err)
{
    read_last_line("said", err);
    if (err->text[0] == '\0')
        read_last_line("printed", err);
}

static int captured(struct world *world, struct error *err)
{
    force_look(false);
    redirect("printed", STDOUT_FILENO);
    redirect("said", STDERR_FILENO);
    force_look(true);
    int code = program(world->words);
    force_look(false);
    fflush(stdout);
    clearerr(stdout);
    dup2(world->out, STDOUT_FILENO);
    dup2(world->err, STDERR_FILENO);
    prctl(PR_SET_DUMPABLE, 1L, 0L, 0L, 0L); /* the program forbids what a leak checker needs */
    if (code != RESULT_DONE && code != RESULT_ATTENTION && code != RESULT_WORK_LEFT)
        read_said(err);
    force_look(true);
    return code;
}

/* Numbers that wait for a person, and work left, are no failures. */
static bool operate(void *context, struct error *err)
{
    int code = captured(context, err);
    return code == RESULT_DONE || code == RESULT_ATTENTION || code == RESULT_WORK_LEFT;
}

static void check(void *context)
{
    struct world *world = context;
    struct error err = {0};
    struct store *store = store_open(looking_path(world->made, "numhost.db"), STORE_READ, &err);
    if (store == NULL || !store_check(store, &err))
        fail_msg("%s", err.text);
    store_close(store);
}

static const char *const commands_to_try[][WORDS_MAX] = {
    {"import", "more.csv"},
    {"import", "more.csv", "--dry-run", "--json"},
    {"status"},
    {"status", "--json"},
    {"show", "+14155550100"},
    {"show", "+14155550103", "--json"},
    {"calls", "--json"},
    {"calls"},
    {"report", "progress", "-o", "progress.csv"},
    {"report", "brief"},
    {"report", "all", "-o", "reports"},
    {"hold", "--all", "--yes"},
    {"release", "--batch", "spring", "--json"},
    {"retry", "+14155550102", "--last-attempt"},
    {"verify", "+14155550103", "--code", "012345", "--json"},
    {"import", "more.csv", "--delimiter", "comma", "--rejects", "bad.csv"},
    {"doctor", "--offline"},
    {"doctor", "--offline", "--json"},
    {"cancel", "+14155550105", "--yes"},
    {"config", "check"},
    {"config", "show", "--origin"},
    {"zone", "+14155550100"},
    {"zone", "+14155550100", "--json"},
    {"explain-code", "22102"},
    {"explain-code", "22102", "--json"},
    {"lifecycle"},
    {"lifecycle", "--json"},
    {"config", "show", "--json"},
    {"config", "reference"},
    {"config", "sample"},
    {"sandbox", "--numbers", "--faults"},
    {"manual"},
    {"completion", "bash"},
    {"help", "run"},
    {"version", "--json"},
};

static size_t force_command(size_t number, const char *const *words, unsigned family)
{
    char name[128];
    words_now = words;
    snprintf(name, sizeof name, "command %zu (%s), family %u", number, words[0], family);
    const struct fault_trial trial = {.name = name,
                                      .families = family,
                                      .set_up = set_up,
                                      .operate = operate,
                                      .check = check,
                                      .tear_down = tear_down,
                                      .survives = true};
    return force_run(&trial);
}

static void no_command_crashes_or_is_silent_when_something_fails(void **state)
{
    (void)state;
    static const unsigned families[] = {FAULT_FILES, FAULT_SQL, FAULT_LIBRARIES};
    size_t forced = 0;
    for (size_t i = 0; i < COUNT_OF(commands_to_try); i++)
        for (size_t family = 0; family < COUNT_OF(families); family++)
            forced += force_command(i, commands_to_try[i], families[family]);
    assert_in_range(forced, force_least(300), 100000);
}

static void remove_folder(const char *folder)
{
    static const char *const names[] = {"scenario.yaml", "port", "started.log", "state"};
    char path[256];
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(folder), 0);
}

/* The store's failures on the way of a run are those of test_run_fails. */
static void nothing_that_asks_the_service_crashes_or_is_silent_when_something_fails(void **state)
{
    static const char *const commands[][WORDS_MAX] = {{"doctor"},
                                                      {"doctor", "--json"},
                                                      {"sync", "--dry-run"},
                                                      {"sync", "--json", "--adopt-foreign"},
                                                      {"run", "--once"},
                                                      {"run", "--once", "--json"}};
    static const unsigned families[] = {FAULT_FILES, FAULT_LIBRARIES};
    char folder[] = "/tmp/numhost-fails-XXXXXX";
    char back[512];
    size_t forced = 0;
    (void)state;
    assert_non_null(getcwd(back, sizeof back));
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    int sandbox = typed_sandbox("name: calm\n");
    assert_int_equal(chdir(back), 0);
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        for (size_t family = 0; family < COUNT_OF(families); family++)
            forced += force_command(i, commands[i], families[family]);
    typed_stop(sandbox);
    remove_folder(folder);
    assert_in_range(forced, force_least(100), 100000);
}

/* ---- standard input beside a run, which cannot read it ---- */

static const char piped[] = "phone_number\n+14155550139\n";
static int run_process; /* of the trial */

/* Good when all of the input is there; else a failure without a word, which the
 * trial takes ill. */
static void take_piped(void *context, const struct control_request *request,
                       struct control_reply *reply)
{
    (void)context;
    const char *path = request->argv[request->argc - 1];
    if (strcmp(path, "-") == 0) { /* as a run says when it was not seen in time */
        reply->exit_code = RESULT_USAGE;
        buf_add_text(&reply->err, "give the command again\n");
        return;
    }
    char text[sizeof piped] = "";
    typed_file("spool", path);
    FILE *file = fopen(path, "r");
    size_t length = file != NULL ? fread(text, 1, sizeof text, file) : 0;
    bool whole = length == sizeof piped - 1 && memcmp(text, piped, length) == 0;
    reply->exit_code = whole ? RESULT_DONE : RESULT_ERROR;
    if (file != NULL)
        (void)fclose(file);
}

static void be_run(void)
{
    struct error err = {0};
    struct pollfd fds[CONTROL_CLIENTS_MAX + 1];
    prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0L, 0L, 0L); /* also when the test fails */
    struct control *control = control_open("numhost.db", &err);
    while (control != NULL) {
        poll(fds, control_fds(control, fds, COUNT_OF(fds)), -1);
        control_poll(control, take_piped, NULL);
    }
    _exit(1);
}

/* A process of its own: what it does is not counted. */
static void *set_up_beside_a_run(void)
{
    struct world *world = set_up();
    run_process = fork();
    if (run_process == 0)
        be_run();
    typed_wait_for_run("numhost.db");
    typed_file("input", piped);
    return world;
}

static bool operate_with_input(void *context, struct error *err)
{
    force_look(false);
    int input = open("input", O_RDONLY);
    assert_true(input >= 0);
    dup2(input, STDIN_FILENO);
    close(input);
    clearerr(stdin);
    rewind(stdin);
    force_look(true);
    return operate(context, err);
}

static void tear_down_with_run(void *context)
{
    kill(run_process, SIGKILL);
    waitpid(run_process, NULL, 0);
    char spool[64] = "";
    FILE *file = fopen("spool", "r");
    if (file != NULL && fgets(spool, sizeof spool, file) != NULL)
        unlink(spool); /* the command could not */
    if (file != NULL)
        fclose(file);
    tear_down(context);
}

static void a_pipe_that_cannot_be_kept_aside_for_a_run_is_told(void **state)
{
    static const char *const words[] = {"import", "-", "--batch", "pipe", NULL};
    (void)state;
    words_now = words;
    const struct fault_trial trial = {.name = "a pipe beside a run",
                                      .families = FAULT_FILES,
                                      .set_up = set_up_beside_a_run,
                                      .operate = operate_with_input,
                                      .check = check,
                                      .tear_down = tear_down_with_run,
                                      .survives = true};
    assert_in_range(force_run(&trial), force_least(10), 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_command_crashes_or_is_silent_when_something_fails),
        cmocka_unit_test(nothing_that_asks_the_service_crashes_or_is_silent_when_something_fails),
        cmocka_unit_test(a_pipe_that_cannot_be_kept_aside_for_a_run_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
