/* The rows of an import that wait: handed to a thread, dropped with it, too big to wait. */
#include "helpers/store_place.h"

#include "adapters/sqlite/import.h"
#include "base/memory.h"
#include "base/text.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static bool import_rows(struct store *store, int count, struct error *err)
{
    struct import_result result;
    bool ok = true;
    for (int i = 0; ok && i < count; i++) {
        char phone_number[PHONE_BYTES];
        place_phone(i, phone_number);
        struct import_row row = fixture_row(2 + i, phone_number);
        ok = store_import_row(store, &row, &result, err);
    }
    return ok;
}

static void begin(struct store *store)
{
    struct fixture fixture = {.store = store};
    fixture_import_begin(&fixture, "a");
}

static void end(struct store *store)
{
    struct fixture fixture = {.store = store};
    fixture_import_end(&fixture);
}

/* ---- a thread that could not write ---- */

static bool asks(struct store *store, size_t which, struct error *err)
{
    struct number number;
    struct selector all = {.all = true};
    bool found = false;
    int64_t count = 0;
    switch (which) {
    case 0: return store_find_number(store, 1, &number, &found, err);
    case 1: return store_count_numbers(store, &all, &count, err);
    case 2: return sql_exec(store, "SELECT 1", err);
    default: return store_import_end(store, err);
    }
}

static void whoever_asks_after_the_thread_failed_is_told_why(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct store *store = place_open(place->path, STORE_WRITE);
    assert_true(sql_exec(store,
                         "CREATE TEMP TRIGGER no BEFORE INSERT ON number WHEN new.line = 100 "
                         "BEGIN SELECT RAISE(ABORT, 'line 100'); END",
                         &err));
    begin(store);
    (void)import_rows(store, PENDING_ROWS, &err); /* fails when the thread was quick */
    for (size_t which = 0; which < 4; which++) {
        struct error why = {0};
        assert_false(asks(store, which, &why));
        assert_int_equal(why.kind, ERROR_STORE);
        assert_non_null(strstr(why.text, "line 100"));
        assert_false(asks(store, which, NULL));
    }
    store_rollback(store);
    assert_true(sql_exec(store, "DROP TRIGGER no", &err));
    begin(store);
    assert_true(import_rows(store, PENDING_ROWS, &err));
    end(store);
    assert_int_equal(place_count(store), PENDING_ROWS);
    assert_true(store_check(store, &err));
    store_close(store);
}

/* ---- a rollback while the thread writes ---- */

struct watch {
    struct pending *pending;
    atomic_int rows;
};

static bool is_ending(struct pending *pending)
{
    pthread_mutex_lock(&pending->mutex);
    bool ends = pending->ends;
    pthread_mutex_unlock(&pending->mutex);
    return ends;
}

/* In the thread, with each row: the first is held up until the end is asked for. */
static void hold_up(void *context, int what, const char *database, const char *table,
                    sqlite3_int64 id)
{
    struct watch *watch = context;
    (void)what;
    (void)database;
    (void)table;
    (void)id;
    watch->rows++;
    while (!is_ending(watch->pending))
        sched_yield();
}

static void what_waits_when_an_import_is_given_up_is_never_written(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct store *store = place_open(place->path, STORE_WRITE);
    begin(store);
    assert_true(import_rows(store, PENDING_ROWS - 1, &err));
    struct watch watch = {.pending = &store->import->pending};
    sqlite3_update_hook(store->db, hold_up, &watch);
    for (int i = PENDING_ROWS - 1; i < 2 * PENDING_ROWS + 10; i++) {
        struct fixture fixture = {.store = store};
        char phone_number[PHONE_BYTES];
        place_phone(i, phone_number);
        fixture_import_line(&fixture, 2 + i, phone_number);
    }
    while (atomic_load(&watch.rows) == 0)
        sched_yield();
    store_rollback(store); /* one group is being written, one waits, one is being filled */
    assert_int_equal(watch.rows, PENDING_ROWS);
    sqlite3_update_hook(store->db, NULL, NULL);
    assert_int_equal(place_count(store), 0);
    assert_true(store_check(store, &err));
    store_close(store);
}

/* ---- rows too big to wait ---- */

enum { BIG_ROWS = 12, BIG_BYTES = 100000 };

struct reading {
    int rows;
    const char *expected;
};

static bool compare_record(void *context, const struct number_view *view)
{
    struct reading *reading = context;
    size_t bytes = (size_t)(view->number.line == 5 ? RECORD_BYTES_MAX : BIG_BYTES);
    assert_int_equal(view->record_bytes, bytes);
    assert_int_equal(view->record[0], 'a' + view->number.line % 26);
    assert_memory_equal(view->record + 1, reading->expected, bytes - 1);
    reading->rows++;
    return true;
}

static size_t waiting_bytes(const struct store *store)
{
    const struct pending *pending = &store->import->pending;
    return pending->groups[pending->handed % PENDING_GROUPS].bytes_used;
}

static void import_big(struct store *store, int from, char *record)
{
    struct fixture fixture = {.store = store};
    begin(store);
    for (int i = from; i < from + BIG_ROWS; i++) {
        char phone_number[PHONE_BYTES];
        place_phone(i, phone_number);
        struct import_row row = fixture_row(2 + i, phone_number);
        record[0] = (char)('a' + row.line % 26);
        row.record = record;
        row.record_bytes = row.line == 5 ? RECORD_BYTES_MAX : BIG_BYTES;
        assert_int_equal(fixture_import(&fixture, &row).outcome, IMPORT_NEW);
        assert_in_range(waiting_bytes(store), 0, PENDING_BYTES);
    }
    end(store);
}

static void rows_that_are_big_are_written_before_there_are_many(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct selector all = {.all = true};
    char *record = memory_new(1, RECORD_BYTES_MAX);
    memset(record, '.', RECORD_BYTES_MAX);
    struct store *store = place_open(place->path, STORE_WRITE);
    import_big(store, 0, record);        /* into an empty table */
    import_big(store, BIG_ROWS, record); /* into one with numbers */
    struct reading reading = {.expected = record + 1};
    assert_true(store_each_number(store, &all, false, compare_record, &reading, &err));
    assert_int_equal(reading.rows, 2 * BIG_ROWS);
    store_close(store);
    free(record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(whoever_asks_after_the_thread_failed_is_told_why),
        PLACE_TEST(what_waits_when_an_import_is_given_up_is_never_written),
        PLACE_TEST(rows_that_are_big_are_written_before_there_are_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
