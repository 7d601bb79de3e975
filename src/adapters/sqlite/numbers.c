/* One number: find, save, its history. Settings too. */
#include "adapters/sqlite/rows.h"
#include "base/text.h"

static bool find_one(struct store *store, sqlite3_stmt *statement, struct number *out, bool *found,
                     struct error *err)
{
    size_t count = 0;
    *found = false;
    if (!sql_read_numbers(store, statement, out, 1, &count, err))
        return false;
    *found = count == 1;
    return true;
}

bool store_find_number(struct store *store, int64_t id, struct number *out, bool *found,
                       struct error *err)
{
    return find_one(store, sql_start(store, SQL_FIND_NUMBER, VALUES(of_int(id)), err), out, found,
                    err);
}

bool store_find_by_phone(struct store *store, const char *phone_number, struct number *out,
                         bool *found, struct error *err)
{
    return find_one(store, sql_start(store, SQL_FIND_PHONE, VALUES(of_text(phone_number)), err),
                    out, found, err);
}

bool store_find_by_order(struct store *store, const char *order_sid, struct number *out,
                         bool *found, struct error *err)
{
    return find_one(store, sql_start(store, SQL_FIND_ORDER, VALUES(of_text(order_sid)), err), out,
                    found, err);
}

/* What the counts were kept by until now. */
static bool read_account(struct store *store, const struct number *after, struct account *out,
                         bool *fresh, struct error *err)
{
    bool row = false;
    int64_t id = after->id;
    sqlite3_stmt *statement =
        sql_start(store, SQL_FIND_ACCOUNT,
                  VALUES(of_int(id), of_text(after->code), of_text(after->heard_code)), err);
    if (statement == NULL || !sql_next(store, statement, &row, err))
        return false;
    if (!row)
        return error_set(err, ERROR_STORE, "database %s: there is no number with id %lld",
                         store->path, (long long)id);
    out->batch_id = sqlite3_column_int64(statement, 0);
    bool known = status_parse(sql_text(statement, 1), &out->status) &&
                 step_parse(sql_text(statement, 2), &out->step) &&
                 attention_parse(sql_text(statement, 3), &out->attention);
    out->held = sqlite3_column_int(statement, 4) != 0;
    out->signer_id = sqlite3_column_int64(statement, 5);
    out->lane = (enum lane)sqlite3_column_int(statement, 6);
    out->due_at_ms = sqlite3_column_int64(statement, 7);
    *fresh = sqlite3_column_int(statement, 8) != 0;
    store->has_erased = store->has_erased || sqlite3_column_int(statement, 9) != 0;
    sqlite3_reset(statement);
    if (known)
        return true;
    return error_set(err, ERROR_STORE,
                     "database %s: number %lld is damaged: restore the "
                     "last copy",
                     store->path, (long long)id);
}

static bool write_number(struct store *store, enum sql sql, const struct number *number,
                         struct error *err)
{
    struct value values[LIVING_COLUMN_COUNT + 2];
    size_t count = row_living_values(number, values);
    values[count++] = of_int(number_lane(number));
    values[count++] = of_int(number->id);
    return sql_run(store, sql, values, count, err);
}

static bool save_number(struct store *store, const struct number *number, struct error *err)
{
    struct account before = {0};
    bool fresh = false;
    if (!read_account(store, number, &before, &fresh, err) ||
        !write_number(store, fresh ? SQL_START_NUMBER : SQL_SAVE_NUMBER, number, err) ||
        (fresh && !sql_run(store, SQL_NOT_FRESH, VALUES(of_int(number->id)), err)))
        return false;
    struct account after = account_of(number);
    after.batch_id = before.batch_id; /* the import's, whatever the caller's copy says */
    after.signer_id = before.signer_id;
    return account_move(store, &before, &after, err);
}

bool store_save_number(struct store *store, const struct number *number, struct error *err)
{
    bool own = false;
    if (!sql_begin_own(store, &own, err))
        return false;
    return sql_end_own(store, own, save_number(store, number, err), err);
}

bool store_add_event(struct store *store, const struct event *event, struct error *err)
{
    const char *operation = event->has_operation ? operation_name(event->operation) : "";
    return sql_run(
        store, SQL_ADD_EVENT,
        VALUES(of_int(event->number_id), of_int(event->at_ms), of_text(event_name(event->kind)),
               of_text(status_name(event->status_from)), of_text(status_name(event->status_to)),
               of_text(operation), of_int(event->http_status), of_int(event->code),
               of_text(event->request_id), of_text(event->text), of_text(event->actor)),
        err);
}

bool store_read_setting(struct store *store, const char *name, char *value, size_t value_bytes,
                        struct error *err)
{
    bool row = false;
    sqlite3_stmt *statement = sql_start(store, SQL_READ_SETTING, VALUES(of_text(name)), err);
    text_copy(value, value_bytes, "");
    if (statement == NULL || !sql_next(store, statement, &row, err))
        return false;
    bool fits = !row || text_copy(value, value_bytes, sql_text(statement, 0));
    sqlite3_reset(statement);
    if (fits)
        return true;
    return error_set(err, ERROR_STORE, "database %s: setting %s is longer than %zu bytes",
                     store->path, name, value_bytes - 1);
}

bool store_write_setting(struct store *store, const char *name, const char *value,
                         struct error *err)
{
    return sql_run(store, SQL_WRITE_SETTING, VALUES(of_text(name), of_text(value)), err);
}
