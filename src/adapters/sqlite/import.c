/* Import: begin, new rows, rejects, end. Existing rows are settled in import_existing.c. */
#include "adapters/sqlite/import.h"

#include "adapters/sqlite/rows.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

bool import_was_seen(const struct import *import, int64_t id)
{
    size_t at = (size_t)id / 8;
    return at < import->seen_bytes && (import->seen[at] & (1u << (id % 8))) != 0;
}

void import_mark_seen(struct import *import, int64_t id)
{
    size_t at = (size_t)id / 8;
    if (at >= import->seen_bytes) {
        size_t bytes = at + at / 2 + 64;
        import->seen = memory_resize(import->seen, bytes);
        memset(import->seen + import->seen_bytes, 0, bytes - import->seen_bytes);
        import->seen_bytes = bytes;
    }
    import->seen[at] |= (unsigned char)(1u << (id % 8));
}

void import_free(struct import *import)
{
    if (import == NULL)
        return;
    intern_done(&import->sites);
    intern_done(&import->signers);
    intern_done(&import->profiles);
    pending_done(&import->pending);
    free(import->seen);
    free(import);
}

/* Into an empty table a million numbers go twice as fast without their index, which is sorted at
 * the end. Meanwhile the filter knows which are surely new; at the first that may not be, the index
 * is built and stays. */
static bool drop_phones(struct store *store, struct error *err)
{
    store->import->phones_dropped = store->import->was_empty;
    return !store->import->was_empty || sql_run(store, SQL_DROP_PHONES, NO_VALUES, err);
}

static bool index_phones(struct store *store, struct error *err)
{
    if (!store->import->phones_dropped)
        return true;
    store->import->phones_dropped = false;
    return sql_run(store, SQL_INDEX_PHONES, NO_VALUES, err);
}

/* The bits of `seen` are sized by it: what no import can have given out is damage. */
static bool find_last_id(struct store *store, struct error *err)
{
    int64_t *last_id = &store->import->last_id;
    if (!sql_int(store, SQL_LAST_NUMBER, NO_VALUES, last_id, NULL, err))
        return false;
    return (*last_id >= 0 && *last_id <= NUMBER_ID_MAX) ||
           error_set(err, ERROR_STORE, "database %s: number %lld is damaged: restore the last copy",
                     store->path, (long long)*last_id);
}

static bool find_batch(struct store *store, const char *batch, struct error *err)
{
    int64_t any = 0;
    bool found = false;
    if (!sql_int(store, SQL_FIND_BATCH, VALUES(of_text(batch), of_int(0)), &store->import->batch_id,
                 NULL, err) ||
        !sql_int(store, SQL_ANY_NUMBER, NO_VALUES, &any, &found, err))
        return false;
    store->import->was_empty = !found;
    if (!find_last_id(store, err) || !drop_phones(store, err) ||
        !sql_run(store, SQL_FORGET_SEEN, VALUES(of_int(store->import->batch_id)), err))
        return false;
    return sql_int(store, SQL_ANY_REJECT, VALUES(of_int(store->import->batch_id)), &any,
                   &store->import->had_rejects, err);
}

/* The first column of the first row, "" and *found false when there is none. */
static bool read_bytes(struct store *store, enum sql sql, const struct value *values, size_t count,
                       struct buf *out, bool *found, struct error *err)
{
    buf_clear(out);
    sqlite3_stmt *statement = sql_start(store, sql, values, count, err);
    if (statement == NULL || !sql_next(store, statement, found, err))
        return false;
    if (*found)
        buf_add(out, sqlite3_column_blob(statement, 0), (size_t)sqlite3_column_bytes(statement, 0));
    sqlite3_reset(statement);
    return !out->overflow ||
           error_set(err, ERROR_STORE, "database %s: damaged: restore the last copy", store->path);
}

bool store_read_header(struct store *store, const char *batch, struct buf *header, bool *found,
                       struct error *err)
{
    return read_bytes(store, SQL_HEADER_OF, VALUES(of_text(batch)), header, found, err);
}

bool store_import_record(struct store *store, const char *phone_number, int64_t line,
                         struct buf *record, struct error *err)
{
    int64_t batch_id = store->import->batch_id;
    bool found = false;
    buf_clear(record);
    if (store->import->was_empty) /* and may have no index over numbers */
        return true;
    if (!read_bytes(store, SQL_RECORD_OF, VALUES(of_text(phone_number), of_int(batch_id)), record,
                    &found, err))
        return false;
    return found || read_bytes(store, SQL_REJECTED_RECORD, VALUES(of_int(batch_id), of_int(line)),
                               record, &found, err);
}

bool store_import_begin(struct store *store, const char *batch, const char *file,
                        const char *header, int64_t now_ms, struct error *err)
{
    if (sqlite3_get_autocommit(store->db) != 0 || store->import != NULL)
        return error_set(err, ERROR_STORE, "database %s: an import needs a transaction of its own",
                         store->path);
    if (strlen(header) > HEADER_BYTES_MAX || strlen(batch) >= BATCH_NAME_BYTES)
        return error_set(err, ERROR_INPUT,
                         "the header or the batch name is too long (at most %d "
                         "and %d bytes)",
                         (int)HEADER_BYTES_MAX, (int)BATCH_NAME_BYTES - 1);
    struct import *import = memory_new(1, sizeof *import);
    import->now_ms = now_ms;
    pending_init(&import->pending, store);
    intern_init(&import->sites);
    intern_init(&import->signers);
    intern_init(&import->profiles);
    store->import = import;
    return sql_run(store, SQL_ADD_BATCH,
                   VALUES(of_text(batch), of_text(file), of_text(header), of_int(now_ms)), err) &&
           find_batch(store, batch, err);
}

static bool add_number(struct store *store, const struct import_row *row, const struct row_ids *ids,
                       struct error *err)
{
    struct import *import = store->import;
    const struct order_details *details = &row->details;
    int64_t rank = ids->place != 0 ? ids->site->count : 0;
    bool own = ids->own_contact;
    const struct value values[PENDING_COLUMNS] = {
        of_int(++import->last_id),
        of_int(import->batch_id),
        of_int(row->line),
        of_text(row->phone_number),
        of_int(ids->site_id),
        of_int(ids->signer_id),
        of_int(row->priority),
        of_text(verification_type_name(row->verification_type)),
        of_int(import->now_ms + rank),
        of_int(ids->place),
        of_int(import->now_ms),
        of_int(ids->profile_id),
        of_text(details->friendly_name),
        of_int(own),
        of_text(own ? details->email : ""),
        of_text(own ? details->cc_emails : ""),
        of_text(own ? details->address_sid : ""),
        of_text(details->verification_document_sid),
        of_text(details->extension),
        of_int(details->call_delay),
        of_blob(row->record, row->record_bytes),
    };
    return pending_add(&import->pending, row->phone_number, values, import->phones_dropped, err);
}

static void count_new(struct store *store, const struct row_ids *ids)
{
    import_mark_seen(store->import, store->import->last_id);
    store->import->new_count++;
    if (ids->place != 0) {
        ids->site->count++;
        ids->site->dirty = true;
    }
    if (ids->signer != NULL) {
        ids->signer->count++;
        ids->signer->dirty = true;
    }
}

/* Is the number stored? What waits is written first when it may be among it. */
static bool is_known(struct store *store, const char *phone_number, bool *known, struct error *err)
{
    struct import *import = store->import;
    int64_t id = 0;
    bool maybe = pending_may_have(&import->pending, phone_number);
    *known = false;
    if (import->was_empty && !maybe)
        return true;
    if (maybe && (!pending_flush(&import->pending, err) || !index_phones(store, err)))
        return false;
    return sql_int(store, SQL_FIND_PHONE_ID, VALUES(of_text(phone_number)), &id, known, err);
}

/* Queue the number when it is not there. */
static bool try_new(struct store *store, const struct import_row *row, bool *added,
                    struct error *err)
{
    struct row_ids ids;
    bool known = false;
    if (!is_known(store, row->phone_number, &known, err))
        return false;
    *added = !known;
    if (known)
        return true;
    if (!import_intern(store, row, &ids, err) || !add_number(store, row, &ids, err))
        return false;
    count_new(store, &ids);
    return true;
}

static bool is_refused(enum import_outcome outcome)
{
    return outcome == IMPORT_DUPLICATE || outcome == IMPORT_ELSEWHERE;
}

/* The line is accounted for by its number now. */
static bool forget_reject(struct store *store, int64_t line, struct error *err)
{
    return !store->import->had_rejects ||
           sql_run(store, SQL_REMOVE_REJECT, VALUES(of_int(store->import->batch_id), of_int(line)),
                   err);
}

/* A row of a rejects file: what it mends is kept, to be known again. */
static bool remember_mended(struct store *store, const struct import_row *row, struct error *err)
{
    int64_t id = 0;
    if (row->replaces_line == 0 || !store->import->had_rejects)
        return true;
    return pending_flush(&store->import->pending, err) && index_phones(store, err) &&
           sql_int(store, SQL_FIND_PHONE_ID, VALUES(of_text(row->phone_number)), &id, NULL, err) &&
           sql_run(store, SQL_ADD_MENDED,
                   VALUES(of_int(store->import->batch_id), of_int(row->replaces_line), of_int(id)),
                   err);
}

bool store_import_row(struct store *store, const struct import_row *row,
                      struct import_result *result, struct error *err)
{
    bool added = false;
    struct import_row placed;
    const struct import_row *kept = row;
    memset(result, 0, sizeof *result);
    if (row->record_bytes > RECORD_BYTES_MAX)
        return error_set(err, ERROR_INPUT, "line %lld is longer than %d bytes",
                         (long long)row->line, (int)RECORD_BYTES_MAX);
    if (row->replaces_line > 0) {
        placed = *row;
        placed.line = row->replaces_line;
        kept = &placed;
    }
    if (!try_new(store, kept, &added, err))
        return false;
    if (!added && !import_existing(store, kept, result, err))
        return false;
    return is_refused(result->outcome) ||
           (remember_mended(store, row, err) && forget_reject(store, kept->line, err));
}

bool store_import_is_mended(struct store *store, const struct import_reject *reject, bool *mended,
                            struct error *err)
{
    int64_t id = 0;
    if (!sql_int(store, SQL_FIND_MENDED,
                 VALUES(of_int(store->import->batch_id),
                        of_blob(reject->record, reject->record_bytes), of_int(reject->line)),
                 &id, mended, err))
        return false;
    return !*mended || sql_run(store, SQL_SEE_MENDED, VALUES(of_int(id)), err);
}

bool store_import_reject(struct store *store, const struct import_reject *reject, struct error *err)
{
    store->import->had_rejects = true;
    return sql_run(store, SQL_ADD_REJECT,
                   VALUES(of_int(store->import->batch_id), of_int(reject->line),
                          of_blob(reject->record, reject->record_bytes), of_text(reject->column),
                          of_text(reject->reason)),
                   err);
}

bool store_import_end(struct store *store, struct error *err)
{
    struct import *import = store->import;
    struct account queued = {.batch_id = import->batch_id,
                             .status = STATUS_QUEUED,
                             .step = STEP_CREATE,
                             .attention = ATTENTION_NONE};
    if (!pending_flush(&import->pending, err) || !index_phones(store, err) ||
        !import_flush(store, err) ||
        (import->new_count > 0 && !account_tally(store, &queued, import->new_count, err)) ||
        !sql_run(store, SQL_COUNT_REJECTS, VALUES(of_int(import->batch_id)), err))
        return false;
    store->has_first_rows = import->last_id > 0;
    import_free(import);
    store->import = NULL;
    return true;
}
