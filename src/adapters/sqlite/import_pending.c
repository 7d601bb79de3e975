#include "adapters/sqlite/import_pending.h"

#include "base/buf.h"
#include "base/memory.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* A Bloom filter in blocks of a cache line: one look into memory a row. Of a million rows the
 * fullest blocks have a dozen; that any of them raises a false alarm is unlikely. */
enum { FILTER_PROBES = 6, BLOCK_BYTES = 64, BLOCKS = PENDING_FILTER_BYTES / BLOCK_BYTES };

void pending_init(struct pending *pending, struct store *store)
{
    pending->store = store;
    pending->groups = memory_new(PENDING_GROUPS, sizeof *pending->groups);
    pending->filter = memory_new(PENDING_FILTER_BYTES, 1);
}

static uint64_t hash_of(const char *phone_number)
{
    uint64_t hash = 0;
    for (const char *c = phone_number; *c != '\0'; c++)
        hash = hash * 10 + (uint64_t)(unsigned char)*c;
    hash = (hash ^ (hash >> 31)) * UINT64_C(0xBF58476D1CE4E5B9);
    hash = (hash ^ (hash >> 29)) * UINT64_C(0x94D049BB133111EB);
    return hash ^ (hash >> 32);
}

static unsigned char *block_of(const struct pending *pending, uint64_t hash)
{
    return pending->filter + hash % BLOCKS * BLOCK_BYTES;
}

/* The i-th bit in a block: nine bits of the hash that the choice of the block left over. */
static unsigned bit_of(uint64_t hash, int i)
{
    uint64_t mixed = (hash >> 10) * UINT64_C(0x9E3779B97F4A7C15);
    return (unsigned)(mixed >> (64 - 9 * (i + 1))) % (BLOCK_BYTES * 8);
}

bool pending_may_have(const struct pending *pending, const char *phone_number)
{
    uint64_t hash = hash_of(phone_number);
    const unsigned char *block = block_of(pending, hash);
    for (int i = 0; i < FILTER_PROBES; i++) {
        unsigned bit = bit_of(hash, i);
        if ((block[bit / 8] & (1u << (bit % 8))) == 0)
            return false;
    }
    return true;
}

static void remember(struct pending *pending, const char *phone_number)
{
    uint64_t hash = hash_of(phone_number);
    unsigned char *block = block_of(pending, hash);
    for (int i = 0; i < FILTER_PROBES; i++) {
        unsigned bit = bit_of(hash, i);
        block[bit / 8] |= (unsigned char)(1u << (bit % 8));
    }
}

static struct value keep(struct pending_group *group, const struct value *value)
{
    struct value kept = *value;
    if (value->kind == VALUE_INTEGER)
        return kept;
    if (value->kind == VALUE_TEXT)
        kept.bytes = strlen(value->text);
    char *to = group->bytes + group->bytes_used;
    memcpy(to, value->text != NULL ? value->text : "", kept.bytes);
    to[kept.bytes] = '\0';
    kept.text = to;
    group->bytes_used += kept.bytes + 1;
    return kept;
}

static bool prepare(struct pending *pending, struct error *err)
{
    struct buf text;
    const char *single = sql_of(SQL_ADD_NUMBER);
    const char *values = strstr(single, SQL_ADD_NUMBER_VALUES);
    if (pending->insert != NULL)
        return true;
    buf_init(&text, 65536);
    buf_add(&text, single, (size_t)(values - single));
    for (int row = 0; row < PENDING_ROWS; row++)
        buf_addf(&text, "%s%s", row > 0 ? ", " : "", SQL_ADD_NUMBER_VALUES);
    pending->insert = sql_start_own(pending->store, buf_text(&text), NO_VALUES, err);
    buf_done(&text);
    return pending->insert != NULL;
}

static bool write_all(struct pending *pending, const struct pending_group *group, struct error *err)
{
    bool row = false;
    if (!sql_bind(pending->insert, group->rows[0], (size_t)PENDING_ROWS * PENDING_COLUMNS))
        return sql_fail(pending->store, err);
    return sql_next(pending->store, pending->insert, &row, err);
}

static struct pending_group *filling(struct pending *pending)
{
    return &pending->groups[pending->handed % PENDING_GROUPS];
}

static void write_next(struct pending *pending)
{
    struct error err = {0};
    bool drop = pending->ends || pending->failed;
    const struct pending_group *group = &pending->groups[pending->written % PENDING_GROUPS];
    pthread_mutex_unlock(&pending->mutex);
    bool ok = drop || write_all(pending, group, &err);
    pthread_mutex_lock(&pending->mutex);
    if (!ok) {
        pending->failed = true;
        pending->err = err;
    }
    pending->written++;
    pthread_cond_signal(&pending->changed);
}

/* The thread: group by group, until it is told to end. */
static void *write_groups(void *context)
{
    struct pending *pending = context;
    pthread_mutex_lock(&pending->mutex);
    while (!pending->ends || pending->written != pending->handed) {
        if (pending->written != pending->handed)
            write_next(pending);
        else
            pthread_cond_wait(&pending->changed, &pending->mutex);
    }
    pthread_mutex_unlock(&pending->mutex);
    return NULL;
}

/* Without a thread, should there be none to have, the rows are written all the same. */
static void start_thread(struct pending *pending)
{
    sigset_t all;
    sigset_t before;
    if (pending->has_thread)
        return;
    pthread_mutex_init(&pending->mutex, NULL);
    pthread_cond_init(&pending->changed, NULL);
    sigfillset(&all); /* signals are for the thread that waits for them */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pending->has_thread = pthread_create(&pending->thread, NULL, write_groups, pending) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* Until at most so many groups are the thread's. */
static bool wait_for_thread(struct pending *pending, uint64_t at_most, struct error *err)
{
    if (!pending->has_thread)
        return true;
    pthread_mutex_lock(&pending->mutex);
    while (pending->handed - pending->written > at_most)
        pthread_cond_wait(&pending->changed, &pending->mutex);
    bool ok = !pending->failed;
    if (!ok && err != NULL)
        *err = pending->err;
    pthread_mutex_unlock(&pending->mutex);
    return ok;
}

bool pending_settle(struct pending *pending, struct error *err)
{
    return wait_for_thread(pending, 0, err);
}

void pending_done(struct pending *pending)
{
    if (pending->has_thread) {
        pthread_mutex_lock(&pending->mutex);
        pending->ends = true;
        pthread_cond_signal(&pending->changed);
        pthread_mutex_unlock(&pending->mutex);
        pthread_join(pending->thread, NULL);
        pthread_cond_destroy(&pending->changed);
        pthread_mutex_destroy(&pending->mutex);
    }
    sqlite3_finalize(pending->insert);
    free(pending->groups);
    free(pending->filter);
    *pending = (struct pending){.store = NULL};
}

static void empty(struct pending_group *group)
{
    group->count = 0;
    group->bytes_used = 0;
}

static bool hand_over(struct pending *pending, struct error *err)
{
    pthread_mutex_lock(&pending->mutex);
    pending->handed++;
    pthread_cond_signal(&pending->changed);
    pthread_mutex_unlock(&pending->mutex);
    if (!wait_for_thread(pending, PENDING_GROUPS - 1, err))
        return false;
    empty(filling(pending));
    return true;
}

bool pending_flush(struct pending *pending, struct error *err)
{
    struct pending_group *group = filling(pending);
    bool ok = pending_settle(pending, err);
    if (ok && group->count == PENDING_ROWS)
        ok = prepare(pending, err) && write_all(pending, group, err);
    else
        for (size_t i = 0; ok && i < group->count; i++)
            ok = sql_run(pending->store, SQL_ADD_NUMBER, group->rows[i], PENDING_COLUMNS, err);
    empty(group);
    return ok;
}

bool pending_add(struct pending *pending, const char *phone_number, const struct value *values,
                 bool beside, struct error *err)
{
    struct pending_group *group = filling(pending);
    struct value *row = group->rows[group->count++];
    for (size_t i = 0; i < PENDING_COLUMNS; i++)
        row[i] = keep(group, &values[i]);
    remember(pending, phone_number);
    if (group->count < PENDING_ROWS && group->bytes_used < PENDING_BYTES)
        return true;
    if (!beside || group->count < PENDING_ROWS)
        return pending_flush(pending, err);
    if (!prepare(pending, err))
        return false;
    start_thread(pending);
    return pending->has_thread ? hand_over(pending, err) : pending_flush(pending, err);
}
