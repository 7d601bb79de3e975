/* Files of ours that come back, and files that come again: every row is accounted for once. */
#include "base/attr.h"
#include "base/text.h"
#include "engine/import.h"
#include "engine/report.h"

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
    static const char *const names[] = {"numbers.csv", "numbers.rejects.csv",
                                        "other.csv",   "other.rejects.csv",
                                        "failed.csv",  "failed.rejects.csv"};
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

static int64_t imports_of(struct fixture *f, enum import_outcome outcome)
{
    return f->summary.outcomes[outcome];
}

/* Rows and rejects of the only batch. */
static void batch_is(struct fixture *f, int64_t rows, int64_t rejected)
{
    struct batch batch = last_batch(f);
    assert_int_equal(batch.id, 1);
    assert_string_equal(batch.name, "numbers");
    assert_int_equal(batch.rows, rows);
    assert_int_equal(batch.rejected, rejected);
}

static void set_failed(struct fixture *f, const char *phone_number)
{
    struct number number = find(f, phone_number);
    number.status = STATUS_FAILED;
    number.step = STEP_NOTHING;
    number.order_count = 1;
    assert_true(store_save_number(f->store, &number, &f->err));
}

/* The report as a file of that name; `from` in it, if given, becomes `to`. */
static void report(struct fixture *f, enum report_kind kind, const char *name, const char *from,
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
    write_file(f, name, mended);
}

static const char three[] = "phone_number,friendly_name\n4155550121,A\n4155550122,B\n"
                            "4155550123,C\n";

static void the_old_file_again_does_not_reject_what_was_mended(void **state)
{
    struct fixture *f = *state;
    static const char old[] = "phone_number,site\n4155550121,A\n415555012,B\n4155550123,C\n";
    import(f, "numbers.csv", old);
    batch_is(f, 2, 1);
    import(f, "numbers.rejects.csv", "phone_number,site,reason\n4155550122,B,line 3: too few\n");
    batch_is(f, 3, 0);
    import(f, "numbers.csv", old);
    assert_int_equal(imports_of(f, IMPORT_UNCHANGED), 3);
    assert_int_equal(f->summary.rejected, 0);
    batch_is(f, 3, 0);
    /* lines have moved, and the same bad row stands there once more: that one is not mended */
    import(f, "numbers.csv",
           "phone_number,site\n4155550120,Z\n4155550121,A\n415555012,B\n4155550123,C\n"
           "415555012,B\n");
    assert_int_equal(imports_of(f, IMPORT_UNCHANGED), 3);
    assert_int_equal(f->summary.rejected, 1);
    batch_is(f, 4, 1);
}

static void a_mended_duplicate_is_known_again_too(void **state)
{
    struct fixture *f = *state;
    static const char old[] = "phone_number,site\n4155550121,A\n4155550121,B\n";
    import(f, "numbers.csv", old);
    batch_is(f, 1, 1);
    import(f, "numbers.rejects.csv", "phone_number,site,reason\n4155550122,B,line 3: twice\n");
    batch_is(f, 2, 0);
    import(f, "numbers.csv", old);
    assert_int_equal(imports_of(f, IMPORT_UNCHANGED), 2);
    batch_is(f, 2, 0);
}

static void the_failed_report_mended_queues_what_was_mended_and_nothing_else(void **state)
{
    struct fixture *f = *state;
    import(f, "numbers.csv", three);
    set_failed(f, "+14155550122");
    set_failed(f, "+14155550123");
    report(f, REPORT_FAILED, "failed.csv", ",B,", ",Front desk,");
    if (!import_path(f))
        fail_msg("%s\n%s", f->err.text, f->said);
    assert_string_equal(f->summary.batch, "numbers");
    assert_int_equal(imports_of(f, IMPORT_REQUEUED), 1);
    assert_int_equal(imports_of(f, IMPORT_UNCHANGED), 1);
    batch_is(f, 3, 0);
    assert_int_equal(find(f, "+14155550122").status, STATUS_QUEUED);
    assert_int_equal(find(f, "+14155550122").line, 3);
    assert_int_equal(find(f, "+14155550123").status, STATUS_FAILED);
    assert_int_equal(find(f, "+14155550123").line, 4);
    assert_int_equal(find(f, "+14155550121").line, 2);
}

static void a_failed_row_mended_badly_is_still_its_number(void **state)
{
    struct fixture *f = *state;
    import(f, "numbers.csv", three);
    set_failed(f, "+14155550122");
    set_failed(f, "+14155550123");
    report(f, REPORT_FAILED, "failed.csv", "4155550122", "555");
    assert_true(import_path(f));
    assert_int_equal(f->summary.rejected, 1);
    batch_is(f, 3, 0);
    assert_non_null(strstr(read_file(f, "failed.rejects.csv"), "line 3: "));
    write_file(f, "failed.rejects.csv",
               "phone_number,friendly_name,reason\n4155550122,Mended,line 3: too short\n");
    assert_true(import_path(f));
    assert_string_equal(f->summary.batch, "numbers");
    assert_int_equal(imports_of(f, IMPORT_REQUEUED), 1);
    batch_is(f, 3, 0);
}

static void another_number_in_a_failed_row_takes_no_line_away(void **state)
{
    struct fixture *f = *state;
    import(f, "numbers.csv", three);
    set_failed(f, "+14155550122");
    set_failed(f, "+14155550123"); /* tells whose report it is */
    report(f, REPORT_FAILED, "failed.csv", "4155550122", "4155550199");
    assert_true(import_path(f));
    assert_int_equal(imports_of(f, IMPORT_NEW), 1);
    batch_is(f, 4, 0);
    assert_int_equal(find(f, "+14155550122").line, 3);
    assert_int_equal(find(f, "+14155550199").line, 5);
}

static void the_progress_report_again_changes_nothing(void **state)
{
    struct fixture *f = *state;
    import(f, "numbers.csv", "phone_number,site\n4155550121,=A\n415555012,B\n4155550123,C\n");
    report(f, REPORT_PROGRESS, "failed.csv", NULL, "");
    assert_true(import_path(f));
    assert_int_equal(imports_of(f, IMPORT_UNCHANGED), 2);
    assert_int_equal(f->summary.rejected, 1);
    batch_is(f, 2, 1);
    report(f, REPORT_PROGRESS, "failed.csv", "415555012,", "4155550122,");
    assert_true(import_path(f));
    assert_int_equal(imports_of(f, IMPORT_NEW), 1);
    batch_is(f, 3, 0);
    assert_int_equal(find(f, "+14155550122").line, 3);
}

static void a_report_about_several_batches_is_refused_as_a_whole(void **state)
{
    struct fixture *f = *state;
    import(f, "numbers.csv", three);
    import(f, "other.csv", "phone_number,friendly_name\n4155550131,A\n");
    set_failed(f, "+14155550122");
    set_failed(f, "+14155550131");
    report(f, REPORT_FAILED, "failed.csv", ",B,", ",Front desk,");
    assert_false(import_path(f));
    assert_int_equal(f->err.kind, ERROR_INPUT);
    assert_non_null(strstr(f->err.text, "several batches"));
    assert_int_equal(find(f, "+14155550122").status, STATUS_FAILED);
    assert_int_equal(find(f, "+14155550131").batch_id, 2);
    assert_int_equal(last_batch(f).id, 2);
}

static void a_report_from_elsewhere_makes_no_batch(void **state)
{
    struct fixture *f = *state;
    write_file(f, "failed.csv", "phone_number,numhost_line,numhost_status\n4155550121,2,failed\n");
    assert_false(import_path(f));
    assert_int_equal(f->err.kind, ERROR_INPUT);
    assert_non_null(strstr(f->err.text, "give --batch NAME"));
    assert_int_equal(last_batch(f).id, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_old_file_again_does_not_reject_what_was_mended),
        TEST(a_mended_duplicate_is_known_again_too),
        TEST(the_failed_report_mended_queues_what_was_mended_and_nothing_else),
        TEST(a_failed_row_mended_badly_is_still_its_number),
        TEST(another_number_in_a_failed_row_takes_no_line_away),
        TEST(the_progress_report_again_changes_nothing),
        TEST(a_report_about_several_batches_is_refused_as_a_whole),
        TEST(a_report_from_elsewhere_makes_no_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
