#include "power/record.h"

#include "adapters/sqlite/sql.h"
#include "base/memory.h"
#include "base/require.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FNV_BASIS UINT64_C(0xCBF29CE484222325)
#define FNV_PRIME UINT64_C(0x100000001B3)

/* Of the record that is being made; NULL: none. */
static struct record *current;

bool __real_store_commit(struct store *store, struct error *err);
bool __wrap_store_commit(struct store *store, struct error *err);
bool __real_store_write_setting(struct store *store, const char *name, const char *value,
                                struct error *err);
bool __wrap_store_write_setting(struct store *store, const char *name, const char *value,
                                struct error *err);
struct store *__real_store_open(const char *path, enum store_mode mode, struct error *err);
struct store *__wrap_store_open(const char *path, enum store_mode mode, struct error *err);

/* ---- the digest ---- */

static void mix(uint64_t *digest, const void *bytes, size_t count)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < count; i++)
        *digest = (*digest ^ at[i]) * FNV_PRIME;
}

static void mix_column(uint64_t *digest, sqlite3_stmt *row, int column)
{
    int type = sqlite3_column_type(row, column);
    mix(digest, &type, sizeof type);
    if (type == SQLITE_INTEGER) {
        int64_t value = sqlite3_column_int64(row, column);
        mix(digest, &value, sizeof value);
        return;
    }
    const void *bytes = sqlite3_column_blob(row, column);
    int count = sqlite3_column_bytes(row, column);
    mix(digest, &count, sizeof count);
    mix(digest, bytes, (size_t)count);
}

static void mix_rows(uint64_t *digest, sqlite3 *db, const char *table)
{
    char text[256];
    sqlite3_stmt *rows = NULL;
    snprintf(text, sizeof text, "SELECT * FROM \"%s\"", table);
    REQUIRE(sqlite3_prepare_v2(db, text, -1, &rows, NULL) == SQLITE_OK);
    int columns = sqlite3_column_count(rows);
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(rows)) == SQLITE_ROW)
        for (int i = 0; i < columns; i++)
            mix_column(digest, rows, i);
    if (code != SQLITE_DONE)
        mix(digest, "unreadable", sizeof "unreadable");
    sqlite3_finalize(rows);
}

uint64_t record_digest(struct store *store)
{
    static const char tables_sql[] = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name "
                                     "NOT LIKE 'sqlite_%' ORDER BY name";
    uint64_t digest = FNV_BASIS;
    sqlite3_stmt *tables = NULL;
    REQUIRE(sqlite3_prepare_v2(store->db, tables_sql, -1, &tables, NULL) == SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW) {
        const char *name = sql_text(tables, 0);
        mix(&digest, name, strlen(name));
        mix_rows(&digest, store->db, name);
    }
    sqlite3_finalize(tables);
    return digest;
}

/* ---- the record ---- */

static void note(struct store *store)
{
    size_t operations = disk_operations(current->disk);
    size_t room = current->count;
    if (room > 0 && operations == current->states[room - 1].operations)
        return; /* nothing was written */
    if ((room & (room - 1)) == 0)
        current->states = memory_resize(current->states, (room * 2 + 1) * sizeof *current->states);
    current->states[current->count++] =
        (struct acknowledged){.operations = operations, .digest = record_digest(store)};
}

static bool acknowledge(bool ok, struct store *store)
{
    if (ok && current != NULL && current->count > 0 && sqlite3_get_autocommit(store->db) != 0)
        note(store);
    return ok;
}

bool __wrap_store_commit(struct store *store, struct error *err)
{
    return acknowledge(__real_store_commit(store, err), store);
}

/* The only one that writes without a transaction around it. */
bool __wrap_store_write_setting(struct store *store, const char *name, const char *value,
                                struct error *err)
{
    return acknowledge(__real_store_write_setting(store, name, value, err), store);
}

struct store *__wrap_store_open(const char *path, enum store_mode mode, struct error *err)
{
    struct store *store = __real_store_open(path, mode, err);
    if (store == NULL || current == NULL)
        return store;
    REQUIRE(sqlite3_exec(store->db, current->pragmas, NULL, NULL, NULL) == SQLITE_OK);
    if (current->count == 0 && !current->is_blind) {
        note(store);
        current->states[0].operations = 0; /* empty until somebody wrote into it */
    }
    return store;
}

void record_begin(struct record *record, const struct disk *disk, const char *pragmas)
{
    *record = (struct record){.disk = disk, .pragmas = pragmas};
    current = record;
}

void record_end(void)
{
    current = NULL;
}

void record_free(struct record *record)
{
    free(record->states);
    record->states = NULL;
}

size_t record_at(const struct record *record, size_t operations)
{
    size_t low = 0;
    size_t high = record->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (record->states[middle].operations <= operations)
            low = middle;
        else
            high = middle;
    }
    return low;
}
