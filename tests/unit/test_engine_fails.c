/* What is in doubt when a process begins, settled over a store that fails at every place once: the
 * next process settles it all the same, and nobody is mailed, called or ordered for twice. */
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "domain/decide.h"
#include "engine/engine.h"
#include "faults/faults.h"
#include "helpers/counting_executor.h"
#include "helpers/store_fixture.h"

#include <stdlib.h>
#include <string.h>

#define NOW_MS (FIXTURE_NOW_MS + 10 * DAY_MS)
#define FOUND_DOCUMENT "PX11111111111111111111111111111111"
#define MAILED_DOCUMENT "PX22222222222222222222222222222222"

enum { TURNS = 16 };

/* The numbers, each with a doubt of its own. */
enum {
    LOA_FOUND = 1, /* its order shows the document */
    LOA_NOT_SENT,  /* neither its order nor the documents of the signer show one */
    ORDER_DEAD,    /* its create had its effect, and the order failed */
    ORDER_MISSING, /* its create had none */
    LAPSING,       /* and nothing in doubt */
    NUMBERS = LAPSING,
};

struct world {
    struct fixture fixture;
    struct counting_executor executor;
    struct answer answer; /* on its way */
    int64_t now_ms;
    size_t orders; /* asked for, in all processes */
    size_t mails;
};

/* ---- what an earlier process left ---- */

static int64_t add_loa(struct world *world, int64_t signer_id)
{
    struct error err = {0};
    struct loa loa = {.signer_id = signer_id,
                      .status = DOCUMENT_OPENED,
                      .number_count = 1,
                      .intent_at_ms = NOW_MS - HOUR_MS};
    assert_true(store_save_loa(world->fixture.store, &loa, &err));
    return loa.id;
}

static void add_in_doubt(struct world *world, int64_t id, enum intent intent)
{
    struct error err = {0};
    struct store *store = world->fixture.store;
    assert_int_equal(fixture_add_many(&world->fixture, (int)id, ""), id);
    struct number number = fixture_number(&world->fixture, id);
    number.step = STEP_RECONCILE;
    number.due_at_ms = NOW_MS;
    number.intent = intent;
    number.intent_at_ms = NOW_MS - HOUR_MS;
    number.order_count = 1;
    decide_unique_name(number.unique_name, sizeof number.unique_name, number.phone_number, 1);
    if (intent == INTENT_AUTHORIZE) {
        number.status = STATUS_VERIFIED;
        number.loa_id = add_loa(world, number.signer_id);
        snprintf(number.order_sid, sizeof number.order_sid, "HR%032d", (int)id);
    }
    assert_true(store_save_number(store, &number, &err));
    assert_true(store_add_order(store, &number, NOW_MS - HOUR_MS, &err));
}

static void add_lapsing(struct world *world)
{
    struct error err = {0};
    assert_int_equal(fixture_add_many(&world->fixture, LAPSING, ""), LAPSING);
    struct number number = fixture_number(&world->fixture, LAPSING);
    number.status = STATUS_PENDING_LOA;
    number.step = STEP_NOTHING;
    number.due_at_ms = NOW_MS + DAY_MS;
    number.deadline_at_ms = NOW_MS + DAY_MS;
    snprintf(number.order_sid, sizeof number.order_sid, "HR%032d", LAPSING);
    assert_true(store_save_number(world->fixture.store, &number, &err));
}

static void *set_up(void)
{
    struct error err = {0};
    struct world *world = memory_new(1, sizeof *world);
    world->fixture.store = store_open(":memory:", STORE_WRITE, &err);
    world->fixture.next_line = 2;
    world->now_ms = NOW_MS;
    assert_non_null(world->fixture.store);
    add_in_doubt(world, LOA_FOUND, INTENT_AUTHORIZE);
    add_in_doubt(world, LOA_NOT_SENT, INTENT_AUTHORIZE);
    add_in_doubt(world, ORDER_DEAD, INTENT_CREATE);
    add_in_doubt(world, ORDER_MISSING, INTENT_CREATE);
    add_lapsing(world);
    assert_true(store_write_setting(world->fixture.store, "account_read", "yes", &err));
    assert_true(store_write_setting(world->fixture.store, "account_read_at", "864000000", &err));
    return world;
}

static void tear_down(void *context)
{
    struct world *world = context;
    store_close(world->fixture.store);
    free(world);
}

/* ---- the service ---- */

static bool is_of(struct world *world, const struct request *request, int64_t id)
{
    struct number number = fixture_number(&world->fixture, id);
    return request->number_id == id || (request->operation == OPERATION_LIST_ORDERS &&
                                        strcmp(request->phone_number, number.phone_number) == 0);
}

static struct order_seen *order_of(const struct request *request, enum status status)
{
    struct order_seen *seen = memory_new(1, sizeof *seen);
    seen->status_known = true;
    seen->status = status;
    snprintf(seen->sid, sizeof seen->sid, "HR%032d", (int)request->number_id);
    TEXT_SET(seen->phone_number, request->phone_number);
    TEXT_SET(seen->unique_name, request->unique_name);
    return seen;
}

/* The order that a request about one number finds; NULL: none. */
static struct order_seen *find_order(struct world *world, const struct request *request)
{
    if (is_of(world, request, ORDER_DEAD))
        return order_of(request, STATUS_FAILED);
    if (is_of(world, request, ORDER_MISSING))
        return world->orders > 0 ? order_of(request, STATUS_RECEIVED) : NULL;
    if (is_of(world, request, LAPSING))
        return order_of(request, STATUS_PENDING_LOA);
    bool found = is_of(world, request, LOA_FOUND);
    bool out = found || world->mails > 0;
    struct order_seen *seen = order_of(request, out ? STATUS_PENDING_LOA : STATUS_VERIFIED);
    if (out)
        TEXT_SET(seen->signing_document_sid, found ? FOUND_DOCUMENT : MAILED_DOCUMENT);
    return seen;
}

static struct document_seen *find_document(struct world *world, const struct request *request)
{
    struct document_seen *document = memory_new(1, sizeof *document);
    bool mailed = request->operation == OPERATION_CREATE_DOCUMENT;
    document->status = DOCUMENT_SIGNING;
    TEXT_SET(document->sid, mailed ? MAILED_DOCUMENT : request->document_sid);
    world->mails += mailed ? 1 : 0;
    return document;
}

static void answer_last(struct world *world)
{
    struct answer *answer = &world->answer;
    const struct request *request = &world->executor.last;
    *answer = (struct answer){.tag = request->tag,
                              .operation = request->operation,
                              .number_id = request->number_id,
                              .sent_at_ms = request->sent_at_ms,
                              .delivery = DELIVERY_ANSWERED,
                              .http_status = 200,
                              .readable = true};
    world->orders += request->operation == OPERATION_CREATE_ORDER ? 1 : 0;
    bool about_document = request->operation == OPERATION_CREATE_DOCUMENT ||
                          request->operation == OPERATION_FETCH_DOCUMENT;
    if (about_document)
        answer->documents = find_document(world, request);
    else if (request->operation != OPERATION_LIST_DOCUMENTS) /* of the signer there are none */
        answer->orders = find_order(world, request);
    answer->document_count = answer->documents != NULL ? 1 : 0;
    answer->order_count = answer->orders != NULL ? 1 : 0;
    world->executor.answer = answer;
}

/* ---- a process ---- */

static bool take_turns(struct world *world, struct engine *engine, struct error *err)
{
    int64_t next_at_ms = 0;
    enum engine_end end = ENGINE_GOES_ON;
    if (!engine_start(engine, world->now_ms, err))
        return false;
    for (int turn = 0; turn < TURNS; turn++) {
        size_t submitted = world->executor.submitted;
        if (!engine_step(engine, world->now_ms, &next_at_ms, &end, err))
            return false;
        force_look(false);
        if (world->executor.submitted > submitted)
            answer_last(world);
        force_look(true);
        world->now_ms += SECOND_MS;
    }
    return true;
}

static bool settle_all(void *context, struct error *err)
{
    struct world *world = context;
    struct engine_options options = {
        .policy = policy_default(), .seed = 1, .max_calls = -1, .no_calls = true};
    options.policy.workers = 1; /* one after another */
    counting_executor_init(&world->executor);
    struct engine *engine = engine_new(world->fixture.store, &world->executor.port, &options);
    bool ok = take_turns(world, engine, err);
    engine_free(engine);
    if (world->executor.answer != NULL)
        answer_done(world->executor.answer);
    if (!ok)
        store_rollback(world->fixture.store);
    return ok;
}

static void must_be_settled(struct world *world)
{
    for (int64_t id = 1; id <= NUMBERS; id++)
        assert_int_equal(fixture_number(&world->fixture, id).intent, INTENT_NONE);
    struct number found = fixture_number(&world->fixture, LOA_FOUND);
    assert_int_equal(found.status, STATUS_PENDING_LOA);
    assert_string_equal(found.loa_sid, FOUND_DOCUMENT);
    struct number mailed = fixture_number(&world->fixture, LOA_NOT_SENT);
    assert_string_equal(mailed.loa_sid, MAILED_DOCUMENT);
    assert_int_equal(world->mails, 1);
    assert_int_equal(fixture_number(&world->fixture, ORDER_DEAD).status, STATUS_FAILED);
    assert_int_equal(fixture_number(&world->fixture, ORDER_MISSING).status, STATUS_RECEIVED);
    assert_int_equal(world->orders, 1);
    assert_int_equal(fixture_number(&world->fixture, LAPSING).urgency, URGENCY_LAPSING);
}

static bool settle_to_the_end(void *context, struct error *err)
{
    if (!settle_all(context, err))
        return false;
    force_look(false);
    must_be_settled(context);
    force_look(true);
    return true;
}

static void check(void *context)
{
    struct world *world = context;
    struct error err = {0};
    assert_in_range(world->orders, 0, 1);
    assert_in_range(world->mails, 0, 1);
    if (!store_check(world->fixture.store, &err))
        fail_msg("%s", err.text);
}

static void what_was_in_doubt_is_settled_once_however_the_store_fails_meanwhile(void **state)
{
    (void)state;
    const struct fault_trial trial = {.name = "doubts",
                                      .families = FAULT_SQL,
                                      .set_up = set_up,
                                      .operate = settle_to_the_end,
                                      .check = check,
                                      .tear_down = tear_down};
    assert_in_range(force_run(&trial), force_least(100), 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_in_doubt_is_settled_once_however_the_store_fails_meanwhile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
