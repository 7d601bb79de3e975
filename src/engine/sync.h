/* Rows and account compared: every order of the account is read once, page by page, and bound to
 * its row where it has none; then the rows whose order was not in the list are looked at one by
 * one, because a list may lag behind. Differences are handed out one at a time. Nothing is ordered,
 * called, sent or deleted here: the only requests are reads.
 *
 * Stepped like the engine: no clock, no waiting. Memory is one page of orders and a bit per row. */
#ifndef NUMHOST_ENGINE_SYNC_H
#define NUMHOST_ENGINE_SYNC_H

#include "base/error.h"
#include "domain/policy.h"
#include "ports/executor.h"
#include "ports/store.h"

enum drift_kind {
    DRIFT_ADOPTED,      /* an order of ours whose row did not know it: bound */
    DRIFT_BOUND,        /* somebody else's order, bound because a person said so */
    DRIFT_STATUS,       /* the row was behind: brought up to date */
    DRIFT_STATUS_STAYS, /* the row says another status, and the way there is not known */
    DRIFT_EMAIL,        /* CSV and order name different e-mail addresses */
    DRIFT_ADDRESS,      /* the same for address_sid */
    DRIFT_TYPE,         /* somebody else's order that verifies in another way than the row says */
    DRIFT_FOREIGN,      /* somebody else's live order for a number of ours */
    DRIFT_SECOND,       /* a live order beside the one the row has */
    DRIFT_NOT_IN_CSV,   /* a live order for a number that is in no row */
    DRIFT_GONE,         /* the row's order is not in the account any more */
};
enum { DRIFT_KIND_COUNT = DRIFT_GONE + 1 };

const char *drift_name(enum drift_kind kind);

/* The first three kinds are settled by the sync itself; the others are for a person. */
bool drift_needs_person(enum drift_kind kind);

/* One difference. Texts live until the callback returns; "" where there is nothing. */
struct drift {
    enum drift_kind kind;
    const char *phone_number;
    const char *order_sid;
    const char *ours;
    const char *theirs;
};
typedef void (*drift_fn)(void *context, const struct drift *drift);

struct sync_options {
    struct policy policy;
    uint64_t seed;     /* jitter and nothing else */
    int64_t batch_id;  /* only rows of this batch, and no DRIFT_NOT_IN_CSV; 0: all */
    const char *batch; /* its name, "" for all; borrowed */
    const char *actor;
    bool dry_run;         /* tell, write nothing; the store may be open for reading only */
    bool list_only;       /* leave out the second part */
    int64_t bind_at_most; /* somebody else's orders to bind */
    drift_fn report;      /* NULL: only count */
    void *context;
};

struct sync_result {
    int64_t orders;    /* read from the list */
    int64_t looks;     /* orders read one by one */
    int64_t no_order;  /* rows that have none yet */
    int64_t unsettled; /* rows with a request whose outcome the next run settles: left alone */
    int64_t drifts[DRIFT_KIND_COUNT];
};

struct sync;

/* Borrows store and executor, which must be used by nobody else until sync_free(). */
struct sync *sync_new(struct store *store, struct executor *executor,
                      const struct sync_options *options);
void sync_free(struct sync *sync);

/* Takes in the answer that has arrived, if any, and sends the next request. *next_at_ms: when to
 * call again if no answer comes before; 0: when one comes. A whole read of the account without
 * batch or dry_run is remembered ("account_read"), so that a run need not repeat it. False:
 * ERROR_ACCESS, ERROR_UNAVAILABLE (policy.retry_attempts in a row failed), ERROR_STORE; what was
 * done until then stays done. */
bool sync_step(struct sync *sync, int64_t now_ms, int64_t *next_at_ms, bool *done,
               struct error *err) MUST_USE;

struct sync_result sync_result(const struct sync *sync);

/* Drifts of the kinds that need a person. */
int64_t sync_left(const struct sync_result *result);

#endif
