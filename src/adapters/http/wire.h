/* The wire format of the preview API (service.md 1.1-1.4, 1.10, 3.2, 3.5-3.9): what the domain asks
 * becomes method, path and form; what came back becomes an answer. No sockets and no clock. */
#ifndef NUMHOST_ADAPTERS_HTTP_WIRE_H
#define NUMHOST_ADAPTERS_HTTP_WIRE_H

#include "base/error.h"
#include "domain/request.h"
#include "ports/transport.h"

enum {
    WIRE_PATH_BYTES_MAX = 2048,
    WIRE_BODY_BYTES_MAX = 1024 * 1024,  /* 15,000 order SIDs are 855,000 bytes */
    WIRE_DOCUMENT_ORDERS_MAX = 15000,   /* service.md 2.4 */
    WIRE_PAGE_ITEMS_MAX = 1000,         /* the largest page of the service: service.md 1.4 */
    WIRE_FRIENDLY_NAME_CHARACTERS = 64, /* service.md 2.9 */
    WIRE_JSON_DEPTH_MAX = 32,
    WIRE_JSON_VALUES_MAX =
        250000, /* 1,000 orders have about 45,000; bounds the memory of a hostile answer */
};

/* A request as it goes out. Init before first use, encode as often as wanted, done at the end. */
struct wire_message {
    const char *method;
    enum service_host host;
    bool has_body;
    bool send_once;
    struct buf path; /* with query */
    struct buf body;
};

void wire_message_init(struct wire_message *message);
void wire_message_done(struct wire_message *message);

/* account_sid is the account of the HOST_CORE paths. False (ERROR_OTHER) for what cannot be
 * encoded: a missing or malformed SID (an empty one would turn the path of an order into that of
 * all orders), a create without phone number or unique name, an incomplete signer, a page address
 * that is not of the same collection. */
bool wire_encode(const struct request *request, const char *account_sid,
                 struct wire_message *message, struct error *err) MUST_USE;

/* What must be known of a request to read its answer. */
struct exchange {
    uint64_t tag;
    enum operation operation;
    int64_t number_id;
    int64_t sent_at_ms;
    char order_sid[SID_BYTES];
    char document_sid[SID_BYTES];
    char phone_number[PHONE_BYTES];
};

struct exchange wire_exchange(const struct request *request);

/* Fill *answer, which needs answer_done(). Never fails: what cannot be read is an answer with
 * readable == false and a message that says why. An answer about another order, document or phone
 * number than the one asked about is not readable. Texts of the service are cleaned: no control
 * characters, no e-mail addresses, no whole phone numbers. */
void wire_decode(const struct exchange *exchange, const struct http_response *response,
                 struct answer *answer);

#endif
