/* Inside of the sandbox: what it knows, and how that is found. For files of this folder only. */
#ifndef NUMHOST_SANDBOX_MODEL_H
#define NUMHOST_SANDBOX_MODEL_H

#include "domain/number.h"
#include "domain/request.h"
#include "sandbox/bitset.h"
#include "sandbox/lookup.h"
#include "sandbox/magic.h"
#include "sandbox/params.h"
#include "sandbox/sandbox.h"
#include "sandbox/timers.h"

enum { VERIFICATION_ATTEMPTS = 3, CALLS_MAX = VERIFICATION_ATTEMPTS };

/* What happens to an order by itself at next_at_ms. */
enum coming {
    COMING_NOTHING,
    COMING_PROCESSED,
    COMING_CALLER_ID,
    COMING_CALL_END,
    COMING_BILL_REVIEWED,
    COMING_CARRIER_DONE,
    COMING_TESTED,
};

/* Texts that may be absent are NULL then; owned by the order. */
struct order {
    uint32_t index;
    uint32_t older; /* the order before of the same number; LOOKUP_NONE */
    char sid[SID_BYTES];
    char account_sid[SID_BYTES];
    char incoming_sid[SID_BYTES];
    char address_sid[SID_BYTES];
    char signing_sid[SID_BYTES];
    char bill_sid[SID_BYTES];
    char phone_number[PHONE_BYTES];
    char extension[EXTENSION_BYTES];
    char code[8];
    char call_sids[CALLS_MAX][SID_BYTES];
    char *friendly_name;
    char *unique_name;
    char *email;
    char *cc_emails; /* one a line */
    char *sms_url;
    char *status_callback_url;
    char status_callback_method[METHOD_BYTES];
    char *failure_reason;
    enum status status;
    enum verification_type verification_type;
    enum magic magic;
    bool gone;     /* deleted */
    bool released; /* its IncomingPhoneNumber was deleted */
    bool strange;  /* shows an undocumented status word */
    bool begun;    /* its first status was set: later ones are called back */
    int32_t attempts;
    int32_t wrong_keyings;
    int32_t call_delay;
    int64_t created_at_ms;
    int64_t updated_at_ms;
    int64_t code_until_ms;
    enum coming coming;
    int64_t next_at_ms;   /* of `coming` */
    int64_t lapses_at_ms; /* idle for too long; 0 never */
    struct timer timer;   /* at the earlier of both */
};

struct document {
    uint32_t index;
    char sid[SID_BYTES];
    char account_sid[SID_BYTES];
    char address_sid[SID_BYTES];
    char *email;
    char *cc_emails;
    char *contact_title;
    char *contact_phone_number;
    enum document_status status;
    int64_t created_at_ms;
    int64_t updated_at_ms;
    uint32_t *orders; /* in the order they were given */
    size_t order_count;
    int32_t sendings;
    enum document_status outcome; /* at the timer */
    struct timer timer;
};

struct address {
    uint32_t index;
    bool gone;
    char sid[SID_BYTES];
    char account_sid[SID_BYTES];
    char *customer_name;
    char *friendly_name;
    char *street;
    char *street_secondary;
    char *city;
    char *region;
    char *postal_code;
    char *iso_country;
    int64_t created_at_ms;
};

/* A request whose effect comes later (FAULT_LATE_EFFECT). Owns its texts. */
struct deferred {
    struct sandbox *sandbox;
    uint64_t ordinal;
    char *method;
    char *path;
    char *query;
    char *body;
    size_t body_bytes;
    char *user;
    bool races; /* it was checked when it arrived */
    struct timer timer;
    struct deferred *next;
};

struct ledger_entry {
    int64_t at_ms;
    uint64_t ordinal;
    uint32_t order;    /* LOOKUP_NONE: none */
    uint32_t document; /* LOOKUP_NONE: none */
    int32_t status_code;
    uint8_t operation;
    uint8_t effect;
    uint8_t fault;
    char phone_number[PHONE_BYTES]; /* of a refused create; else the order's */
};

struct sandbox {
    struct scenario scenario;
    uint64_t seed;
    uint64_t requests;
    int64_t started_at_ms;
    int64_t now_ms;

    struct order **orders;
    uint32_t order_count;
    uint32_t order_capacity;
    struct bitset live; /* orders that are not gone */
    struct bitset by_status[STATUS_COUNT];
    struct bitset incoming; /* orders whose IncomingPhoneNumber exists */
    struct lookup by_sid;   /* deleted ones too: a page goes on behind them */
    struct lookup by_incoming_sid;
    struct lookup by_phone; /* the newest order of a number */
    struct lookup by_unique_name;

    struct document **documents;
    uint32_t document_count;
    uint32_t document_capacity;
    struct lookup document_by_sid;

    struct address **addresses;
    uint32_t address_count;
    uint32_t address_capacity;
    struct lookup address_by_sid;

    struct timers timers;
    struct timers callbacks;
    uint64_t callbacks_noted;
    char auth_token[129]; /* last one used with an AC user: what callbacks are signed with; never
                             saved */
    struct deferred *deferred;

    struct ledger_entry *ledger;
    size_t ledger_count;
    size_t ledger_capacity;
    uint64_t ledger_left_out;
};

/* ---- requests that act later (handle.c) ---- */

void deferred_run(struct deferred *deferred);
void deferred_free(struct deferred *deferred);

/* ---- orders (model.c) ---- */

/* A new order for a number, in no status list yet. NULL when SANDBOX_ORDERS_MAX is reached. */
struct order *order_new(struct sandbox *sandbox, const char *phone_number);
struct order *order_by_sid(const struct sandbox *sandbox,
                           const char *sid); /* NULL: none, or deleted */
struct order *order_newest(const struct sandbox *sandbox, const char *phone_number);

/* Neither deleted, failed nor released: it stands in the way of another order for the number. */
struct order *order_alive(const struct sandbox *sandbox, const char *phone_number);
void order_rename(struct sandbox *sandbox, struct order *order, const char *unique_name);
void order_set_status(struct sandbox *sandbox, struct order *order, enum status status);
void order_set_coming(struct sandbox *sandbox, struct order *order, enum coming coming,
                      int64_t at_ms);
void order_set_reason(struct order *order, const char *reason); /* NULL: none */
void order_delete(struct sandbox *sandbox, struct order *order);
void order_release(struct sandbox *sandbox, struct order *order);

/* Put a loaded or changed order where it is found. */
void order_file(struct sandbox *sandbox, struct order *order);

struct document *document_new(struct sandbox *sandbox);
struct document *document_by_sid(const struct sandbox *sandbox, const char *sid);
struct address *address_new(struct sandbox *sandbox);
struct address *address_by_sid(const struct sandbox *sandbox, const char *sid);

/* Replace an owned text; NULL frees it. */
void text_replace(char **owned, const char *text);

/* The order changed its status: a callback will be due, or two, or none (callback.c). */
void callback_note(struct sandbox *sandbox, const struct order *order);
void callback_free_all(struct sandbox *sandbox);

/* ---- what happens by itself (life.c) ---- */

enum timer_rank { RANK_ORDER, RANK_DOCUMENT, RANK_DEFERRED };
uint64_t timer_rank(enum timer_rank kind, uint64_t index);

/* The first status of a new order, and what follows. */
void life_begin(struct sandbox *sandbox, struct order *order);

/* A verification call is placed: code, call SID, attempt. */
void life_place_call(struct sandbox *sandbox, struct order *order);

/* 22123 for the next call of this number. */
bool life_call_is_refused(const struct sandbox *sandbox, const struct order *order);
void life_verify(struct sandbox *sandbox, struct order *order);
void life_review_bill(struct sandbox *sandbox, struct order *order);

/* The document goes out (again): its orders wait for the signature. */
void life_send_document(struct sandbox *sandbox, struct document *document);

/* Back to opened: its orders are verified again. */
void life_reopen_document(struct sandbox *sandbox, struct document *document);
void life_end_document(struct sandbox *sandbox, struct document *document,
                       enum document_status outcome);

#endif
