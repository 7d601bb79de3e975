/* What a person does to numbers: hold, release, retry, cancel, post a code. Writes the store and
 * nothing else: a run that is going sees it at its next turn. Every change is in the history with
 * who and when. */
#ifndef NUMHOST_ENGINE_ACTIONS_H
#define NUMHOST_ENGINE_ACTIONS_H

#include "base/error.h"
#include "ports/store.h"

enum action {
    ACTION_HOLD,
    ACTION_RELEASE,
    ACTION_RETRY, /* failed: a new order with its own unique name; attention: look again and go on
                   */
    ACTION_LAST_ATTEMPT, /* retry that also allows the verification attempt kept in reserve */
    ACTION_CANCEL,   /* delete the order where that is allowed; no order yet: canceled at once */
    ACTION_OFFBOARD, /* release the IncomingPhoneNumber of a completed number */
};
enum { ACTION_COUNT = ACTION_OFFBOARD + 1 };

struct action_result {
    int64_t matched; /* numbers the selector means */
    int64_t changed;
    int64_t skipped; /* the action makes no sense in their state; first_skipped says why for the
                        first */
    char first_skipped[REASON_BYTES];
};

const char *action_name(enum action action);

/* Carries the action out in transactions of at most 1,000 numbers. actor: the user name of who
 * asked. */
bool action_apply(struct store *store, enum action action, const struct selector *selector,
                  const char *actor, int64_t now_ms, struct action_result *result,
                  struct error *err) MUST_USE;

/* Post a code that was heard at the phone (the older flow, service.md 2.3). ERROR_USAGE when the
 * number is not waiting for one or the code is not 3 to 16 digits. */
bool action_post_code(struct store *store, const char *phone_number, const char *code,
                      const char *actor, int64_t now_ms, struct error *err) MUST_USE;

#endif
