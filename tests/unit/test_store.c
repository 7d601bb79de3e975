/* The contract of ports/store.h, against the port alone: another adapter can be run through the
 * same promises. */
#include "helpers/store_fixture.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static void a_setting_is_empty_until_it_is_written(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    char value[16] = "x";
    assert_true(store_read_setting(fixture->store, "rate", value, sizeof value, &err));
    assert_string_equal(value, "");
    assert_true(store_write_setting(fixture->store, "rate", "20/s", &err));
    assert_true(store_write_setting(fixture->store, "rate", "30/s", &err));
    assert_true(store_read_setting(fixture->store, "rate", value, sizeof value, &err));
    assert_string_equal(value, "30/s");
    char tiny[3];
    assert_false(store_read_setting(fixture->store, "rate", tiny, sizeof tiny, &err));
}

static void what_is_rolled_back_never_was(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    char value[16];
    assert_true(store_begin(fixture->store, &err));
    assert_true(store_write_setting(fixture->store, "rate", "20/s", &err));
    store_rollback(fixture->store);
    assert_true(store_read_setting(fixture->store, "rate", value, sizeof value, &err));
    assert_string_equal(value, "");
}

static void fill(struct number *number)
{
    number->status = STATUS_PENDING_VERIFICATION;
    number->step = STEP_NOTHING;
    number->attention = ATTENTION_LAPSED;
    number->held = true;
    number->urgency = URGENCY_LAPSING;
    number->since_at_ms = 11;
    number->due_at_ms = 12;
    number->deadline_at_ms = 13;
    number->settled_at_ms = 14;
    number->order_count = 2;
    TEXT_SET(number->unique_name, "nh-1-2");
    TEXT_SET(number->order_sid, "HR00000000000000000000000000000001");
    TEXT_SET(number->incoming_phone_number_sid, "PN00000000000000000000000000000001");
    TEXT_SET(number->loa_sid, "PX00000000000000000000000000000001");
    number->loa_id = 5;
    number->intent = INTENT_START_CALL;
    number->intent_at_ms = 15;
    number->intent_attempts = 1;
    number->verification_attempts = 2;
    number->last_attempt_granted = true;
    number->calls_refused = 3;
    number->tries = 4;
    number->requests = 5;
    number->call_until_at_ms = 16;
    TEXT_SET(number->code, "0042");
    number->code_until_at_ms = 17;
    TEXT_SET(number->heard_code, "0099");
    number->reason_code = 22123;
    TEXT_SET(number->reason, "no answer");
    number->created_at_ms = 18;
    number->verified_at_ms = 19;
    number->signed_at_ms = 20;
    number->completed_at_ms = 21;
    number->updated_at_ms = 22;
}

static void every_member_of_a_number_comes_back_as_it_was_saved(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    bool found = false;
    int64_t id = fixture_add(fixture, "+14155550101", "North", 3);
    struct number saved = fixture_number(fixture, id);
    fill(&saved);
    assert_true(store_save_number(fixture->store, &saved, &err));
    struct number got = fixture_number(fixture, id);
    assert_memory_equal(&got, &saved, sizeof got);
    assert_true(store_find_by_phone(fixture->store, "+14155550101", &got, &found, &err));
    assert_true(found && got.id == id);
    assert_true(store_find_by_order(fixture->store, saved.order_sid, &got, &found, &err));
    assert_true(found && got.id == id);
    assert_true(store_find_by_order(fixture->store, "", &got, &found, &err));
    assert_false(found);
    saved.id = 99;
    assert_false(store_save_number(fixture->store, &saved, &err));
}

static void a_number_has_one_live_order(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct number number = fixture_number(fixture, fixture_add(fixture, "+14155550101", "", 0));
    TEXT_SET(number.unique_name, "nh-1-1");
    assert_true(store_add_order(fixture->store, &number, 5, &err));
    assert_true(store_add_order(fixture->store, &number, 6, &err));
    TEXT_SET(number.unique_name, "nh-1-2");
    assert_false(store_add_order(fixture->store, &number, 7, &err));
    assert_non_null(strstr(err.text, "+1415***0101"));
    assert_true(store_name_order(fixture->store, "nh-1-1", "HR01", &err));
    assert_true(store_end_order(fixture->store, "nh-1-1", "failed", 8, &err));
    assert_true(store_add_order(fixture->store, &number, 9, &err));
    assert_false(store_name_order(fixture->store, "nh-1-2", "HR01", &err)); /* another's SID */
    assert_false(store_name_order(fixture->store, "nobody", "HR02", &err));
}

static void an_unsettled_intent_is_looked_up_after_a_restart(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    int64_t count = 0;
    int64_t id = fixture_add(fixture, "+14155550101", "", 0);
    fixture_add(fixture, "+14155550102", "", 0);
    struct number number = fixture_number(fixture, id);
    number.intent = INTENT_CREATE;
    number.intent_at_ms = 77;
    assert_true(store_save_number(fixture->store, &number, &err));
    assert_true(store_recover(fixture->store, 5000, &count, &err));
    assert_int_equal(count, 1);
    number = fixture_number(fixture, id);
    assert_int_equal(number.step, STEP_RECONCILE);
    assert_int_equal(number.intent, INTENT_CREATE);
    assert_int_equal(number.due_at_ms, 5000);
    assert_int_equal(number.intent_at_ms, 77);
    assert_int_equal(fixture_events(fixture, id, UINT64_C(1) << EVENT_OUTCOME_UNKNOWN), 1);
    number.due_at_ms = 9000;
    assert_true(store_save_number(fixture->store, &number, &err));
    assert_true(store_recover(fixture->store, 6000, &count, &err));
    assert_int_equal(count, 0);
    assert_int_equal(fixture_number(fixture, id).due_at_ms, 6000);
    assert_int_equal(fixture_events(fixture, id, UINT64_C(1) << EVENT_OUTCOME_UNKNOWN), 1);
}

/* As the engine records an intent: the look is planned for when an answer should long be there. */
static void an_intent_whose_look_is_planned_is_due_at_once_after_a_restart(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    int64_t count = 0;
    char phone_number[PHONE_BYTES];
    for (int i = 0; i < 5; i++) { /* some recorded in the same millisecond */
        snprintf(phone_number, sizeof phone_number, "+1415555010%d", i);
        struct number number = fixture_number(fixture, fixture_add(fixture, phone_number, "", 0));
        number.intent = INTENT_CREATE;
        number.intent_at_ms = 4000 + i / 3;
        number.step = STEP_RECONCILE;
        number.due_at_ms = 125000;
        number.attention = i == 4 ? ATTENTION_UNKNOWN_OUTCOME : ATTENTION_NONE;
        assert_true(store_save_number(fixture->store, &number, &err));
    }
    assert_true(store_recover(fixture->store, 5000, &count, &err));
    assert_int_equal(count, 5);
    for (int64_t id = 1; id <= 5; id++) {
        assert_int_equal(fixture_number(fixture, id).due_at_ms, 5000);
        assert_int_equal(fixture_events(fixture, id, UINT64_C(1) << EVENT_OUTCOME_UNKNOWN), 1);
    }
    assert_true(store_recover(fixture->store, 6000, &count, &err));
    assert_int_equal(count, 0);
    assert_int_equal(fixture_number(fixture, 1).due_at_ms, 6000);
    assert_int_equal(fixture_number(fixture, 5).due_at_ms, 5000); /* a person's */
    assert_int_equal(fixture_events(fixture, 1, UINT64_C(1) << EVENT_OUTCOME_UNKNOWN), 1);
}

static void the_most_urgent_then_what_has_begun_then_the_oldest_is_taken_first(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct number out[4];
    size_t count = 0;
    int64_t at_ms = 0;
    int64_t low = fixture_add(fixture, "+14155550101", "", 0);
    int64_t high = fixture_add(fixture, "+14155550102", "", 9);
    int64_t later = fixture_add(fixture, "+14155550103", "", 9);
    fixture_set(fixture, later, STATUS_QUEUED, STEP_CREATE, FIXTURE_NOW_MS + 1);
    assert_true(store_take_due(fixture->store, FIXTURE_NOW_MS, out, 4, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(out[0].id, high);
    assert_int_equal(out[1].id, low);
    assert_true(store_take_due(fixture->store, FIXTURE_NOW_MS + 1, out, 2, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(out[0].id, later);
    assert_int_equal(out[1].id, high);
    assert_true(store_next_due(fixture->store, 0, &at_ms, &err));
    assert_int_equal(at_ms, FIXTURE_NOW_MS);
}

static void looks_are_taken_by_status_and_counted_up_to_a_limit(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct number out[4];
    size_t count = 0;
    int64_t looks = 0;
    for (int i = 0; i < 3; i++)
        fixture_set(fixture, fixture_add_many(fixture, i, ""), STATUS_RECEIVED, STEP_NOTHING,
                    100 + i);
    assert_true(store_take_looks(fixture->store, STATUS_RECEIVED, 101, out, 4, &count, &err));
    assert_int_equal(count, 2);
    assert_true(store_take_looks(fixture->store, STATUS_VERIFIED, 101, out, 4, &count, &err));
    assert_int_equal(count, 0);
    assert_true(store_count_looks(fixture->store, STATUS_RECEIVED, 200, 2, &looks, &err));
    assert_int_equal(looks, 2);
    assert_true(store_count_looks(fixture->store, STATUS_RECEIVED, 200, 9, &looks, &err));
    assert_int_equal(looks, 3);
    assert_true(store_next_due(fixture->store, 0, &looks, &err));
    assert_int_equal(looks, 100);
}

static size_t calls_at(struct fixture *fixture, int64_t now_ms, int32_t per_site, int64_t not_this)
{
    struct error err = {0};
    struct number out[8];
    size_t count = 0;
    assert_true(store_take_calls(fixture->store, now_ms, per_site, out, 8, &count, &err));
    for (size_t i = 0; i < count; i++)
        assert_int_not_equal(out[i].id, not_this);
    return count;
}

static void a_site_gets_one_call_at_a_time(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct number out[8];
    size_t count = 0;
    int64_t open = 0;
    int64_t ids[6];
    const char *sites[] = {"A", "A", "B", "", "", "B"};
    for (int i = 0; i < 6; i++) {
        ids[i] = fixture_add_many(fixture, i, sites[i]);
        fixture_set(fixture, ids[i], STATUS_RECEIVED, STEP_START_CALL, 10);
    }
    assert_int_equal(calls_at(fixture, 9, 1, 0), 0);
    assert_int_equal(calls_at(fixture, 10, 1, 0), 4); /* A, B and both without a site */
    struct number number = fixture_number(fixture, ids[0]);
    number.step = STEP_NOTHING;
    number.call_until_at_ms = 50;
    assert_true(store_save_number(fixture->store, &number, &err));
    assert_int_equal(calls_at(fixture, 10, 1, ids[1]), 3);
    assert_int_equal(calls_at(fixture, 10, 2, 0), 4);
    assert_int_equal(calls_at(fixture, 50, 1, 0), 4);
    assert_true(store_count_open_calls(fixture->store, 49, &open, &err));
    assert_int_equal(open, 1);
    assert_true(store_count_open_calls(fixture->store, 50, &open, &err));
    assert_int_equal(open, 0);
    assert_true(store_take_ended_calls(fixture->store, 50, out, 8, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(out[0].id, ids[0]);
}

static void sites_take_turns_when_calls_are_scarce(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    bool seen[4] = {false};
    const char *sites[] = {"A", "B", "C", "D"};
    for (int i = 0; i < 4; i++)
        fixture_set(fixture, fixture_add_many(fixture, i, sites[i]), STATUS_RECEIVED,
                    STEP_START_CALL, 10);
    for (int turn = 0; turn < 4; turn++) {
        struct number out[1];
        size_t count = 0;
        assert_true(store_take_calls(fixture->store, 10, 1, out, 1, &count, &err));
        assert_int_equal(count, 1);
        seen[out[0].phone_number[11] - '0'] = true;
    }
    for (int i = 0; i < 4; i++)
        assert_true(seen[i]);
}

static size_t lapsing_at(struct fixture *fixture, int64_t now_ms)
{
    struct error err = {0};
    struct number out[2];
    size_t count = 0;
    assert_true(store_take_lapsing(fixture->store, now_ms, 100, out, 2, &count, &err));
    return count;
}

static void a_lapsing_number_is_taken_once_for_the_warning_and_again_when_over(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct number number = fixture_number(fixture, fixture_add(fixture, "+14155550101", "", 0));
    number.deadline_at_ms = 1000;
    assert_true(store_save_number(fixture->store, &number, &err));
    assert_int_equal(lapsing_at(fixture, 899), 0);
    assert_int_equal(lapsing_at(fixture, 900), 1);
    number.urgency = URGENCY_LAPSING;
    assert_true(store_save_number(fixture->store, &number, &err));
    assert_int_equal(lapsing_at(fixture, 999), 0);
    assert_int_equal(lapsing_at(fixture, 1000), 1);
}

static bool is_taken(struct fixture *fixture, int64_t now_ms, int32_t at_most)
{
    struct error err = {0};
    int64_t ids[4];
    size_t count = 0;
    assert_true(store_take_signers(fixture->store, now_ms, at_most, ids, 4, &count, &err));
    return count == 1;
}

static void a_signer_is_packed_when_whole_full_or_overdue(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct number out[3];
    size_t count = 0;
    int64_t at_ms = 0;
    int64_t first = fixture_add(fixture, "+14155550101", "", 0);
    int64_t second = fixture_add(fixture, "+14155550102", "", 0);
    struct number number = fixture_number(fixture, second);
    assert_false(is_taken(fixture, 10, 1));
    fixture_set(fixture, first, STATUS_VERIFIED, STEP_AUTHORIZE, 500);
    assert_false(is_taken(fixture, 10, 2)); /* waits for the second */
    assert_true(is_taken(fixture, 10, 1));  /* full */
    assert_false(is_taken(fixture, 499, 2));
    assert_true(is_taken(fixture, 500, 2)); /* overdue */
    number.held = true;                     /* a held straggler is not waited for */
    assert_true(store_save_number(fixture->store, &number, &err));
    assert_true(is_taken(fixture, 10, 2));
    assert_true(store_next_due(fixture->store, 0, &at_ms, &err));
    assert_int_equal(at_ms, 500);
    assert_true(store_take_ready(fixture->store, number.signer_id, out, 3, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(out[0].id, first);
    fixture_set(fixture, first, STATUS_PENDING_LOA, STEP_NOTHING, 600);
    assert_false(is_taken(fixture, 600, 1));
}

static void an_loa_is_walked_in_pages(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct number out[2];
    size_t count = 0;
    for (int i = 0; i < 3; i++) {
        struct number number = fixture_number(fixture, fixture_add_many(fixture, i, ""));
        number.loa_id = 7;
        assert_true(store_save_number(fixture->store, &number, &err));
    }
    assert_true(store_take_of_loa(fixture->store, 7, 0, out, 2, &count, &err));
    assert_int_equal(count, 2);
    assert_true(store_take_of_loa(fixture->store, 7, out[1].id, out, 2, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(out[0].phone_number, "+14155550102");
}

static void an_loa_of_unknown_outcome_is_in_doubt_after_a_restart(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    size_t count = 0;
    int64_t recovered = 0;
    bool found = false;
    struct loa due[2];
    struct loa got;
    struct number number = fixture_number(fixture, fixture_add_many(fixture, 0, ""));
    struct loa loa = {.signer_id = number.signer_id, .number_count = 3, .intent_at_ms = 5};
    assert_true(store_save_loa(fixture->store, &loa, &err));
    assert_true(store_recover(fixture->store, 9, &recovered, &err));
    assert_int_equal(recovered, 1);
    assert_true(store_find_loa(fixture->store, loa.id, &got, &found, &err));
    assert_true(found && got.in_doubt);
    TEXT_SET(got.sid, "PX01");
    got.status = DOCUMENT_SIGNING;
    got.due_at_ms = 40;
    assert_true(store_save_loa(fixture->store, &got, &err));
    assert_true(store_take_due_loas(fixture->store, 39, due, 2, &count, &err));
    assert_int_equal(count, 0);
    assert_true(store_take_due_loas(fixture->store, 40, due, 2, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(due[0].sid, "PX01");
    assert_int_equal(due[0].status, DOCUMENT_SIGNING);
    got.ended_at_ms = 41;
    assert_true(store_save_loa(fixture->store, &got, &err));
    assert_true(store_take_due_loas(fixture->store, 99, due, 2, &count, &err));
    assert_int_equal(count, 0);
}

static void a_held_number_is_only_looked_at(void **state)
{
    (void)state;
    struct number number = {.status = STATUS_RECEIVED, .step = STEP_NOTHING, .due_at_ms = 1};
    assert_int_equal(number_lane(&number), LANE_LOOK);
    number.held = true;
    assert_int_equal(number_lane(&number), LANE_LOOK);
    number.due_at_ms = 0;
    assert_int_equal(number_lane(&number), LANE_NONE);
    for (int step = STEP_CREATE; step < STEP_COUNT; step++) {
        number.step = (enum step)step;
        bool harmless_or_asked_for =
            step == STEP_RECONCILE || step == STEP_CANCEL || step == STEP_OFFBOARD;
        assert_int_equal(number_lane(&number), harmless_or_asked_for ? LANE_REQUEST : LANE_NONE);
    }
}

static void attention_stops_all_but_looks_and_what_a_person_asked_for(void **state)
{
    (void)state;
    for (int step = 0; step < STEP_COUNT; step++) {
        struct number number = {.status = STATUS_RECEIVED,
                                .step = (enum step)step,
                                .attention = ATTENTION_LAPSED,
                                .due_at_ms = 1};
        bool goes_on = step == STEP_RECONCILE || step == STEP_CANCEL || step == STEP_OFFBOARD;
        enum lane lane = goes_on ? LANE_REQUEST : LANE_NONE;
        assert_int_equal(number_lane(&number), step == STEP_NOTHING ? LANE_LOOK : lane);
        number.status = STATUS_FAILED;
        assert_int_equal(number_lane(&number), lane);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_setting_is_empty_until_it_is_written),
        FIXTURE_TEST(what_is_rolled_back_never_was),
        FIXTURE_TEST(every_member_of_a_number_comes_back_as_it_was_saved),
        FIXTURE_TEST(a_number_has_one_live_order),
        FIXTURE_TEST(an_unsettled_intent_is_looked_up_after_a_restart),
        FIXTURE_TEST(an_intent_whose_look_is_planned_is_due_at_once_after_a_restart),
        FIXTURE_TEST(the_most_urgent_then_what_has_begun_then_the_oldest_is_taken_first),
        FIXTURE_TEST(looks_are_taken_by_status_and_counted_up_to_a_limit),
        FIXTURE_TEST(a_site_gets_one_call_at_a_time),
        FIXTURE_TEST(sites_take_turns_when_calls_are_scarce),
        FIXTURE_TEST(a_lapsing_number_is_taken_once_for_the_warning_and_again_when_over),
        FIXTURE_TEST(a_signer_is_packed_when_whole_full_or_overdue),
        FIXTURE_TEST(an_loa_is_walked_in_pages),
        FIXTURE_TEST(an_loa_of_unknown_outcome_is_in_doubt_after_a_restart),
        cmocka_unit_test(a_held_number_is_only_looked_at),
        cmocka_unit_test(attention_stops_all_but_looks_and_what_a_person_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
