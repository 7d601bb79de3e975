#include "helpers/engine_turns.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct engine_options options_at_any_time(void)
{
    struct engine_options options = {.policy = policy_default(), .seed = 1, .max_calls = -1};
    struct error err = {0};
    assert_true(calling_hours_add(&options.hours, "mon-sun", "00:00-24:00", &err));
    return options;
}

int turns_set_up(void **state)
{
    struct error err = {0};
    struct turns *turns = memory_new(1, sizeof *turns);
    *state = turns;
    TEXT_SET(turns->folder, "/tmp/numhost-turns-XXXXXX");
    if (mkdtemp(turns->folder) == NULL)
        return 1;
    snprintf(turns->path, sizeof turns->path, "%s/numhost.db", turns->folder);
    turns->fixture.store = store_open(turns->path, STORE_WRITE, &err);
    turns->fixture.next_line = 2;
    turns->options = options_at_any_time();
    counting_executor_init(&turns->executor);
    return turns->fixture.store == NULL;
}

int turns_tear_down(void **state)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal", ".lock"};
    struct turns *turns = *state;
    if (turns->engine != NULL)
        engine_free(turns->engine);
    store_close(turns->fixture.store);
    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        char path[160];
        snprintf(path, sizeof path, "%s%s", turns->path, endings[i]);
        unlink(path);
    }
    rmdir(turns->folder);
    free(turns);
    return 0;
}

void turns_start(struct turns *turns)
{
    struct error err = {0};
    assert_true(store_write_setting(turns->fixture.store, "account_read", "yes", &err));
    assert_true(store_write_setting(turns->fixture.store, "account_read_at", "1000000", &err));
    turns->engine = engine_new(turns->fixture.store, &turns->executor.port, &turns->options);
    assert_true(engine_start(turns->engine, TURNS_NOW_MS, &err));
}

bool turns_take(struct turns *turns, int64_t now_ms)
{
    turns->err = (struct error){0};
    return engine_step(turns->engine, now_ms, &turns->next_at_ms, &turns->end, &turns->err);
}

void turns_take_all(struct turns *turns, int64_t now_ms, int count)
{
    for (int i = 0; i < count; i++)
        if (!turns_take(turns, now_ms + i))
            fail_msg("%s", turns->err.text);
}

static void *copy_of(const void *one, size_t bytes)
{
    return one != NULL ? memcpy(memory_new(1, bytes), one, bytes) : NULL;
}

struct answer turns_good(void)
{
    return (struct answer){.delivery = DELIVERY_ANSWERED, .http_status = 200, .readable = true};
}

bool turns_answer(struct turns *turns, struct answer answer, const struct order_seen *seen,
                  const struct document_seen *document, int64_t now_ms)
{
    const struct request *request = &turns->executor.last;
    answer.tag = request->tag;
    answer.operation = request->operation;
    answer.number_id = request->number_id;
    answer.sent_at_ms = request->sent_at_ms;
    answer.orders = copy_of(seen, sizeof *seen);
    answer.order_count = seen != NULL ? 1 : 0;
    answer.documents = copy_of(document, sizeof *document);
    answer.document_count = document != NULL ? 1 : 0;
    turns->executor.answer = &answer;
    return turns_take(turns, now_ms);
}

void turns_save(struct turns *turns, const struct number *number)
{
    struct error err = {0};
    struct store *store = turns->fixture.store;
    if (!store_begin(store, &err) || !store_save_number(store, number, &err) ||
        !store_commit(store, &err))
        fail_msg("%s", err.text);
}

static struct number with_order(struct turns *turns, int64_t id, enum status status, enum step step)
{
    struct number number = fixture_number(&turns->fixture, id);
    number.status = status;
    number.step = step;
    number.due_at_ms = FIXTURE_NOW_MS;
    number.settled_at_ms = FIXTURE_NOW_MS;
    number.order_count = 1;
    snprintf(number.order_sid, sizeof number.order_sid, "HR%032lld", (long long)id);
    return number;
}

int64_t turns_add(struct turns *turns, int i, enum status status, enum step step)
{
    int64_t id = fixture_add_many(&turns->fixture, i, "");
    struct number number = with_order(turns, id, status, step);
    turns_save(turns, &number);
    return id;
}

void turns_add_many(struct turns *turns, int count, enum status status, enum step step)
{
    struct error err = {0};
    struct fixture *fixture = &turns->fixture;
    fixture_import_begin(fixture, FIXTURE_BATCH);
    for (int i = 0; i < count; i++) {
        char phone_number[PHONE_BYTES];
        snprintf(phone_number, sizeof phone_number, "+1415555%04d", i % 10000);
        fixture_import_line(fixture, fixture->next_line++, phone_number);
    }
    fixture_import_end(fixture);
    assert_true(store_begin(fixture->store, &err));
    for (int64_t id = 1; id <= count; id++) {
        struct number number = with_order(turns, id, status, step);
        assert_true(store_save_number(fixture->store, &number, &err));
    }
    assert_true(store_commit(fixture->store, &err));
}

struct loa turns_loa(struct turns *turns, int64_t id)
{
    struct error err = {0};
    struct loa loa = {0};
    bool found = false;
    if (!store_find_loa(turns->fixture.store, id, &loa, &found, &err) || !found)
        fail_msg("LOA %lld: %s", (long long)id, err.text);
    return loa;
}

void turns_meddle(struct turns *turns, const char *sql)
{
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(turns->path, &other), SQLITE_OK);
    if (sqlite3_exec(other, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(other));
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
}
