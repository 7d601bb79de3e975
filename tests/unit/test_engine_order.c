/* What the engine may send only after something else: after the commit, after the account was
 * read. */
#include "base/clock.h"
#include "base/text.h"
#include "engine/engine.h"
#include "helpers/counting_executor.h"
#include "helpers/store_fixture.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NUMBERS = 3 };

struct place {
    char folder[64];
    char path[128];
    struct fixture fixture;
};

static int set_up(void **state)
{
    struct error err = {0};
    struct place *place = calloc(1, sizeof *place);
    *state = place;
    TEXT_SET(place->folder, "/tmp/numhost-engine-XXXXXX");
    if (mkdtemp(place->folder) == NULL)
        return 1;
    snprintf(place->path, sizeof place->path, "%s/numhost.db", place->folder);
    place->fixture.store = store_open(place->path, STORE_WRITE, &err);
    place->fixture.next_line = 2;
    return place->fixture.store == NULL;
}

static int tear_down(void **state)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal", ".lock"};
    struct place *place = *state;
    store_close(place->fixture.store);
    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        char path[160];
        snprintf(path, sizeof path, "%s%s", place->path, endings[i]);
        unlink(path);
    }
    rmdir(place->folder);
    free(place);
    return 0;
}

/* No file grows beyond `bytes` from here on, as on a disk that is full. */
static struct rlimit limit_files(rlim_t bytes)
{
    struct rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit small = {.rlim_cur = bytes, .rlim_max = before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    return before;
}

static void nothing_leaves_when_the_commit_fails(void **state)
{
    struct place *place = *state;
    struct store *store = place->fixture.store;
    struct counting_executor counter;
    counting_executor_init(&counter);
    struct engine_options options = {.policy = policy_default(), .seed = 1, .max_calls = -1};
    struct error err = {0};
    int64_t next_at_ms = 0;
    enum engine_end end = ENGINE_GOES_ON;
    int64_t now_ms = FIXTURE_NOW_MS + 1000;
    for (int i = 0; i < NUMBERS; i++)
        fixture_add_many(&place->fixture, i, "");
    assert_true(store_write_setting(store, "account_read", "yes", &err));
    struct engine *engine = engine_new(store, &counter.port, &options);
    assert_true(engine_start(engine, now_ms, &err));

    struct rlimit before = limit_files(4096);
    bool stepped = engine_step(engine, now_ms, &next_at_ms, &end, &err);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(counter.submitted, 0);
    assert_false(stepped);
    assert_int_equal(err.kind, ERROR_STORE);

    assert_true(engine_step(engine, now_ms, &next_at_ms, &end, &err));
    assert_int_equal(counter.submitted, NUMBERS);
    for (int64_t id = 1; id <= NUMBERS; id++)
        assert_int_equal(fixture_number(&place->fixture, id).intent, INTENT_CREATE);
    assert_int_equal(fixture_events(&place->fixture, 1, UINT64_C(1) << EVENT_INTENT), 1);
    engine_free(engine);
}

/* The database may be a new one for numbers that have their orders already. */
static void nothing_is_created_before_the_account_was_read(void **state)
{
    struct place *place = *state;
    struct counting_executor counter;
    counting_executor_init(&counter);
    struct engine_options options = {.policy = policy_default(), .seed = 1, .max_calls = -1};
    struct error err = {0};
    int64_t next_at_ms = 0;
    enum engine_end end = ENGINE_GOES_ON;
    int64_t now_ms = FIXTURE_NOW_MS + 1000;
    for (int i = 0; i < NUMBERS; i++)
        fixture_add_many(&place->fixture, i, "");
    struct engine *engine = engine_new(place->fixture.store, &counter.port, &options);
    assert_true(engine_start(engine, now_ms, &err));
    for (int turn = 0; turn < 5; turn++)
        assert_true(engine_step(engine, now_ms + turn * SECOND_MS, &next_at_ms, &end, &err));
    assert_int_equal(counter.submitted, 1);
    assert_int_equal(counter.of[OPERATION_CREATE_ORDER], 0);
    engine_free(engine);
}

/* ---- numbers whose request is under way, or was ---- */

struct going {
    struct counting_executor executor;
    struct engine *engine;
};

static void go(struct going *going, struct fixture *fixture, const struct engine_options *options)
{
    struct error err = {0};
    assert_true(store_write_setting(fixture->store, "account_read", "yes", &err));
    counting_executor_init(&going->executor);
    going->engine = engine_new(fixture->store, &going->executor.port, options);
    assert_true(engine_start(going->engine, FIXTURE_NOW_MS + SECOND_MS, &err));
}

static void turns(struct going *going, int count)
{
    struct error err = {0};
    int64_t next_at_ms = 0;
    enum engine_end end = ENGINE_GOES_ON;
    for (int i = 0; i < count; i++)
        assert_true(
            engine_step(going->engine, FIXTURE_NOW_MS + SECOND_MS + i, &next_at_ms, &end, &err));
}

/* Its order is to be read at due_at_ms. */
static int64_t add_reading(struct fixture *fixture, int i, int64_t due_at_ms)
{
    struct error err = {0};
    int64_t id = fixture_add_many(fixture, i, "");
    struct number number = fixture_number(fixture, id);
    number.status = STATUS_RECEIVED;
    number.step = STEP_RECONCILE;
    number.due_at_ms = due_at_ms;
    snprintf(number.order_sid, sizeof number.order_sid, "HR%032d", i);
    assert_true(store_save_number(fixture->store, &number, &err));
    return id;
}

static void a_number_under_way_is_not_taken_again(void **state)
{
    struct fixture *fixture = *state;
    struct engine_options options = {.policy = policy_default(), .seed = 1, .max_calls = -1};
    struct going going;
    add_reading(fixture, 1, FIXTURE_NOW_MS);
    go(&going, fixture, &options);
    turns(&going, 10);
    assert_int_equal(going.executor.submitted, 1);
    engine_free(going.engine);
}

static void every_request_takes_a_token(void **state)
{
    struct fixture *fixture = *state;
    struct engine_options options = {.policy = policy_default(), .seed = 1, .max_calls = -1};
    struct going going;
    options.policy.request_burst = 3;
    options.policy.requests_per_second = 1;
    for (int i = 0; i < 10; i++)
        add_reading(fixture, i, FIXTURE_NOW_MS);
    go(&going, fixture, &options);
    turns(&going, 10);
    assert_int_equal(going.executor.submitted, 3);
    engine_free(going.engine);
}

static void what_a_dead_process_left_is_looked_up_at_once(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct engine_options options = {.policy = policy_default(), .seed = 1, .max_calls = -1};
    struct going going;
    int64_t id = add_reading(fixture, 1, FIXTURE_NOW_MS + HOUR_MS);
    struct number number = fixture_number(fixture, id);
    number.intent = INTENT_START_CALL;
    number.intent_at_ms = FIXTURE_NOW_MS - SECOND_MS;
    assert_true(store_save_number(fixture->store, &number, &err));
    go(&going, fixture, &options);
    turns(&going, 1);
    assert_int_equal(going.executor.of[OPERATION_FETCH_ORDER], 1);
    engine_free(going.engine);
}

/* A person started a new order while the old one was being read. */
static void an_answer_about_the_order_before_moves_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct engine_options options = {.policy = policy_default(), .seed = 1, .max_calls = -1};
    struct going going;
    int64_t id = add_reading(fixture, 1, FIXTURE_NOW_MS);
    go(&going, fixture, &options);
    turns(&going, 1);
    struct order_seen *seen = calloc(1, sizeof *seen);
    *seen = (struct order_seen){.status_known = true, .status = STATUS_FAILED};
    TEXT_SET(seen->sid, going.executor.last.order_sid);
    struct answer answer = {.tag = going.executor.last.tag,
                            .operation = OPERATION_FETCH_ORDER,
                            .number_id = id,
                            .sent_at_ms = going.executor.last.sent_at_ms,
                            .delivery = DELIVERY_ANSWERED,
                            .http_status = 200,
                            .readable = true,
                            .orders = seen,
                            .order_count = 1};
    struct number number = fixture_number(fixture, id);
    snprintf(number.order_sid, sizeof number.order_sid, "HR%032d", 99);
    number.due_at_ms = FIXTURE_NOW_MS + HOUR_MS;
    assert_true(store_save_number(fixture->store, &number, &err));
    going.executor.answer = &answer;
    turns(&going, 1);
    assert_int_equal(fixture_number(fixture, id).status, STATUS_RECEIVED);
    engine_free(going.engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_leaves_when_the_commit_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_created_before_the_account_was_read, set_up,
                                        tear_down),
        FIXTURE_TEST(a_number_under_way_is_not_taken_again),
        FIXTURE_TEST(every_request_takes_a_token),
        FIXTURE_TEST(what_a_dead_process_left_is_looked_up_at_once),
        FIXTURE_TEST(an_answer_about_the_order_before_moves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
