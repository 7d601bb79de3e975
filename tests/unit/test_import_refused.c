/* Files that are refused as a whole, and what becomes of them once mended. */
#include "base/buf.h"
#include "base/csv.h"
#include "base/text.h"
#include "helpers/importing.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add_cell(struct buf *out, char c, size_t bytes)
{
    buf_add_text(out, ",\"");
    for (size_t i = 0; i < bytes; i++) {
        buf_add_char(out, c);
        if (c == '"')
            buf_add_char(out, c);
    }
    buf_add_char(out, '"');
}

/* `count` more cells of `bytes` bytes behind `first`, in quotes. */
static void add_wide(struct buf *out, const char *first, size_t count, char c, size_t bytes)
{
    buf_add_text(out, first);
    for (size_t i = 0; i < count; i++)
        add_cell(out, c, bytes);
    buf_add_char(out, '\n');
}

static void refused_as_too_long(struct importing *f, const char *content, const char *line)
{
    char expected[128];
    snprintf(expected, sizeof expected,
             "numbers.csv: %s: the row is too long; remove columns that numhost does not need",
             line);
    importing_bad(f, "numbers.csv", content);
    assert_int_equal(f->err.kind, ERROR_INPUT);
    assert_non_null(strstr(f->err.text, expected));
    assert_int_equal(importing_count(f), 0);
    assert_int_equal(importing_last_batch(f).id, 0);
    assert_null(importing_read(f, "numbers.rejects.csv"));
}

/* A quote is one byte for the reader and two in a record. */
static void a_row_that_no_report_could_give_back_refuses_the_file(void **state)
{
    enum { COLUMNS = 15, BYTES = 64000 };
    struct importing *f = *state;
    struct buf content;
    buf_init(&content, 4 * CSV_ROW_BYTES_MAX);
    add_wide(&content, "phone_number", COLUMNS, 'h', 10);
    add_wide(&content, "415", COLUMNS, 'x', 10); /* rejected; is not left behind either */
    add_wide(&content, "4155550121", COLUMNS, '"', BYTES);
    refused_as_too_long(f, buf_text(&content), "line 3");
    buf_clear(&content);
    add_wide(&content, "phone_number", COLUMNS, 'h', 10);
    add_wide(&content, "4155550121", COLUMNS, 'x', BYTES);
    importing_good(f, "numbers.csv", buf_text(&content));
    buf_done(&content);
    assert_int_equal(importing_count(f), 1);
}

static void a_header_that_no_report_could_give_back_refuses_the_file(void **state)
{
    struct importing *f = *state;
    struct buf content;
    buf_init(&content, 4 * CSV_ROW_BYTES_MAX);
    add_wide(&content, "phone_number", 15, '"', 64000);
    refused_as_too_long(f, buf_text(&content), "line 1");
    buf_clear(&content);
    add_wide(&content, "phone_number", 2, 'h', HEADER_BYTES_MAX / 2);
    refused_as_too_long(f, buf_text(&content), "line 1");
    buf_done(&content);
}

/* The cells at the edge: the guards of a spreadsheet come on top. */
static void a_rejected_row_of_any_length_comes_back(void **state)
{
    enum { COLUMNS = 1000, BYTES = 1000 };
    struct importing *f = *state;
    struct buf content;
    buf_init(&content, 4 * CSV_ROW_BYTES_MAX);
    add_wide(&content, "phone_number", COLUMNS, '=', 10);
    add_wide(&content, "4155550121", COLUMNS, '=', BYTES);
    add_wide(&content, "415", COLUMNS, '=', BYTES);
    importing_good(f, "numbers.csv", buf_text(&content));
    assert_int_equal(f->summary.rejected, 1);
    assert_non_null(strstr(importing_read(f, "numbers.rejects.csv"), ",'==========,'="));
    buf_done(&content);
}

static void a_header_that_names_no_number_refuses_the_file(void **state)
{
    struct importing *f = *state;
    importing_bad(f, "numbers.csv", "telephone,site\n4155550121,A\n");
    assert_int_equal(f->err.kind, ERROR_INPUT);
    assert_non_null(strstr(f->err.text, "numbers.csv: line 1: there is no column \"phone_number\"; "
                                        "if \"telephone\" is it"));
    assert_int_equal(importing_last_batch(f).id, 0);
}

static void strict_takes_a_file_without_a_bad_row(void **state)
{
    struct importing *f = *state;
    f->options.strict = true;
    importing_good(f, "numbers.csv", "phone_number\n4155550121\n4155550122\n");
    assert_int_equal(importing_outcome(f, IMPORT_NEW), 2);
}

static void a_row_as_a_whole_is_named_without_a_column(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.csv", "phone_number,site\n4155550121,A\n4155550122\n");
    assert_non_null(
        strstr(f->said, "numbers.csv: line 3: the row has fewer cells than the header"));
    assert_non_null(strstr(importing_read(f, "numbers.rejects.csv"),
                           "4155550122,\"line 3: the row has fewer cells than the header; "));
}

/* From the folder of the files, where paths are names. */
static void standard_input_is_imported_under_the_name_given(void **state)
{
    struct importing *f = *state;
    int kept = dup(STDIN_FILENO);
    importing_write(f, "numbers.csv", "phone_number\n4155550121\n415\n");
    int fd = open(f->path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    assert_int_equal(chdir(f->folder), 0);
    (void)TEXT_SET(f->path, "-");
    f->options.batch = "May wave";
    assert_true(importing_run(f));
    assert_int_equal(dup2(kept, STDIN_FILENO), STDIN_FILENO);
    close(kept);
    close(fd);
    assert_string_equal(f->summary.rejects_path, "rejects.csv");
    assert_string_equal(importing_last_batch(f).file, "-");
    assert_non_null(strstr(f->said, "standard input: line 3: "));
    assert_int_equal(unlink("rejects.csv"), 0);
    assert_int_equal(chdir("/"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IMPORTING_TEST(a_row_that_no_report_could_give_back_refuses_the_file),
        IMPORTING_TEST(a_header_that_no_report_could_give_back_refuses_the_file),
        IMPORTING_TEST(a_rejected_row_of_any_length_comes_back),
        IMPORTING_TEST(a_header_that_names_no_number_refuses_the_file),
        IMPORTING_TEST(strict_takes_a_file_without_a_bad_row),
        IMPORTING_TEST(a_row_as_a_whole_is_named_without_a_column),
        IMPORTING_TEST(standard_input_is_imported_under_the_name_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
