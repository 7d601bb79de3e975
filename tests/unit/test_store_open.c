/* What a database may look like when it is opened: not ours, not begun, not ours to write. */
#include "helpers/store_place.h"

#include "adapters/sqlite/sql.h"
#include "base/text.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SOMEBODY = 65534 };

static int64_t pragma_of(const char *path, const char *text)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, text, -1, &statement, NULL), SQLITE_OK);
    int64_t value = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

static void make_file(const char *path, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static mode_t mode_of(const char *path)
{
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    return about.st_mode & 0777;
}

static void an_empty_file_is_nothing_to_read_and_a_database_to_write(void **state)
{
    struct place *place = *state;
    make_file(place->path, 0600);
    place_refuses(place->path, STORE_READ, "empty, or older than this numhost");
    store_close(place_open(place->path, STORE_WRITE));
    struct store *reader = place_open(place->path, STORE_READ);
    assert_int_equal(place_count(reader), 0);
    store_close(reader);
}

static void what_is_no_file_is_not_opened(void **state)
{
    struct place *place = *state;
    assert_int_equal(mkfifo(place->path, 0600), 0);
    place_refuses(place->path, STORE_WRITE, "is not a regular file: give another --database");
    assert_int_equal(unlink(place->path), 0);
    assert_int_equal(mkdir(place->path, 0700), 0);
    place_refuses(place->path, STORE_WRITE, "cannot be opened: Is a directory");
    assert_int_equal(rmdir(place->path), 0);
    store_close(place_open(place->path, STORE_WRITE));
}

static bool is_link(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0 && S_ISLNK(about.st_mode);
}

/* Whoever may write in the folder could lead us anywhere with it. */
static void a_link_is_not_followed_to_a_database(void **state)
{
    struct place *place = *state;
    char real[128];
    snprintf(real, sizeof real, "%s/real.db", place->folder);
    assert_int_equal(symlink(real, place->path), 0);
    place_refuses(place->path, STORE_WRITE, "it is a symbolic link, which is not followed");
    assert_int_equal(access(real, F_OK), -1); /* not made where it leads to */
    store_close(place_open(real, STORE_WRITE));
    place_refuses(place->path, STORE_WRITE, "give --database the file it leads to");
    place_refuses(place->path, STORE_READ, "it is a symbolic link, which is not followed");
    assert_true(is_link(place->path));
}

static void a_link_is_not_followed_to_what_lies_beside_a_database(void **state)
{
    static const char *const ends[] = {"-wal", "-shm", "-journal", ".lock"};
    struct place *place = *state;
    char victim[128];
    snprintf(victim, sizeof victim, "%s/victim", place->folder);
    make_file(victim, 0644);
    store_close(place_open(place->path, STORE_WRITE));
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        char link[128];
        char why[256];
        struct stat about;
        snprintf(link, sizeof link, "%s%s", place->path, ends[i]);
        snprintf(why, sizeof why, "%s%s is a symbolic link, which is not followed: remove it", link,
                 strcmp(ends[i], ".lock") == 0 ? ":" : "");
        (void)unlink(link);
        assert_int_equal(symlink(victim, link), 0);
        place_refuses(place->path, STORE_WRITE, why);
        assert_int_equal(stat(victim, &about), 0);
        assert_int_equal(about.st_size, 0);
        assert_int_equal(about.st_mode & 0777, 0644);
        assert_true(is_link(link));
        assert_int_equal(unlink(link), 0);
    }
    store_close(place_open(place->path, STORE_WRITE));
}

/* By whatever way, one file has one lock. */
static void a_linked_folder_leads_to_the_same_lock(void **state)
{
    struct place *place = *state;
    char folder[80];
    char way[160];
    char here[64];
    snprintf(folder, sizeof folder, "%s.link", place->folder);
    snprintf(way, sizeof way, "%s/n.db", folder);
    snprintf(here, sizeof here, "locked by process %ld", (long)getpid());
    assert_int_equal(symlink(place->folder, folder), 0);
    struct store *store = place_open(way, STORE_WRITE);
    assert_string_equal(store->path, place->path);
    place_refuses(place->path, STORE_WRITE, here);
    store_close(store);
    assert_int_equal(unlink(folder), 0);
}

static void a_version_alone_does_not_make_a_database_ours(void **state)
{
    struct place *place = *state;
    (void)pragma_of(place->path, "PRAGMA user_version = 1");
    place_refuses(place->path, STORE_WRITE, "not a numhost database");
    place_refuses(place->path, STORE_READ, "not a numhost database");
    assert_int_equal(pragma_of(place->path, "SELECT count(*) FROM sqlite_schema"), 0);
}

static void a_lock_without_a_pid_yet_is_somebody_just_starting(void **state)
{
    struct place *place = *state;
    char path[128];
    snprintf(path, sizeof path, "%s.lock", place->path);
    make_file(path, 0600);
    int fd = open(path, O_RDWR);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    place_refuses(place->path, STORE_WRITE, "locked by process that is just starting");
    assert_int_equal(pwrite(fd, "not a pid", 9, 0), 9);
    place_refuses(place->path, STORE_WRITE, "locked by process that is just starting");
    assert_int_equal(access(place->path, F_OK), -1); /* nothing was begun */
    close(fd);
    store_close(place_open(place->path, STORE_WRITE));
}

static void a_database_that_others_may_read_is_closed_to_them(void **state)
{
    struct place *place = *state;
    store_close(place_open(place->path, STORE_WRITE));
    assert_int_equal(chmod(place->path, 0644), 0);
    store_close(place_open(place->path, STORE_WRITE));
    assert_int_equal(mode_of(place->path), 0600);
}

/* A file of which the user of the test may only read, in a folder where it may write. */
static void a_database_that_may_only_be_read_says_so(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    bool root = geteuid() == 0;
    store_close(place_open(place->path, STORE_WRITE));
    char lock[128];
    snprintf(lock, sizeof lock, "%s.lock", place->path);
    assert_int_equal(unlink(lock), 0);
    assert_int_equal(chmod(place->path, 0444), 0);
    if (root)
        assert_int_equal(chown(place->folder, SOMEBODY, SOMEBODY) | seteuid(SOMEBODY), 0);
    struct store *store = store_open(place->path, STORE_WRITE, &err);
    bool written = store != NULL && store_write_setting(store, "rate", "1/s", &err);
    store_close(store);
    if (root)
        assert_int_equal(seteuid(0), 0);
    assert_false(written);
    assert_int_equal(err.kind, ERROR_STORE);
    if (strstr(err.text, "check the permissions of the file") == NULL)
        fail_msg("%s", err.text);
    assert_int_equal(mode_of(place->path), 0444);
}

static void the_database_of_somebody_else_keeps_its_permissions(void **state)
{
    struct place *place = *state;
    if (geteuid() != 0)
        skip(); /* nobody else can write what is not theirs */
    store_close(place_open(place->path, STORE_WRITE));
    assert_int_equal(chown(place->path, SOMEBODY, SOMEBODY) | chmod(place->path, 0640), 0);
    struct store *store = place_open(place->path, STORE_WRITE);
    place_fill(store, 0, 1);
    store_close(store);
    assert_int_equal(mode_of(place->path), 0640);
}

static void without_a_log_the_rollback_journal_stays(void **state)
{
    (void)state;
    struct store *store = place_open(":memory:", STORE_WRITE); /* which can have no log */
    store->rollback_journal = true;
    sql_use_wal(store);
    assert_true(store->rollback_journal);
    store->has_first_rows = true;
    place_fill(store, 0, 3); /* and goes on */
    assert_int_equal(place_count(store), 3);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(an_empty_file_is_nothing_to_read_and_a_database_to_write),
        PLACE_TEST(what_is_no_file_is_not_opened),
        PLACE_TEST(a_link_is_not_followed_to_a_database),
        PLACE_TEST(a_link_is_not_followed_to_what_lies_beside_a_database),
        PLACE_TEST(a_linked_folder_leads_to_the_same_lock),
        PLACE_TEST(a_version_alone_does_not_make_a_database_ours),
        PLACE_TEST(a_lock_without_a_pid_yet_is_somebody_just_starting),
        PLACE_TEST(a_database_that_others_may_read_is_closed_to_them),
        PLACE_TEST(a_database_that_may_only_be_read_says_so),
        PLACE_TEST(the_database_of_somebody_else_keeps_its_permissions),
        PLACE_TEST(without_a_log_the_rollback_journal_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
