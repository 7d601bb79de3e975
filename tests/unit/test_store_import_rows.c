/* What of a row may change and when, what an import refuses, and rows by the thousand. */
#include "helpers/store_fixture.h"

#include "adapters/sqlite/import.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define PHONE "+14155550101"

static struct import_result import_one(struct fixture *fixture, const char *batch,
                                       const struct import_row *row)
{
    fixture_import_begin(fixture, batch);
    struct import_result result = fixture_import(fixture, row);
    fixture_import_end(fixture);
    return result;
}

/* Number 1 as it may be later. */
static void set(struct fixture *fixture, enum status status, enum attention attention)
{
    struct error err = {0};
    struct number number = fixture_number(fixture, 1);
    number.status = status;
    number.step = STEP_NOTHING;
    number.attention = attention;
    assert_true(store_save_number(fixture->store, &number, &err));
}

static void says(const struct error *err, enum error_kind kind, const char *text)
{
    assert_int_equal(err->kind, kind);
    if (strstr(err->text, text) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err->text, text);
}

static bool begin(struct fixture *fixture, const char *batch, const char *header, struct error *err)
{
    return store_import_begin(fixture->store, batch, "file.csv", header, FIXTURE_NOW_MS, err);
}

static void an_import_has_a_transaction_to_itself(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    assert_false(begin(fixture, "a", FIXTURE_HEADER, &err));
    says(&err, ERROR_STORE, "an import needs a transaction of its own");
    fixture_import_begin(fixture, "a");
    fixture_import_line(fixture, 2, PHONE);
    assert_false(begin(fixture, "b", FIXTURE_HEADER, &err));
    says(&err, ERROR_STORE, "an import needs a transaction of its own");
    assert_false(store_commit(fixture->store, &err));
    says(&err, ERROR_STORE, "commit in the middle of an import");
    fixture_import_end(fixture);
    assert_int_equal(fixture_number(fixture, 1).line, 2);
}

static void a_header_or_a_batch_name_that_is_too_long_begins_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    char *header = calloc(1, HEADER_BYTES_MAX + 2);
    char batch[BATCH_NAME_BYTES + 1] = "";
    memset(header, 'h', HEADER_BYTES_MAX + 1);
    memset(batch, 'b', BATCH_NAME_BYTES);
    assert_true(store_begin(fixture->store, &err));
    assert_false(begin(fixture, "a", header, &err));
    says(&err, ERROR_INPUT, "the header or the batch name is too long (at most 65536 and 128");
    assert_false(begin(fixture, batch, FIXTURE_HEADER, &err));
    says(&err, ERROR_INPUT, "the header or the batch name is too long");
    header[HEADER_BYTES_MAX] = '\0';
    batch[BATCH_NAME_BYTES - 1] = '\0';
    assert_true(begin(fixture, batch, header, &err));
    fixture_import_end(fixture);
    free(header);
}

static void a_record_that_is_too_long_is_refused_by_its_line(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct import_result result;
    char *record = calloc(1, RECORD_BYTES_MAX + 1);
    struct import_row row = fixture_row(7, PHONE);
    row.record = record;
    row.record_bytes = RECORD_BYTES_MAX + 1;
    fixture_import_begin(fixture, "a");
    assert_false(store_import_row(fixture->store, &row, &result, &err));
    says(&err, ERROR_INPUT, "line 7 is longer than 1048576 bytes");
    row.record_bytes--;
    assert_int_equal(fixture_import(fixture, &row).outcome, IMPORT_NEW);
    fixture_import_end(fixture);
    free(record);
}

static void the_way_of_verification_may_change_until_verified(void **state)
{
    struct fixture *fixture = *state;
    struct import_row row = fixture_row(2, PHONE);
    import_one(fixture, "a", &row);
    set(fixture, STATUS_RECEIVED, ATTENTION_NONE);
    row.verification_type = VERIFICATION_PHONE_BILL;
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_UPDATED);
    assert_int_equal(fixture_number(fixture, 1).verification_type, VERIFICATION_PHONE_BILL);
    set(fixture, STATUS_VERIFIED, ATTENTION_NONE);
    row.verification_type = VERIFICATION_PHONE_CALL;
    struct import_result result = import_one(fixture, "a", &row);
    assert_int_equal(result.outcome, IMPORT_CONFLICT);
    assert_string_equal(result.column, "verification_type");
    assert_int_equal(fixture_number(fixture, 1).verification_type, VERIFICATION_PHONE_BILL);
}

static void an_order_that_was_adopted_counts_as_sent(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct import_row row = fixture_row(2, PHONE);
    import_one(fixture, "a", &row);
    struct number number = fixture_number(fixture, 1);
    TEXT_SET(number.order_sid, "HR01");
    assert_true(store_save_number(fixture->store, &number, &err));
    TEXT_SET(row.details.friendly_name, "Front desk");
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_CONFLICT);
    assert_string_equal(fixture_number(fixture, 1).order_sid, "HR01");
}

static void a_canceled_number_starts_anew_here_and_in_another_batch(void **state)
{
    struct fixture *fixture = *state;
    struct import_row row = fixture_row(2, PHONE);
    static const char *const batches[] = {"a", "b"};
    import_one(fixture, "a", &row);
    for (size_t i = 0; i < COUNT_OF(batches); i++) {
        set(fixture, STATUS_CANCELED, ATTENTION_NONE);
        TEXT_SET(row.details.friendly_name, batches[i]); /* which had been sent */
        assert_int_equal(import_one(fixture, batches[i], &row).outcome, IMPORT_REQUEUED);
        struct number number = fixture_number(fixture, 1);
        assert_int_equal(number.status, STATUS_QUEUED);
        assert_int_equal(number.step, STEP_CREATE);
        assert_int_equal(number.due_at_ms, FIXTURE_NOW_MS);
    }
}

static void a_canceled_number_ends_the_order_it_had(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct import_row row = fixture_row(2, PHONE);
    import_one(fixture, "a", &row);
    struct number number = fixture_number(fixture, 1);
    TEXT_SET(number.unique_name, "first");
    assert_true(store_add_order(fixture->store, &number, FIXTURE_NOW_MS, &err));
    TEXT_SET(number.unique_name, "second");
    assert_false(store_add_order(fixture->store, &number, FIXTURE_NOW_MS, &err));
    set(fixture, STATUS_CANCELED, ATTENTION_NONE);
    row.priority = 1;
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_REQUEUED);
    assert_true(store_add_order(fixture->store, &number, FIXTURE_NOW_MS, &err));
}

/* Refused data of a number without an order yet: the step is that of its intent. */
static void mending_refused_data_creates_or_looks_first(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct import_row row = fixture_row(2, PHONE);
    import_one(fixture, "a", &row);
    set(fixture, STATUS_QUEUED, ATTENTION_REFUSED);
    TEXT_SET(row.details.friendly_name, "Mended");
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_REQUEUED);
    assert_int_equal(fixture_number(fixture, 1).step, STEP_CREATE);
    assert_int_equal(fixture_number(fixture, 1).attention, ATTENTION_NONE);
    struct number number = fixture_number(fixture, 1);
    number.intent = INTENT_CREATE;
    number.step = STEP_NOTHING;
    number.attention = ATTENTION_REFUSED;
    assert_true(store_save_number(fixture->store, &number, &err));
    TEXT_SET(row.site, "North");
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_REQUEUED);
    assert_int_equal(fixture_number(fixture, 1).step, STEP_RECONCILE);
    assert_int_equal(fixture_number(fixture, 1).intent, INTENT_CREATE);
}

static void a_column_that_is_passed_on_mends_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct import_row row = fixture_row(2, PHONE);
    import_one(fixture, "a", &row);
    set(fixture, STATUS_FAILED, ATTENTION_NONE);
    row.record = "another remark";
    row.record_bytes = strlen(row.record);
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_UPDATED);
    assert_int_equal(fixture_number(fixture, 1).status, STATUS_FAILED);
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_UNCHANGED);
}

static void an_empty_record_is_the_same_again(void **state)
{
    struct fixture *fixture = *state;
    struct import_row row = fixture_row(2, PHONE);
    row.record = NULL;
    row.record_bytes = 0;
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_NEW);
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_UNCHANGED);
    row.record = "x";
    row.record_bytes = 1;
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_UPDATED);
}

static void record_is(struct fixture *fixture, const char *phone_number, int64_t line,
                      const char *expected)
{
    struct error err = {0};
    struct buf record;
    buf_init(&record, RECORD_BYTES_MAX);
    buf_add_text(&record, "of the row before");
    if (!store_import_record(fixture->store, phone_number, line, &record, &err))
        fail_msg("%s", err.text);
    assert_string_equal(buf_text(&record), expected);
    buf_done(&record);
}

static void a_record_is_that_of_the_number_or_of_the_rejected_row_in_this_batch(void **state)
{
    struct fixture *fixture = *state;
    const struct import_reject reject = {
        .line = 3, .record = "12,x", .record_bytes = 4, .column = "", .reason = "too short"};
    struct error err = {0};
    fixture_import_begin(fixture, "a");
    record_is(fixture, PHONE, 3, ""); /* nothing is stored at all */
    fixture_import_line(fixture, 2, PHONE);
    assert_true(store_import_reject(fixture->store, &reject, &err));
    fixture_import_end(fixture);
    fixture_import_begin(fixture, "a");
    record_is(fixture, PHONE, 3, PHONE);
    record_is(fixture, "+14155550199", 3, "12,x");
    record_is(fixture, "", 3, "12,x");
    record_is(fixture, "", 2, "");
    fixture_import_end(fixture);
    fixture_import_begin(fixture, "b");
    record_is(fixture, PHONE, 3, "");
    fixture_import_end(fixture);
}

static void the_header_is_that_of_the_batch(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct buf header;
    bool found = true;
    buf_init(&header, HEADER_BYTES_MAX);
    fixture_import_begin(fixture, "a");
    fixture_import_line(fixture, 2, PHONE);
    fixture_import_end(fixture);
    assert_true(store_read_header(fixture->store, "a", &header, &found, &err));
    assert_true(found);
    assert_string_equal(buf_text(&header), FIXTURE_HEADER);
    assert_true(store_read_header(fixture->store, "b", &header, &found, &err));
    assert_false(found);
    assert_string_equal(buf_text(&header), "");
    buf_done(&header);
}

static void what_is_about_to_lapse_stays_more_urgent_than_any_priority(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct import_row row = fixture_row(2, PHONE);
    import_one(fixture, "a", &row);
    struct number number = fixture_number(fixture, 1);
    number.urgency = URGENCY_LAPSING;
    assert_true(store_save_number(fixture->store, &number, &err));
    row.priority = 3;
    assert_int_equal(import_one(fixture, "a", &row).outcome, IMPORT_UPDATED);
    number = fixture_number(fixture, 1);
    assert_int_equal(number.urgency, URGENCY_LAPSING);
    assert_int_equal(number.priority, 3);
}

static void a_number_that_is_not_there_is_damage(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct import_result result = {.outcome = IMPORT_NEW};
    struct import_row row = fixture_row(2, PHONE);
    fixture_import_begin(fixture, "a");
    assert_false(import_existing(fixture->store, &row, &result, &err));
    says(&err, ERROR_STORE, "damaged: restore the last copy");
    store_rollback(fixture->store);
}

static void a_site_whose_rows_disagree_about_the_zone_still_has_one_phone(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct number numbers[4];
    size_t count = 0;
    static const char *const zones[] = {"America/Denver", "America/Chicago", "America/Denver"};
    fixture_import_begin(fixture, "a");
    for (int i = 0; i < 3; i++) {
        char phone_number[PHONE_BYTES];
        snprintf(phone_number, sizeof phone_number, "+1415555%04d", i);
        struct import_row row = fixture_row(2 + i, phone_number);
        TEXT_SET(row.site, "North");
        TEXT_SET(row.time_zone, zones[i]);
        fixture_import(fixture, &row);
    }
    fixture_import_end(fixture);
    for (int64_t id = 1; id <= 3; id++)
        fixture_set(fixture, id, STATUS_RECEIVED, STEP_START_CALL, FIXTURE_NOW_MS);
    assert_int_not_equal(fixture_number(fixture, 1).site_id, fixture_number(fixture, 2).site_id);
    assert_true(store_take_calls(fixture->store, FIXTURE_NOW_MS, 1, numbers, COUNT_OF(numbers),
                                 &count, &err));
    assert_int_equal(count, 1);
}

static void a_signer_of_whom_little_is_known_is_kept_all_the_same(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    const struct signer signers[] = {
        {.contact_title = "Owner"},
        {.contact_phone_number = "+14155550199"},
        {.cc_emails = "copy@example.com"},
        {.id = 0}, /* nobody */
    };
    fixture_import_begin(fixture, "a");
    for (size_t i = 0; i < COUNT_OF(signers); i++) {
        char phone_number[PHONE_BYTES];
        snprintf(phone_number, sizeof phone_number, "+1415555%04d", (int)i);
        struct import_row row = fixture_row(2 + (int64_t)i, phone_number);
        row.signer = signers[i];
        fixture_import(fixture, &row);
    }
    fixture_import_end(fixture);
    for (size_t i = 0; i < COUNT_OF(signers); i++) {
        struct signer kept = {.id = 0};
        bool found = false;
        int64_t id = fixture_number(fixture, 1 + (int64_t)i).signer_id;
        assert_true(store_read_signer(fixture->store, id, &kept, &found, &err));
        assert_int_equal(found, i < 3);
        assert_string_equal(kept.contact_title, signers[i].contact_title);
        assert_string_equal(kept.contact_phone_number, signers[i].contact_phone_number);
        assert_string_equal(kept.cc_emails, signers[i].cc_emails);
    }
}

static void an_order_may_have_another_address_than_its_signer(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct order_details details = {.call_delay = 0};
    struct signer signer = {.id = 0};
    bool found = false;
    struct import_row row = fixture_row(2, PHONE);
    TEXT_SET(row.details.address_sid, "AD02");
    import_one(fixture, "a", &row);
    assert_true(store_read_details(fixture->store, 1, &details, &err));
    assert_string_equal(details.address_sid, "AD02");
    assert_true(store_read_signer(fixture->store, fixture_number(fixture, 1).signer_id, &signer,
                                  &found, &err));
    assert_string_equal(signer.address_sid, "AD01");
}

static void rows_without_a_site_share_their_zone_and_no_phone(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct number numbers[4];
    size_t count = 0;
    char site[SITE_BYTES];
    char zone[ZONE_BYTES];
    fixture_import_begin(fixture, "a");
    for (int i = 0; i < 2; i++) {
        char phone_number[PHONE_BYTES];
        snprintf(phone_number, sizeof phone_number, "+1415555%04d", i);
        struct import_row row = fixture_row(2 + i, phone_number);
        TEXT_SET(row.time_zone, "America/Denver");
        TEXT_SET(row.details.sms_url, "https://example.com/sms");
        fixture_import(fixture, &row);
    }
    fixture_import_end(fixture);
    for (int64_t id = 1; id <= 2; id++) {
        struct order_details details;
        assert_true(store_read_details(fixture->store, id, &details, &err));
        assert_string_equal(details.sms_url, "https://example.com/sms");
        assert_true(
            store_read_site(fixture->store, fixture_number(fixture, id).site_id, site, zone, &err));
        assert_string_equal(site, "");
        assert_string_equal(zone, "America/Denver");
        assert_int_equal(fixture_number(fixture, id).due_at_ms, FIXTURE_NOW_MS);
        fixture_set(fixture, id, STATUS_RECEIVED, STEP_START_CALL, FIXTURE_NOW_MS);
    }
    assert_true(store_take_calls(fixture->store, FIXTURE_NOW_MS, 1, numbers, COUNT_OF(numbers),
                                 &count, &err));
    assert_int_equal(count, 2);
}

/* ---- more sites and signers than the memory of an import has room for ---- */

enum { KINDS = INTERN_ENTRIES + 500 };

/* Rows 0 .. count-1, site and signer changing with every row and back after KINDS. */
static bool import_many(struct fixture *fixture, int count, struct error *err)
{
    struct import_result result;
    bool ok = true;
    for (int i = 0; ok && i < count; i++) {
        char phone_number[PHONE_BYTES];
        snprintf(phone_number, sizeof phone_number, "+1415%07d", i);
        struct import_row row = fixture_row(2 + i, phone_number);
        snprintf(row.site, sizeof row.site, "site %d", i % KINDS);
        snprintf(row.signer.contact_title, sizeof row.signer.contact_title, "%d", i % KINDS);
        ok = store_import_row(fixture->store, &row, &result, err);
    }
    return ok;
}

static bool see_two_upstream(void *context, const struct loa *loa, const struct signer *signer,
                             int64_t waiting, int64_t ready)
{
    (void)loa;
    (void)signer;
    assert_int_equal(waiting, 2);
    assert_int_equal(ready, 0);
    ++*(int *)context;
    return true;
}

static void ranks_and_counts_are_right_for_any_number_of_sites_and_signers(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    int signers = 0;
    fixture_import_begin(fixture, "a");
    assert_true(import_many(fixture, 2 * KINDS, &err));
    fixture_import_end(fixture);
    for (int64_t id = 1; id <= (int64_t)2 * KINDS; id++)
        assert_int_equal(fixture_number(fixture, id).due_at_ms,
                         FIXTURE_NOW_MS + (id > KINDS ? 1 : 0));
    assert_true(store_each_signer(fixture->store, see_two_upstream, &signers, &err));
    assert_int_equal(signers, KINDS);
}

static void a_count_that_cannot_be_written_fails_the_import_and_not_the_next(void **state)
{
    struct fixture *fixture = *state;
    static const char *const triggers[] = {
        "CREATE TEMP TRIGGER no BEFORE UPDATE ON site BEGIN SELECT RAISE(ABORT, 'no'); END",
        "CREATE TEMP TRIGGER no BEFORE UPDATE ON signer BEGIN SELECT RAISE(ABORT, 'no'); END"};
    for (size_t i = 0; i < COUNT_OF(triggers); i++) {
        struct error err = {0};
        assert_true(sql_exec(fixture->store, triggers[i], &err));
        fixture_import_begin(fixture, "a");
        assert_false(import_many(fixture, KINDS, &err));
        says(&err, ERROR_STORE, "failed (SQLite: no)");
        store_rollback(fixture->store);
        assert_true(sql_exec(fixture->store, "DROP TRIGGER no", &err));
    }
    struct error err = {0};
    fixture_import_begin(fixture, "a");
    assert_true(import_many(fixture, KINDS, &err));
    fixture_import_end(fixture);
    assert_int_equal(fixture_number(fixture, KINDS).line, KINDS + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(an_import_has_a_transaction_to_itself),
        FIXTURE_TEST(a_header_or_a_batch_name_that_is_too_long_begins_nothing),
        FIXTURE_TEST(a_record_that_is_too_long_is_refused_by_its_line),
        FIXTURE_TEST(the_way_of_verification_may_change_until_verified),
        FIXTURE_TEST(an_order_that_was_adopted_counts_as_sent),
        FIXTURE_TEST(a_canceled_number_starts_anew_here_and_in_another_batch),
        FIXTURE_TEST(a_canceled_number_ends_the_order_it_had),
        FIXTURE_TEST(mending_refused_data_creates_or_looks_first),
        FIXTURE_TEST(a_column_that_is_passed_on_mends_nothing),
        FIXTURE_TEST(an_empty_record_is_the_same_again),
        FIXTURE_TEST(a_record_is_that_of_the_number_or_of_the_rejected_row_in_this_batch),
        FIXTURE_TEST(the_header_is_that_of_the_batch),
        FIXTURE_TEST(what_is_about_to_lapse_stays_more_urgent_than_any_priority),
        FIXTURE_TEST(a_number_that_is_not_there_is_damage),
        FIXTURE_TEST(a_site_whose_rows_disagree_about_the_zone_still_has_one_phone),
        FIXTURE_TEST(rows_without_a_site_share_their_zone_and_no_phone),
        FIXTURE_TEST(a_signer_of_whom_little_is_known_is_kept_all_the_same),
        FIXTURE_TEST(an_order_may_have_another_address_than_its_signer),
        FIXTURE_TEST(ranks_and_counts_are_right_for_any_number_of_sites_and_signers),
        FIXTURE_TEST(a_count_that_cannot_be_written_fails_the_import_and_not_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
