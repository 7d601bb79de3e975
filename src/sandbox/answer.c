#include "sandbox/exchange.h"

#include "base/clock.h"
#include "base/json_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Codes whose HTTP status is not 400 (service.md 3.3). */
static const struct {
    int32_t code;
    int32_t status;
} statuses[] = {{20003, 401}, {20404, 404}, {20409, 409}, {20429, 429},
                {20500, 500}, {20503, 503}, {20004, 405}};

int32_t refusal_status(int32_t code)
{
    for (size_t i = 0; i < COUNT_OF(statuses); i++)
        if (statuses[i].code == code)
            return statuses[i].status;
    return 400;
}

bool refuse(struct exchange *exchange, int32_t code, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    struct sandbox_response *response = exchange->response;
    response->status = refusal_status(code);
    buf_clear(&response->body);
    buf_addf(&response->body, "{\"code\": %" PRId32 ", \"message\": ", code);
    json_text(&response->body, message);
    if (code == 20003)
        buf_add_text(&response->body,
                     ", \"detail\": \"Your AccountSid or AuthToken was incorrect.\"");
    buf_addf(&response->body,
             ", \"more_info\": \"https://www.twilio.com/docs/errors/%" PRId32
             "\", \"status\": %" PRId32 "}",
             code, response->status);
    return false;
}

void refuse_missing(struct exchange *exchange)
{
    refuse(exchange, 20404, "The requested resource %.300s was not found", exchange->request->path);
}

void json_text(struct buf *out, const char *text)
{
    if (text == NULL)
        buf_add_text(out, "null");
    else
        json_add_word(out, text);
}

void json_iso_date(struct buf *out, int64_t at_ms)
{
    char text[RFC3339_BYTES];
    clock_rfc3339(text, sizeof text, at_ms);
    json_text(out, text);
}

void json_rfc2822_date(struct buf *out, int64_t at_ms)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = (time_t)(at_ms / SECOND_MS);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    buf_addf(out, "\"%s, %02d %s %d %02d:%02d:%02d +0000\"", days[utc.tm_wday], utc.tm_mday,
             months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

static void add_member(struct buf *out, const char *key, const char *text)
{
    buf_add_text(out, ", \"");
    buf_add_text(out, key);
    buf_add_text(out, "\": ");
    json_text(out, text);
}

/* "" counts as absent. */
static void add_sid(struct buf *out, const char *key, const char *sid)
{
    add_member(out, key, sid[0] != '\0' ? sid : NULL);
}

/* A key that some answers leave out when it has no value (service.md 1.3, shape variants). */
static void add_optional(struct buf *out, const char *key, const char *text, bool leave_out)
{
    if (text != NULL && text[0] == '\0')
        text = NULL;
    if (text != NULL || !leave_out)
        add_member(out, key, text);
}

static void add_lines(struct buf *out, const char *lines)
{
    buf_add_char(out, '[');
    const char *at = lines != NULL ? lines : "";
    for (bool first = true; *at != '\0'; first = false) {
        char one[EMAIL_BYTES + 1];
        size_t length = strcspn(at, "\n");
        snprintf(one, sizeof one, "%.*s", (int)length, at);
        if (!first)
            buf_add_text(out, ", ");
        json_text(out, one);
        at += length + (at[length] == '\n' ? 1 : 0);
    }
    buf_add_char(out, ']');
}

static void add_call_sids(struct buf *out, const struct order *order, bool empty_list)
{
    buf_add_text(out, ", \"verification_call_sids\": ");
    if (order->attempts == 0) {
        buf_add_text(out, empty_list ? "[]" : "null");
        return;
    }
    for (int32_t i = 0; i < order->attempts; i++)
        buf_addf(out, "%s\"%s\"", i == 0 ? "[" : ", ", order->call_sids[i]);
    buf_add_char(out, ']');
}

static const char *shown_status(const struct exchange *exchange, const struct order *order)
{
    if (exchange->fault == FAULT_UNKNOWN_STATUS)
        return "quality-review";
    return order->strange ? "provider-review" : status_name(order->status);
}

static void add_dates(struct buf *out, int64_t created_at_ms, int64_t updated_at_ms)
{
    buf_add_text(out, ", \"date_created\": ");
    json_iso_date(out, created_at_ms);
    buf_add_text(out, ", \"date_updated\": ");
    json_iso_date(out, updated_at_ms);
}

static void add_proof(struct buf *out, const struct order *order, uint64_t shape)
{
    add_member(out, "verification_type", verification_type_name(order->verification_type));
    add_sid(out, "verification_document_sid", order->bill_sid);
    add_sid(out, "extension", order->extension);
    buf_addf(out, ", \"call_delay\": %" PRId32 ", \"verification_attempts\": %" PRId32,
             order->call_delay, order->attempts);
    add_sid(out, "verification_code", order->code);
    add_call_sids(out, order, (shape & 1) != 0);
}

void answer_order(struct exchange *exchange, const struct order *order, bool with_url)
{
    struct buf *out = &exchange->response->body;
    uint64_t shape = exchange->shape;
    const char *reason = order->failure_reason;
    buf_addf(out, "{\"sid\": \"%s\", \"account_sid\": \"%s\"", order->sid, order->account_sid);
    add_member(out, "incoming_phone_number_sid", order->incoming_sid);
    add_optional(out, "address_sid", order->address_sid, (shape & 2) != 0);
    add_sid(out, "signing_document_sid", order->signing_sid);
    add_member(out, "phone_number", order->phone_number);
    buf_add_text(out, (shape & 4) != 0 ? ", \"capabilities\": {\"voice\": false, \"mms\": false, "
                                         "\"sms\": true}"
                                       : ", \"capabilities\": {\"sms\": true, \"voice\": false}");
    add_optional(out, "friendly_name", order->friendly_name, false);
    add_optional(out, "unique_name", order->unique_name, (shape & 8) != 0);
    add_member(out, "status", shown_status(exchange, order));
    add_member(out, "failure_reason", reason != NULL ? reason : (shape & 16) != 0 ? NULL : "");
    add_dates(out, order->created_at_ms, order->updated_at_ms);
    add_optional(out, "email", order->email, (shape & 32) != 0);
    if ((shape & 64) == 0 || order->cc_emails != NULL) {
        buf_add_text(out, ", \"cc_emails\": ");
        add_lines(out, order->cc_emails);
    }
    add_proof(out, order, shape);
    if (with_url)
        buf_addf(out, ", \"url\": \"%s/HostedNumbers/HostedNumberOrders/%s\"", exchange->base_url,
                 order->sid);
    buf_add_char(out, '}');
}

void answer_document(struct exchange *exchange, const struct document *document)
{
    struct buf *out = &exchange->response->body;
    buf_addf(out, "{\"sid\": \"%s\"", document->sid);
    add_sid(out, "address_sid", document->address_sid);
    add_member(out, "status", document_status_name(document->status));
    add_member(out, "email", document->email);
    buf_add_text(out, ", \"cc_emails\": ");
    add_lines(out, document->cc_emails);
    add_dates(out, document->created_at_ms, document->updated_at_ms);
    buf_addf(out, ", \"url\": \"%s/HostedNumbers/AuthorizationDocuments/%s\"", exchange->base_url,
             document->sid);
    buf_addf(out,
             ", \"links\": {\"dependent_hosted_number_orders\": "
             "\"%s/HostedNumbers/AuthorizationDocuments/%s/DependentHostedNumberOrders\"}}",
             exchange->base_url, document->sid);
}

static void add_core_dates(struct buf *out, int64_t at_ms)
{
    buf_add_text(out, ", \"date_created\": ");
    json_rfc2822_date(out, at_ms);
    buf_add_text(out, ", \"date_updated\": ");
    json_rfc2822_date(out, at_ms);
}

void answer_address(struct exchange *exchange, const struct address *address)
{
    struct buf *out = &exchange->response->body;
    buf_addf(out, "{\"sid\": \"%s\", \"account_sid\": \"%s\"", address->sid, address->account_sid);
    add_member(out, "customer_name", address->customer_name);
    add_member(out, "friendly_name", address->friendly_name);
    add_member(out, "street", address->street);
    add_member(out, "street_secondary", address->street_secondary);
    add_member(out, "city", address->city);
    add_member(out, "region", address->region);
    add_member(out, "postal_code", address->postal_code);
    add_member(out, "iso_country", address->iso_country);
    add_core_dates(out, address->created_at_ms);
    buf_add_text(out, ", \"emergency_enabled\": false, \"validated\": true, \"verified\": false");
    buf_addf(out, ", \"uri\": \"/2010-04-01/Accounts/%s/Addresses/%s.json\"}", address->account_sid,
             address->sid);
}

void answer_incoming(struct exchange *exchange, const struct order *order)
{
    struct buf *out = &exchange->response->body;
    buf_addf(out, "{\"sid\": \"%s\", \"account_sid\": \"%s\"", order->incoming_sid,
             order->account_sid);
    add_member(out, "phone_number", order->phone_number);
    add_member(out, "friendly_name",
               order->friendly_name != NULL ? order->friendly_name : order->phone_number);
    add_member(out, "origin", "hosted");
    add_sid(out, "address_sid", order->address_sid);
    add_member(out, "sms_url", order->sms_url != NULL ? order->sms_url : "");
    add_member(out, "status_callback",
               order->status_callback_url != NULL ? order->status_callback_url : "");
    add_member(out, "status", order->status == STATUS_COMPLETED ? "in-use" : "pending");
    buf_add_text(out, ", \"capabilities\": {\"voice\": false, \"sms\": true, \"mms\": false, "
                      "\"fax\": false}");
    add_core_dates(out, order->created_at_ms);
    buf_addf(out, ", \"uri\": \"/2010-04-01/Accounts/%s/IncomingPhoneNumbers/%s.json\"}",
             order->account_sid, order->incoming_sid);
}
