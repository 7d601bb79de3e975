#include "power/judge.h"

#include "adapters/sqlite/sql.h"
#include "base/text.h"
#include "power/vfs.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void damaged(struct judgement *judgement, const char *format, ...) PRINTF_LIKE(2, 3);

static void damaged(struct judgement *judgement, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(judgement->what, sizeof judgement->what, format, arguments);
    va_end(arguments);
    judgement->verdict = VERDICT_DAMAGED;
}

/* The pragma's first row must be `wanted`, or, for NULL, there must be none. */
static bool checks(struct store *store, const char *pragma, const char *wanted,
                   struct judgement *judgement)
{
    sqlite3_stmt *statement = NULL;
    const char *found = NULL;
    if (sqlite3_prepare_v2(store->db, pragma, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        found = sql_text(statement, 0);
    bool ok = wanted == NULL ? found == NULL : found != NULL && strcmp(found, wanted) == 0;
    if (!ok)
        damaged(judgement, "%s: %s", pragma, found != NULL ? found : sqlite3_errmsg(store->db));
    sqlite3_finalize(statement);
    return ok;
}

/* Which of the acknowledged states is it? */
static void compare(const struct record *record, size_t operations, uint64_t digest,
                    struct judgement *judgement)
{
    size_t last = record_at(record, operations);
    bool is_next = last + 1 < record->count && record->states[last + 1].digest == digest;
    if (record->states[last].digest == digest || is_next)
        return;
    for (size_t i = 0; i < last; i++)
        if (record->states[i].digest == digest) {
            judgement->verdict = VERDICT_LOST;
            judgement->lost = last - i;
        }
    if (judgement->verdict == VERDICT_LOST)
        snprintf(judgement->what, sizeof judgement->what, "%zu commits of %zu are lost",
                 judgement->lost, last);
    else
        damaged(judgement, "no state there ever was: neither %zu nor the next of %zu", last,
                record->count);
}

/* Opens, looks and closes. The digest is 0 when that fails. */
static uint64_t look(const char *path, struct judgement *judgement)
{
    struct error err = {0};
    uint64_t digest = 0;
    struct store *store = store_open(path, STORE_WRITE, &err);
    if (store == NULL)
        damaged(judgement, "%s", err.text);
    else if (checks(store, "PRAGMA integrity_check", "ok", judgement) &&
             checks(store, "PRAGMA foreign_key_check", NULL, judgement))
        digest = record_digest(store);
    store_close(store);
    return digest;
}

/* Once more while it was opened: the same must be found. */
static void look_again(const struct disk *found, const char *path, uint64_t digest, struct rng *rng,
                       struct judgement *judgement)
{
    size_t operations = (size_t)rng_below(rng, disk_operations(found) + 1);
    struct disk *again = disk_cut(found, operations, rng);
    vfs_use(again);
    uint64_t other = look(path, judgement);
    if (judgement->verdict == VERDICT_WHOLE && other != digest)
        damaged(judgement, "another state after a second cut");
    disk_free(again);
}

struct judgement judge_cut(const struct disk *disk, const struct record *record, const char *path,
                           size_t operations, bool twice, struct rng *rng)
{
    struct judgement judgement = {.verdict = VERDICT_WHOLE};
    struct disk *found = disk_cut(disk, operations, rng);
    vfs_use(found);
    uint64_t digest = look(path, &judgement);
    if (judgement.verdict == VERDICT_WHOLE)
        compare(record, operations, digest, &judgement);
    if (judgement.verdict == VERDICT_WHOLE && twice)
        look_again(found, path, digest, rng, &judgement);
    vfs_end();
    disk_free(found);
    return judgement;
}
