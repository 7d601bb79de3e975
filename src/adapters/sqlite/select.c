/* Selectors as SQL: fragments from a table, put together, everything else bound. */
#include "adapters/sqlite/select.h"

#include "adapters/sqlite/columns.h"
#include "base/text.h"

#include <stdlib.h>

static const char *const of_bucket[BUCKET_COUNT] = {
    [BUCKET_COMPLETED] = " AND " NUMBER_STATUS " = 'completed'",
    [BUCKET_FAILED] = " AND " NUMBER_STATUS " = 'failed'",
    [BUCKET_CANCELED] = " AND " NUMBER_STATUS " = 'canceled'",
    [BUCKET_ATTENTION] =
        " AND " NUMBER_STATUS " NOT IN ('completed', 'failed', 'canceled') AND "
        "(" NUMBER_ATTENTION " <> 'none' OR " NUMBER_STATUS " = 'action-required')",
    [BUCKET_IN_PROGRESS] = " AND " NUMBER_STATUS " NOT IN ('completed', 'failed', 'canceled', "
                           "'action-required') AND " NUMBER_ATTENTION " = 'none'",
};

bool selection_is_narrow(const struct selector *selector)
{
    return selector->site[0] != '\0' || selector->reason[0] != '\0' || selector->by_status ||
           selector->by_bucket || selector->phone_count > 0;
}

/* ["+1...", ...]: only what can stand in a phone number goes in, so nothing needs to be escaped. */
static void list_phones(const struct selector *selector, struct buf *out)
{
    for (size_t i = 0; i < selector->phone_count; i++) {
        buf_add_text(out, i == 0 ? "[\"" : "\",\"");
        for (const char *c = selector->phone_numbers[i]; *c != '\0'; c++)
            buf_add_char(out, *c == '+' || (*c >= '0' && *c <= '9') ? *c : '?');
    }
    buf_add_text(out, selector->phone_count > 0 ? "\"]" : "[]");
}

static void add_reason(struct selection *selection, const char *reason)
{
    enum attention attention = ATTENTION_NONE;
    long long code = 0;
    if (attention_parse(reason, &attention)) {
        selection->attention = attention_name(attention);
        buf_add_text(&selection->where, " AND " NUMBER_ATTENTION " = ?4");
    } else if (text_to_int(reason, 1, INT32_MAX, &code)) {
        selection->code = code;
        buf_add_text(&selection->where, " AND progress.reason_code = ?5");
    } else {
        buf_add_text(&selection->where, " AND 0");
    }
}

void selection_init(struct selection *selection, const struct selector *selector)
{
    bool none = !selector->all && selector->batch[0] == '\0' && !selection_is_narrow(selector);
    *selection = (struct selection){.selector = selector, .attention = ""};
    buf_init(&selection->where, 4096);
    buf_init(&selection->phones, (selector->phone_count + 1) * (PHONE_BYTES + 4));
    list_phones(selector, &selection->phones);
    buf_add_text(&selection->where, none ? " WHERE 0" : " WHERE 1");
    if (selector->batch[0] != '\0')
        buf_add_text(&selection->where,
                     " AND number.batch_id = (SELECT id FROM batch WHERE name = ?1)");
    if (selector->site[0] != '\0')
        buf_add_text(&selection->where,
                     " AND number.site_id IN (SELECT id FROM site WHERE name = ?2)");
    if (selector->by_status)
        buf_add_text(&selection->where, " AND " NUMBER_STATUS " = ?3");
    if (selector->reason[0] != '\0')
        add_reason(selection, selector->reason);
    if (selector->by_bucket)
        buf_add_text(&selection->where, of_bucket[selector->bucket]);
    if (selector->phone_count > 0)
        buf_add_text(&selection->where,
                     " AND number.phone_number IN (SELECT value FROM json_each(?6))");
}

void selection_done(struct selection *selection)
{
    buf_done(&selection->where);
    buf_done(&selection->phones);
}

sqlite3_stmt *selection_start(struct store *store, const struct selection *selection,
                              const char *before, const char *after, int64_t extra_1,
                              int64_t extra_2, struct error *err)
{
    struct buf text;
    buf_init(&text, 16384);
    buf_addf(&text, "%s%s%s", before, buf_text(&selection->where), after);
    sqlite3_stmt *statement = sql_start_own(
        store, buf_text(&text),
        VALUES(of_text(selection->selector->batch), of_text(selection->selector->site),
               of_text(status_name(selection->selector->status)), of_text(selection->attention),
               of_int(selection->code), of_text(buf_text(&selection->phones)), of_int(extra_1),
               of_int(extra_2)),
        err);
    buf_done(&text);
    return statement;
}

bool store_count_numbers(struct store *store, const struct selector *selector, int64_t *count,
                         struct error *err)
{
    struct selection selection;
    bool row = false;
    *count = 0;
    selection_init(&selection, selector);
    sqlite3_stmt *statement =
        selection_start(store, &selection, "SELECT count(*) " NUMBER_FROM, "", 0, 0, err);
    bool ok = statement != NULL && sql_next(store, statement, &row, err);
    if (ok)
        *count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    selection_done(&selection);
    return ok;
}

bool store_select_ids(struct store *store, const struct selector *selector, int64_t after_id,
                      int64_t *ids, size_t max, size_t *count, struct error *err)
{
    struct selection selection;
    bool row = true;
    *count = 0;
    selection_init(&selection, selector);
    sqlite3_stmt *statement = selection_start(store, &selection, "SELECT number.id " NUMBER_FROM,
                                              " AND number.id > ?7 ORDER BY number.id LIMIT ?8",
                                              after_id, (int64_t)max, err);
    bool ok = statement != NULL;
    while (ok && *count < max && (ok = sql_next(store, statement, &row, err)) && row)
        ids[(*count)++] = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    selection_done(&selection);
    return ok;
}
