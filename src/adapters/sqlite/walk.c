/* The walk of the reports: numbers and rejected rows by batch and line, merged, one row in memory
 * at a time. */
#include "adapters/sqlite/columns.h"
#include "adapters/sqlite/rows.h"
#include "adapters/sqlite/select.h"
#include "base/text.h"

struct walk {
    struct store *store;
    sqlite3_stmt *numbers;
    sqlite3_stmt *rejects; /* NULL: not wanted */
    bool number_row;
    bool reject_row;
    int64_t batch_id; /* whose name and header are here */
    char batch[BATCH_NAME_BYTES];
    struct buf header;
    struct error *err;
};

/* Columns of the two statements. */
enum {
    NUMBER_BATCH = 1,
    NUMBER_LINE = 2,
    NUMBER_SITE = NUMBER_COLUMN_COUNT,
    NUMBER_RECORD = NUMBER_SITE + 2,
    REJECT_BATCH = 0,
    REJECT_LINE = 1,
    REJECT_RECORD = 2,
    REJECT_COLUMN = 3,
    REJECT_REASON = 4,
};

static bool read_header(struct walk *walk, int64_t batch_id)
{
    bool row = false;
    if (walk->batch_id == batch_id)
        return true;
    sqlite3_stmt *statement =
        sql_start(walk->store, SQL_READ_HEADER, VALUES(of_int(batch_id)), walk->err);
    if (statement == NULL || !sql_next(walk->store, statement, &row, walk->err))
        return false;
    TEXT_SET(walk->batch, row ? sql_text(statement, 0) : "");
    buf_clear(&walk->header);
    buf_add_text(&walk->header, row ? sql_text(statement, 1) : "");
    sqlite3_reset(statement);
    walk->batch_id = batch_id;
    return true;
}

static void read_record(sqlite3_stmt *statement, int at, struct number_view *view)
{
    const void *record = sqlite3_column_blob(statement, at);
    view->record = record != NULL ? record : "";
    view->record_bytes = (size_t)sqlite3_column_bytes(statement, at);
}

static bool view_number(struct walk *walk, struct number_view *view)
{
    if (!row_read_number(walk->numbers, 0, &view->number))
        return error_set(walk->err, ERROR_STORE, "database %s: damaged: restore the last copy",
                         walk->store->path);
    view->site = sql_text(walk->numbers, NUMBER_SITE);
    view->time_zone = sql_text(walk->numbers, NUMBER_SITE + 1);
    read_record(walk->numbers, NUMBER_RECORD, view);
    return read_header(walk, view->number.batch_id);
}

static bool view_reject(struct walk *walk, struct number_view *view)
{
    view->rejected = true;
    view->number.batch_id = sqlite3_column_int64(walk->rejects, REJECT_BATCH);
    view->number.line = sqlite3_column_int64(walk->rejects, REJECT_LINE);
    view->reject_column = sql_text(walk->rejects, REJECT_COLUMN);
    view->reject_reason = sql_text(walk->rejects, REJECT_REASON);
    read_record(walk->rejects, REJECT_RECORD, view);
    return read_header(walk, view->number.batch_id);
}

static bool reject_is_next(const struct walk *walk)
{
    if (!walk->reject_row || !walk->number_row)
        return walk->reject_row;
    int64_t number_batch = sqlite3_column_int64(walk->numbers, NUMBER_BATCH);
    int64_t reject_batch = sqlite3_column_int64(walk->rejects, REJECT_BATCH);
    if (number_batch != reject_batch)
        return reject_batch < number_batch;
    return sqlite3_column_int64(walk->rejects, REJECT_LINE) <
           sqlite3_column_int64(walk->numbers, NUMBER_LINE);
}

static bool advance(struct walk *walk, bool reject)
{
    return reject ? sql_next(walk->store, walk->rejects, &walk->reject_row, walk->err)
                  : sql_next(walk->store, walk->numbers, &walk->number_row, walk->err);
}

static bool walk_on(struct walk *walk, number_fn each, void *context)
{
    if (!advance(walk, false) || (walk->rejects != NULL && !advance(walk, true)))
        return false;
    while (walk->number_row || walk->reject_row) {
        struct number_view view = {.batch = walk->batch,
                                   .site = "",
                                   .time_zone = "",
                                   .reject_column = "",
                                   .reject_reason = ""};
        bool reject = reject_is_next(walk);
        if (!(reject ? view_reject(walk, &view) : view_number(walk, &view)))
            return false;
        view.header = buf_text(&walk->header);
        if (!each(context, &view))
            return true;
        if (!advance(walk, reject))
            return false;
    }
    return true;
}

static bool start_rejects(struct walk *walk, const struct selector *selector)
{
    int64_t batch_id = 0;
    bool found = true;
    if (selection_is_narrow(selector) || (!selector->all && selector->batch[0] == '\0'))
        return true;
    if (selector->batch[0] != '\0' &&
        !sql_int(walk->store, SQL_FIND_BATCH, VALUES(of_text(selector->batch), of_int(0)),
                 &batch_id, &found, walk->err))
        return false;
    if (!found)
        return true;
    walk->rejects =
        sql_start_own(walk->store, sql_of(SQL_EACH_REJECT), VALUES(of_int(batch_id)), walk->err);
    return walk->rejects != NULL;
}

bool store_each_number(struct store *store, const struct selector *selector, bool with_rejected,
                       number_fn each, void *context, struct error *err)
{
    struct walk walk = {.store = store, .err = err};
    struct selection selection;
    buf_init(&walk.header, HEADER_BYTES_MAX);
    selection_init(&selection, selector);
    walk.numbers = selection_start(
        store, &selection,
        "SELECT " NUMBER_COLUMNS ", coalesce(site.name, ''), coalesce(site.time_zone, ''), "
        "number.record " NUMBER_FROM "LEFT JOIN site ON site.id = number.site_id",
        " ORDER BY number.batch_id, number.line, number.id", 0, 0, err);
    bool ok = walk.numbers != NULL && (!with_rejected || start_rejects(&walk, selector)) &&
              walk_on(&walk, each, context);
    sqlite3_finalize(walk.numbers);
    sqlite3_finalize(walk.rejects);
    selection_done(&selection);
    buf_done(&walk.header);
    return ok;
}
