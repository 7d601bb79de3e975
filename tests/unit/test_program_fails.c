/* Commands as typed, over files, streams, a store and libraries that fail at every place once:
 * never without a message, never a crash, and well the next time. */
#include "base/text.h"
#include "cmd/program.h"
#include "faults/faults.h"
#include "helpers/looking_store.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
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

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* From here on standard output and error are files in the folder, which is the working directory.
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
    write_file("numhost.yaml", "database: numhost.db\napi: {rate: 5/s}\n");
    write_file("more.csv", "phone_number,site\n+14155550130,Hill\n12,Hill\n");
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
    if (code != 0)
        read_said(err);
    force_look(true);
    return code;
}

static bool operate(void *context, struct error *err)
{
    return captured(context, err) == 0;
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
    {"cancel", "+14155550105", "--yes"},
    {"config", "check"},
    {"config", "show", "--origin"},
    {"zone", "+14155550100"},
    {"zone", "+14155550100", "--json"},
    {"explain-code", "22102"},
    {"explain-code", "22102", "--json"},
    {"lifecycle"},
    {"manual"},
    {"completion", "bash"},
    {"help", "run"},
    {"version", "--json"},
};

static void no_command_crashes_or_is_silent_when_something_fails(void **state)
{
    (void)state;
    static const unsigned families[] = {FAULT_FILES, FAULT_SQL, FAULT_LIBRARIES};
    char name[128];
    size_t forced = 0;
    for (size_t i = 0; i < COUNT_OF(commands_to_try); i++)
        for (size_t family = 0; family < COUNT_OF(families); family++) {
            words_now = commands_to_try[i];
            snprintf(name, sizeof name, "command %zu (%s), family %u", i, words_now[0],
                     families[family]);
            const struct fault_trial trial = {.name = name,
                                              .families = families[family],
                                              .set_up = set_up,
                                              .operate = operate,
                                              .check = check,
                                              .tear_down = tear_down,
                                              .survives = true};
            forced += force_run(&trial);
        }
    assert_in_range(forced, force_least(300), 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_command_crashes_or_is_silent_when_something_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
