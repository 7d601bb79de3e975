#include "adapters/sqlite/import_pending.h"

#include "base/buf.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { FILTER_PROBES = 4 };

void pending_init(struct pending *pending)
{
    pending->bytes = memory_new(PENDING_BYTES, 1);
    pending->filter = memory_new((size_t)1 << (PENDING_FILTER_BITS_LOG2 - 3), 1);
}

void pending_done(struct pending *pending)
{
    sqlite3_finalize(pending->insert);
    free(pending->bytes);
    free(pending->filter);
    *pending = (struct pending){.count = 0};
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

/* The i-th bit of a Bloom filter. */
static size_t bit_of(uint64_t hash, int i)
{
    uint64_t step = (hash >> 33) | 1;
    return (size_t)((hash + (uint64_t)i * step) & ((UINT64_C(1) << PENDING_FILTER_BITS_LOG2) - 1));
}

bool pending_may_have(const struct pending *pending, const char *phone_number)
{
    uint64_t hash = hash_of(phone_number);
    for (int i = 0; i < FILTER_PROBES; i++) {
        size_t bit = bit_of(hash, i);
        if ((pending->filter[bit / 8] & (1u << (bit % 8))) == 0)
            return false;
    }
    return true;
}

static void remember(struct pending *pending, const char *phone_number)
{
    uint64_t hash = hash_of(phone_number);
    for (int i = 0; i < FILTER_PROBES; i++) {
        size_t bit = bit_of(hash, i);
        pending->filter[bit / 8] |= (unsigned char)(1u << (bit % 8));
    }
}

static struct value keep(struct pending *pending, const struct value *value)
{
    struct value kept = *value;
    if (value->kind == VALUE_INTEGER)
        return kept;
    if (value->kind == VALUE_TEXT)
        kept.bytes = strlen(value->text);
    char *to = pending->bytes + pending->bytes_used;
    memcpy(to, value->text != NULL ? value->text : "", kept.bytes);
    to[kept.bytes] = '\0';
    kept.text = to;
    pending->bytes_used += kept.bytes + 1;
    return kept;
}

static bool prepare(struct store *store, struct pending *pending, struct error *err)
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
    pending->insert = sql_start_own(store, buf_text(&text), NO_VALUES, err);
    buf_done(&text);
    return pending->insert != NULL;
}

static bool write_all(struct store *store, struct pending *pending, struct error *err)
{
    bool row = false;
    if (!prepare(store, pending, err))
        return false;
    if (!sql_bind(pending->insert, pending->rows[0], (size_t)PENDING_ROWS * PENDING_COLUMNS))
        return sql_fail(store, err);
    return sql_next(store, pending->insert, &row, err);
}

bool pending_flush(struct store *store, struct pending *pending, struct error *err)
{
    bool ok = true;
    if (pending->count == PENDING_ROWS)
        ok = write_all(store, pending, err);
    else
        for (size_t i = 0; ok && i < pending->count; i++)
            ok = sql_run(store, SQL_ADD_NUMBER, pending->rows[i], PENDING_COLUMNS, err);
    pending->count = 0;
    pending->bytes_used = 0;
    return ok;
}

bool pending_add(struct store *store, struct pending *pending, const char *phone_number,
                 const struct value *values, struct error *err)
{
    struct value *row = pending->rows[pending->count++];
    for (size_t i = 0; i < PENDING_COLUMNS; i++)
        row[i] = keep(pending, &values[i]);
    remember(pending, phone_number);
    if (pending->count < PENDING_ROWS && pending->bytes_used < PENDING_BYTES / 2)
        return true;
    return pending_flush(store, pending, err);
}
