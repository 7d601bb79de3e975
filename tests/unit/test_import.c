/* Import: every row is accounted for, the same file again changes nothing, rejects can be mended
 * and come back. */
#include "base/text.h"
#include "helpers/importing.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEX "0123456789abcdef0123456789abcdef"

static void a_file_is_imported_with_every_field(void **state)
{
    struct importing *f = *state;
    struct order_details details;
    struct signer signer;
    bool found = false;
    char site[SITE_BYTES];
    char zone[ZONE_BYTES];
    importing_good(
        f, "numbers.csv",
        "Phone Number,Friendly Name,Email,Address Sid,Site,Time Zone,Priority,Contact Title,"
        "Contact Phone Number,Extension\n"
        "(415) 555-0123,Front desk,a@example.com,AD" HEX
        ",Main St,America/Denver,4,Owner,212 555 0199,ww1\n");
    assert_int_equal(f->summary.outcomes[IMPORT_NEW], 1);
    assert_string_equal(f->summary.batch, "numbers");
    assert_string_equal(f->summary.rejects_path, "");
    struct number number = importing_find(f, "+14155550123");
    assert_int_equal(number.line, 2);
    assert_int_equal(number.status, STATUS_QUEUED);
    assert_int_equal(number.priority, 4);
    assert_true(store_read_details(f->store, number.id, &details, &f->err));
    assert_string_equal(details.friendly_name, "Front desk");
    assert_string_equal(details.extension, "ww1");
    assert_true(store_read_signer(f->store, number.signer_id, &signer, &found, &f->err));
    assert_true(found);
    assert_string_equal(signer.contact_phone_number, "+12125550199");
    assert_string_equal(signer.email, "a@example.com");
    assert_true(store_read_site(f->store, number.site_id, site, zone, &f->err));
    assert_string_equal(site, "Main St");
    assert_string_equal(zone, "America/Denver");
}

static void the_same_file_again_changes_nothing(void **state)
{
    static const char content[] =
        "phone_number,site,note\n4155550123,A,=x\n4155550124,B,\"q\"\"\"\n"
        "415,C,short\n";
    struct importing *f = *state;
    importing_good(f, "numbers.csv", content);
    importing_good(f, "numbers.csv", content);
    assert_int_equal(f->summary.outcomes[IMPORT_UNCHANGED], 2);
    assert_int_equal(f->summary.rejected, 1);
    assert_int_equal(importing_count(f), 2);
    assert_int_equal(importing_last_batch(f).rejected, 1);
}

static void a_changed_row_updates_what_was_not_sent(void **state)
{
    struct importing *f = *state;
    struct order_details details;
    importing_good(f, "numbers.csv", "phone_number,friendly_name\n4155550123,A\n");
    importing_good(f, "numbers.csv", "phone_number,friendly_name\n4155550123,B\n");
    assert_int_equal(f->summary.outcomes[IMPORT_UPDATED], 1);
    assert_true(
        store_read_details(f->store, importing_find(f, "+14155550123").id, &details, &f->err));
    assert_string_equal(details.friendly_name, "B");
}

static void a_mended_reject_merges_and_keeps_its_line(void **state)
{
    struct importing *f = *state;
    struct stat info;
    importing_good(f, "numbers.csv",
                   "phone_number,site\n4155550123,A\n415555012,=B\n1.41556E+10,C\n");
    assert_int_equal(f->summary.rejected, 2);
    assert_int_equal(stat(f->summary.rejects_path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    const char *rejects = importing_read(f, "numbers.rejects.csv");
    assert_non_null(strstr(rejects, "phone_number,site,reason\n415555012,'=B,\"line 3: "));
    importing_good(
        f, "numbers.rejects.csv",
        "phone_number,site,reason\n4155550124,'=B,\"line 3: phone_number: too few digits\"\n"
        "1.41556E+10,C,line 4: still bad\n");
    assert_string_equal(f->summary.batch, "numbers");
    assert_int_equal(f->summary.outcomes[IMPORT_NEW], 1);
    assert_int_equal(importing_find(f, "+14155550124").line, 3);
    assert_int_equal(importing_last_batch(f).rows, 2);
    assert_int_equal(importing_last_batch(f).rejected, 1);
    rejects = importing_read(f, "numbers.rejects.rejects.csv");
    assert_non_null(strstr(rejects, "\"line 4: "));
    assert_int_equal(unlink(f->summary.rejects_path), 0);
}

static void a_rejects_file_is_never_written_over_the_input(void **state)
{
    struct importing *f = *state;
    importing_write(f, "numbers.csv", "phone_number\n4155550123\n1\n");
    f->options.rejects_path = f->path;
    assert_false(importing_run(f));
    assert_int_equal(f->err.kind, ERROR_USAGE);
    assert_int_equal(importing_count(f), 0);
}

static void duplicates_are_rejected_with_the_other_place(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.csv", "phone_number\n4155550123\n(415) 555-0123\n4155550124\n");
    assert_int_equal(f->summary.outcomes[IMPORT_DUPLICATE], 1);
    assert_int_equal(f->summary.rejected, 0);
    assert_non_null(strstr(f->said, "line 3: column \"phone_number\": value \"(415)***0123\": the "
                                    "same number stands earlier in this file (line 2)"));
    assert_non_null(strstr(importing_read(f, "numbers.rejects.csv"), "line 3: "));
    importing_good(f, "other.csv", "phone_number\n4155550125\n415-555-0124\n");
    assert_int_equal(f->summary.outcomes[IMPORT_ELSEWHERE], 1);
    assert_non_null(strstr(f->said, "another batch already (batch \"numbers\", line 4)"));
    assert_int_equal(importing_count(f), 3);
}

static void a_reject_that_is_still_a_duplicate_takes_no_row_away(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.csv", "phone_number,site\n4155550123,A\n415-555-0123,B\n");
    importing_write(f, "numbers.rejects.csv",
                    "phone_number,site,reason\n415-555-0123,B,line 3: x\n4155550124,C,line 9: y\n");
    snprintf(f->path, sizeof f->path, "%s/other.csv", f->folder);
    f->options.rejects_path = strdup(f->path);
    snprintf(f->path, sizeof f->path, "%s/numbers.rejects.csv", f->folder);
    assert_true(importing_run(f));
    free((char *)f->options.rejects_path);
    assert_int_equal(f->summary.outcomes[IMPORT_DUPLICATE], 1);
    assert_non_null(strstr(f->said, "another row of this batch has the number already (line 2)"));
    assert_int_equal(importing_find(f, "+14155550123").line, 2);
    assert_int_equal(importing_last_batch(f).rejected, 1);
    assert_non_null(strstr(importing_read(f, "other.csv"), "B,\"line 3: "));
}

static void a_row_added_to_a_rejects_file_takes_no_line_away(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.csv", "phone_number,site\n4155550123,A\n1,B\n2,C\n");
    importing_good(
        f, "numbers.rejects.csv",
        "phone_number,site,reason\n4155550124,B,line 3: x\n4155550125,D,\n4155550126,E,\n");
    assert_int_equal(importing_find(f, "+14155550124").line, 3);
    assert_int_equal(importing_find(f, "+14155550125").line, 5);
    assert_int_equal(importing_find(f, "+14155550126").line, 6);
    assert_int_equal(importing_last_batch(f).rows, 4);
    assert_int_equal(importing_last_batch(f).rejected, 1);
}

static void a_dry_run_writes_nothing_anywhere(void **state)
{
    struct importing *f = *state;
    f->options.dry_run = true;
    importing_good(f, "numbers.csv", "phone_number\n4155550123\n1\n4155550123\n");
    assert_int_equal(f->summary.outcomes[IMPORT_NEW], 1);
    assert_int_equal(f->summary.outcomes[IMPORT_DUPLICATE], 1);
    assert_int_equal(f->summary.rejected, 1);
    assert_int_equal(importing_count(f), 0);
    assert_null(importing_read(f, "numbers.rejects.csv"));
    assert_int_equal(importing_last_batch(f).id, 0);
}

static void a_dry_run_needs_no_database(void **state)
{
    struct importing *f = *state;
    struct store *kept = f->store;
    f->store = NULL;
    f->options.dry_run = true;
    importing_good(f, "numbers.csv", "phone_number\n4155550123\n1\n");
    f->store = kept;
    assert_int_equal(f->summary.outcomes[IMPORT_NEW], 1);
    assert_int_equal(f->summary.rejected, 1);
}

static void strict_refuses_the_file_for_one_bad_row(void **state)
{
    struct importing *f = *state;
    f->options.strict = true;
    importing_write(f, "numbers.csv", "phone_number\n4155550123\n1\n");
    assert_false(importing_run(f));
    assert_int_equal(f->err.kind, ERROR_INPUT);
    assert_int_equal(importing_count(f), 0);
    assert_int_equal(importing_last_batch(f).id, 0);
    assert_non_null(importing_read(f, "numbers.rejects.csv"));
    assert_non_null(strstr(f->err.text, "1 of 2 rows cannot be imported, and --strict wants all of "
                                        "them; mend them, or leave --strict out"));
}

static void a_file_that_breaks_off_in_the_middle_imports_nothing(void **state)
{
    struct importing *f = *state;
    importing_write(f, "numbers.csv", "phone_number,site\n4155550123,A\n1,B\n4155550124,\"C\n");
    assert_false(importing_run(f));
    assert_int_equal(f->err.kind, ERROR_INPUT);
    assert_non_null(strstr(f->err.text, "numbers.csv: line 4: column 2: the quote"));
    assert_int_equal(importing_count(f), 0);
    assert_null(importing_read(f, "numbers.rejects.csv"));
}

static void a_missing_file_is_named(void **state)
{
    struct importing *f = *state;
    snprintf(f->path, sizeof f->path, "%s/none.csv", f->folder);
    assert_false(importing_run(f));
    assert_int_equal(f->err.kind, ERROR_INPUT);
    assert_non_null(strstr(f->err.text, "none.csv: the file cannot be opened: No such file"));
}

static void defaults_complete_a_signer_and_make_none_up(void **state)
{
    struct importing *f = *state;
    struct signer signer;
    bool found = false;
    (void)TEXT_SET(f->options.default_signer.contact_title, "Manager");
    (void)TEXT_SET(f->options.default_signer.contact_phone_number, "+12125550100");
    importing_good(f, "numbers.csv",
                   "phone_number,email,address_sid,contact_title\n"
                   "4155550123,a@example.com,AD" HEX ",\n"
                   "4155550124,a@example.com,AD" HEX ",Owner\n"
                   "4155550125,,,\n");
    assert_true(store_read_signer(f->store, importing_find(f, "+14155550123").signer_id, &signer,
                                  &found, &f->err));
    assert_string_equal(signer.contact_title, "Manager");
    assert_string_equal(signer.contact_phone_number, "+12125550100");
    assert_true(store_read_signer(f->store, importing_find(f, "+14155550124").signer_id, &signer,
                                  &found, &f->err));
    assert_string_equal(signer.contact_title, "Owner");
    assert_int_equal(importing_find(f, "+14155550125").signer_id, 0);
}

static void mappings_and_default_type_apply(void **state)
{
    struct importing *f = *state;
    f->options.mappings[0] = (struct import_mapping){.heading = "Line", .column = "phone_number"};
    f->options.mapping_count = 1;
    f->options.default_type = VERIFICATION_PHONE_BILL;
    importing_good(f, "numbers.csv",
                   "Line,verification_document_sid,verification_type\n4155550123,RI" HEX
                   ",\n4155550124,,phone-call\n4155550125,,\n");
    assert_int_equal(importing_find(f, "+14155550123").verification_type, VERIFICATION_PHONE_BILL);
    assert_int_equal(importing_find(f, "+14155550124").verification_type, VERIFICATION_PHONE_CALL);
    assert_int_equal(f->summary.rejected, 1);
}

static void no_message_shows_a_whole_number_or_address(void **state)
{
    struct importing *f = *state;
    importing_good(f, "numbers.csv",
                   "phone_number,email\n4155550123,a@example.com\n4155550123,a@example.com\n"
                   "4155550124 x77,b@example.com\n4155550125,someone@example\n"
                   "(296) 555-0126,\n");
    assert_null(strstr(f->said, "5550123"));
    assert_null(strstr(f->said, "5550124"));
    assert_null(strstr(f->said, "555-0126"));
    assert_null(strstr(f->said, "someone@"));
    assert_int_equal(f->summary.warnings, 1);
}

static void a_batch_name_comes_from_the_file_or_the_option(void **state)
{
    struct importing *f = *state;
    f->options.batch = "May wave";
    importing_good(f, "numbers.csv", "phone_number\n4155550123\n");
    assert_string_equal(f->summary.batch, "May wave");
    assert_string_equal(importing_last_batch(f).name, "May wave");
    assert_string_equal(importing_last_batch(f).file, "numbers.csv");
    f->options.batch = "a\nb";
    assert_false(importing_run(f));
    assert_int_equal(f->err.kind, ERROR_USAGE);
}

static void the_sample_shows_numbers_of_each_kind_and_four_rejects(void **state)
{
    struct importing *f = *state;
    f->options.dry_run = true;
    snprintf(f->path, sizeof f->path, "%s", SOURCE_DIR "/samples/numbers.csv");
    if (!importing_run(f))
        fail_msg("%s\n%s", f->err.text, f->said);
    assert_true(f->summary.outcomes[IMPORT_NEW] >= 60);
    assert_int_equal(f->summary.rejected, 3);
    assert_int_equal(f->summary.outcomes[IMPORT_DUPLICATE], 1);
    assert_int_equal(f->summary.warnings, 0);
    assert_non_null(strstr(f->said, "scientific notation"));
    assert_non_null(strstr(f->said, "extension column"));
    assert_non_null(strstr(f->said, "too few digits"));
    assert_non_null(strstr(f->said, "stands earlier in this file (line 2)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IMPORTING_TEST(a_file_is_imported_with_every_field),
        IMPORTING_TEST(the_same_file_again_changes_nothing),
        IMPORTING_TEST(a_changed_row_updates_what_was_not_sent),
        IMPORTING_TEST(a_mended_reject_merges_and_keeps_its_line),
        IMPORTING_TEST(a_rejects_file_is_never_written_over_the_input),
        IMPORTING_TEST(duplicates_are_rejected_with_the_other_place),
        IMPORTING_TEST(a_reject_that_is_still_a_duplicate_takes_no_row_away),
        IMPORTING_TEST(a_row_added_to_a_rejects_file_takes_no_line_away),
        IMPORTING_TEST(a_dry_run_writes_nothing_anywhere),
        IMPORTING_TEST(a_dry_run_needs_no_database),
        IMPORTING_TEST(strict_refuses_the_file_for_one_bad_row),
        IMPORTING_TEST(a_file_that_breaks_off_in_the_middle_imports_nothing),
        IMPORTING_TEST(a_missing_file_is_named),
        IMPORTING_TEST(defaults_complete_a_signer_and_make_none_up),
        IMPORTING_TEST(mappings_and_default_type_apply),
        IMPORTING_TEST(no_message_shows_a_whole_number_or_address),
        IMPORTING_TEST(a_batch_name_comes_from_the_file_or_the_option),
        IMPORTING_TEST(the_sample_shows_numbers_of_each_kind_and_four_rejects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
