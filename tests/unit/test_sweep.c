/* When a list is read instead of so many orders, and what it may change. */
#include "base/clock.h"
#include "base/text.h"
#include "domain/decide.h"
#include "engine/engine_private.h"
#include "helpers/counting_executor.h"
#include "helpers/store_fixture.h"

#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1795000000000)
#define SID "HR11111111111111111111111111111111"

enum { SWEEP_FROM = 2 };

struct world {
    struct fixture *fixture;
    struct counting_executor executor;
    struct engine *engine;
};

static int set_up(void **state)
{
    void *fixture = NULL;
    struct world *world = calloc(1, sizeof *world);
    *state = world;
    if (fixture_set_up(&fixture) != 0)
        return 1;
    world->fixture = fixture;
    struct engine_options options = {.policy = policy_default(), .seed = 1, .max_calls = -1};
    options.policy.sweep_from = SWEEP_FROM;
    counting_executor_init(&world->executor);
    world->engine = engine_new(world->fixture->store, &world->executor.port, &options);
    tokens_init(&world->engine->requests, 1000, 1000, NOW);
    world->engine->account = (struct account_reading){.read = true, .read_at_ms = NOW};
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    void *fixture = world->fixture;
    engine_free(world->engine);
    free(world);
    return fixture_tear_down(&fixture);
}

/* The slot of a list that is asked for now; NULL: none is. */
static struct slot *dispatch_list(struct world *world, int64_t now_ms)
{
    struct error err = {0};
    size_t room = 1;
    if (!sweeps_dispatch(world->engine, now_ms, &room, &err))
        fail_msg("%s", err.text);
    return room == 0 ? &world->engine->slots[0] : NULL;
}

/* The last page of the list, with this order on it; NULL: none. */
static void answer(struct world *world, struct slot *slot, struct order_seen *seen, int64_t now_ms)
{
    struct error err = {0};
    const struct answer answer = {.operation = OPERATION_LIST_ORDERS,
                                  .delivery = DELIVERY_ANSWERED,
                                  .http_status = 200,
                                  .readable = true,
                                  .orders = seen,
                                  .order_count = seen != NULL ? 1 : 0};
    if (!sweeps_answered(world->engine, slot, &answer, now_ms, &err))
        fail_msg("%s", err.text);
    slot_free(world->engine, slot);
}

/* ---- how often ---- */

static void add_waiting(struct world *world, int count, enum status status)
{
    for (int i = 0; i < count; i++) {
        int64_t id = fixture_add_many(world->fixture, i, "");
        fixture_set(world->fixture, id, status, STEP_NOTHING, NOW);
    }
}

static void list_is_read_every(struct world *world, enum status status, int64_t pause_ms)
{
    struct slot *slot = dispatch_list(world, NOW);
    assert_non_null(slot);
    assert_true(slot->request.filter_by_status);
    assert_int_equal(slot->request.status, status);
    answer(world, slot, NULL, NOW);
    assert_null(dispatch_list(world, NOW + pause_ms - 1));
    assert_non_null(dispatch_list(world, NOW + pause_ms));
}

static void each_status_has_its_own_pause_between_two_lists(void **state)
{
    const struct policy policy = policy_default();
    const int64_t pauses[STATUS_COUNT] = {
        [STATUS_TWILIO_PROCESSING] = policy.poll_processing_ms,
        [STATUS_VERIFIED] = policy.poll_processing_ms,
        [STATUS_RECEIVED] = policy.poll_verification_ms,
        [STATUS_PENDING_VERIFICATION] = policy.poll_verification_ms,
        [STATUS_PENDING_LOA] = policy.poll_signature_ms,
        [STATUS_CARRIER_PROCESSING] = policy.poll_carrier_ms,
        [STATUS_TESTING] = policy.poll_carrier_ms,
        [STATUS_ACTION_REQUIRED] = policy.poll_carrier_ms,
    };
    (void)state;
    for (int status = 0; status < STATUS_COUNT; status++) {
        void *own = NULL;
        assert_int_equal(set_up(&own), 0);
        struct world *world = own;
        add_waiting(world, SWEEP_FROM, (enum status)status);
        if (pauses[status] > 0)
            list_is_read_every(world, (enum status)status, pauses[status]);
        else
            assert_null(dispatch_list(world, NOW + HOUR_MS)); /* nothing waits there */
        assert_int_equal(tear_down(&own), 0);
    }
}

static void a_few_are_looked_at_one_by_one(void **state)
{
    struct world *world = *state;
    add_waiting(world, SWEEP_FROM - 1, STATUS_TESTING);
    assert_null(dispatch_list(world, NOW));
}

/* ---- orders that no row has ---- */

static struct order_seen order_of_ours(const char *phone_number)
{
    struct order_seen seen = {.sid = SID, .status_known = true, .status = STATUS_RECEIVED};
    TEXT_SET(seen.phone_number, phone_number);
    decide_unique_name(seen.unique_name, sizeof seen.unique_name, phone_number, 1);
    return seen;
}

static void only_the_whole_account_finds_rows_for_orders(void **state)
{
    struct world *world = *state;
    int64_t id = fixture_add(world->fixture, "+14155552000", "", 0);
    struct order_seen seen = order_of_ours("+14155552000");
    add_waiting(world, SWEEP_FROM, STATUS_RECEIVED);
    answer(world, dispatch_list(world, NOW), &seen, NOW);
    assert_string_equal(fixture_number(world->fixture, id).order_sid, "");
    struct slot *slot = dispatch_list(world, NOW + DAY_MS);
    assert_false(slot->request.filter_by_status);
    answer(world, slot, &seen, NOW + DAY_MS);
    assert_string_equal(fixture_number(world->fixture, id).order_sid, SID);
    assert_int_equal(world->engine->account.read_at_ms, NOW + DAY_MS);
}

/* Its own answer is on the way, and newer. */
static void a_row_whose_create_is_under_way_is_left_alone(void **state)
{
    struct world *world = *state;
    int64_t id = fixture_add(world->fixture, "+14155552000", "", 0);
    struct order_seen seen = order_of_ours("+14155552000");
    struct slot *list = dispatch_list(world, NOW + DAY_MS);
    slot_take(world->engine, WORK_NUMBER, NOW)->request.number_id = id;
    answer(world, list, &seen, NOW + DAY_MS);
    assert_string_equal(fixture_number(world->fixture, id).order_sid, "");
    assert_int_equal(fixture_events(world->fixture, id, UINT64_C(1) << EVENT_ORDER_ADOPTED), 0);
}

/* ---- the account as a whole ---- */

static void
a_repeated_create_is_looked_for_after_an_hour_unless_the_daily_read_is_sooner(void **state)
{
    struct world *world = *state;
    struct error err = {0};
    struct engine *engine = world->engine;
    assert_int_equal(account_next_at(engine), NOW + DAY_MS);
    assert_true(account_note_repeat(engine, NOW + 2 * HOUR_MS, &err));
    assert_int_equal(account_next_at(engine), NOW + 3 * HOUR_MS);
    assert_true(account_note_repeat(engine, NOW + 23 * HOUR_MS + MINUTE_MS, &err));
    assert_int_equal(account_next_at(engine), NOW + DAY_MS);
    assert_true(account_done(engine, NOW + DAY_MS, &err));
    assert_int_equal(account_next_at(engine), NOW + DAY_MS + MINUTE_MS);
    assert_true(account_done(engine, NOW + DAY_MS + MINUTE_MS, &err));
    assert_int_equal(account_next_at(engine), NOW + 2 * DAY_MS + MINUTE_MS);
}

int main(void)
{
#define SWEEP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_status_has_its_own_pause_between_two_lists),
        SWEEP_TEST(a_few_are_looked_at_one_by_one),
        SWEEP_TEST(only_the_whole_account_finds_rows_for_orders),
        SWEEP_TEST(a_row_whose_create_is_under_way_is_left_alone),
        SWEEP_TEST(a_repeated_create_is_looked_for_after_an_hour_unless_the_daily_read_is_sooner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
