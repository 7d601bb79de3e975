/* What the store shows: walks, selectors, history, signers, calls. Against ports/store.h alone. */
#include "helpers/store_fixture.h"

#include "base/text.h"

#include <string.h>

static bool collect_view(void *context, const struct number_view *view)
{
    char *text = context;
    size_t length = strlen(text);
    snprintf(text + length, 512 - length, "%s:%lld%s ", view->batch, (long long)view->number.line,
             view->rejected ? "!" : "");
    assert_string_equal(view->header, FIXTURE_HEADER);
    return true;
}

static const char *walked(struct fixture *fixture, const struct selector *selector, bool rejected,
                          char text[512])
{
    struct error err = {0};
    text[0] = '\0';
    assert_true(store_each_number(fixture->store, selector, rejected, collect_view, text, &err));
    return text;
}

static void rejected_rows_stand_in_their_place(void **state)
{
    struct fixture *fixture = *state;
    char text[512];
    const struct selector all = {.all = true};
    const struct selector two = {.batch = "two"};
    fixture_import_begin(fixture, "one");
    fixture_import_line(fixture, 2, "+14155550101");
    fixture_reject_line(fixture, 3);
    fixture_import_line(fixture, 4, "+14155550102");
    fixture_import_end(fixture);
    fixture_import_begin(fixture, "two");
    fixture_reject_line(fixture, 2);
    fixture_import_line(fixture, 3, "+14155550103");
    fixture_import_end(fixture);
    assert_string_equal(walked(fixture, &all, true, text), "one:2 one:3! one:4 two:2! two:3 ");
    assert_string_equal(walked(fixture, &two, true, text), "two:2! two:3 ");
    assert_string_equal(walked(fixture, &two, false, text), "two:3 ");
}

static int64_t selected(struct fixture *fixture, struct selector selector)
{
    struct error err = {0};
    int64_t count = 0;
    int64_t ids[16];
    size_t id_count = 0;
    assert_true(store_count_numbers(fixture->store, &selector, &count, &err));
    assert_true(store_select_ids(fixture->store, &selector, 0, ids, 16, &id_count, &err));
    assert_int_equal(count, id_count);
    return count;
}

#define SELECTED(...) selected(fixture, (struct selector){__VA_ARGS__})

static void restrictions_of_a_selector_all_hold(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    const char phones[2][PHONE_BYTES] = {"+14155550101", "+14155550100"};
    const char *sites[] = {"A", "A", "B", ""};
    for (int i = 0; i < 4; i++)
        fixture_add_many(fixture, i, sites[i]);
    struct number number = fixture_number(fixture, 1);
    number.status = STATUS_RECEIVED;
    number.step = STEP_NOTHING;
    number.attention = ATTENTION_CALL_REFUSED;
    number.reason_code = 22123;
    assert_true(store_save_number(fixture->store, &number, &err));
    assert_int_equal(SELECTED(.all = false), 0);
    assert_int_equal(SELECTED(.all = true), 4);
    assert_int_equal(SELECTED(.site = "A"), 2);
    assert_int_equal(SELECTED(.batch = FIXTURE_BATCH), 4);
    assert_int_equal(SELECTED(.batch = "other"), 0);
    assert_int_equal(SELECTED(.reason = "call-refused"), 1);
    assert_int_equal(SELECTED(.reason = "22123"), 1);
    assert_int_equal(SELECTED(.reason = "nonsense"), 0);
    assert_int_equal(SELECTED(.site = "B", .reason = "22123"), 0);
    assert_int_equal(SELECTED(.by_status = true), 3);
    assert_int_equal(SELECTED(.phone_numbers = phones, .phone_count = 2), 2);
    assert_int_equal(SELECTED(.phone_numbers = phones, .phone_count = 2, .reason = "22123"), 1);
    assert_int_equal(SELECTED(.by_bucket = true, .bucket = BUCKET_ATTENTION), 1);
    assert_int_equal(SELECTED(.by_bucket = true, .bucket = BUCKET_IN_PROGRESS), 3);
    assert_int_equal(SELECTED(.by_bucket = true, .bucket = BUCKET_FAILED), 0);
}

static bool count_call(void *context, const struct number_view *view)
{
    ++*(int *)context;
    assert_true(view->number.id > 0);
    return true;
}

static void calls_are_shown_by_site(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    int calls = 0;
    const char *sites[] = {"A", "B"};
    for (int i = 0; i < 2; i++)
        fixture_set(fixture, fixture_add_many(fixture, i, sites[i]), STATUS_RECEIVED,
                    STEP_START_CALL, 10);
    assert_true(store_each_call(fixture->store, "", 9, count_call, &calls, &err));
    assert_int_equal(calls, 2);
    assert_true(store_each_call(fixture->store, "A", 9, count_call, &calls, &err));
    assert_int_equal(calls, 3);
    assert_true(store_each_call(fixture->store, "", 1, count_call, &calls, &err));
    assert_int_equal(calls, 4);
}

static bool keep_kind(void *context, const struct event *event, const char *phone_number)
{
    char *text = context;
    size_t length = strlen(text);
    snprintf(text + length, 256 - length, "%s/%s ", event_name(event->kind), event->actor);
    assert_string_equal(phone_number, "+14155550101");
    return true;
}

static void history_begins_with_the_import(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    char text[256] = "";
    uint64_t placed = UINT64_C(1) << EVENT_CALL_PLACED;
    struct event event = {.number_id = fixture_add(fixture, "+14155550101", "", 0),
                          .at_ms = FIXTURE_NOW_MS,
                          .kind = EVENT_CALL_PLACED,
                          .has_operation = true,
                          .operation = OPERATION_START_CALL,
                          .actor = "numhost"};
    assert_true(store_add_event(fixture->store, &event, &err));
    assert_true(store_each_event(fixture->store, 1, "", 0, keep_kind, text, &err));
    assert_string_equal(text, "imported/import call-placed/numhost ");
    text[0] = '\0';
    assert_true(store_each_event(fixture->store, 0, FIXTURE_BATCH, 0, keep_kind, text, &err));
    assert_string_equal(text, "imported/import call-placed/numhost ");
    text[0] = '\0';
    assert_true(store_each_event(fixture->store, 0, "", placed, keep_kind, text, &err));
    assert_string_equal(text, "call-placed/numhost ");
}

static bool keep_signer(void *context, const struct loa *loa, const struct signer *signer,
                        int64_t waiting, int64_t ready)
{
    int64_t *seen = context;
    seen[0]++;
    seen[1] = waiting;
    seen[2] = ready;
    assert_null(loa);
    assert_string_equal(signer->contact_title, "Owner");
    return true;
}

static void signers_are_shown_with_what_they_wait_for(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    int64_t seen[3] = {0};
    fixture_set(fixture, fixture_add_many(fixture, 0, ""), STATUS_VERIFIED, STEP_AUTHORIZE, 10);
    fixture_add_many(fixture, 1, "");
    fixture_add_many(fixture, 2, "");
    assert_true(store_each_signer(fixture->store, keep_signer, seen, &err));
    assert_int_equal(seen[0], 1);
    assert_int_equal(seen[1], 2);
    assert_int_equal(seen[2], 1);
}

static void details_signer_and_site_come_back_as_imported(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    bool found = false;
    struct order_details details = {.call_delay = 0};
    struct signer signer = {.id = 0};
    char site[SITE_BYTES];
    char zone[ZONE_BYTES];
    struct import_row row = fixture_row(2, "+14155550101");
    TEXT_SET(row.site, "North");
    TEXT_SET(row.time_zone, "America/Denver");
    TEXT_SET(row.details.sms_url, "https://example.com/sms");
    TEXT_SET(row.details.account_sid, "AC01");
    TEXT_SET(row.details.cc_emails, "a@example.com;b@example.com"); /* not the signer's */
    row.details.call_delay = 9;
    fixture_import_begin(fixture, FIXTURE_BATCH);
    assert_int_equal(fixture_import(fixture, &row).outcome, IMPORT_NEW);
    fixture_import_end(fixture);
    struct number number = fixture_number(fixture, 1);
    assert_true(store_read_details(fixture->store, 1, &details, &err));
    assert_memory_equal(&details, &row.details, sizeof details);
    assert_true(store_read_signer(fixture->store, number.signer_id, &signer, &found, &err));
    assert_true(found);
    assert_string_equal(signer.email, row.signer.email);
    assert_true(store_read_site(fixture->store, number.site_id, site, zone, &err));
    assert_string_equal(site, "North");
    assert_string_equal(zone, "America/Denver");
    assert_true(store_read_site(fixture->store, 0, site, zone, &err));
    assert_string_equal(site, "");
}

static void the_version_moves_with_every_change(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    int64_t before = 0;
    int64_t after = 0;
    assert_true(store_version(fixture->store, &before, &err));
    assert_true(store_write_setting(fixture->store, "rate", "1/s", &err));
    assert_true(store_version(fixture->store, &after, &err));
    assert_int_not_equal(before, after);
    before = after;
    assert_true(store_version(fixture->store, &after, &err));
    assert_int_equal(before, after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(rejected_rows_stand_in_their_place),
        FIXTURE_TEST(restrictions_of_a_selector_all_hold),
        FIXTURE_TEST(calls_are_shown_by_site),
        FIXTURE_TEST(history_begins_with_the_import),
        FIXTURE_TEST(signers_are_shown_with_what_they_wait_for),
        FIXTURE_TEST(details_signer_and_site_come_back_as_imported),
        FIXTURE_TEST(the_version_moves_with_every_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
