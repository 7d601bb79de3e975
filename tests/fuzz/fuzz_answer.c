/* Any bytes as the answer to any operation: never a crash, a leak or more items than the ceiling,
 * and what reads as one order is about the order that was asked for. Input: operation, status,
 * body. */
#include "adapters/http/wire.h"
#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ORDER "HR0123456789abcdef0123456789abcdef"
#define DOCUMENT "PX0123456789abcdef0123456789abcdef"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct answer *answer)
{
    bool too_many =
        answer->order_count > WIRE_PAGE_ITEMS_MAX || answer->document_count > WIRE_PAGE_ITEMS_MAX;
    bool half = !answer->readable && answer->order_count + answer->document_count > 0;
    bool elsewhere = answer->next_page_url[0] != '\0' && answer->next_page_url[0] != '/';
    bool negative = answer->retry_after_ms < 0;
    bool other = answer->operation == OPERATION_FETCH_ORDER && answer->readable &&
                 strcmp(answer->orders[0].sid, ORDER) != 0;
    if (too_many || half || elsewhere || negative || other)
        abort();
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
