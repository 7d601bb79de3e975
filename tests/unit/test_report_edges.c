/* Reports where they end: a disk that fills up within, stored texts that cannot be read, and the
 * ceilings. What was stored is put there through the port, as no import would leave it. */
#include "helpers/choked_stream.h"
#include "helpers/looking_store.h"

#include "base/csv.h"
#include "base/memory.h"
#include "base/text.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static int set_up(void **state)
{
    *state = looking_store_new();
    return 0;
}

static int set_up_empty(void **state)
{
    *state = looking_store_new_empty();
    return 0;
}

static int tear_down(void **state)
{
    looking_store_free(*state);
    return 0;
}

static void fail_on(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("%s", err->text);
}

static void assert_cell(const char *csv, int row, const char *column, const char *expected)
{
    char *cell = looking_cell(csv, row, column);
    assert_string_equal(cell, expected);
    free(cell);
}

static void assert_says(const struct error *err, enum error_kind kind, const char *words)
{
    assert_int_equal(err->kind, kind);
    if (strstr(err->text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err->text, words);
}

/* What a batch gets in one import, its rows from line 2 on, each with a phone number of its own. */
struct stored {
    const char *header;
    const char *const *records;
    size_t count;
    const struct import_reject *reject; /* NULL: none */
};

static void store_batch(struct looking_store *made, const char *batch, const struct stored *stored)
{
    static int phones;
    struct error err = {0};
    fail_on(store_begin(made->store, &err) &&
                store_import_begin(made->store, batch, "file.csv", stored->header, LOOKING_NOW_MS,
                                   &err),
            &err);
    for (size_t i = 0; i < stored->count; i++) {
        struct import_result result;
        struct import_row row = {.line = (int64_t)i + 2,
                                 .record = stored->records[i],
                                 .record_bytes = strlen(stored->records[i])};
        snprintf(row.phone_number, sizeof row.phone_number, "+1415556%04d", phones++);
        fail_on(store_import_row(made->store, &row, &result, &err), &err);
        assert_int_equal(result.outcome, IMPORT_NEW);
    }
    if (stored->reject != NULL)
        fail_on(store_import_reject(made->store, stored->reject, &err), &err);
    fail_on(store_import_end(made->store, &err) && store_commit(made->store, &err), &err);
}

static void store_one(struct looking_store *made, const char *batch, const char *header,
                      const char *record)
{
    store_batch(made, batch, &(struct stored){.header = header, .records = &record, .count = 1});
}

static bool write_progress(struct looking_store *made, enum report_format format, const char *batch,
                           struct error *err)
{
    const struct report_request request = {
        .kind = REPORT_PROGRESS, .format = format, .batch = batch, .now_ms = LOOKING_NOW_MS};
    FILE *out = fopen("/dev/null", "w");
    assert_non_null(out);
    bool written = report_write(made->store, &request, out, NULL, err);
    fclose(out);
    return written;
}

/* ---- a disk that fills up ---- */

/* Whatever was refused, nothing is written behind it. */
static bool write_choked(struct looking_store *made, const struct report_request *request,
                         struct choked_stream *choked, struct error *err)
{
    struct report_result result;
    FILE *out = choked_stream_open(choked);
    bool written = report_write(made->store, request, out, &result, err);
    fclose(out);
    assert_int_equal(written, !choked->refused);
    int64_t all = result.rows + (request->format == REPORT_JSON) + 1;
    assert_int_equal(choked->writes_done, written ? (size_t)all : choked->writes_before);
    report_result_done(&result);
    return written;
}

static void a_disk_that_fills_up_within_any_report_is_named(void **state)
{
    for (int kind = 0; kind < REPORT_KIND_COUNT; kind++)
        for (int format = 0; format < REPORT_FORMAT_COUNT; format++) {
            const struct report_request request = {.kind = (enum report_kind)kind,
                                                   .format = (enum report_format)format,
                                                   .batch = "",
                                                   .now_ms = LOOKING_NOW_MS};
            char words[64];
            snprintf(words, sizeof words, "report %s cannot be written: No space left on device",
                     report_kind_name(request.kind));
            size_t room = 0;
            struct error err = {0};
            while (!write_choked(*state, &request, &(struct choked_stream){.writes_before = room},
                                 &err)) {
                assert_says(&err, ERROR_OTHER, words);
                err = (struct error){0};
                room++;
            }
            assert_true(room >= 2); /* the heading and a row at least */
            assert_string_equal(err.text, "");
        }
}

static void nobody_has_to_ask_why_a_report_failed(void **state)
{
    for (int kind = 0; kind < REPORT_KIND_COUNT; kind++) {
        const struct report_request request = {
            .kind = (enum report_kind)kind, .batch = "", .now_ms = LOOKING_NOW_MS};
        struct choked_stream choked = {.writes_before = 1};
        assert_false(write_choked(*state, &request, &choked, NULL));
    }
}

/* ---- what is stored ---- */

static void a_heading_that_cannot_be_read_is_an_error_of_its_batch_alone(void **state)
{
    struct looking_store *made = *state;
    struct error err = {0};
    store_one(made, "torn", "phone_number,\"note", "+14155550002,x");
    store_one(made, "sound", "phone_number", "+14155550002");
    assert_false(write_progress(made, REPORT_CSV, "", &err));
    assert_says(&err, ERROR_INPUT, "stored heading: ");
    fail_on(write_progress(made, REPORT_CSV, "sound", &err), &err);
}

static void a_record_that_cannot_be_read_is_named_by_line_and_batch(void **state)
{
    static const char *const records[] = {"+14155550002,x", "+14155550003,\"x"};
    struct error err = {0};
    store_batch(*state, "torn",
                &(struct stored){.header = "phone_number,note", .records = records, .count = 2});
    assert_false(write_progress(*state, REPORT_CSV, "", &err));
    assert_says(&err, ERROR_INPUT, "line 3 of batch \"torn\": ");
    assert_null(strstr(err.text, "+1415"));
}

static void a_record_of_nothing_is_a_row_with_its_state(void **state)
{
    store_one(*state, "blank", "phone_number,note", "");
    char *csv = looking_report_text(*state, REPORT_PROGRESS, REPORT_CSV, "");
    assert_int_equal(looking_row_count(csv), 1);
    assert_cell(csv, 1, "note", "");
    assert_cell(csv, 1, "numhost_line", "2");
    assert_cell(csv, 1, "numhost_status", "queued");
    free(csv);
}

static void a_row_shorter_than_its_heading_keeps_our_columns_in_their_place(void **state)
{
    store_one(*state, "short", "phone_number,site,note", "+14155550002,Hill");
    char *csv = looking_report_text(*state, REPORT_PROGRESS, REPORT_CSV, "");
    assert_cell(csv, 1, "site", "Hill");
    assert_cell(csv, 1, "note", "");
    assert_cell(csv, 1, "numhost_status", "queued");
    free(csv);
}

static void a_stored_column_named_like_ours_does_not_stand_beside_ours(void **state)
{
    store_one(*state, "ours", "phone_number,NumHost_Status,note", "+14155550002,completed,x");
    char *csv = looking_report_text(*state, REPORT_PROGRESS, REPORT_CSV, "");
    assert_null(strstr(csv, "NumHost"));
    assert_cell(csv, 1, "numhost_status", "queued");
    assert_cell(csv, 1, "note", "x");
    free(csv);
}

static void a_row_rejected_as_a_whole_has_the_reason_alone(void **state)
{
    static const struct import_reject reject = {
        .line = 2, .record = "x", .record_bytes = 1, .column = "", .reason = "too many cells"};
    store_batch(*state, "whole", &(struct stored){.header = "phone_number", .reject = &reject});
    char *csv = looking_report_text(*state, REPORT_REJECTED, REPORT_CSV, "");
    assert_cell(csv, 1, "numhost_reason", "too many cells");
    free(csv);
}

/* ---- ceilings ---- */

/* "NAME-from,...": count columns; free() it. */
static char *columns_text(const char *name, int from, int count)
{
    char *text = memory_new(1, HEADER_BYTES_MAX);
    int length = snprintf(text, HEADER_BYTES_MAX, "phone_number");
    for (int i = from; i < from + count; i++)
        length += snprintf(text + length, (size_t)(HEADER_BYTES_MAX - length), ",%s-%d", name, i);
    return text;
}

static void store_columns(struct looking_store *made, const char *batch, int from, int count)
{
    char *header = columns_text("column", from, count);
    char *record = columns_text("cell", from, count);
    store_one(made, batch, header, record);
    free(header);
    free(record);
}

static void hundreds_of_columns_of_several_batches_come_back_in_their_places(void **state)
{
    store_columns(*state, "first", 0, 200);
    store_columns(*state, "second", 100, 400);
    char *csv = looking_report_text(*state, REPORT_PROGRESS, REPORT_CSV, "");
    for (int i = 0; i < 500; i += 33) {
        char column[32];
        char cell[32];
        snprintf(column, sizeof column, "column-%d", i);
        snprintf(cell, sizeof cell, "cell-%d", i);
        assert_cell(csv, 1, column, i < 200 ? cell : "");
    }
    assert_cell(csv, 1, "numhost_status", "queued");
    free(csv);
}

/* With phone_number as many as there may be. */
static void store_most_columns(struct looking_store *made)
{
    for (int from = 0; from < REPORT_HEADINGS_MAX - 1; from += 1000) {
        char batch[16];
        int left = REPORT_HEADINGS_MAX - 1 - from;
        snprintf(batch, sizeof batch, "batch-%d", from);
        store_columns(made, batch, from, left < 1000 ? left : 1000);
    }
}

static void as_many_columns_as_there_may_be_are_written(void **state)
{
    struct error err = {0};
    store_most_columns(*state);
    fail_on(write_progress(*state, REPORT_JSON, "", &err), &err);
}

static void one_column_more_is_refused_with_a_remedy_that_works(void **state)
{
    struct error err = {0};
    store_most_columns(*state);
    store_one(*state, "one-more", "another,phone_number", "x,y");
    assert_false(write_progress(*state, REPORT_CSV, "", &err));
    assert_says(&err, ERROR_USAGE, "more than 4096 different columns: name one with --batch");
    fail_on(write_progress(*state, REPORT_CSV, "one-more", &err), &err);
    fail_on(write_progress(*state, REPORT_CSV, "batch-0", &err), &err);
}

/* Cells of control characters, which JSON writes six times as long, each with `last` at its end;
 * free() it. */
static char *controls_text(size_t bytes, size_t cell_bytes, char last)
{
    char *text = memory_new(1, bytes + 1);
    memset(text, '\x01', bytes);
    for (size_t i = cell_bytes; i < bytes; i += cell_bytes) {
        text[i - 1] = last;
        text[i] = ',';
    }
    text[bytes - 1] = last;
    return text;
}

static void a_row_too_long_for_json_is_named_and_fits_into_csv(void **state)
{
    struct error err = {0};
    char *header = controls_text(HEADER_BYTES_MAX, HEADER_BYTES_MAX / 18, 'x');
    char *record = controls_text(RECORD_BYTES_MAX - 1, RECORD_BYTES_MAX / 18, 'x');
    store_one(*state, "long", header, record);
    assert_false(write_progress(*state, REPORT_JSON, "", &err));
    assert_says(&err, ERROR_OTHER, "report progress: row 1 is longer than ");
    fail_on(write_progress(*state, REPORT_CSV, "", &err), &err);
    free(header);
    free(record);
}

static void headings_too_long_for_a_manifest_are_refused_and_no_set_claims_to_be_whole(void **state)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    struct looking_store *made = *state;
    struct error err = {0};
    char directory[128];
    TEXT_SET(directory, looking_path(made, "set"));
    for (const char *name = letters; *name != '\0'; name++) {
        char *header = controls_text(HEADER_BYTES_MAX, 60000, *name);
        store_one(made, (const char[]){*name, '\0'}, header, "x");
        free(header);
    }
    assert_false(report_write_all(made->store, "", LOOKING_NOW_MS, directory, &err));
    assert_says(&err, ERROR_OTHER, "report progress: its headings are longer than ");
    assert_int_not_equal(access(looking_path(made, "set/manifest.json"), F_OK), 0);
    assert_int_not_equal(access(looking_path(made, "set/progress.csv"), F_OK), 0);
    fail_on(report_write_all(made->store, "a", LOOKING_NOW_MS, directory, &err), &err);
}

/* ---- sets of files ---- */

static void a_disk_full_at_the_manifest_is_named_and_the_set_whole_once_there_is_room(void **state)
{
    struct looking_store *made = *state;
    struct error err = {0};
    char directory[128];
    char manifest[256];
    TEXT_SET(directory, looking_path(made, "set"));
    TEXT_SET(manifest, looking_path(made, "set/manifest.json"));
    store_columns(made, "wide", 0, 500); /* more than a buffer full */
    assert_int_equal(mkdir(directory, 0700), 0);
    assert_int_equal(symlink("/dev/full", manifest), 0);
    assert_false(report_write_all(made->store, "", LOOKING_NOW_MS, directory, &err));
    assert_says(&err, ERROR_OTHER, "manifest.json: cannot be written: No space left on device");
    assert_int_equal(unlink(manifest), 0);
    fail_on(report_write_all(made->store, "", LOOKING_NOW_MS, directory, &err), &err);
    char *text = looking_read(manifest);
    assert_non_null(strstr(text, "\"column-499\""));
    free(text);
}

static void a_directory_too_deep_for_its_files_is_refused_before_anything_is_written(void **state)
{
    struct looking_store *made = *state;
    struct error err = {0};
    char deep[PATH_MAX] = "";
    size_t length = strlen(made->directory);
    memcpy(deep, made->directory, length);
    memset(deep + length, '/', sizeof deep - 2 - length);
    assert_int_equal(access(deep, W_OK), 0);
    assert_false(report_write_all(made->store, "", LOOKING_NOW_MS, deep, &err));
    assert_says(&err, ERROR_OTHER, "the path is too long");
    assert_int_not_equal(access(looking_path(made, "progress.csv"), F_OK), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define EMPTY_TEST(name) cmocka_unit_test_setup_teardown(name, set_up_empty, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_disk_that_fills_up_within_any_report_is_named),
        TEST(nobody_has_to_ask_why_a_report_failed),
        EMPTY_TEST(a_heading_that_cannot_be_read_is_an_error_of_its_batch_alone),
        EMPTY_TEST(a_record_that_cannot_be_read_is_named_by_line_and_batch),
        EMPTY_TEST(a_record_of_nothing_is_a_row_with_its_state),
        EMPTY_TEST(a_row_shorter_than_its_heading_keeps_our_columns_in_their_place),
        EMPTY_TEST(a_stored_column_named_like_ours_does_not_stand_beside_ours),
        EMPTY_TEST(a_row_rejected_as_a_whole_has_the_reason_alone),
        EMPTY_TEST(hundreds_of_columns_of_several_batches_come_back_in_their_places),
        EMPTY_TEST(as_many_columns_as_there_may_be_are_written),
        EMPTY_TEST(one_column_more_is_refused_with_a_remedy_that_works),
        EMPTY_TEST(a_row_too_long_for_json_is_named_and_fits_into_csv),
        EMPTY_TEST(headings_too_long_for_a_manifest_are_refused_and_no_set_claims_to_be_whole),
        TEST(a_disk_full_at_the_manifest_is_named_and_the_set_whole_once_there_is_room),
        TEST(a_directory_too_deep_for_its_files_is_refused_before_anything_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
