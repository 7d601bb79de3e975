/* What was stored under a heading stays under it, whatever file comes next. */
#include "base/text.h"
#include "engine/import_columns.h"
#include "ports/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h wants those before it */
#include <cmocka.h>

struct matched {
    struct row_header row_header;
    struct import_columns columns;
    struct buf header;
    struct buf record;
    struct row_mapping mapping;
    size_t mapping_count;
    struct error err;
    char *given; /* the file's header; its cells are copies */
    struct csv_cell cells[CSV_COLUMNS_MAX];
    size_t count;
};

static int set_up(void **state)
{
    struct matched *m = calloc(1, sizeof *m);
    assert_non_null(m);
    buf_init(&m->header, RECORD_BYTES_MAX);
    buf_init(&m->record, RECORD_BYTES_MAX);
    *state = m;
    return 0;
}

static int tear_down(void **state)
{
    struct matched *m = *state;
    buf_done(&m->header);
    buf_done(&m->record);
    free(m->given);
    free(m);
    return 0;
}

/* "a|b|c" as cells of m->given. */
static void split(struct matched *m, const char *row)
{
    free(m->given);
    m->given = strdup(row);
    assert_non_null(m->given);
    char *rest = m->given;
    m->count = 0;
    for (char *cell = strsep(&rest, "|"); cell != NULL; cell = strsep(&rest, "|"))
        m->cells[m->count++] = (struct csv_cell){.text = cell, .bytes = strlen(cell)};
}

static bool match(struct matched *m, const char *stored, const char *file)
{
    split(m, file);
    if (!row_header_read(&m->row_header, m->cells, m->count, &m->mapping, m->mapping_count,
                         &m->err))
        fail_msg("%s", m->err.text);
    const struct import_headings given = {.header = &m->row_header,
                                          .cells = m->cells,
                                          .count = m->count,
                                          .mappings = &m->mapping,
                                          .mapping_count = m->mapping_count};
    m->err = (struct error){0};
    return import_columns_match(&m->columns, &given, stored, &m->header, &m->err);
}

static void becomes(struct matched *m, const char *stored, const char *file, const char *header)
{
    if (!match(m, stored, file))
        fail_msg("%s", m->err.text);
    assert_string_equal(buf_text(&m->header), header);
}

static void row_becomes(struct matched *m, const char *row, const struct csv_cell *kept,
                        const char *record)
{
    split(m, row);
    assert_true(
        import_columns_stored(&m->columns, &m->row_header, m->cells, m->count, kept, &m->record));
    assert_string_equal(buf_text(&m->record), record);
}

static void columns_of_the_batch_keep_their_places(void **state)
{
    struct matched *m = *state;
    becomes(m, "phone_number,site,notes", "notes|phone_number|site", "phone_number,site,notes");
    assert_false(m->columns.in_order);
    assert_int_equal(m->columns.absent_count, 0);
    row_becomes(m, "hello|415|Lake", NULL, "415,Lake,hello");
    row_becomes(m, "a, b|415|\"Lake\"", NULL, "415,\"\"\"Lake\"\"\",\"a, b\"");
    row_becomes(m, "|415|", NULL, "415");
    row_becomes(m, "hello||", NULL, "\"\",,hello");
}

static void the_same_columns_need_no_moving(void **state)
{
    struct matched *m = *state;
    becomes(m, "phone_number,site", "Phone Number|SITE", "phone_number,site");
    assert_true(m->columns.in_order);
    becomes(m, "phone_number,site", "phone_number|site|color", "phone_number,site,color");
    assert_true(m->columns.in_order);
    row_becomes(m, "415|A|", NULL, "415,A");
    becomes(m, "phone_number,site", "phone_number|numhost_line|site|reason", "phone_number,site");
    assert_true(m->columns.in_order);
    row_becomes(m, "415|7|A|line 7: x", NULL, "415,A");
}

static void new_columns_go_behind(void **state)
{
    struct matched *m = *state;
    becomes(m, "phone_number,notes", "color|phone_number|a, b|notes",
            "phone_number,notes,color,\"a, b\"");
    assert_false(m->columns.in_order);
    row_becomes(m, "red|415|x|n", NULL, "415,n,red,x");
    becomes(m, "notes,", "phone_number|notes|", "notes,,phone_number");
    row_becomes(m, "415|n|blank", NULL, "n,blank,415");
    becomes(m, "", "phone_number|notes", "phone_number,notes");
}

static void a_column_of_ours_is_the_same_under_any_name(void **state)
{
    struct matched *m = *state;
    becomes(m, "Friendly Name,Phone Number", "PhoneNumber|friendly-name",
            "Friendly Name,Phone Number");
    row_becomes(m, "415|Desk", NULL, "Desk,415");
    m->mapping = (struct row_mapping){.heading = "Store phone", .column = "phone_number"};
    m->mapping_count = 1;
    becomes(m, "notes,phone_number", "store phone|notes", "notes,phone_number");
    becomes(m, "notes,Store phone", "phone_number|notes", "notes,Store phone");
    row_becomes(m, "415|n", NULL, "n,415");
    /* the batch is older than the mapping: equal headings win */
    becomes(m, "Store phone,phone_number", "phone_number", "Store phone,phone_number");
    assert_int_equal(m->columns.place_of[0], 1);
}

static void headings_are_compared_as_a_whole_without_blanks_and_case(void **state)
{
    struct matched *m = *state;
    static const char sixty[] = "the quick brown fox jumps over the lazy dog and over and over a";
    char stored[256];
    char file[256];
    becomes(m, "phone_number,Notes", " NOTES |phone_number", "phone_number,Notes");
    becomes(m, "phone_number,Not_es", "Not es|phone_number", "phone_number,Not_es,Not es");
    becomes(m, "phone_number,=x,'=y", "''=y|'=x|phone_number", "phone_number,=x,'=y");
    assert_int_equal(m->columns.place_of[0], 2);
    snprintf(stored, sizeof stored, "phone_number,%sb,%sc", sixty, sixty);
    snprintf(file, sizeof file, "%sc|%sb|phone_number", sixty, sixty);
    becomes(m, stored, file, stored);
    assert_int_equal(m->columns.place_of[0], 2);
    assert_int_equal(m->columns.place_of[1], 1);
}

static void a_heading_that_stands_twice_matches_one_after_the_other(void **state)
{
    struct matched *m = *state;
    becomes(m, "notes,phone_number,notes", "phone_number|notes|Notes|notes",
            "notes,phone_number,notes,notes");
    row_becomes(m, "415|a|b|c", NULL, "a,415,b,c");
    becomes(m, ",phone_number,", "||phone_number", ",phone_number,");
    row_becomes(m, "a|b|415", NULL, "a,415,b");
}

static void what_the_file_has_no_column_for_is_kept(void **state)
{
    struct matched *m = *state;
    struct row_header wide;
    const struct csv_cell kept[] = {{.text = "Lake", .bytes = 4}, {.text = "''=1", .bytes = 4}};
    becomes(m, "site,phone_number,sum", "phone_number|color", "site,phone_number,sum,color");
    assert_int_equal(m->columns.absent_count, 2);
    assert_int_equal(m->columns.absent[0], 0);
    assert_int_equal(m->columns.absent[1], 2);
    row_becomes(m, "415|red", kept, "Lake,415,'=1,red");
    row_becomes(m, "415|", kept, "Lake,415,'=1");
    row_becomes(m, "415|", NULL, "\"\",415");
    import_columns_widen(&m->columns, &m->row_header, &wide);
    assert_int_equal(wide.width, 4);
    assert_int_equal(wide.cell_of[COLUMN_SITE], 2);
    assert_int_equal(wide.cell_of[COLUMN_PHONE_NUMBER], 0);
    assert_int_equal(wide.cell_of[COLUMN_EMAIL], -1);
    /* of two columns that a mapping made the same since, the first; and the file's before both */
    m->mapping = (struct row_mapping){.heading = "Shop", .column = "site"};
    m->mapping_count = 1;
    becomes(m, "Shop,site,phone_number", "phone_number", "Shop,site,phone_number");
    import_columns_widen(&m->columns, &m->row_header, &wide);
    assert_int_equal(wide.cell_of[COLUMN_SITE], 1);
    becomes(m, "Shop,site,phone_number", "phone_number|site", "Shop,site,phone_number");
    import_columns_widen(&m->columns, &m->row_header, &wide);
    assert_int_equal(wide.cell_of[COLUMN_SITE], 1);
    assert_int_equal(m->columns.place_of[1], 1);
}

static void cells_without_a_heading_become_part_of_the_last(void **state)
{
    struct matched *m = *state;
    becomes(m, "phone_number,site,notes", "site|phone_number", "phone_number,site,notes");
    row_becomes(m, "A|415|x|y, z", NULL, "\"415,x,\"\"y, z\"\"\",A");
    row_becomes(m, "A|415| ", NULL, "415,A");
    row_becomes(m, "A|415||", NULL, "415,A");
    row_becomes(m, "A|415||y", NULL, "\"415,,y\",A");
    row_becomes(m, "A", NULL, "\"\",A");
    becomes(m, "phone_number,site", "site|phone_number|reason", "phone_number,site");
    row_becomes(m, "A|415|x|line 3: too many", NULL, "\"415,x\",A");
    row_becomes(m, "A|415||line 3: odd", NULL, "415,A");
    row_becomes(m, "A|line 3: too few", NULL, "\"\",A");
    becomes(m, "phone_number,site", "phone_number|site|numhost_line", "phone_number,site");
    assert_true(m->columns.in_order);
    row_becomes(m, "415|Lake|7|Oswego", NULL, "415,\"Lake,Oswego\"");
    row_becomes(m, "415|Lake|7|", NULL, "415,Lake");
}

static bool count_row(void *context, int64_t line, const struct csv_cell *cells, size_t count)
{
    (void)line;
    (void)cells;
    *(size_t *)context += count;
    return true;
}

static void row_becomes_long(struct matched *m, const struct csv_cell *kept, bool fits)
{
    size_t cells = 0;
    split(m, "415");
    assert_int_equal(
        import_columns_stored(&m->columns, &m->row_header, m->cells, m->count, kept, &m->record),
        fits);
    assert_int_equal(
        csv_read_text(buf_text(&m->record), m->record.length, ',', count_row, &cells, &m->err),
        fits);
    assert_int_equal(cells, fits ? m->columns.count : 0);
}

static void a_record_is_one_that_can_be_read_again(void **state)
{
    enum { CELL = 64000, COLUMNS = 16 };
    struct matched *m = *state;
    struct csv_cell kept[COLUMNS + 1];
    char *text = calloc(1, CELL + 1);
    memset(text, 'x', CELL);
    becomes(m, "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,phone_number,q", "phone_number",
            "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,phone_number,q");
    for (size_t i = 0; i <= COLUMNS; i++)
        kept[i] = (struct csv_cell){.text = text, .bytes = i < COLUMNS ? CELL : 0};
    /* all of them with delimiters, and a NUL more for the reader than delimiters here */
    size_t room = CSV_ROW_BYTES_MAX - COLUMNS * (CELL + 1) - strlen("415") - 2;
    kept[COLUMNS] = (struct csv_cell){.text = text, .bytes = room};
    row_becomes_long(m, kept, true);
    kept[COLUMNS].bytes = room + 1;
    row_becomes_long(m, kept, false);
    free(text);
}

static void a_row_with_too_much_for_one_cell_is_too_long(void **state)
{
    struct matched *m = *state;
    char *row = calloc(1, CSV_FIELD_BYTES_MAX + 8);
    becomes(m, "phone_number", "phone_number", "phone_number");
    memset(row, 'x', CSV_FIELD_BYTES_MAX);
    memcpy(row, "415|", 4);
    split(m, row);
    assert_true(
        import_columns_stored(&m->columns, &m->row_header, m->cells, m->count, NULL, &m->record));
    row[CSV_FIELD_BYTES_MAX] = 'x';
    split(m, row);
    assert_false(
        import_columns_stored(&m->columns, &m->row_header, m->cells, m->count, NULL, &m->record));
    free(row);
}

/* `count` columns named PREFIX1 ... behind `first`. */
static char *many(const char *first, const char *prefix, char delimiter, size_t count)
{
    struct buf text;
    buf_init(&text, RECORD_BYTES_MAX);
    buf_add_text(&text, first);
    for (size_t i = 1; i <= count; i++)
        buf_addf(&text, "%c%s%zu", delimiter, prefix, i);
    return text.data;
}

static void more_columns_than_a_file_may_have_are_refused(void **state)
{
    struct matched *m = *state;
    char *stored = many("phone_number", "a", ',', 1000);
    char *most = many("phone_number", "b", '|', 23);
    char *more = many("phone_number", "b", '|', 24);
    assert_true(match(m, stored, most));
    assert_int_equal(m->columns.count, CSV_COLUMNS_MAX);
    row_becomes(m, "415", NULL, "415");
    assert_false(match(m, stored, more));
    assert_int_equal(m->err.kind, ERROR_INPUT);
    assert_non_null(strstr(m->err.text, "with the columns that the batch has already there are "
                                        "more than 1024; remove columns"));
    free(stored);
    free(most);
    free(more);
}

static void a_header_longer_than_one_may_be_is_refused(void **state)
{
    struct matched *m = *state;
    char long_one[256];
    memset(long_one, 'x', sizeof long_one - 1);
    long_one[sizeof long_one - 1] = '\0';
    char *stored = many("phone_number", long_one, ',', 250);
    assert_true(match(m, stored, "phone_number|b"));
    char *file = many("phone_number", long_one + 1, '|', 10);
    assert_false(match(m, stored, file));
    assert_int_equal(m->err.kind, ERROR_INPUT);
    assert_non_null(strstr(m->err.text, "the header is longer than 65536 bytes; remove columns"));
    free(stored);
    free(file);
}

static void a_stored_header_that_cannot_be_read_is_said(void **state)
{
    struct matched *m = *state;
    assert_false(match(m, "phone_number,\"x", "phone_number"));
    assert_non_null(strstr(m->err.text, "the header of the batch: "));
}

#define COLUMNS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        COLUMNS_TEST(columns_of_the_batch_keep_their_places),
        COLUMNS_TEST(the_same_columns_need_no_moving),
        COLUMNS_TEST(new_columns_go_behind),
        COLUMNS_TEST(a_column_of_ours_is_the_same_under_any_name),
        COLUMNS_TEST(headings_are_compared_as_a_whole_without_blanks_and_case),
        COLUMNS_TEST(a_heading_that_stands_twice_matches_one_after_the_other),
        COLUMNS_TEST(what_the_file_has_no_column_for_is_kept),
        COLUMNS_TEST(cells_without_a_heading_become_part_of_the_last),
        COLUMNS_TEST(a_record_is_one_that_can_be_read_again),
        COLUMNS_TEST(a_row_with_too_much_for_one_cell_is_too_long),
        COLUMNS_TEST(more_columns_than_a_file_may_have_are_refused),
        COLUMNS_TEST(a_header_longer_than_one_may_be_is_refused),
        COLUMNS_TEST(a_stored_header_that_cannot_be_read_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
