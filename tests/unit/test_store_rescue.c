/* A database that loses its name while it is open. */
#include "helpers/store_fixture.h"

#include "base/text.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
    char folder[64];
    char path[96];
    char other[96];
    char saved[128];
    struct fixture fixture;
};

static int make_place(void **state)
{
    struct error err = {0};
    struct place *place = calloc(1, sizeof *place);
    TEXT_SET(place->folder, "/tmp/numhost-rescue-XXXXXX");
    if (mkdtemp(place->folder) == NULL)
        return -1;
    snprintf(place->path, sizeof place->path, "%s/n.db", place->folder);
    snprintf(place->other, sizeof place->other, "%s/other.db", place->folder);
    snprintf(place->saved, sizeof place->saved, "%s.saved-%ld", place->path, (long)getpid());
    place->fixture.store = store_open(place->path, STORE_WRITE, &err);
    if (place->fixture.store == NULL)
        return -1;
    fixture_import_begin(&place->fixture, "b");
    for (int64_t line = 2; line < 12; line++) {
        char phone_number[PHONE_BYTES];
        snprintf(phone_number, sizeof phone_number, "+141553601%02d", (int)line);
        fixture_import_line(&place->fixture, line, phone_number);
    }
    fixture_import_end(&place->fixture);
    *state = place;
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    store_close(place->fixture.store);
    DIR *folder = opendir(place->folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder))
        unlinkat(dirfd(folder), entry->d_name, 0);
    closedir(folder);
    rmdir(place->folder);
    free(place);
    return 0;
}

static void refuse_commit(struct place *place, const char *why)
{
    struct error err = {0};
    struct store *store = place->fixture.store;
    assert_true(store_begin(store, &err) && store_write_setting(store, "rate", "3/s", &err));
    assert_false(store_commit(store, &err));
    assert_int_equal(err.kind, ERROR_STORE);
    if (strstr(err.text, why) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.text, why);
}

static void expect_all_saved(const struct place *place)
{
    struct error err = {0};
    struct stat about;
    struct selector all = {.all = true};
    int64_t count = -1;
    char rate[16];
    assert_int_equal(stat(place->saved, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    struct store *saved = store_open(place->saved, STORE_WRITE, &err);
    if (saved == NULL)
        fail_msg("%s", err.text);
    assert_true(store_count_numbers(saved, &all, &count, &err));
    assert_int_equal(count, 10);
    assert_true(store_read_setting(saved, "rate", rate, sizeof rate, &err));
    assert_string_equal(rate, "3/s");
    assert_true(store_check(saved, &err));
    store_close(saved);
}

static void a_deleted_database_is_saved_with_the_last_commit(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    assert_true(store_write_setting(place->fixture.store, "rate", "2/s", &err));
    assert_int_equal(unlink(place->path), 0);
    refuse_commit(place, place->saved);
    expect_all_saved(place);
    refuse_commit(place, "was deleted"); /* and is not saved a second time */
}

static void a_replaced_database_is_saved_and_the_other_left_alone(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct stat before;
    struct stat after;
    struct store *other = store_open(place->other, STORE_WRITE, &err);
    assert_non_null(other);
    store_close(other);
    assert_int_equal(stat(place->other, &before), 0);
    assert_int_equal(rename(place->other, place->path), 0);
    refuse_commit(place, place->saved);
    expect_all_saved(place);
    assert_int_equal(stat(place->path, &after), 0);
    assert_int_equal(after.st_size, before.st_size);
    assert_int_equal(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
}

static void where_it_cannot_be_saved_the_way_back_is_said(void **state)
{
    struct place *place = *state;
    assert_int_equal(unlink(place->path), 0);
    assert_int_equal(mkdir(place->saved, 0700), 0);
    refuse_commit(place, "run numhost sync");
    rmdir(place->saved);
}

#define PLACE_TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(a_deleted_database_is_saved_with_the_last_commit),
        PLACE_TEST(a_replaced_database_is_saved_and_the_other_left_alone),
        PLACE_TEST(where_it_cannot_be_saved_the_way_back_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
