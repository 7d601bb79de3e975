/* An LOA in doubt looked for among the documents of its signer, one answer at a time. */
#include "adapters/sqlite/sql.h"
#include "base/clock.h"
#include "base/text.h"
#include "engine/engine_private.h"
#include "helpers/counting_executor.h"
#include "helpers/store_fixture.h"

#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1795000000000)
#define ORDER_SID "HR11111111111111111111111111111111"
#define OTHER_ORDER_SID "HR22222222222222222222222222222222"

struct world {
    struct fixture *fixture;
    struct counting_executor executor;
    struct engine *engine;
    struct loa loa;
    int64_t number_id;
    int64_t now_ms;
};

static void make_loa(struct world *world)
{
    struct error err = {0};
    struct store *store = world->fixture->store;
    world->number_id = fixture_add_many(world->fixture, 0, "");
    struct number number = fixture_number(world->fixture, world->number_id);
    world->loa = (struct loa){.signer_id = number.signer_id,
                              .status = DOCUMENT_OPENED,
                              .in_doubt = true,
                              .number_count = 1,
                              .intent_at_ms = NOW};
    assert_true(store_save_loa(store, &world->loa, &err));
    number.status = STATUS_VERIFIED;
    number.step = STEP_RECONCILE;
    number.intent = INTENT_AUTHORIZE;
    number.intent_at_ms = NOW;
    number.loa_id = world->loa.id;
    TEXT_SET(number.order_sid, ORDER_SID);
    assert_true(store_save_number(store, &number, &err));
}

static int set_up(void **state)
{
    void *fixture = NULL;
    struct world *world = calloc(1, sizeof *world);
    *state = world;
    if (fixture_set_up(&fixture) != 0)
        return 1;
    world->fixture = fixture;
    world->now_ms = NOW;
    make_loa(world);
    struct engine_options options = {.policy = policy_default(), .seed = 1, .max_calls = -1};
    options.policy.workers = 1;
    counting_executor_init(&world->executor);
    world->engine = engine_new(world->fixture->store, &world->executor.port, &options);
    tokens_init(&world->engine->requests, 1000, 1000, NOW);
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

static void begin(struct world *world)
{
    struct error err = {0};
    if (!search_begin(world->engine, world->loa.id, world->now_ms, &err))
        fail_msg("%s", err.text);
    assert_int_equal(world->engine->search.loa_id, world->loa.id);
}

/* The next request, asked for when it is due. */
static struct request ask(struct world *world)
{
    int64_t at_ms = search_next_at(world->engine);
    assert_true(at_ms > 0);
    world->now_ms = at_ms > world->now_ms ? at_ms : world->now_ms;
    search_dispatch(world->engine, world->now_ms);
    assert_int_equal(world->engine->busy_count, 1);
    assert_int_equal(world->engine->slots[0].work, WORK_SEARCH);
    assert_int_equal(search_next_at(world->engine), 0);
    return world->engine->slots[0].request;
}

/* The answer to the request that ask() made. */
static void answer(struct world *world, struct answer answer)
{
    struct error err = {0};
    struct slot *slot = &world->engine->slots[0];
    answer.operation = slot->request.operation;
    answer.delivery = DELIVERY_ANSWERED;
    answer.readable = answer.http_status == 200;
    if (!search_answered(world->engine, slot, &answer, world->now_ms, &err))
        fail_msg("%s", err.text);
    slot_free(world->engine, slot);
}

static struct answer page(const char *next_page_url)
{
    struct answer page = {.http_status = 200};
    TEXT_SET(page.next_page_url, next_page_url);
    return page;
}

static void list(struct world *world, struct document_seen *documents, size_t count,
                 const char *next_page_url)
{
    struct answer with = page(next_page_url);
    with.documents = documents;
    with.document_count = count;
    assert_int_equal(ask(world).operation, OPERATION_LIST_DOCUMENTS);
    answer(world, with);
}

/* Orders of the document; NULL: none. */
static void dependents(struct world *world, const char *document_sid, const char *order_sid,
                       const char *next_page_url)
{
    struct order_seen seen = {.status_known = true, .status = STATUS_PENDING_LOA};
    struct answer with = page(next_page_url);
    struct request request = ask(world);
    assert_int_equal(request.operation, OPERATION_LIST_DEPENDENTS);
    assert_string_equal(request.document_sid, document_sid);
    if (order_sid != NULL) {
        TEXT_SET(seen.sid, order_sid);
        with.orders = &seen;
        with.order_count = 1;
    }
    answer(world, with);
}

static struct loa loa_now(struct world *world)
{
    struct error err = {0};
    struct loa loa;
    bool found = false;
    assert_true(store_find_loa(world->fixture->store, world->loa.id, &loa, &found, &err) && found);
    return loa;
}

/* It is this document; and nothing is searched any more. */
static void is_found(struct world *world, const char *document_sid)
{
    assert_string_equal(loa_now(world).sid, document_sid);
    assert_false(loa_now(world).in_doubt);
    assert_int_equal(world->engine->search.loa_id, 0);
    struct number number = fixture_number(world->fixture, world->number_id);
    assert_int_equal(number.intent, INTENT_NONE);
    assert_string_equal(number.loa_sid, document_sid);
}

static void is_not_sent(struct world *world)
{
    assert_string_equal(loa_now(world).sid, "");
    assert_false(loa_now(world).in_doubt);
    assert_int_equal(world->engine->search.loa_id, 0);
    struct number number = fixture_number(world->fixture, world->number_id);
    assert_int_equal(number.intent, INTENT_NONE);
    assert_int_equal(number.step, STEP_AUTHORIZE);
}

static void is_still_in_doubt(struct world *world)
{
    assert_true(loa_now(world).in_doubt);
    assert_int_equal(world->engine->search.loa_id, world->loa.id);
    assert_int_equal(fixture_number(world->fixture, world->number_id).intent, INTENT_AUTHORIZE);
}

/* ---- whether there is anything to look for ---- */

static void an_loa_that_is_known_or_gone_is_not_searched(void **state)
{
    struct world *world = *state;
    struct error err = {0};
    assert_true(search_begin(world->engine, world->loa.id + 1, NOW, &err));
    assert_int_equal(world->engine->search.loa_id, 0);
    TEXT_SET(world->loa.sid, "PX1");
    assert_true(store_save_loa(world->fixture->store, &world->loa, &err));
    assert_true(search_begin(world->engine, world->loa.id, NOW, &err));
    assert_int_equal(world->engine->search.loa_id, 0);
    assert_int_equal(search_next_at(world->engine), 0);
}

static void an_loa_whose_signer_is_gone_is_damage(void **state)
{
    struct world *world = *state;
    struct error err = {0};
    struct store *store = world->fixture->store;
    assert_true(sql_exec(store, "PRAGMA foreign_keys = OFF", &err));
    assert_true(sql_exec(store, "UPDATE signer SET id = id + 100", &err));
    assert_false(search_begin(world->engine, world->loa.id, NOW, &err));
    assert_int_equal(err.kind, ERROR_STORE);
    assert_string_equal(err.text, "the signer of an LOA in doubt is gone");
    assert_int_equal(world->engine->search.loa_id, 0);
    assert_true(sql_exec(store, "UPDATE signer SET id = id - 100", &err));
    begin(world);
}

static void a_search_waits_for_a_worker(void **state)
{
    struct world *world = *state;
    begin(world);
    struct slot *slot = slot_take(world->engine, WORK_SWEEP, NOW);
    assert_int_equal(search_next_at(world->engine), 0);
    search_dispatch(world->engine, NOW);
    assert_false(world->engine->search.asking);
    slot_free(world->engine, slot);
    assert_int_equal(search_next_at(world->engine), NOW);
    assert_int_equal(ask(world).operation, OPERATION_LIST_DOCUMENTS);
}

static void what_an_order_showed_meanwhile_ends_the_search(void **state)
{
    struct world *world = *state;
    struct error err = {0};
    struct document_seen other = {.sid = "PX2"};
    struct answer with = page("");
    begin(world);
    (void)ask(world);
    TEXT_SET(world->loa.sid, "PX1");
    assert_true(store_save_loa(world->fixture->store, &world->loa, &err));
    with.documents = &other;
    with.document_count = 1;
    answer(world, with);
    assert_int_equal(world->engine->search.loa_id, 0);
    assert_string_equal(loa_now(world).sid, "PX1");
    assert_int_equal(fixture_number(world->fixture, world->number_id).intent, INTENT_AUTHORIZE);
}

static void an_loa_that_is_gone_when_the_answer_comes_ends_the_search(void **state)
{
    struct world *world = *state;
    begin(world);
    (void)ask(world);
    world->engine->slots[0].loa_id = world->loa.id + 1;
    answer(world, page(""));
    assert_int_equal(world->engine->search.loa_id, 0);
    assert_true(loa_now(world).in_doubt);
}

/* ---- which document it is ---- */

static void it_is_found_behind_pages_of_documents_and_of_orders(void **state)
{
    struct world *world = *state;
    struct document_seen first = {.sid = "PX1", .status = DOCUMENT_SIGNING};
    struct document_seen second = {.sid = "PX2", .status = DOCUMENT_SIGNING};
    begin(world);
    list(world, &first, 1, "/documents?PageToken=2");
    assert_string_equal(world->engine->search.page_url, "/documents?PageToken=2");
    list(world, &second, 1, "");
    dependents(world, "PX1", OTHER_ORDER_SID, "");
    dependents(world, "PX2", OTHER_ORDER_SID, "/orders?PageToken=2");
    assert_string_equal(world->engine->search.page_url, "/orders?PageToken=2");
    is_still_in_doubt(world);
    dependents(world, "PX2", ORDER_SID, "");
    is_found(world, "PX2");
}

static void one_of_an_earlier_time_or_of_another_row_is_not_it(void **state)
{
    struct world *world = *state;
    struct error err = {0};
    struct loa known = {
        .signer_id = world->loa.signer_id, .status = DOCUMENT_SIGNING, .sid = "PX3"};
    struct document_seen documents[] = {
        {.sid = "PX1", .date_created_at_ms = NOW - 2 * HOUR_MS},
        {.sid = "PX2", .date_created_at_ms = NOW - HOUR_MS / 2, .status = DOCUMENT_SIGNING},
        {.sid = "PX3", .date_created_at_ms = NOW},
    };
    assert_true(store_save_loa(world->fixture->store, &known, &err));
    begin(world);
    list(world, documents, COUNT_OF(documents), "");
    dependents(world, "PX2", OTHER_ORDER_SID, "");
    is_not_sent(world);
}

/* It may have been the one, and nobody is mailed again on a guess. */
static void one_that_failed_and_shows_no_orders_is_taken_for_it(void **state)
{
    struct world *world = *state;
    struct document_seen documents[] = {{.sid = "PX1", .status = DOCUMENT_SIGNING},
                                        {.sid = "PX2", .status = DOCUMENT_FAILED}};
    begin(world);
    list(world, documents, COUNT_OF(documents), "");
    dependents(world, "PX1", NULL, "");
    dependents(world, "PX2", NULL, "");
    is_found(world, "PX2");
    assert_int_equal(loa_now(world).status, DOCUMENT_FAILED);
    assert_int_equal(loa_now(world).due_at_ms, world->now_ms);
}

static void one_that_is_over_and_keeps_its_orders_to_itself_is_taken_for_it(void **state)
{
    struct world *world = *state;
    struct document_seen document = {.sid = "PX1", .status = DOCUMENT_CANCELED};
    begin(world);
    list(world, &document, 1, "");
    (void)ask(world);
    answer(world, (struct answer){.http_status = 404});
    is_found(world, "PX1");
}

static void a_live_one_that_is_not_there_is_asked_for_again(void **state)
{
    struct world *world = *state;
    struct document_seen document = {.sid = "PX1", .status = DOCUMENT_SIGNING};
    begin(world);
    list(world, &document, 1, "");
    (void)ask(world);
    answer(world, (struct answer){.http_status = 404});
    is_still_in_doubt(world);
    assert_true(search_next_at(world->engine) > world->now_ms);
    dependents(world, "PX1", ORDER_SID, "");
    is_found(world, "PX1");
}

/* ---- lists that lead nowhere ---- */

static void pages_that_lead_in_a_circle_are_read_from_the_first_again(void **state)
{
    struct world *world = *state;
    int32_t attempts = world->engine->options.policy.retry_attempts;
    begin(world);
    list(world, NULL, 0, "/documents?PageToken=2");
    for (int32_t i = 0; i < attempts; i++) {
        assert_string_equal(world->engine->search.page_url, "/documents?PageToken=2");
        list(world, NULL, 0, "/documents?PageToken=2");
        is_still_in_doubt(world);
    }
    assert_string_equal(world->engine->search.page_url, "");
    list(world, NULL, 0, "");
    is_not_sent(world);
}

/* More than are kept in mind, every time the list is read. */
static void too_many_documents_are_told_after_an_hour_and_do_not_keep_the_service_busy(void **state)
{
    static struct document_seen documents[SEARCH_CANDIDATES_MAX + 1];
    struct world *world = *state;
    int requests = 0;
    for (size_t i = 0; i < COUNT_OF(documents); i++)
        snprintf(documents[i].sid, sizeof documents[i].sid, "PX%032zu", i);
    begin(world);
    for (; world->now_ms < NOW + HOUR_MS; requests++) {
        assert_int_equal(fixture_number(world->fixture, world->number_id).attention,
                         ATTENTION_NONE);
        list(world, documents, COUNT_OF(documents), "");
    }
    assert_true(requests < 100);
    for (; requests < 100; requests++)
        list(world, documents, COUNT_OF(documents), "");
    struct number number = fixture_number(world->fixture, world->number_id);
    assert_int_equal(number.attention, ATTENTION_UNKNOWN_OUTCOME);
    assert_non_null(strstr(number.reason, "too many documents of this signer are unknown here"));
    is_still_in_doubt(world);
    list(world, documents, 1, "");
    dependents(world, documents[0].sid, ORDER_SID, "");
    is_found(world, documents[0].sid);
}

/* ---- one that was given up, once more ---- */

/* Another LOA went out for its number. */
static void give_up(struct world *world)
{
    struct error err = {0};
    struct store *store = world->fixture->store;
    struct number number = fixture_number(world->fixture, world->number_id);
    number.status = STATUS_PENDING_LOA;
    number.step = STEP_NOTHING;
    number.intent = INTENT_NONE;
    number.loa_id = world->loa.id + 1;
    TEXT_SET(number.loa_sid, "PX9");
    assert_true(store_save_number(store, &number, &err));
    world->loa.in_doubt = false;
    world->loa.ended_at_ms = NOW;
    search_again_later(world->engine, &world->loa, NOW);
    assert_true(store_save_loa(store, &world->loa, &err));
    world->engine->given_up_at_ms = 0;
    assert_true(search_again_open(world->engine, &err));
}

static void begin_again(struct world *world)
{
    struct error err = {0};
    assert_true(search_again_begin(world->engine, world->now_ms, &err));
    assert_int_equal(world->engine->search.loa_id, 0);
    world->now_ms = search_next_at(world->engine);
    assert_int_equal(world->now_ms, NOW + HOUR_MS);
    assert_true(search_again_begin(world->engine, world->now_ms, &err));
    assert_int_equal(world->engine->search.loa_id, world->loa.id);
}

static void one_that_was_given_up_and_went_out_is_shown_to_a_person(void **state)
{
    struct world *world = *state;
    struct document_seen documents[] = {{.sid = "PX1", .status = DOCUMENT_SIGNING},
                                        {.sid = "PX2", .status = DOCUMENT_FAILED}};
    give_up(world);
    begin_again(world);
    list(world, documents, COUNT_OF(documents), "");
    dependents(world, "PX1", OTHER_ORDER_SID, "/orders?PageToken=2");
    dependents(world, "PX1", ORDER_SID, "");
    (void)ask(world);
    answer(world, (struct answer){.http_status = 404}); /* PX2 hides its orders: nobody guesses */
    struct number number = fixture_number(world->fixture, world->number_id);
    assert_int_equal(number.attention, ATTENTION_DUPLICATE);
    assert_string_equal(number.reason, "PX1 is out beside PX9: the signer has two LOAs for one "
                                       "order");
    assert_string_equal(loa_now(world).sid, "PX1");
    assert_int_equal(loa_now(world).status, DOCUMENT_SIGNING);
    assert_int_equal(loa_now(world).ended_at_ms, 0);
    assert_int_equal(world->engine->search.loa_id, 0);
    assert_int_equal(search_next_at(world->engine), 0);
}

static void one_that_was_given_up_rightly_stays_so(void **state)
{
    struct world *world = *state;
    struct document_seen other = {.sid = "PX1", .status = DOCUMENT_SIGNING};
    give_up(world);
    begin_again(world);
    list(world, &other, 1, "");
    dependents(world, "PX1", OTHER_ORDER_SID, "");
    assert_int_equal(fixture_number(world->fixture, world->number_id).attention, ATTENTION_NONE);
    assert_string_equal(loa_now(world).sid, "");
    assert_int_equal(loa_now(world).due_at_ms, 0);
    assert_int_equal(search_next_at(world->engine), 0);
}

static void when_the_documents_cannot_be_read_they_are_read_an_hour_later(void **state)
{
    struct world *world = *state;
    int32_t attempts = world->engine->options.policy.retry_attempts;
    give_up(world);
    begin_again(world);
    for (int32_t i = 0; i < attempts; i++) {
        assert_int_equal(world->engine->search.loa_id, world->loa.id);
        (void)ask(world);
        answer(world, (struct answer){.http_status = 400});
    }
    assert_int_equal(world->engine->search.loa_id, 0);
    assert_int_equal(loa_now(world).due_at_ms, world->now_ms + HOUR_MS);
    assert_int_equal(search_next_at(world->engine), world->now_ms + HOUR_MS);
}

static void one_that_was_given_up_waits_until_nothing_is_in_doubt(void **state)
{
    struct world *world = *state;
    struct error err = {0};
    begin(world);
    world->loa.ended_at_ms = NOW;
    search_again_later(world->engine, &world->loa, NOW);
    assert_true(store_save_loa(world->fixture->store, &world->loa, &err));
    assert_true(search_again_begin(world->engine, NOW + HOUR_MS, &err));
    assert_false(world->engine->search.again);
    list(world, NULL, 0, "");
    world->engine->given_up_at_ms = NOW; /* the first of many, and it is known by now */
    TEXT_SET(world->loa.sid, "PX1");
    assert_true(store_save_loa(world->fixture->store, &world->loa, &err));
    assert_true(search_again_begin(world->engine, NOW + HOUR_MS, &err));
    assert_int_equal(world->engine->search.loa_id, 0);
    assert_int_equal(world->engine->given_up_at_ms, 0);
}

int main(void)
{
#define SEARCH_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        SEARCH_TEST(an_loa_that_is_known_or_gone_is_not_searched),
        SEARCH_TEST(an_loa_whose_signer_is_gone_is_damage),
        SEARCH_TEST(a_search_waits_for_a_worker),
        SEARCH_TEST(what_an_order_showed_meanwhile_ends_the_search),
        SEARCH_TEST(an_loa_that_is_gone_when_the_answer_comes_ends_the_search),
        SEARCH_TEST(it_is_found_behind_pages_of_documents_and_of_orders),
        SEARCH_TEST(one_of_an_earlier_time_or_of_another_row_is_not_it),
        SEARCH_TEST(one_that_failed_and_shows_no_orders_is_taken_for_it),
        SEARCH_TEST(one_that_is_over_and_keeps_its_orders_to_itself_is_taken_for_it),
        SEARCH_TEST(a_live_one_that_is_not_there_is_asked_for_again),
        SEARCH_TEST(pages_that_lead_in_a_circle_are_read_from_the_first_again),
        SEARCH_TEST(too_many_documents_are_told_after_an_hour_and_do_not_keep_the_service_busy),
        SEARCH_TEST(one_that_was_given_up_and_went_out_is_shown_to_a_person),
        SEARCH_TEST(one_that_was_given_up_rightly_stays_so),
        SEARCH_TEST(when_the_documents_cannot_be_read_they_are_read_an_hour_later),
        SEARCH_TEST(one_that_was_given_up_waits_until_nothing_is_in_doubt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
