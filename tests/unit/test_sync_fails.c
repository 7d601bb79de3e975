/* A sync over a store that fails at every place once: a page is taken in whole or not at all, and
 * the next sync finds everything. */
#include "base/text.h"
#include "domain/decide.h"
#include "engine/sync.h"
#include "faults/faults.h"
#include "helpers/counting_executor.h"
#include "helpers/store_fixture.h"

#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1795000000000)

/* What becomes of each by a sync. */
enum fate { FATE_FURTHER, FATE_BOUND, FATE_ADOPTED, FATE_LOOKED_AT };
enum { FATE_COUNT = FATE_LOOKED_AT + 1, PAGE_COUNT = FATE_LOOKED_AT };

struct world {
    struct fixture fixture;
    int64_t ids[FATE_COUNT];
};

static void phone_of(enum fate fate, char phone_number[PHONE_BYTES])
{
    snprintf(phone_number, PHONE_BYTES, "+1415555010%u", (unsigned)fate);
}

static void sid_of(enum fate fate, char sid[SID_BYTES])
{
    snprintf(sid, SID_BYTES, "HR%032u", (unsigned)fate);
}

static void add_row(struct world *world, enum fate fate)
{
    struct error err = {0};
    char phone_number[PHONE_BYTES];
    phone_of(fate, phone_number);
    world->ids[fate] = fixture_add(&world->fixture, phone_number, "", 0);
    if (fate == FATE_BOUND || fate == FATE_ADOPTED)
        return;
    struct number number = fixture_number(&world->fixture, world->ids[fate]);
    number.status = STATUS_VERIFIED;
    number.step = STEP_NOTHING;
    number.order_count = 1;
    sid_of(fate, number.order_sid);
    decide_unique_name(number.unique_name, sizeof number.unique_name, phone_number, 1);
    assert_true(store_save_number(world->fixture.store, &number, &err));
}

static void *set_up(void)
{
    struct error err = {0};
    struct world *world = calloc(1, sizeof *world);
    world->fixture =
        (struct fixture){.store = store_open(":memory:", STORE_WRITE, &err), .next_line = 2};
    if (world->fixture.store == NULL)
        fail_msg("%s", err.text);
    for (int fate = 0; fate < FATE_COUNT; fate++)
        add_row(world, (enum fate)fate);
    return world;
}

static void tear_down(void *context)
{
    struct world *world = context;
    store_close(world->fixture.store);
    free(world);
}

static struct order_seen order_of(enum fate fate)
{
    struct order_seen seen = {.status_known = true,
                              .status = STATUS_PENDING_LOA,
                              .email = "somebody@example.com",
                              .address_sid = "AD02"};
    phone_of(fate, seen.phone_number);
    sid_of(fate, seen.sid);
    if (fate != FATE_BOUND)
        decide_unique_name(seen.unique_name, sizeof seen.unique_name, seen.phone_number, 1);
    return seen;
}

/* An answer with the orders of these fates; they belong to it. */
static struct answer answer_with(enum operation operation, int first, int count)
{
    struct answer answer = {.operation = operation,
                            .sent_at_ms = NOW,
                            .delivery = DELIVERY_ANSWERED,
                            .http_status = 200,
                            .readable = true,
                            .orders = calloc((size_t)count, sizeof *answer.orders),
                            .order_count = (size_t)count};
    for (int i = 0; i < count; i++)
        answer.orders[i] = order_of((enum fate)(first + i));
    return answer;
}

static bool step(struct sync *sync, struct counting_executor *executor, struct answer answer,
                 bool *done, struct error *err)
{
    int64_t next_at_ms = 0;
    executor->answer = &answer;
    return sync_step(sync, NOW, &next_at_ms, done, err);
}

static bool run(struct sync *sync, struct counting_executor *executor, struct error *err)
{
    int64_t next_at_ms = 0;
    bool done = false;
    return sync_step(sync, NOW, &next_at_ms, &done, err) &&
           step(sync, executor, answer_with(OPERATION_LIST_ORDERS, 0, PAGE_COUNT), &done, err) &&
           step(sync, executor, answer_with(OPERATION_FETCH_ORDER, FATE_LOOKED_AT, 1), &done, err);
}

static void each_has_its_fate(struct world *world)
{
    force_look(false);
    for (int fate = 0; fate < FATE_COUNT; fate++) {
        struct number number = fixture_number(&world->fixture, world->ids[fate]);
        char sid[SID_BYTES];
        sid_of((enum fate)fate, sid);
        assert_int_equal(number.status, STATUS_PENDING_LOA);
        assert_string_equal(number.order_sid, sid);
    }
    force_look(true);
}

static bool sync_all(void *context, struct error *err)
{
    struct world *world = context;
    struct counting_executor executor;
    const struct sync_options options = {
        .policy = policy_default(), .batch = "", .seed = 1, .actor = "operator", .bind_at_most = 1};
    counting_executor_init(&executor);
    struct sync *sync = sync_new(world->fixture.store, &executor.port, &options);
    bool ok = run(sync, &executor, err);
    assert_in_range(executor.of[OPERATION_LIST_ORDERS], 0, 1);
    if (ok)
        each_has_its_fate(world);
    assert_int_equal(executor.of[OPERATION_LIST_ORDERS] + executor.of[OPERATION_FETCH_ORDER],
                     executor.submitted);
    sync_free(sync);
    return ok;
}

static void a_page_is_there_whole_or_not_at_all(void *context)
{
    struct world *world = context;
    struct error err = {0};
    bool first = fixture_number(&world->fixture, world->ids[0]).status == STATUS_PENDING_LOA;
    for (int fate = 0; fate < PAGE_COUNT; fate++) {
        struct number number = fixture_number(&world->fixture, world->ids[fate]);
        assert_int_equal(number.status == STATUS_PENDING_LOA, first);
        assert_int_equal(number.order_sid[0] != '\0', first || fate == FATE_FURTHER);
    }
    if (!store_check(world->fixture.store, &err))
        fail_msg("%s", err.text);
}

static void a_page_that_cannot_be_stored_leaves_no_trace_and_is_read_again(void **state)
{
    (void)state;
    const struct fault_trial trial = {.name = "sync, page and look",
                                      .families = FAULT_SQL,
                                      .set_up = set_up,
                                      .operate = sync_all,
                                      .check = a_page_is_there_whole_or_not_at_all,
                                      .tear_down = tear_down};
    assert_in_range(force_run(&trial), force_least(40), 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_that_cannot_be_stored_leaves_no_trace_and_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
