/* Also renders docs/failures.md: test_failure --write docs/failures.md */
#include "base/buf.h"
#include "domain/failure.h"
#include "domain/failure_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DOCS_FILE SOURCE_DIR "/docs/failures.md"
enum { DOCS_BYTES_MAX = 256 * 1024 };

/* The known columns of the manual's "CSV in". */
static const char *const known_columns[] = {
    "phone_number",
    "friendly_name",
    "email",
    "cc_emails",
    "address_sid",
    "verification_type",
    "verification_document_sid",
    "extension",
    "call_delay",
    "sms_url",
    "sms_method",
    "sms_fallback_url",
    "sms_fallback_method",
    "sms_application_sid",
    "status_callback_url",
    "status_callback_method",
    "account_sid",
    "contact_title",
    "contact_phone_number",
    "site",
    "time_zone",
    "priority",
};
static const char *const known_owners[] = {"you", "site", "signer", "carrier", "twilio"};

/* Every code of section 3.3 of the facts about the API. */
static const int32_t catalogue[] = {
    10001, 10002, 20001, 20003, 20004, 20005, 20006, 20404, 20409, 20429, 20500, 20503,
    21470, 21471, 21472, 21628, 21629, 21630, 21631, 22100, 22101, 22102, 22103, 22104,
    22105, 22106, 22107, 22108, 22109, 22110, 22111, 22112, 22113, 22114, 22115, 22116,
    22117, 22118, 22119, 22120, 22121, 22122, 22123, 22124, 22125, 22127, 22350,
};

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(word, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

static enum failure_class class_of(enum operation operation, int32_t http_status, int32_t code)
{
    const struct failure *row = failure_of_answer(operation, http_status, code);
    assert_non_null(row);
    return row->class;
}

static void assert_sentence(const char *text)
{
    assert_non_null(text);
    size_t length = strlen(text);
    assert_in_range(length, 12, REASON_BYTES - 1);
    assert_true(text[length - 1] == '.' || text[length - 1] == ')');
    assert_null(strpbrk(text, "|\n")); /* would break the table in docs/ */
}

static void assert_complete(const struct failure *row)
{
    assert_in_range(row->class, 0, FAILURE_CLASS_COUNT - 1);
    assert_sentence(row->reason);
    assert_sentence(row->advice);
    assert_true(strlen(row->source) > 8);
    assert_true(is_one_of(row->owner, known_owners, COUNT_OF(known_owners)));
    assert_non_null(row->column);
    assert_true(row->column[0] == '\0' ||
                is_one_of(row->column, known_columns, COUNT_OF(known_columns)));
}

static void every_row_says_what_happened_what_to_do_and_how_we_know(void **state)
{
    (void)state;
    for (size_t i = 0; i < failure_code_count; i++) {
        assert_complete(&failure_codes[i]);
        assert_true(failure_codes[i].http_status == 0 /* not documented */
                    || (failure_codes[i].http_status >= 400 && failure_codes[i].http_status < 600));
    }
    for (size_t i = 0; i < failure_status_count; i++) {
        assert_complete(&failure_statuses[i]);
        assert_int_equal(failure_statuses[i].code, 0);
    }
    assert_complete(&failure_no_access);
}

static void rows_are_in_order_and_unique(void **state)
{
    (void)state;
    size_t count = 0;
    int32_t last_code = 0;
    for (const struct failure *row; (row = failure_at(count)) != NULL; count++) {
        assert_true(row->code > last_code);
        last_code = row->code;
    }
    assert_int_equal(count, failure_code_count);
    for (size_t i = 1; i < failure_status_count; i++) {
        assert_true(failure_statuses[i].http_status > failure_statuses[i - 1].http_status);
    }
}

static void the_dictionary_has_every_code_of_the_catalogue_and_no_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(catalogue); i++) {
        assert_non_null(failure_find(catalogue[i]));
        assert_int_equal(failure_find(catalogue[i])->code, catalogue[i]);
    }
    assert_int_equal(failure_code_count, COUNT_OF(catalogue));
    assert_null(failure_find(0));
    assert_null(failure_find(22126));
    assert_null(failure_find(-1));
}

static void a_permanent_refusal_by_the_rows_data_names_the_column(void **state)
{
    (void)state;
    const int32_t data_codes[] = {21470, 21471, 21628, 21629, 22102, 22103, 22104, 22105,
                                  22106, 22108, 22109, 22110, 22116, 22117, 22118, 22120};
    for (size_t i = 0; i < COUNT_OF(data_codes); i++) {
        assert_int_equal(failure_find(data_codes[i])->class, FAILURE_PERMANENT);
        assert_string_not_equal(failure_find(data_codes[i])->column, "");
    }
    assert_string_equal(failure_find(22117)->column, "extension");
    assert_string_equal(failure_find(22118)->column, "verification_document_sid");
}

static void codes_have_the_class_the_facts_give_them(void **state)
{
    (void)state;
    const struct {
        int32_t code;
        int32_t http_status;
        enum failure_class class;
    } rows[] = {
        {20003, 401, FAILURE_STOP_RUN},   {20005, 403, FAILURE_STOP_RUN},
        {10001, 401, FAILURE_STOP_RUN},   {20001, 400, FAILURE_PERMANENT},
        {20409, 409, FAILURE_LOOK_AGAIN}, {20429, 429, FAILURE_TRY_LATER},
        {20500, 500, FAILURE_LOOK_AGAIN}, {20503, 503, FAILURE_LOOK_AGAIN},
        {22100, 400, FAILURE_PERSON},     {22107, 400, FAILURE_LOOK_AGAIN},
        {22110, 400, FAILURE_PERMANENT},  {22112, 400, FAILURE_LOOK_AGAIN},
        {22113, 400, FAILURE_LOOK_AGAIN}, {22114, 400, FAILURE_LOOK_AGAIN},
        {22123, 400, FAILURE_PERSON},     {22350, 400, FAILURE_PERSON},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(class_of(OPERATION_START_CALL, rows[i].http_status, rows[i].code),
                         rows[i].class);
        assert_int_equal(failure_find(rows[i].code)->class, rows[i].class);
    }
    assert_string_equal(failure_find(22123)->owner, "site");
    assert_string_equal(failure_find(22100)->owner, "twilio");
}

static bool is_collection(enum operation operation)
{
    return operation == OPERATION_CREATE_ORDER || operation == OPERATION_LIST_ORDERS ||
           operation == OPERATION_CREATE_DOCUMENT || operation == OPERATION_LIST_DOCUMENTS;
}

static void a_404_on_a_collection_stops_the_run_and_on_an_instance_looks_again(void **state)
{
    (void)state;
    const int32_t codes[] = {20404, 0, 29999};
    for (int operation = 0; operation < OPERATION_COUNT; operation++) {
        for (size_t i = 0; i < COUNT_OF(codes); i++) {
            enum operation which = (enum operation)operation;
            assert_int_equal(class_of(which, 404, codes[i]),
                             is_collection(which) ? FAILURE_STOP_RUN : FAILURE_LOOK_AGAIN);
        }
    }
    const struct failure *row = failure_of_answer(OPERATION_LIST_ORDERS, 404, 20404);
    assert_non_null(strstr(row->reason, "no access to Hosted Numbers on this account"));
}

static void a_429_is_tried_later_whatever_code_is_beside_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(catalogue); i++) {
        for (int operation = 0; operation < OPERATION_COUNT; operation++) {
            assert_int_equal(class_of((enum operation)operation, 429, catalogue[i]),
                             FAILURE_TRY_LATER);
        }
    }
}

/* After a 5xx, a 2xx that could not be read or no answer at all the request may have had its
 * effect. */
static void an_unknown_outcome_is_never_taken_for_a_refusal(void **state)
{
    (void)state;
    const int32_t statuses[] = {0, 100, 200, 201, 204, 299, 500, 501, 502, 503, 504, 599, 600, -1};
    for (size_t s = 0; s < COUNT_OF(statuses); s++) {
        for (int operation = 0; operation < OPERATION_COUNT; operation++) {
            assert_int_equal(class_of((enum operation)operation, statuses[s], 0),
                             FAILURE_LOOK_AGAIN);
            for (size_t i = 0; i < COUNT_OF(catalogue); i++) {
                assert_int_equal(class_of((enum operation)operation, statuses[s], catalogue[i]),
                                 FAILURE_LOOK_AGAIN);
            }
        }
    }
}

static void unknown_codes_are_classed_by_http_status(void **state)
{
    (void)state;
    const struct {
        int32_t http_status;
        enum failure_class class;
    } rows[] = {
        {301, FAILURE_STOP_RUN},   {302, FAILURE_STOP_RUN},   {308, FAILURE_STOP_RUN},
        {400, FAILURE_PERMANENT},  {401, FAILURE_STOP_RUN},   {402, FAILURE_STOP_RUN},
        {403, FAILURE_STOP_RUN},   {405, FAILURE_PERMANENT},  {407, FAILURE_STOP_RUN},
        {408, FAILURE_LOOK_AGAIN}, {409, FAILURE_LOOK_AGAIN}, {410, FAILURE_LOOK_AGAIN},
        {412, FAILURE_LOOK_AGAIN}, {413, FAILURE_PERMANENT},  {415, FAILURE_PERMANENT},
        {418, FAILURE_PERMANENT},  {422, FAILURE_PERMANENT},  {426, FAILURE_STOP_RUN},
        {429, FAILURE_TRY_LATER},  {499, FAILURE_PERMANENT},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(class_of(OPERATION_FETCH_ORDER, rows[i].http_status, 0), rows[i].class);
        assert_int_equal(class_of(OPERATION_FETCH_ORDER, rows[i].http_status, 29999),
                         rows[i].class);
    }
}

static void a_401_stops_the_run_even_beside_a_code_about_a_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(catalogue); i++) {
        assert_int_equal(class_of(OPERATION_FETCH_ORDER, 401, catalogue[i]), FAILURE_STOP_RUN);
    }
}

static void a_delete_that_is_not_allowed_stops_nobody_else(void **state)
{
    (void)state;
    assert_int_equal(class_of(OPERATION_DELETE_ORDER, 405, 20004), FAILURE_PERMANENT);
    assert_int_equal(class_of(OPERATION_DELETE_INCOMING, 405, 20004), FAILURE_PERMANENT);
    assert_int_equal(class_of(OPERATION_CREATE_ORDER, 405, 20004), FAILURE_STOP_RUN);
}

static void every_class_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < FAILURE_CLASS_COUNT; i++) {
        assert_true(strlen(failure_class_name((enum failure_class)i)) > 3);
        for (int k = 0; k < i; k++) {
            assert_string_not_equal(failure_class_name((enum failure_class)i),
                                    failure_class_name((enum failure_class)k));
        }
    }
}

/* docs/failures.md */

static void render_row(struct buf *out, const char *label, const struct failure *row)
{
    bool has_column = row->column[0] != '\0';
    buf_addf(out, "| %s | %s | %s | %s | %s | %s%s%s | %s |\n", label,
             failure_class_name(row->class), row->owner, row->reason, row->advice,
             has_column ? "`" : "", row->column, has_column ? "`" : "", row->source);
}

static void render_head(struct buf *out, const char *title, const char *first)
{
    buf_addf(out,
             "\n## %s\n\n| %s | class | waits on | reason | what to do | column | source |\n"
             "|---|---|---|---|---|---|---|\n",
             title, first);
}

static void render_classes(struct buf *out)
{
    static const char *const meanings[FAILURE_CLASS_COUNT] = {
        [FAILURE_STOP_RUN] = "no number is at fault: the run stops with exit code 4",
        [FAILURE_TRY_LATER] = "never processed: sent again later, not counted as an attempt",
        [FAILURE_LOOK_AGAIN] = "not the state we thought, or outcome unknown: read first",
        [FAILURE_PERMANENT] =
            "the row's data can never work as it is: it goes to the failed report",
        [FAILURE_PERSON] = "somebody has to act: the number waits in needs attention",
    };
    buf_add_text(out, "| class | what numhost does |\n|---|---|\n");
    for (int i = 0; i < FAILURE_CLASS_COUNT; i++) {
        buf_addf(out, "| %s | %s |\n", failure_class_name((enum failure_class)i), meanings[i]);
    }
}

static void render_statuses(struct buf *out)
{
    char label[64];
    render_head(out, "Answers without a known code, by HTTP status", "HTTP");
    for (size_t i = 0; i < failure_status_count; i++) {
        const struct failure *row = &failure_statuses[i];
        bool stands_for_hundred = row->http_status > 0 && row->http_status % 100 == 0;
        (void)snprintf(label, sizeof label, "%d%s", row->http_status,
                       stands_for_hundred ? " and others of its hundred" : "");
        render_row(out, row->http_status == 0 ? "none, or unreadable" : label, row);
    }
    render_row(out, "404 on a list or a create, with 20404 or no code", &failure_no_access);
}

static void render_docs(struct buf *out)
{
    char label[16];
    buf_add_text(out, "# Failures\n\nEvery way the service says no and what numhost does about it. "
                      "Rendered from src/domain/failure_table.c and failure_status.c\nby "
                      "`test_failure --write docs/failures.md`; a test keeps it true. `numhost "
                      "explain-code CODE` prints one row.\n\n");
    render_classes(out);
    render_head(out, "Error codes", "code");
    for (size_t i = 0; failure_at(i) != NULL; i++) {
        (void)snprintf(label, sizeof label, "%d", failure_at(i)->code);
        render_row(out, label, failure_at(i));
    }
    render_statuses(out);
}

static void docs_failures_md_shows_these_very_rows(void **state)
{
    (void)state;
    struct buf rendered;
    struct buf stored;
    char piece[4096];
    buf_init(&rendered, DOCS_BYTES_MAX);
    buf_init(&stored, DOCS_BYTES_MAX);
    render_docs(&rendered);
    FILE *file = fopen(DOCS_FILE, "r");
    for (size_t got; file != NULL && (got = fread(piece, 1, sizeof piece, file)) > 0;) {
        buf_add(&stored, piece, got);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    bool same = strcmp(buf_text(&rendered), buf_text(&stored)) == 0;
    bool whole = !rendered.overflow && !stored.overflow;
    buf_done(&rendered);
    buf_done(&stored);
    if (!same) {
        print_error("docs/failures.md is out of date: test_failure --write docs/failures.md\n");
    }
    assert_true(same && whole);
}

static int write_docs(const char *path)
{
    struct buf rendered;
    buf_init(&rendered, DOCS_BYTES_MAX);
    render_docs(&rendered);
    FILE *file = fopen(path, "w");
    bool written = file != NULL && !rendered.overflow &&
                   fwrite(buf_text(&rendered), 1, rendered.length, file) == rendered.length;
    if (file != NULL && fclose(file) != 0) {
        written = false;
    }
    buf_done(&rendered);
    if (!written) {
        perror(path);
    }
    return written ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--write") == 0) {
        return write_docs(argv[2]);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_says_what_happened_what_to_do_and_how_we_know),
        cmocka_unit_test(rows_are_in_order_and_unique),
        cmocka_unit_test(the_dictionary_has_every_code_of_the_catalogue_and_no_other),
        cmocka_unit_test(a_permanent_refusal_by_the_rows_data_names_the_column),
        cmocka_unit_test(codes_have_the_class_the_facts_give_them),
        cmocka_unit_test(a_404_on_a_collection_stops_the_run_and_on_an_instance_looks_again),
        cmocka_unit_test(a_429_is_tried_later_whatever_code_is_beside_it),
        cmocka_unit_test(an_unknown_outcome_is_never_taken_for_a_refusal),
        cmocka_unit_test(unknown_codes_are_classed_by_http_status),
        cmocka_unit_test(a_401_stops_the_run_even_beside_a_code_about_a_number),
        cmocka_unit_test(a_delete_that_is_not_allowed_stops_nobody_else),
        cmocka_unit_test(every_class_has_a_name_of_its_own),
        cmocka_unit_test(docs_failures_md_shows_these_very_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
