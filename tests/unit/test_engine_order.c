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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_leaves_when_the_commit_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_created_before_the_account_was_read, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
