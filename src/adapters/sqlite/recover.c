/* After a crash: what was recorded as about to be sent and never settled is looked up before
 * anything else. */
#include "adapters/sqlite/details.h"
#include "base/text.h"

/* Known to be in doubt since it was sent: said once, however often a run ends before it is settled.
 */
static bool is_said(struct store *store, const struct number *number, bool *said, struct error *err)
{
    int64_t any = 0;
    return sql_int(store, SQL_SAID_UNKNOWN,
                   VALUES(of_int(number->id), of_int(number->intent_at_ms)), &any, said, err);
}

static bool say_doubt(struct store *store, const struct number *number, int64_t now_ms,
                      struct error *err)
{
    struct event event = {.number_id = number->id,
                          .at_ms = now_ms,
                          .kind = EVENT_OUTCOME_UNKNOWN,
                          .status_from = number->status,
                          .status_to = number->status};
    TEXT_SET(event.actor, "numhost");
    TEXT_SET(event.text, "an earlier run ended before the outcome was known; it is looked up");
    return store_add_event(store, &event, err);
}

/* Whoever was to settle it is dead: what a person decides stays with the person, the rest is looked
 * up now. */
static bool doubt_number(struct store *store, struct number *number, int64_t now_ms, int64_t *count,
                         struct error *err)
{
    bool said = false;
    if (!is_said(store, number, &said, err))
        return false;
    bool is_waiting = said && number->step == STEP_RECONCILE;
    if (is_waiting && (number->attention != ATTENTION_NONE || number->due_at_ms == now_ms))
        return true;
    number->step = STEP_RECONCILE;
    number->due_at_ms = now_ms;
    number->updated_at_ms = now_ms;
    *count += said ? 0 : 1;
    return (said || say_doubt(store, number, now_ms, err)) && store_save_number(store, number, err);
}

/* The walks must move on: in a damaged file a row can come back for ever. */
static bool say_damaged(struct store *store, const char *what, int64_t id, struct error *err)
{
    return error_set(err, ERROR_STORE, "database %s: %s %lld is damaged: restore the last copy",
                     store->path, what, (long long)id);
}

static bool comes_later(int64_t at_ms, int64_t id, int64_t last_at_ms, int64_t last_id)
{
    return at_ms > last_at_ms || (at_ms == last_at_ms && id > last_id);
}

static bool doubt_numbers(struct store *store, int64_t now_ms, int64_t *count, struct error *err)
{
    struct number number = {.id = 0};
    size_t got = 0;
    do {
        int64_t last_at_ms = number.intent_at_ms;
        int64_t last_id = number.id;
        sqlite3_stmt *statement = sql_start(
            store, SQL_UNSETTLED, VALUES(of_int(number.intent_at_ms), of_int(number.id)), err);
        if (!sql_read_numbers(store, statement, &number, 1, &got, err))
            return false;
        if (got == 1 && !comes_later(number.intent_at_ms, number.id, last_at_ms, last_id))
            return say_damaged(store, "number", number.id, err);
        if (got == 1 && !doubt_number(store, &number, now_ms, count, err))
            return false;
    } while (got == 1);
    return true;
}

static bool doubt_loas(struct store *store, int64_t now_ms, int64_t *count, struct error *err)
{
    bool row = false;
    struct loa last = {.id = 0};
    for (;;) {
        struct loa loa;
        sqlite3_stmt *statement = sql_start(store, SQL_UNSETTLED_LOAS, NO_VALUES, err);
        if (statement == NULL || !sql_next(store, statement, &row, err))
            return false;
        if (!row)
            return true;
        loa_read(statement, 0, &loa);
        sqlite3_reset(statement);
        if (loa.id <= 0 || !comes_later(loa.intent_at_ms, loa.id, last.intent_at_ms, last.id))
            return say_damaged(store, "LOA", loa.id, err);
        last = loa;
        loa.in_doubt = true;
        loa.due_at_ms = now_ms;
        if (!store_save_loa(store, &loa, err))
            return false;
        ++*count;
    }
}

bool store_recover(struct store *store, int64_t now_ms, int64_t *count, struct error *err)
{
    bool own = false;
    *count = 0;
    if (!sql_begin_own(store, &own, err))
        return false;
    bool ok = doubt_numbers(store, now_ms, count, err) && doubt_loas(store, now_ms, count, err);
    return sql_end_own(store, own, ok, err);
}
