/* Effects that come after the grace, when the request was given up and sent again: the one limit of
 * "nothing happens twice". The model really carries both out; what comes of it is found, counted
 * and told, and nothing is done a third time. */
#include "base/clock.h"
#include "base/text.h"
#include "engine/actions.h"
#include "engine/sync.h"
#include "helpers/sandbox_asking.h"
#include "helpers/service_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define KIND(name) (UINT64_C(1) << EVENT_##name)

/* Large: one at a time. */
static struct world world;
static char phone[PHONE_BYTES];
static char other[PHONE_BYTES];

/* The first requests of the kind are carried out so much later, whatever was done meanwhile. */
static struct fault_rule late(enum sandbox_operation operation, int64_t by_ms)
{
    return (struct fault_rule){.kind = FAULT_LATE_EFFECT,
                               .rate = 1,
                               .operations = 1U << operation,
                               .to_ms = 110 * SECOND_MS,
                               .by_ms = by_ms,
                               .races = true};
}

static void begin(void)
{
    world_init(&world);
    world_phone(0, phone);
    world_phone(1, other);
    world.scenario.signs_after = (struct span){30 * HOUR_MS, 30 * HOUR_MS + 1000};
}

static void import_row(int32_t i)
{
    struct import_row row = world_row(i);
    world_import(&world, &row, 1);
}

/* The first number meets the fault, the second comes when it is over. */
static void go(const struct fault_rule *rule)
{
    world_open(&world);
    world_set_faults(&world, rule, 1);
    import_row(0);
    assert_false(world_run(&world, WORLD_START_MS + 2 * MINUTE_MS, NULL, NULL));
    import_row(1);
}

static int64_t found_at_ms;

static bool note_duplicate(void *context, struct world *running)
{
    (void)context;
    struct number number = world_number(running, phone);
    if (found_at_ms == 0 && number.attention == ATTENTION_DUPLICATE)
        found_at_ms = number.updated_at_ms;
    return false;
}

static void run_days(int64_t days)
{
    found_at_ms = 0;
    (void)world_run(&world, WORLD_START_MS + days * DAY_MS, note_duplicate, NULL);
}

static void happened(const char *phone_number, int32_t orders, int32_t calls, int32_t letters)
{
    struct effects effects = world_effects(&world, phone_number);
    assert_int_equal(effects.of[EFFECT_ORDER_CREATED], orders);
    assert_int_equal(effects.of[EFFECT_CALL_PLACED], calls);
    assert_int_equal(effects.of[EFFECT_LOA_SENT], letters);
    assert_int_equal(effects.of[EFFECT_ORDER_DELETED], 0);
}

static void waits_for_a_person(enum attention attention)
{
    struct number number = world_number(&world, phone);
    assert_string_equal(attention_name(number.attention), attention_name(attention));
    assert_int_equal(number_waiting_on(number.status, number.step, number.attention, false),
                     PARTY_YOU);
    assert_int_equal(world_events(&world, phone, KIND(ATTENTION)), 1);
}

/* Nothing comes of it for the number beside. */
static void end(void)
{
    assert_int_equal(world_number(&world, other).status, STATUS_COMPLETED);
    happened(other, 1, 1, 1);
    world_close(&world);
}

/* SID of the order that the row does not have. */
static void read_second_order(char sid[SID_BYTES])
{
    struct number number = world_number(&world, phone);
    char path[128];
    snprintf(path, sizeof path, "/HostedNumbers/HostedNumberOrders?PhoneNumber=%%2B%s", phone + 1);
    struct asked asked = ask(world.sandbox, world.now_ms, "GET", path, NULL);
    const json_t *items = json_object_get(asked.json, "items");
    assert_int_equal(json_array_size(items), 2);
    for (size_t i = 0; i < 2; i++) {
        const char *one = json_string_value(json_object_get(json_array_get(items, i), "sid"));
        if (strcmp(one, number.order_sid) != 0)
            snprintf(sid, SID_BYTES, "%s", one);
    }
    asked_done(&asked);
}

/* ---- orders ---- */

static void opens_at_nine(void)
{
    struct error err = {0};
    world.options.hours = (struct calling_hours){0};
    assert_true(calling_hours_add(&world.options.hours, "mon-sun", "09:00-17:00", &err));
}

static void a_second_order_is_found_within_70_minutes_and_no_phone_of_it_rings(void **state)
{
    char second[SID_BYTES] = "";
    (void)state;
    const struct fault_rule rule = late(SANDBOX_CREATE_ORDER, 5 * MINUTE_MS);
    begin();
    opens_at_nine(); /* where the phones are it is three in the morning */
    go(&rule);
    run_days(3);
    assert_in_range(found_at_ms - WORLD_START_MS, HOUR_MS, 70 * MINUTE_MS);
    waits_for_a_person(ATTENTION_DUPLICATE);
    read_second_order(second);
    assert_non_null(strstr(world_number(&world, phone).reason, second));
    happened(phone, 2, 0, 0);
    end();
}

static void a_number_that_rang_before_is_not_called_again(void **state)
{
    (void)state;
    const struct fault_rule rule = late(SANDBOX_CREATE_ORDER, 5 * MINUTE_MS);
    begin();
    world.scenario.answers = 0;
    world.options.policy.call_again_after_ms = 2 * HOUR_MS;
    world_open(&world);
    world_set_faults(&world, &rule, 1);
    import_row(0);
    run_days(3);
    assert_in_range(found_at_ms - WORLD_START_MS, HOUR_MS, 70 * MINUTE_MS);
    waits_for_a_person(ATTENTION_DUPLICATE);
    happened(phone, 2, 1, 0);
    world_close(&world);
}

/* When the account is read just then, a call is in doubt. */
static void a_second_order_seen_while_a_request_is_unsettled_is_found_an_hour_later(void **state)
{
    (void)state;
    const struct fault_rule rules[] = {late(SANDBOX_CREATE_ORDER, 5 * MINUTE_MS),
                                       {.kind = FAULT_TIMEOUT_BEFORE,
                                        .rate = 1,
                                        .operations = 1U << SANDBOX_START_CALL,
                                        .to_ms = 62 * MINUTE_MS}};
    begin();
    world.scenario.answers = 0;
    world.scenario.processing_takes = (struct span){3570 * SECOND_MS, 3571 * SECOND_MS};
    world.options.policy.call_again_after_ms = 3 * HOUR_MS;
    world_open(&world);
    world_set_faults(&world, rules, COUNT_OF(rules));
    import_row(0);
    run_days(3);
    assert_in_range(found_at_ms - WORLD_START_MS, 2 * HOUR_MS, 130 * MINUTE_MS);
    waits_for_a_person(ATTENTION_DUPLICATE);
    happened(phone, 2, 1, 0);
    world_close(&world);
}

static void that_the_order_moves_on_does_not_make_two_of_them_one(void **state)
{
    (void)state;
    const struct fault_rule rule = late(SANDBOX_CREATE_ORDER, 5 * MINUTE_MS);
    begin();
    world.scenario.processing_takes = (struct span){3 * HOUR_MS, 3 * HOUR_MS + 1000};
    go(&rule);
    run_days(3);
    struct number number = world_number(&world, phone);
    assert_int_equal(number.status, STATUS_RECEIVED);
    waits_for_a_person(ATTENTION_DUPLICATE);
    assert_non_null(strstr(number.reason, "goes by the same name"));
    happened(phone, 2, 0, 0);
    end();
}

static void sync_now(struct sync_result *result)
{
    struct error err = {0};
    const struct sync_options options = {
        .policy = world.options.policy, .batch = "", .actor = "operator", .seed = 1};
    struct sync *sync = sync_new(world.store, world.executor, &options);
    bool done = false;
    assert_int_equal(sandbox_transport_next_at(world.transport), 0); /* nobody else is asking */
    while (!done) {
        int64_t next_at_ms = 0;
        if (!sync_step(sync, world.now_ms, &next_at_ms, &done, &err))
            fail_msg("%s", err.text);
        int64_t answer_at_ms = sandbox_transport_next_at(world.transport);
        int64_t at_ms = answer_at_ms != 0 ? answer_at_ms : next_at_ms;
        world.now_ms = at_ms > world.now_ms ? at_ms : world.now_ms;
    }
    *result = sync_result(sync);
    sync_free(sync);
}

static void sync_shows_a_second_order_at_once(void **state)
{
    struct sync_result result;
    (void)state;
    const struct fault_rule rule = late(SANDBOX_CREATE_ORDER, 5 * MINUTE_MS);
    begin();
    opens_at_nine();
    world_open(&world);
    world_set_faults(&world, &rule, 1);
    import_row(0);
    assert_false(world_run(&world, WORLD_START_MS + 10 * MINUTE_MS, NULL, NULL));
    assert_int_equal(world_number(&world, phone).attention, ATTENTION_NONE);
    sync_now(&result);
    assert_int_equal(result.drifts[DRIFT_SECOND], 1);
    assert_int_equal(sync_left(&result), 1);
    waits_for_a_person(ATTENTION_DUPLICATE);
    run_days(3);
    happened(phone, 2, 0, 0);
    world_close(&world);
}

/* ---- calls ---- */

struct texts {
    char all[4096];
};

static bool add_text(void *context, const struct event *event, const char *phone_number)
{
    struct texts *texts = context;
    size_t used = strlen(texts->all);
    (void)phone_number;
    snprintf(texts->all + used, sizeof texts->all - used, "%s\n", event->text);
    return true;
}

static void history_says(uint64_t kinds, const char *what)
{
    struct error err = {0};
    struct texts texts = {""};
    int64_t id = world_number(&world, phone).id;
    assert_true(store_each_event(world.store, id, "", kinds, add_text, &texts, &err));
    if (strstr(texts.all, what) == NULL)
        fail_msg("no \"%s\" in \"%s\"", what, texts.all);
}

/* While the second call is open, and when it is long over. */
static void a_call_that_rings_after_all_is_counted_and_told_and_no_third_is_made(void **state)
{
    static const int64_t by_ms[] = {4 * MINUTE_MS, 20 * MINUTE_MS};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(by_ms); i++) {
        const struct fault_rule rule = late(SANDBOX_START_CALL, by_ms[i]);
        begin();
        world.scenario.answers = 0;
        world_open(&world);
        world_set_faults(&world, &rule, 1);
        import_row(0);
        run_days(3);
        happened(phone, 1, 2, 0);
        assert_int_equal(world_number(&world, phone).verification_attempts, 2);
        waits_for_a_person(ATTENTION_ATTEMPTS_KEPT);
        assert_int_equal(world_events(&world, phone, KIND(NOT_HAPPENED)), 1);
        assert_int_equal(world_events(&world, phone, KIND(CALL_PLACED)), 2);
        history_says(KIND(CALL_PLACED), "2 verification attempts where 1 were counted");
        world_close(&world);
    }
}

/* ---- LOAs ---- */

static void retry(void)
{
    char phones[1][PHONE_BYTES];
    struct action_result done;
    struct error err = {0};
    TEXT_SET(phones[0], phone);
    const struct selector selector = {.phone_numbers = (const char(*)[PHONE_BYTES])phones,
                                      .phone_count = 1};
    assert_true(
        action_apply(world.store, ACTION_RETRY, &selector, "operator", world.now_ms, &done, &err));
}

/* One LOA of the number's orders is out and the other was sent by the model after it was given up.
 */
static void send_two_letters(void)
{
    const struct fault_rule rule = late(SANDBOX_CREATE_DOCUMENT, 6 * MINUTE_MS);
    begin();
    world_open(&world);
    world_set_faults(&world, &rule, 1);
    import_row(0);
}

static void two_letters_for_one_order_are_shown_to_a_person_and_no_third_is_sent(void **state)
{
    (void)state;
    send_two_letters();
    run_days(1);
    assert_in_range(found_at_ms - WORLD_START_MS, 6 * MINUTE_MS, 30 * MINUTE_MS);
    waits_for_a_person(ATTENTION_DUPLICATE);
    happened(phone, 1, 1, 2);
    assert_int_equal(world_events(&world, phone, KIND(LOA_SENT)), 2);
    history_says(KIND(LOA_SENT), "two LOAs for one order");
    assert_non_null(strstr(world_number(&world, phone).reason, "two LOAs for one order"));
    retry();
    run_days(3);
    assert_int_equal(world_number(&world, phone).status, STATUS_COMPLETED);
    assert_int_equal(world_events(&world, phone, KIND(ATTENTION)), 1);
    happened(phone, 1, 1, 2);
    world_close(&world);
}

/* Whoever is confused by two letters and declines one is not mailed a third. */
static void a_second_letter_that_is_declined_is_left_to_a_person(void **state)
{
    (void)state;
    send_two_letters();
    run_days(1);
    waits_for_a_person(ATTENTION_DUPLICATE);
    char sid[SID_BYTES];
    TEXT_SET(sid, world_number(&world, phone).loa_sid);
    assert_true(sandbox_sign(world.sandbox, sid, true, world.now_ms));
    run_days(3);
    struct number number = world_number(&world, phone);
    assert_int_equal(number_waiting_on(number.status, number.step, number.attention, false),
                     PARTY_YOU);
    happened(phone, 1, 1, 2);
    world_close(&world);
}

/* The order is past its signature, and does not show what went out late: the signer's documents do.
 * The run was over by then. */
static void a_letter_that_its_order_does_not_show_is_found_in_the_list_of_the_signer(void **state)
{
    (void)state;
    const struct fault_rule rule = late(SANDBOX_CREATE_DOCUMENT, 6 * MINUTE_MS);
    begin();
    world.scenario.signs_after = (struct span){30 * SECOND_MS, 31 * SECOND_MS};
    world_open(&world);
    world_set_faults(&world, &rule, 1);
    import_row(0);
    assert_true(world_run(&world, WORLD_START_MS + DAY_MS, NULL, NULL));
    assert_int_equal(world_events(&world, phone, KIND(LOA_SENT)), 1);
    for (int i = 0; i < 2; i++) { /* the second time it is known */
        world.now_ms += 2 * HOUR_MS;
        world_restart(&world);
        assert_true(world_run(&world, WORLD_START_MS + DAY_MS, NULL, NULL));
        happened(phone, 1, 1, 2);
        assert_int_equal(world_events(&world, phone, KIND(LOA_SENT)), 2);
        assert_int_equal(world_events(&world, phone, KIND(ATTENTION)), 0);
        history_says(KIND(LOA_SENT), "two LOAs for one order");
    }
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_order_is_found_within_70_minutes_and_no_phone_of_it_rings),
        cmocka_unit_test(a_number_that_rang_before_is_not_called_again),
        cmocka_unit_test(a_second_order_seen_while_a_request_is_unsettled_is_found_an_hour_later),
        cmocka_unit_test(that_the_order_moves_on_does_not_make_two_of_them_one),
        cmocka_unit_test(sync_shows_a_second_order_at_once),
        cmocka_unit_test(a_call_that_rings_after_all_is_counted_and_told_and_no_third_is_made),
        cmocka_unit_test(two_letters_for_one_order_are_shown_to_a_person_and_no_third_is_sent),
        cmocka_unit_test(a_second_letter_that_is_declined_is_left_to_a_person),
        cmocka_unit_test(a_letter_that_its_order_does_not_show_is_found_in_the_list_of_the_signer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
