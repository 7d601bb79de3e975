/* The executor over a scripted transport: one answer for every request, whatever the transport
 * does. */
#include "adapters/http/executor.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { FAKE_MAX = 5000 };

/* Keeps what was submitted; answers newest first, so that order must not matter. */
struct fake {
    struct transport port;
    uint64_t tags[FAKE_MAX];
    size_t count;
    size_t submitted;
    size_t refuse_every; /* 0: never */
    char last_path[256];
    char last_body[256];
    int64_t waited_ms;
};

static bool fake_submit(void *self, const struct http_request *request, struct error *err)
{
    struct fake *fake = self;
    fake->submitted++;
    if (fake->refuse_every > 0 && fake->submitted % fake->refuse_every == 0)
        return error_set(err, ERROR_OTHER, "no handle left");
    assert_true(fake->count < FAKE_MAX);
    fake->tags[fake->count++] = request->tag;
    TEXT_SET(fake->last_path, request->path);
    TEXT_SET(fake->last_body, request->body);
    return true;
}

static size_t fake_collect(void *self, struct http_response *out, size_t max)
{
    struct fake *fake = self;
    size_t count = 0;
    while (count < max && fake->count > 0) {
        struct http_response *response = &out[count++];
        *response = (struct http_response){
            .tag = fake->tags[--fake->count], .delivery = DELIVERY_ANSWERED, .status = 204};
        buf_init(&response->body, 100);
    }
    return count;
}

static void fake_wait(void *self, int64_t timeout_ms)
{
    struct fake *fake = self;
    fake->waited_ms = timeout_ms;
}

static size_t fake_in_flight(void *self)
{
    const struct fake *fake = self;
    return fake->count;
}

static const struct transport_ops fake_ops = {
    .submit = fake_submit, .collect = fake_collect, .wait = fake_wait, .in_flight = fake_in_flight};

static struct fake fake_transport(void)
{
    return (struct fake){.port = {.ops = &fake_ops}};
}

static bool submit_delete(struct executor *executor, uint64_t tag)
{
    struct request request = {
        .operation = OPERATION_DELETE_ORDER, .tag = tag, .number_id = (int64_t)tag * 10};
    snprintf(request.order_sid, sizeof request.order_sid, "HR%032d", (int)tag);
    return executor->ops->submit(executor->self, &request, NULL);
}

static void every_request_comes_back_exactly_once(void **state)
{
    (void)state;
    struct fake fake = fake_transport();
    fake.port.self = &fake;
    fake.refuse_every = 7;
    struct executor *executor = http_executor_new(&fake.port, "");
    static int seen[1001];
    struct answer answers[33];
    size_t got = 0;
    size_t collected = 0;
    for (uint64_t tag = 1; tag <= 1000; tag++)
        assert_true(submit_delete(executor, tag));
    assert_int_equal(executor->ops->in_flight(executor->self), 1000);
    for (int round = 0; round < 10000 && executor->ops->in_flight(executor->self) > 0; round++) {
        got = executor->ops->collect(executor->self, answers, COUNT_OF(answers));
        for (size_t i = 0; i < got; i++) {
            bool refused = answers[i].tag % 7 == 0;
            seen[answers[i].tag]++;
            assert_int_equal(answers[i].number_id, answers[i].tag * 10);
            assert_int_equal(answers[i].delivery, refused ? DELIVERY_NOT_SENT : DELIVERY_ANSWERED);
            assert_string_equal(answers[i].message, refused ? "no handle left" : "");
            answer_done(&answers[i]);
        }
        collected += got;
        assert_int_equal(executor->ops->in_flight(executor->self), 1000 - collected);
    }
    for (size_t tag = 1; tag <= 1000; tag++)
        assert_int_equal(seen[tag], 1);
    http_executor_free(executor);
}

static void what_cannot_be_encoded_never_reaches_the_transport(void **state)
{
    (void)state;
    struct fake fake = fake_transport();
    fake.port.self = &fake;
    struct executor *executor = http_executor_new(&fake.port, "");
    struct request request = {.operation = OPERATION_FETCH_ORDER};
    struct error err = {0};
    assert_false(executor->ops->submit(executor->self, &request, &err));
    assert_non_null(strstr(err.text, "fetch-order"));
    assert_int_equal(fake.submitted, 0);
    assert_int_equal(executor->ops->in_flight(executor->self), 0);
    http_executor_free(executor);
}

static void an_answer_that_is_there_is_not_waited_for(void **state)
{
    (void)state;
    struct fake fake = fake_transport();
    fake.port.self = &fake;
    struct executor *executor = http_executor_new(&fake.port, "");
    executor->ops->wait(executor->self, 5000);
    assert_int_equal(fake.waited_ms, 5000);
    fake.refuse_every = 1;
    assert_true(submit_delete(executor, 1));
    executor->ops->wait(executor->self, 5000);
    assert_int_equal(fake.waited_ms, 0);
    http_executor_free(executor);
}

static void requests_beyond_the_ceiling_come_back_unsent(void **state)
{
    (void)state;
    static struct fake fake;
    fake = fake_transport();
    fake.port.self = &fake;
    struct executor *executor = http_executor_new(&fake.port, "");
    struct answer answer;
    for (uint64_t tag = 0; tag <= HTTP_EXECUTOR_IN_FLIGHT_MAX; tag++)
        assert_true(submit_delete(executor, tag));
    assert_int_equal(fake.submitted, HTTP_EXECUTOR_IN_FLIGHT_MAX);
    assert_int_equal(executor->ops->collect(executor->self, &answer, 1), 1);
    assert_int_equal(answer.delivery, DELIVERY_NOT_SENT);
    assert_int_equal(answer.tag, HTTP_EXECUTOR_IN_FLIGHT_MAX);
    http_executor_free(executor);
}

static void the_account_of_core_paths_is_the_one_given(void **state)
{
    (void)state;
    struct fake fake = fake_transport();
    fake.port.self = &fake;
    struct executor *executor = http_executor_new(&fake.port, "AC0123456789abcdef0123456789abcdef");
    struct request request = {.operation = OPERATION_DELETE_INCOMING};
    TEXT_SET(request.incoming_phone_number_sid, "PN1");
    assert_true(executor->ops->submit(executor->self, &request, NULL));
    assert_string_equal(fake.last_path, "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/"
                                        "IncomingPhoneNumbers/PN1.json");
    assert_string_equal(fake.last_body, "");
    http_executor_free(executor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_request_comes_back_exactly_once),
        cmocka_unit_test(what_cannot_be_encoded_never_reaches_the_transport),
        cmocka_unit_test(an_answer_that_is_there_is_not_waited_for),
        cmocka_unit_test(requests_beyond_the_ceiling_come_back_unsent),
        cmocka_unit_test(the_account_of_core_paths_is_the_one_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
