/* The row that the whole program turns around: one phone number on its way to being hosted. Plain
 * values without pointers: copy it freely. Written by domain/decide, stored by the store, carried
 * by the engine. */
#ifndef NUMHOST_DOMAIN_NUMBER_H
#define NUMHOST_DOMAIN_NUMBER_H

#include "domain/status.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    PHONE_BYTES = 17,          /* "+" and at most 15 digits */
    SID_BYTES = 35,            /* two letters and 32 hex digits */
    UNIQUE_NAME_BYTES = 65,    /* what every source allows (service.md 2.9) */
    FRIENDLY_NAME_BYTES = 129, /* bytes; at most 64 characters are sent (service.md 2.9) */
    EMAIL_BYTES = 255,
    CC_EMAILS_BYTES = 1025, /* ';' between addresses */
    URL_BYTES = 1025,
    METHOD_BYTES = 5, /* GET or POST */
    EXTENSION_BYTES = 65,
    CODE_BYTES = 17, /* opaque digits, leading zeros kept (service.md 1.3) */
    TITLE_BYTES = 129,
    SITE_BYTES = 129,
    ZONE_BYTES = 65,
    REASON_BYTES = 257,
    REQUEST_ID_BYTES = 65,
    CALL_DELAY_MAX = 60,  /* seconds (service.md 2.9) */
    PRIORITY_MAX = 9,     /* 0 (default) .. 9 (first) */
    URGENCY_LAPSING = 10, /* above every priority: the order is about to lapse */
};

/* What numhost does next for the number. Names by step_name() in reports. */
enum step {
    STEP_NOTHING,     /* it waits for somebody else; due_at_ms is the next look */
    STEP_CREATE,      /* POST the order */
    STEP_START_CALL,  /* POST Status=pending-verification: a phone rings */
    STEP_ATTACH_BILL, /* POST VerificationType=phone-bill and the document */
    STEP_POST_CODE,   /* POST VerificationCode that a person heard */
    STEP_AUTHORIZE,   /* verified: waits to be packed on an LOA */
    STEP_RECONCILE,   /* the outcome of `intent` is unknown: look before repeating */
    STEP_CANCEL,      /* DELETE the order */
    STEP_OFFBOARD,    /* DELETE the IncomingPhoneNumber of a completed number */
};
enum { STEP_COUNT = STEP_OFFBOARD + 1 };

/* The request, recorded before it is sent, whose outcome is not settled yet. */
enum intent {
    INTENT_NONE,
    INTENT_CREATE,
    INTENT_START_CALL,
    INTENT_ATTACH_BILL,
    INTENT_POST_CODE,
    INTENT_AUTHORIZE,
    INTENT_CANCEL,
    INTENT_OFFBOARD,
};
enum { INTENT_COUNT = INTENT_OFFBOARD + 1 };

/* Why a number waits for a decision of a person. */
enum attention {
    ATTENTION_NONE,
    ATTENTION_ACTION_REQUIRED, /* the service set action-required */
    ATTENTION_ATTEMPTS_KEPT,   /* automatic_attempts used; the last one only by a person */
    ATTENTION_ATTEMPTS_SPENT,  /* all three used: support must reset (22100) */
    ATTENTION_CALL_REFUSED,    /* 22123: the call could not be placed, again and again */
    ATTENTION_UNKNOWN_OUTCOME, /* a request may have had its effect and the look-up does not settle
                                  it */
    ATTENTION_UNKNOWN_STATUS,  /* the service says a word numhost does not know */
    ATTENTION_FOREIGN_ORDER,   /* a live order for the number exists that is not ours */
    ATTENTION_DUPLICATE,       /* two live orders carry our names, or two LOAs are out for one: the
                                  one honest limit, detected */
    ATTENTION_REFUSED,         /* the service refuses the data of a live order, or a new one without
                                  a reason */
    ATTENTION_LOA_DECLINED,    /* the signer declined, or the document failed twice */
    ATTENTION_ORDER_GONE,      /* the order is no longer there and we did not delete it */
    ATTENTION_LAPSED,          /* its deadline in this status is over */
    ATTENTION_NO_SIGNER, /* no address_sid, email, contact_title or contact_phone_number for the LOA
                          */
    ATTENTION_CANCEL_REFUSED, /* a delete was not allowed */
    ATTENTION_STRANGE_MOVE,   /* the service went where the lifecycle table knows no way */
};
enum { ATTENTION_COUNT = ATTENTION_STRANGE_MOVE + 1 };

enum verification_type { VERIFICATION_PHONE_CALL, VERIFICATION_PHONE_BILL };

/* Whom a number waits for; derived by number_waiting_on(). */
enum party {
    PARTY_NOBODY,  /* at an end */
    PARTY_NUMHOST, /* due, or paced by rates and windows */
    PARTY_TWILIO,
    PARTY_SITE, /* the person at the phone */
    PARTY_SIGNER,
    PARTY_CARRIER,
    PARTY_YOU, /* held, or attention */
};
enum { PARTY_COUNT = PARTY_YOU + 1 };

/* One of `rows = completed + in progress + needs attention + failed + canceled + rejected`
 * (rejected rows are not numbers). Derived by number_bucket(). */
enum bucket {
    BUCKET_COMPLETED,
    BUCKET_IN_PROGRESS,
    BUCKET_ATTENTION,
    BUCKET_FAILED,
    BUCKET_CANCELED,
};
enum { BUCKET_COUNT = BUCKET_CANCELED + 1 };

struct number {
    int64_t id; /* the store's; 0 in a new row */
    int64_t batch_id;
    int64_t line; /* physical line of the row in the CSV file, 1 is the header */
    char phone_number[PHONE_BYTES];
    int64_t site_id;   /* 0: no site given */
    int64_t signer_id; /* 0: no signer known */
    int32_t priority;  /* 0..PRIORITY_MAX */
    enum verification_type verification_type;

    enum status status;
    enum step step;
    enum attention attention;
    bool held;              /* by a person; nothing is sent, waiting is still looked at */
    bool cancel_asked;      /* by a person while a request was under way: canceled as soon as it is
                               settled */
    int32_t urgency;        /* priority, or URGENCY_LAPSING */
    int64_t since_at_ms;    /* entered `status` */
    int64_t due_at_ms;      /* when the step, or the next look, may be done; 0: never by itself */
    int64_t deadline_at_ms; /* `status` lapses at the service's side; 0: no deadline */
    int64_t settled_at_ms;  /* the last answer about this number; older-sent answers are stale */

    int32_t order_count; /* orders made so far; the n of the unique name */
    char unique_name[UNIQUE_NAME_BYTES];
    char order_sid[SID_BYTES];
    char incoming_phone_number_sid[SID_BYTES];
    char loa_sid[SID_BYTES];
    int64_t loa_id;     /* our row of the LOA being sent or sent; 0: none */
    int32_t loa_count;  /* LOAs the number was on so far */
    bool loa_fell_back; /* seen back at verified: the document tells whether it was revoked or
                           declined */

    enum intent intent;
    int64_t intent_at_ms;          /* first recorded; the grace of a look-up counts from here */
    int32_t intent_attempts;       /* verification_attempts before a call was started */
    int32_t verification_attempts; /* highest count the service reported, or we know of */
    bool last_attempt_granted;     /* a person allowed the attempt kept in reserve */
    bool bill_attached;            /* the document was handed over with the update request */
    int32_t calls_refused;         /* 22123 in a row; while there is no order, creates refused in a
                                      row without a reason */
    int32_t tries;                 /* requests in a row that failed without moving the number */
    int32_t requests;              /* all requests for this number */
    int64_t call_until_at_ms;   /* a call is open until then: the site's line is taken; 0: none */
    int64_t call_not_before_ms; /* the next attempt, by the pause between calls; 0: any time */
    char code[CODE_BYTES];      /* of the open call; "" once it is of no use */
    int64_t code_until_at_ms;
    char heard_code[CODE_BYTES]; /* to be posted by STEP_POST_CODE, then cleared */

    int32_t reason_code;       /* error code of the service; 0: none */
    char reason[REASON_BYTES]; /* what the service or numhost says about why it is where it is */
    int64_t created_at_ms;     /* order accepted */
    int64_t verified_at_ms;
    int64_t signed_at_ms; /* first seen past pending-loa */
    int64_t completed_at_ms;
    int64_t updated_at_ms;
};

/* Everything of the row that is sent once, with the create request; read from the store only then.
 * "" = not given. */
struct order_details {
    char friendly_name[FRIENDLY_NAME_BYTES];
    char email[EMAIL_BYTES];
    char cc_emails[CC_EMAILS_BYTES];
    char address_sid[SID_BYTES];
    char verification_document_sid[SID_BYTES];
    char extension[EXTENSION_BYTES];
    int32_t call_delay; /* seconds, 0..CALL_DELAY_MAX */
    char sms_url[URL_BYTES];
    char sms_method[METHOD_BYTES];
    char sms_fallback_url[URL_BYTES];
    char sms_fallback_method[METHOD_BYTES];
    char sms_application_sid[SID_BYTES];
    char status_callback_url[URL_BYTES];
    char status_callback_method[METHOD_BYTES];
    char account_sid[SID_BYTES];
};

/* Who signs: the key by which verified orders are packed on one LOA. */
struct signer {
    int64_t id; /* the store's; 0 in a new one */
    char address_sid[SID_BYTES];
    char email[EMAIL_BYTES];
    char contact_title[TITLE_BYTES];
    char contact_phone_number[PHONE_BYTES];
    char cc_emails[CC_EMAILS_BYTES];
};

const char *step_name(enum step step);
bool step_parse(const char *word, enum step *step) MUST_USE;
const char *intent_name(enum intent intent);
bool intent_parse(const char *word, enum intent *intent) MUST_USE;
const char *attention_name(enum attention attention);
bool attention_parse(const char *word, enum attention *attention) MUST_USE;
const char *verification_type_name(enum verification_type type);
bool verification_type_parse(const char *word, enum verification_type *type) MUST_USE;
const char *party_name(enum party party);
const char *bucket_name(enum bucket bucket);

/* What a person does about it, one sentence. */
const char *attention_advice(enum attention attention);

/* From the same few columns everywhere, so that counts and rows can never disagree. */
enum party number_waiting_on(enum status status, enum step step, enum attention attention,
                             bool held);
enum bucket number_bucket(enum status status, enum attention attention);

/* All four fields an LOA needs are there (service.md 1.2 op 6: AddressSid, Email, ContactTitle,
 * ContactPhoneNumber). */
bool signer_is_complete(const struct signer *signer);

#endif
