/* An LOA whose create got no answer and of which its orders show nothing: the signer's documents
 * tell whether it went out. Nobody is mailed twice, and nobody is left without. */
#include "base/clock.h"
#include "base/text.h"
#include "helpers/sandbox_asking.h"
#include "helpers/service_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DOCUMENTS "/HostedNumbers/AuthorizationDocuments"
#define OTHER_ORDER "14155550109" /* verified without a call */

struct signing {
    struct world world;
    bool hides_orders;  /* documents do not show their orders */
    bool refuses_lists; /* documents cannot be listed */
    bool also_other;    /* somebody else sends the signer an LOA, which is declined */
    bool other_sent;
    int32_t listed;
};

static bool is_list(const struct http_request *request)
{
    size_t length = sizeof DOCUMENTS - 1;
    return strcmp(request->method, "GET") == 0 && strncmp(request->path, DOCUMENTS, length) == 0 &&
           request->path[length] != '/';
}

static bool instead(void *context, const struct http_request *request,
                    struct http_response *response)
{
    struct signing *signing = context;
    signing->listed += is_list(request) ? 1 : 0;
    bool hidden = signing->hides_orders && strstr(request->path, "/Dependent") != NULL;
    bool refused = signing->refuses_lists && is_list(request);
    if (!hidden && !refused)
        return false;
    response->delivery = DELIVERY_ANSWERED;
    response->status = refused ? 400 : 200;
    buf_add_text(&response->body, refused ? "{\"message\": \"not today\"}"
                                          : "{\"items\": [], \"meta\": {\"key\": \"items\"}}");
    return true;
}

static void open_world(struct signing *signing, enum fault_kind fault, bool declines)
{
    struct world *world = &signing->world;
    world_init(world);
    world->hooks = (struct sandbox_transport_hooks){.context = signing, .instead = instead};
    world->scenario.signs_after = (struct span){20 * SECOND_MS, 21 * SECOND_MS};
    world->scenario.declines = declines ? 1 : 0;
    world_open(world);
    struct import_row rows[] = {world_row(0), world_row(1)};
    world_import(world, rows, 2);
    const struct fault_rule lost = {.kind = fault,
                                    .rate = 1,
                                    .operations = 1U << SANDBOX_CREATE_DOCUMENT,
                                    .to_ms = 2 * MINUTE_MS};
    world_set_faults(world, &lost, 1);
}

static void order_of_somebody_else(struct world *world)
{
    char sid[SID_BYTES];
    assert_int_equal(ask_order(world->sandbox, world->now_ms, OTHER_ORDER, sid), 201);
}

static void send_other(struct signing *signing)
{
    struct world *world = &signing->world;
    char body[400];
    struct asked orders =
        ask(world->sandbox, world->now_ms, "GET",
            "/HostedNumbers/HostedNumberOrders?PhoneNumber=%2B" OTHER_ORDER, NULL);
    json_t *order = json_array_get(json_object_get(orders.json, "items"), 0);
    snprintf(body, sizeof body,
             "HostedNumberOrderSids=%s&AddressSid=AD11111111111111111111111111111111&"
             "Email=signer@example.com&ContactTitle=Owner&ContactPhoneNumber=%%2B14155550180",
             json_string_value(json_object_get(order, "sid")));
    world_set_faults(world, NULL, 0);
    struct asked asked = ask(world->sandbox, world->now_ms, "POST", DOCUMENTS, body);
    assert_int_equal(asked.status, 201);
    assert_true(sandbox_sign(world->sandbox, asked_text(&asked, "sid"), true, world->now_ms));
    asked_done(&asked);
    asked_done(&orders);
    signing->other_sent = true;
}

/* Once the LOA is lost. */
static bool after_turn(void *context, struct world *world)
{
    struct signing *signing = context;
    char phone_number[PHONE_BYTES];
    world_phone(0, phone_number);
    bool lost = world_events(world, phone_number, UINT64_C(1) << EVENT_OUTCOME_UNKNOWN) > 0;
    if (signing->also_other && !signing->other_sent && lost)
        send_other(signing);
    return false;
}

static void run(struct signing *signing)
{
    assert_true(world_run(&signing->world, WORLD_START_MS + 3 * DAY_MS, after_turn, signing));
}

/* Both numbers are on one LOA: the same happens to both. */
static void both_end(struct signing *signing, enum status status, enum attention attention,
                     int32_t mails)
{
    for (int32_t i = 0; i < 2; i++) {
        char phone_number[PHONE_BYTES];
        world_phone(i, phone_number);
        struct number number = world_number(&signing->world, phone_number);
        assert_string_equal(status_name(number.status), status_name(status));
        assert_string_equal(attention_name(number.attention), attention_name(attention));
        assert_int_equal(world_effects(&signing->world, phone_number).of[EFFECT_LOA_SENT], mails);
    }
    world_close(&signing->world);
}

static void one_that_was_declined_meanwhile_is_not_mailed_again(void **state)
{
    static struct signing signing; /* large */
    (void)state;
    signing = (struct signing){0};
    open_world(&signing, FAULT_TIMEOUT_AFTER, true);
    run(&signing);
    assert_int_equal(signing.listed, 1);
    both_end(&signing, STATUS_VERIFIED, ATTENTION_LOA_DECLINED, 1);
}

static void one_that_never_went_out_is_mailed(void **state)
{
    static struct signing signing;
    (void)state;
    signing = (struct signing){0};
    open_world(&signing, FAULT_TIMEOUT_BEFORE, false);
    run(&signing);
    assert_int_equal(signing.listed, 1);
    both_end(&signing, STATUS_COMPLETED, ATTENTION_NONE, 1);
}

static void one_for_other_orders_of_the_same_signer_is_none_of_ours(void **state)
{
    static struct signing signing;
    (void)state;
    signing = (struct signing){.also_other = true};
    open_world(&signing, FAULT_TIMEOUT_BEFORE, false);
    order_of_somebody_else(&signing.world);
    run(&signing);
    assert_true(signing.other_sent);
    both_end(&signing, STATUS_COMPLETED, ATTENTION_NONE, 1);
}

static void one_that_is_over_and_hides_its_orders_is_left_to_a_person(void **state)
{
    static struct signing signing;
    (void)state;
    signing = (struct signing){.hides_orders = true};
    open_world(&signing, FAULT_TIMEOUT_AFTER, true);
    run(&signing);
    both_end(&signing, STATUS_VERIFIED, ATTENTION_LOA_DECLINED, 1);
}

static void what_cannot_be_found_out_for_an_hour_is_told_and_settled_later(void **state)
{
    static struct signing signing;
    (void)state;
    signing = (struct signing){.refuses_lists = true};
    open_world(&signing, FAULT_TIMEOUT_BEFORE, false);
    struct world *world = &signing.world;
    char phone_number[PHONE_BYTES];
    world_phone(0, phone_number);
    assert_false(world_run(world, WORLD_START_MS + HOUR_MS, after_turn, &signing));
    assert_int_equal(world_number(world, phone_number).attention, ATTENTION_NONE);
    assert_false(world_run(world, WORLD_START_MS + 4 * HOUR_MS, after_turn, &signing));
    struct number number = world_number(world, phone_number);
    assert_int_equal(number.attention, ATTENTION_UNKNOWN_OUTCOME);
    assert_non_null(strstr(number.reason, "not today"));
    assert_int_equal(number.intent, INTENT_AUTHORIZE);
    assert_true(signing.listed < 100);
    signing.refuses_lists = false;
    run(&signing);
    both_end(&signing, STATUS_COMPLETED, ATTENTION_NONE, 1);
}

static void a_process_that_dies_while_it_searches_is_followed_by_one_that_does(void **state)
{
    static struct signing signing;
    (void)state;
    signing = (struct signing){.refuses_lists = true};
    open_world(&signing, FAULT_TIMEOUT_AFTER, true);
    assert_false(world_run(&signing.world, WORLD_START_MS + 10 * MINUTE_MS, after_turn, &signing));
    assert_true(signing.listed > 0);
    world_restart(&signing.world);
    signing.refuses_lists = false;
    run(&signing);
    both_end(&signing, STATUS_VERIFIED, ATTENTION_LOA_DECLINED, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_was_declined_meanwhile_is_not_mailed_again),
        cmocka_unit_test(one_that_never_went_out_is_mailed),
        cmocka_unit_test(one_for_other_orders_of_the_same_signer_is_none_of_ours),
        cmocka_unit_test(one_that_is_over_and_hides_its_orders_is_left_to_a_person),
        cmocka_unit_test(what_cannot_be_found_out_for_an_hour_is_told_and_settled_later),
        cmocka_unit_test(a_process_that_dies_while_it_searches_is_followed_by_one_that_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
