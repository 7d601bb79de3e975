/* An LOA in doubt searched, and one given up looked for again, over a store that fails at every
 * place once: the run ends with an error, nobody is mailed once more, and the next run finds the
 * document. */
#include "base/clock.h"
#include "base/text.h"
#include "engine/engine_private.h"
#include "faults/faults.h"
#include "helpers/sandbox_asking.h"
#include "helpers/service_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DOCUMENTS "/HostedNumbers/AuthorizationDocuments"
#define OTHER_ORDER "14155550109" /* verified without a call */

enum { NUMBERS = 2, TURNS_MAX = 20000 };

static struct number row(const struct world *world, int32_t i)
{
    char phone_number[PHONE_BYTES];
    world_phone(i, phone_number);
    return world_number(world, phone_number);
}

/* An LOA for an order that is none of ours, to the same signer: a candidate to be ruled out. */
static void send_other(struct world *world)
{
    char sid[SID_BYTES];
    char body[400];
    assert_int_equal(ask_order(world->sandbox, world->now_ms, OTHER_ORDER, sid), 201);
    world->now_ms += MINUTE_MS;
    snprintf(body, sizeof body,
             "HostedNumberOrderSids=%s&AddressSid=AD11111111111111111111111111111111&"
             "Email=signer@example.com&ContactTitle=Owner&ContactPhoneNumber=%%2B14155550180",
             sid);
    assert_int_equal(ask_code(world->sandbox, world->now_ms, "POST", DOCUMENTS, body), 201);
}

/* The LOA went out, no answer came, and it was declined before anybody looked. */
static void *set_up(void)
{
    static const struct fault_rule lost = {
        .kind = FAULT_TIMEOUT_AFTER, .rate = 1, .operations = 1U << SANDBOX_CREATE_DOCUMENT};
    struct world *world = calloc(1, sizeof *world);
    struct import_row rows[NUMBERS];
    world_init(world);
    world->scenario.signs_after = (struct span){20 * SECOND_MS, 21 * SECOND_MS};
    world->scenario.declines = 1;
    world_open(world);
    for (int32_t i = 0; i < NUMBERS; i++)
        rows[i] = world_row(i);
    world_import(world, rows, NUMBERS);
    world_set_faults(world, &lost, 1);
    while (row(world, 0).intent != INTENT_AUTHORIZE)
        assert_false(world_run(world, world->now_ms + 1, NULL, NULL));
    world_set_faults(world, NULL, 0);
    send_other(world);
    return world;
}

static void tear_down(void *context)
{
    struct world *world = context;
    world_close(world);
    free(world);
}

static bool in_doubt(const struct world *world)
{
    force_look(false);
    bool doubt = row(world, 0).intent == INTENT_AUTHORIZE;
    force_look(true);
    return doubt;
}

static bool turn(struct world *world, struct error *err)
{
    enum engine_end end = ENGINE_GOES_ON;
    int64_t next_at_ms = 0;
    if (!engine_step(world->engine, world->now_ms, &next_at_ms, &end, err))
        return false;
    int64_t answer_at_ms = sandbox_transport_next_at(world->transport);
    int64_t at_ms = answer_at_ms != 0 && (next_at_ms == 0 || answer_at_ms < next_at_ms)
                        ? answer_at_ms
                        : next_at_ms;
    world->now_ms = at_ms > world->now_ms ? at_ms : world->now_ms;
    return true;
}

/* Until the document is found; a process that failed is followed by another. */
static bool search(void *context, struct error *err)
{
    struct world *world = context;
    for (int turns = 0; turns < TURNS_MAX && in_doubt(world); turns++) {
        if (turn(world, err))
            continue;
        force_look(false);
        world_restart(world);
        force_look(true);
        return false;
    }
    return !in_doubt(world) || error_set(err, ERROR_OTHER, "never settled");
}

static void nobody_is_mailed_twice(void *context)
{
    struct world *world = context;
    struct error err = {0};
    for (int32_t i = 0; i < NUMBERS; i++) {
        struct number number = row(world, i);
        assert_int_equal(world_effects(world, number.phone_number).of[EFFECT_LOA_SENT], 1);
        assert_true(number.intent == INTENT_AUTHORIZE || number.loa_sid[0] != '\0');
    }
    if (!store_check(world->store, &err))
        fail_msg("%s", err.text);
}

static void a_store_that_fails_while_an_loa_is_searched_mails_nobody_twice(void **state)
{
    (void)state;
    const struct fault_trial trial = {.name = "search of an LOA",
                                      .families = FAULT_SQL,
                                      .set_up = set_up,
                                      .operate = search,
                                      .check = nobody_is_mailed_twice,
                                      .tear_down = tear_down};
    assert_in_range(force_run(&trial), force_least(60), 10000);
}

/* ---- an LOA that was given up, another one sent, and the first went out after all ---- */

static int32_t letters_told(const struct world *world)
{
    char phone_number[PHONE_BYTES];
    world_phone(0, phone_number);
    force_look(false);
    int32_t told = world_events(world, phone_number, UINT64_C(1) << EVENT_LOA_SENT);
    force_look(true);
    return told;
}

/* The next run begins when it is time to look for it once more. */
static void *set_up_given_up(void)
{
    static const struct fault_rule late = {.kind = FAULT_LATE_EFFECT,
                                           .rate = 1,
                                           .operations = 1U << SANDBOX_CREATE_DOCUMENT,
                                           .to_ms = 110 * SECOND_MS,
                                           .by_ms = 6 * MINUTE_MS,
                                           .races = true};
    struct world *world = calloc(1, sizeof *world);
    struct import_row only = world_row(0);
    world_init(world);
    world->scenario.signs_after = (struct span){30 * SECOND_MS, 31 * SECOND_MS};
    world_open(world);
    world_set_faults(world, &late, 1);
    world_import(world, &only, 1);
    assert_true(world_run(world, WORLD_START_MS + DAY_MS, NULL, NULL));
    assert_int_equal(letters_told(world), 1);
    world->now_ms += 2 * HOUR_MS;
    world_restart(world);
    return world;
}

/* The same, and the documents of the signer cannot be read. */
static void *set_up_unreadable(void)
{
    static const struct fault_rule broken = {
        .kind = FAULT_500_BEFORE, .rate = 1, .operations = 1U << SANDBOX_LIST_DOCUMENTS};
    struct world *world = set_up_given_up();
    world_set_faults(world, &broken, 1);
    return world;
}

typedef bool world_fn(const struct world *world);

static bool second_is_told(const struct world *world)
{
    return letters_told(world) == 2;
}

static bool is_put_off(const struct world *world)
{
    return world->engine->search.loa_id == 0 && world->engine->given_up_at_ms > world->now_ms;
}

static bool run_until(struct world *world, world_fn *done, struct error *err)
{
    for (int turns = 0; turns < TURNS_MAX && !done(world); turns++) {
        if (turn(world, err))
            continue;
        force_look(false);
        world_restart(world);
        force_look(true);
        return false;
    }
    return done(world) || error_set(err, ERROR_OTHER, "never came to it");
}

static bool look_again(void *context, struct error *err)
{
    return run_until(context, second_is_told, err);
}

static bool put_off(void *context, struct error *err)
{
    return run_until(context, is_put_off, err);
}

static void two_letters_and_no_third(void *context)
{
    struct world *world = context;
    struct error err = {0};
    struct number number = row(world, 0);
    assert_int_equal(world_effects(world, number.phone_number).of[EFFECT_LOA_SENT], 2);
    assert_in_range(letters_told(world), 1, 2);
    if (!store_check(world->store, &err))
        fail_msg("%s", err.text);
}

static void a_store_that_fails_while_a_second_loa_is_looked_for_tells_it_the_next_time(void **state)
{
    (void)state;
    struct fault_trial trial = {.name = "second LOA",
                                .families = FAULT_SQL,
                                .set_up = set_up_given_up,
                                .operate = look_again,
                                .check = two_letters_and_no_third,
                                .tear_down = tear_down};
    assert_in_range(force_run(&trial), force_least(20), 10000);
    trial.name = "second LOA put off";
    trial.set_up = set_up_unreadable;
    trial.operate = put_off;
    assert_in_range(force_run(&trial), force_least(20), 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_that_fails_while_an_loa_is_searched_mails_nobody_twice),
        cmocka_unit_test(
            a_store_that_fails_while_a_second_loa_is_looked_for_tells_it_the_next_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
