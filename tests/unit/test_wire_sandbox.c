/* Our side of the wire against the sandbox's: every operation through the executor, understood by
 * both, with the shapes of the answers varied as the real service varies them. */
#include "adapters/http/executor.h"
#include "base/clock.h"
#include "base/text.h"
#include "helpers/sandbox_transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ACCOUNT "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

struct world {
    struct sandbox *sandbox;
    struct transport *transport;
    struct executor *executor;
    int64_t now_ms;
};

static int open_world(void **state, double varied_shapes)
{
    struct world *world = calloc(1, sizeof *world);
    struct scenario scenario = scenario_calm();
    scenario.varied_shapes = varied_shapes;
    world->now_ms = INT64_C(1700000000000);
    world->sandbox = sandbox_new(&scenario, 7);
    world->transport = sandbox_transport_new(world->sandbox, &world->now_ms);
    world->executor = http_executor_new(world->transport, ACCOUNT);
    *state = world;
    return 0;
}

static int open_calm(void **state)
{
    return open_world(state, 0.0);
}

static int open_varied(void **state)
{
    return open_world(state, 1.0);
}

static int close_world(void **state)
{
    struct world *world = *state;
    http_executor_free(world->executor);
    sandbox_transport_free(world->transport);
    sandbox_free(world->sandbox);
    free(world);
    return 0;
}

/* One request and its answer; the clock moves to when it is there. */
static struct answer ask(struct world *world, struct request *request)
{
    struct answer answer;
    struct error err = {0};
    request->sent_at_ms = world->now_ms;
    if (!world->executor->ops->submit(world->executor->self, request, &err))
        fail_msg("%s", err.text);
    for (int tries = 0; tries < 3; tries++) {
        if (world->executor->ops->collect(world->executor->self, &answer, 1) == 1)
            return answer;
        world->now_ms = sandbox_transport_next_at(world->transport);
    }
    fail_msg("no answer to %s", operation_name(request->operation));
    return answer;
}

static struct answer ask_well(struct world *world, struct request *request, int32_t status)
{
    struct answer answer = ask(world, request);
    if (!answer.readable || answer.http_status != status)
        fail_msg("%s: %d %d %s", operation_name(request->operation), (int)answer.http_status,
                 (int)answer.code, answer.message);
    assert_true(strncmp(answer.request_id, "RQ", 2) == 0);
    return answer;
}

/* The order an instance operation answers with. */
static struct order_seen ask_order(struct world *world, struct request *request, int32_t status)
{
    struct answer answer = ask_well(world, request, status);
    assert_int_equal(answer.order_count, 1);
    struct order_seen order = answer.orders[0];
    answer_done(&answer);
    return order;
}

static struct order_seen create(struct world *world, const char *phone_number, const char *name)
{
    const struct order_details details = {.friendly_name = "Caf\xC3\xA9 & sons",
                                          .email = "owner@example.com",
                                          .cc_emails = "a@example.com;b@example.com"};
    struct request request = {.operation = OPERATION_CREATE_ORDER, .details = &details};
    TEXT_SET(request.phone_number, phone_number);
    TEXT_SET(request.unique_name, name);
    struct order_seen order = ask_order(world, &request, 201);
    assert_string_equal(order.phone_number, phone_number);
    assert_true(order.status_known);
    assert_true(order.date_created_at_ms > 0);
    return order;
}

static struct order_seen start_call(struct world *world, const char *sid)
{
    struct request request = {.operation = OPERATION_START_CALL, .call_delay = 5};
    TEXT_SET(request.order_sid, sid);
    TEXT_SET(request.extension, "ww2#");
    return ask_order(world, &request, 200);
}

static struct order_seen fetch(struct world *world, const char *sid)
{
    struct request request = {.operation = OPERATION_FETCH_ORDER};
    TEXT_SET(request.order_sid, sid);
    return ask_order(world, &request, 200);
}

/* Created, called and answered. */
static struct order_seen verified_order(struct world *world, const char *phone_number,
                                        const char *name)
{
    struct order_seen order = create(world, phone_number, name);
    world->now_ms += MINUTE_MS;
    struct order_seen calling = start_call(world, order.sid);
    assert_int_equal(calling.status, STATUS_PENDING_VERIFICATION);
    assert_int_equal(calling.verification_attempts, 1);
    assert_int_equal(calling.call_count, 1);
    world->now_ms += 30 * SECOND_MS;
    sandbox_answer(world->sandbox, phone_number, calling.verification_code, world->now_ms);
    order = fetch(world, order.sid);
    assert_int_equal(order.status, STATUS_VERIFIED);
    return order;
}

static void an_order_is_carried_from_create_to_its_document(void **state)
{
    struct world *world = *state;
    struct order_seen order = verified_order(world, "+14155550123", "numhost-1");
    const struct signer signer = {.address_sid = "ADaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                  .email = "signer@example.com",
                                  .contact_title = "Owner",
                                  .contact_phone_number = "+14155550199"};
    struct request request = {.operation = OPERATION_CREATE_DOCUMENT,
                              .signer = &signer,
                              .order_sids = (const char(*)[SID_BYTES]) & order.sid,
                              .order_count = 1};
    struct answer answer = ask_well(world, &request, 201);
    assert_int_equal(answer.document_count, 1);
    struct document_seen document = answer.documents[0];
    answer_done(&answer);
    assert_int_equal(document.status, DOCUMENT_SIGNING);
    assert_int_equal(fetch(world, order.sid).status, STATUS_PENDING_LOA);
    assert_string_equal(fetch(world, order.sid).signing_document_sid, document.sid);

    struct request again = {.operation = OPERATION_FETCH_DOCUMENT};
    TEXT_SET(again.document_sid, document.sid);
    answer = ask_well(world, &again, 200);
    assert_string_equal(answer.documents[0].sid, document.sid);
    answer_done(&answer);

    again.operation = OPERATION_LIST_DEPENDENTS;
    answer = ask_well(world, &again, 200);
    assert_int_equal(answer.order_count, 1);
    assert_string_equal(answer.orders[0].sid, order.sid);
    answer_done(&answer);

    struct request list = {.operation = OPERATION_LIST_DOCUMENTS, .signer = &signer};
    answer = ask_well(world, &list, 200);
    assert_int_equal(answer.document_count, 1);
    answer_done(&answer);
}

static void an_order_is_found_by_its_number_and_gone_once_deleted(void **state)
{
    struct world *world = *state;
    struct order_seen order = create(world, "+14155550123", "numhost-1");
    create(world, "+14155550124", "numhost-2");
    world->now_ms += MINUTE_MS;
    struct request list = {.operation = OPERATION_LIST_ORDERS};
    TEXT_SET(list.phone_number, "+14155550123");
    struct answer answer = ask_well(world, &list, 200);
    assert_int_equal(answer.order_count, 1);
    assert_string_equal(answer.orders[0].sid, order.sid);
    assert_string_equal(answer.orders[0].unique_name, "numhost-1");
    answer_done(&answer);

    struct request gone = {.operation = OPERATION_DELETE_ORDER};
    TEXT_SET(gone.order_sid, order.sid);
    answer = ask_well(world, &gone, 204);
    answer_done(&answer);
    gone.operation = OPERATION_FETCH_ORDER;
    answer = ask(world, &gone);
    assert_int_equal(answer.http_status, 404);
    assert_int_equal(answer.code, 20404);
    assert_false(answer.readable);
    answer_done(&answer);
}

static void pages_are_followed_to_the_last_without_a_hole(void **state)
{
    struct world *world = *state;
    enum { ORDERS = 7 };
    struct request list = {
        .operation = OPERATION_LIST_ORDERS, .filter_by_status = true, .status = STATUS_RECEIVED};
    size_t seen = 0;
    int pages = 0;
    for (int i = 0; i < ORDERS; i++) {
        char phone_number[PHONE_BYTES];
        char name[UNIQUE_NAME_BYTES];
        snprintf(phone_number, sizeof phone_number, "+1415555%04d", i);
        snprintf(name, sizeof name, "numhost-%d", i);
        create(world, phone_number, name);
    }
    world->now_ms += MINUTE_MS;
    list.page_size = 3;
    do {
        struct answer answer = ask_well(world, &list, 200);
        seen += answer.order_count;
        pages++;
        TEXT_SET(list.page_url, answer.next_page_url);
        answer_done(&answer);
    } while (list.page_url[0] != '\0' && pages < 10);
    assert_int_equal(seen, ORDERS);
    assert_int_equal(pages, 3);
}

static void a_refusal_carries_its_code_and_no_phone_number(void **state)
{
    struct world *world = *state;
    struct request request = {.operation = OPERATION_CREATE_ORDER};
    TEXT_SET(request.phone_number, "+1415");
    TEXT_SET(request.unique_name, "numhost-1");
    struct answer answer = ask(world, &request);
    assert_int_equal(answer.delivery, DELIVERY_ANSWERED);
    assert_int_equal(answer.http_status, 400);
    assert_int_equal(answer.code, 22102);
    assert_true(answer.message[0] != '\0');
    answer_done(&answer);
    struct order_seen order = verified_order(world, "+14155550123", "numhost-2");
    struct request code = {.operation = OPERATION_POST_CODE};
    TEXT_SET(code.order_sid, order.sid);
    TEXT_SET(code.code, "123456");
    answer = ask(world, &code);
    assert_int_equal(answer.code, 22114);
    assert_null(strstr(answer.message, "123456"));
    answer_done(&answer);
}

static void a_bill_is_attached_and_a_hosted_number_released(void **state)
{
    struct world *world = *state;
    struct order_seen order = create(world, "+14155550123", "numhost-1");
    struct request bill = {.operation = OPERATION_ATTACH_BILL};
    struct request release = {.operation = OPERATION_DELETE_INCOMING};
    world->now_ms += MINUTE_MS;
    TEXT_SET(bill.order_sid, order.sid);
    TEXT_SET(bill.verification_document_sid, "RIaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    order = ask_order(world, &bill, 200);
    assert_int_equal(order.verification_type, VERIFICATION_PHONE_BILL);
    TEXT_SET(release.incoming_phone_number_sid, order.incoming_phone_number_sid);
    struct answer answer = ask(world, &release);
    assert_int_equal(answer.delivery, DELIVERY_ANSWERED);
    assert_int_not_equal(answer.http_status, 0);
    answer_done(&answer);
}

#define BOTH(test)                                                                                 \
    cmocka_unit_test_setup_teardown(test, open_calm, close_world),                                 \
        cmocka_unit_test_setup_teardown(test, open_varied, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(an_order_is_carried_from_create_to_its_document),
        BOTH(an_order_is_found_by_its_number_and_gone_once_deleted),
        BOTH(pages_are_followed_to_the_last_without_a_hole),
        BOTH(a_refusal_carries_its_code_and_no_phone_number),
        BOTH(a_bill_is_attached_and_a_hosted_number_released),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
