/* What an import is called and where its rejected rows go when nobody says, and which names are
 * none. */
#include "base/text.h"
#include "engine/import_names.h"
#include "engine/whole_file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void a_batch_is_called_as_its_file(void **state)
{
    static const struct {
        const char *path;
        const char *batch;
    } cases[] = {
        {"numbers.csv", "numbers"},
        {"/a.b/numbers", "numbers"},
        {"a/.csv", ".csv"},
        {"a/May wave.2.csv", "May wave.2"},
        {"numbers.rejects.csv", "numbers"},
        {"numbers.rejects.REJECTS.csv", "numbers"},
        {"caf\xC3\xA9.csv", "caf\xC3\xA9"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct import_options options = {.path = cases[i].path};
        char batch[BATCH_NAME_BYTES];
        struct error err = {0};
        assert_true(import_batch_name(&options, batch, &err));
        assert_string_equal(batch, cases[i].batch);
    }
}

static void a_name_that_no_terminal_or_report_could_show_is_refused(void **state)
{
    static const struct {
        const char *path;
        const char *batch;
        const char *said;
    } cases[] = {
        {"-", NULL, "standard input has no name; give --batch NAME"},
        {"a/", NULL, "the batch name is empty or not UTF-8"},
        {"a.csv", "", "the batch name is empty or not UTF-8"},
        {"caf\xE9.csv", NULL, "the batch name is empty or not UTF-8"},
        {"a\x7F.csv", NULL, "the batch name holds a control character"},
        {"a.csv", "a\tb", "the batch name holds a control character"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct import_options options = {.path = cases[i].path, .batch = cases[i].batch};
        char batch[BATCH_NAME_BYTES];
        struct error err = {0};
        assert_false(import_batch_name(&options, batch, &err));
        assert_int_equal(err.kind, ERROR_USAGE);
        assert_non_null(strstr(err.text, cases[i].said));
    }
}

static void the_longest_name_is_taken_and_a_longer_one_refused(void **state)
{
    char name[BATCH_NAME_BYTES + 1] = "";
    char batch[BATCH_NAME_BYTES];
    struct error err = {0};
    const struct import_options options = {.path = "a.csv", .batch = name};
    (void)state;
    memset(name, 'a', BATCH_NAME_BYTES - 1);
    assert_true(import_batch_name(&options, batch, &err));
    assert_string_equal(batch, name);
    name[BATCH_NAME_BYTES - 1] = 'a';
    assert_false(import_batch_name(&options, batch, &err));
    assert_non_null(strstr(err.text, "longer than 128 bytes; give a shorter one with --batch"));
}

static bool rejects_of(const struct import_options *options, char *path, size_t path_bytes,
                       struct error *err)
{
    int fd = open(SOURCE_DIR "/samples/numbers.csv", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    bool good = import_rejects_name(options, fd, path, path_bytes, err);
    close(fd);
    return good;
}

static void rejected_rows_go_beside_the_file(void **state)
{
    static const struct {
        const char *path;
        const char *rejects_path;
        const char *expected;
    } cases[] = {
        {"a/numbers.csv", NULL, "a/numbers.rejects.csv"},
        {"a/numbers.CSV", NULL, "a/numbers.rejects.csv"},
        {"a/numbers.txt", NULL, "a/numbers.txt.rejects.csv"},
        {".csv", NULL, ".csv.rejects.csv"},
        {"-", NULL, "rejects.csv"},
        {"a/numbers.csv", "b.csv", "b.csv"},
        {"a/numbers.csv", "/dev", "/dev"}, /* is there, and on another file system */
        {"a/numbers.csv", SOURCE_DIR "/README.md", SOURCE_DIR "/README.md"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct import_options options = {.path = cases[i].path,
                                               .rejects_path = cases[i].rejects_path};
        char path[256];
        struct error err = {0};
        assert_true(rejects_of(&options, path, sizeof path, &err));
        assert_string_equal(path, cases[i].expected);
    }
}

static void rejected_rows_never_go_where_the_file_is_or_no_path_leads(void **state)
{
    char path[16];
    char long_path[256];
    struct error err = {0};
    struct import_options options = {.path = "numbers.csv"}; /* .rejects: 19 bytes */
    (void)state;
    assert_false(rejects_of(&options, path, sizeof path, &err));
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_string_equal(err.text, "the path of the rejects file is too long");
    options.rejects_path = SOURCE_DIR "/samples/../samples/numbers.csv";
    assert_false(rejects_of(&options, long_path, sizeof long_path, &err));
    assert_non_null(strstr(err.text, "would replace the file being read"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_is_called_as_its_file),
        cmocka_unit_test(a_name_that_no_terminal_or_report_could_show_is_refused),
        cmocka_unit_test(the_longest_name_is_taken_and_a_longer_one_refused),
        cmocka_unit_test(rejected_rows_go_beside_the_file),
        cmocka_unit_test(rejected_rows_never_go_where_the_file_is_or_no_path_leads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
