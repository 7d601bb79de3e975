/* Rows, orders and answers for tests of decisions about one number. */
#ifndef NUMHOST_TESTS_DECIDING_H
#define NUMHOST_TESTS_DECIDING_H

#include "domain/decide.h"

#define DECIDING_NOW_MS INT64_C(1700000000000)
#define DECIDING_PHONE "+14155550123"
#define DECIDING_SID "HR11111111111111111111111111111111"

/* Has its order, unless it is queued; settled a second ago, due now. */
struct number deciding_row(enum status status, enum step step);

/* As it stands after the intent to do its step was committed. */
struct number deciding_sent(enum status status, enum step step, enum operation operation);

/* Of the row's phone number, received, under our n-th name. */
struct order_seen deciding_order(const char *sid, int32_t n);

/* That order in a good answer, which borrows it; NULL: none. */
struct answer deciding_good(struct order_seen *seen);

/* What the default policy makes of the answer. */
struct decision deciding_answered(const struct number *before, enum operation operation,
                                  struct answer answer, int64_t now_ms);

bool deciding_has_event(const struct decision *decision, enum event_kind kind);

#endif
