/* Files of reports: whole or not there, readable by their owner alone, and listed in a manifest
 * that can be checked. */
#include "helpers/looking_store.h"

#include "base/text.h"
#include "engine/html.h"
#include "engine/whole_file.h"

#include <dirent.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static int set_up(void **state)
{
    *state = looking_store_new();
    return 0;
}

static int tear_down(void **state)
{
    looking_store_free(*state);
    return 0;
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_content(const char *path, const char *expected)
{
    char *text = looking_read(path);
    assert_string_equal(text, expected);
    free(text);
}

static int parts_left_in(const char *path)
{
    int count = 0;
    DIR *directory = opendir(path);
    const struct dirent *entry = NULL;
    assert_non_null(directory);
    while ((entry = readdir(directory)) != NULL)
        count += strstr(entry->d_name, ".part-") != NULL;
    closedir(directory);
    return count;
}

static void a_reader_sees_the_old_file_until_the_new_one_is_whole(void **state)
{
    struct looking_store *made = *state;
    struct error err = {0};
    struct whole_file file;
    char path[256];
    TEXT_SET(path, looking_path(made, "out.csv"));
    write_text(path, "old");
    assert_true(whole_file_open(&file, path, &err));
    fputs("half", file.out);
    fflush(file.out);
    assert_content(path, "old");
    fputs(" and whole", file.out);
    assert_true(whole_file_keep(&file, &err));
    assert_content(path, "half and whole");
    assert_int_equal(parts_left_in(made->directory), 0);
}

static void a_report_that_fails_leaves_the_old_file_and_nothing_else(void **state)
{
    struct looking_store *made = *state;
    struct error err = {0};
    char path[256];
    const struct report_request request = {.batch = "no such batch", .now_ms = LOOKING_NOW_MS};
    TEXT_SET(path, looking_path(made, "out.csv"));
    write_text(path, "old");
    assert_false(report_write_file(made->store, &request, path, NULL, &err));
    assert_content(path, "old");
    assert_int_equal(parts_left_in(made->directory), 0);
}

static void only_the_owner_may_read_a_report_whatever_the_umask(void **state)
{
    struct looking_store *made = *state;
    struct error err = {0};
    struct stat about;
    char path[256];
    const struct report_request request = {.batch = "", .now_ms = LOOKING_NOW_MS};
    TEXT_SET(path, looking_path(made, "out.csv"));
    mode_t before = umask(0);
    bool written = report_write_file(made->store, &request, path, NULL, &err);
    umask(before);
    assert_true(written);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
}

static void a_link_stays_a_link(void **state)
{
    struct looking_store *made = *state;
    struct error err = {0};
    struct stat about;
    struct whole_file file;
    char target[256];
    char link[256];
    TEXT_SET(target, looking_path(made, "target.csv"));
    TEXT_SET(link, looking_path(made, "link.csv"));
    write_text(target, "old");
    assert_int_equal(symlink(target, link), 0);
    assert_true(whole_file_open(&file, link, &err));
    fputs("new", file.out);
    assert_true(whole_file_keep(&file, &err));
    assert_int_equal(lstat(link, &about), 0);
    assert_true(S_ISLNK(about.st_mode));
    assert_content(target, "new");
}

static void a_device_is_written_and_not_replaced(void **state)
{
    struct error err = {0};
    struct whole_file file;
    struct stat about;
    (void)state;
    assert_true(whole_file_open(&file, "/dev/null", &err));
    fputs("gone", file.out);
    assert_true(whole_file_keep(&file, &err));
    assert_int_equal(stat("/dev/null", &about), 0);
    assert_true(S_ISCHR(about.st_mode));
    assert_true(whole_file_open(&file, "/dev/full", &err));
    fputs("too much", file.out);
    assert_false(whole_file_keep(&file, &err));
}

static void a_place_that_cannot_be_written_is_named(void **state)
{
    struct looking_store *made = *state;
    struct error err = {0};
    struct whole_file file;
    assert_false(whole_file_open(&file, looking_path(made, "no/such/dir.csv"), &err));
    assert_non_null(strstr(err.text, "no/such/dir.csv"));
    assert_false(whole_file_open(&file, made->directory, &err));
    assert_int_equal(err.kind, ERROR_USAGE);
}

static void sha_256_is_the_one_of_the_standard(void **state)
{
    struct looking_store *made = *state;
    struct error err = {0};
    char hex[SHA256_TEXT_BYTES];
    char path[256];
    TEXT_SET(path, looking_path(made, "abc"));
    write_text(path, "abc");
    assert_true(file_sha256(path, hex, &err));
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static json_t *write_set(struct looking_store *made, char *directory, size_t directory_bytes)
{
    struct error err = {0};
    char path[512];
    text_copy(directory, directory_bytes, looking_path(made, "reports"));
    if (!report_write_all(made->store, "", LOOKING_NOW_MS, directory, &err))
        fail_msg("%s", err.text);
    snprintf(path, sizeof path, "%s/manifest.json", directory);
    json_t *manifest = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(manifest);
    return manifest;
}

static void check_listed(const char *directory, const json_t *entry)
{
    struct error err = {0};
    char path[512];
    char hex[SHA256_TEXT_BYTES];
    snprintf(path, sizeof path, "%s/%s", directory,
             json_string_value(json_object_get(entry, "name")));
    assert_true(file_sha256(path, hex, &err));
    assert_string_equal(json_string_value(json_object_get(entry, "sha256")), hex);
    const json_t *columns = json_object_get(entry, "columns");
    if (columns == NULL)
        return;
    char *csv = looking_read(path);
    assert_int_equal(json_integer_value(json_object_get(entry, "rows")), looking_row_count(csv));
    const char *first = json_string_value(json_array_get(columns, 0));
    assert_int_equal(strncmp(csv, first, strlen(first)), 0);
    free(csv);
}

static void the_manifest_lists_every_file_with_its_hash_and_counts(void **state)
{
    char directory[256];
    json_t *manifest = write_set(*state, directory, sizeof directory);
    json_t *files = json_object_get(manifest, "files");
    assert_string_equal(json_string_value(json_object_get(manifest, "format")), "numhost-report");
    assert_int_equal(json_integer_value(json_object_get(manifest, "version")), 1);
    assert_string_equal(json_string_value(json_object_get(manifest, "created_at")),
                        "2026-11-23T12:00:00Z");
    assert_int_equal(json_array_size(files), REPORT_KIND_COUNT + 1);
    for (size_t i = 0; i < json_array_size(files); i++)
        check_listed(directory, json_array_get(files, i));
    json_decref(manifest);
}

static void writing_the_set_again_replaces_it(void **state)
{
    char directory[256];
    json_decref(write_set(*state, directory, sizeof directory));
    json_decref(write_set(*state, directory, sizeof directory));
    assert_int_equal(parts_left_in(directory), 0);
}

static char *read_page(struct looking_store *made)
{
    struct error err = {0};
    char *page = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&page, &length);
    assert_non_null(out);
    if (!report_write_html(made->store, "", LOOKING_NOW_MS, out, &err))
        fail_msg("%s", err.text);
    fclose(out);
    return page;
}

static void the_page_needs_no_script_and_nothing_from_elsewhere(void **state)
{
    char *page = read_page(*state);
    assert_null(strstr(page, "<script"));
    assert_null(strstr(page, "http://"));
    assert_null(strstr(page, "https://"));
    assert_null(strstr(page, " src="));
    assert_null(strstr(page, "@import"));
    free(page);
}

static void the_page_can_be_read_by_everybody(void **state)
{
    char *page = read_page(*state);
    assert_non_null(strstr(page, "<html lang=\"en\">"));
    assert_non_null(strstr(page, "<caption>"));
    assert_non_null(strstr(page, "<th scope=\"col\""));
    assert_non_null(strstr(page, "<th scope=\"row\">"));
    assert_non_null(strstr(page, "prefers-color-scheme: dark"));
    assert_non_null(strstr(page, "@media print"));
    assert_non_null(strstr(page, "role=\"img\" aria-label="));
    free(page);
}

static void the_page_names_nobody(void **state)
{
    char *page = read_page(*state);
    assert_null(strstr(page, "+1415555"));
    assert_null(strstr(page, "ann@example.com"));
    assert_null(strstr(page, "012345"));
    assert_null(strstr(page, "Shop"));
    assert_non_null(strstr(page, "+1415***0101"));
    free(page);
}

static void the_page_shows_the_whole_accounting(void **state)
{
    char *page = read_page(*state);
    assert_non_null(strstr(page, "10 rows = 1 completed + 5 in progress + 1 needs attention + 1 "
                                 "failed + 0 canceled + 2 rejected"));
    free(page);
}

static void nothing_from_outside_can_become_markup(void **state)
{
    struct looking_store *made = *state;
    looking_import(made, "<b>&\"'", "phone_number\n+14155550188\n");
    char *page = read_page(made);
    assert_null(strstr(page, "<b>&"));
    assert_non_null(strstr(page, "&lt;b&gt;&amp;&quot;&#39;"));
    free(page);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_reader_sees_the_old_file_until_the_new_one_is_whole),
        TEST(a_report_that_fails_leaves_the_old_file_and_nothing_else),
        TEST(only_the_owner_may_read_a_report_whatever_the_umask),
        TEST(a_link_stays_a_link),
        TEST(a_device_is_written_and_not_replaced),
        TEST(a_place_that_cannot_be_written_is_named),
        TEST(sha_256_is_the_one_of_the_standard),
        TEST(the_manifest_lists_every_file_with_its_hash_and_counts),
        TEST(writing_the_set_again_replaces_it),
        TEST(the_page_needs_no_script_and_nothing_from_elsewhere),
        TEST(the_page_can_be_read_by_everybody),
        TEST(the_page_names_nobody),
        TEST(the_page_shows_the_whole_accounting),
        TEST(nothing_from_outside_can_become_markup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
