/* What the engine asks of the service and what came back, in the words of the domain. The wire
 * format (paths, forms, JSON) is an adapter's business. Operations: service.md 1.1 and 1.10. */
#ifndef NUMHOST_DOMAIN_REQUEST_H
#define NUMHOST_DOMAIN_REQUEST_H

#include "domain/number.h"

#include <stddef.h>

enum operation {
    OPERATION_CREATE_ORDER, /* POST orders */
    OPERATION_LIST_ORDERS,  /* GET orders by status, phone number or next page; page of the account
                             */
    OPERATION_FETCH_ORDER,  /* GET order */
    OPERATION_START_CALL,   /* POST order Status=pending-verification, phone-call */
    OPERATION_ATTACH_BILL,  /* POST order VerificationType=phone-bill and document */
    OPERATION_POST_CODE,    /* POST order VerificationCode */
    OPERATION_DELETE_ORDER, /* DELETE order */
    OPERATION_CREATE_DOCUMENT, /* POST authorization document: an e-mail goes out */
    OPERATION_FETCH_DOCUMENT,  /* GET authorization document */
    OPERATION_LIST_DOCUMENTS,  /* GET authorization documents by e-mail or next page */
    OPERATION_LIST_DEPENDENTS, /* GET dependent orders of a document */
    OPERATION_DELETE_INCOMING, /* DELETE IncomingPhoneNumber (off-boarding) */
};
enum { OPERATION_COUNT = OPERATION_DELETE_INCOMING + 1 };

const char *operation_name(enum operation operation);

/* True where a blind repetition could do something twice: every POST. (DELETE is idempotent, GET
 * harmless.) */
bool operation_is_send_once(enum operation operation);

enum { PAGE_URL_BYTES = 1025, MESSAGE_BYTES = 257, STATUS_WORD_BYTES = 33 };

/* Pointers are borrowed until executor_submit() returns, which encodes everything. Unused fields
 * stay zero. */
struct request {
    uint64_t tag; /* the engine's; comes back in the answer */
    enum operation operation;
    int64_t number_id;  /* 0 for sweeps and documents */
    int64_t sent_at_ms; /* set by the engine; older observations than the row's are stale */
    char order_sid[SID_BYTES];
    char document_sid[SID_BYTES];
    char incoming_phone_number_sid[SID_BYTES];
    char phone_number[PHONE_BYTES];
    char unique_name[UNIQUE_NAME_BYTES];
    char code[CODE_BYTES];
    char extension[EXTENSION_BYTES];
    int32_t call_delay;
    char verification_document_sid[SID_BYTES];
    enum verification_type verification_type;
    bool filter_by_status; /* LIST_ORDERS */
    enum status status;
    int32_t page_size;             /* 0: the service's default */
    char page_url[PAGE_URL_BYTES]; /* next page as the service gave it; path and query only are used
                                    */
    const struct order_details *details; /* CREATE_ORDER */
    const struct signer *signer;         /* CREATE_DOCUMENT */
    const char (*order_sids)[SID_BYTES]; /* CREATE_DOCUMENT */
    size_t order_count;
};

enum { ATTEMPTS_NOT_TOLD = -1 };

/* One order as the service shows it (service.md 1.3). */
struct order_seen {
    char sid[SID_BYTES];
    char account_sid[SID_BYTES];
    char incoming_phone_number_sid[SID_BYTES];
    char address_sid[SID_BYTES];
    char signing_document_sid[SID_BYTES];
    char phone_number[PHONE_BYTES];
    char unique_name[UNIQUE_NAME_BYTES * 2];
    char email[EMAIL_BYTES];
    bool status_known;
    enum status status;                  /* when status_known */
    char status_word[STATUS_WORD_BYTES]; /* as spelled */
    char failure_reason[REASON_BYTES];
    int32_t verification_attempts; /* or ATTEMPTS_NOT_TOLD: that is not none */
    enum verification_type verification_type;
    char verification_document_sid[SID_BYTES];
    char verification_code[CODE_BYTES];
    int32_t call_count; /* verification_call_sids */
    int64_t date_created_at_ms;
    int64_t date_updated_at_ms;
};

enum document_status {
    DOCUMENT_OPENED,
    DOCUMENT_SIGNING,
    DOCUMENT_SIGNED,
    DOCUMENT_CANCELED,
    DOCUMENT_FAILED,
    DOCUMENT_UNKNOWN, /* a word we do not know */
};
enum { DOCUMENT_STATUS_COUNT = DOCUMENT_UNKNOWN + 1 };

const char *document_status_name(enum document_status status);
bool document_status_parse(const char *word, enum document_status *status) MUST_USE;

/* One authorization document as the service shows it (service.md 1.3: it does not list its orders).
 */
struct document_seen {
    char sid[SID_BYTES];
    char address_sid[SID_BYTES];
    char email[EMAIL_BYTES];
    enum document_status status;
    int64_t date_created_at_ms;
};

/* What is known of the transport, before anything is concluded from it. */
enum delivery {
    DELIVERY_ANSWERED,  /* a whole answer: http_status is set */
    DELIVERY_NOT_SENT,  /* surely nothing left: refused connection, no name, TLS refused before the
                           request */
    DELIVERY_UNCERTAIN, /* it may have arrived: timeout, reset, cut or unreadable answer */
};

/* An answer. `orders` and `documents` belong to it: release with answer_done(). */
struct answer {
    uint64_t tag;
    enum operation operation;
    int64_t number_id;
    int64_t sent_at_ms;
    enum delivery delivery;
    int32_t http_status; /* 0 unless DELIVERY_ANSWERED */
    bool readable;       /* a 2xx whose body was what the operation promises; true for 204 */
    int32_t code;        /* error code of the service, 0: none given */
    char message[MESSAGE_BYTES];       /* error text of the service or of the transport */
    char request_id[REQUEST_ID_BYTES]; /* Twilio-Request-Id, "" when absent */
    bool has_retry_after;
    int64_t retry_after_ms; /* >= 0, clamped to a day */
    int64_t took_ms;
    struct order_seen *orders; /* 1 for an instance, a page for a list */
    size_t order_count;
    struct document_seen *documents;
    size_t document_count;
    char next_page_url[PAGE_URL_BYTES]; /* "" on the last page */
};

void answer_done(struct answer *answer);

#endif
