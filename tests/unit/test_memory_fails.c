/* Memory that is gone, wherever a command asks for some: the process ends itself, so that nothing
 * is done with what is not there. Dying anywhere is safe (tests/crash). */
#include "adapters/http/wire.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/program.h"
#include "faults/faults.h"
#include "helpers/looking_store.h"
#include "helpers/typed.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { WORDS_MAX = 12 };

static const char *const *words_now; /* of the trial */
static enum result wanted = RESULT_DONE;

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
    typed_file("numhost.yaml",
               "database: numhost.db\n"
               "api: {rate: 100/s, patience: 1s, reconcile_grace: 1s}\n"
               "retry: {base: 10ms, cap: 50ms}\n"
               "verification: {windows: {mon-fri: \"09:00-17:00\", sat: \"10:00-12:00\"}}\n"
               "columns: {Telefon: phone_number}\n");
    typed_file("more.csv", "Telefon,site\n+14155550130,Hill\n12,Hill\n");
    return world;
}

static void tear_down(void *context)
{
    struct world *world = context;
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

/* Messages go where they went, for force_memory() to see. */
static bool operate(void *context, struct error *err)
{
    const char *argv[WORDS_MAX + 1] = {"numhost"};
    int argc = 1;
    (void)context;
    for (; words_now[argc - 1] != NULL; argc++)
        argv[argc] = words_now[argc - 1];
    fflush(stdout);
    int out = dup(STDOUT_FILENO);
    redirect("printed", STDOUT_FILENO);
    int code = program_main(argc, argv);
    fflush(stdout);
    dup2(out, STDOUT_FILENO);
    close(out);
    prctl(PR_SET_DUMPABLE, 1L, 0L, 0L, 0L); /* the program forbids what a leak checker needs */
    return code == (int)wanted || code == RESULT_ATTENTION || code == RESULT_WORK_LEFT ||
           error_set(err, ERROR_OTHER, "ended with %d", code);
}

static size_t force_command(const char *const *words)
{
    words_now = words;
    const struct fault_trial trial = {
        .name = words[0], .set_up = set_up, .operate = operate, .tear_down = tear_down};
    return force_memory(&trial);
}

static void a_command_without_memory_ends_itself(void **state)
{
    static const char *const commands[][WORDS_MAX] = {
        {"import", "more.csv", "--quiet"},
        {"status", "--json"},
        {"show", "+14155550103", "--json"},
        {"calls", "--json"},
        {"report", "all", "-o", "reports"},
        {"report", "brief"},
        {"hold", "--all", "--yes", "--quiet"},
        {"retry", "+14155550102", "+14155550103", "--quiet"},
        {"config", "show", "--origin"},
        {"zone", "+14155550100"},
        {"doctor", "--offline"},
    };
    size_t ended = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        ended += force_command(commands[i]);
    static const char *const misspelt[] = {"status", "--batch", "sprung", NULL};
    wanted = RESULT_USAGE; /* with a suggestion */
    ended += force_command(misspelt);
    wanted = RESULT_DONE;
    assert_in_range(ended, force_least(100), 100000);
}

static void a_command_that_asks_the_service_without_memory_ends_itself(void **state)
{
    static const char *const commands[][WORDS_MAX] = {
        {"run", "--once", "--quiet"}, {"sync", "--json"}, {"doctor"}};
    static const char *const left[] = {"scenario.yaml", "port", "started.log", "state"};
    char folder[] = "/tmp/numhost-memory-XXXXXX";
    char back[512];
    size_t ended = 0;
    (void)state;
    assert_non_null(getcwd(back, sizeof back));
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    int sandbox = typed_sandbox("name: calm\n");
    assert_int_equal(chdir(back), 0);
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        ended += force_command(commands[i]);
    typed_stop(sandbox);
    assert_int_equal(chdir(folder), 0);
    for (size_t i = 0; i < COUNT_OF(left); i++)
        unlink(left[i]);
    assert_int_equal(chdir(back), 0);
    assert_int_equal(rmdir(folder), 0);
    assert_in_range(ended, force_least(50), 100000);
}

static void *nothing(void)
{
    return NULL;
}

static void nothing_to_end(void *world)
{
    (void)world;
}

static bool read_letters(void *world, struct error *err)
{
    static const char body[] = "{\"meta\":{\"key\":\"items\",\"next_page_url\":null},"
                               "\"items\":[{\"sid\":\"PX2\",\"status\":\"signed\"}]}";
    const struct request request = {.operation = OPERATION_LIST_DOCUMENTS};
    struct http_response response = {.delivery = DELIVERY_ANSWERED, .status = 200};
    struct answer answer;
    (void)world;
    struct exchange exchange = wire_exchange(&request);
    buf_init(&response.body, ANSWER_BYTES_MAX);
    buf_add_text(&response.body, body);
    wire_decode(&exchange, &response, &answer);
    buf_done(&response.body);
    bool good = answer.readable && answer.document_count == 1;
    answer_done(&answer);
    return good || error_set(err, ERROR_OTHER, "not read");
}

static void a_list_of_letters_without_memory_ends_the_process(void **state)
{
    const struct fault_trial trial = {
        .name = "letters", .set_up = nothing, .operate = read_letters, .tear_down = nothing_to_end};
    (void)state;
    assert_in_range(force_memory(&trial), force_least(2), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_without_memory_ends_itself),
        cmocka_unit_test(a_list_of_letters_without_memory_ends_the_process),
        cmocka_unit_test(a_command_that_asks_the_service_without_memory_ends_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
