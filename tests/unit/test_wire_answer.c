/* Every shape of answer a client must accept (service.md 1.3, 1.4, 3.2), and what must not be
 * believed.
 */
#include "adapters/http/wire.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ORDER "HR0123456789abcdef0123456789abcdef"
#define DOCUMENT "PX0123456789abcdef0123456789abcdef"
#define ORDERS "/HostedNumbers/HostedNumberOrders"
#define MINIMAL "\"sid\":\"" ORDER "\",\"status\":\"received\""

static struct answer decode(enum operation operation, int32_t status, const char *body,
                            size_t bytes)
{
    struct request request = {.operation = operation, .tag = 7, .number_id = 3, .sent_at_ms = 1000};
    struct http_response response = {.delivery = DELIVERY_ANSWERED, .status = status};
    struct answer answer;
    TEXT_SET(request.order_sid, ORDER);
    TEXT_SET(request.document_sid, DOCUMENT);
    if (operation == OPERATION_CREATE_ORDER)
        TEXT_SET(request.phone_number, "+14153608311");
    struct exchange exchange = wire_exchange(&request);
    buf_init(&response.body, ANSWER_BYTES_MAX);
    buf_add(&response.body, body, bytes);
    wire_decode(&exchange, &response, &answer);
    buf_done(&response.body);
    assert_int_equal(answer.tag, 7);
    assert_int_equal(answer.number_id, 3);
    assert_int_equal(answer.sent_at_ms, 1000);
    assert_int_equal(answer.http_status, status);
    return answer;
}

static struct answer decode_text(enum operation operation, int32_t status, const char *body)
{
    return decode(operation, status, body, strlen(body));
}

static struct order_seen readable_order(const char *body)
{
    struct answer answer = decode_text(OPERATION_FETCH_ORDER, 200, body);
    if (!answer.readable)
        fail_msg("%s", answer.message);
    assert_int_equal(answer.order_count, 1);
    struct order_seen order = answer.orders[0];
    answer_done(&answer);
    return order;
}

static void expect_unreadable(enum operation operation, int32_t status, const char *body,
                              const char *why)
{
    struct answer answer = decode_text(operation, status, body);
    assert_false(answer.readable);
    assert_int_equal(answer.delivery, DELIVERY_ANSWERED);
    assert_int_equal(answer.order_count + answer.document_count, 0);
    assert_string_equal(answer.next_page_url, "");
    if (strstr(answer.message, why) == NULL)
        fail_msg("\"%s\" does not say \"%s\" for %s", answer.message, why, body);
    answer_done(&answer);
}

static void an_order_is_read_whole(void **state)
{
    (void)state;
    struct order_seen order = readable_order(
        "{\"sid\":\"" ORDER "\",\"account_sid\":\"AC1\",\"incoming_phone_number_sid\":\"PN1\","
        "\"address_sid\":\"AD1\",\"signing_document_sid\":\"PX1\","
        "\"phone_number\":\"+14153608311\",\"capabilities\":{\"sms\":true,\"voice\":false},"
        "\"friendly_name\":\"f\",\"unique_name\":\"numhost-1\",\"status\":\"pending-verification\","
        "\"failure_reason\":\"\",\"date_created\":\"2017-03-28T20:06:39Z\","
        "\"date_updated\":\"2017-03-28T20:06:40Z\",\"verification_attempts\":2,"
        "\"email\":\"o@x.com\",\"cc_emails\":[\"a@x.com\"],\"url\":\"https://x/y\","
        "\"verification_type\":\"phone-bill\",\"verification_document_sid\":\"RI1\","
        "\"extension\":\"1\",\"call_delay\":5,\"verification_code\":\"004210\","
        "\"verification_call_sids\":[\"CA1\",\"CA2\"],\"new_field\":{\"a\":[1,2]}}");
    assert_string_equal(order.sid, ORDER);
    assert_string_equal(order.account_sid, "AC1");
    assert_string_equal(order.incoming_phone_number_sid, "PN1");
    assert_string_equal(order.address_sid, "AD1");
    assert_string_equal(order.signing_document_sid, "PX1");
    assert_string_equal(order.phone_number, "+14153608311");
    assert_string_equal(order.unique_name, "numhost-1");
    assert_string_equal(order.email, "o@x.com");
    assert_true(order.status_known);
    assert_int_equal(order.status, STATUS_PENDING_VERIFICATION);
    assert_string_equal(order.failure_reason, "");
    assert_int_equal(order.verification_attempts, 2);
    assert_int_equal(order.verification_type, VERIFICATION_PHONE_BILL);
    assert_string_equal(order.verification_document_sid, "RI1");
    assert_string_equal(order.verification_code, "004210");
    assert_int_equal(order.call_count, 2);
    assert_int_equal(order.date_created_at_ms, INT64_C(1490731599000));
    assert_int_equal(order.date_updated_at_ms, INT64_C(1490731600000));
}

static void what_is_null_empty_or_absent_reads_as_not_given(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "{" MINIMAL "}",
        "{" MINIMAL ",\"failure_reason\":null,\"verification_call_sids\":null,\"email\":null,"
        "\"unique_name\":null,\"verification_attempts\":null,\"verification_code\":null,"
        "\"address_sid\":null,\"date_created\":null,\"verification_type\":null,\"phone_number\":"
        "null}",
        "{" MINIMAL ",\"failure_reason\":\"\",\"verification_call_sids\":[],\"email\":\"\","
        "\"unique_name\":\"\",\"verification_code\":\"\",\"address_sid\":\"\","
        "\"date_created\":\"\",\"verification_call_sids_2\":\"\"}",
        "{" MINIMAL ",\"verification_call_sids\":\"\",\"date_created\":\"yesterday\","
        "\"verification_type\":\"smoke-signal\"}",
    };
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        struct order_seen order = readable_order(bodies[i]);
        assert_string_equal(order.failure_reason, "");
        assert_string_equal(order.email, "");
        assert_int_equal(order.call_count, 0);
        assert_int_equal(order.verification_attempts, ATTEMPTS_NOT_TOLD);
        assert_int_equal(order.date_created_at_ms, 0);
        assert_int_equal(order.verification_type, VERIFICATION_PHONE_CALL);
        assert_string_equal(order.phone_number, "");
        assert_int_equal(order.status, STATUS_RECEIVED);
    }
}

static void a_bare_call_sid_counts_as_one_call(void **state)
{
    (void)state;
    assert_int_equal(readable_order("{" MINIMAL ",\"verification_call_sids\":\"CA1\"}").call_count,
                     1);
}

static void statuses_are_read_in_any_spelling(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        bool known;
        enum status status;
    } words[] = {
        {"pending-loa", true, STATUS_PENDING_LOA},
        {"pending_loa", true, STATUS_PENDING_LOA},
        {"Carrier-Processing", true, STATUS_CARRIER_PROCESSING},
        {"ACTION_REQUIRED", true, STATUS_ACTION_REQUIRED},
        {"paused-by-regulator", false, STATUS_QUEUED},
        {"queued", false, STATUS_QUEUED},
        {"canceled", false, STATUS_QUEUED},
    };
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        char body[256];
        snprintf(body, sizeof body, "{\"sid\":\"" ORDER "\",\"status\":\"%s\"}", words[i].word);
        struct order_seen order = readable_order(body);
        assert_int_equal(order.status_known, words[i].known);
        assert_string_equal(order.status_word, words[i].word);
        if (words[i].known)
            assert_int_equal(order.status, words[i].status);
    }
}

static void dates_are_read_as_iso_and_as_rfc_2822(void **state)
{
    (void)state;
    assert_int_equal(
        readable_order("{" MINIMAL ",\"date_created\":\"Tue, 18 Aug 2015 17:07:30 +0000\"}")
            .date_created_at_ms,
        INT64_C(1439917650000));
}

static void an_answer_of_the_wrong_shape_is_not_believed(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        const char *why;
    } bad[] = {
        {"", "not JSON"},
        {"<html>502</html>", "not JSON"},
        {"{" MINIMAL, "not JSON"},
        {"{" MINIMAL ",\"sid\":\"" ORDER "\"}", "not JSON"}, /* a doubled key */
        {"{" MINIMAL ",\"x\":\"\\ud800\"}", "not JSON"},
        {"{" MINIMAL ",\"x\":\"\xFF\"}", "not JSON"},
        {"{" MINIMAL ",\"email\":\"a\\u0000b\"}", "not JSON"},
        {"{" MINIMAL ",\"x\":123456789012345678901234567890}", "not JSON"},
        {"{" MINIMAL ",\"x\":1e400}", "not JSON"},
        {"{" MINIMAL "} trailing", "not JSON"},
        {"[]", "not a JSON object"},
        {"null", "not JSON"},
        {"{}", "status is missing"},
        {"{\"sid\":\"" ORDER "\"}", "status is missing"},
        {"{\"sid\":\"" ORDER "\",\"status\":4}", "status is missing"},
        {"{\"status\":\"received\"}", "sid is not HR"},
        {"{\"sid\":\"PX1\",\"status\":\"received\"}", "sid is not HR"},
        {"{\"sid\":4,\"status\":\"received\"}", "sid is not a text"},
        {"{\"sid\":\"HR1/../x\",\"status\":\"received\"}", "sid is not a SID"},
        {"{\"sid\":\"HR1\",\"status\":\"received\"}", "another order"},
        {"{" MINIMAL ",\"verification_attempts\":\"2\"}", "verification_attempts is not a count"},
        {"{" MINIMAL ",\"verification_attempts\":-1}", "verification_attempts is not a count"},
        {"{" MINIMAL ",\"verification_attempts\":2.5}", "verification_attempts is not a count"},
        {"{" MINIMAL ",\"verification_attempts\":9999999999}", "is not a count"},
        {"{" MINIMAL ",\"verification_call_sids\":5}", "verification_call_sids is not a list"},
        {"{" MINIMAL ",\"verification_call_sids\":[5]}", "is not a list of texts"},
        {"{" MINIMAL ",\"verification_code\":4210}", "verification_code is not a text"},
        {"{" MINIMAL ",\"verification_code\":\"12345678901234567\"}", "verification_code is too"},
        {"{" MINIMAL ",\"verification_code\":\"12\\u001b[2J\"}", "not made of digits"},
        {"{" MINIMAL ",\"phone_number\":\"415\"}", "phone_number is not in E.164"},
        {"{" MINIMAL ",\"failure_reason\":{}}", "failure_reason is not a text"},
        {"{" MINIMAL ",\"date_created\":5}", "date_created is not a date"},
        {"{" MINIMAL ",\"verification_type\":5}", "verification_type is not a text"},
        {"{" MINIMAL ",\"address_sid\":\"AD0123456789abcdef0123456789abcdef0\"}",
         "address_sid is too long"},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        expect_unreadable(OPERATION_FETCH_ORDER, 200, bad[i].body, bad[i].why);
}

static void an_answer_about_another_number_is_not_believed(void **state)
{
    (void)state;
    expect_unreadable(OPERATION_CREATE_ORDER, 201,
                      "{" MINIMAL ",\"phone_number\":\"+14153608312\"}", "another phone number");
    expect_unreadable(OPERATION_CREATE_ORDER, 201, "{" MINIMAL "}", "another phone number");
    expect_unreadable(OPERATION_FETCH_DOCUMENT, 200, "{\"sid\":\"PX1\",\"status\":\"signing\"}",
                      "another document");
}

static void any_2xx_with_the_promised_body_counts(void **state)
{
    (void)state;
    static const int32_t statuses[] = {200, 201, 202};
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        struct answer answer = decode_text(OPERATION_CREATE_ORDER, statuses[i],
                                           "{" MINIMAL ",\"phone_number\":\"+14153608311\"}");
        assert_true(answer.readable);
        assert_int_equal(answer.order_count, 1);
        answer_done(&answer);
    }
    expect_unreadable(OPERATION_CREATE_ORDER, 204, "", "cannot be read");
}

static void a_delete_is_done_by_204_or_by_silence(void **state)
{
    (void)state;
    assert_true(decode_text(OPERATION_DELETE_ORDER, 204, "").readable);
    assert_true(decode_text(OPERATION_DELETE_INCOMING, 204, "").readable);
    assert_true(decode_text(OPERATION_DELETE_ORDER, 202, "").readable);
    expect_unreadable(OPERATION_DELETE_ORDER, 200, "<html>Log in</html>", "none was promised");
}

static void a_document_is_read_and_an_unknown_status_kept_apart(void **state)
{
    (void)state;
    struct answer answer = decode_text(
        OPERATION_CREATE_DOCUMENT, 201,
        "{\"sid\":\"PX9\",\"address_sid\":\"AD1\",\"status\":\"signing\",\"email\":\"s@x.com\","
        "\"cc_emails\":null,\"date_created\":\"2017-03-28T20:06:39Z\",\"links\":{}}");
    assert_true(answer.readable);
    assert_int_equal(answer.document_count, 1);
    assert_string_equal(answer.documents[0].sid, "PX9");
    assert_int_equal(answer.documents[0].status, DOCUMENT_SIGNING);
    assert_string_equal(answer.documents[0].email, "s@x.com");
    answer_done(&answer);
    answer = decode_text(OPERATION_FETCH_DOCUMENT, 200,
                         "{\"sid\":\"" DOCUMENT "\",\"status\":\"shredded\"}");
    assert_true(answer.readable);
    assert_int_equal(answer.documents[0].status, DOCUMENT_UNKNOWN);
    answer_done(&answer);
}

static void a_page_is_read_with_the_way_to_the_next(void **state)
{
    (void)state;
    struct answer answer =
        decode_text(OPERATION_LIST_ORDERS, 200,
                    "{\"meta\":{\"key\":\"items\",\"page\":0,\"next_page_url\":"
                    "\"https://preview.twilio.com" ORDERS "?PageSize=2&Page=1&PageToken=PAHR2\"},"
                    "\"items\":[{" MINIMAL "},{\"sid\":\"HR2\",\"status\":\"failed\"}]}");
    assert_true(answer.readable);
    assert_int_equal(answer.order_count, 2);
    assert_string_equal(answer.orders[1].sid, "HR2");
    assert_string_equal(answer.next_page_url, ORDERS "?PageSize=2&Page=1&PageToken=PAHR2");
    answer_done(&answer);
    answer = decode_text(OPERATION_LIST_DOCUMENTS, 200,
                         "{\"meta\":{\"key\":\"items\",\"next_page_url\":null},"
                         "\"items\":[{\"sid\":\"PX2\",\"status\":\"signed\"}]}");
    assert_true(answer.readable);
    assert_int_equal(answer.document_count, 1);
    assert_string_equal(answer.next_page_url, "");
    answer_done(&answer);
    answer = decode_text(OPERATION_LIST_DEPENDENTS, 200, "{\"meta\":{},\"items\":[]}");
    assert_true(answer.readable);
    assert_int_equal(answer.order_count, 0);
    answer_done(&answer);
}

static void half_a_page_or_a_way_elsewhere_is_not_believed(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        const char *why;
    } bad[] = {
        {"{\"meta\":{}}", "list of items is missing"},
        {"{\"meta\":{},\"items\":null}", "list of items is missing"},
        {"{\"items\":[]}", "meta is missing"},
        {"{\"meta\":{},\"items\":[{" MINIMAL "},{\"sid\":7}]}", "item 1"},
        {"{\"meta\":{\"next_page_url\":7},\"items\":[]}", "not a text"},
        {"{\"meta\":{\"next_page_url\":\"https://evil.example/x?y\"},\"items\":[]}",
         "next page is not of"},
        {"{\"meta\":{\"next_page_url\":\"https://h" ORDERS "?a b\"},\"items\":[]}", "malformed"},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        expect_unreadable(OPERATION_LIST_ORDERS, 200, bad[i].body, bad[i].why);
}

/* "{"meta":{},"items":[", count times item, "]}" */
static struct answer decode_items(const char *item, size_t count)
{
    struct buf body;
    buf_init(&body, ANSWER_BYTES_MAX);
    buf_add_text(&body, "{\"meta\":{},\"items\":[");
    for (size_t i = 0; i < count; i++) {
        buf_add_text(&body, i > 0 ? "," : "");
        buf_add_text(&body, item);
    }
    buf_add_text(&body, "]}");
    struct answer answer = decode(OPERATION_LIST_ORDERS, 200, body.data, body.length);
    buf_done(&body);
    return answer;
}

static void a_page_holds_1000_and_not_one_more(void **state)
{
    (void)state;
    struct answer answer = decode_items("{" MINIMAL "}", 1000);
    assert_true(answer.readable);
    assert_int_equal(answer.order_count, 1000);
    answer_done(&answer);
    answer = decode_items("{" MINIMAL "}", 1001);
    assert_false(answer.readable);
    assert_non_null(strstr(answer.message, "more than 1000"));
    answer_done(&answer);
}

static void a_hostile_answer_costs_no_memory(void **state)
{
    (void)state;
    struct answer answer = decode_items("{}", WIRE_JSON_VALUES_MAX);
    assert_false(answer.readable);
    assert_non_null(strstr(answer.message, "too many values"));
    char deep[2 * WIRE_JSON_DEPTH_MAX + 3] = "";
    memset(deep, '[', WIRE_JSON_DEPTH_MAX + 1);
    memset(deep + WIRE_JSON_DEPTH_MAX + 1, ']', WIRE_JSON_DEPTH_MAX + 1);
    expect_unreadable(OPERATION_FETCH_ORDER, 200, deep, "nested too deep");
    expect_unreadable(OPERATION_FETCH_ORDER, 200, "\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"",
                      "not JSON"); /* brackets in a text are no depth */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_is_read_whole),
        cmocka_unit_test(what_is_null_empty_or_absent_reads_as_not_given),
        cmocka_unit_test(a_bare_call_sid_counts_as_one_call),
        cmocka_unit_test(statuses_are_read_in_any_spelling),
        cmocka_unit_test(dates_are_read_as_iso_and_as_rfc_2822),
        cmocka_unit_test(an_answer_of_the_wrong_shape_is_not_believed),
        cmocka_unit_test(an_answer_about_another_number_is_not_believed),
        cmocka_unit_test(any_2xx_with_the_promised_body_counts),
        cmocka_unit_test(a_delete_is_done_by_204_or_by_silence),
        cmocka_unit_test(a_document_is_read_and_an_unknown_status_kept_apart),
        cmocka_unit_test(a_page_is_read_with_the_way_to_the_next),
        cmocka_unit_test(half_a_page_or_a_way_elsewhere_is_not_believed),
        cmocka_unit_test(a_page_holds_1000_and_not_one_more),
        cmocka_unit_test(a_hostile_answer_costs_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
