/* What an import does to rows that exist, and that every row is accounted for. */
#include "helpers/store_fixture.h"

#include "base/text.h"

#include <string.h>

/* One row in an import of its own. */
static struct import_result import_one(struct fixture *fixture, const char *batch,
                                       const struct import_row *row)
{
    fixture_import_begin(fixture, batch);
    struct import_result result = fixture_import(fixture, row);
    fixture_import_end(fixture);
    return result;
}

static void set(struct fixture *fixture, enum status status, enum step step,
                enum attention attention)
{
    struct error err = {0};
    struct number number = fixture_number(fixture, 1);
    number.status = status;
    number.step = step;
    number.attention = attention;
    number.order_count = 3;
    assert_true(store_save_number(fixture->store, &number, &err));
}

static void the_same_file_again_changes_nothing_but_lines(void **state)
{
    struct fixture *fixture = *state;
    struct import_row row = fixture_row(2, "+14155550101");
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_NEW);
    struct number before = fixture_number(fixture, 1);
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_UNCHANGED);
    struct number after = fixture_number(fixture, 1);
    assert_memory_equal(&before, &after, sizeof before);
    row.line = 9;
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_UNCHANGED);
    assert_int_equal(fixture_number(fixture, 1).line, 9);
    assert_int_equal(fixture_events(fixture, 1, 0), 1);
}

static void a_number_twice_in_a_file_is_found_with_its_first_line(void **state)
{
    struct fixture *fixture = *state;
    char phone_number[PHONE_BYTES];
    fixture_import_begin(fixture, "a");
    for (int i = 0; i < 200; i++) {
        snprintf(phone_number, sizeof phone_number, "+1415555%04d", i);
        assert_int_equal(fixture_import_line(fixture, 2 + i, phone_number).outcome, IMPORT_NEW);
        struct import_result again = fixture_import_line(fixture, 1000 + i, "+14155550000");
        assert_int_equal(again.outcome, IMPORT_DUPLICATE);
        assert_int_equal(again.other_line, 2);
    }
    struct import_result last = fixture_import_line(fixture, 5000, phone_number);
    assert_int_equal(last.outcome, IMPORT_DUPLICATE);
    assert_int_equal(last.other_line, 201);
    fixture_import_end(fixture);
    fixture_import_begin(fixture, "a");
    assert_int_equal(fixture_import_line(fixture, 7, "+14155550003").outcome, IMPORT_UNCHANGED);
    assert_int_equal(fixture_import_line(fixture, 8, "+14155550003").other_line, 7);
    fixture_import_end(fixture);
}

static void what_was_sent_is_a_conflict_and_stays(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct order_details details = {.call_delay = 0};
    struct import_row row = fixture_row(2, "+14155550101");
    import_one(fixture, "a", &row);
    TEXT_SET(row.details.friendly_name, "Front desk");
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_UPDATED);
    set(fixture, STATUS_RECEIVED, STEP_START_CALL, ATTENTION_NONE);
    TEXT_SET(row.details.friendly_name, "Back door");
    TEXT_SET(row.details.extension, "12");
    struct import_result result = import_one(fixture, "a", &row);
    assert_int_equal(result.outcome, IMPORT_CONFLICT);
    assert_string_equal(result.column, "friendly_name");
    assert_int_equal(result.status, STATUS_RECEIVED);
    assert_true(store_read_details(fixture->store, 1, &details, &err));
    assert_string_equal(details.friendly_name, "Front desk");
    assert_string_equal(details.extension, "");
}

static void an_intent_to_create_counts_as_sent(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct import_row row = fixture_row(2, "+14155550101");
    import_one(fixture, "a", &row);
    struct number number = fixture_number(fixture, 1);
    number.intent = INTENT_CREATE;
    assert_true(store_save_number(fixture->store, &number, &err));
    TEXT_SET(row.details.sms_url, "https://example.com/x");
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_CONFLICT);
}

static void the_signer_may_change_until_the_loa(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct signer signer = {.id = 0};
    bool found = false;
    struct import_row row = fixture_row(2, "+14155550101");
    import_one(fixture, "a", &row);
    set(fixture, STATUS_VERIFIED, STEP_AUTHORIZE, ATTENTION_NONE);
    TEXT_SET(row.signer.email, "new@example.com");
    TEXT_SET(row.details.email, "new@example.com");
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_UPDATED);
    struct number number = fixture_number(fixture, 1);
    assert_true(store_read_signer(fixture->store, number.signer_id, &signer, &found, &err));
    assert_string_equal(signer.email, "new@example.com");
    number.loa_id = 4;
    assert_true(store_save_number(fixture->store, &number, &err));
    TEXT_SET(row.signer.contact_title, "Clerk");
    struct import_result result = import_one(fixture, "a", &row);
    assert_int_equal(result.outcome, IMPORT_CONFLICT);
    assert_string_equal(result.column, "contact_title");
}

static void verification_may_change_until_verified_and_the_site_always(void **state)
{
    struct fixture *fixture = *state;
    struct import_row row = fixture_row(2, "+14155550101");
    import_one(fixture, "a", &row);
    set(fixture, STATUS_RECEIVED, STEP_START_CALL, ATTENTION_NONE);
    row.details.call_delay = 5;
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_UPDATED);
    set(fixture, STATUS_VERIFIED, STEP_AUTHORIZE, ATTENTION_NONE);
    TEXT_SET(row.site, "North");
    row.priority = 4;
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_UPDATED);
    assert_int_equal(fixture_number(fixture, 1).urgency, 4);
    row.details.call_delay = 6;
    assert_string_equal(import_one(fixture, "a", &row).column, "call_delay");
}

static void a_mended_failure_starts_anew_and_keeps_its_history(void **state)
{
    struct fixture *fixture = *state;
    struct import_row row = fixture_row(2, "+14155550101");
    import_one(fixture, "a", &row);
    set(fixture, STATUS_FAILED, STEP_NOTHING, ATTENTION_NONE);
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_UNCHANGED);
    TEXT_SET(row.details.friendly_name, "Mended");
    struct import_result result = import_one(fixture, "a", &row);
    assert_int_equal(result.outcome, IMPORT_REQUEUED);
    assert_int_equal(result.status, STATUS_FAILED);
    struct number number = fixture_number(fixture, 1);
    assert_int_equal(number.status, STATUS_QUEUED);
    assert_int_equal(number.step, STEP_CREATE);
    assert_int_equal(number.order_count, 3);
    assert_int_equal(fixture_events(fixture, 1, UINT64_C(1) << EVENT_ROW_CHANGED), 1);
}

static void attention_over_data_is_cleared_by_mending(void **state)
{
    struct fixture *fixture = *state;
    struct import_row row = fixture_row(2, "+14155550101");
    import_one(fixture, "a", &row);
    set(fixture, STATUS_VERIFIED, STEP_NOTHING, ATTENTION_NO_SIGNER);
    TEXT_SET(row.signer.contact_title, "Director");
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_REQUEUED);
    assert_int_equal(fixture_number(fixture, 1).step, STEP_AUTHORIZE);
    assert_int_equal(fixture_number(fixture, 1).attention, ATTENTION_NONE);
    set(fixture, STATUS_RECEIVED, STEP_NOTHING, ATTENTION_REFUSED);
    TEXT_SET(row.details.extension, "7");
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_REQUEUED);
    assert_int_equal(fixture_number(fixture, 1).step, STEP_RECONCILE);
}

static void another_batch_keeps_its_number_unless_it_failed_there(void **state)
{
    struct fixture *fixture = *state;
    struct import_row row = fixture_row(2, "+14155550101");
    import_one(fixture, "a", &row);
    row.line = 30;
    struct import_result result = import_one(fixture, "b", &row);
    assert_int_equal(result.outcome, IMPORT_ELSEWHERE);
    assert_string_equal(result.other_batch, "a");
    assert_int_equal(result.other_line, 2);
    set(fixture, STATUS_FAILED, STEP_NOTHING, ATTENTION_NONE);
    result = import_one(fixture, "b", &row);
    assert_int_equal(result.outcome, IMPORT_REQUEUED);
    assert_string_equal(result.other_batch, "a");
    assert_int_equal(fixture_number(fixture, 1).line, 30);
}

static bool keep_batch(void *context, const struct batch *batch)
{
    *(struct batch *)context = *batch;
    return true;
}

static struct batch last_batch(struct fixture *fixture)
{
    struct error err = {0};
    struct batch batch = {.id = 0};
    assert_true(store_each_batch(fixture->store, keep_batch, &batch, &err));
    return batch;
}

static void a_reject_goes_when_its_line_is_mended(void **state)
{
    struct fixture *fixture = *state;
    fixture_import_begin(fixture, "a");
    fixture_import_line(fixture, 2, "+14155550101");
    fixture_reject_line(fixture, 3);
    fixture_reject_line(fixture, 4);
    fixture_import_end(fixture);
    assert_int_equal(last_batch(fixture).rejected, 2);
    struct import_row row = fixture_row(2, "+14155550102"); /* line 2 of the rejects file */
    row.replaces_line = 3;
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_NEW);
    assert_int_equal(fixture_number(fixture, 2).line, 3);
    assert_int_equal(last_batch(fixture).rejected, 1);
    fixture_import_begin(fixture, "a"); /* the same file, line 4 mended in place */
    fixture_import_line(fixture, 4, "+14155550103");
    fixture_import_end(fixture);
    assert_int_equal(last_batch(fixture).rejected, 0);
    assert_int_equal(last_batch(fixture).rows, 3);
}

static void a_failed_import_leaves_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct number number;
    bool found = true;
    fixture_import_begin(fixture, "a");
    fixture_import_line(fixture, 2, "+14155550101");
    store_rollback(fixture->store);
    assert_true(store_find_by_phone(fixture->store, "+14155550101", &number, &found, &err));
    assert_false(found);
    assert_int_equal(last_batch(fixture).id, 0);
}

static void sites_take_turns_from_the_start(void **state)
{
    struct fixture *fixture = *state;
    fixture_import_begin(fixture, "a");
    for (int i = 0; i < 4; i++) {
        char phone_number[PHONE_BYTES];
        snprintf(phone_number, sizeof phone_number, "+1415555%04d", i);
        struct import_row row = fixture_row(2 + i, phone_number);
        TEXT_SET(row.site, i == 3 ? "B" : "A");
        fixture_import(fixture, &row);
    }
    fixture_import_end(fixture);
    assert_int_equal(fixture_number(fixture, 1).due_at_ms, FIXTURE_NOW_MS);
    assert_int_equal(fixture_number(fixture, 3).due_at_ms, FIXTURE_NOW_MS + 2);
    assert_int_equal(fixture_number(fixture, 4).due_at_ms, FIXTURE_NOW_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(the_same_file_again_changes_nothing_but_lines),
        FIXTURE_TEST(a_number_twice_in_a_file_is_found_with_its_first_line),
        FIXTURE_TEST(what_was_sent_is_a_conflict_and_stays),
        FIXTURE_TEST(an_intent_to_create_counts_as_sent),
        FIXTURE_TEST(the_signer_may_change_until_the_loa),
        FIXTURE_TEST(verification_may_change_until_verified_and_the_site_always),
        FIXTURE_TEST(a_mended_failure_starts_anew_and_keeps_its_history),
        FIXTURE_TEST(attention_over_data_is_cleared_by_mending),
        FIXTURE_TEST(another_batch_keeps_its_number_unless_it_failed_there),
        FIXTURE_TEST(a_reject_goes_when_its_line_is_mended),
        FIXTURE_TEST(a_failed_import_leaves_nothing),
        FIXTURE_TEST(sites_take_turns_from_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
