/* Commands at a terminal, with credentials from files and rows from standard input, while every
 * call fails once: never without a message, never a crash, and well the next time. */
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/program.h"
#include "faults/faults.h"
#include "helpers/looking_store.h"
#include "helpers/typed.h"

#include <fcntl.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { WORDS_MAX = 10, SAID_BYTES = 400 };

struct line {
    const char *words[WORDS_MAX];
    const char *typed; /* NULL: standard input is a file of rows */
};

static const struct line *line_now;

struct world {
    struct looking_store *made; /* for its folder; the commands open the store */
    char back[512];
};

static void *set_up(void)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    world->made = looking_store_new();
    store_close(world->made->store);
    world->made->store = NULL;
    assert_non_null(getcwd(world->back, sizeof world->back));
    assert_int_equal(chdir(world->made->directory), 0);
    setenv("HOME", world->made->directory, 1);
    setenv("TERM", "xterm", 1);
    setenv("CREDENTIALS_DIRECTORY", world->made->directory, 1);
    typed_file("twilio", "TWILIO_ACCOUNT_SID=AC00000000000000000000000000000001\n"
                         "TWILIO_AUTH_TOKEN=00000000000000000000000000000001\n");
    assert_int_equal(chmod("twilio", 0600), 0);
    typed_file("rows.csv", "phone_number\n+14155550177\n");
    typed_file("numhost.yaml",
               "database: numhost.db\napi: {rate: 100/s, patience: 1s, reconcile_grace: 1s}\n"
               "retry: {base: 10ms, cap: 50ms}\n");
    return world;
}

static void tear_down(void *context)
{
    struct world *world = context;
    unsetenv("CREDENTIALS_DIRECTORY");
    assert_int_equal(chdir(world->back), 0);
    looking_store_free(world->made);
    free(world);
}

struct terminal {
    int kept[3];
    int keyboard;
    pid_t screen; /* writes what it is shown to the file "said" */
};

static void show(int from)
{
    char bytes[4096];
    ssize_t got = 0;
    int said = open("said", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    while ((got = read(from, bytes, sizeof bytes)) > 0)
        if (write(said, bytes, (size_t)got) != got)
            _exit(1);
    _exit(0);
}

static struct terminal sit_down(const char *typed)
{
    const struct winsize size = {.ws_row = 40, .ws_col = 100};
    struct terminal terminal;
    int line = -1;
    fflush(stdout);
    fflush(stderr);
    __fpurge(stdin);
    clearerr(stdin);
    assert_int_equal(openpty(&terminal.keyboard, &line, NULL, NULL, &size), 0);
    if (typed != NULL)
        assert_int_equal(write(terminal.keyboard, typed, strlen(typed)), strlen(typed));
    terminal.screen = fork();
    if (terminal.screen == 0) {
        force_look(false);
        close(line);
        show(terminal.keyboard);
    }
    for (int fd = 0; fd < 3; fd++) {
        terminal.kept[fd] = dup(fd);
        dup2(line, fd);
    }
    close(line);
    if (typed == NULL) {
        int rows = open("rows.csv", O_RDONLY);
        dup2(rows, STDIN_FILENO);
        close(rows);
    }
    return terminal;
}

static void get_up(const struct terminal *terminal)
{
    fflush(stdout);
    clearerr(stdout);
    for (int fd = 0; fd < 3; fd++) {
        dup2(terminal->kept[fd], fd);
        close(terminal->kept[fd]);
    }
    assert_int_equal(waitpid(terminal->screen, NULL, 0), terminal->screen);
    close(terminal->keyboard);
    prctl(PR_SET_DUMPABLE, 1L, 0L, 0L, 0L); /* the program forbids what a leak checker needs */
}

static int run_line(void)
{
    const char *argv[WORDS_MAX + 1] = {"numhost"};
    int argc = 1;
    for (; line_now->words[argc - 1] != NULL; argc++)
        argv[argc] = line_now->words[argc - 1];
    return program_main(argc, argv);
}

static bool operate(void *world, struct error *err)
{
    (void)world;
    force_look(false);
    struct terminal terminal = sit_down(line_now->typed);
    force_look(true);
    int code = run_line();
    force_look(false);
    get_up(&terminal);
    char *said = looking_read("said");
    bool good = code == RESULT_DONE || code == RESULT_ATTENTION || code == RESULT_WORK_LEFT;
    if (!good)
        error_set(err, ERROR_OTHER, "%.*s", SAID_BYTES, said + strspn(said, " \r\n"));
    free(said);
    force_look(true);
    return good;
}

static size_t force_line(const struct line *line, unsigned families, bool for_good)
{
    line_now = line;
    const struct fault_trial trial = {.name = line->words[0],
                                      .families = families,
                                      .set_up = set_up,
                                      .operate = operate,
                                      .tear_down = tear_down,
                                      .for_good = for_good,
                                      .survives = true};
    return force_run(&trial);
}

static void nothing_at_a_terminal_crashes_or_is_silent_when_something_fails(void **state)
{
    static const struct line lines[] = {
        {{"hold", "--all"}, "yes\n"},
        {{"cancel", "--offboard", "--all"}, "yes\nyes\n"},
        {{"status"}, ""},
        {{"verify", "+14155550103", "--code", "-"}, "012345\n"},
        {{"doctor", "--offline"}, ""},
        {{"import", "-", "--batch", "typed"}, NULL},
    };
    size_t forced = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        forced += force_line(&lines[i], FAULT_FILES, false);
    forced += force_line(&lines[2], FAULT_FILES, true);
    assert_in_range(forced, force_least(100), 10000);
}

static void a_run_at_a_terminal_ends_with_a_message(void **state)
{
    static const struct line run = {{"run", "--once"}, "yes\n"};
    static const char *const left[] = {"scenario.yaml", "port", "started.log", "state"};
    char folder[] = "/tmp/numhost-terminal-XXXXXX";
    char back[512];
    (void)state;
    assert_non_null(getcwd(back, sizeof back));
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    int sandbox = typed_sandbox("name: calm\n");
    assert_int_equal(chdir(back), 0);
    size_t forced = force_line(&run, FAULT_FILES, false) + force_line(&run, FAULT_LIBRARIES, false);
    typed_stop(sandbox);
    assert_int_equal(chdir(folder), 0);
    for (size_t i = 0; i < COUNT_OF(left); i++)
        unlink(left[i]);
    assert_int_equal(chdir(back), 0);
    assert_int_equal(rmdir(folder), 0);
    assert_in_range(forced, force_least(50), 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_at_a_terminal_crashes_or_is_silent_when_something_fails),
        cmocka_unit_test(a_run_at_a_terminal_ends_with_a_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
