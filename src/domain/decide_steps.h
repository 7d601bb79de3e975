/* Pieces that the decide_*.c files share; for them alone. */
#ifndef NUMHOST_DOMAIN_DECIDE_STEPS_H
#define NUMHOST_DOMAIN_DECIDE_STEPS_H

#include "domain/decide.h"

/* *out becomes the unchanged row without events. */
void decision_init(struct decision *out, const struct number *before, int64_t now_ms);

/* Append an event of the number as it is now; text may be NULL. The returned event can be filled
 * further. */
struct event *decision_event(struct decision *out, enum event_kind kind, int64_t now_ms,
                             const char *text);

/* Append an event with what the service answered: operation, status, code, request id, message. */
void decision_tell(struct decision *out, enum event_kind kind, const struct answer *answer,
                   int64_t now_ms);

/* Move to another status if the table allows it, end what belonged to the old one, and plan the
 * next step. False, and nothing changed, when there is no rule. */
bool decision_enter(struct decision *out, enum status status, enum cause cause,
                    const struct policy *policy, int64_t now_ms);

/* Set step, due time and attention that the present status calls for, as if it had just been
 * entered. */
void decision_plan(struct decision *out, const struct policy *policy, int64_t now_ms);

/* Wait for somebody, and look again when that status is worth a look. */
void decision_wait(struct decision *out, const struct policy *policy, int64_t now_ms);

/* Wait for a person; the order is still looked at. */
void decision_ask(struct decision *out, enum attention attention, const char *reason,
                  const struct policy *policy, int64_t now_ms);

/* The next verification call if the budget allows one, else attention. */
void decision_plan_call(struct decision *out, int64_t earliest_at_ms, const struct policy *policy,
                        int64_t now_ms);

/* Everything the order shows besides its status. */
void decision_note(struct decision *out, const struct order_seen *seen, const struct policy *policy,
                   int64_t now_ms);

/* The outcome of the recorded request is settled. */
void decision_settle(struct decision *out);

/* A call was placed: attempts counted, code kept while valid, the line taken. */
void decision_call_placed(struct decision *out, const struct order_seen *seen, int32_t call_delay,
                          const struct policy *policy, int64_t now_ms);

/* An order as a read that is believed shows it; no request about it is unsettled. */
void decision_see(struct decision *out, const struct order_seen *seen, const struct policy *policy,
                  int64_t now_ms);

/* A cancellation that was asked for while a request was under way comes true once that is settled.
 */
void decision_honour_cancel(struct decision *out, const struct policy *policy, int64_t now_ms);

/* The row holds this order from now on; n is the one of its unique name. */
void decision_adopt(struct decision *out, const struct order_seen *seen, int32_t n,
                    const struct policy *policy, int64_t now_ms);

/* A live order of somebody else's: a person decides. */
void decision_leave_foreign(struct decision *out, const struct order_seen *foreign,
                            const struct policy *policy, int64_t now_ms);

/* The order is on a document that this database has not heard of, and nothing of ours is out. */
bool document_is_news(const struct number *number, const struct order_seen *seen);

/* The signer has two letters. Which one he signs does not matter, but before he did somebody should
 * tell him. */
void decision_second_loa(struct decision *out, const char *loa_sid, const struct policy *policy,
                         int64_t now_ms);

/* The order waits for a signature on another document than the one that was sent for it. */
bool document_is_second(const struct number *number, const struct order_seen *seen);

/* An answer to the look-up of STEP_RECONCILE; defined in decide_reconcile.c. */
void reconcile_answer(struct decision *out, const struct request *request,
                      const struct answer *answer, const struct policy *policy, struct rng *rng,
                      int64_t now_ms);

#endif
