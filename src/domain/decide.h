/* Every decision about one number: (row, what was learned, policy, now) -> new row and history
 * events. Pure: nothing is read, sent or stored here. The engine carries decisions out. */
#ifndef NUMHOST_DOMAIN_DECIDE_H
#define NUMHOST_DOMAIN_DECIDE_H

#include "base/rng.h"
#include "domain/event.h"
#include "domain/lifecycle.h"
#include "domain/number.h"
#include "domain/policy.h"
#include "domain/request.h"

enum { DECISION_EVENTS_MAX = 6 };

/* An order seen longer ago than this is read again before a phone rings for it. */
#define FRESH_FOR_CALL_MS (60 * INT64_C(1000))

/* Until then the answer to a recorded request must be there: longer than any request may take. */
#define INTENT_SETTLES_MS (120 * INT64_C(1000))

struct decision {
    struct number number; /* the row to save */
    struct event events[DECISION_EVENTS_MAX];
    size_t event_count;
    bool ignored;     /* nothing was learned: save nothing */
    bool order_named; /* number.unique_name has number.order_sid now */
    bool order_ended; /* the order of ended_name is no longer live */
    char ended_name[UNIQUE_NAME_BYTES];
    bool stop_run;        /* credentials or access: the run must stop, the number is not at fault */
    bool read_document;   /* the number's LOA should be looked at now */
    bool search_document; /* whether its LOA was sent shows in the signer's documents, if at all */
    bool document_found;  /* number.loa_sid is out and has no row here: one is made, loa_id set */
    bool from_list;       /* what was learned came from a list, which may be stale */
};

/* ---- before sending ---- */

/* The request that STEP of a due number stands for. A call is preceded by a look when the row is
 * not fresh. Never called with STEP_AUTHORIZE (packed by signer). */
enum operation decide_operation(const struct number *number, int64_t now_ms);

/* The row as it must be committed before a send-once request leaves: the intent recorded,
 * STEP_RECONCILE as what is next if nothing more is ever heard, due after INTENT_SETTLES_MS. A
 * create without a unique name gets one. */
void decide_intent(const struct number *before, enum operation operation,
                   const struct policy *policy, int64_t now_ms, struct decision *out);

/* Unique name of the n-th order for a phone number (n counts from 1): the same in every database,
 * so that an order can be found again. name_bytes >= UNIQUE_NAME_BYTES. */
void decide_unique_name(char *name, size_t name_bytes, const char *phone_number, int32_t n);

/* True when the unique name is one that decide_unique_name() makes for the phone number, with any
 * n; *n is set. */
bool decide_is_our_name(const char *unique_name, const char *phone_number, int32_t *n);

/* ---- after an answer ---- */

/* How long to leave the service alone before the same request again: full-jitter back-off, or what
 * Retry-After asks for, whichever is longer, and never beyond retry_cap_ms. tries >= 0. */
int64_t decide_pause_ms(const struct answer *answer, int32_t tries, const struct policy *policy,
                        struct rng *rng);

/* An answer to a request about this one number. */
void decide_answer(const struct number *before, const struct request *request,
                   const struct answer *answer, const struct policy *policy, struct rng *rng,
                   int64_t now_ms, struct decision *out);

/* The order as a sweep's list shows it; lists may be stale. */
void decide_listed(const struct number *before, const struct order_seen *seen, int64_t sent_at_ms,
                   const struct policy *policy, int64_t now_ms, struct decision *out);

/* An order of the account that no row holds yet. For a number that has none: ours is adopted, a
 * dead one of ours counts for the next name, a live foreign one asks a person. A live one by the
 * very name of the number's own order asks a person too: there are two. */
void decide_adopt(const struct number *before, const struct order_seen *seen,
                  const struct policy *policy, int64_t now_ms, struct decision *out);

/* The live order goes by the name of the row's own: no name of ours is ever used for two, so the
 * first create had its effect after it was given up. */
bool decide_is_twin(const struct number *number, const struct order_seen *seen);

/* A person decided that this live order, made outside numhost, is the row's. False, with *why set,
 * when the row has an order or a request under way, or the order verifies in another way than the
 * row says. Its local unique name is its SID: whatever it is called, it can be no second one's. */
bool decide_bind(const struct number *before, const struct order_seen *seen,
                 const struct policy *policy, const char *actor, int64_t now_ms,
                 struct decision *out, const char **why) MUST_USE;

/* The number's LOA was sent (INTENT_AUTHORIZE settled). */
void decide_authorized(const struct number *before, const char *loa_sid,
                       const struct policy *policy, int64_t now_ms, struct decision *out);

/* The create of the number's LOA failed with this answer; never for a success. */
void decide_unauthorized(const struct number *before, const struct answer *answer,
                         const struct policy *policy, int64_t now_ms, struct decision *out);

/* The number's LOA is known not to have been sent: neither its order nor the signer's documents
 * show one. */
void decide_not_authorized(const struct number *before, const struct policy *policy, int64_t now_ms,
                           struct decision *out);

/* This document with the number's order is out as well: beside the one sent for it, or after it. */
void decide_second_loa(const struct number *before, const char *loa_sid,
                       const struct policy *policy, int64_t now_ms, struct decision *out);

/* Whether its LOA was sent cannot be found out for so long that a person should know why. It is
 * looked for all the same. */
void decide_unsearchable(const struct number *before, const char *reason,
                         const struct policy *policy, int64_t now_ms, struct decision *out);

/* The number's document is in this status now. */
void decide_document(const struct number *before, enum document_status status,
                     const struct policy *policy, int64_t now_ms, struct decision *out);

/* ---- time passed ---- */

/* Its open call or its code ran out. */
void decide_call_ended(const struct number *before, const struct policy *policy, int64_t now_ms,
                       struct decision *out);

/* Its deadline is near, or over. */
void decide_lapsing(const struct number *before, const struct policy *policy, int64_t now_ms,
                    struct decision *out);

/* It may not be called before opens_at_ms (0: never). */
void decide_call_later(const struct number *before, int64_t opens_at_ms, int64_t now_ms,
                       struct decision *out);

/* Something that only a person can mend was found before anything was sent. */
void decide_attention(const struct number *before, enum attention attention, const char *reason,
                      int64_t now_ms, struct decision *out);

/* ---- a person asks ---- */

/* False, with why in out->number.reason left as it was and *why set, when it makes no sense in this
 * state. */
bool decide_hold(const struct number *before, bool hold, const char *actor, int64_t now_ms,
                 struct decision *out, const char **why);
bool decide_retry(const struct number *before, bool last_attempt, const struct policy *policy,
                  const char *actor, int64_t now_ms, struct decision *out, const char **why);
bool decide_cancel(const struct number *before, const char *actor, int64_t now_ms,
                   struct decision *out, const char **why);
bool decide_offboard(const struct number *before, const char *actor, int64_t now_ms,
                     struct decision *out, const char **why);
bool decide_post_code(const struct number *before, const char *code, const char *actor,
                      int64_t now_ms, struct decision *out, const char **why);

#endif
