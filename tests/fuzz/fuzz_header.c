/* Any bytes as the headers of an answer: what is kept is clean and fits, a pause is never negative
 * or more than a day, and a date that was understood is written and understood again as it was.
 * Input: status, then lines. */
#include "adapters/http/curl_handle.h"
#include "adapters/http/wire.h"
#include "base/clock.h"
#include "fuzz/fuzz.h"

#include <stdlib.h>

enum { SENT_AT_MS = 1795435200000 % INT32_MAX };

#define YEAR_1_MS (-INT64_C(62135596800000))
#define YEAR_9999_MS INT64_C(253402300799000)

static void check_kept(const char *value, size_t bytes)
{
    size_t length = strnlen(value, bytes);
    REQUIRE(length < bytes && strchr(value, '\n') == NULL);
    if (length > 0)
        REQUIRE(strchr(" \t", value[0]) == NULL && strchr(" \t", value[length - 1]) == NULL);
}

static void check_date(const char *text)
{
    int64_t at_ms = 0;
    int64_t again_ms = 0;
    char shown[RFC3339_BYTES];
    if (!clock_parse(text, &at_ms) || at_ms == 0)
        return;
    REQUIRE(at_ms % SECOND_MS == 0);
    clock_rfc3339(shown, sizeof shown, at_ms);
    REQUIRE(shown[0] != '\0');
    if (at_ms < YEAR_1_MS || at_ms > YEAR_9999_MS)
        return;
    bool good = clock_parse(shown, &again_ms);
    REQUIRE(good && again_ms == at_ms);
}

static void check_answer(struct http_response *response)
{
    struct answer answer;
    const struct exchange exchange = {.operation = OPERATION_LIST_ORDERS, .sent_at_ms = SENT_AT_MS};
    wire_decode(&exchange, response, &answer);
    REQUIRE(answer.retry_after_ms >= 0 && answer.retry_after_ms <= DAY_MS);
    REQUIRE(answer.has_retry_after || answer.retry_after_ms == 0);
    REQUIRE(strlen(answer.request_id) < sizeof answer.request_id);
    const char *text = response->retry_after;
    size_t length = strlen(text);
    if (length > 0 && length <= 9 && strspn(text, "0123456789") == length) {
        int64_t wanted_ms = strtoll(text, NULL, 10) * SECOND_MS;
        REQUIRE(answer.retry_after_ms == (wanted_ms < DAY_MS ? wanted_ms : DAY_MS));
    }
    for (const char *c = answer.request_id; *c != '\0'; c++)
        REQUIRE((unsigned char)*c >= ' ' && *c != 0x7f);
    answer_done(&answer);
}

/* One line, its end included, as libcurl hands it over. */
static bool feed_line(struct transfer *transfer, const char *piece, size_t bytes)
{
    char line[2048];
    size_t before = transfer->header_bytes;
    size_t length = bytes < sizeof line - 1 ? bytes : sizeof line - 1;
    memcpy(line, piece, length);
    line[length++] = '\n';
    size_t taken = transfer_read_header(line, 1, length, transfer);
    bool fits = before + length <= TRANSPORT_HEADER_BYTES_MAX;
    REQUIRE(taken == (fits ? length : 0));
    return taken == length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int32_t statuses[] = {429, 503, 500, 404};
    static struct transfer transfer;
    struct http_response *response = &transfer.response;
    struct input input = input_of(data, size);
    const char *piece = NULL;
    size_t bytes = 0;
    transfer = (struct transfer){0};
    response->delivery = DELIVERY_ANSWERED;
    response->status = statuses[input_byte(&input) % COUNT_OF(statuses)];
    /* A long header first, now and then, to come near the ceiling. */
    transfer.header_bytes = size % 7 == 0 ? TRANSPORT_HEADER_BYTES_MAX - 64 : 0;
    bool more = true;
    while (more && input_piece(&input, '\n', &piece, &bytes))
        more = feed_line(&transfer, piece, bytes);
    check_kept(response->retry_after, sizeof response->retry_after);
    check_kept(response->date, sizeof response->date);
    check_kept(response->request_id, sizeof response->request_id);
    check_date(response->retry_after);
    check_date(response->date);
    check_answer(response);
    return 0;
}
