/* Orders by unique name, and what hangs on a number: details, signer, site. */
#include "adapters/sqlite/details.h"
#include "base/text.h"

static bool other_order_lives(struct store *store, const struct number *number, struct error *err)
{
    char masked[32];
    text_mask_phone(masked, sizeof masked, number->phone_number);
    return error_set(err, ERROR_STORE,
                     "database %s: another order for %s lives already: look at "
                     "numhost show before anything is sent",
                     store->path, masked);
}

bool store_add_order(struct store *store, const struct number *number, int64_t now_ms,
                     struct error *err)
{
    bool ok = sql_run(store, SQL_ADD_ORDER,
                      VALUES(of_int(number->id), of_text(number->phone_number),
                             of_text(number->unique_name), of_int(now_ms)),
                      err);
    if (!ok && sqlite3_extended_errcode(store->db) == SQLITE_CONSTRAINT_UNIQUE)
        return other_order_lives(store, number, err);
    if (ok && sqlite3_changes(store->db) == 0)
        return error_set(err, ERROR_STORE,
                         "database %s: the order name %s belongs to another "
                         "number",
                         store->path, number->unique_name);
    return ok;
}

bool store_name_order(struct store *store, const char *unique_name, const char *order_sid,
                      struct error *err)
{
    if (!sql_run(store, SQL_NAME_ORDER, VALUES(of_text(unique_name), of_text(order_sid)), err))
        return false;
    if (sqlite3_changes(store->db) == 1)
        return true;
    return error_set(err, ERROR_STORE, "database %s: no order was recorded under the name \"%s\"",
                     store->path, unique_name);
}

bool store_end_order(struct store *store, const char *unique_name, const char *how, int64_t now_ms,
                     struct error *err)
{
    return sql_run(store, SQL_END_ORDER, VALUES(of_text(unique_name), of_text(how), of_int(now_ms)),
                   err);
}

bool store_end_other_orders(struct store *store, const struct number *number, int64_t now_ms,
                            struct error *err)
{
    return sql_run(
        store, SQL_END_OTHER_ORDERS,
        VALUES(of_text(number->phone_number), of_text(number->unique_name), of_int(now_ms)), err);
}

void details_read(sqlite3_stmt *statement, int first, struct order_details *out)
{
    int at = first;
    TEXT_SET(out->friendly_name, sql_text(statement, at++));
    TEXT_SET(out->email, sql_text(statement, at++));
    TEXT_SET(out->cc_emails, sql_text(statement, at++));
    TEXT_SET(out->address_sid, sql_text(statement, at++));
    TEXT_SET(out->verification_document_sid, sql_text(statement, at++));
    TEXT_SET(out->extension, sql_text(statement, at++));
    out->call_delay = sqlite3_column_int(statement, at++);
    TEXT_SET(out->sms_url, sql_text(statement, at++));
    TEXT_SET(out->sms_method, sql_text(statement, at++));
    TEXT_SET(out->sms_fallback_url, sql_text(statement, at++));
    TEXT_SET(out->sms_fallback_method, sql_text(statement, at++));
    TEXT_SET(out->sms_application_sid, sql_text(statement, at++));
    TEXT_SET(out->status_callback_url, sql_text(statement, at++));
    TEXT_SET(out->status_callback_method, sql_text(statement, at++));
    TEXT_SET(out->account_sid, sql_text(statement, at));
}

void signer_read(sqlite3_stmt *statement, int first, struct signer *out)
{
    out->id = sqlite3_column_int64(statement, first);
    TEXT_SET(out->address_sid, sql_text(statement, first + 1));
    TEXT_SET(out->email, sql_text(statement, first + 2));
    TEXT_SET(out->contact_title, sql_text(statement, first + 3));
    TEXT_SET(out->contact_phone_number, sql_text(statement, first + 4));
    TEXT_SET(out->cc_emails, sql_text(statement, first + 5));
}

bool store_read_details(struct store *store, int64_t number_id, struct order_details *out,
                        struct error *err)
{
    bool row = false;
    sqlite3_stmt *statement = sql_start(store, SQL_READ_DETAILS, VALUES(of_int(number_id)), err);
    if (statement == NULL || !sql_next(store, statement, &row, err))
        return false;
    if (!row)
        return error_set(err, ERROR_STORE, "database %s: there is no number with id %lld",
                         store->path, (long long)number_id);
    details_read(statement, 0, out);
    sqlite3_reset(statement);
    return true;
}

bool store_read_signer(struct store *store, int64_t signer_id, struct signer *out, bool *found,
                       struct error *err)
{
    sqlite3_stmt *statement = sql_start(store, SQL_READ_SIGNER, VALUES(of_int(signer_id)), err);
    *found = false;
    if (statement == NULL || !sql_next(store, statement, found, err))
        return false;
    if (*found)
        signer_read(statement, 0, out);
    sqlite3_reset(statement);
    return true;
}

bool store_read_site(struct store *store, int64_t site_id, char site[SITE_BYTES],
                     char time_zone[ZONE_BYTES], struct error *err)
{
    bool row = false;
    sqlite3_stmt *statement = sql_start(store, SQL_READ_SITE, VALUES(of_int(site_id)), err);
    if (statement == NULL || !sql_next(store, statement, &row, err))
        return false;
    text_copy(site, SITE_BYTES, row ? sql_text(statement, 0) : "");
    text_copy(time_zone, ZONE_BYTES, row ? sql_text(statement, 1) : "");
    sqlite3_reset(statement);
    return true;
}
