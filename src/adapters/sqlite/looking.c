/* Counts, batches, signers, calls; the version of the database and its health. */
#include "adapters/sqlite/columns.h"
#include "adapters/sqlite/details.h"
#include "adapters/sqlite/rows.h"
#include "base/text.h"

#include <string.h>

static void say_damaged(struct store *store, struct error *err)
{
    (void)error_set(err, ERROR_STORE, "database %s: damaged: restore the last copy", store->path);
}

bool store_each_tally(struct store *store, const char *batch, tally_fn each, void *context,
                      struct error *err)
{
    bool row = true;
    bool go_on = true;
    sqlite3_stmt *statement = sql_start(store, SQL_EACH_TALLY, VALUES(of_text(batch)), err);
    bool ok = statement != NULL;
    while (ok && go_on && (ok = sql_next(store, statement, &row, err)) && row) {
        struct tally tally = {.batch_id = sqlite3_column_int64(statement, 0),
                              .held = sqlite3_column_int(statement, 4) != 0,
                              .count = sqlite3_column_int64(statement, 5)};
        ok = status_parse(sql_text(statement, 1), &tally.status) &&
             step_parse(sql_text(statement, 2), &tally.step) &&
             attention_parse(sql_text(statement, 3), &tally.attention);
        if (!ok)
            say_damaged(store, err);
        go_on = ok && each(context, &tally);
    }
    sqlite3_reset(statement);
    return ok;
}

bool store_each_batch(struct store *store, batch_fn each, void *context, struct error *err)
{
    bool row = true;
    bool go_on = true;
    sqlite3_stmt *statement = sql_start_own(store, sql_of(SQL_EACH_BATCH), NO_VALUES, err);
    bool ok = statement != NULL;
    while (ok && go_on && (ok = sql_next(store, statement, &row, err)) && row) {
        struct batch batch = {.id = sqlite3_column_int64(statement, 0),
                              .imported_at_ms = sqlite3_column_int64(statement, 3),
                              .rows = sqlite3_column_int64(statement, 4),
                              .rejected = sqlite3_column_int64(statement, 5)};
        TEXT_SET(batch.name, sql_text(statement, 1));
        TEXT_SET(batch.file, sql_text(statement, 2));
        go_on = each(context, &batch);
    }
    sqlite3_finalize(statement);
    return ok;
}

bool store_each_signer(struct store *store, loa_fn each, void *context, struct error *err)
{
    enum { AT_COUNTS = 6, AT_LOA = 8 };
    bool row = true;
    bool go_on = true;
    sqlite3_stmt *statement = sql_start_own(store, sql_of(SQL_EACH_SIGNER), NO_VALUES, err);
    bool ok = statement != NULL;
    while (ok && go_on && (ok = sql_next(store, statement, &row, err)) && row) {
        struct signer signer;
        struct loa loa;
        bool has_loa = sqlite3_column_type(statement, AT_LOA) != SQLITE_NULL;
        signer_read(statement, 0, &signer);
        if (has_loa)
            loa_read(statement, AT_LOA, &loa);
        go_on = each(context, has_loa ? &loa : NULL, &signer,
                     sqlite3_column_int64(statement, AT_COUNTS),
                     sqlite3_column_int64(statement, AT_COUNTS + 1));
    }
    sqlite3_finalize(statement);
    return ok;
}

static bool walk_calls(struct store *store, sqlite3_stmt *statement, number_fn each, void *context,
                       struct error *err)
{
    enum { AT_VIEW = NUMBER_COLUMN_COUNT };
    bool row = true;
    bool go_on = true;
    bool ok = statement != NULL;
    while (ok && go_on && (ok = sql_next(store, statement, &row, err)) && row) {
        struct number_view view = {.batch = sql_text(statement, AT_VIEW),
                                   .header = sql_text(statement, AT_VIEW + 1),
                                   .site = sql_text(statement, AT_VIEW + 2),
                                   .time_zone = sql_text(statement, AT_VIEW + 3),
                                   .record = sql_text(statement, AT_VIEW + 4),
                                   .reject_column = "",
                                   .reject_reason = ""};
        view.record_bytes = (size_t)sqlite3_column_bytes(statement, AT_VIEW + 4);
        ok = row_read_number(statement, 0, &view.number);
        if (!ok)
            say_damaged(store, err);
        go_on = ok && each(context, &view);
    }
    sqlite3_finalize(statement);
    return ok;
}

bool store_each_call(struct store *store, const char *site, int64_t max, number_fn each,
                     void *context, struct error *err)
{
    return walk_calls(
        store, sql_start_own(store, sql_of(SQL_EACH_CALL), VALUES(of_text(site), of_int(max)), err),
        each, context, err);
}

bool store_each_open_call(struct store *store, const char *site, int64_t now_ms, int64_t max,
                          number_fn each, void *context, struct error *err)
{
    return walk_calls(store,
                      sql_start_own(store, sql_of(SQL_EACH_OPEN_CALL),
                                    VALUES(of_text(site), of_int(max), of_int(now_ms)), err),
                      each, context, err);
}

bool store_version(struct store *store, int64_t *version, struct error *err)
{
    /* SQLite's own counter leaves out what this very connection commits. */
    if (!sql_int(store, SQL_DATA_VERSION, NO_VALUES, version, NULL, err))
        return false;
    int64_t own = sqlite3_total_changes64(store->db);
    *version = (*version & INT64_C(0x7FFFFFFF)) << 32 | (own & INT64_C(0xFFFFFFFF));
    return true;
}

/* A query that must find nothing, or say "ok". */
static bool expect_none(struct store *store, const char *text, const char *what, struct error *err)
{
    bool row = false;
    sqlite3_stmt *statement = sql_start_own(store, text, NO_VALUES, err);
    bool ok = statement != NULL && sql_next(store, statement, &row, err);
    if (ok && row && strcmp(sql_text(statement, 0), "ok") != 0)
        ok = error_set(err, ERROR_STORE, "database %s: damaged (%s: %s): restore the last copy",
                       store->path, what, sql_text(statement, 0));
    sqlite3_finalize(statement);
    return ok;
}

bool store_check(struct store *store, struct error *err)
{
    return expect_none(store, "PRAGMA quick_check(1)", "pages", err) &&
           expect_none(store, "SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1",
                       "references", err) &&
           expect_none(store,
                       "SELECT id FROM number WHERE batch_id NOT IN (SELECT id FROM batch) OR "
                       "(site_id <> 0 AND site_id NOT IN (SELECT id FROM site)) OR "
                       "(signer_id <> 0 AND signer_id NOT IN (SELECT id FROM signer)) OR "
                       "(profile_id <> 0 AND profile_id NOT IN (SELECT id FROM profile)) LIMIT 1",
                       "references of number", err) &&
           expect_none(store,
                       "SELECT number.id " NUMBER_FROM "WHERE number.fresh <> "
                       "(progress.id IS NULL) OR progress.signer_id <> number.signer_id OR "
                       "progress.place <> number.place LIMIT 1",
                       "progress of number", err) &&
           expect_none(
               store,
               "SELECT batch_id FROM (SELECT number.batch_id, " NUMBER_STATUS
               " AS status, " NUMBER_STEP " AS step, " NUMBER_ATTENTION
               " AS attention, coalesce(progress.held, 0) AS held, count(*) AS n " NUMBER_FROM
               "GROUP BY 1, 2, 3, 4, 5) AS now FULL JOIN "
               "(SELECT * FROM tally WHERE count > 0) AS kept "
               "USING (batch_id, status, step, attention, held) "
               "WHERE now.n IS NOT kept.count LIMIT 1",
               "counts of batch", err);
}
