/* History: the events, and the imports, which are kept with the numbers, merged by time. */
#include "adapters/sqlite/sql.h"
#include "base/text.h"

struct stream {
    sqlite3_stmt *statement; /* NULL: not wanted */
    bool row;
    struct event event;
    char phone_number[PHONE_BYTES];
};

struct history {
    struct store *store;
    uint64_t kinds;
    struct stream imports;
    struct stream events;
    struct error *err;
};

static bool parse_operation(const char *word, enum operation *operation)
{
    for (int i = 0; i < OPERATION_COUNT; i++) {
        if (text_same_word(word, operation_name((enum operation)i))) {
            *operation = (enum operation)i;
            return true;
        }
    }
    return false;
}

static bool read_event(struct stream *stream)
{
    sqlite3_stmt *statement = stream->statement;
    struct event *out = &stream->event;
    *out = (struct event){.number_id = sqlite3_column_int64(statement, 0),
                          .at_ms = sqlite3_column_int64(statement, 1),
                          .http_status = sqlite3_column_int(statement, 6),
                          .code = sqlite3_column_int(statement, 7)};
    out->has_operation = parse_operation(sql_text(statement, 5), &out->operation);
    TEXT_SET(out->request_id, sql_text(statement, 8));
    TEXT_SET(out->text, sql_text(statement, 9));
    TEXT_SET(out->actor, sql_text(statement, 10));
    TEXT_SET(stream->phone_number, sql_text(statement, 11));
    return event_parse(sql_text(statement, 2), &out->kind) &&
           status_parse(sql_text(statement, 3), &out->status_from) &&
           status_parse(sql_text(statement, 4), &out->status_to);
}

static bool wanted(const struct history *history, enum event_kind kind)
{
    return history->kinds == 0 || (history->kinds >> kind & 1) != 0;
}

/* To the stream's next event that is wanted. */
static bool advance(struct history *history, struct stream *stream)
{
    do {
        if (stream->statement == NULL) {
            stream->row = false;
            return true;
        }
        if (!sql_next(history->store, stream->statement, &stream->row, history->err))
            return false;
        if (stream->row && !read_event(stream))
            return error_set(history->err, ERROR_STORE,
                             "database %s: damaged: restore the last "
                             "copy",
                             history->store->path);
    } while (stream->row && !wanted(history, stream->event.kind));
    return true;
}

/* A number is imported before anything else happens to it, so an import goes first at the same
 * instant. */
static struct stream *older(struct history *history)
{
    struct stream *imports = &history->imports;
    struct stream *events = &history->events;
    if (!imports->row || !events->row)
        return imports->row ? imports : events;
    return imports->event.at_ms <= events->event.at_ms ? imports : events;
}

static bool walk(struct history *history, event_fn each, void *context)
{
    if (!advance(history, &history->imports) || !advance(history, &history->events))
        return false;
    for (;;) {
        struct stream *next = older(history);
        if (!next->row || !each(context, &next->event, next->phone_number))
            return true;
        if (!advance(history, next))
            return false;
    }
}

static bool find_batch(struct store *store, const char *batch, int64_t *id, bool *found,
                       struct error *err)
{
    *id = 0;
    *found = true;
    return batch[0] == '\0' ||
           sql_int(store, SQL_FIND_BATCH, VALUES(of_text(batch), of_int(0)), id, found, err);
}

bool store_each_event(struct store *store, int64_t number_id, const char *batch, uint64_t kinds,
                      event_fn each, void *context, struct error *err)
{
    struct history history = {.store = store, .kinds = kinds, .err = err};
    bool one = number_id > 0;
    bool found = true;
    int64_t key = number_id;
    if (!one && !find_batch(store, batch, &key, &found, err))
        return false;
    if (!found)
        return true;
    bool ok = true;
    if (wanted(&history, EVENT_IMPORTED))
        ok = (history.imports.statement =
                  sql_start_own(store, sql_of(one ? SQL_IMPORT_OF : SQL_EACH_IMPORT),
                                VALUES(of_int(key)), err)) != NULL;
    ok = ok && (history.events.statement =
                    sql_start_own(store, sql_of(one ? SQL_EVENTS_OF : SQL_EACH_EVENT),
                                  VALUES(of_int(key)), err)) != NULL;
    ok = ok && walk(&history, each, context);
    sqlite3_finalize(history.imports.statement);
    sqlite3_finalize(history.events.statement);
    return ok;
}
