/* The first import of a database: a rollback journal, a thread that writes, and the log after it.
 */
#include "helpers/store_place.h"

#include "adapters/sqlite/sql.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROWS = 5000 };

static void journal_is(struct store *store, const char *mode)
{
    sqlite3_stmt *statement = sql_start_own(store, "PRAGMA journal_mode", NO_VALUES, NULL);
    assert_non_null(statement);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal(sql_text(statement, 0), mode);
    sqlite3_finalize(statement);
}

/* So many rows that pages go to the file before the commit. */
static void begin_import(struct store *store)
{
    struct fixture fixture = {.store = store};
    int64_t any = 0;
    assert_true(sql_exec(store, "PRAGMA cache_size = 20", NULL));
    fixture_import_begin(&fixture, "a");
    for (int i = 0; i < ROWS; i++) {
        char phone_number[PHONE_BYTES];
        place_phone(i, phone_number);
        assert_int_equal(fixture_import_line(&fixture, 2 + i, phone_number).outcome, IMPORT_NEW);
    }
    assert_true(sql_int(store, SQL_ANY_NUMBER, NO_VALUES, &any, NULL, NULL)); /* thread idle */
}

static void end_import(struct store *store)
{
    struct fixture fixture = {.store = store};
    fixture_import_end(&fixture);
}

static void die_in_an_import(const char *path)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        struct store *store = store_open(path, STORE_WRITE, NULL);
        if (store == NULL)
            _exit(1);
        begin_import(store);
        _exit(0);
    }
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

static void dying_in_it_leaves_a_database_without_numbers(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct stat about;
    die_in_an_import(place->path);
    assert_int_equal(stat(place->path, &about), 0);
    assert_true(about.st_size > 500000);
    assert_null(store_open(place->path, STORE_READ, &err));
    if (strstr(err.text, "the first import into it was cut off") == NULL)
        fail_msg("%s", err.text);
    struct store *store = place_open(place->path, STORE_WRITE);
    assert_int_equal(place_count(store), 0);
    assert_true(store_check(store, &err));
    begin_import(store);
    end_import(store);
    assert_int_equal(place_count(store), ROWS);
    store_close(store);
}

static void it_needs_no_log_and_leaves_one(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct store *store = place_open(place->path, STORE_WRITE);
    assert_true(store_write_setting(store, "environment", "sandbox", &err));
    journal_is(store, "delete");
    begin_import(store);
    store_rollback(store); /* a dry run */
    journal_is(store, "delete");
    begin_import(store);
    end_import(store);
    journal_is(store, "wal");
    assert_int_equal(place_count(store), ROWS);
    store_close(store);
    store = place_open(place->path, STORE_WRITE);
    journal_is(store, "wal");
    assert_true(store_check(store, &err));
    store_close(store);
}

/* Died between the commit and the change to the log. */
static void a_database_with_numbers_gets_its_log_when_opened(void **state)
{
    struct place *place = *state;
    struct store *store = place_open(place->path, STORE_WRITE);
    begin_import(store);
    end_import(store);
    assert_true(sql_exec(store, "PRAGMA journal_mode = DELETE", NULL));
    store_close(store);
    store = place_open(place->path, STORE_WRITE);
    journal_is(store, "wal");
    store_close(store);
}

static void rows_come_out_as_they_went_in(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct store *store = place_open(place->path, STORE_WRITE);
    begin_import(store);
    end_import(store);
    for (int i = 0; i < ROWS; i++) {
        struct number number;
        bool found = false;
        char phone_number[PHONE_BYTES];
        place_phone(i, phone_number);
        assert_true(store_find_by_phone(store, phone_number, &number, &found, &err));
        assert_true(found);
        assert_int_equal(number.line, 2 + i);
        assert_int_equal(number.status, STATUS_QUEUED);
    }
    store_close(store);
}

static void what_the_thread_cannot_write_fails_the_import(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct import_result result;
    struct store *store = place_open(place->path, STORE_WRITE);
    struct fixture fixture = {.store = store};
    assert_true(sql_exec(store,
                         "CREATE TRIGGER no BEFORE INSERT ON number WHEN new.line = 300 "
                         "BEGIN SELECT RAISE(ABORT, 'line 300'); END",
                         &err));
    fixture_import_begin(&fixture, "a");
    bool ok = true;
    for (int i = 0; ok && i < ROWS; i++) {
        char phone_number[PHONE_BYTES];
        place_phone(i, phone_number);
        struct import_row row = fixture_row(2 + i, phone_number);
        ok = store_import_row(store, &row, &result, &err);
    }
    assert_false(ok && store_import_end(store, &err));
    assert_non_null(strstr(err.text, "line 300"));
    store_rollback(store);
    assert_int_equal(place_count(store), 0);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(dying_in_it_leaves_a_database_without_numbers),
        PLACE_TEST(it_needs_no_log_and_leaves_one),
        PLACE_TEST(a_database_with_numbers_gets_its_log_when_opened),
        PLACE_TEST(rows_come_out_as_they_went_in),
        PLACE_TEST(what_the_thread_cannot_write_fails_the_import),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
