#include "helpers/typed.h"

#include "base/buf.h"
#include "cmd/control.h"
#include "cmd/program.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { WORDS_MAX = 24, SECONDS_MAX = 60, STARTED_SECONDS_MAX = 900, TRIES = 2000 };

void typed_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* In the new process. Its coverage and its descriptors end with it. */
static void be_program(const char *line, unsigned seconds_max)
{
    const char *argv[WORDS_MAX] = {"numhost"};
    int argc = 1;
    char *copy = strdup(line);
    char *rest = copy;
    alarm(seconds_max);
    for (char *word; (word = strsep(&rest, " ")) != NULL && argc < WORDS_MAX;)
        argv[argc++] = word;
    int code = program_main(argc, argv);
    free(copy);
    fflush(stdout);
    _exit(code);
}

static pid_t start_plain(const struct typed *typed, int *from)
{
    int pipe_ends[2];
    assert_int_equal(pipe(pipe_ends), 0);
    typed_file("typed", typed->input != NULL ? typed->input : "");
    pid_t process = fork();
    if (process == 0) {
        dup2(open("typed", O_RDONLY), STDIN_FILENO);
        dup2(pipe_ends[1], STDOUT_FILENO);
        dup2(pipe_ends[1], STDERR_FILENO);
        close(pipe_ends[0]);
        close(pipe_ends[1]);
        be_program(typed->line, SECONDS_MAX);
    }
    close(pipe_ends[1]);
    *from = pipe_ends[0];
    return process;
}

static pid_t start_in_terminal(const struct typed *typed, int *from)
{
    const struct winsize size = {.ws_row = 40, .ws_col = 100};
    size_t bytes = strlen(typed->input);
    pid_t process = forkpty(from, NULL, NULL, &size);
    if (process == 0) {
        setenv("TERM", "xterm", 1);
        be_program(typed->line, SECONDS_MAX);
    }
    assert_int_equal(write(*from, typed->input, bytes), bytes);
    return process;
}

/* A terminal whose other side is gone gives an error, a pipe an end. */
static void read_all(int from, struct buf *said)
{
    char bytes[4096];
    ssize_t count = 0;
    while ((count = read(from, bytes, sizeof bytes)) > 0 || (count < 0 && errno == EINTR))
        if (count > 0)
            assert_true(buf_add(said, bytes, (size_t)count));
    close(from);
}

static bool ends_as_wanted(const struct typed *typed, int status, const char *said)
{
    const char *says = typed->says != NULL ? typed->says : "";
    if (WIFEXITED(status) && WEXITSTATUS(status) == typed->code && strstr(said, says) != NULL)
        return true;
    print_error("numhost %s: status %#x, wanted code %d and '%s': %s\n", typed->line,
                (unsigned)status, typed->code, says, said);
    return false;
}

static bool type_one(const struct typed *typed)
{
    struct buf said;
    int from = -1;
    int status = 0;
    fflush(stdout);
    buf_init(&said, 16 * 1024 * 1024);
    pid_t process = typed->terminal ? start_in_terminal(typed, &from) : start_plain(typed, &from);
    assert_true(process > 0);
    read_all(from, &said);
    assert_int_equal(waitpid(process, &status, 0), process);
    bool good = ends_as_wanted(typed, status, buf_text(&said));
    buf_done(&said);
    return good;
}

void typed_all(const struct typed *lines, size_t count)
{
    size_t failed = 0;
    for (size_t i = 0; i < count; i++)
        failed += type_one(&lines[i]) ? 0 : 1;
    assert_int_equal(failed, 0);
}

static void pause_briefly(void)
{
    const struct timespec pause = {.tv_nsec = 5000000};
    nanosleep(&pause, NULL);
}

static void use_port(void)
{
    char url[64];
    int port = 0;
    for (int i = 0; i < TRIES && port == 0; i++) {
        FILE *file = fopen("port", "r");
        if (file == NULL || fscanf(file, "%d", &port) != 1)
            pause_briefly();
        if (file != NULL)
            fclose(file);
    }
    assert_int_not_equal(port, 0);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
    setenv("NUMHOST_API_BASE_URL", url, 1);
    setenv("NUMHOST_API_CORE_BASE_URL", url, 1);
}

int typed_start(const char *line)
{
    fflush(stdout);
    pid_t process = fork();
    if (process == 0) {
        int log = open("started.log", O_WRONLY | O_CREAT | O_APPEND, 0600);
        dup2(log, STDOUT_FILENO);
        dup2(log, STDERR_FILENO);
        be_program(line, STARTED_SECONDS_MAX);
    }
    assert_true(process > 0);
    return process;
}

void typed_wait_for_run(const char *database)
{
    bool there = control_answers(database);
    for (int i = 0; i < TRIES && !there; i++) {
        pause_briefly();
        there = control_answers(database);
    }
    assert_true(there);
}

int typed_end(int process, int signal)
{
    int status = 0;
    kill(process, signal);
    assert_int_equal(waitpid(process, &status, 0), process);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

int typed_sandbox(const char *scenario)
{
    typed_file("scenario.yaml", scenario);
    unlink("port");
    int process = typed_start("sandbox --listen 127.0.0.1:0 --port-file port --scenario "
                              "scenario.yaml --state state");
    use_port();
    return process;
}

void typed_stop(int process)
{
    assert_int_equal(typed_end(process, SIGTERM), 0);
}

int typed_enter(void **state)
{
    struct typed_place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    place->made = looking_store_new();
    store_close(place->made->store);
    place->made->store = NULL;
    assert_non_null(getcwd(place->back, sizeof place->back));
    assert_int_equal(chdir(place->made->directory), 0);
    setenv("HOME", place->made->directory, 1);
    unsetenv("NUMHOST_API_BASE_URL");
    unsetenv("NUMHOST_API_CORE_BASE_URL");
    typed_file("numhost.yaml", "database: numhost.db\napi: {rate: 50/s}\n");
    *state = place;
    return 0;
}

int typed_leave(void **state)
{
    struct typed_place *place = *state;
    assert_int_equal(chdir(place->back), 0);
    looking_store_free(place->made);
    free(place);
    return 0;
}
