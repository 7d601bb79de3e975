/* LOAs: whom one can be packed for, and what became of those that were sent. */
#include "adapters/sqlite/details.h"
#include "base/text.h"

void loa_read(sqlite3_stmt *statement, int first, struct loa *out)
{
    out->id = sqlite3_column_int64(statement, first);
    out->signer_id = sqlite3_column_int64(statement, first + 1);
    TEXT_SET(out->sid, sql_text(statement, first + 2));
    if (!document_status_parse(sql_text(statement, first + 3), &out->status))
        out->status = DOCUMENT_UNKNOWN;
    out->in_doubt = sqlite3_column_int(statement, first + 4) != 0;
    out->number_count = sqlite3_column_int64(statement, first + 5);
    out->intent_at_ms = sqlite3_column_int64(statement, first + 6);
    out->sent_at_ms = sqlite3_column_int64(statement, first + 7);
    out->ended_at_ms = sqlite3_column_int64(statement, first + 8);
    out->due_at_ms = sqlite3_column_int64(statement, first + 9);
}

bool store_take_signers(struct store *store, int64_t now_ms, int32_t at_most, int64_t *signer_ids,
                        size_t max, size_t *count, struct error *err)
{
    bool row = true;
    *count = 0;
    sqlite3_stmt *statement = sql_start(
        store, SQL_SIGNERS, VALUES(of_int(now_ms), of_int(at_most), of_int((int64_t)max)), err);
    if (statement == NULL)
        return false;
    while (*count < max) {
        if (!sql_next(store, statement, &row, err))
            return false;
        if (!row)
            return true;
        signer_ids[(*count)++] = sqlite3_column_int64(statement, 0);
    }
    sqlite3_reset(statement);
    return true;
}

bool store_take_ready(struct store *store, int64_t signer_id, struct number *out, size_t max,
                      size_t *count, struct error *err)
{
    sqlite3_stmt *statement =
        sql_start(store, SQL_READY, VALUES(of_int(signer_id), of_int((int64_t)max)), err);
    return sql_read_numbers(store, statement, out, max, count, err);
}

bool store_save_loa(struct store *store, struct loa *loa, struct error *err)
{
    bool is_new = loa->id == 0;
    struct value values[] = {of_int(loa->signer_id),
                             of_text(loa->sid),
                             of_text(document_status_name(loa->status)),
                             of_int(loa->in_doubt),
                             of_int(loa->number_count),
                             of_int(loa->intent_at_ms),
                             of_int(loa->sent_at_ms),
                             of_int(loa->ended_at_ms),
                             of_int(loa->due_at_ms),
                             of_int(loa->id)};
    size_t count = COUNT_OF(values) - (is_new ? 1 : 0);
    if (!sql_run(store, is_new ? SQL_ADD_LOA : SQL_SAVE_LOA, values, count, err))
        return false;
    if (is_new)
        loa->id = sqlite3_last_insert_rowid(store->db);
    else if (sqlite3_changes(store->db) != 1)
        return error_set(err, ERROR_STORE, "database %s: there is no LOA with id %lld", store->path,
                         (long long)loa->id);
    return true;
}

static bool find_one(struct store *store, sqlite3_stmt *statement, struct loa *out, bool *found,
                     struct error *err)
{
    *found = false;
    if (statement == NULL || !sql_next(store, statement, found, err))
        return false;
    if (*found)
        loa_read(statement, 0, out);
    sqlite3_reset(statement);
    return true;
}

bool store_find_loa(struct store *store, int64_t id, struct loa *out, bool *found,
                    struct error *err)
{
    return find_one(store, sql_start(store, SQL_FIND_LOA, VALUES(of_int(id)), err), out, found,
                    err);
}

bool store_find_loa_by_sid(struct store *store, const char *sid, struct loa *out, bool *found,
                           struct error *err)
{
    return find_one(store, sql_start(store, SQL_FIND_LOA_SID, VALUES(of_text(sid)), err), out,
                    found, err);
}

bool store_first_given_up_loa(struct store *store, struct loa *out, bool *found, struct error *err)
{
    return find_one(store, sql_start(store, SQL_GIVEN_UP_LOA, NO_VALUES, err), out, found, err);
}

bool store_take_due_loas(struct store *store, int64_t now_ms, struct loa *out, size_t max,
                         size_t *count, struct error *err)
{
    bool row = true;
    *count = 0;
    sqlite3_stmt *statement =
        sql_start(store, SQL_DUE_LOAS, VALUES(of_int(now_ms), of_int((int64_t)max)), err);
    if (statement == NULL)
        return false;
    while (*count < max) {
        if (!sql_next(store, statement, &row, err))
            return false;
        if (!row)
            return true;
        loa_read(statement, 0, &out[(*count)++]);
    }
    sqlite3_reset(statement);
    return true;
}

bool store_take_of_loa(struct store *store, int64_t loa_id, int64_t after_id, struct number *out,
                       size_t max, size_t *count, struct error *err)
{
    sqlite3_stmt *statement = sql_start(
        store, SQL_OF_LOA, VALUES(of_int(loa_id), of_int(after_id), of_int((int64_t)max)), err);
    return sql_read_numbers(store, statement, out, max, count, err);
}
