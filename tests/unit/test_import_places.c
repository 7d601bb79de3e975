/* Rows that come back find their batch and their line, in a dry run as well as in earnest. */
#include "base/text.h"
#include "helpers/importing.h"

#include <string.h>

static const char rows[] = "phone_number,site\n4155550121,A\n415555012,B\n4155550123,C\n";

static void a_row_added_goes_behind_a_line_that_was_mended_too(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.csv", rows);
    importing_good(f, "numbers.rejects.csv", "phone_number,site,reason\n4155550122,B,line 3: x\n");
    importing_good(f, "numbers.rejects.csv",
                   "phone_number,site,reason\n4155550122,B,line 3: x\n4155550124,D,\n");
    assert_int_equal(importing_outcome(f, IMPORT_UNCHANGED), 1);
    assert_int_equal(importing_find(f, "+14155550122").line, 3);
    assert_int_equal(importing_find(f, "+14155550124").line, 5); /* 3 was stored last, 4 is last */
}

static void a_mended_row_cannot_take_the_number_of_another_batch(void **state)
{
    struct importing *f = *state;
    importing_good(f, "other.csv", "phone_number,site\n4155550131,A\n4155550132,B\n");
    importing_good(f, "numbers.csv", rows);
    importing_good(f, "numbers.rejects.csv",
                   "phone_number,site,reason\n4155550132,B,line 3: x\n4155550123,C,line 4: y\n");
    assert_string_equal(f->summary.batch, "numbers");
    assert_int_equal(importing_outcome(f, IMPORT_ELSEWHERE), 1);
    assert_non_null(strstr(f->said, "another batch already (batch \"other\", line 3)"));
    assert_int_equal(importing_find(f, "+14155550132").batch_id, 1);
    assert_int_equal(importing_last_batch(f).rejected, 1);
    assert_non_null(
        strstr(importing_read(f, "numbers.rejects.rejects.csv"), "4155550132,B,\"line 3: "));
    assert_int_equal(remove(f->summary.rejects_path), 0);
}

static void a_rejects_file_of_another_name_goes_home_by_its_numbers(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.csv", rows);
    importing_good(f, "other.csv", "phone_number,site\n4155550131,A\n");
    importing_good(f, "failed.csv", "site,phone_number,reason\nshort\nC,4155550123,line 4: y\n");
    assert_string_equal(f->summary.batch, "numbers");
    assert_int_equal(importing_outcome(f, IMPORT_UNCHANGED), 1);
    assert_int_equal(f->summary.rejected, 1);
    assert_non_null(strstr(f->said, "line 2: the row has fewer cells than the header"));
    assert_int_equal(importing_count(f), 3);
}

static void a_rejects_file_whose_batch_exists_is_not_led_to_another(void **state)
{
    struct importing *f = *state;
    importing_good(f, "other.csv", "phone_number,site\n4155550131,A\n");
    importing_good(f, "numbers.csv", rows);
    importing_good(f, "failed.csv", "phone_number,site\n4155550141,A\n");
    importing_good(f, "numbers.rejects.csv",
                   "phone_number,site,reason\n4155550131,B,line 3: x\n4155550122,B,line 3: y\n");
    assert_string_equal(f->summary.batch, "numbers");
    assert_int_equal(importing_outcome(f, IMPORT_ELSEWHERE), 1);
    assert_int_equal(importing_find(f, "+14155550122").batch_id, 2);
    assert_int_equal(remove(f->summary.rejects_path), 0);
}

static void a_report_about_several_batches_goes_where_it_is_told(void **state)
{
    struct importing *f = *state;
    importing_good(f, "other.csv", "phone_number,site\n4155550131,A\n");
    importing_good(f, "numbers.csv", rows);
    f->options.batch = "numbers";
    importing_good(f, "failed.csv",
                   "phone_number,site,numhost_line,numhost_status\n4155550131,A,2,queued\n"
                   "4155550123,Z,4,queued\n");
    assert_int_equal(importing_outcome(f, IMPORT_ELSEWHERE), 1);
    assert_int_equal(importing_outcome(f, IMPORT_UPDATED), 1);
    assert_int_equal(importing_find(f, "+14155550131").batch_id, 1);
    assert_int_equal(importing_find(f, "+14155550123").line, 4);
}

static void rows_of_a_batch_that_is_not_there_have_lines_of_their_own(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.rejects.csv",
                   "phone_number,site,reason\n4155550121,A,line 3: x\n4155550122,B,\n"
                   "4155550123,C,\n4155550124,D,\n");
    assert_int_equal(importing_find(f, "+14155550121").line, 3);
    assert_int_equal(importing_find(f, "+14155550122").line, 4);
    assert_int_equal(importing_find(f, "+14155550123").line, 5);
    assert_int_equal(importing_find(f, "+14155550124").line, 6);
}

static void rows_added_to_a_rejects_file_are_known_when_it_comes_again(void **state)
{
    static const char mended[] = "phone_number,site,reason\n4155550122,B,line 3: x\n"
                                 "4155550124,D,\n4155550124,E,\n4155550125,F,\n";
    struct importing *f = *state;
    importing_good(f, "numbers.csv", rows);
    importing_good(f, "numbers.rejects.csv", mended);
    assert_int_equal(importing_outcome(f, IMPORT_NEW), 3);
    assert_int_equal(importing_outcome(f, IMPORT_DUPLICATE), 1);
    int64_t line = importing_find(f, "+14155550124").line;
    importing_good(f, "numbers.rejects.csv", mended);
    assert_int_equal(importing_outcome(f, IMPORT_UNCHANGED), 3);
    assert_int_equal(importing_outcome(f, IMPORT_DUPLICATE), 1);
    assert_int_equal(importing_find(f, "+14155550124").line, line);
    assert_int_equal(importing_last_batch(f).rows, 5);
    assert_int_equal(remove(f->summary.rejects_path), 0);
}

/* Nothing is known of any batch: what the rows say of themselves is all there is to check. */
static void files_of_ours_can_be_tried_without_a_database(void **state)
{
    struct importing *f = *state;
    struct store *kept = f->store;
    f->store = NULL;
    f->options.dry_run = true;
    importing_good(f, "numbers.rejects.csv",
                   "phone_number,site,reason\n4155550122,B,line 3: x\n4155550124,D,\n");
    assert_int_equal(importing_outcome(f, IMPORT_NEW), 2);
    importing_good(f, "failed.csv",
                   "phone_number,site,numhost_line,numhost_status\n4155550122,B,3,failed\n");
    assert_int_equal(importing_outcome(f, IMPORT_NEW), 1);
    importing_bad(f, "numbers.csv", "phone_number,site\n415,B\n");
    assert_non_null(strstr(f->err.text, "the only row cannot be imported"));
    f->store = kept;
    assert_int_equal(importing_count(f), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IMPORTING_TEST(a_row_added_goes_behind_a_line_that_was_mended_too),
        IMPORTING_TEST(a_mended_row_cannot_take_the_number_of_another_batch),
        IMPORTING_TEST(a_rejects_file_of_another_name_goes_home_by_its_numbers),
        IMPORTING_TEST(a_rejects_file_whose_batch_exists_is_not_led_to_another),
        IMPORTING_TEST(a_report_about_several_batches_goes_where_it_is_told),
        IMPORTING_TEST(rows_of_a_batch_that_is_not_there_have_lines_of_their_own),
        IMPORTING_TEST(rows_added_to_a_rejects_file_are_known_when_it_comes_again),
        IMPORTING_TEST(files_of_ours_can_be_tried_without_a_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
