/* One batch, files with other columns or in another order: every cell stays under its heading, and
 * no file takes away what it does not speak of. */
#include "base/buf.h"
#include "base/csv.h"
#include "base/text.h"
#include "engine/report.h"
#include "helpers/importing.h"

#include <stdlib.h>
#include <string.h>

/* The user's columns of a report, a line for each row; the header is the first. */
struct seen {
    char text[8192];
    struct buf out;
    size_t columns; /* of the user's */
};

static bool see_row(void *context, int64_t line, const struct csv_cell *cells, size_t count)
{
    struct seen *seen = context;
    if (line == 1)
        while (seen->columns < count && strncmp(cells[seen->columns].text, "numhost_", 8) != 0)
            seen->columns++;
    for (size_t i = 0; i < seen->columns; i++)
        buf_addf(&seen->out, "%s%s", i > 0 ? "|" : "", cells[i].text);
    buf_add_char(&seen->out, '\n');
    return true;
}

static void write_report(struct importing *f, enum report_kind kind, char *content, size_t bytes)
{
    FILE *out = fmemopen(content, bytes, "w");
    const struct report_request request = {.kind = kind, .batch = "numbers", .now_ms = 2000000};
    if (!report_write(f->store, &request, out, NULL, &f->err))
        fail_msg("%s", f->err.text);
    fclose(out);
}

static void report_is(struct importing *f, enum report_kind kind, const char *expected)
{
    struct seen seen = {.text = ""};
    buf_init(&seen.out, sizeof seen.text);
    write_report(f, kind, seen.text, sizeof seen.text);
    assert_true(csv_read_text(seen.text, strlen(seen.text), ',', see_row, &seen, &f->err));
    assert_string_equal(buf_text(&seen.out), expected);
    buf_done(&seen.out);
}

static void site_is(struct importing *f, const char *phone_number, const char *expected)
{
    char site[SITE_BYTES];
    char time_zone[ZONE_BYTES];
    int64_t id = importing_find(f, phone_number).site_id;
    assert_true(store_read_site(f->store, id, site, time_zone, &f->err));
    assert_string_equal(site, expected);
}

static void outcomes_are(struct importing *f, int64_t unchanged, int64_t updated, int64_t rejected)
{
    assert_int_equal(importing_outcome(f, IMPORT_UNCHANGED), unchanged);
    assert_int_equal(importing_outcome(f, IMPORT_UPDATED), updated);
    assert_int_equal(f->summary.rejected, rejected);
}

static const char three[] = "phone_number,site,notes\n4155550121,Harbor,back door\n"
                            "4155550122,Lake,ask for Ann\n415,Hill,old line\n";

static void a_row_that_is_not_in_the_file_stands_under_its_headings(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.csv", three);
    importing_good(f, "numbers.csv", "notes,phone_number,site\nfront door,4155550121,Harbor\n");
    outcomes_are(f, 0, 1, 0);
    report_is(f, REPORT_PROGRESS,
              "phone_number|site|notes\n4155550121|Harbor|front door\n"
              "4155550122|Lake|ask for Ann\n415|Hill|old line\n");
    report_is(f, REPORT_REJECTED, "phone_number|site|notes\n415|Hill|old line\n");
    importing_good(f, "numbers.csv",
                   "color,Notes,phone_number,site\nred,new,4155550123,Shore\n,\"a\",416,Pier\n");
    report_is(f, REPORT_PROGRESS,
              "phone_number|site|notes|color\n4155550121|Harbor|front door|\n"
              "4155550123|Shore|new|red\n4155550122|Lake|ask for Ann|\n416|Pier|a|\n"
              "415|Hill|old line|\n");
}

static void the_columns_in_another_order_change_nothing(void **state)
{
    struct importing *f = *state;
    static const char same[] = "notes,Phone Number,color,site\nback door,4155550121,,Harbor\n"
                               "ask for Ann,4155550122,,Lake\nold line,415,,Hill\n";
    importing_good(f, "numbers.csv", three);
    importing_good(f, "numbers.csv", same);
    outcomes_are(f, 2, 0, 1);
    importing_good(f, "numbers.csv", three);
    outcomes_are(f, 2, 0, 1);
    report_is(f, REPORT_REJECTED, "phone_number|site|notes|color\n415|Hill|old line|\n");
    assert_int_equal(importing_last_batch(f).rejected, 1);
    /* mended: the row that was refused is known again in any order */
    importing_good(f, "numbers.rejects.csv",
                   "site,notes,phone_number,reason\nHill,old line,4155550123,line 4: x\n");
    outcomes_are(f, 0, 0, 0);
    importing_good(f, "numbers.csv", same);
    outcomes_are(f, 3, 0, 0);
    importing_good(f, "numbers.csv", three);
    outcomes_are(f, 3, 0, 0);
    assert_int_equal(importing_last_batch(f).rejected, 0);
    report_is(f, REPORT_PROGRESS,
              "phone_number|site|notes|color\n4155550121|Harbor|back door|\n"
              "4155550122|Lake|ask for Ann|\n4155550123|Hill|old line|\n");
}

static void
a_column_that_is_not_in_the_file_keeps_its_cells_and_what_follows_from_them(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.csv", three);
    importing_good(f, "numbers.csv", "notes,phone_number\nback door,4155550121\n");
    outcomes_are(f, 1, 0, 0);
    site_is(f, "+14155550121", "Harbor");
    importing_good(f, "numbers.csv", "phone_number,color\n(415) 555-0121,red\n4155550125,blue\n");
    outcomes_are(f, 0, 1, 0);
    site_is(f, "+14155550121", "Harbor");
    site_is(f, "+14155550125", "");
    report_is(f, REPORT_PROGRESS,
              "phone_number|site|notes|color\n(415) 555-0121|Harbor|back door|red\n"
              "4155550122|Lake|ask for Ann|\n4155550125|||blue\n415|Hill|old line|\n");
    /* an empty cell is another matter */
    importing_good(f, "numbers.csv", "phone_number,site\n(415) 555-0121,\n");
    outcomes_are(f, 0, 1, 0);
    site_is(f, "+14155550121", "");
}

static void what_a_row_keeps_counts_when_it_is_checked(void **state)
{
    struct importing *f = *state;
    struct order_details details;
    importing_good(f, "numbers.csv",
                   "phone_number,verification_type,verification_document_sid,sum\n"
                   "4155550121,phone-bill,RI00000000000000000000000000000001,''=1\n");
    importing_good(f, "numbers.csv",
                   "priority,phone_number,verification_type\n7,4155550121,phone-bill\n");
    outcomes_are(f, 0, 1, 0);
    struct number number = importing_find(f, "+14155550121");
    assert_int_equal(number.priority, 7);
    assert_int_equal(number.verification_type, VERIFICATION_PHONE_BILL);
    assert_true(store_read_details(f->store, number.id, &details, &f->err));
    assert_string_equal(details.verification_document_sid, "RI00000000000000000000000000000001");
    importing_good(f, "numbers.csv", "phone_number\n4155550121\n");
    outcomes_are(f, 1, 0, 0);
    assert_int_equal(importing_find(f, "+14155550121").priority, 7);
    report_is(f, REPORT_PROGRESS,
              "phone_number|verification_type|verification_document_sid|sum|priority\n"
              "4155550121|phone-bill|RI00000000000000000000000000000001|''=1|7\n");
    /* a number that is new has nothing to keep */
    importing_good(
        f, "numbers.csv",
        "phone_number,verification_type\n4155550121,phone-bill\n4155550122,phone-bill\n");
    outcomes_are(f, 1, 0, 1);
    assert_non_null(strstr(f->said,
                           "line 3: column \"verification_document_sid\": phone-bill needs a "
                           "document"));
}

static void a_mended_row_keeps_what_it_had_when_it_was_refused(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.csv", three);
    importing_good(f, "numbers.rejects.csv",
                   "color,phone_number,reason\n,417,line 4: x\nred,4155550121,line 2: x\n");
    outcomes_are(f, 0, 1, 1);
    assert_int_equal(remove(f->summary.rejects_path), 0);
    report_is(f, REPORT_REJECTED, "phone_number|site|notes|color\n417|Hill|old line|\n");
    importing_good(f, "numbers.rejects.csv", "phone_number,reason\n4155550123,line 4: x\n");
    assert_int_equal(importing_outcome(f, IMPORT_NEW), 1);
    assert_int_equal(importing_last_batch(f).rejected, 0);
    site_is(f, "+14155550123", "Hill");
    report_is(f, REPORT_PROGRESS,
              "phone_number|site|notes|color\n4155550121|Harbor|back door|red\n"
              "4155550122|Lake|ask for Ann|\n4155550123|Hill|old line|\n");
}

static void a_refused_row_has_the_cells_of_its_file_alone(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.csv", three);
    importing_good(f, "numbers.csv",
                   "notes,phone_number\nback door,4155550121\ntwice,4155550121\nshort\n"
                   "long,4155550129,x\nlong and empty,4155550122,\n");
    outcomes_are(f, 1, 1, 2);
    assert_int_equal(importing_outcome(f, IMPORT_DUPLICATE), 1);
    report_is(f, REPORT_REJECTED,
              "phone_number|site|notes\n4155550121||twice\n||short\n4155550129,x||long\n");
    report_is(f, REPORT_PROGRESS,
              "phone_number|site|notes\n4155550121|Harbor|back door\n4155550121||twice\n"
              "||short\n4155550129,x||long\n4155550122|Lake|long and empty\n");
    const char *rejects = importing_read(f, "numbers.rejects.csv");
    assert_int_equal(strncmp(rejects, "notes,phone_number,reason\ntwice,4155550121,", 42), 0);
    assert_non_null(strstr(rejects, "\nlong,4155550129,x,\"line 5: "));
}

static void
a_row_with_too_many_cells_has_all_of_them_in_the_report_and_none_under_a_new_heading(void **state)
{
    struct importing *f = *state;
    static const char old[] = "phone_number,notes\n4155550121,a\n4155550122,Lake, Oswego\n";
    importing_good(f, "numbers.csv", old);
    report_is(f, REPORT_REJECTED, "phone_number|notes\n4155550122|Lake,Oswego\n");
    assert_non_null(
        strstr(importing_read(f, "numbers.rejects.csv"), "\n4155550122,Lake,Oswego,\""));
    importing_good(f, "numbers.csv", "phone_number,site\n4155550121,Harbor\n");
    report_is(f, REPORT_REJECTED, "phone_number|notes|site\n4155550122|Lake,Oswego|\n");
    /* and is known again once mended */
    importing_good(f, "numbers.rejects.csv",
                   "phone_number,notes,reason\n4155550122,\"Lake, Oswego\",line 3: x\n");
    assert_int_equal(importing_outcome(f, IMPORT_NEW), 1);
    importing_good(f, "numbers.csv", old);
    outcomes_are(f, 2, 0, 0);
}

static void what_was_sent_is_in_no_conflict_with_a_file_that_does_not_speak_of_it(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.csv", "phone_number,friendly_name,notes\n4155550121,Desk,a\n");
    struct number number = importing_find(f, "+14155550121");
    number.status = STATUS_RECEIVED;
    (void)TEXT_SET(number.order_sid, "HR00000000000000000000000000000001");
    assert_true(store_save_number(f->store, &number, &f->err));
    importing_good(f, "numbers.csv", "notes,phone_number\nb,4155550121\n");
    outcomes_are(f, 0, 1, 0);
    importing_good(f, "numbers.csv", "notes,friendly_name,phone_number\nc,Door,4155550121\n");
    assert_int_equal(importing_outcome(f, IMPORT_CONFLICT), 1);
    report_is(f, REPORT_PROGRESS, "phone_number|friendly_name|notes\n4155550121|Desk|b\n");
}

static void a_number_from_another_batch_comes_with_the_cells_of_its_file(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.csv", three);
    importing_good(f, "other.csv", "color,phone_number,site\nred,4155550131,Far\n");
    struct number number = importing_find(f, "+14155550131");
    number.status = STATUS_FAILED;
    assert_true(store_save_number(f->store, &number, &f->err));
    importing_good(f, "numbers.csv", "notes,phone_number\nmoved,4155550131\n");
    assert_int_equal(importing_outcome(f, IMPORT_REQUEUED), 1);
    site_is(f, "+14155550131", "");
    report_is(f, REPORT_PROGRESS,
              "phone_number|site|notes\n4155550121|Harbor|back door\n4155550131||moved\n"
              "4155550122|Lake|ask for Ann\n415|Hill|old line\n");
}

static void a_report_that_comes_back_changes_nothing(void **state)
{
    struct importing *f = *state;
    char content[8192] = "";
    importing_good(f, "numbers.csv", three);
    importing_good(f, "numbers.csv", "color,notes,phone_number\nred,front door,4155550121\n");
    write_report(f, REPORT_PROGRESS, content, sizeof content);
    importing_good(f, "failed.csv", content);
    assert_string_equal(f->summary.batch, "numbers");
    outcomes_are(f, 2, 0, 1);
    report_is(f, REPORT_PROGRESS,
              "phone_number|site|notes|color\n4155550121|Harbor|front door|red\n"
              "4155550122|Lake|ask for Ann|\n415|Hill|old line|\n");
    assert_non_null(strstr(importing_read(f, "failed.rejects.csv"),
                           "phone_number,site,notes,color,reason\n415,Hill,old line,,\"line 4: "));
}

static void a_dry_run_leaves_the_columns_alone(void **state)
{
    struct importing *f = *state;
    static const char other[] = "notes,phone_number,color\nfront door,4155550121,red\n";
    importing_good(f, "numbers.csv", three);
    f->options.dry_run = true;
    importing_good(f, "numbers.csv", other);
    outcomes_are(f, 0, 1, 0);
    report_is(f, REPORT_PROGRESS,
              "phone_number|site|notes\n4155550121|Harbor|back door\n"
              "4155550122|Lake|ask for Ann\n415|Hill|old line\n");
    struct store *store = f->store;
    f->store = NULL;
    bool good = importing_run(f);
    f->store = store;
    assert_true(good);
    assert_int_equal(importing_outcome(f, IMPORT_NEW), 1);
}

/* `count` columns or cells behind `first`, each the prefix, a number and `bytes` bytes. */
static void add_many(struct buf *to, const char *first, const char *prefix, int count, int bytes)
{
    buf_add_text(to, first);
    for (int i = 1; i <= count; i++)
        buf_addf(to, ",%s%d%*s", prefix, i, bytes, bytes > 0 ? "." : "");
    buf_add_char(to, '\n');
}

static void a_file_whose_columns_are_too_many_for_the_batch_is_refused(void **state)
{
    struct importing *f = *state;
    struct buf content;
    buf_init(&content, CSV_ROW_BYTES_MAX);
    add_many(&content, "phone_number", "a", 1000, 0);
    add_many(&content, "4155550121", "", 1000, 0);
    importing_good(f, "numbers.csv", buf_text(&content));
    buf_clear(&content);
    add_many(&content, "phone_number", "b", 24, 0);
    add_many(&content, "4155550122", "", 24, 0);
    importing_bad(f, "numbers.csv", buf_text(&content));
    assert_int_equal(f->err.kind, ERROR_INPUT);
    assert_non_null(strstr(f->err.text, "numbers.csv: line 1: with the columns that the batch has "
                                        "already there are more than 1024; "));
    assert_int_equal(importing_count(f), 1);
    buf_done(&content);
}

static void a_row_that_becomes_too_long_with_what_it_keeps_refuses_the_file(void **state)
{
    struct importing *f = *state;
    struct buf content;
    buf_init(&content, 2 * CSV_ROW_BYTES_MAX);
    add_many(&content, "phone_number", "a", 10, 0);
    add_many(&content, "4155550121", "", 10, 60000);
    importing_good(f, "numbers.csv", buf_text(&content));
    buf_clear(&content);
    add_many(&content, "phone_number", "b", 10, 0);
    add_many(&content, "4155550122", "", 10, 60000);
    add_many(&content, "4155550121", "", 10, 60000);
    importing_bad(f, "numbers.csv", buf_text(&content));
    assert_non_null(strstr(f->err.text, "numbers.csv: line 3: the row is too long; remove"));
    assert_int_equal(importing_count(f), 1);
    buf_done(&content);
}

/* As no import writes it. */
static void store_raw(struct importing *f, const char *header, const char *record)
{
    struct import_row row = {.line = 2,
                             .phone_number = "+14155550121",
                             .record = record,
                             .record_bytes = strlen(record)};
    struct import_result result;
    bool good = store_begin(f->store, &f->err) &&
                store_import_begin(f->store, "numbers", "numbers.csv", header, 1000000, &f->err) &&
                store_import_row(f->store, &row, &result, &f->err) &&
                store_import_end(f->store, &f->err) && store_commit(f->store, &f->err);
    if (!good)
        fail_msg("%s", f->err.text);
}

static void what_is_stored_and_cannot_be_read_is_said_and_stays(void **state)
{
    struct importing *f = *state;
    store_raw(f, "phone_number,site", "4155550121,\"x");
    importing_bad(f, "numbers.csv", "phone_number\n4155550121\n");
    assert_non_null(strstr(f->err.text, "what is stored of the row: "));
    store_raw(f, "phone_number,\"site", "4155550121,x");
    importing_bad(f, "numbers.csv", "phone_number\n4155550121\n");
    assert_non_null(strstr(f->err.text, "the header of the batch: "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IMPORTING_TEST(a_row_that_is_not_in_the_file_stands_under_its_headings),
        IMPORTING_TEST(the_columns_in_another_order_change_nothing),
        IMPORTING_TEST(a_column_that_is_not_in_the_file_keeps_its_cells_and_what_follows_from_them),
        IMPORTING_TEST(what_a_row_keeps_counts_when_it_is_checked),
        IMPORTING_TEST(a_mended_row_keeps_what_it_had_when_it_was_refused),
        IMPORTING_TEST(a_refused_row_has_the_cells_of_its_file_alone),
        IMPORTING_TEST(
            a_row_with_too_many_cells_has_all_of_them_in_the_report_and_none_under_a_new_heading),
        IMPORTING_TEST(what_was_sent_is_in_no_conflict_with_a_file_that_does_not_speak_of_it),
        IMPORTING_TEST(a_number_from_another_batch_comes_with_the_cells_of_its_file),
        IMPORTING_TEST(a_report_that_comes_back_changes_nothing),
        IMPORTING_TEST(a_dry_run_leaves_the_columns_alone),
        IMPORTING_TEST(a_file_whose_columns_are_too_many_for_the_batch_is_refused),
        IMPORTING_TEST(a_row_that_becomes_too_long_with_what_it_keeps_refuses_the_file),
        IMPORTING_TEST(what_is_stored_and_cannot_be_read_is_said_and_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
