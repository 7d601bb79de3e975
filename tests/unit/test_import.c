/* Import: every row is accounted for, the same file again changes nothing, rejects can be mended
 * and come back. */
#include "base/attr.h"
#include "base/text.h"
#include "engine/import.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define HEX "0123456789abcdef0123456789abcdef"

struct fixture {
    char folder[64];
    struct store *store;
    struct import_options options;
    struct import_summary summary;
    struct error err;
    char path[256];
    char *said; /* messages of the last import */
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    (void)TEXT_SET(f->folder, "/tmp/numhost-import-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    f->store = store_open(":memory:", STORE_WRITE, &f->err);
    if (f->store == NULL)
        fail_msg("%s", f->err.text);
    f->options.now_ms = 1000000;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {"numbers.csv", "numbers.rejects.csv", "other.csv",
                                        "other.rejects.csv", "mine.csv"};
    store_close(f->store);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", f->folder, names[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(f->folder), 0); /* nothing else was left behind */
    free(f->said);
    free(f);
    return 0;
}

static void write_file(struct fixture *f, const char *name, const char *content)
{
    snprintf(f->path, sizeof f->path, "%s/%s", f->folder, name);
    FILE *file = fopen(f->path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, strlen(content), file), strlen(content));
    assert_int_equal(fclose(file), 0);
}

static bool import_path(struct fixture *f)
{
    size_t bytes = 0;
    free(f->said);
    f->options.path = f->path;
    f->options.messages = open_memstream(&f->said, &bytes);
    f->err = (struct error){0};
    bool good = import_file(f->store, &f->options, &f->summary, &f->err);
    fclose(f->options.messages);
    int64_t sum = f->summary.rejected;
    for (int i = 0; i < IMPORT_OUTCOME_COUNT; i++)
        sum += f->summary.outcomes[i];
    if (good)
        assert_int_equal(f->summary.rows, sum);
    return good;
}

static void import(struct fixture *f, const char *name, const char *content)
{
    write_file(f, name, content);
    if (!import_path(f))
        fail_msg("%s\n%s", f->err.text, f->said);
}

static char *read_file(const struct fixture *f, const char *name)
{
    static char content[65536];
    char path[256];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return NULL;
    content[fread(content, 1, sizeof content - 1, file)] = '\0';
    fclose(file);
    return content;
}

static int64_t count_all(struct fixture *f)
{
    const struct selector all = {.all = true};
    int64_t count = -1;
    assert_true(store_count_numbers(f->store, &all, &count, &f->err));
    return count;
}

static bool take_batch(void *context, const struct batch *batch)
{
    *(struct batch *)context = *batch;
    return true;
}

static struct batch last_batch(struct fixture *f)
{
    struct batch batch = {0};
    assert_true(store_each_batch(f->store, take_batch, &batch, &f->err));
    return batch;
}

static struct number find(struct fixture *f, const char *phone_number)
{
    struct number number = {0};
    bool found = false;
    assert_true(store_find_by_phone(f->store, phone_number, &number, &found, &f->err));
    assert_true(found);
    return number;
}

static void a_file_is_imported_with_every_field(void **state)
{
    struct fixture *f = *state;
    struct order_details details;
    struct signer signer;
    bool found = false;
    char site[SITE_BYTES];
    char zone[ZONE_BYTES];
    import(f, "numbers.csv",
           "Phone Number,Friendly Name,Email,Address Sid,Site,Time Zone,Priority,Contact Title,"
           "Contact Phone Number,Extension\n"
           "(415) 555-0123,Front desk,a@example.com,AD" HEX
           ",Main St,America/Denver,4,Owner,212 555 0199,ww1\n");
    assert_int_equal(f->summary.outcomes[IMPORT_NEW], 1);
    assert_string_equal(f->summary.batch, "numbers");
    assert_string_equal(f->summary.rejects_path, "");
    struct number number = find(f, "+14155550123");
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
    struct fixture *f = *state;
    import(f, "numbers.csv", content);
    import(f, "numbers.csv", content);
    assert_int_equal(f->summary.outcomes[IMPORT_UNCHANGED], 2);
    assert_int_equal(f->summary.rejected, 1);
    assert_int_equal(count_all(f), 2);
    assert_int_equal(last_batch(f).rejected, 1);
}

static void a_changed_row_updates_what_was_not_sent(void **state)
{
    struct fixture *f = *state;
    struct order_details details;
    import(f, "numbers.csv", "phone_number,friendly_name\n4155550123,A\n");
    import(f, "numbers.csv", "phone_number,friendly_name\n4155550123,B\n");
    assert_int_equal(f->summary.outcomes[IMPORT_UPDATED], 1);
    assert_true(store_read_details(f->store, find(f, "+14155550123").id, &details, &f->err));
    assert_string_equal(details.friendly_name, "B");
}

static void a_mended_reject_merges_and_keeps_its_line(void **state)
{
    struct fixture *f = *state;
    struct stat info;
    import(f, "numbers.csv", "phone_number,site\n4155550123,A\n415555012,=B\n1.41556E+10,C\n");
    assert_int_equal(f->summary.rejected, 2);
    assert_int_equal(stat(f->summary.rejects_path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    const char *rejects = read_file(f, "numbers.rejects.csv");
    assert_non_null(strstr(rejects, "phone_number,site,reason\n415555012,'=B,\"line 3: "));
    import(f, "numbers.rejects.csv",
           "phone_number,site,reason\n4155550124,'=B,\"line 3: phone_number: too few digits\"\n"
           "1.41556E+10,C,line 4: still bad\n");
    assert_string_equal(f->summary.batch, "numbers");
    assert_int_equal(f->summary.outcomes[IMPORT_NEW], 1);
    assert_int_equal(find(f, "+14155550124").line, 3);
    assert_int_equal(last_batch(f).rows, 2);
    assert_int_equal(last_batch(f).rejected, 1);
    rejects = read_file(f, "numbers.rejects.rejects.csv");
    assert_non_null(strstr(rejects, "\"line 4: "));
    assert_int_equal(unlink(f->summary.rejects_path), 0);
}

static void a_rejects_file_is_never_written_over_the_input(void **state)
{
    struct fixture *f = *state;
    write_file(f, "numbers.csv", "phone_number\n4155550123\n1\n");
    f->options.rejects_path = f->path;
    assert_false(import_path(f));
    assert_int_equal(f->err.kind, ERROR_USAGE);
    assert_int_equal(count_all(f), 0);
}

static void duplicates_are_rejected_with_the_other_place(void **state)
{
    struct fixture *f = *state;
    import(f, "numbers.csv", "phone_number\n4155550123\n(415) 555-0123\n4155550124\n");
    assert_int_equal(f->summary.outcomes[IMPORT_DUPLICATE], 1);
    assert_int_equal(f->summary.rejected, 0);
    assert_non_null(strstr(f->said, "line 3: column \"phone_number\": value \"(415)***0123\": the "
                                    "same number stands earlier in this file (line 2)"));
    assert_non_null(strstr(read_file(f, "numbers.rejects.csv"), "line 3: "));
    import(f, "other.csv", "phone_number\n4155550125\n415-555-0124\n");
    assert_int_equal(f->summary.outcomes[IMPORT_ELSEWHERE], 1);
    assert_non_null(strstr(f->said, "another batch already (batch \"numbers\", line 4)"));
    assert_int_equal(count_all(f), 3);
}

static void a_reject_that_is_still_a_duplicate_takes_no_row_away(void **state)
{
    struct fixture *f = *state;
    import(f, "numbers.csv", "phone_number,site\n4155550123,A\n415-555-0123,B\n");
    write_file(f, "numbers.rejects.csv",
               "phone_number,site,reason\n415-555-0123,B,line 3: x\n4155550124,C,line 9: y\n");
    snprintf(f->path, sizeof f->path, "%s/other.csv", f->folder);
    f->options.rejects_path = strdup(f->path);
    snprintf(f->path, sizeof f->path, "%s/numbers.rejects.csv", f->folder);
    assert_true(import_path(f));
    free((char *)f->options.rejects_path);
    assert_int_equal(f->summary.outcomes[IMPORT_DUPLICATE], 1);
    assert_non_null(strstr(f->said, "another row of this batch has the number already (line 2)"));
    assert_int_equal(find(f, "+14155550123").line, 2);
    assert_int_equal(last_batch(f).rejected, 1);
    assert_non_null(strstr(read_file(f, "other.csv"), "B,\"line 3: "));
}

static void a_row_added_to_a_rejects_file_takes_no_line_away(void **state)
{
    struct fixture *f = *state;
    import(f, "numbers.csv", "phone_number,site\n4155550123,A\n1,B\n2,C\n");
    import(f, "numbers.rejects.csv",
           "phone_number,site,reason\n4155550124,B,line 3: x\n4155550125,D,\n4155550126,E,\n");
    assert_int_equal(find(f, "+14155550124").line, 3);
    assert_int_equal(find(f, "+14155550125").line, 5);
    assert_int_equal(find(f, "+14155550126").line, 6);
    assert_int_equal(last_batch(f).rows, 4);
    assert_int_equal(last_batch(f).rejected, 1);
}

static void a_dry_run_writes_nothing_anywhere(void **state)
{
    struct fixture *f = *state;
    f->options.dry_run = true;
    import(f, "numbers.csv", "phone_number\n4155550123\n1\n4155550123\n");
    assert_int_equal(f->summary.outcomes[IMPORT_NEW], 1);
    assert_int_equal(f->summary.outcomes[IMPORT_DUPLICATE], 1);
    assert_int_equal(f->summary.rejected, 1);
    assert_int_equal(count_all(f), 0);
    assert_null(read_file(f, "numbers.rejects.csv"));
    assert_int_equal(last_batch(f).id, 0);
}

static void a_dry_run_needs_no_database(void **state)
{
    struct fixture *f = *state;
    struct store *kept = f->store;
    f->store = NULL;
    f->options.dry_run = true;
    import(f, "numbers.csv", "phone_number\n4155550123\n1\n");
    f->store = kept;
    assert_int_equal(f->summary.outcomes[IMPORT_NEW], 1);
    assert_int_equal(f->summary.rejected, 1);
}

static void strict_refuses_the_file_for_one_bad_row(void **state)
{
    struct fixture *f = *state;
    f->options.strict = true;
    write_file(f, "numbers.csv", "phone_number\n4155550123\n1\n");
    assert_false(import_path(f));
    assert_int_equal(f->err.kind, ERROR_INPUT);
    assert_int_equal(count_all(f), 0);
    assert_int_equal(last_batch(f).id, 0);
    assert_non_null(read_file(f, "numbers.rejects.csv"));
}

static void a_file_that_breaks_off_in_the_middle_imports_nothing(void **state)
{
    struct fixture *f = *state;
    write_file(f, "numbers.csv", "phone_number,site\n4155550123,A\n1,B\n4155550124,\"C\n");
    assert_false(import_path(f));
    assert_int_equal(f->err.kind, ERROR_INPUT);
    assert_non_null(strstr(f->err.text, "numbers.csv: line 4: column 2: the quote"));
    assert_int_equal(count_all(f), 0);
    assert_null(read_file(f, "numbers.rejects.csv"));
}

static void a_missing_file_is_named(void **state)
{
    struct fixture *f = *state;
    snprintf(f->path, sizeof f->path, "%s/none.csv", f->folder);
    assert_false(import_path(f));
    assert_int_equal(f->err.kind, ERROR_INPUT);
    assert_non_null(strstr(f->err.text, "none.csv: the file cannot be opened: No such file"));
}

static void defaults_complete_a_signer_and_make_none_up(void **state)
{
    struct fixture *f = *state;
    struct signer signer;
    bool found = false;
    (void)TEXT_SET(f->options.default_signer.contact_title, "Manager");
    (void)TEXT_SET(f->options.default_signer.contact_phone_number, "+12125550100");
    import(f, "numbers.csv",
           "phone_number,email,address_sid,contact_title\n"
           "4155550123,a@example.com,AD" HEX ",\n"
           "4155550124,a@example.com,AD" HEX ",Owner\n"
           "4155550125,,,\n");
    assert_true(
        store_read_signer(f->store, find(f, "+14155550123").signer_id, &signer, &found, &f->err));
    assert_string_equal(signer.contact_title, "Manager");
    assert_string_equal(signer.contact_phone_number, "+12125550100");
    assert_true(
        store_read_signer(f->store, find(f, "+14155550124").signer_id, &signer, &found, &f->err));
    assert_string_equal(signer.contact_title, "Owner");
    assert_int_equal(find(f, "+14155550125").signer_id, 0);
}

static void mappings_and_default_type_apply(void **state)
{
    struct fixture *f = *state;
    f->options.mappings[0] = (struct import_mapping){.heading = "Line", .column = "phone_number"};
    f->options.mapping_count = 1;
    f->options.default_type = VERIFICATION_PHONE_BILL;
    import(f, "numbers.csv",
           "Line,verification_document_sid,verification_type\n4155550123,RI" HEX
           ",\n4155550124,,phone-call\n4155550125,,\n");
    assert_int_equal(find(f, "+14155550123").verification_type, VERIFICATION_PHONE_BILL);
    assert_int_equal(find(f, "+14155550124").verification_type, VERIFICATION_PHONE_CALL);
    assert_int_equal(f->summary.rejected, 1);
}

static void no_message_shows_a_whole_number_or_address(void **state)
{
    struct fixture *f = *state;
    import(f, "numbers.csv",
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
    struct fixture *f = *state;
    f->options.batch = "May wave";
    import(f, "numbers.csv", "phone_number\n4155550123\n");
    assert_string_equal(f->summary.batch, "May wave");
    assert_string_equal(last_batch(f).name, "May wave");
    assert_string_equal(last_batch(f).file, "numbers.csv");
    f->options.batch = "a\nb";
    assert_false(import_path(f));
    assert_int_equal(f->err.kind, ERROR_USAGE);
}

static void the_sample_shows_numbers_of_each_kind_and_four_rejects(void **state)
{
    struct fixture *f = *state;
    f->options.dry_run = true;
    snprintf(f->path, sizeof f->path, "%s", SOURCE_DIR "/samples/numbers.csv");
    if (!import_path(f))
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_imported_with_every_field),
        TEST(the_same_file_again_changes_nothing),
        TEST(a_changed_row_updates_what_was_not_sent),
        TEST(a_mended_reject_merges_and_keeps_its_line),
        TEST(a_rejects_file_is_never_written_over_the_input),
        TEST(duplicates_are_rejected_with_the_other_place),
        TEST(a_reject_that_is_still_a_duplicate_takes_no_row_away),
        TEST(a_row_added_to_a_rejects_file_takes_no_line_away),
        TEST(a_dry_run_writes_nothing_anywhere),
        TEST(a_dry_run_needs_no_database),
        TEST(strict_refuses_the_file_for_one_bad_row),
        TEST(a_file_that_breaks_off_in_the_middle_imports_nothing),
        TEST(a_missing_file_is_named),
        TEST(defaults_complete_a_signer_and_make_none_up),
        TEST(mappings_and_default_type_apply),
        TEST(no_message_shows_a_whole_number_or_address),
        TEST(a_batch_name_comes_from_the_file_or_the_option),
        TEST(the_sample_shows_numbers_of_each_kind_and_four_rejects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
