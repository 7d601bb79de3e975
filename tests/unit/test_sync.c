/* Rows and account compared, against the sandbox's model in process and on a virtual clock. */
#include "adapters/http/executor.h"
#include "base/clock.h"
#include "base/text.h"
#include "engine/engine.h"
#include "engine/sync.h"
#include "helpers/sandbox_asking.h"
#include "helpers/sandbox_transport.h"
#include "helpers/store_fixture.h"

#include <stdlib.h>
#include <string.h>

#define START_MS INT64_C(1795000000000)
#define ORDERS "/HostedNumbers/HostedNumberOrders"
#define DOCUMENTS "/HostedNumbers/AuthorizationDocuments"

enum { STEPS_MAX = 100000, SIDS_MAX = 8 };

struct world {
    struct fixture *fixture;
    struct scenario scenario;
    struct sandbox *sandbox;
    struct transport *transport;
    struct executor *executor;
    struct sync_options options;
    struct sync_result result;
    struct error err;
    int64_t now_ms;
    int64_t steps;
    char sids[SIDS_MAX][SID_BYTES];
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    void *fixture = NULL;
    if (fixture_set_up(&fixture) != 0)
        return 1;
    world->fixture = fixture;
    world->scenario = scenario_calm();
    world->sandbox = sandbox_new(&world->scenario, 42);
    world->now_ms = START_MS;
    world->transport = sandbox_transport_new(world->sandbox, &world->now_ms);
    world->executor = http_executor_new(world->transport, ACCOUNT);
    world->options = (struct sync_options){.policy = policy_default(), .batch = "", .seed = 1};
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    void *fixture = world->fixture;
    http_executor_free(world->executor);
    sandbox_transport_free(world->transport);
    sandbox_free(world->sandbox);
    free(world);
    return fixture_tear_down(&fixture);
}

/* To the next answer or the instant that was asked for, whichever is first. */
static void pass_time(struct world *world, int64_t next_at_ms)
{
    int64_t answer_at_ms = sandbox_transport_next_at(world->transport);
    int64_t at_ms = answer_at_ms == 0 || (next_at_ms != 0 && next_at_ms < answer_at_ms)
                        ? next_at_ms
                        : answer_at_ms;
    world->now_ms = at_ms > world->now_ms ? at_ms : world->now_ms;
}

static bool run_sync(struct world *world)
{
    struct sync *sync = sync_new(world->fixture->store, world->executor, &world->options);
    bool done = false;
    bool fine = true;
    world->err = (struct error){0};
    for (world->steps = 0; fine && !done && world->steps < STEPS_MAX; world->steps++) {
        int64_t next_at_ms = 0;
        fine = sync_step(sync, world->now_ms, &next_at_ms, &done, &world->err);
        if (fine && !done)
            pass_time(world, next_at_ms);
    }
    world->result = sync_result(sync);
    sync_free(sync);
    return fine && done;
}

static void sync_well(struct world *world)
{
    if (!run_sync(world))
        fail_msg("%s", world->err.text);
}

static void phone_of(int i, char phone_number[PHONE_BYTES])
{
    snprintf(phone_number, PHONE_BYTES, "+1415555%04u", (2000U + (unsigned)i) % 10000);
}

/* An order as numhost made it before its database was lost. */
static void order_of_ours(struct world *world, int i, char *sid)
{
    char body[200];
    char phone_number[PHONE_BYTES];
    phone_of(i, phone_number);
    snprintf(body, sizeof body, "PhoneNumber=%%2B%s&SmsCapability=true&UniqueName=numhost-%s-1",
             phone_number + 1, phone_number + 1);
    struct asked asked = ask(world->sandbox, world->now_ms, "POST", ORDERS, body);
    assert_int_equal(asked.status, 201);
    text_copy(sid, SID_BYTES, asked_text(&asked, "sid"));
    asked_done(&asked);
}

static void import_many(struct world *world, int count)
{
    fixture_import_begin(world->fixture, FIXTURE_BATCH);
    for (int i = 0; i < count; i++) {
        char phone_number[PHONE_BYTES];
        phone_of(i, phone_number);
        assert_int_equal(fixture_import_line(world->fixture, 2 + i, phone_number).outcome,
                         IMPORT_NEW);
    }
    fixture_import_end(world->fixture);
}

static void every_order_finds_its_row_over_many_pages(void **state)
{
    struct world *world = *state;
    char sid[SID_BYTES];
    char read[8];
    struct error err = {0};
    enum { MANY = 1234 };
    world->options.policy.page_size = 100;
    for (int i = 0; i < MANY; i++)
        order_of_ours(world, i, sid);
    import_many(world, MANY);
    sync_well(world);
    assert_int_equal(world->result.orders, MANY);
    assert_int_equal(world->result.drifts[DRIFT_ADOPTED], MANY);
    assert_int_equal(sync_left(&world->result), 0);
    assert_int_equal(world->result.looks, 0);
    assert_true(store_read_setting(world->fixture->store, "account_read", read, sizeof read, &err));
    assert_string_equal(read, "yes");
    sync_well(world);
    assert_int_equal(world->result.drifts[DRIFT_ADOPTED], 0);
    assert_int_equal(world->result.looks, 0);
}

static void what_the_list_leaves_out_is_looked_at_before_it_is_called_gone(void **state)
{
    struct world *world = *state;
    for (int i = 0; i < 3; i++)
        order_of_ours(world, i, world->sids[i]);
    import_many(world, 3);
    sync_well(world);
    world->scenario.fault_count = 1;
    world->scenario.faults[0] = (struct fault_rule){
        .kind = FAULT_STALE_LIST, .rate = 1, .operations = UINT32_MAX, .by_ms = DAY_MS};
    sandbox_set_scenario(world->sandbox, &world->scenario);
    sync_well(world);
    assert_int_equal(world->result.orders, 0);
    assert_int_equal(world->result.looks, 3);
    assert_int_equal(world->result.drifts[DRIFT_GONE], 0);
}

static void a_service_that_stays_away_is_asked_so_many_times_and_no_more(void **state)
{
    struct world *world = *state;
    import_many(world, 1);
    world->scenario.fault_count = 1;
    world->scenario.faults[0] =
        (struct fault_rule){.kind = FAULT_503_BEFORE, .rate = 1, .operations = UINT32_MAX};
    sandbox_set_scenario(world->sandbox, &world->scenario);
    assert_false(run_sync(world));
    assert_int_equal(world->err.kind, ERROR_UNAVAILABLE);
    assert_in_range(world->steps, 1, 4 * world->options.policy.retry_attempts + 4);
    assert_true(world->now_ms - START_MS < HOUR_MS);
}

/* ---- LOAs that were out when the database was lost ---- */

static void be_verified(struct world *world)
{
    world->scenario.caller_id = 1;
    sandbox_set_scenario(world->sandbox, &world->scenario);
}

static void send_document(struct world *world, int count)
{
    char body[1024];
    int used = snprintf(body, sizeof body,
                        "AddressSid=AD11111111111111111111111111111111&Email=s%%40example.com&"
                        "ContactTitle=Owner&ContactPhoneNumber=%%2B14155550199");
    for (int i = 0; i < count; i++)
        used += snprintf(body + used, sizeof body - (size_t)used, "&HostedNumberOrderSids=%s",
                         world->sids[i]);
    assert_int_equal(ask_code(world->sandbox, world->now_ms, "POST", DOCUMENTS, body), 201);
}

static struct number number_of(struct world *world, int i)
{
    char phone_number[PHONE_BYTES];
    struct number number;
    struct error err = {0};
    bool found = false;
    phone_of(i, phone_number);
    assert_true(store_find_by_phone(world->fixture->store, phone_number, &number, &found, &err));
    assert_true(found);
    return number;
}

static void adopt_with_document(struct world *world, int count)
{
    be_verified(world);
    for (int i = 0; i < count; i++)
        order_of_ours(world, i, world->sids[i]);
    world->now_ms += HOUR_MS;
    send_document(world, count);
    world->now_ms += MINUTE_MS;
    import_many(world, count);
    sync_well(world);
    assert_int_equal(world->result.drifts[DRIFT_ADOPTED], count);
}

static void run_until(struct world *world, int64_t until_ms)
{
    const struct engine_options options = {
        .policy = world->options.policy, .seed = 1, .max_calls = -1};
    struct engine *engine = engine_new(world->fixture->store, world->executor, &options);
    enum engine_end end = ENGINE_GOES_ON;
    struct error err = {0};
    assert_true(engine_start(engine, world->now_ms, &err));
    for (int i = 0; i < STEPS_MAX && end == ENGINE_GOES_ON && world->now_ms < until_ms; i++) {
        int64_t next_at_ms = 0;
        if (!engine_step(engine, world->now_ms, &next_at_ms, &end, &err))
            fail_msg("%s", err.text);
        pass_time(world, next_at_ms);
    }
    engine_free(engine);
}

static bool count_documents(void *context, const struct loa *loa, const struct signer *signer,
                            int64_t waiting, int64_t ready)
{
    (void)signer;
    (void)waiting;
    (void)ready;
    *(int *)context += loa != NULL ? 1 : 0;
    return true;
}

static int documents_here(struct world *world)
{
    int count = 0;
    struct error err = {0};
    assert_true(store_each_signer(world->fixture->store, count_documents, &count, &err));
    return count;
}

static void an_loa_that_was_out_is_followed_as_one_document_to_its_signature(void **state)
{
    struct world *world = *state;
    struct loa loa;
    bool found = false;
    struct error err = {0};
    world->scenario.signs_after = (struct span){2 * HOUR_MS, 2 * HOUR_MS};
    adopt_with_document(world, 3);
    struct number number = number_of(world, 0);
    assert_int_equal(number.status, STATUS_PENDING_LOA);
    assert_true(store_find_loa(world->fixture->store, number.loa_id, &loa, &found, &err) && found);
    assert_string_equal(loa.sid, number.loa_sid);
    assert_int_equal(loa.number_count, 3);
    assert_int_equal(documents_here(world), 1);
    run_until(world, world->now_ms + DAY_MS);
    for (int i = 0; i < 3; i++)
        assert_int_equal(number_of(world, i).status, STATUS_COMPLETED);
    assert_int_equal(documents_here(world), 1);
}

static void an_adopted_loa_that_is_declined_asks_a_person_and_nobody_is_mailed_again(void **state)
{
    struct world *world = *state;
    world->scenario.signs_after = (struct span){2 * HOUR_MS, 2 * HOUR_MS};
    world->scenario.declines = 1;
    adopt_with_document(world, 2);
    run_until(world, world->now_ms + 2 * DAY_MS);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(number_of(world, i).status, STATUS_VERIFIED);
        assert_int_equal(number_of(world, i).attention, ATTENTION_LOA_DECLINED);
    }
    assert_int_equal(documents_here(world), 1);
}

int main(void)
{
#define SYNC_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        SYNC_TEST(every_order_finds_its_row_over_many_pages),
        SYNC_TEST(what_the_list_leaves_out_is_looked_at_before_it_is_called_gone),
        SYNC_TEST(a_service_that_stays_away_is_asked_so_many_times_and_no_more),
        SYNC_TEST(an_loa_that_was_out_is_followed_as_one_document_to_its_signature),
        SYNC_TEST(an_adopted_loa_that_is_declined_asks_a_person_and_nobody_is_mailed_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
