/* The exact wire form of every operation (service.md 4.4) and every shape of answer a client must
 * accept (1.3, 3.2). */
#include "adapters/http/wire.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ACCOUNT "AC0123456789abcdef0123456789abcdef"
#define ORDER "HR0123456789abcdef0123456789abcdef"
#define ORDER_2 "HR1123456789abcdef0123456789abcdef"
#define DOCUMENT "PX0123456789abcdef0123456789abcdef"
#define INCOMING "PN0123456789abcdef0123456789abcdef"
#define BILL "RI0123456789abcdef0123456789abcdef"
#define ORDERS "/HostedNumbers/HostedNumberOrders"
#define DOCUMENTS "/HostedNumbers/AuthorizationDocuments"
#define PHONE "+15017122661"

static struct request request_of(enum operation operation)
{
    struct request request = {.operation = operation, .tag = 7, .number_id = 3};
    TEXT_SET(request.order_sid, ORDER);
    TEXT_SET(request.document_sid, DOCUMENT);
    TEXT_SET(request.incoming_phone_number_sid, INCOMING);
    return request;
}

static void expect_wire(const struct request *request, const char *method, const char *path,
                        const char *body)
{
    struct wire_message message;
    struct error err = {0};
    wire_message_init(&message);
    if (!wire_encode(request, ACCOUNT, &message, &err))
        fail_msg("%s", err.text);
    assert_string_equal(message.method, method);
    assert_string_equal(buf_text(&message.path), path);
    assert_string_equal(buf_text(&message.body), body);
    assert_int_equal(message.has_body, strcmp(method, "POST") == 0);
    assert_int_equal(message.send_once, strcmp(method, "POST") == 0);
    wire_message_done(&message);
}

static void expect_refused(const struct request *request, const char *why)
{
    struct wire_message message;
    struct error err = {0};
    wire_message_init(&message);
    assert_false(wire_encode(request, ACCOUNT, &message, &err));
    if (strstr(err.text, why) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.text, why);
    wire_message_done(&message);
}

static void a_create_sends_what_is_there_and_nothing_else(void **state)
{
    (void)state;
    struct order_details details = {0};
    struct request request = request_of(OPERATION_CREATE_ORDER);
    request.details = &details;
    TEXT_SET(request.phone_number, PHONE);
    TEXT_SET(request.unique_name, "numhost-1-2-1");
    expect_wire(&request, "POST", ORDERS,
                "PhoneNumber=%2B15017122661&SmsCapability=true&UniqueName=numhost-1-2-1");
}

static void a_create_sends_every_detail(void **state)
{
    (void)state;
    struct order_details details = {.cc_emails = "a@x.com; b@x.com ;;c+d@x.com",
                                    .friendly_name = "Front desk & caf\xC3\xA9",
                                    .email = "o@x.com",
                                    .address_sid = "AD1",
                                    .sms_url = "https://x.com/sms?a=1",
                                    .sms_method = "POST",
                                    .sms_fallback_url = "https://x.com/f",
                                    .sms_fallback_method = "GET",
                                    .sms_application_sid = "AP1",
                                    .status_callback_url = "https://x.com/cb#rc=3",
                                    .status_callback_method = "POST",
                                    .account_sid = "AC1",
                                    .extension = "9",
                                    .call_delay = 5};
    struct request request = request_of(OPERATION_CREATE_ORDER);
    request.details = &details;
    TEXT_SET(request.phone_number, PHONE);
    TEXT_SET(request.unique_name, "u");
    expect_wire(&request, "POST", ORDERS,
                "PhoneNumber=%2B15017122661&SmsCapability=true&UniqueName=u&AccountSid=AC1"
                "&FriendlyName=Front%20desk%20%26%20caf%C3%A9&CcEmails=a%40x.com&CcEmails=b%40x.com"
                "&CcEmails=c%2Bd%40x.com&SmsUrl=https%3A%2F%2Fx.com%2Fsms%3Fa%3D1&SmsMethod=POST"
                "&SmsFallbackUrl=https%3A%2F%2Fx.com%2Ff&SmsFallbackMethod=GET"
                "&StatusCallbackUrl=https%3A%2F%2Fx.com%2Fcb%23rc%3D3&StatusCallbackMethod=POST"
                "&SmsApplicationSid=AP1&AddressSid=AD1&Email=o%40x.com");
}

static void a_friendly_name_is_cut_after_64_characters_not_bytes(void **state)
{
    (void)state;
    struct order_details details = {0};
    struct request request = request_of(OPERATION_CREATE_ORDER);
    char expected[1024] =
        "PhoneNumber=%2B15017122661&SmsCapability=true&UniqueName=u&FriendlyName=";
    request.details = &details;
    TEXT_SET(request.phone_number, PHONE);
    TEXT_SET(request.unique_name, "u");
    for (int i = 0; i < 64; i++) {
        strcat(details.friendly_name, i == 63 ? "\xC3\xA9" : "a");
        strcat(expected, i == 63 ? "%C3%A9" : "a");
    }
    strcat(details.friendly_name, "b");
    expect_wire(&request, "POST", ORDERS, expected);
}

static void a_phone_bill_is_named_only_with_its_document(void **state)
{
    (void)state;
    struct order_details details = {0};
    struct request request = request_of(OPERATION_CREATE_ORDER);
    request.details = &details;
    request.verification_type = VERIFICATION_PHONE_BILL;
    TEXT_SET(request.phone_number, PHONE);
    TEXT_SET(request.unique_name, "u");
    expect_wire(&request, "POST", ORDERS,
                "PhoneNumber=%2B15017122661&SmsCapability=true&UniqueName=u");
    TEXT_SET(details.verification_document_sid, BILL);
    expect_wire(&request, "POST", ORDERS,
                "PhoneNumber=%2B15017122661&SmsCapability=true&UniqueName=u"
                "&VerificationType=phone-bill&VerificationDocumentSid=" BILL);
}

static void orders_are_listed_by_status_number_and_page_never_by_name(void **state)
{
    (void)state;
    struct request request = request_of(OPERATION_LIST_ORDERS);
    expect_wire(&request, "GET", ORDERS, "");
    request.filter_by_status = true;
    request.status = STATUS_COMPLETED;
    expect_wire(&request, "GET", ORDERS "?Status=completed", "");
    request.page_size = 1000;
    TEXT_SET(request.phone_number, PHONE);
    TEXT_SET(request.unique_name, "n 1");
    expect_wire(&request, "GET",
                ORDERS "?Status=completed&PhoneNumber=%2B15017122661&PageSize=1000", "");
}

static void the_next_page_is_followed_as_given_but_never_to_another_host(void **state)
{
    (void)state;
    struct request request = request_of(OPERATION_LIST_ORDERS);
    request.filter_by_status = true;
    TEXT_SET(request.page_url, "https://evil.example" ORDERS "?PageSize=50&Page=1&PageToken=PAHR1");
    expect_wire(&request, "GET", ORDERS "?PageSize=50&Page=1&PageToken=PAHR1", "");
    TEXT_SET(request.page_url, ORDERS "?Page=1");
    expect_wire(&request, "GET", ORDERS "?Page=1", "");
    static const char *const refused[] = {
        "https://preview.twilio.com/2010-04-01/Accounts.json?Page=1",
        "https://preview.twilio.com" ORDERS "/" ORDER "?Page=1",
        "https://preview.twilio.com" ORDERS "/../x?Page=1",
        "//evil.example" ORDERS "?Page=1",
        ORDERS "?Page=1\r\nHost: evil",
        ORDERS "?Page= 1",
        ORDERS "?Page=1#x",
        "https://preview.twilio.com",
        "nonsense",
    };
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        TEXT_SET(request.page_url, refused[i]);
        expect_refused(&request, "next page");
    }
    request.operation = OPERATION_FETCH_ORDER;
    TEXT_SET(request.page_url, ORDERS "?Page=1");
    expect_refused(&request, "no pages");
}

static void each_operation_on_an_order_has_its_wire_form(void **state)
{
    (void)state;
    struct request fetch = request_of(OPERATION_FETCH_ORDER);
    struct request call = request_of(OPERATION_START_CALL);
    struct request bill = request_of(OPERATION_ATTACH_BILL);
    struct request code = request_of(OPERATION_POST_CODE);
    struct request delete = request_of(OPERATION_DELETE_ORDER);
    expect_wire(&fetch, "GET", ORDERS "/" ORDER, "");
    expect_wire(&delete, "DELETE", ORDERS "/" ORDER, "");
    expect_wire(&call, "POST", ORDERS "/" ORDER,
                "Status=pending-verification&VerificationType=phone-call");
    TEXT_SET(call.extension, "wwww2#");
    call.call_delay = 15;
    expect_wire(&call, "POST", ORDERS "/" ORDER,
                "Status=pending-verification&VerificationType=phone-call&Extension=wwww2%23"
                "&CallDelay=15");
    TEXT_SET(bill.verification_document_sid, BILL);
    expect_wire(&bill, "POST", ORDERS "/" ORDER,
                "VerificationType=phone-bill&VerificationDocumentSid=" BILL);
    TEXT_SET(code.code, "0042");
    expect_wire(&code, "POST", ORDERS "/" ORDER, "VerificationCode=0042");
}

static void each_operation_on_a_document_has_its_wire_form(void **state)
{
    (void)state;
    static const char orders[][SID_BYTES] = {ORDER, ORDER_2};
    struct signer signer = {.address_sid = "AD1",
                            .email = "s@x.com",
                            .contact_title = "Owner",
                            .contact_phone_number = "+14155550123",
                            .cc_emails = "a@x.com;b@x.com"};
    struct request create = request_of(OPERATION_CREATE_DOCUMENT);
    struct request fetch = request_of(OPERATION_FETCH_DOCUMENT);
    struct request list = request_of(OPERATION_LIST_DOCUMENTS);
    struct request dependents = request_of(OPERATION_LIST_DEPENDENTS);
    create.signer = &signer;
    create.order_sids = orders;
    create.order_count = COUNT_OF(orders);
    expect_wire(&create, "POST", DOCUMENTS,
                "HostedNumberOrderSids=" ORDER "&HostedNumberOrderSids=" ORDER_2
                "&AddressSid=AD1&Email=s%40x.com&ContactTitle=Owner"
                "&ContactPhoneNumber=%2B14155550123&CcEmails=a%40x.com&CcEmails=b%40x.com");
    expect_wire(&fetch, "GET", DOCUMENTS "/" DOCUMENT, "");
    list.signer = &signer;
    list.page_size = 50;
    expect_wire(&list, "GET", DOCUMENTS "?Email=s%40x.com&PageSize=50", "");
    expect_wire(&dependents, "GET", DOCUMENTS "/" DOCUMENT "/DependentHostedNumberOrders", "");
    TEXT_SET(dependents.page_url,
             "http://h" DOCUMENTS "/" DOCUMENT "/DependentHostedNumberOrders?Page=2");
    expect_wire(&dependents, "GET", DOCUMENTS "/" DOCUMENT "/DependentHostedNumberOrders?Page=2",
                "");
}

static void off_boarding_deletes_the_incoming_number_of_the_account(void **state)
{
    (void)state;
    struct request request = request_of(OPERATION_DELETE_INCOMING);
    struct wire_message message;
    expect_wire(&request, "DELETE",
                "/2010-04-01/Accounts/" ACCOUNT "/IncomingPhoneNumbers/" INCOMING ".json", "");
    wire_message_init(&message);
    assert_true(wire_encode(&request, ACCOUNT, &message, NULL));
    assert_int_equal(message.host, HOST_CORE);
    assert_false(wire_encode(&request, "", &message, NULL));
    wire_message_done(&message);
}

static void a_missing_sid_never_addresses_the_whole_collection(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "HR", "PX0123", "HR01/..", "HR0?x", "HR 1"};
    struct request request = request_of(OPERATION_DELETE_ORDER);
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        TEXT_SET(request.order_sid, bad[i]);
        expect_refused(&request, "no valid HR... SID");
    }
}

static void what_cannot_be_encoded_is_refused_before_it_is_sent(void **state)
{
    (void)state;
    struct signer signer = {.email = "s@x.com"};
    struct request create = request_of(OPERATION_CREATE_ORDER);
    struct request document = request_of(OPERATION_CREATE_DOCUMENT);
    struct request code = request_of(OPERATION_POST_CODE);
    struct request bill = request_of(OPERATION_ATTACH_BILL);
    struct request fetch = request_of(OPERATION_FETCH_ORDER);
    static const char wrong_sids[1][SID_BYTES] = {"HR-1"};
    expect_refused(&create, "E.164");
    TEXT_SET(create.phone_number, PHONE);
    expect_refused(&create, "unique name");
    expect_refused(&document, "signer");
    document.signer = &signer;
    expect_refused(&document, "signer");
    signer = (struct signer){.address_sid = "AD1",
                             .email = "s@x.com",
                             .contact_title = "t",
                             .contact_phone_number = PHONE};
    expect_refused(&document, "1 to 15,000");
    document.order_count = WIRE_DOCUMENT_ORDERS_MAX + 1;
    expect_refused(&document, "1 to 15,000");
    document.order_sids = (const char(*)[SID_BYTES])wrong_sids;
    document.order_count = 1;
    expect_refused(&document, "not HR...");
    TEXT_SET(fetch.page_url, ORDERS "?PageToken=1");
    expect_refused(&fetch, "no pages");
    expect_refused(&code, "code");
    expect_refused(&bill, "RI...");
}

static void the_largest_document_fits(void **state)
{
    (void)state;
    char(*sids)[SID_BYTES] = calloc(WIRE_DOCUMENT_ORDERS_MAX, SID_BYTES);
    struct signer signer = {.address_sid = "AD1",
                            .email = "s@x.com",
                            .contact_title = "t",
                            .contact_phone_number = PHONE};
    struct request request = request_of(OPERATION_CREATE_DOCUMENT);
    struct wire_message message;
    for (size_t i = 0; i < WIRE_DOCUMENT_ORDERS_MAX; i++)
        memcpy(sids[i], ORDER, SID_BYTES);
    request.signer = &signer;
    request.order_sids = (const char(*)[SID_BYTES])sids;
    request.order_count = WIRE_DOCUMENT_ORDERS_MAX;
    wire_message_init(&message);
    assert_true(wire_encode(&request, ACCOUNT, &message, NULL));
    wire_message_done(&message);
    free(sids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_create_sends_what_is_there_and_nothing_else),
        cmocka_unit_test(a_create_sends_every_detail),
        cmocka_unit_test(a_friendly_name_is_cut_after_64_characters_not_bytes),
        cmocka_unit_test(a_phone_bill_is_named_only_with_its_document),
        cmocka_unit_test(orders_are_listed_by_status_number_and_page_never_by_name),
        cmocka_unit_test(the_next_page_is_followed_as_given_but_never_to_another_host),
        cmocka_unit_test(each_operation_on_an_order_has_its_wire_form),
        cmocka_unit_test(each_operation_on_a_document_has_its_wire_form),
        cmocka_unit_test(off_boarding_deletes_the_incoming_number_of_the_account),
        cmocka_unit_test(a_missing_sid_never_addresses_the_whole_collection),
        cmocka_unit_test(what_cannot_be_encoded_is_refused_before_it_is_sent),
        cmocka_unit_test(the_largest_document_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
