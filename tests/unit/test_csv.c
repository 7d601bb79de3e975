/* CSV: what is written reads back the same, physical lines are right, and libcsv's weak spots stay
 * behind the guards. */
#include "base/csv.h"
#include "base/memory.h"
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Rows as "LINE:cell|cell;" */
struct seen {
    struct buf text;
    int64_t rows;
    int64_t stop_after; /* 0: never */
};

static bool see_row(void *context, int64_t line, const struct csv_cell *cells, size_t count)
{
    struct seen *seen = context;
    buf_addf(&seen->text, "%lld:", (long long)line);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add_char(&seen->text, '|');
        buf_add(&seen->text, cells[i].text, cells[i].bytes);
        assert_int_equal(cells[i].text[cells[i].bytes], '\0');
    }
    buf_add_char(&seen->text, ';');
    seen->rows++;
    return seen->rows != seen->stop_after;
}

static int file_of(const char *bytes, size_t count)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fflush(file), 0);
    int fd = dup(fileno(file));
    fclose(file);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static bool read_bytes(const char *bytes, size_t count, struct seen *seen, struct error *err)
{
    const struct csv_options options = {0};
    int fd = file_of(bytes, count);
    buf_init(&seen->text, 64 << 20);
    seen->rows = 0;
    *err = (struct error){0};
    bool good = csv_read(fd, &options, see_row, seen, err);
    close(fd);
    return good;
}

static void expect_rows(const char *bytes, const char *rows)
{
    struct seen seen = {0};
    struct error err;
    if (!read_bytes(bytes, strlen(bytes), &seen, &err))
        fail_msg("%s", err.text);
    assert_string_equal(buf_text(&seen.text), rows);
    buf_done(&seen.text);
}

static void expect_error(const char *bytes, size_t count, const char *part)
{
    struct seen seen = {0};
    struct error err;
    if (read_bytes(bytes, count, &seen, &err))
        fail_msg("accepted, but expected: %s", part);
    if (strstr(err.text, part) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", err.text, part);
    assert_int_equal(err.kind, ERROR_INPUT);
    buf_done(&seen.text);
}

static void rows_come_with_the_physical_line_they_begin_at(void **state)
{
    (void)state;
    expect_rows("a,b\n1,2\n", "1:a|b;2:1|2;");
    expect_rows("a,b\r\n1,2\r\n3,4", "1:a|b;2:1|2;3:3|4;");
    expect_rows("a\rb\rc", "1:a;2:b;3:c;");
    expect_rows("a\n\n\nb\n", "1:a;4:b;");
    expect_rows("a\r\n\r\nb\r\n", "1:a;3:b;");
    expect_rows("a,\"x\ny\nz\"\nb,c\n", "1:a|x\ny\nz;4:b|c;");
    expect_rows("a,\"x\r\ny\"\r\nb,c\r\n", "1:a|x\r\ny;3:b|c;");
    expect_rows("\n\n  \na\n", "4:a;");
    expect_rows("a,\"\"\"q\"\"\"\n", "1:a|\"q\";");
}

static void line_ends_across_a_block_boundary_count_once(void **state)
{
    enum { BLOCK = 64 * 1024 };
    (void)state;
    for (int shift = -3; shift <= 3; shift++) {
        struct buf file;
        struct seen seen = {0};
        struct error err;
        buf_init(&file, 1 << 20);
        while (file.length < (size_t)(BLOCK + shift - 64))
            buf_add_text(&file, "abcdefghijklmnopqrstuvwxyz01234567890123456789\r\n");
        while (file.length < (size_t)(BLOCK + shift))
            buf_add_char(&file, 'x');
        buf_add_text(&file, "\r\nlast\r\n");
        assert_true(read_bytes(buf_text(&file), file.length, &seen, &err));
        char expected[32];
        snprintf(expected, sizeof expected, ";%lld:last;", (long long)seen.rows);
        assert_non_null(strstr(buf_text(&seen.text), expected));
        buf_done(&file);
        buf_done(&seen.text);
    }
}

static void the_delimiter_is_found_in_the_first_line(void **state)
{
    (void)state;
    expect_rows("a;b;c\n1,5;2;3\n", "1:a|b|c;2:1,5|2|3;");
    expect_rows("a\tb\n1,2\t3\n", "1:a|b;2:1,2|3;");
    expect_rows("\"a;b;c\",d\n1,2\n", "1:a;b;c|d;2:1|2;");
    expect_rows("only\n1;2\n", "1:only;2:1;2;");
}

static void a_byte_order_mark_is_skipped(void **state)
{
    (void)state;
    expect_rows("\xEF\xBB\xBF\"a\",b\n1,2\n", "1:a|b;2:1|2;");
    expect_rows("\xEF\xBB\xBF", "");
}

static void an_open_quote_is_reported_where_it_opened(void **state)
{
    struct buf big;
    (void)state;
    expect_error("a,b\n1,\"2\n3,4\n5,6\n", 18,
                 "line 2: column 2: the quote that opens here is not");
    expect_error("a,b\n\"x\ny\",\"2\n3\n", 15, "line 3: column 2: the quote");
    buf_init(&big, 8 << 20);
    buf_add_text(&big, "a,b\nok,\"never closed\n");
    for (int i = 0; i < 200000; i++)
        buf_add_text(&big, "more,text,here\n");
    expect_error(buf_text(&big), big.length,
                 "line 2: column 2: the quote that opens here is not closed within 64 KiB");
    buf_done(&big);
}

static void a_stray_quote_is_reported_with_line_and_column(void **state)
{
    (void)state;
    expect_error("a,b\n1,x\"y\n", 10, "line 2: column 2: a quote stands inside");
    expect_error("a,b\n\"x\"y,1\n", 11, "line 2: column 1: a quote stands inside");
    expect_error("a,b\n\"x,1\nz\"w,2\n", 15,
                 "line 2: column 1: the quote that opens here is closed "
                 "at line 3");
}

static void after_an_error_no_partial_row_is_handed_over(void **state)
{
    static const char bytes[] = "a,b\n1,2\n3,x\"y\n5,6\n";
    struct seen seen = {0};
    struct error err;
    (void)state;
    assert_false(read_bytes(bytes, strlen(bytes), &seen, &err));
    assert_string_equal(buf_text(&seen.text), "1:a|b;2:1|2;");
    buf_done(&seen.text);
}

static void a_stop_by_the_callback_is_honoured_at_once(void **state)
{
    static const char bytes[] = "a\nb\nc\nd\ne\"f\n";
    struct seen seen = {.stop_after = 2};
    struct error err;
    (void)state;
    assert_true(read_bytes(bytes, strlen(bytes), &seen, &err));
    assert_string_equal(buf_text(&seen.text), "1:a;2:b;");
    buf_done(&seen.text);
}

static char *repeat(char c, size_t count, const char *before, const char *after, size_t *bytes)
{
    size_t before_bytes = strlen(before);
    size_t after_bytes = strlen(after);
    char *text = memory_new(before_bytes + count + after_bytes + 1, 1);
    memcpy(text, before, before_bytes);
    memset(text + before_bytes, c, count);
    memcpy(text + before_bytes + count, after, after_bytes);
    *bytes = before_bytes + count + after_bytes;
    return text;
}

static void ceilings_hold_on_cells_rows_and_columns(void **state)
{
    size_t bytes = 0;
    struct seen seen = {0};
    struct error err;
    (void)state;
    char *text = repeat('x', CSV_FIELD_BYTES_MAX, "a\n", "\n", &bytes);
    assert_true(read_bytes(text, bytes, &seen, &err));
    buf_done(&seen.text);
    free(text);
    text = repeat('x', CSV_FIELD_BYTES_MAX + 1, "a\n", "\n", &bytes);
    expect_error(text, bytes, "line 2: column 1: the cell is longer than 65536 bytes");
    free(text);
    text = repeat('x', 4 << 20, "a\n", "\n", &bytes);
    expect_error(text, bytes, "line 2: column 1: the cell is longer");
    free(text);
    text = repeat(',', CSV_COLUMNS_MAX - 1, "a\n", "\n", &bytes);
    assert_true(read_bytes(text, bytes, &seen, &err));
    buf_done(&seen.text);
    free(text);
    text = repeat(',', CSV_COLUMNS_MAX, "a\n", "\n", &bytes);
    expect_error(text, bytes, "line 2: the row has more than 1024 cells");
    free(text);
    struct buf row;
    buf_init(&row, 4 << 20);
    buf_add_text(&row, "a\nb\n");
    text = repeat('y', 60000, "", ",", &bytes);
    for (int i = 0; i < 20; i++)
        buf_add(&row, text, bytes);
    expect_error(buf_text(&row), row.length, "line 3: the row is longer than 1048576 bytes");
    buf_done(&row);
    free(text);
}

static void what_is_no_csv_is_named(void **state)
{
    static const struct {
        const char *bytes;
        size_t count;
        const char *part;
    } cases[] = {
        {"\xFF\xFEp\0h\0", 6, "UTF-16"},
        {"\xFE\xFF\0p\0h", 6, "UTF-16"},
        {"\xFF\xFE\0\0p\0\0\0", 8, "UTF-32"},
        {"p\0h\0o\0n\0e\0", 10, "UTF-16"},
        {"PK\x03\x04rest", 8, "workbook"},
        {"\xD0\xCF\x11\xE0\xA1", 5, "Excel"},
        {"%PDF-1.7\n", 9, "PDF"},
        {"\x1F\x8B\x08", 3, "gzip"},
        {"\n <!DOCTYPE html>", 17, "HTML"},
        {"<HTML><body>", 12, "HTML"},
        {"\xEF\xBB\xBF<?xml version", 16, "XML"},
        {"{\"phone_number\":1}", 18, "JSON"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_error(cases[i].bytes, cases[i].count, cases[i].part);
}

static void a_folder_is_refused(void **state)
{
    const struct csv_options options = {0};
    struct error err;
    struct seen seen = {0};
    (void)state;
    FILE *folder = fopen("/tmp", "r");
    assert_non_null(folder);
    assert_false(csv_read(fileno(folder), &options, see_row, &seen, &err));
    assert_non_null(strstr(err.text, "directory"));
    fclose(folder);
}

static void nuls_and_odd_bytes_come_through_with_their_length(void **state)
{
    static const char bytes[] = "abc,d\0e,\xFF\xFE\n";
    struct seen seen = {0};
    struct error err;
    (void)state;
    assert_true(read_bytes(bytes, sizeof bytes - 1, &seen, &err));
    assert_int_equal(seen.text.length, 13);
    assert_memory_equal(buf_text(&seen.text), "1:abc|d\0e|\xFF\xFE;", 13);
    buf_done(&seen.text);
}

/* A random cell out of the bytes that trouble CSV and spreadsheets. */
static size_t random_cell(struct rng *rng, char *cell, size_t max)
{
    static const char bytes[] = "=+-@\t\r\n\"',; ;a1\xC3\xA9\xEF\xBB\xBF\\|#";
    size_t length = (size_t)rng_below(rng, max);
    for (size_t i = 0; i < length; i++)
        cell[i] = bytes[rng_below(rng, sizeof bytes - 1)];
    cell[length] = '\0';
    return length;
}

struct expected {
    char cells[8][16];
    size_t lengths[8];
    size_t count;
    bool guarded;
    int rows;
};

static bool compare_row(void *context, int64_t line, const struct csv_cell *cells, size_t count)
{
    struct expected *expected = context;
    (void)line;
    assert_int_equal(count, expected->count);
    for (size_t i = 0; i < count; i++) {
        const char *text = expected->guarded ? csv_strip_guard(cells[i].text) : cells[i].text;
        size_t bytes = cells[i].bytes - (size_t)(text - cells[i].text);
        assert_int_equal(bytes, expected->lengths[i]);
        assert_memory_equal(text, expected->cells[i], bytes);
        if (expected->guarded && cells[i].bytes > 0)
            assert_null(strchr("=+-@\t\r", cells[i].text[0]));
    }
    expected->rows++;
    return true;
}

static void round_trip(bool guarded, uint64_t seed)
{
    struct rng rng;
    struct buf row;
    struct error err = {0};
    rng_seed(&rng, seed);
    buf_init(&row, 4096);
    for (int n = 0; n < 100000; n++) {
        struct expected expected = {.guarded = guarded, .count = 1 + rng_below(&rng, 8)};
        buf_clear(&row);
        for (size_t i = 0; i < expected.count; i++) {
            expected.lengths[i] = random_cell(&rng, expected.cells[i], sizeof expected.cells[i]);
            if (guarded)
                csv_add_safe_cell(&row, expected.cells[i], expected.lengths[i], i == 0);
            else
                csv_add_cell(&row, expected.cells[i], expected.lengths[i], i == 0);
        }
        buf_add_char(&row, '\n');
        if (!csv_read_text(buf_text(&row), row.length, ',', compare_row, &expected, &err))
            fail_msg("%s in: %s", err.text, buf_text(&row));
        assert_int_equal(expected.rows, 1);
    }
    buf_done(&row);
}

static void what_is_written_reads_back_byte_for_byte(void **state)
{
    (void)state;
    round_trip(false, 1);
}

static void guarded_cells_never_run_as_formulas_and_read_back_the_same(void **state)
{
    (void)state;
    round_trip(true, 2);
}

static void a_strict_number_needs_no_guard(void **state)
{
    static const struct {
        const char *cell;
        const char *written;
    } cases[] = {
        {"+14155550123", "+14155550123"},
        {"+1415555O123", "'+1415555O123"},
        {"=1+1", "'=1+1"},
        {"'=1+1", "''=1+1"},
        {"-5", "'-5"},
        {"@x", "'@x"},
        {"it's", "it's"},
        {"'tis", "'tis"},
        {"+0123456789", "'+0123456789"},
        {"+1234567890123456", "'+1234567890123456"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf out;
        buf_init(&out, 100);
        csv_add_safe_cell(&out, cases[i].cell, strlen(cases[i].cell), true);
        assert_string_equal(buf_text(&out), cases[i].written);
        assert_string_equal(csv_strip_guard(cases[i].written), cases[i].cell);
        buf_done(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_with_the_physical_line_they_begin_at),
        cmocka_unit_test(line_ends_across_a_block_boundary_count_once),
        cmocka_unit_test(the_delimiter_is_found_in_the_first_line),
        cmocka_unit_test(a_byte_order_mark_is_skipped),
        cmocka_unit_test(an_open_quote_is_reported_where_it_opened),
        cmocka_unit_test(a_stray_quote_is_reported_with_line_and_column),
        cmocka_unit_test(after_an_error_no_partial_row_is_handed_over),
        cmocka_unit_test(a_stop_by_the_callback_is_honoured_at_once),
        cmocka_unit_test(ceilings_hold_on_cells_rows_and_columns),
        cmocka_unit_test(what_is_no_csv_is_named),
        cmocka_unit_test(a_folder_is_refused),
        cmocka_unit_test(nuls_and_odd_bytes_come_through_with_their_length),
        cmocka_unit_test(what_is_written_reads_back_byte_for_byte),
        cmocka_unit_test(guarded_cells_never_run_as_formulas_and_read_back_the_same),
        cmocka_unit_test(a_strict_number_needs_no_guard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
