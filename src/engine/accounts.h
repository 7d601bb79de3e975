/* The accounting: rows = completed + in progress + needs attention + failed + canceled + rejected,
 * for every batch and together. Read from the counts the store keeps current, so it costs the same
 * for ten numbers and for a million. */
#ifndef NUMHOST_ENGINE_ACCOUNTS_H
#define NUMHOST_ENGINE_ACCOUNTS_H

#include "base/error.h"
#include "ports/store.h"

struct account {
    struct batch batch; /* all "" and 0 in the total */
    int64_t rows;       /* input rows: numbers and rejected rows */
    int64_t rejected;
    int64_t held;
    int64_t buckets[BUCKET_COUNT];
    int64_t statuses[STATUS_COUNT];
    int64_t waiting[STATUS_COUNT][PARTY_COUNT];
    int64_t attentions[ATTENTION_COUNT];
};

struct accounts {
    struct account *items; /* one a batch, in the order of their first import */
    size_t count;
    struct account total;
};

/* Read the accounts of all batches, or of the one named. ERROR_USAGE with a suggestion when there
 * is no such batch. Inside a transaction of the caller's, or where nobody else writes: with an
 * import in between they do not add up (ERROR_STORE). Never inside a callback of the store. Every
 * account adds up on return. */
bool accounts_read(struct store *store, const char *batch, struct accounts *out,
                   struct error *err) MUST_USE;
/* The same, in a transaction of its own. */
bool accounts_read_alone(struct store *store, const char *batch, struct accounts *out,
                         struct error *err) MUST_USE;
/* The total alone, of however many batches: a run must not end because there are many. Likewise
 * where nobody else writes. */
bool accounts_read_total(struct store *store, struct account *out, struct error *err) MUST_USE;
void accounts_done(struct accounts *accounts);

/* Numbers that wait for `party`, over all statuses. */
int64_t account_waiting_on(const struct account *account, enum party party);

/* rows == the sum of the buckets and rejected. */
bool account_adds_up(const struct account *account);

#endif
