/* A run, a sync and what a person asks for, over a store that fails at every place once: it ends
 * with an error, nothing is sent twice, and the next run goes on to the end. */
#include "adapters/http/executor.h"
#include "adapters/http/json_memory.h"
#include "base/clock.h"
#include "base/text.h"
#include "engine/actions.h"
#include "engine/engine.h"
#include "engine/sync.h"
#include "faults/faults.h"
#include "helpers/sandbox_asking.h"
#include "helpers/sandbox_transport.h"
#include "helpers/store_fixture.h"

#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_MS INT64_C(1795000000000)
#define ADDRESS "AD11111111111111111111111111111111"

enum { TURNS_MAX = 20000 };

/* Each with another outcome of the sandbox's table of magic numbers. */
static const char *const phones[] = {
    "+14155550100", "+14155550101", "+14155550103", "+14155550104", "+14155550109", "+14155550110",
    "+14155550112", "+14155550114", "+14155550115", "+14155550116", "+14155550118", "+14155550119",
};
enum { NUMBERS = COUNT_OF(phones) };

struct world {
    struct fixture fixture;
    struct store *store;
    struct scenario scenario;
    struct sandbox *sandbox;
    struct transport *transport;
    struct executor *executor;
    int64_t now_ms;
};

/* ---- processes that come and go; the store's handle stays, as SQLite in memory is nowhere else
 * ---- */

static void start_process(struct world *world)
{
    world->transport = sandbox_transport_new(world->sandbox, &world->now_ms);
    world->executor = http_executor_new(world->transport, ACCOUNT);
}

static void end_process(struct world *world)
{
    if (world->executor != NULL)
        http_executor_free(world->executor);
    if (world->transport != NULL)
        sandbox_transport_free(world->transport);
    world->executor = NULL;
    world->transport = NULL;
}

static void add_row(struct world *world, size_t i)
{
    struct import_row row = fixture_row(2 + (int64_t)i, phones[i]);
    snprintf(row.site, sizeof row.site, "site %zu", i % 3);
    bool alone = strcmp(phones[i], "+14155550110") == 0 || strcmp(phones[i], "+14155550118") == 0;
    snprintf(row.signer.email, sizeof row.signer.email, "signer%zu@example.com",
             alone ? 2 + i : i % 2);           /* what becomes of its LOA is not for the others */
    TEXT_SET(row.signer.address_sid, ADDRESS); /* the sandbox refuses the fixture's */
    TEXT_SET(row.details.address_sid, ADDRESS);
    if (strcmp(phones[i], "+14155550116") == 0) /* nobody to sign for it */
        row.signer = (struct signer){.email = "nobody@example.com"};
    if (strcmp(phones[i], "+14155550115") == 0) {
        row.verification_type = VERIFICATION_PHONE_BILL;
        TEXT_SET(row.details.verification_document_sid, "RI11111111111111111111111111111111");
    }
    assert_int_equal(fixture_import(&world->fixture, &row).outcome, IMPORT_NEW);
}

static void *set_up(void)
{
    struct error err = {0};
    struct world *world = calloc(1, sizeof *world);
    world->now_ms = START_MS;
    world->scenario = scenario_calm();
    world->sandbox = sandbox_new(&world->scenario, 42);
    world->store = store_open(":memory:", STORE_WRITE, &err);
    if (world->store == NULL)
        fail_msg("%s", err.text);
    world->fixture.store = world->store;
    fixture_import_begin(&world->fixture, FIXTURE_BATCH);
    for (size_t i = 0; i < NUMBERS; i++)
        add_row(world, i);
    fixture_import_end(&world->fixture);
    return world;
}

static void tear_down(void *context)
{
    struct world *world = context;
    end_process(world);
    store_close(world->store);
    sandbox_free(world->sandbox);
    free(world);
}

/* ---- what the service has seen ---- */

struct seen {
    int orders[NUMBERS];
    int calls[NUMBERS];
};

static bool look_at_line(void *context, const struct ledger_line *line)
{
    struct seen *seen = context;
    for (size_t i = 0; i < NUMBERS; i++) {
        if (strcmp(line->phone_number, phones[i]) != 0)
            continue;
        seen->orders[i] += line->effect == EFFECT_ORDER_CREATED ? 1 : 0;
        seen->calls[i] += line->effect == EFFECT_CALL_PLACED ? 1 : 0;
    }
    return true;
}

static void check(void *context)
{
    struct world *world = context;
    struct seen seen = {.orders = {0}};
    struct error err = {0};
    sandbox_each_ledger_line(world->sandbox, 0, look_at_line, &seen);
    for (size_t i = 0; i < NUMBERS; i++) {
        assert_in_range(seen.orders[i], 0, 1);
        assert_in_range(seen.calls[i], 0, policy_default().automatic_attempts);
    }
    store_rollback(world->store);
    if (!store_check(world->store, &err))
        fail_msg("%s", err.text);
}

/* ---- a run ---- */

static int64_t earlier(int64_t a_ms, int64_t b_ms)
{
    if (a_ms == 0 || b_ms == 0)
        return a_ms + b_ms;
    return a_ms < b_ms ? a_ms : b_ms;
}

static bool go(struct world *world, struct engine *engine, struct error *err)
{
    enum engine_end end = ENGINE_GOES_ON;
    if (!engine_start(engine, world->now_ms, err))
        return false;
    for (int turn = 0; turn < TURNS_MAX && end == ENGINE_GOES_ON; turn++) {
        int64_t next_at_ms = 0;
        if (!engine_step(engine, world->now_ms, &next_at_ms, &end, err))
            return false;
        int64_t at_ms = earlier(next_at_ms, sandbox_transport_next_at(world->transport));
        world->now_ms = at_ms > world->now_ms ? at_ms : world->now_ms;
    }
    return end == ENGINE_DONE || error_set(err, ERROR_OTHER, "ended as %d", (int)end);
}

static bool run(void *context, struct error *err)
{
    struct world *world = context;
    struct engine_options options = {.policy = policy_default(), .seed = 1, .max_calls = -1};
    options.policy.sweep_from = 2;
    options.policy.page_size = 2;
    if (!calling_hours_add(&options.hours, "mon-sun", "00:00-24:00", err))
        return false;
    start_process(world);
    struct engine *engine = engine_new(world->store, world->executor, &options);
    bool ok = go(world, engine, err);
    engine_free(engine);
    end_process(world);
    if (!ok)
        store_rollback(world->store);
    return ok;
}

/* Refused at the door, the numbers would have no fates. */
static void must_have_lived(struct world *world)
{
    struct error err = {0};
    struct number number;
    bool found = false;
    static const struct {
        const char *phone;
        enum status status;
    } fates[] = {{"+14155550100", STATUS_COMPLETED},
                 {"+14155550101", STATUS_FAILED},
                 {"+14155550112", STATUS_ACTION_REQUIRED},
                 {"+14155550119", STATUS_COMPLETED}};
    for (size_t i = 0; i < COUNT_OF(fates); i++) {
        assert_true(store_find_by_phone(world->store, fates[i].phone, &number, &found, &err));
        assert_int_equal(number.status, fates[i].status);
    }
}

static void *set_up_and_run(void)
{
    struct error err = {0};
    struct world *world = set_up();
    if (!run(world, &err))
        fail_msg("%s", err.text);
    must_have_lived(world);
    return world;
}

static void a_store_that_fails_anywhere_ends_the_run_and_nothing_is_sent_twice(void **state)
{
    (void)state;
    const struct fault_trial trial = {.name = "run",
                                      .families = FAULT_SQL,
                                      .set_up = set_up,
                                      .operate = run,
                                      .check = check,
                                      .tear_down = tear_down};
    assert_in_range(force_run(&trial), force_least(200), 10000);
}

/* ---- what a person asks for ---- */

static bool act(void *context, struct error *err)
{
    struct world *world = context;
    struct selector all = {.all = true};
    struct selector some = {.site = "site 1"};
    struct action_result result;
    for (int action = 0; action < ACTION_COUNT; action++) {
        const struct selector *selector = action == ACTION_OFFBOARD ? &some : &all;
        if (!action_apply(world->store, (enum action)action, selector, "operator", world->now_ms,
                          &result, err))
            return false;
    }
    return true;
}

/* Waiting for a code, which is heard. */
static bool post_code(void *context, struct error *err)
{
    struct world *world = context;
    struct number number;
    bool found = false;
    if (!store_find_by_phone(world->store, phones[0], &number, &found, err))
        return false;
    number.status = STATUS_PENDING_VERIFICATION;
    number.step = STEP_NOTHING;
    TEXT_SET(number.order_sid, "HR00000000000000000000000000000001");
    return store_save_number(world->store, &number, err) &&
           action_post_code(world->store, phones[0], "123456", "operator", world->now_ms, err);
}

static void what_a_person_asks_for_is_done_whole_or_not_at_all(void **state)
{
    (void)state;
    struct fault_trial trial = {.name = "actions",
                                .families = FAULT_SQL,
                                .set_up = set_up_and_run,
                                .operate = act,
                                .check = check,
                                .tear_down = tear_down};
    assert_in_range(force_run(&trial), force_least(20), 10000);
    trial.name = "code";
    trial.set_up = set_up;
    trial.operate = post_code;
    assert_in_range(force_run(&trial), force_least(5), 10000);
}

/* ---- sync ---- */

/* The database is lost, and imported anew; the service still has everything. */
static void *set_up_lost(void)
{
    struct error err = {0};
    struct world *world = set_up_and_run();
    store_close(world->store);
    world->store = store_open(":memory:", STORE_WRITE, &err);
    world->fixture.store = world->store;
    fixture_import_begin(&world->fixture, FIXTURE_BATCH);
    for (size_t i = 0; i < NUMBERS; i++)
        add_row(world, i);
    fixture_import_end(&world->fixture);
    return world;
}

static bool step_to_the_end(struct world *world, struct sync *sync, struct error *err)
{
    bool done = false;
    for (int turn = 0; turn < TURNS_MAX && !done; turn++) {
        int64_t next_at_ms = 0;
        if (!sync_step(sync, world->now_ms, &next_at_ms, &done, err))
            return false;
        int64_t at_ms = earlier(next_at_ms, sandbox_transport_next_at(world->transport));
        world->now_ms = at_ms > world->now_ms ? at_ms : world->now_ms;
    }
    return done;
}

static bool sync_all(void *context, struct error *err)
{
    struct world *world = context;
    const struct sync_options options = {
        .policy = policy_default(), .batch = "", .seed = 1, .actor = "operator"};
    start_process(world);
    struct sync *sync = sync_new(world->store, world->executor, &options);
    bool ok = step_to_the_end(world, sync, err);
    sync_free(sync);
    end_process(world);
    if (!ok)
        store_rollback(world->store);
    return ok;
}

static void a_sync_that_fails_anywhere_can_be_repeated(void **state)
{
    (void)state;
    const struct fault_trial trial = {.name = "sync",
                                      .families = FAULT_SQL,
                                      .set_up = set_up_lost,
                                      .operate = sync_all,
                                      .check = check,
                                      .tear_down = tear_down};
    assert_in_range(force_run(&trial), force_least(15), 10000);
}

/* ---- our own memory, and that of the reader of answers ---- */

/* The message of a child that ran out of memory at its nth allocation, and how it ended. */
static int child_without_memory(bool (*operate)(void *, struct error *), void *world, size_t nth,
                                char *said, size_t said_bytes)
{
    int ends[2];
    int status = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        struct error err = {0};
        dup2(ends[1], STDERR_FILENO);
        force_strike(FAULT_MEMORY, nth);
        (void)!operate(world, &err);
        _exit(0);
    }
    close(ends[1]);
    ssize_t got = read(ends[0], said, said_bytes - 1);
    said[got > 0 ? got : 0] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

/* Wherever it asks for memory, by recording it; returns in how many places. */
static size_t must_end_without_memory(void *(*make)(void), bool (*operate)(void *, struct error *),
                                      void (*end)(void *))
{
    size_t ordinals[2048];
    struct error err = {0};
    void *world = make();
    force_record(FAULT_MEMORY);
    assert_true(operate(world, &err));
    force_end();
    end(world);
    size_t count = force_ordinals(ordinals, COUNT_OF(ordinals));
    assert_in_range(count, 1, COUNT_OF(ordinals) - 2);
    world = make();
    for (size_t i = 0; i < count; i++) {
        char said[512];
        int status = child_without_memory(operate, world, ordinals[i], said, sizeof said);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), SIGABRT);
        assert_non_null(strstr(said, "out of memory"));
    }
    end(world);
    return count;
}

static void without_memory_the_process_ends_itself_and_says_why(void **state)
{
    (void)state;
    assert_in_range(must_end_without_memory(set_up, run, tear_down), force_least(20), 2000);
}

/* So long that its closing quote is where the reader's buffer grows: jansson left it out, and read
 * on past the end. */
static void *make_text(void)
{
    char *text = malloc(64);
    snprintf(text, 64, "{\"k\": \"%030d\"}", 7);
    return text;
}

static bool read_text(void *text, struct error *err)
{
    json_error_t trouble;
    json_t *json = json_loads(text, 0, &trouble);
    const char *read = json_string_value(json_object_get(json, "k"));
    bool whole = read != NULL && strlen(read) == 30;
    json_decref(json);
    return whole || error_set(err, ERROR_OTHER, "read as something else");
}

static void an_answer_is_read_whole_or_the_process_ends(void **state)
{
    (void)state;
    assert_in_range(must_end_without_memory(make_text, read_text, free), force_least(3), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_that_fails_anywhere_ends_the_run_and_nothing_is_sent_twice),
        cmocka_unit_test(what_a_person_asks_for_is_done_whole_or_not_at_all),
        cmocka_unit_test(a_sync_that_fails_anywhere_can_be_repeated),
        cmocka_unit_test(without_memory_the_process_ends_itself_and_says_why),
        cmocka_unit_test(an_answer_is_read_whole_or_the_process_ends),
    };
    json_memory_guard();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
