/* An order's way through the sandbox, from create to completed, and every way it can end elsewhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "helpers/sandbox_asking.h"

static const int64_t start_ms = INT64_C(1700000000000);

struct world {
    struct sandbox *sandbox;
    char sid[35];
    char word[33];
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct scenario scenario = scenario_calm();
    world->sandbox = sandbox_new(&scenario, 42);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    sandbox_free(world->sandbox);
    free(world);
    return 0;
}

static int update(struct world *world, int64_t now_ms, const char *body)
{
    char path[128];
    snprintf(path, sizeof path, "/HostedNumbers/HostedNumberOrders/%s", world->sid);
    return ask_code(world->sandbox, now_ms, "POST", path, body);
}

static void assert_status(struct world *world, int64_t now_ms, const char *expected)
{
    assert_string_equal(ask_status(world->sandbox, now_ms, world->sid, world->word), expected);
}

/* Create the order and bring it to received, ten seconds after the start. */
static int64_t bring_to_received(struct world *world, const char *digits)
{
    assert_int_equal(ask_order(world->sandbox, start_ms, digits, world->sid), 201);
    assert_status(world, start_ms + 10 * SECOND_MS, "received");
    return start_ms + 10 * SECOND_MS;
}

static int64_t bring_to_verified(struct world *world, const char *digits)
{
    int64_t now_ms = bring_to_received(world, digits);
    assert_int_equal(update(world, now_ms, "Status=pending-verification"), 200);
    assert_status(world, now_ms + MINUTE_MS, "verified");
    return now_ms + MINUTE_MS;
}

static int authorize(struct world *world, int64_t now_ms)
{
    char body[512];
    snprintf(body, sizeof body,
             "HostedNumberOrderSids=%s&AddressSid=AD11111111111111111111111111111111&Email="
             "a%%40example.com&ContactTitle=Owner&ContactPhoneNumber=%%2B14155550199",
             world->sid);
    return ask_code(world->sandbox, now_ms, "POST", "/HostedNumbers/AuthorizationDocuments", body);
}

static int64_t bring_to_carrier(struct world *world, const char *digits)
{
    int64_t now_ms = bring_to_verified(world, digits);
    assert_int_equal(authorize(world, now_ms), 201);
    assert_status(world, now_ms, "pending-loa");
    return now_ms + 70 * SECOND_MS; /* the slowest signer of the calm scenario */
}

static void an_order_goes_all_the_way_to_completed(void **state)
{
    struct world *world = *state;
    int64_t now_ms = bring_to_carrier(world, "14155550100");
    assert_status(world, now_ms + 2 * MINUTE_MS, "completed");
}

static void a_call_nobody_answers_leaves_three_attempts_then_action_required(void **state)
{
    struct world *world = *state;
    int64_t now_ms = bring_to_received(world, "14155550103");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(update(world, now_ms, "Status=pending-verification"), 200);
        now_ms += MINUTE_MS;
        assert_status(world, now_ms, i < 2 ? "pending-verification" : "action-required");
    }
    assert_int_equal(update(world, now_ms, "Status=pending-verification"), 22100);
    assert_status(world, now_ms + 7 * DAY_MS - SECOND_MS * 60, "action-required");
    assert_status(world, now_ms + 7 * DAY_MS, "failed");
}

static void the_code_is_the_same_for_ten_minutes_and_another_one_after(void **state)
{
    struct world *world = *state;
    char path[128];
    char codes[3][8];
    int64_t now_ms = bring_to_received(world, "14155550105");
    static const int64_t waits_ms[] = {0, 9 * MINUTE_MS, 11 * MINUTE_MS};
    snprintf(path, sizeof path, "/HostedNumbers/HostedNumberOrders/%s", world->sid);
    for (int i = 0; i < 3; i++) {
        struct asked asked =
            ask(world->sandbox, now_ms + waits_ms[i], "POST", path, "Status=pending-verification");
        assert_int_equal(json_integer_value(json_object_get(asked.json, "verification_attempts")),
                         i + 1);
        snprintf(codes[i], sizeof codes[i], "%s", asked_text(&asked, "verification_code"));
        assert_int_equal(strlen(codes[i]), 6);
        asked_done(&asked);
    }
    assert_string_equal(codes[0], codes[1]);
    assert_string_not_equal(codes[1], codes[2]);
}

static void an_idle_order_asks_for_action_after_seven_days_and_fails_after_seven_more(void **state)
{
    struct world *world = *state;
    bring_to_received(world, "14155550100");
    assert_status(world, start_ms + 7 * DAY_MS + 10 * SECOND_MS, "action-required");
    assert_status(world, start_ms + 14 * DAY_MS + 20 * SECOND_MS, "failed");
}

static void a_verified_caller_id_needs_no_call(void **state)
{
    struct world *world = *state;
    assert_int_equal(ask_order(world->sandbox, start_ms, "14155550109", world->sid), 201);
    assert_status(world, start_ms + MINUTE_MS, "verified");
}

static void an_ivr_is_passed_only_with_an_extension(void **state)
{
    struct world *world = *state;
    int64_t now_ms = bring_to_received(world, "14155550107");
    assert_int_equal(update(world, now_ms, "Status=pending-verification"), 200);
    assert_status(world, now_ms + MINUTE_MS, "pending-verification");
    assert_int_equal(
        update(world, now_ms + MINUTE_MS, "Status=pending-verification&Extension=ww12%23"), 200);
    assert_status(world, now_ms + 2 * MINUTE_MS, "verified");
}

static void a_bill_rests_in_received_until_it_is_reviewed(void **state)
{
    struct world *world = *state;
    int64_t now_ms = bring_to_received(world, "14155550100");
    assert_int_equal(update(world, now_ms,
                            "VerificationType=phone-bill&VerificationDocumentSid="
                            "RI11111111111111111111111111111111"),
                     200);
    assert_status(world, now_ms + SECOND_MS, "received");
    assert_status(world, now_ms + MINUTE_MS, "verified");
}

static void a_declined_document_gives_its_orders_back(void **state)
{
    struct world *world = *state;
    int64_t now_ms = bring_to_verified(world, "14155550110");
    assert_int_equal(authorize(world, now_ms), 201);
    assert_status(world, now_ms + 70 * SECOND_MS, "verified");
}

static void a_carrier_that_rejects_leaves_action_required(void **state)
{
    struct world *world = *state;
    int64_t now_ms = bring_to_carrier(world, "14155550112");
    assert_status(world, now_ms + MINUTE_MS, "action-required");
}

static void a_carrier_that_rejects_for_good_leaves_failed(void **state)
{
    struct world *world = *state;
    int64_t now_ms = bring_to_carrier(world, "14155550113");
    assert_status(world, now_ms + MINUTE_MS, "failed");
}

static void an_unsigned_document_asks_for_action_after_seven_days(void **state)
{
    struct world *world = *state;
    int64_t now_ms = bring_to_verified(world, "14155550111");
    assert_int_equal(authorize(world, now_ms), 201);
    assert_status(world, now_ms + 7 * DAY_MS - 1, "pending-loa");
    assert_status(world, now_ms + 7 * DAY_MS, "action-required");
}

static void a_person_can_key_the_code_before_anybody_else(void **state)
{
    struct world *world = *state;
    int64_t now_ms = bring_to_received(world, "14155550103");
    char path[128];
    snprintf(path, sizeof path, "/HostedNumbers/HostedNumberOrders/%s", world->sid);
    struct asked asked = ask(world->sandbox, now_ms, "POST", path, "Status=pending-verification");
    assert_false(sandbox_answer(world->sandbox, "+14155550103", "000", now_ms + 1));
    assert_true(sandbox_answer(world->sandbox, "+14155550103",
                               asked_text(&asked, "verification_code"), now_ms + 2));
    asked_done(&asked);
    assert_status(world, now_ms + 3, "verified");
}

int main(void)
{
#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_WORLD(an_order_goes_all_the_way_to_completed),
        IN_WORLD(a_call_nobody_answers_leaves_three_attempts_then_action_required),
        IN_WORLD(the_code_is_the_same_for_ten_minutes_and_another_one_after),
        IN_WORLD(an_idle_order_asks_for_action_after_seven_days_and_fails_after_seven_more),
        IN_WORLD(a_verified_caller_id_needs_no_call),
        IN_WORLD(an_ivr_is_passed_only_with_an_extension),
        IN_WORLD(a_bill_rests_in_received_until_it_is_reviewed),
        IN_WORLD(a_declined_document_gives_its_orders_back),
        IN_WORLD(a_carrier_that_rejects_leaves_action_required),
        IN_WORLD(a_carrier_that_rejects_for_good_leaves_failed),
        IN_WORLD(an_unsigned_document_asks_for_action_after_seven_days),
        IN_WORLD(a_person_can_key_the_code_before_anybody_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
