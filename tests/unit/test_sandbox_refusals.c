/* Every way the sandbox says no: code and HTTP status of service.md 3.3, and that a refusal has no
 * effect. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "helpers/sandbox_asking.h"

static const int64_t now_ms = INT64_C(1700000000000);
static const char orders[] = "/HostedNumbers/HostedNumberOrders";
static const char documents[] = "/HostedNumbers/AuthorizationDocuments";
#define ADDRESSES "/2010-04-01/Accounts/" ACCOUNT "/Addresses.json"

static struct sandbox *new_sandbox(void)
{
    struct scenario scenario = scenario_calm();
    return sandbox_new(&scenario, 9);
}

struct refusal {
    const char *body;
    int code;
};

static void refuse_all(const char *method, const char *path, const struct refusal *rows,
                       size_t count)
{
    struct sandbox *sandbox = new_sandbox();
    for (size_t i = 0; i < count; i++) {
        struct asked asked = ask(sandbox, now_ms, method, path, rows[i].body);
        if (asked_code(&asked) != rows[i].code)
            fail_msg("%s: expected %d, got %d", rows[i].body, rows[i].code, asked_code(&asked));
        assert_int_equal(asked.status, 400);
        assert_int_equal(asked.response.effect, EFFECT_NONE);
        assert_int_equal(json_integer_value(json_object_get(asked.json, "status")), 400);
        assert_true(asked_text(&asked, "message")[0] != '\0');
        assert_true(asked_text(&asked, "more_info")[0] != '\0');
        asked_done(&asked);
    }
    assert_int_equal(sandbox_order_count(sandbox), 0);
    sandbox_free(sandbox);
}

#define GOOD "PhoneNumber=%2B14155550100&SmsCapability=true"

static void a_bad_create_is_refused_with_its_code(void **state)
{
    static const struct refusal rows[] = {
        {NULL, 20001},
        {"SmsCapability=true", 20001},
        {"PhoneNumber=%2B14155550100", 20001},
        {"PhoneNumber=&SmsCapability=true", 22102},
        {"PhoneNumber=4155550100&SmsCapability=true", 22102},
        {"PhoneNumber=+14155550100&SmsCapability=true", 22102}, /* '+' is a space */
        {"PhoneNumber=%2B1415555010&SmsCapability=true", 22102},
        {"PhoneNumber=%2B11155550100&SmsCapability=true", 22102},
        {"PhoneNumber=%2B4930123456&SmsCapability=true", 22103},
        {"PhoneNumber=%2B18765550100&SmsCapability=true", 22103},
        {"PhoneNumber=%2B14155550100&SmsCapability=maybe", 20001},
        {"PhoneNumber=%2B14155550100&SmsCapability=false", 22119},
        {"PhoneNumber=%2B14155550101&SmsCapability=true", 22110},
        {GOOD "&AccountSid=AC1", 21470},
        {GOOD "&Email=a", 22104},
        {GOOD "&CcEmails=a%40b.example&CcEmails=b", 22104},
        {GOOD "&SmsUrl=example.com", 22105},
        {GOOD "&StatusCallbackUrl=mailto:a", 22105},
        {GOOD "&SmsMethod=PUT", 22106},
        {GOOD "&SmsApplicationSid=AP1", 22108},
        {GOOD "&AddressSid=ADx", 22109},
        {GOOD "&VerificationType=fax", 22120},
        {GOOD "&VerificationType=phone-bill", 22118},
        {GOOD "&VerificationDocumentSid=RI1", 22118},
        {GOOD "&FriendlyName=%00", 20001},
        {"PhoneNumber=%2B14155550100x&SmsCapability=true", 22102},
        {"PhoneNumber=%2B1415555010012345&SmsCapability=true", 22102},
        {"PhoneNumber=%2B04155550100&SmsCapability=true", 22102},
        {"PhoneNumber=%2B14151550100&SmsCapability=true", 22102},
        {GOOD "&AddressSid=AD1111111111111111111111111111111x", 22109},
        {GOOD "&Email=%40b.example", 22104},
        {GOOD "&Email=a%40b%40c.example", 22104},
        {GOOD "&Email=a%40example", 22104},
        {GOOD "&Email=a%40.example", 22104},
        {GOOD "&Email=a+b%40c.example", 22104},
        {GOOD "&Email=a%40b.example.", 22104},
        {GOOD "&SmsUrl=https%3A%2F%2Fa+b", 22105},
        {GOOD "&SmsUrl=https%3A%2F%2F-", 22105},
        {GOOD "&SmsFallbackUrl=x", 22105},
        {GOOD "&SmsFallbackMethod=put", 22106},
        {GOOD "&StatusCallbackMethod=put", 22106},
    };
    (void)state;
    refuse_all("POST", orders, rows, COUNT_OF(rows));
}

static void names_longer_than_128_characters_are_refused(void **state)
{
    char body[600];
    (void)state;
    struct sandbox *sandbox = new_sandbox();
    snprintf(body, sizeof body, "%s&UniqueName=%0129d", GOOD, 0);
    assert_int_equal(ask_code(sandbox, now_ms, "POST", orders, body), 22115);
    snprintf(body, sizeof body, "%s&FriendlyName=%0129d", GOOD, 0);
    assert_int_equal(ask_code(sandbox, now_ms, "POST", orders, body), 22116);
    snprintf(body, sizeof body, "%s&FriendlyName=%0128d", GOOD, 0);
    assert_int_equal(ask_code(sandbox, now_ms, "POST", orders, body), 201);
    sandbox_free(sandbox);
}

static void booleans_are_taken_in_any_case_and_unknown_parameters_ignored(void **state)
{
    (void)state;
    struct sandbox *sandbox = new_sandbox();
    assert_int_equal(ask_code(sandbox, now_ms, "POST", orders,
                              "PhoneNumber=%2B14155550100&SmsCapability=True&Colour=red"),
                     201);
    sandbox_free(sandbox);
}

static void a_second_live_order_for_a_number_is_refused(void **state)
{
    char sid[35];
    char path[128];
    (void)state;
    struct sandbox *sandbox = new_sandbox();
    assert_int_equal(ask_order(sandbox, now_ms, "14155550116", sid), 201);
    assert_int_equal(
        ask_code(sandbox, now_ms, "POST", orders, "PhoneNumber=%2B14155550116&SmsCapability=true"),
        22110);
    snprintf(path, sizeof path, "%s/%s", orders, sid);
    assert_int_equal(ask_code(sandbox, now_ms, "DELETE", path, NULL), 204);
    assert_int_equal(ask_order(sandbox, now_ms, "14155550116", sid), 201);
    sandbox_free(sandbox);
}

static void a_unique_name_belongs_to_one_order(void **state)
{
    (void)state;
    struct sandbox *sandbox = new_sandbox();
    assert_int_equal(ask_code(sandbox, now_ms, "POST", orders, GOOD "&UniqueName=a"), 201);
    assert_int_equal(ask_code(sandbox, now_ms, "POST", orders,
                              "PhoneNumber=%2B14155550123&SmsCapability=true&UniqueName=a"),
                     20001);
    sandbox_free(sandbox);
}

#define EXTENSION_TOO_LONG                                                                         \
    "Extension=12345678901234567890123456789012345678901234567890123456789012345"

static void a_bad_update_is_refused_with_its_code_and_changes_nothing(void **state)
{
    static const struct refusal rows[] = {
        {"Status=somewhere", 22111},
        {"Status=verified", 22112},
        {"Status=pending-loa", 22112},
        {"VerificationCode=123456", 22114},
        {"Extension=", 22117},
        {"Extension=12a", 22117},
        {"CallDelay=61", 20001},
        {"CallDelay=-1", 20001},
        {"VerificationType=fax", 22120},
        {"VerificationType=phone-bill", 22118},
        {"Email=nobody", 22104},
        {"CcEmails=nobody", 22104},
        {"CallDelay=x", 20001},
        {EXTENSION_TOO_LONG, 22117},
        {"VerificationDocumentSid=RI1", 22118},
    };
    char sid[35];
    char path[128];
    char word[33];
    (void)state;
    struct sandbox *sandbox = new_sandbox();
    ask_order(sandbox, now_ms, "14155550116", sid);
    snprintf(path, sizeof path, "%s/%s", orders, sid);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(ask_code(sandbox, now_ms, "POST", path, rows[i].body), rows[i].code);
    struct asked asked = ask(sandbox, now_ms, "GET", path, NULL);
    assert_int_equal(json_integer_value(json_object_get(asked.json, "verification_attempts")), 0);
    assert_true(json_is_null(json_object_get(asked.json, "extension")));
    asked_done(&asked);
    assert_string_equal(ask_status(sandbox, now_ms, sid, word), "received");
    sandbox_free(sandbox);
}

static void a_heard_code_is_taken_right_and_in_time_only(void **state)
{
    char sid[35];
    char path[128];
    char body[64];
    char word[33];
    (void)state;
    struct sandbox *sandbox = new_sandbox();
    ask_order(sandbox, now_ms, "14155550103", sid);
    snprintf(path, sizeof path, "%s/%s", orders, sid);
    int64_t later_ms = now_ms + MINUTE_MS;
    struct asked asked = ask(sandbox, later_ms, "POST", path, "Status=pending-verification");
    snprintf(body, sizeof body, "VerificationCode=%s", asked_text(&asked, "verification_code"));
    asked_done(&asked);
    assert_int_equal(ask_code(sandbox, later_ms, "POST", path, "VerificationCode=1"), 22113);
    assert_int_equal(ask_code(sandbox, later_ms + 10 * MINUTE_MS, "POST", path, body), 22113);
    assert_int_equal(ask_code(sandbox, later_ms + 10 * MINUTE_MS - 1, "POST", path, body), 22113);
    sandbox_free(sandbox);
    sandbox = new_sandbox();
    ask_order(sandbox, now_ms, "14155550103", sid);
    ask_code(sandbox, later_ms, "POST", path, "Status=pending-verification");
    assert_int_equal(ask_code(sandbox, later_ms + 10 * MINUTE_MS - 1, "POST", path, body), 200);
    assert_string_equal(ask_status(sandbox, later_ms + 10 * MINUTE_MS, sid, word), "verified");
    sandbox_free(sandbox);
}

static void a_refused_call_costs_no_attempt(void **state)
{
    char sid[35];
    char path[128];
    (void)state;
    struct sandbox *sandbox = new_sandbox();
    ask_order(sandbox, now_ms, "14155550108", sid);
    snprintf(path, sizeof path, "%s/%s", orders, sid);
    assert_int_equal(
        ask_code(sandbox, now_ms + MINUTE_MS, "POST", path, "Status=pending-verification"), 22123);
    struct asked asked = ask(sandbox, now_ms + MINUTE_MS, "GET", path, NULL);
    assert_int_equal(json_integer_value(json_object_get(asked.json, "verification_attempts")), 0);
    asked_done(&asked);
    sandbox_free(sandbox);
}

#define LOA                                                                                        \
    "AddressSid=AD11111111111111111111111111111111&Email=a%40b.example&ContactTitle=x&"            \
    "ContactPhoneNumber=%2B14155550199"

static void a_bad_document_is_refused_with_its_code(void **state)
{
    static const struct refusal rows[] = {
        {NULL, 20001},
        {"Email=a%40b.example&ContactTitle=x&ContactPhoneNumber=1", 20001},
        {"AddressSid=AD1&Email=a%40b.example&ContactTitle=x&ContactPhoneNumber=1", 22109},
        {"AddressSid=AD1&Email=a%40b.example&ContactPhoneNumber=1", 20001},
        {"AddressSid=AD1&Email=&ContactTitle=x&ContactPhoneNumber=1", 20001},
        {"AddressSid=AD1&ContactTitle=x&ContactPhoneNumber=1", 20001},
        {"AddressSid=AD1&Email=a%40b.example&ContactTitle=x", 20001},
        {LOA "&Email=nobody", 22104},
        {LOA "&CcEmails=nobody", 22104},
        {LOA, 22101},
        {LOA "&HostedNumberOrderSids=HR1", 22101},
        {LOA "&HostedNumberOrderSids=HR11111111111111111111111111111111", 22101},
    };
    (void)state;
    refuse_all("POST", documents, rows, COUNT_OF(rows));
}

static void only_verified_orders_can_be_authorized(void **state)
{
    char sid[35];
    char body[400];
    (void)state;
    struct sandbox *sandbox = new_sandbox();
    ask_order(sandbox, now_ms, "14155550116", sid);
    snprintf(body, sizeof body, "%s&HostedNumberOrderSids=%s", LOA, sid);
    assert_int_equal(ask_code(sandbox, now_ms, "POST", documents, body), 22112);
    sandbox_free(sandbox);
}

static void what_is_not_there_is_404_and_no_credentials_401(void **state)
{
    (void)state;
    struct sandbox *sandbox = new_sandbox();
    assert_int_equal(
        ask_code(sandbox, now_ms, "GET",
                 "/HostedNumbers/HostedNumberOrders/HR11111111111111111111111111111111", NULL),
        20404);
    assert_int_equal(ask_code(sandbox, now_ms, "GET", "/elsewhere", NULL), 20404);
    assert_int_equal(ask_code(sandbox, now_ms, "PUT", orders, NULL), 20404);
    assert_int_equal(ask_code(sandbox, now_ms, "POST", ADDRESSES, "Street=x"), 20001);
    struct sandbox_request request = {.method = "GET", .path = orders};
    struct sandbox_response response;
    sandbox_handle(sandbox, &request, now_ms, &response);
    assert_int_equal(response.status, 401);
    assert_non_null(strstr(buf_text(&response.body), "20003"));
    buf_done(&response.body);
    sandbox_free(sandbox);
}

static void without_preview_access_the_collection_is_404(void **state)
{
    struct scenario scenario = scenario_calm();
    (void)state;
    scenario.preview_access = false;
    struct sandbox *sandbox = sandbox_new(&scenario, 1);
    assert_int_equal(ask_code(sandbox, now_ms, "GET", orders, NULL), 20404);
    assert_int_equal(ask_code(sandbox, now_ms, "GET", ADDRESSES, NULL), 200);
    sandbox_free(sandbox);
}

static void only_the_scenarios_credentials_are_taken(void **state)
{
    static const char text[] = "credentials: {user: " ACCOUNT ", password: other}\n";
    struct scenario scenario;
    struct error err = {0};
    (void)state;
    assert_true(scenario_parse(&scenario, text, strlen(text), &err));
    struct sandbox *sandbox = sandbox_new(&scenario, 1);
    assert_int_equal(ask_code(sandbox, now_ms, "GET", orders, NULL), 20003);
    sandbox_free(sandbox);
}

static void an_order_at_the_carrier_cannot_be_deleted(void **state)
{
    char sid[35];
    char path[128];
    (void)state;
    struct sandbox *sandbox = new_sandbox();
    ask_order(sandbox, now_ms, "14155550102", sid);
    snprintf(path, sizeof path, "%s/%s", orders, sid);
    assert_int_equal(ask_code(sandbox, now_ms, "DELETE", path, NULL),
                     20409); /* twilio-processing */
    assert_int_equal(ask_code(sandbox, now_ms + MINUTE_MS, "DELETE", path, NULL),
                     20409); /* failed */
    sandbox_free(sandbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_create_is_refused_with_its_code),
        cmocka_unit_test(names_longer_than_128_characters_are_refused),
        cmocka_unit_test(booleans_are_taken_in_any_case_and_unknown_parameters_ignored),
        cmocka_unit_test(a_second_live_order_for_a_number_is_refused),
        cmocka_unit_test(a_unique_name_belongs_to_one_order),
        cmocka_unit_test(a_bad_update_is_refused_with_its_code_and_changes_nothing),
        cmocka_unit_test(a_heard_code_is_taken_right_and_in_time_only),
        cmocka_unit_test(a_refused_call_costs_no_attempt),
        cmocka_unit_test(a_bad_document_is_refused_with_its_code),
        cmocka_unit_test(only_verified_orders_can_be_authorized),
        cmocka_unit_test(what_is_not_there_is_404_and_no_credentials_401),
        cmocka_unit_test(without_preview_access_the_collection_is_404),
        cmocka_unit_test(only_the_scenarios_credentials_are_taken),
        cmocka_unit_test(an_order_at_the_carrier_cannot_be_deleted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
