#include "engine/accounts.h"

#include "base/memory.h"
#include "base/text.h"
#include "engine/report.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct accounts *accounts;
    const char *batch; /* the one that is wanted; "" all */
    size_t capacity;
    size_t last; /* tallies of one batch come together: where the one before was found */
    bool found;  /* the one that is wanted */
    bool too_many;
};

/* Of those before the one that is wanted only the names are of use, for a suggestion. */
static bool add_batch(void *context, const struct batch *batch)
{
    struct reading *reading = context;
    struct accounts *accounts = reading->accounts;
    reading->found = strcmp(batch->name, reading->batch) == 0;
    if (reading->found)
        accounts->count = 0;
    if (accounts->count == REPORT_BATCHES_MAX) {
        reading->too_many = true;
        return reading->batch[0] != '\0';
    }
    if (accounts->count == reading->capacity) {
        reading->capacity = reading->capacity == 0 ? 8 : reading->capacity * 2;
        accounts->items =
            memory_resize(accounts->items, reading->capacity * sizeof accounts->items[0]);
    }
    accounts->items[accounts->count++] = (struct account){
        .batch = *batch, .rows = batch->rows + batch->rejected, .rejected = batch->rejected};
    return !reading->found;
}

static void refuse_batch(const struct accounts *accounts, const char *batch, struct error *err)
{
    const char **names = memory_new(accounts->count + 1, sizeof names[0]);
    for (size_t i = 0; i < accounts->count; i++)
        names[i] = accounts->items[i].batch.name;
    const char *closest = text_closest(batch, names, accounts->count);
    if (closest != NULL)
        error_set(err, ERROR_USAGE, "there is no batch \"%s\"; did you mean \"%s\"?", batch,
                  closest);
    else if (accounts->count > 0)
        error_set(err, ERROR_USAGE,
                  "there is no batch \"%s\"; `numhost report summary` lists the %zu there are",
                  batch, accounts->count);
    else
        error_set(err, ERROR_USAGE, "there is no batch \"%s\": nothing was imported yet", batch);
    free((void *)names);
}

static void count_tally(struct account *account, const struct tally *tally)
{
    enum party party = number_waiting_on(tally->status, tally->step, tally->attention, tally->held);
    account->buckets[number_bucket(tally->status, tally->attention)] += tally->count;
    account->statuses[tally->status] += tally->count;
    account->waiting[tally->status][party] += tally->count;
    account->attentions[tally->attention] += tally->count;
    account->held += tally->held ? tally->count : 0;
}

static bool add_tally(void *context, const struct tally *tally)
{
    struct reading *reading = context;
    struct accounts *accounts = reading->accounts;
    for (size_t i = 0; i < accounts->count; i++) {
        size_t at = (reading->last + i) % accounts->count;
        if (accounts->items[at].batch.id == tally->batch_id) {
            count_tally(&accounts->items[at], tally);
            count_tally(&accounts->total, tally);
            reading->last = at;
            break;
        }
    }
    return true;
}

int64_t account_waiting_on(const struct account *account, enum party party)
{
    int64_t sum = 0;
    for (int status = 0; status < STATUS_COUNT; status++)
        sum += account->waiting[status][party];
    return sum;
}

bool account_adds_up(const struct account *account)
{
    int64_t sum = account->rejected;
    for (int bucket = 0; bucket < BUCKET_COUNT; bucket++)
        sum += account->buckets[bucket];
    return sum == account->rows;
}

/* A row that is missing from the counts is the one thing a report must never hide. */
static bool check(const struct accounts *accounts, struct error *err)
{
    for (size_t i = 0; i < accounts->count; i++) {
        const struct account *account = &accounts->items[i];
        if (!account_adds_up(account))
            return error_set(err, ERROR_STORE,
                             "the counts of batch \"%s\" do not add up to its %" PRId64
                             " rows: the database is damaged; run `numhost doctor`",
                             account->batch.name, account->rows);
    }
    return true;
}

bool accounts_read(struct store *store, const char *batch, struct accounts *out, struct error *err)
{
    *out = (struct accounts){0};
    struct reading reading = {.accounts = out, .batch = batch};
    if (!store_each_batch(store, add_batch, &reading, err))
        goto fail;
    if (batch[0] != '\0' && !reading.found) {
        refuse_batch(out, batch, err);
        goto fail;
    }
    if (batch[0] == '\0' && reading.too_many) {
        error_set(err, ERROR_USAGE, "more than %d batches: name one with --batch",
                  REPORT_BATCHES_MAX);
        goto fail;
    }
    for (size_t i = 0; i < out->count; i++) {
        out->total.rows += out->items[i].rows;
        out->total.rejected += out->items[i].rejected;
    }
    if (!store_each_tally(store, batch, add_tally, &reading, err) || !check(out, err))
        goto fail;
    assert(account_adds_up(&out->total));
    return true;
fail:
    accounts_done(out);
    return false;
}

bool accounts_read_alone(struct store *store, const char *batch, struct accounts *out,
                         struct error *err)
{
    if (!store_begin(store, err))
        return false;
    bool read = accounts_read(store, batch, out, err);
    store_rollback(store);
    return read;
}

static bool add_to_total(void *context, const struct batch *batch)
{
    struct account *total = context;
    total->rows += batch->rows + batch->rejected;
    total->rejected += batch->rejected;
    return true;
}

static bool count_in_total(void *context, const struct tally *tally)
{
    count_tally(context, tally);
    return true;
}

bool accounts_read_total(struct store *store, struct account *out, struct error *err)
{
    *out = (struct account){0};
    if (!store_each_batch(store, add_to_total, out, err) ||
        !store_each_tally(store, "", count_in_total, out, err))
        return false;
    assert(account_adds_up(out));
    return true;
}

void accounts_done(struct accounts *accounts)
{
    free(accounts->items);
    *accounts = (struct accounts){0};
}
