/* Reports over the real store: every input row accounted for, the user's columns back as they came,
 * and nothing that a spreadsheet would run. */
#include "helpers/looking_store.h"

#include "base/clock.h"
#include "base/json_text.h"
#include "engine/accounts.h"
#include "engine/findings.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char ours[] =
    "numhost_line,numhost_status,numhost_step,numhost_waiting_on,numhost_since,numhost_next_at,"
    "numhost_reason_code,numhost_reason,numhost_advice,numhost_order_sid,"
    "numhost_incoming_phone_number_sid,numhost_loa_sid,numhost_verification_attempts,"
    "numhost_requests,numhost_created_at,numhost_verified_at,numhost_signed_at,"
    "numhost_completed_at,numhost_updated_at\n";

static int set_up(void **state)
{
    *state = looking_store_new();
    return 0;
}

static int tear_down(void **state)
{
    looking_store_free(*state);
    return 0;
}

static void assert_cell(const char *csv, int row, const char *column, const char *expected)
{
    char *cell = looking_cell(csv, row, column);
    if (strcmp(cell, expected) != 0)
        fail_msg("row %d, %s: \"%s\" where \"%s\" was expected in\n%s", row, column, cell, expected,
                 csv);
    free(cell);
}

static void progress_has_exactly_the_columns_of_the_design_behind_the_original_ones(void **state)
{
    char *csv = looking_report_text(*state, REPORT_PROGRESS, REPORT_CSV, "spring");
    char expected[1024];
    snprintf(expected, sizeof expected,
             "Cost center,phone_number,friendly_name,site,email,notes,notes,%s", ours);
    assert_int_equal(strncmp(csv, expected, strlen(expected)), 0);
    free(csv);
}

static void progress_has_a_row_for_every_input_row_rejected_ones_in_their_place(void **state)
{
    static const char *const lines[] = {"2", "3", "4", "5", "7", "8", "9", "10"};
    char *csv = looking_report_text(*state, REPORT_PROGRESS, REPORT_CSV, "spring");
    assert_int_equal(looking_row_count(csv), COUNT_OF(lines));
    for (int i = 0; i < (int)COUNT_OF(lines); i++)
        assert_cell(csv, i + 1, "numhost_line", lines[i]);
    assert_cell(csv, 3, "numhost_status", "rejected");
    assert_cell(csv, 3, "numhost_waiting_on", "you");
    assert_cell(csv, 3, "phone_number", "555");
    assert_cell(csv, 7, "numhost_status", "rejected");
    assert_cell(csv, 1, "numhost_status", "completed");
    free(csv);
}

static void the_original_cells_come_back_as_they_were(void **state)
{
    char *csv = looking_report_text(*state, REPORT_PROGRESS, REPORT_CSV, "spring");
    assert_cell(csv, 1, "friendly_name", "Shop, \"A\"");
    assert_cell(csv, 2, "phone_number", "(415) 555-0101");
    assert_cell(csv, 4, "Cost center", "two\nlines");
    assert_cell(csv, 8, "Cost center", "84");
    free(csv);
}

static void two_columns_of_one_name_stay_two(void **state)
{
    char *csv = looking_report_text(*state, REPORT_PROGRESS, REPORT_CSV, "spring");
    assert_non_null(strstr(csv, ",ann@example.com,'-1,second,3,failed,"));
    free(csv);
}

static void a_cell_a_spreadsheet_would_run_is_guarded_and_a_number_is_not(void **state)
{
    char *csv = looking_report_text(*state, REPORT_PROGRESS, REPORT_CSV, "spring");
    assert_cell(csv, 1, "notes", "'=SUM(A1)");
    assert_cell(csv, 1, "phone_number", "+14155550100");
    assert_cell(csv, 4, "notes", "+14155559999");
    free(csv);
}

static void instants_are_rfc_3339_in_utc_and_empty_where_there_is_none(void **state)
{
    char *csv = looking_report_text(*state, REPORT_PROGRESS, REPORT_CSV, "spring");
    assert_cell(csv, 1, "numhost_completed_at", "2026-11-23T11:00:00Z");
    assert_cell(csv, 1, "numhost_since", "2026-11-23T09:00:00Z");
    assert_cell(csv, 2, "numhost_completed_at", "");
    assert_cell(csv, 3, "numhost_since", "");
    free(csv);
}

static void every_number_says_why_it_is_where_it_is_and_what_to_do(void **state)
{
    char *csv = looking_report_text(*state, REPORT_PROGRESS, REPORT_CSV, "spring");
    char *advice = looking_cell(csv, 2, "numhost_advice");
    assert_cell(csv, 2, "numhost_reason", "number \"415\" is not eligible");
    assert_cell(csv, 2, "numhost_reason_code", "22100");
    assert_true(strlen(advice) > 0);
    assert_cell(csv, 4, "numhost_waiting_on", "you");
    assert_cell(csv, 4, "numhost_advice", attention_advice(ATTENTION_ATTEMPTS_KEPT));
    assert_cell(csv, 5, "numhost_waiting_on", "site");
    assert_cell(csv, 6, "numhost_step", "start-call");
    free(advice);
    free(csv);
}

static void batches_of_different_headings_share_their_union_in_order_of_appearance(void **state)
{
    char *csv = looking_report_text(*state, REPORT_PROGRESS, REPORT_CSV, "");
    const char expected[] =
        "Cost center,phone_number,friendly_name,site,email,notes,notes,Ref,numhost_line,";
    assert_int_equal(strncmp(csv, expected, strlen(expected)), 0);
    assert_int_equal(looking_row_count(csv), 10);
    assert_cell(csv, 9, "Ref", "r-1");
    assert_cell(csv, 9, "notes", "only");
    assert_cell(csv, 9, "friendly_name", "");
    assert_cell(csv, 9, "phone_number", "+14155550110");
    assert_cell(csv, 1, "Ref", "");
    free(csv);
}

static int64_t int_cell(const char *csv, int row, const char *column)
{
    char *cell = looking_cell(csv, row, column);
    int64_t value = strtoll(cell, NULL, 10);
    free(cell);
    return value;
}

static void the_accounting_of_every_batch_adds_up_to_its_input_rows(void **state)
{
    static const char *const parts[] = {"completed", "in_progress", "needs_attention",
                                        "failed",    "canceled",    "rejected"};
    char *csv = looking_report_text(*state, REPORT_SUMMARY, REPORT_CSV, "");
    assert_int_equal(looking_row_count(csv), 2);
    for (int row = 1; row <= 2; row++) {
        int64_t sum = 0;
        for (size_t i = 0; i < COUNT_OF(parts); i++)
            sum += int_cell(csv, row, parts[i]);
        assert_int_equal(sum, row == 1 ? 8 : 2);
        assert_int_equal(int_cell(csv, row, "rows"), sum);
    }
    assert_int_equal(int_cell(csv, 1, "completed"), 1);
    assert_int_equal(int_cell(csv, 1, "in_progress"), 3);
    assert_int_equal(int_cell(csv, 1, "needs_attention"), 1);
    assert_int_equal(int_cell(csv, 1, "failed"), 1);
    assert_int_equal(int_cell(csv, 1, "rejected"), 2);
    assert_int_equal(int_cell(csv, 1, "status_pending_verification"), 1);
    assert_int_equal(int_cell(csv, 2, "status_queued"), 2);
    free(csv);
}

static void failed_holds_what_wants_a_person_and_nothing_else(void **state)
{
    char *csv = looking_report_text(*state, REPORT_FAILED, REPORT_CSV, "");
    assert_int_equal(looking_row_count(csv), 2);
    assert_cell(csv, 1, "numhost_status", "failed");
    assert_cell(csv, 1, "phone_number", "(415) 555-0101");
    assert_cell(csv, 2, "numhost_status", "received");
    assert_cell(csv, 2, "phone_number", "415-555-0102");
    free(csv);
}

static void a_mended_failed_report_can_be_imported_again(void **state)
{
    struct looking_store *made = *state;
    struct error err = {0};
    struct number number;
    bool found = false;
    char *csv = looking_report_text(made, REPORT_FAILED, REPORT_CSV, "spring");
    char *name = strstr(csv, "Shop B");
    assert_non_null(name);
    memcpy(name, "Shop X", 6);
    looking_import(made, "spring", csv);
    assert_true(store_find_by_phone(made->store, "+14155550101", &number, &found, &err));
    assert_true(found);
    assert_int_equal(number.status, STATUS_QUEUED);
    free(csv);
    csv = looking_report_text(made, REPORT_PROGRESS, REPORT_CSV, "spring");
    assert_int_equal(looking_row_count(csv), 8);
    assert_null(strstr(csv, "numhost_line,numhost_line"));
    free(csv);
}

static void rejected_rows_come_with_their_line_and_the_reason(void **state)
{
    char *csv = looking_report_text(*state, REPORT_REJECTED, REPORT_CSV, "");
    char *reason = looking_cell(csv, 1, "numhost_reason");
    assert_int_equal(looking_row_count(csv), 2);
    assert_cell(csv, 1, "phone_number", "555");
    assert_cell(csv, 1, "numhost_line", "4");
    assert_cell(csv, 2, "numhost_line", "9");
    assert_int_equal(strncmp(reason, "phone_number: ", 14), 0);
    free(reason);
    free(csv);
}

static void history_has_every_event_with_who_and_what(void **state)
{
    char *csv = looking_report_text(*state, REPORT_HISTORY, REPORT_CSV, "spring");
    const char expected[] = "at,phone_number,event,from,to,operation,http_status,code,request_id,"
                            "actor,text\n";
    assert_int_equal(strncmp(csv, expected, strlen(expected)), 0);
    assert_non_null(strstr(csv, "2026-11-23T11:00:00Z,+14155550101,refused,queued,failed,"));
    assert_non_null(strstr(csv, "imported"));
    assert_non_null(strstr(csv, ",200,,RQ1,numhost,"));
    free(csv);
}

static void calls_has_calls_and_nothing_else(void **state)
{
    char *csv = looking_report_text(*state, REPORT_CALLS, REPORT_CSV, "");
    assert_int_equal(looking_row_count(csv), 2);
    assert_cell(csv, 1, "call", "unanswered");
    assert_cell(csv, 2, "call", "placed");
    assert_null(strstr(csv, "012345"));
    free(csv);
}

static void signers_says_who_has_to_sign_and_how_much(void **state)
{
    char *csv = looking_report_text(*state, REPORT_SIGNERS, REPORT_CSV, "");
    assert_true(looking_row_count(csv) >= 1);
    assert_cell(csv, 1, "email", "ann@example.com");
    assert_cell(csv, 1, "contact_title", "Owner");
    assert_cell(csv, 1, "loa_status", "");
    free(csv);
}

static void the_brief_groups_equal_reasons_most_important_first(void **state)
{
    char *csv = looking_report_text(*state, REPORT_BRIEF, REPORT_CSV, "");
    assert_cell(csv, 1, "section", "needs attention");
    assert_cell(csv, 1, "count", "1");
    assert_cell(csv, 2, "section", "failed");
    assert_cell(csv, 2, "what", "number \"...\" is not eligible");
    assert_cell(csv, 3, "section", "rejected");
    assert_cell(csv, 3, "count", "2");
    assert_cell(csv, 3, "example_line", "4");
    assert_cell(csv, 4, "who", "site");
    free(csv);
}

static void duplicates_of_different_lines_are_one_group_of_the_brief(void **state)
{
    looking_import(*state, "twice",
                   "phone_number\n+14155550130\n+14155550131\n+14155550130\n+14155550131\n");
    char *csv = looking_report_text(*state, REPORT_BRIEF, REPORT_CSV, "twice");
    assert_cell(csv, 1, "section", "rejected");
    assert_cell(csv, 1, "count", "2");
    assert_cell(csv, 2, "section", "waiting");
    assert_non_null(strstr(csv, "stands earlier in this file (line ...)"));
    free(csv);
}

static void what_happened_counts_the_last_day_only(void **state)
{
    char *csv = looking_report_text(*state, REPORT_BRIEF, REPORT_CSV, "");
    assert_non_null(strstr(csv, ",happened,nobody,1,completed,"));
    assert_non_null(strstr(csv, ",happened,nobody,1,signed,"));
    assert_null(strstr(csv, ",happened,nobody,1,verified,"));
    free(csv);
}

static bool save_failed(struct store *store, int64_t number, const char *phone, struct error *err)
{
    struct number failed = {0};
    bool found = false;
    if (!store_find_by_phone(store, phone, &failed, &found, err) || !found)
        return false;
    failed.status = STATUS_FAILED;
    failed.step = STEP_NOTHING;
    snprintf(failed.reason, sizeof failed.reason, "reason %c%c", (char)('a' + number / 26 % 26),
             (char)('a' + number % 26));
    failed.reason_code = (int32_t)number;
    return store_save_number(store, &failed, err);
}

static void more_reasons_than_fit_are_counted_together(void **state)
{
    struct looking_store *made = *state;
    struct error err = {0};
    char *csv = calloc(1, 64 * 1024);
    assert_non_null(csv);
    strcpy(csv, "phone_number\n");
    for (int i = 0; i < 700; i++)
        sprintf(csv + strlen(csv), "+1415556%04d\n", i);
    looking_import(made, "many", csv);
    assert_true(store_begin(made->store, &err));
    for (int i = 0; i < 700; i++) {
        char phone[PHONE_BYTES];
        snprintf(phone, sizeof phone, "+1415556%04d", i);
        assert_true(save_failed(made->store, i + 1, phone, &err));
    }
    assert_true(store_commit(made->store, &err));
    struct findings *findings = findings_new(made->store, "many", LOOKING_NOW_MS, DAY_MS, &err);
    int64_t sum = 0;
    assert_non_null(findings);
    assert_true(findings->count <= FINDINGS_MAX);
    for (size_t i = 0; i < findings->count; i++)
        sum += findings->items[i].section == SECTION_FAILED ? findings->items[i].count : 0;
    assert_int_equal(sum, 700);
    assert_string_equal(findings->items[0].reason, "other reasons");
    findings_free(findings);
    free(csv);
}

static void json_of_every_kind_is_one_document_with_the_rows_of_the_csv(void **state)
{
    for (int kind = 0; kind < REPORT_KIND_COUNT; kind++) {
        char *csv = looking_report_text(*state, (enum report_kind)kind, REPORT_CSV, "");
        char *text = looking_report_text(*state, (enum report_kind)kind, REPORT_JSON, "");
        json_error_t trouble;
        json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &trouble);
        if (json == NULL)
            fail_msg("%s: %s\n%s", report_kind_name((enum report_kind)kind), trouble.text, text);
        assert_int_equal(json_integer_value(json_object_get(json, "schema")), 1);
        assert_string_equal(json_string_value(json_object_get(json, "report")),
                            report_kind_name((enum report_kind)kind));
        size_t rows = json_array_size(json_object_get(json, "rows"));
        assert_int_equal(rows, looking_row_count(csv));
        assert_int_equal(json_integer_value(json_object_get(json, "count")), rows);
        json_decref(json);
        free(text);
        free(csv);
    }
}

static void json_keeps_the_users_columns_apart_from_ours(void **state)
{
    char *text = looking_report_text(*state, REPORT_PROGRESS, REPORT_JSON, "spring");
    json_t *json = json_loads(text, 0, NULL);
    json_t *row = json_array_get(json_object_get(json, "rows"), 1);
    json_t *original = json_object_get(row, "original");
    assert_string_equal(json_string_value(json_object_get(original, "notes")), "-1");
    assert_string_equal(json_string_value(json_object_get(original, "notes (2)")), "second");
    assert_int_equal(json_integer_value(json_object_get(row, "numhost_line")), 3);
    assert_true(json_is_null(json_object_get(row, "numhost_completed_at")));
    json_decref(json);
    free(text);
}

static void bytes_that_are_not_utf_8_cannot_break_json(void **state)
{
    struct buf out;
    (void)state;
    buf_init(&out, 256);
    json_add_text(&out, "a\xFF\"\\\n\x01\xC3\xA9\0z", 10);
    assert_string_equal(buf_text(&out), "\"a\xEF\xBF\xBD\\\"\\\\\\n\\u0001\xC3\xA9\\u0000z\"");
    buf_done(&out);
}

static void an_unknown_batch_is_refused_with_a_suggestion(void **state)
{
    struct looking_store *made = *state;
    struct error err = {0};
    const struct report_request request = {.batch = "sprng", .now_ms = LOOKING_NOW_MS};
    FILE *out = fopen("/dev/null", "w");
    assert_false(report_write(made->store, &request, out, NULL, &err));
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_non_null(strstr(err.text, "did you mean \"spring\"?"));
    fclose(out);
}

static void a_full_disk_is_an_error_and_not_a_short_report(void **state)
{
    struct looking_store *made = *state;
    for (int kind = 0; kind < REPORT_KIND_COUNT; kind++) {
        struct error err = {0};
        const struct report_request request = {
            .kind = (enum report_kind)kind, .batch = "", .now_ms = LOOKING_NOW_MS};
        FILE *out = fopen("/dev/full", "w");
        assert_non_null(out);
        assert_false(report_write(made->store, &request, out, NULL, &err));
        assert_int_equal(err.kind, ERROR_OTHER);
        fclose(out);
    }
}

static void a_store_of_nothing_gives_headings_and_no_rows(void **state)
{
    struct looking_store *made = looking_store_new_empty();
    (void)state;
    for (int kind = 0; kind < REPORT_KIND_COUNT; kind++) {
        char *csv = looking_report_text(made, (enum report_kind)kind, REPORT_CSV, "");
        assert_int_equal(looking_row_count(csv), 0);
        free(csv);
    }
    looking_store_free(made);
}

static void what_the_report_says_stays_true_while_another_process_writes(void **state)
{
    struct looking_store *made = *state;
    struct error err = {0};
    struct accounts before;
    struct accounts after;
    struct store *reader = store_open(looking_path(made, "numhost.db"), STORE_READ, &err);
    assert_non_null(reader);
    assert_true(store_begin(reader, &err));
    assert_true(accounts_read(reader, "", &before, &err));
    looking_import(made, "late", "phone_number\n+14155550199\n");
    assert_true(accounts_read(reader, "", &after, &err));
    assert_int_equal(before.total.rows, after.total.rows);
    store_rollback(reader);
    accounts_done(&after);
    assert_true(accounts_read(reader, "", &after, &err));
    assert_int_equal(before.total.rows + 1, after.total.rows);
    accounts_done(&before);
    accounts_done(&after);
    store_close(reader);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(progress_has_exactly_the_columns_of_the_design_behind_the_original_ones),
        TEST(progress_has_a_row_for_every_input_row_rejected_ones_in_their_place),
        TEST(the_original_cells_come_back_as_they_were),
        TEST(two_columns_of_one_name_stay_two),
        TEST(a_cell_a_spreadsheet_would_run_is_guarded_and_a_number_is_not),
        TEST(instants_are_rfc_3339_in_utc_and_empty_where_there_is_none),
        TEST(every_number_says_why_it_is_where_it_is_and_what_to_do),
        TEST(batches_of_different_headings_share_their_union_in_order_of_appearance),
        TEST(the_accounting_of_every_batch_adds_up_to_its_input_rows),
        TEST(failed_holds_what_wants_a_person_and_nothing_else),
        TEST(a_mended_failed_report_can_be_imported_again),
        TEST(rejected_rows_come_with_their_line_and_the_reason),
        TEST(history_has_every_event_with_who_and_what),
        TEST(calls_has_calls_and_nothing_else),
        TEST(signers_says_who_has_to_sign_and_how_much),
        TEST(the_brief_groups_equal_reasons_most_important_first),
        TEST(duplicates_of_different_lines_are_one_group_of_the_brief),
        TEST(what_happened_counts_the_last_day_only),
        TEST(more_reasons_than_fit_are_counted_together),
        TEST(json_of_every_kind_is_one_document_with_the_rows_of_the_csv),
        TEST(json_keeps_the_users_columns_apart_from_ours),
        cmocka_unit_test(bytes_that_are_not_utf_8_cannot_break_json),
        TEST(an_unknown_batch_is_refused_with_a_suggestion),
        TEST(a_full_disk_is_an_error_and_not_a_short_report),
        cmocka_unit_test(a_store_of_nothing_gives_headings_and_no_rows),
        TEST(what_the_report_says_stays_true_while_another_process_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
