/* Any bytes as the answer to any operation: never more items than the ceiling, never half a page,
 * what reads as one order is about the order that was asked for, the next page can be asked for as
 * it stands, and texts for people hold nothing that a terminal would obey. Input: operation,
 * status, body. */
#include "adapters/http/wire_parts.h"
#include "base/text.h"
#include "fuzz/fuzz.h"

#include <ctype.h>

#define ORDER "HR0123456789abcdef0123456789abcdef"
#define DOCUMENT "PX0123456789abcdef0123456789abcdef"

static void check_text(const char *text, size_t bytes)
{
    size_t length = strnlen(text, bytes);
    REQUIRE(length < bytes);
    for (size_t i = 0; i < length; i++)
        REQUIRE(!iscntrl((unsigned char)text[i]));
}

/* No address and no whole number: nothing in an error text is known to be harmless. */
static void check_private(const char *text)
{
    for (const char *at = strchr(text, '@'); at != NULL; at = strchr(at + 1, '@'))
        REQUIRE(at == text || !isalnum((unsigned char)at[-1]));
    for (const char *plus = strchr(text, '+'); plus != NULL; plus = strchr(plus + 1, '+')) {
        size_t digits = strspn(plus + 1, "0123456789");
        REQUIRE(digits < 8);
    }
}

static void check_sid(const char *sid)
{
    REQUIRE(sid[0] == '\0' || wire_is_sid(sid, sid));
}

static void check_order(const struct order_seen *order)
{
    check_sid(order->sid);
    check_sid(order->incoming_phone_number_sid);
    check_sid(order->signing_document_sid);
    check_text(order->failure_reason, sizeof order->failure_reason);
    REQUIRE(!order->status_known || order->status < STATUS_COUNT);
    REQUIRE(order->verification_attempts >= ATTEMPTS_NOT_TOLD && order->call_count >= 0);
    REQUIRE(order->date_created_at_ms >= 0 && order->date_updated_at_ms >= 0);
    REQUIRE(strlen(order->status_word) < sizeof order->status_word);
}

/* The client can follow the page, and asks for just this address. */
static void check_page(const struct answer *answer)
{
    struct wire_message message;
    struct error err = {0};
    struct request request = {.operation = answer->operation};
    if (answer->next_page_url[0] == '\0')
        return;
    TEXT_SET(request.document_sid, DOCUMENT);
    TEXT_SET(request.page_url, answer->next_page_url);
    wire_message_init(&message);
    bool good = wire_encode(&request, "", &message, &err);
    REQUIRE(good && strcmp(buf_text(&message.path), answer->next_page_url) == 0);
    wire_message_done(&message);
}

static void check(const struct answer *answer)
{
    REQUIRE(answer->order_count <= WIRE_PAGE_ITEMS_MAX);
    REQUIRE(answer->document_count <= WIRE_PAGE_ITEMS_MAX);
    REQUIRE(answer->readable || answer->order_count + answer->document_count == 0);
    REQUIRE(answer->next_page_url[0] == '\0' || answer->next_page_url[0] == '/');
    REQUIRE(answer->retry_after_ms >= 0 && answer->code >= 0);
    REQUIRE(answer->operation != OPERATION_FETCH_ORDER || !answer->readable ||
            strcmp(answer->orders[0].sid, ORDER) == 0);
    check_text(answer->message, sizeof answer->message);
    check_private(answer->message);
    for (size_t i = 0; i < answer->order_count; i++)
        check_order(&answer->orders[i]);
    check_page(answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int32_t statuses[] = {200, 201, 204, 400, 404, 429, 500};
    if (size < 2)
        return 0;
    struct request request = {.operation = (enum operation)(data[0] % OPERATION_COUNT)};
    struct http_response response = {.delivery = DELIVERY_ANSWERED,
                                     .status = statuses[data[1] % COUNT_OF(statuses)]};
    struct answer answer;
    TEXT_SET(request.order_sid, ORDER);
    TEXT_SET(request.document_sid, DOCUMENT);
    buf_init(&response.body, ANSWER_BYTES_MAX);
    buf_add(&response.body, data + 2, size - 2);
    TEXT_SET(response.retry_after, buf_text(&response.body));
    struct exchange exchange = wire_exchange(&request);
    wire_decode(&exchange, &response, &answer);
    check(&answer);
    answer_done(&answer);
    buf_done(&response.body);
    return 0;
}
