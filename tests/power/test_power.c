/* Power cuts: nothing that was acknowledged is lost, and the same test finds what would be. */
#include "power/cuts.h"
#include "power/vfs.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { SEEDS = 5, CUTS = 20, DRAWS = 300, RUNS_MAX = 60 };

static struct cuts_result cut(bool (*work)(const char *, uint64_t, struct error *),
                              const char *pragma)
{
    struct cuts_result result = {0};
    struct error err = {0};
    struct cuts_options options = {.work = work, .pragma = pragma, .count = CUTS};
    for (options.seed = 1; options.seed <= SEEDS; options.seed++)
        if (!cuts_run(&options, &result, &err))
            fail_msg("seed %llu: %s", (unsigned long long)options.seed, err.text);
    return result;
}

static void assert_nothing_lost(bool (*work)(const char *, uint64_t, struct error *))
{
    struct cuts_result result = cut(work, "");
    assert_true(result.cuts == SEEDS * CUTS && result.commits > 0 && result.twice > 0);
    if (result.by_verdict[VERDICT_WHOLE] != result.cuts)
        fail_msg("%s", result.what);
}

static void a_cut_in_an_import_loses_nothing_acknowledged(void **state)
{
    (void)state;
    assert_nothing_lost(work_import);
}

static void a_cut_in_a_run_loses_nothing_acknowledged(void **state)
{
    (void)state;
    assert_nothing_lost(work_run);
}

/* If this did not, the two above would show nothing. */
static void the_same_cuts_find_what_is_not_synced(void **state)
{
    (void)state;
    struct cuts_result result = cut(work_run, "PRAGMA synchronous = NORMAL");
    assert_true(result.by_verdict[VERDICT_LOST] > result.cuts / 4);
    assert_int_equal(result.by_verdict[VERDICT_DAMAGED], 0);
    result = cut(work_import, "PRAGMA synchronous = OFF");
    assert_true(result.by_verdict[VERDICT_DAMAGED] > 0);
}

static void going_on_after_a_cut_breaks_no_promise(void **state)
{
    (void)state;
    int64_t cuts = 0;
    struct error err = {0};
    for (uint64_t seed = 1; seed <= RUNS_MAX && cuts < CUTS; seed++)
        if (!cuts_survive(seed, "", &cuts, &err))
            fail_msg("seed %llu: %s", (unsigned long long)seed, err.text);
    assert_true(cuts >= CUTS);
}

static void a_lost_commit_would_break_one(void **state)
{
    (void)state;
    int64_t cuts = 0;
    struct error err = {0};
    uint64_t seed = 1;
    while (seed <= RUNS_MAX && cuts_survive(seed, "PRAGMA synchronous = OFF", &cuts, &err))
        seed++;
    assert_true(seed <= RUNS_MAX);
}

/* SQLite does more syncs on a disk that promises less. */
static void the_disk_promises_what_a_real_one_does(void **state)
{
    (void)state;
    char path[] = "/tmp/numhost-power-XXXXXX";
    int sector_bytes[2] = {0};
    int promises[2] = {0};
    struct disk *disk = disk_new();
    close(mkstemp(path));
    for (int i = 0; i < 2; i++) {
        sqlite3 *db = NULL;
        sqlite3_file *file = NULL;
        if (i == 1)
            vfs_use(disk);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, "CREATE TABLE t (a)", NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file), 0);
        sector_bytes[i] = file->pMethods->xSectorSize(file);
        promises[i] = file->pMethods->xDeviceCharacteristics(file);
        sqlite3_close(db);
    }
    vfs_end();
    disk_free(disk);
    unlink(path);
    assert_int_equal(sector_bytes[0], sector_bytes[1]);
    assert_int_equal(promises[0], promises[1]);
}

/* ---- the disk itself ---- */

enum { BLOCK = 16384 };

struct seen {
    int gone; /* of DRAWS cuts */
    int old;
    int new;
    int mixed;
};

/* A file of ones over which twos were written, cut after so many operations, many times. */
static struct seen see(const struct disk *disk, size_t operations)
{
    struct seen seen = {0};
    struct rng rng;
    static char bytes[BLOCK];
    rng_seed(&rng, 1);
    for (int i = 0; i < DRAWS; i++) {
        struct disk *after = disk_cut(disk, operations, &rng);
        int file = disk_find(after, "a", false);
        size_t size = file < 0 ? 0 : disk_read(after, file, 0, bytes, BLOCK);
        bool has_old = size < BLOCK || memchr(bytes, '1', size) != NULL;
        bool has_new = memchr(bytes, '2', size) != NULL;
        seen.gone += file < 0;
        seen.old += file >= 0 && has_old && !has_new;
        seen.new += file >= 0 && has_new && !has_old;
        seen.mixed += file >= 0 && has_new && has_old;
        disk_free(after);
    }
    return seen;
}

static void what_is_synced_is_there_and_the_rest_may_be_torn(void **state)
{
    (void)state;
    static char bytes[BLOCK];
    struct disk *disk = disk_new();
    int file = disk_find(disk, "a", true);
    memset(bytes, '1', BLOCK);
    disk_write(disk, file, 0, bytes, BLOCK);
    disk_sync(disk, file);
    assert_in_range(see(disk, disk_operations(disk)).gone, 1, DRAWS - 1); /* its name is not sure */
    disk_sync_folder(disk);
    assert_int_equal(see(disk, disk_operations(disk)).old, DRAWS);
    memset(bytes, '2', BLOCK);
    disk_write(disk, file, 0, bytes, BLOCK);
    struct seen seen = see(disk, disk_operations(disk));
    assert_true(seen.gone == 0 && seen.old > 0 && seen.new > 0 && seen.mixed > 0);
    assert_int_equal(see(disk, disk_operations(disk) - 1).old, DRAWS); /* not written yet */
    disk_sync(disk, file);
    assert_int_equal(see(disk, disk_operations(disk)).new, DRAWS);
    assert_true(disk_remove(disk, "a"));
    assert_in_range(see(disk, disk_operations(disk)).gone, 1, DRAWS - 1);
    disk_sync_folder(disk);
    assert_int_equal(see(disk, disk_operations(disk)).gone, DRAWS);
    disk_free(disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_synced_is_there_and_the_rest_may_be_torn),
        cmocka_unit_test(the_disk_promises_what_a_real_one_does),
        cmocka_unit_test(a_cut_in_an_import_loses_nothing_acknowledged),
        cmocka_unit_test(a_cut_in_a_run_loses_nothing_acknowledged),
        cmocka_unit_test(the_same_cuts_find_what_is_not_synced),
        cmocka_unit_test(going_on_after_a_cut_breaks_no_promise),
        cmocka_unit_test(a_lost_commit_would_break_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
