/* The store as a file: lock, readers, damage, a full disk, dying at any commit, and no scan on a
 * hot path. */
#include "helpers/store_place.h"

#include "adapters/sqlite/columns.h"
#include "adapters/sqlite/sql.h"
#include "base/rng.h"
#include "base/text.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void nobody_else_may_read_the_files(void **state)
{
    struct place *place = *state;
    struct stat about;
    mode_t mask = umask(0);
    struct store *store = place_open(place->path, STORE_WRITE);
    place_fill(store, 0, 1);
    umask(mask);
    const char *const ends[] = {"", "-wal", "-shm", ".lock"};
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", place->path, ends[i]);
        assert_int_equal(stat(path, &about), 0);
        assert_int_equal(about.st_mode & 0777, 0600);
    }
    store_close(store);
}

static void a_second_writer_is_told_who_has_the_lock(void **state)
{
    struct place *place = *state;
    int ready[2];
    int end[2];
    char byte = 0;
    assert_int_equal(pipe(ready) | pipe(end), 0);
    pid_t child = fork();
    if (child == 0) {
        struct store *store = store_open(place->path, STORE_WRITE, NULL);
        close(end[1]);
        if (store == NULL || write(ready[1], "r", 1) != 1 || read(end[0], &byte, 1) < 0)
            _exit(1);
        _exit(0); /* without closing: the kernel takes the lock back */
    }
    close(end[0]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    char who[64];
    snprintf(who, sizeof who, "locked by process %ld", (long)child);
    place_refuses(place->path, STORE_WRITE, who);
    store_close(place_open(place->path, STORE_READ));
    close(end[1]);
    int status = 0;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    store_close(place_open(place->path, STORE_WRITE));
    close(ready[0]);
    close(ready[1]);
}

static void a_reader_sees_what_is_committed_and_nothing_else(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    int64_t before = 0;
    int64_t after = 0;
    place_refuses(place->path, STORE_READ, "import a CSV first");
    struct store *writer = place_open(place->path, STORE_WRITE);
    place_fill(writer, 0, 3);
    struct store *reader = place_open(place->path, STORE_READ);
    assert_int_equal(place_count(reader), 3);
    assert_true(store_version(reader, &before, &err));
    struct fixture fixture = {.store = writer};
    fixture_import_begin(&fixture, "c");
    fixture_import_line(&fixture, 2, "+12025550100");
    assert_int_equal(place_count(reader), 3);
    fixture_import_end(&fixture);
    assert_int_equal(place_count(reader), 4);
    assert_true(store_version(reader, &after, &err));
    assert_int_not_equal(before, after);
    assert_false(store_write_setting(reader, "rate", "1/s", &err));
    store_close(reader);
    store_close(writer);
}

/* In a child that dies without closing; returns when it is dead. */
static void die_after(const char *path, void (*work)(struct store *store))
{
    pid_t child = fork();
    if (child == 0) {
        struct store *store = store_open(path, STORE_WRITE, NULL);
        if (store == NULL)
            _exit(1);
        work(store);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

static void fill_five(struct store *store)
{
    place_fill(store, 0, 5);
}

static void a_reader_alone_reads_what_a_dead_writer_left(void **state)
{
    struct place *place = *state;
    char path[128];
    die_after(place->path, fill_five);
    snprintf(path, sizeof path, "%s-wal", place->path);
    assert_int_equal(access(path, F_OK), 0);
    struct store *reader = place_open(place->path, STORE_READ);
    assert_int_equal(place_count(reader), 5);
    store_close(reader);
    assert_int_equal(access(path, F_OK), 0); /* never checkpoints, so it is still there */
    struct store *writer = place_open(place->path, STORE_WRITE);
    assert_int_equal(place_count(writer), 5);
    store_close(writer);
}

static void overwrite(const char *path, off_t at, const void *bytes, size_t count)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, count, at), count);
    close(fd);
}

static void a_file_that_is_not_ours_is_refused(void **state)
{
    struct place *place = *state;
    char text[4096] = "phone_number\n+14155550101\n";
    overwrite(place->path, 0, text, sizeof text);
    place_refuses(place->path, STORE_WRITE, "not a numhost database");
    place_refuses(place->path, STORE_READ, "not a numhost database");
    unlink(place->path);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE other (x)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    place_refuses(place->path, STORE_WRITE, "not a numhost database");
}

static void a_newer_database_is_refused_by_its_version(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct store *store = place_open(place->path, STORE_WRITE);
    assert_true(sql_exec(store, "PRAGMA user_version = 99", &err));
    store_close(store);
    place_refuses(place->path, STORE_WRITE, "schema version 99 is newer than this numhost");
    place_refuses(place->path, STORE_READ, "schema version 99 is newer than this numhost");
}

static void a_version_that_never_was_is_damage(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct store *store = place_open(place->path, STORE_WRITE);
    assert_true(sql_exec(store, "PRAGMA user_version = -1195853823", &err));
    store_close(store);
    place_refuses(place->path, STORE_WRITE, "damaged: -1195853823 is no schema version");
    place_refuses(place->path, STORE_READ, "damaged: -1195853823 is no schema version");
}

static void damage_is_found(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct store *store = place_open(place->path, STORE_WRITE);
    place_fill(store, 0, 500);
    store_close(store);
    char noise[4096];
    memset(noise, 0x5A, sizeof noise);
    for (off_t page = 40; page < 60; page++)
        overwrite(place->path, page * 4096, noise, sizeof noise);
    store = store_open(place->path, STORE_READ, &err); /* may find it already */
    assert_true(store == NULL || !store_check(store, &err));
    assert_non_null(strstr(err.text, "damaged"));
    store_close(store);
}

/* One row, into a batch of its own; says whether it was taken. */
static bool try_import(struct store *store, const char *phone_number, struct error *err)
{
    struct import_result result;
    struct import_row row = fixture_row(2, phone_number);
    bool good =
        store_begin(store, err) &&
        store_import_begin(store, "again", "again.csv", "phone_number", FIXTURE_NOW_MS, err) &&
        store_import_row(store, &row, &result, err);
    store_rollback(store);
    return good;
}

/* A bit for each id is kept in memory during an import. */
static void an_id_that_no_import_gave_out_is_damage(void **state)
{
    static const char *const ids[] = {"9223372036854775807", "1000000001", "0",
                                      "-9223372036854775808"};
    struct place *place = *state;
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        char text[160];
        struct error err = {0};
        struct store *store = place_open(place->path, STORE_WRITE);
        place_fill(store, 0, 1);
        assert_true(try_import(store, "+14150000000", &err));
        snprintf(
            text, sizeof text,
            "PRAGMA foreign_keys = OFF; UPDATE number SET id = %s; UPDATE progress SET id = %s",
            ids[i], ids[i]);
        assert_true(sql_exec(store, text, &err));
        assert_false(try_import(store, "+14150000000", &err));
        assert_int_equal(err.kind, ERROR_STORE);
        assert_non_null(strstr(err.text, "damaged: restore the last copy"));
        store_close(store);
        unlink(place->path);
    }
}

static void a_full_disk_loses_nothing_acknowledged(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct store *store = place_open(place->path, STORE_WRITE);
    place_fill(store, 0, 100);
    int64_t pages = 0;
    sqlite3_stmt *statement = sql_start_own(store, "PRAGMA page_count", NO_VALUES, &err);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    pages = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    char limit[64];
    snprintf(limit, sizeof limit, "PRAGMA max_page_count = %lld", (long long)pages + 2);
    assert_true(sql_exec(store, limit, &err));
    struct fixture fixture = {.store = store};
    fixture_import_begin(&fixture, "b");
    bool ok = true;
    for (int i = 100; ok && i < 5000; i++) {
        struct import_result result;
        char phone_number[PHONE_BYTES];
        snprintf(phone_number, sizeof phone_number, "+1415%07d", i);
        struct import_row row = fixture_row(2 + i, phone_number);
        ok = store_import_row(store, &row, &result, &err);
    }
    assert_false(ok);
    assert_int_equal(err.kind, ERROR_STORE);
    assert_non_null(strstr(err.text, "disk full: free some space"));
    store_rollback(store);
    assert_int_equal(place_count(store), 100);
    assert_true(sql_exec(store, "PRAGMA max_page_count = 1000000", &err));
    place_fill(store, 100, 100);
    assert_int_equal(place_count(store), 200);
    assert_true(store_check(store, &err));
    store_close(store);
}

static void a_write_past_the_file_limit_is_a_full_disk_too(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct store *store = place_open(place->path, STORE_WRITE);
    place_fill(store, 0, 100);
    struct rlimit old;
    getrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit small = {.rlim_cur = 4096, .rlim_max = old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    bool ok = store_write_setting(store, "rate", "1/s", &err);
    setrlimit(RLIMIT_FSIZE, &old);
    assert_false(ok);
    if (strstr(err.text, "disk full") == NULL)
        fail_msg("%s", err.text);
    assert_true(store_write_setting(store, "rate", "2/s", &err));
    assert_int_equal(place_count(store), 100);
    store_close(store);
}

static void history_cannot_be_rewritten(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct store *store = place_open(place->path, STORE_WRITE);
    place_fill(store, 0, 1);
    struct event event = {.number_id = 1, .at_ms = 5, .kind = EVENT_HELD};
    assert_true(store_add_event(store, &event, &err));
    assert_false(sql_exec(store, "UPDATE event SET text = 'x'", &err));
    assert_false(sql_exec(store, "DELETE FROM event", &err));
    store_close(store);
}

static void no_hot_statement_scans_the_numbers(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct store *store = place_open(place->path, STORE_WRITE);
    place_fill(store, 0, 3); /* an import into an empty table builds an index itself */
    static const enum sql hot[] = {SQL_UNSETTLED,     SQL_UNSETTLED_LOAS,  SQL_DUE,
                                   SQL_DUE_FIRST,     SQL_LOOKS,           SQL_LOOKS_COUNT,
                                   SQL_LOOKS_FIRST,   SQL_CALL_NEXT_PLACE, SQL_CALL_NO_PLACE,
                                   SQL_CALL_FIRST,    SQL_CALL_PLACE_OPEN, SQL_OPEN_CALLS,
                                   SQL_OVERDUE,       SQL_WARNINGS,        SQL_ENDED_CALLS,
                                   SQL_ENDED_CODES,   SQL_FIND_NUMBER,     SQL_FIND_PHONE,
                                   SQL_FIND_ORDER,    SQL_FIND_ACCOUNT,    SQL_SAVE_NUMBER,
                                   SQL_READ_DETAILS,  SQL_MOVE_SIGNER,     SQL_SIGNERS,
                                   SQL_READY,         SQL_DUE_LOAS,        SQL_OF_LOA,
                                   SQL_FIND_ROW,      SQL_EVENTS_OF,       SQL_FIND_PHONE_ID,
                                   SQL_SIGNERS_FIRST, SQL_DUE_LOAS_FIRST,  SQL_FRESH,
                                   SQL_FRESH_FIRST,   SQL_START_NUMBER,    SQL_NOT_FRESH,
                                   SQL_FIND_LOA_SID};
    for (size_t i = 0; i < COUNT_OF(hot); i++) {
        char text[8192];
        snprintf(text, sizeof text, "EXPLAIN QUERY PLAN %s", sql_of(hot[i]));
        sqlite3_stmt *plan = sql_start_own(store, text, NO_VALUES, &err);
        assert_non_null(plan);
        while (sqlite3_step(plan) == SQLITE_ROW) {
            const char *step = sql_text(plan, 3);
            bool scans = strncmp(step, "SCAN ", 5) == 0 && strstr(step, "INDEX") == NULL &&
                         strstr(step, "subquery") == NULL;
            if (scans || strstr(step, "TEMP B-TREE FOR ORDER BY") != NULL)
                fail_msg("%s: %s", sql_of(hot[i]), step);
        }
        sqlite3_finalize(plan);
    }
    store_close(store);
}

static void change_at_random(struct store *store, struct rng *rng, int64_t numbers)
{
    struct error err = {0};
    struct number number;
    bool found = false;
    int64_t id = 1 + (int64_t)rng_below(rng, (uint64_t)numbers);
    assert_true(store_find_number(store, id, &number, &found, &err));
    number.status = (enum status)rng_below(rng, STATUS_COUNT);
    number.step = (enum step)rng_below(rng, STEP_COUNT);
    number.attention = (enum attention)rng_below(rng, ATTENTION_COUNT);
    number.held = rng_chance(rng, 0.2);
    number.due_at_ms = (int64_t)rng_below(rng, 50);
    assert_true(store_save_number(store, &number, &err));
}

static void the_counts_are_right_after_anything(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct rng rng;
    rng_seed(&rng, 42);
    struct store *store = place_open(place->path, STORE_WRITE);
    place_fill(store, 0, 50);
    for (int round = 0; round < 40; round++) {
        assert_true(store_begin(store, &err));
        for (int i = 0; i < 25; i++)
            change_at_random(store, &rng, 50);
        if (rng_chance(&rng, 0.3))
            store_rollback(store);
        else
            assert_true(store_commit(store, &err));
        place_fill(store, (int)rng_below(&rng, 50), 10); /* some unchanged, some new */
        if (!store_check(store, &err))                   /* compares the tally with a GROUP BY */
            fail_msg("round %d: %s", round, err.text);
        bool row = false;
        sqlite3_stmt *wrong = sql_start_own(
            store,
            "SELECT id FROM signer WHERE ready <> (SELECT count(*) FROM progress WHERE "
            "signer_id = signer.id AND lane = 3) OR upstream <> (SELECT count(*) " NUMBER_FROM
            "WHERE number.signer_id = signer.id AND coalesce(held, 0) = 0 AND " NUMBER_ATTENTION
            " = 'none' AND " NUMBER_STATUS " IN ('queued', "
            "'twilio-processing', 'received', 'pending-verification')) OR due_at_ms <> "
            "coalesce((SELECT min(due_at_ms) FROM progress WHERE signer_id = signer.id AND "
            "lane = 3 AND due_at_ms > 0), 0)",
            NO_VALUES, &err);
        assert_true(wrong != NULL && sql_next(store, wrong, &row, &err));
        assert_false(row);
        sqlite3_finalize(wrong);
    }
    store_close(store);
}

struct dying {
    int commits_left;
};

static int die_at_commit(void *context)
{
    struct dying *dying = context;
    if (dying->commits_left-- == 0)
        _exit(7);
    return 0;
}

/* Save with an intent, acknowledge, repeat; dies inside the commit it is told to. */
static void work_and_die(const char *path, int commits, int acknowledged)
{
    struct dying dying = {.commits_left = commits};
    struct store *store = store_open(path, STORE_WRITE, NULL);
    if (store == NULL)
        _exit(1);
    sqlite3_commit_hook(store->db, die_at_commit, &dying);
    for (int64_t id = 1; id <= 20; id++) {
        struct number number;
        struct event event = {.number_id = id, .at_ms = 5, .kind = EVENT_INTENT};
        bool found = false;
        bool ok = store_begin(store, NULL) && store_find_number(store, id, &number, &found, NULL);
        number.intent = INTENT_CREATE;
        number.intent_at_ms = id;
        ok = ok && store_save_number(store, &number, NULL) &&
             store_add_event(store, &event, NULL) && store_commit(store, NULL);
        if (!ok || write(acknowledged, "a", 1) != 1)
            _exit(1);
    }
    _exit(0);
}

static int acknowledged_by(const char *path, int commits)
{
    int ends[2];
    char bytes[64];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0)
        work_and_die(path, commits, ends[1]);
    int status = 0;
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status) && (WEXITSTATUS(status) == 7 || WEXITSTATUS(status) == 0));
    close(ends[1]);
    int count = (int)read(ends[0], bytes, sizeof bytes);
    close(ends[0]);
    return count;
}

static void dying_at_any_commit_keeps_what_was_acknowledged(void **state)
{
    struct place *place = *state;
    for (int commits = 0; commits <= 20; commits++) {
        struct error err = {0};
        int64_t recovered = 0;
        unlink(place->path);
        struct store *store = place_open(place->path, STORE_WRITE);
        place_fill(store, 0, 20);
        store_close(store);
        assert_int_equal(acknowledged_by(place->path, commits), commits);
        store = place_open(place->path, STORE_WRITE);
        assert_true(store_check(store, &err));
        assert_true(store_recover(store, 100, &recovered, &err));
        assert_int_equal(recovered, commits);
        store_close(store);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(nobody_else_may_read_the_files),
        PLACE_TEST(a_second_writer_is_told_who_has_the_lock),
        PLACE_TEST(a_reader_sees_what_is_committed_and_nothing_else),
        PLACE_TEST(a_reader_alone_reads_what_a_dead_writer_left),
        PLACE_TEST(a_file_that_is_not_ours_is_refused),
        PLACE_TEST(a_newer_database_is_refused_by_its_version),
        PLACE_TEST(a_version_that_never_was_is_damage),
        PLACE_TEST(damage_is_found),
        PLACE_TEST(an_id_that_no_import_gave_out_is_damage),
        PLACE_TEST(a_full_disk_loses_nothing_acknowledged),
        PLACE_TEST(a_write_past_the_file_limit_is_a_full_disk_too),
        PLACE_TEST(history_cannot_be_rewritten),
        PLACE_TEST(no_hot_statement_scans_the_numbers),
        PLACE_TEST(the_counts_are_right_after_anything),
        PLACE_TEST(dying_at_any_commit_keeps_what_was_acknowledged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
