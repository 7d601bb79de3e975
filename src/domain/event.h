/* One line of a number's history: what happened, when, by whom. Written in the same transaction as
 * the change. */
#ifndef NUMHOST_DOMAIN_EVENT_H
#define NUMHOST_DOMAIN_EVENT_H

#include "domain/number.h"
#include "domain/request.h"

enum event_kind {
    EVENT_IMPORTED,
    EVENT_ROW_CHANGED, /* a re-import changed what had not been sent */
    EVENT_INTENT,      /* about to send; status_to == status_from */
    EVENT_ORDER_CREATED,
    EVENT_ORDER_ADOPTED, /* found by the look-up after an unknown outcome, or by sync */
    EVENT_REFUSED,       /* the service said no, for good */
    EVENT_TRY_LATER,     /* 429, not sent, or trouble on a harmless request */
    EVENT_OUTCOME_UNKNOWN,
    EVENT_NOT_HAPPENED, /* the look-up settled it: the request had no effect */
    EVENT_CALL_PLACED,
    EVENT_CALL_REFUSED, /* 22123 */
    EVENT_CALL_UNANSWERED,
    EVENT_CODE_POSTED,
    EVENT_BILL_ATTACHED,
    EVENT_LOA_SENT,
    EVENT_LOA_ENDED, /* declined, failed or revoked; text says which */
    EVENT_STATUS,    /* the service shows another status */
    EVENT_ATTENTION,
    EVENT_DEADLINE_NEAR,
    EVENT_HELD,
    EVENT_RELEASED,
    EVENT_RETRIED,
    EVENT_CANCEL_ASKED,
    EVENT_CANCELED,
    EVENT_OFFBOARDED,
};
enum { EVENT_COUNT = EVENT_OFFBOARDED + 1 };

enum { ACTOR_BYTES = 65 };

struct event {
    int64_t number_id;
    int64_t at_ms;
    enum event_kind kind;
    enum status status_from;
    enum status status_to;
    bool has_operation;
    enum operation operation;
    int32_t http_status;
    int32_t code;
    char request_id[REQUEST_ID_BYTES];
    char text[REASON_BYTES]; /* never a code, an e-mail address or a secret */
    char actor[ACTOR_BYTES]; /* "numhost", or the user name of who asked */
};

const char *event_name(enum event_kind kind);
bool event_parse(const char *word, enum event_kind *kind) MUST_USE;

#endif
