/* What may be done now, and when to ask again. Every statement here runs down an index;
 * test_store_plans proves it. */
#include "adapters/sqlite/rows.h"

static bool take(struct store *store, enum sql sql, int64_t urgency, int64_t now_ms,
                 struct number *out, size_t max, size_t *count, struct error *err)
{
    size_t got = 0;
    size_t room = max - *count;
    if (room == 0)
        return true;
    sqlite3_stmt *statement =
        sql_start(store, sql, VALUES(of_int(urgency), of_int(now_ms), of_int((int64_t)room)), err);
    if (!sql_read_numbers(store, statement, out + *count, room, &got, err))
        return false;
    *count += got;
    return true;
}

/* Of the same urgency, what has begun goes before what has not. */
bool store_take_due(struct store *store, int64_t now_ms, struct number *out, size_t max,
                    size_t *count, struct error *err)
{
    bool ok = true;
    *count = 0;
    for (int64_t urgency = URGENCY_LAPSING; ok && urgency >= 0 && *count < max; urgency--)
        ok = take(store, SQL_DUE, urgency, now_ms, out, max, count, err) &&
             take(store, SQL_FRESH, urgency, now_ms, out, max, count, err);
    return ok;
}

bool store_take_looks(struct store *store, enum status status, int64_t now_ms, struct number *out,
                      size_t max, size_t *count, struct error *err)
{
    sqlite3_stmt *statement =
        sql_start(store, SQL_LOOKS,
                  VALUES(of_text(status_name(status)), of_int(now_ms), of_int((int64_t)max)), err);
    return sql_read_numbers(store, statement, out, max, count, err);
}

bool store_count_looks(struct store *store, enum status status, int64_t now_ms, int64_t at_most,
                       int64_t *count, struct error *err)
{
    return sql_int(store, SQL_LOOKS_COUNT,
                   VALUES(of_text(status_name(status)), of_int(now_ms), of_int(at_most)), count,
                   NULL, err);
}

bool store_count_open_calls(struct store *store, int64_t now_ms, int64_t *count, struct error *err)
{
    return sql_int(store, SQL_OPEN_CALLS, VALUES(of_int(now_ms)), count, NULL, err);
}

bool store_take_lapsing(struct store *store, int64_t now_ms, int64_t warn_before_ms,
                        struct number *out, size_t max, size_t *count, struct error *err)
{
    size_t more = 0;
    sqlite3_stmt *over =
        sql_start(store, SQL_OVERDUE, VALUES(of_int(now_ms), of_int((int64_t)max)), err);
    if (!sql_read_numbers(store, over, out, max, count, err))
        return false;
    size_t room = max - *count;
    sqlite3_stmt *near = sql_start(
        store, SQL_WARNINGS,
        VALUES(of_int(now_ms + warn_before_ms), of_int(now_ms), of_int((int64_t)room)), err);
    if (!sql_read_numbers(store, near, out + *count, room, &more, err))
        return false;
    *count += more;
    return true;
}

bool store_take_ended_calls(struct store *store, int64_t now_ms, struct number *out, size_t max,
                            size_t *count, struct error *err)
{
    size_t more = 0;
    sqlite3_stmt *calls =
        sql_start(store, SQL_ENDED_CALLS, VALUES(of_int(now_ms), of_int((int64_t)max)), err);
    if (!sql_read_numbers(store, calls, out, max, count, err))
        return false;
    size_t room = max - *count;
    sqlite3_stmt *codes =
        sql_start(store, SQL_ENDED_CODES, VALUES(of_int(now_ms), of_int((int64_t)room)), err);
    if (!sql_read_numbers(store, codes, out + *count, room, &more, err))
        return false;
    *count += more;
    return true;
}

/* The earlier of two instants of which 0 is never. */
static int64_t earlier(int64_t a, int64_t b)
{
    if (a == 0 || b == 0)
        return a + b;
    return a < b ? a : b;
}

static bool first_due(struct store *store, enum sql sql, const struct value *values, size_t count,
                      int64_t *at_ms, struct error *err)
{
    int64_t first = 0;
    if (!sql_int(store, sql, values, count, &first, NULL, err))
        return false;
    *at_ms = earlier(*at_ms, first);
    return true;
}

bool store_next_due(struct store *store, int64_t after_ms, int64_t *at_ms, struct error *err)
{
    *at_ms = 0;
    for (int64_t urgency = 0; urgency <= URGENCY_LAPSING; urgency++)
        if (!first_due(store, SQL_DUE_FIRST, VALUES(of_int(urgency), of_int(after_ms)), at_ms,
                       err) ||
            !first_due(store, SQL_FRESH_FIRST, VALUES(of_int(urgency), of_int(after_ms)), at_ms,
                       err))
            return false;
    for (int status = 0; status < STATUS_COUNT; status++)
        if (status_is_remote((enum status)status) && !status_is_end((enum status)status) &&
            !first_due(store, SQL_LOOKS_FIRST,
                       VALUES(of_text(status_name((enum status)status)), of_int(after_ms)), at_ms,
                       err))
            return false;
    return first_due(store, SQL_CALL_FIRST, VALUES(of_int(after_ms)), at_ms, err) &&
           first_due(store, SQL_CALL_ENDS_FIRST, VALUES(of_int(after_ms)), at_ms, err) &&
           first_due(store, SQL_SIGNERS_FIRST, VALUES(of_int(after_ms)), at_ms, err) &&
           first_due(store, SQL_DUE_LOAS_FIRST, VALUES(of_int(after_ms)), at_ms, err);
}
