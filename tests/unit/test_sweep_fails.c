/* The list of the whole account over a store that fails at every place once: what it showed is
 * there whole or not at all, and the account does not count as read before it was. */
#include "base/clock.h"
#include "base/text.h"
#include "domain/decide.h"
#include "engine/engine_private.h"
#include "faults/faults.h"
#include "helpers/counting_executor.h"
#include "helpers/store_fixture.h"

#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1795000000000)

/* A row that has its order, and one that was imported anew. */
static const char *const phones[] = {"+14155552000", "+14155552001"};
enum { KNOWN, UNKNOWN, ROWS };

struct world {
    struct fixture fixture;
    int64_t ids[ROWS];
};

static struct order_seen order_of(int row)
{
    struct order_seen seen = {.status_known = true, .status = STATUS_RECEIVED};
    TEXT_SET(seen.phone_number, phones[row]);
    snprintf(seen.sid, sizeof seen.sid, "HR%032d", row);
    decide_unique_name(seen.unique_name, sizeof seen.unique_name, phones[row], 1);
    return seen;
}

static void *set_up(void)
{
    struct error err = {0};
    struct world *world = calloc(1, sizeof *world);
    world->fixture =
        (struct fixture){.store = store_open(":memory:", STORE_WRITE, &err), .next_line = 2};
    if (world->fixture.store == NULL)
        fail_msg("%s", err.text);
    for (int row = 0; row < ROWS; row++)
        world->ids[row] = fixture_add(&world->fixture, phones[row], "", 0);
    struct number number = fixture_number(&world->fixture, world->ids[KNOWN]);
    const struct order_seen order = order_of(KNOWN);
    number.status = STATUS_TWILIO_PROCESSING;
    number.step = STEP_NOTHING;
    TEXT_SET(number.order_sid, order.sid);
    TEXT_SET(number.unique_name, order.unique_name);
    assert_true(store_save_number(world->fixture.store, &number, &err));
    return world;
}

static void tear_down(void *context)
{
    struct world *world = context;
    store_close(world->fixture.store);
    free(world);
}

/* The answer is taken in as a turn does it. */
static bool take(struct engine *engine, const struct slot *slot, const struct answer *answer,
                 struct error *err)
{
    if (store_begin(engine->store, err) && sweeps_answered(engine, slot, answer, NOW, err) &&
        store_commit(engine->store, err))
        return true;
    store_rollback(engine->store);
    return false;
}

/* By a process of its own. */
static bool read_account(struct world *world, bool was_read, const struct answer *answer,
                         struct error *err)
{
    struct engine_options options = {.policy = policy_default(), .seed = 1, .max_calls = -1};
    struct counting_executor executor;
    size_t room = 1;
    options.policy.retry_attempts = 0;
    counting_executor_init(&executor);
    struct engine *engine = engine_new(world->fixture.store, &executor.port, &options);
    tokens_init(&engine->requests, 1000, 1000, NOW);
    engine->account.read = was_read;
    bool ok =
        sweeps_dispatch(engine, NOW, &room, err) && take(engine, &engine->slots[0], answer, err);
    engine_free(engine);
    return ok;
}

static bool read_all(void *context, struct error *err)
{
    struct order_seen orders[ROWS] = {order_of(KNOWN), order_of(UNKNOWN)};
    const struct answer answer = {.delivery = DELIVERY_ANSWERED,
                                  .http_status = 200,
                                  .readable = true,
                                  .orders = orders,
                                  .order_count = ROWS};
    return read_account(context, false, &answer, err);
}

static bool is_read(struct world *world)
{
    char read[8];
    struct error err = {0};
    assert_true(store_read_setting(world->fixture.store, "account_read", read, sizeof read, &err));
    return strcmp(read, "yes") == 0;
}

/* One that was read once and cannot be read today. */
static bool give_up(void *context, struct error *err)
{
    struct world *world = context;
    const struct answer answer = {.delivery = DELIVERY_ANSWERED, .http_status = 503};
    bool ok = read_account(world, true, &answer, err);
    force_look(false);
    assert_true(!ok || is_read(world));
    force_look(true);
    return ok;
}

static void all_of_it_or_nothing(void *context)
{
    struct world *world = context;
    struct error err = {0};
    bool read = is_read(world);
    for (int row = 0; row < ROWS; row++) {
        struct number number = fixture_number(&world->fixture, world->ids[row]);
        assert_int_equal(number.status == STATUS_RECEIVED, read);
        assert_int_equal(number.order_sid[0] != '\0', read || row == KNOWN);
    }
    if (!store_check(world->fixture.store, &err))
        fail_msg("%s", err.text);
}

static void what_the_account_shows_is_stored_whole_or_not_at_all(void **state)
{
    (void)state;
    const struct fault_trial trial = {.name = "account read",
                                      .families = FAULT_SQL,
                                      .set_up = set_up,
                                      .operate = read_all,
                                      .check = all_of_it_or_nothing,
                                      .tear_down = tear_down};
    assert_in_range(force_run(&trial), force_least(30), 10000);
}

static void that_it_was_given_up_for_today_is_stored_or_said(void **state)
{
    (void)state;
    const struct fault_trial trial = {.name = "account given up",
                                      .families = FAULT_SQL,
                                      .set_up = set_up,
                                      .operate = give_up,
                                      .tear_down = tear_down};
    assert_in_range(force_run(&trial), force_least(5), 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_account_shows_is_stored_whole_or_not_at_all),
        cmocka_unit_test(that_it_was_given_up_for_today_is_stored_or_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
