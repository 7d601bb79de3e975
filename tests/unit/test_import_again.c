/* Files of ours that come back, and files that come again: every row is accounted for once. */
#include "base/text.h"
#include "engine/report.h"
#include "helpers/importing.h"

#include <string.h>

/* Rows and rejects of the only batch. */
static void batch_is(struct importing *f, int64_t rows, int64_t rejected)
{
    struct batch batch = importing_last_batch(f);
    assert_int_equal(batch.id, 1);
    assert_string_equal(batch.name, "numbers");
    assert_int_equal(batch.rows, rows);
    assert_int_equal(batch.rejected, rejected);
}

static void set_failed(struct importing *f, const char *phone_number)
{
    struct number number = importing_find(f, phone_number);
    number.status = STATUS_FAILED;
    number.step = STEP_NOTHING;
    number.order_count = 1;
    assert_true(store_save_number(f->store, &number, &f->err));
}

/* The report as a file of that name; `from` in it, if given, becomes `to`. */
static void report(struct importing *f, enum report_kind kind, const char *name, const char *from,
                   const char *to)
{
    char content[65536] = "";
    char mended[65536];
    FILE *out = fmemopen(content, sizeof content - 1, "w");
    const struct report_request request = {.kind = kind, .batch = "", .now_ms = 2000000};
    assert_true(report_write(f->store, &request, out, NULL, &f->err));
    fclose(out);
    const char *at = from != NULL ? strstr(content, from) : content;
    assert_non_null(at);
    size_t skip = from != NULL ? strlen(from) : 0;
    snprintf(mended, sizeof mended, "%.*s%s%s", (int)(at - content), content, to, at + skip);
    importing_write(f, name, mended);
}

static const char three[] = "phone_number,friendly_name\n4155550121,A\n4155550122,B\n"
                            "4155550123,C\n";

static void the_old_file_again_does_not_reject_what_was_mended(void **state)
{
    struct importing *f = *state;
    static const char old[] = "phone_number,site\n4155550121,A\n415555012,B\n4155550123,C\n";
    importing_good(f, "numbers.csv", old);
    batch_is(f, 2, 1);
    importing_good(f, "numbers.rejects.csv",
                   "phone_number,site,reason\n4155550122,B,line 3: too few\n");
    batch_is(f, 3, 0);
    importing_good(f, "numbers.csv", old);
    assert_int_equal(importing_outcome(f, IMPORT_UNCHANGED), 3);
    assert_int_equal(f->summary.rejected, 0);
    batch_is(f, 3, 0);
    /* lines have moved, and the same bad row stands there once more: that one is not mended */
    importing_good(f, "numbers.csv",
                   "phone_number,site\n4155550120,Z\n4155550121,A\n415555012,B\n4155550123,C\n"
                   "415555012,B\n");
    assert_int_equal(importing_outcome(f, IMPORT_UNCHANGED), 3);
    assert_int_equal(f->summary.rejected, 1);
    batch_is(f, 4, 1);
}

static void a_mended_duplicate_is_known_again_too(void **state)
{
    struct importing *f = *state;
    static const char old[] = "phone_number,site\n4155550121,A\n4155550121,B\n";
    importing_good(f, "numbers.csv", old);
    batch_is(f, 1, 1);
    importing_good(f, "numbers.rejects.csv",
                   "phone_number,site,reason\n4155550122,B,line 3: twice\n");
    batch_is(f, 2, 0);
    importing_good(f, "numbers.csv", old);
    assert_int_equal(importing_outcome(f, IMPORT_UNCHANGED), 2);
    batch_is(f, 2, 0);
}

static void the_failed_report_mended_queues_what_was_mended_and_nothing_else(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.csv", three);
    set_failed(f, "+14155550122");
    set_failed(f, "+14155550123");
    report(f, REPORT_FAILED, "failed.csv", ",B,", ",Front desk,");
    if (!importing_run(f))
        fail_msg("%s\n%s", f->err.text, f->said);
    assert_string_equal(f->summary.batch, "numbers");
    assert_int_equal(importing_outcome(f, IMPORT_REQUEUED), 1);
    assert_int_equal(importing_outcome(f, IMPORT_UNCHANGED), 1);
    batch_is(f, 3, 0);
    assert_int_equal(importing_find(f, "+14155550122").status, STATUS_QUEUED);
    assert_int_equal(importing_find(f, "+14155550122").line, 3);
    assert_int_equal(importing_find(f, "+14155550123").status, STATUS_FAILED);
    assert_int_equal(importing_find(f, "+14155550123").line, 4);
    assert_int_equal(importing_find(f, "+14155550121").line, 2);
}

static void a_failed_row_mended_badly_is_still_its_number(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.csv", three);
    set_failed(f, "+14155550122");
    set_failed(f, "+14155550123");
    report(f, REPORT_FAILED, "failed.csv", "4155550122", "555");
    assert_true(importing_run(f));
    assert_int_equal(f->summary.rejected, 1);
    batch_is(f, 3, 0);
    assert_non_null(strstr(importing_read(f, "failed.rejects.csv"), "line 3: "));
    importing_write(f, "failed.rejects.csv",
                    "phone_number,friendly_name,reason\n4155550122,Mended,line 3: too short\n");
    assert_true(importing_run(f));
    assert_string_equal(f->summary.batch, "numbers");
    assert_int_equal(importing_outcome(f, IMPORT_REQUEUED), 1);
    batch_is(f, 3, 0);
}

static void another_number_in_a_failed_row_takes_no_line_away(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.csv", three);
    set_failed(f, "+14155550122");
    set_failed(f, "+14155550123"); /* tells whose report it is */
    report(f, REPORT_FAILED, "failed.csv", "4155550122", "4155550199");
    assert_true(importing_run(f));
    assert_int_equal(importing_outcome(f, IMPORT_NEW), 1);
    batch_is(f, 4, 0);
    assert_int_equal(importing_find(f, "+14155550122").line, 3);
    assert_int_equal(importing_find(f, "+14155550199").line, 5);
}

static void the_progress_report_again_changes_nothing(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.csv",
                   "phone_number,site\n4155550121,=A\n415555012,B\n4155550123,C\n");
    report(f, REPORT_PROGRESS, "failed.csv", NULL, "");
    assert_true(importing_run(f));
    assert_int_equal(importing_outcome(f, IMPORT_UNCHANGED), 2);
    assert_int_equal(f->summary.rejected, 1);
    batch_is(f, 2, 1);
    report(f, REPORT_PROGRESS, "failed.csv", "415555012,", "4155550122,");
    assert_true(importing_run(f));
    assert_int_equal(importing_outcome(f, IMPORT_NEW), 1);
    batch_is(f, 3, 0);
    assert_int_equal(importing_find(f, "+14155550122").line, 3);
}

static void a_report_about_several_batches_is_refused_as_a_whole(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.csv", three);
    importing_good(f, "other.csv", "phone_number,friendly_name\n4155550131,A\n");
    set_failed(f, "+14155550122");
    set_failed(f, "+14155550131");
    report(f, REPORT_FAILED, "failed.csv", ",B,", ",Front desk,");
    assert_false(importing_run(f));
    assert_int_equal(f->err.kind, ERROR_INPUT);
    assert_non_null(strstr(f->err.text, "several batches"));
    assert_int_equal(importing_find(f, "+14155550122").status, STATUS_FAILED);
    assert_int_equal(importing_find(f, "+14155550131").batch_id, 2);
    assert_int_equal(importing_last_batch(f).id, 2);
}

static void a_report_from_elsewhere_makes_no_batch(void **state)
{
    struct importing *f = *state;
    importing_write(f, "failed.csv",
                    "phone_number,numhost_line,numhost_status\n4155550121,2,failed\n");
    assert_false(importing_run(f));
    assert_int_equal(f->err.kind, ERROR_INPUT);
    assert_non_null(strstr(f->err.text, "give --batch NAME"));
    assert_int_equal(importing_last_batch(f).id, 0);
}

static void set_sent(struct importing *f, const char *phone_number)
{
    struct number number = importing_find(f, phone_number);
    number.status = STATUS_RECEIVED;
    (void)TEXT_SET(number.order_sid, "HR00000000000000000000000000000001");
    assert_true(store_save_number(f->store, &number, &f->err));
}

static void what_was_sent_already_stays_and_the_warning_names_what_differs(void **state)
{
    struct importing *f = *state;
    struct order_details details;
    importing_good(f, "numbers.csv", "Phone Number,Friendly Name\n4155550121,Front desk\n");
    set_sent(f, "+14155550121");
    importing_good(f, "numbers.csv", "Phone Number,Friendly Name\n4155550121,Back door\n");
    assert_int_equal(importing_outcome(f, IMPORT_CONFLICT), 1);
    assert_int_equal(f->summary.warnings, 1);
    assert_non_null(strstr(f->said,
                           "line 2: warning: column \"Friendly Name\": value \"Back door\": "
                           "the row differs from what has been sent already; nothing was "
                           "changed (received); cancel the number"));
    int64_t id = importing_find(f, "+14155550121").id;
    assert_true(store_read_details(f->store, id, &details, &f->err));
    assert_string_equal(details.friendly_name, "Front desk");
    importing_good(f, "numbers.csv", "Phone Number,Friendly Name\n4155550121,Front desk\n");
    assert_int_equal(importing_outcome(f, IMPORT_UNCHANGED), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IMPORTING_TEST(the_old_file_again_does_not_reject_what_was_mended),
        IMPORTING_TEST(a_mended_duplicate_is_known_again_too),
        IMPORTING_TEST(the_failed_report_mended_queues_what_was_mended_and_nothing_else),
        IMPORTING_TEST(a_failed_row_mended_badly_is_still_its_number),
        IMPORTING_TEST(another_number_in_a_failed_row_takes_no_line_away),
        IMPORTING_TEST(the_progress_report_again_changes_nothing),
        IMPORTING_TEST(a_report_about_several_batches_is_refused_as_a_whole),
        IMPORTING_TEST(a_report_from_elsewhere_makes_no_batch),
        IMPORTING_TEST(what_was_sent_already_stays_and_the_warning_names_what_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
