/* Errors in every shape (service.md 3.2), Retry-After, and what texts of the service may not carry
 * on.
 */
#include "adapters/http/wire.h"
#include "base/clock.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ORDER "HR0123456789abcdef0123456789abcdef"

static struct answer decode(enum operation operation, int32_t status, const char *body)
{
    struct request request = {.operation = operation};
    struct http_response response = {.delivery = DELIVERY_ANSWERED, .status = status};
    struct answer answer;
    struct exchange exchange = wire_exchange(&request);
    buf_init(&response.body, ANSWER_BYTES_MAX);
    buf_add_text(&response.body, body);
    wire_decode(&exchange, &response, &answer);
    buf_done(&response.body);
    return answer;
}

static void errors_are_read_in_every_shape(void **state)
{
    (void)state;
    static const struct {
        int32_t status;
        const char *body;
        int32_t code;
        const char *message;
    } errors[] = {
        {404, "{\"code\":20404,\"message\":\"gone\",\"more_info\":\"x\",\"status\":404}", 20404,
         "gone"},
        {401, "{\"code\":20003,\"message\":\"Authentication Error\",\"detail\":\"wrong\"}", 20003,
         "Authentication Error: wrong"},
        {400, "{\"code\":20001,\"message\":\"m\",\"httpStatusCode\":400,\"userError\":true}", 20001,
         "m"},
        {400,
         "{\"type\":\"https://www.twilio.com/docs/errors/22110\",\"title\":\"Not hostable\","
         "\"detail\":\"mobile\"}",
         22110, "Not hostable: mobile"},
        {400, "{\"errors\":[{\"code\":22102,\"message\":\"bad number\",\"context\":{}}]}", 22102,
         "bad number"},
        {400, "{\"code\":\"22104\",\"detail\":\"d\"}", 22104, "d"},
        {400, "{\"message\":\"no code\"}", 0, "no code"},
        {400, "{\"code\":-5,\"message\":null}", 0, ""},
        {400, "{\"code\":[],\"message\":{}}", 0, ""},
        {429, "", 0, ""},
        {500, "<html>oops</html>", 0, ""},
        {503, "[1]", 0, ""},
        {302, "{}", 0, ""},
    };
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        struct answer answer = decode(OPERATION_CREATE_ORDER, errors[i].status, errors[i].body);
        assert_false(answer.readable);
        assert_int_equal(answer.code, errors[i].code);
        assert_string_equal(answer.message, errors[i].message);
        answer_done(&answer);
    }
}

static void texts_of_the_service_lose_personal_data_and_escapes(void **state)
{
    (void)state;
    static const struct {
        enum operation operation;
        const char *from;
        const char *to;
    } texts[] = {
        {OPERATION_CREATE_ORDER, "Invalid E164 Phone Number: +14153608311.",
         "Invalid E164 Phone Number: +1415***8311."},
        {OPERATION_CREATE_ORDER, "number 4153608311 is bad, error 22102",
         "number *** is bad, error 22102"},
        {OPERATION_CREATE_ORDER, "bad e-mail <jo.doe+x@mail.example.com>, sorry",
         "bad e-mail <***>, sorry"},
        {OPERATION_CREATE_ORDER, "of +14153608311x12 and 4153608311+14153608312",
         "of +1415***8311x12 and ***+1415***8312"},
        {OPERATION_CREATE_ORDER, "to jo+14153608311@mail.example.com", "to ***"},
        {OPERATION_CREATE_ORDER, "a\\u001b[31mb\\r\\nc", "a [31mb  c"},
        {OPERATION_CREATE_ORDER, "order " ORDER " is gone", "order " ORDER " is gone"},
        {OPERATION_POST_CODE, "code 004210 is wrong", "code *** is wrong"},
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        char body[512];
        snprintf(body, sizeof body, "{\"code\":1,\"message\":\"%s\"}", texts[i].from);
        struct answer answer = decode(texts[i].operation, 400, body);
        assert_string_equal(answer.message, texts[i].to);
    }
    struct answer answer = decode(OPERATION_FETCH_ORDER, 200,
                                  "{\"sid\":\"" ORDER "\",\"status\":\"failed\","
                                  "\"failure_reason\":\"+14153608311 is taken\\u0007\"}");
    assert_true(answer.readable);
    assert_string_equal(answer.orders[0].failure_reason, "+1415***8311 is taken ");
    answer_done(&answer);
}

static struct answer retry_after(const char *value, const char *date, int64_t sent_at_ms)
{
    struct request request = {.operation = OPERATION_CREATE_ORDER, .sent_at_ms = sent_at_ms};
    struct exchange exchange = wire_exchange(&request);
    struct http_response response = {.delivery = DELIVERY_ANSWERED, .status = 429, .took_ms = 500};
    struct answer answer;
    buf_init(&response.body, ANSWER_BYTES_MAX);
    TEXT_SET(response.retry_after, value);
    TEXT_SET(response.date, date);
    wire_decode(&exchange, &response, &answer);
    return answer;
}

static void retry_after_is_never_negative_and_at_most_a_day(void **state)
{
    (void)state;
    static const int64_t at_ms =
        INT64_C(1439917649500); /* half a second before 17:07:30, when received */
    static const struct {
        const char *value;
        const char *date;
        int64_t sent_at_ms;
        bool has;
        int64_t wait_ms;
    } cases[] = {
        {"0", "", 0, true, 0},
        {"7", "", 0, true, 7000},
        {"86401", "", 0, true, DAY_MS},
        {"99999999999999999999999", "", 0, true, DAY_MS},
        {"-5", "", 0, false, 0},
        {"1.5", "", 0, false, 0},
        {"soon", "", 0, false, 0},
        {"", "", 0, false, 0},
        {"Tue, 18 Aug 2015 17:07:40 GMT", "", at_ms, true, 10000},
        {"Tue, 18 Aug 2015 17:07:20 GMT", "", at_ms, false, 0},
        {"Tue, 18 Aug 2015 17:07:40 GMT", "", 0, false, 0},
        {"Tue, 18 Aug 2015 17:07:40 GMT", "Tue, 18 Aug 2015 17:07:37 GMT", at_ms, true, 3000},
        {"Tue, 18 Aug 2099 17:07:40 GMT", "", at_ms, true, DAY_MS},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct answer answer = retry_after(cases[i].value, cases[i].date, cases[i].sent_at_ms);
        assert_int_equal(answer.has_retry_after, cases[i].has);
        assert_int_equal(answer.retry_after_ms, cases[i].wait_ms);
    }
}

static void what_did_not_arrive_keeps_the_words_of_the_transport(void **state)
{
    (void)state;
    struct request request = {.operation = OPERATION_CREATE_ORDER, .tag = 9};
    struct exchange exchange = wire_exchange(&request);
    struct http_response response = {.delivery = DELIVERY_UNCERTAIN, .status = 201, .took_ms = 5};
    struct answer answer;
    TEXT_SET(response.error, "timed out");
    wire_decode(&exchange, &response, &answer);
    assert_int_equal(answer.delivery, DELIVERY_UNCERTAIN);
    assert_int_equal(answer.http_status, 0);
    assert_false(answer.readable);
    assert_string_equal(answer.message, "timed out");
    assert_int_equal(answer.took_ms, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_read_in_every_shape),
        cmocka_unit_test(texts_of_the_service_lose_personal_data_and_escapes),
        cmocka_unit_test(retry_after_is_never_negative_and_at_most_a_day),
        cmocka_unit_test(what_did_not_arrive_keeps_the_words_of_the_transport),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
