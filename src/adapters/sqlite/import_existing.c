/* A row whose number exists already: unchanged, updated, queued anew, in conflict, a duplicate, or
 * another batch's. */
#include "adapters/sqlite/columns.h"
#include "adapters/sqlite/details.h"
#include "adapters/sqlite/import.h"
#include "adapters/sqlite/rows.h"
#include "base/text.h"

#include <string.h>

/* Columns of SQL_FIND_ROW behind the number's. */
enum {
    AT_RECORD = NUMBER_COLUMN_COUNT,
    AT_SITE = AT_RECORD + 2,
    AT_SIGNER = AT_SITE + 2,
    AT_DETAILS = AT_SIGNER + 6,
};

static bool read_before(struct store *store, const struct import_row *row, struct row_before *out,
                        struct error *err)
{
    bool found = false;
    memset(out, 0, sizeof *out);
    sqlite3_stmt *statement =
        sql_start(store, SQL_FIND_ROW, VALUES(of_text(row->phone_number)), err);
    if (statement == NULL || !sql_next(store, statement, &found, err))
        return false;
    if (!found || !row_read_number(statement, 0, &out->number) || out->number.id < 1 ||
        out->number.id > store->import->last_id) {
        sqlite3_reset(statement);
        return error_set(err, ERROR_STORE, "database %s: damaged: restore the last copy",
                         store->path);
    }
    size_t bytes = (size_t)sqlite3_column_bytes(statement, AT_RECORD);
    out->same_record =
        bytes == row->record_bytes &&
        (bytes == 0 || memcmp(sqlite3_column_blob(statement, AT_RECORD), row->record, bytes) == 0);
    TEXT_SET(out->site, sql_text(statement, AT_SITE));
    TEXT_SET(out->time_zone, sql_text(statement, AT_SITE + 1));
    signer_read(statement, AT_SIGNER, &out->signer);
    details_read(statement, AT_DETAILS, &out->details);
    sqlite3_reset(statement);
    return true;
}

static bool name_other_batch(struct store *store, int64_t batch_id, struct import_result *result,
                             struct error *err)
{
    bool row = false;
    sqlite3_stmt *statement = sql_start(store, SQL_READ_HEADER, VALUES(of_int(batch_id)), err);
    if (statement == NULL || !sql_next(store, statement, &row, err))
        return false;
    TEXT_SET(result->other_batch, row ? sql_text(statement, 0) : "");
    sqlite3_reset(statement);
    return true;
}

static bool add_event(struct store *store, const struct number *number, enum status from,
                      const char *text, struct error *err)
{
    struct event event = {.number_id = number->id,
                          .at_ms = store->import->now_ms,
                          .kind = EVENT_ROW_CHANGED,
                          .status_from = from,
                          .status_to = number->status};
    TEXT_SET(event.text, text);
    TEXT_SET(event.actor, "import");
    return store_add_event(store, &event, err);
}

static bool write_row(struct store *store, const struct number *number,
                      const struct import_row *row, const struct row_ids *ids, struct error *err)
{
    const struct order_details *details = &row->details;
    bool own = ids->own_contact;
    return sql_run(store, SQL_CHANGE_PROGRESS,
                   VALUES(of_int(number->id), of_int(ids->signer_id), of_int(ids->place)), err) &&
           sql_run(
               store, SQL_CHANGE_ROW,
               VALUES(of_int(number->id), of_int(store->import->batch_id), of_int(row->line),
                      of_int(ids->site_id), of_int(ids->signer_id), of_int(row->priority),
                      of_text(verification_type_name(row->verification_type)), of_int(ids->place),
                      of_int(ids->profile_id), of_text(details->friendly_name), of_int(own),
                      of_text(own ? details->email : ""), of_text(own ? details->cc_emails : ""),
                      of_text(own ? details->address_sid : ""),
                      of_text(details->verification_document_sid), of_text(details->extension),
                      of_int(details->call_delay), of_blob(row->record, row->record_bytes)),
               err);
}

/* Write what import owns, then the living columns by the way every write takes, so that the counts
 * stay right. */
static bool change(struct store *store, const struct row_before *before, struct number *number,
                   const struct import_row *row, struct error *err)
{
    struct row_ids ids;
    struct account from = account_of(&before->number);
    if (!import_intern(store, row, &ids, err))
        return false;
    bool lapsing = number->urgency == URGENCY_LAPSING;
    number->urgency = lapsing ? URGENCY_LAPSING : row->priority;
    number->updated_at_ms = store->import->now_ms;
    struct account to = account_of(&before->number);
    to.batch_id = store->import->batch_id;
    to.signer_id = ids.signer_id;
    return write_row(store, number, row, &ids, err) && account_move(store, &from, &to, err) &&
           store_save_number(store, number, err);
}

static bool update(struct store *store, const struct row_before *before,
                   const struct import_row *row, struct error *err)
{
    struct number number = before->number;
    return change(store, before, &number, row, err) &&
           add_event(store, &number, number.status, "an import changed the row", err);
}

static bool start_anew(struct store *store, const struct row_before *before,
                       const struct import_row *row, struct error *err)
{
    struct number number = before->number;
    bool new_order = status_is_end(number.status);
    import_start_anew(&number, store->import->now_ms);
    if (new_order && !sql_run(store, SQL_END_ORDERS_OF,
                              VALUES(of_int(number.id), of_text("mended and queued anew"),
                                     of_int(store->import->now_ms)),
                              err))
        return false;
    return change(store, before, &number, row, err) &&
           add_event(store, &number, before->number.status,
                     "an import mended the row; it starts anew", err);
}

static bool settle_elsewhere(struct store *store, const struct row_before *before,
                             const struct import_row *row, struct import_result *result,
                             struct error *err)
{
    enum status status = before->number.status;
    if (!name_other_batch(store, before->number.batch_id, result, err))
        return false;
    result->other_line = before->number.line;
    result->outcome = IMPORT_ELSEWHERE;
    if (status != STATUS_FAILED && status != STATUS_CANCELED)
        return true;
    result->outcome = IMPORT_REQUEUED;
    import_mark_seen(store->import, before->number.id);
    return start_anew(store, before, row, err);
}

static bool settle_here(struct store *store, const struct row_before *before,
                        const struct import_row *row, struct import_result *result,
                        struct error *err)
{
    const struct number *number = &before->number;
    bool ended = number->status == STATUS_FAILED || number->status == STATUS_CANCELED;
    unsigned locked = ended ? 0 : import_locked(number);
    const char *column = "";
    unsigned differs = import_compare(before, row, locked, &column);
    import_mark_seen(store->import, number->id);
    if ((differs & locked) != 0) {
        result->outcome = IMPORT_CONFLICT;
        TEXT_SET(result->column, column);
        return true;
    }
    if (differs == 0) {
        result->outcome = IMPORT_UNCHANGED;
        return sql_run(store, SQL_MOVE_LINE, VALUES(of_int(number->id), of_int(row->line)), err);
    }
    bool mends = (differs & ~(unsigned)DIFFERS_RECORD) != 0 && import_is_mendable(number);
    result->outcome = mends ? IMPORT_REQUEUED : IMPORT_UPDATED;
    return mends ? start_anew(store, before, row, err) : update(store, before, row, err);
}

bool import_existing(struct store *store, const struct import_row *row,
                     struct import_result *result, struct error *err)
{
    struct row_before before;
    if (!read_before(store, row, &before, err))
        return false;
    result->status = before.number.status;
    if (import_was_seen(store->import, before.number.id)) {
        result->outcome = IMPORT_DUPLICATE;
        result->other_line = before.number.line;
        return true;
    }
    if (before.number.batch_id != store->import->batch_id)
        return settle_elsewhere(store, &before, row, result, err);
    return settle_here(store, &before, row, result, err);
}
