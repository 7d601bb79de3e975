/* How rows become the few groups of the morning's page, and the words for each. */
#include "engine/findings.h"

#include "base/clock.h"
#include "base/text.h"
#include "domain/failure.h"
#include "engine/advice.h"
#include "helpers/store_fixture.h"

#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1795000000000)

static void fail_number(struct fixture *fixture, int i, const char *reason, int32_t code)
{
    struct error err = {0};
    struct number number = fixture_number(fixture, fixture_add_many(fixture, i, ""));
    number.status = STATUS_FAILED;
    number.step = STEP_NOTHING;
    number.reason_code = code;
    TEXT_SET(number.reason, reason);
    assert_true(store_save_number(fixture->store, &number, &err));
}

static void reject(struct fixture *fixture, int64_t line, const char *column, const char *reason)
{
    struct error err = {0};
    const struct import_reject reject = {
        .line = line, .record = "x", .record_bytes = 1, .column = column, .reason = reason};
    fixture_import_begin(fixture, FIXTURE_BATCH);
    assert_true(store_import_reject(fixture->store, &reject, &err));
    fixture_import_end(fixture);
}

static struct findings *find(struct fixture *fixture)
{
    struct error err = {0};
    struct findings *findings = findings_new(fixture->store, "", NOW, DAY_MS, &err);
    if (findings == NULL)
        fail_msg("%s", err.text);
    return findings;
}

/* ---- equal reasons ---- */

static void what_is_a_rows_own_does_not_make_a_group_of_its_own(void **state)
{
    struct fixture *fixture = *state;
    fail_number(fixture, 0, "+14155550100 is taken by line 7, see \"Shop A\" and 4155550100", 0);
    fail_number(fixture, 1, "+14155550101 is taken by line 81, see \"B\" and 14155550101", 0);
    struct findings *findings = find(fixture);
    assert_int_equal(findings->count, 1);
    assert_int_equal(findings->items[0].count, 2);
    assert_string_equal(findings->items[0].reason, "... is taken by line ..., see \"...\" and ...");
    findings_free(findings);
}

static void other_digits_and_signs_say_what_is_the_matter(void **state)
{
    struct fixture *fixture = *state;
    static const char reason[] = "the line + is dead: HTTP 500 + 1, an \" too many, code 22102";
    fail_number(fixture, 0, reason, 0);
    struct findings *findings = find(fixture);
    assert_string_equal(findings->items[0].reason, reason);
    findings_free(findings);
}

static void as_many_reasons_as_there_are_are_told_apart(void **state)
{
    struct fixture *fixture = *state;
    enum { REASONS = 300 };
    for (int i = 0; i < 2 * REASONS; i++) {
        char reason[REASON_BYTES];
        snprintf(reason, sizeof reason, "reason %d", i / 2);
        fail_number(fixture, i, reason, 0);
    }
    struct findings *findings = find(fixture);
    assert_int_equal(findings->count, REASONS);
    for (size_t i = 0; i < findings->count; i++)
        assert_int_equal(findings->items[i].count, 2);
    findings_free(findings);
}

static void the_same_words_with_other_codes_are_other_groups_in_order(void **state)
{
    struct fixture *fixture = *state;
    enum { CODES = 200, FIRST_CODE = 22000 };
    for (int i = CODES - 1; i >= 0; i--)
        fail_number(fixture, i, "refused", FIRST_CODE + i);
    struct findings *findings = find(fixture);
    assert_int_equal(findings->count, CODES);
    for (int i = 0; i < CODES; i++)
        assert_int_equal(findings->items[i].code, FIRST_CODE + i);
    findings_free(findings);
}

/* ---- rejected rows ---- */

static void a_row_rejected_as_a_whole_names_no_column(void **state)
{
    struct fixture *fixture = *state;
    reject(fixture, 2, "", "too many cells");
    reject(fixture, 3, "Phone Number", "too short");
    struct findings *findings = find(fixture);
    assert_int_equal(findings->count, 2);
    assert_string_equal(findings->items[0].reason, "Phone Number: too short");
    assert_string_equal(findings->items[1].reason, "too many cells");
    findings_free(findings);
}

/* A letter of two bytes is not cut in the middle. */
static void a_long_reason_is_cut_between_two_letters(void **state)
{
    struct fixture *fixture = *state;
    char reason[2 * FINDING_TEXT_BYTES + 200];
    static const char heading[] = "Tel";
    for (size_t i = 0; i + 2 < sizeof reason; i += 2)
        memcpy(reason + i, "\xC3\xA9", 3);
    reject(fixture, 2, heading, reason);
    struct findings *findings = find(fixture);
    const char *text = findings->items[0].reason;
    size_t length = strlen(text);
    assert_in_range(length, FINDING_TEXT_BYTES - 3, FINDING_TEXT_BYTES - 1);
    assert_int_equal((length - strlen("Tel: ")) % 2, 0);
    assert_memory_equal(text, "Tel: \xC3\xA9", 7);
    findings_free(findings);
}

static void a_reason_is_told_whole_that_fits_once_the_rows_own_is_left_out(void **state)
{
    struct fixture *fixture = *state;
    char reason[FINDING_TEXT_BYTES + 100];
    snprintf(reason, sizeof reason, "value \"%0300d\": not a phone number", 7);
    reject(fixture, 2, "Phone Number", reason);
    struct findings *findings = find(fixture);
    assert_string_equal(findings->items[0].reason,
                        "Phone Number: value \"...\": not a phone number");
    findings_free(findings);
}

/* ---- what is the matter, and what to do ---- */

static void an_order_that_asks_for_a_person_is_found_before_the_row_knows(void **state)
{
    struct fixture *fixture = *state;
    int64_t id = fixture_add_many(fixture, 0, "");
    fixture_set(fixture, id, STATUS_ACTION_REQUIRED, STEP_NOTHING, 0);
    struct findings *findings = find(fixture);
    const struct finding *finding = &findings->items[0];
    assert_int_equal(finding->section, SECTION_ATTENTION);
    assert_int_equal(finding->attention, ATTENTION_ACTION_REQUIRED);
    assert_string_equal(finding->reason, "Twilio set the order to action-required");
    assert_string_equal(finding->advice, attention_advice(ATTENTION_ACTION_REQUIRED));
    findings_free(findings);
}

static void without_words_of_its_own_the_code_says_why(void **state)
{
    const struct failure *failure = failure_find(22102);
    struct number number = {.status = STATUS_FAILED, .reason_code = 22102};
    (void)state;
    assert_non_null(failure);
    assert_string_equal(number_reason(&number), failure->reason);
    assert_string_equal(number_advice(&number), failure->advice);
    number.status = STATUS_ACTION_REQUIRED;
    assert_string_equal(number_reason(&number), failure->reason);
    number.reason_code = 99999;
    assert_string_equal(number_reason(&number), "Twilio set the order to action-required");
    number.status = STATUS_FAILED;
    assert_string_equal(number_reason(&number), "");
    TEXT_SET(number.reason, "said by the service");
    assert_string_equal(number_reason(&number), "said by the service");
}

static void of_refused_data_the_code_says_what_to_mend(void **state)
{
    struct number number = {
        .status = STATUS_RECEIVED, .attention = ATTENTION_REFUSED, .reason_code = 22102};
    (void)state;
    assert_string_equal(number_advice(&number), failure_find(22102)->advice);
    number.reason_code = 99999; /* not in the dictionary */
    assert_string_equal(number_advice(&number), attention_advice(ATTENTION_REFUSED));
    number.reason_code = 0;
    assert_non_null(strstr(number_advice(&number), "No reason was given"));
    number.attention = ATTENTION_LAPSED;
    number.reason_code = 22102;
    assert_string_equal(number_advice(&number), attention_advice(ATTENTION_LAPSED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(what_is_a_rows_own_does_not_make_a_group_of_its_own),
        FIXTURE_TEST(other_digits_and_signs_say_what_is_the_matter),
        FIXTURE_TEST(as_many_reasons_as_there_are_are_told_apart),
        FIXTURE_TEST(the_same_words_with_other_codes_are_other_groups_in_order),
        FIXTURE_TEST(a_row_rejected_as_a_whole_names_no_column),
        FIXTURE_TEST(a_long_reason_is_cut_between_two_letters),
        FIXTURE_TEST(a_reason_is_told_whole_that_fits_once_the_rows_own_is_left_out),
        FIXTURE_TEST(an_order_that_asks_for_a_person_is_found_before_the_row_knows),
        cmocka_unit_test(without_words_of_its_own_the_code_says_why),
        cmocka_unit_test(of_refused_data_the_code_says_what_to_mend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
