/* The reports whose rows are events: history, and the calls in it. */
#include "engine/report_parts.h"

static const struct report_column history_columns[] = {
    {"at", 1},         {"phone_number", 1}, {"event", 1},       {"from", 1},
    {"to", 1},         {"operation", 1},    {"http_status", 1}, {"code", 1},
    {"request_id", 1}, {"actor", 1},        {"text", 1},
};

static const struct report_column call_columns[] = {
    {"at", 1},   {"phone_number", 1}, {"call", 1},  {"http_status", 1},
    {"code", 1}, {"request_id", 1},   {"actor", 1}, {"text", 1},
};

static const uint64_t call_kinds = UINT64_C(1) << EVENT_CALL_PLACED |
                                   UINT64_C(1) << EVENT_CALL_REFUSED |
                                   UINT64_C(1) << EVENT_CALL_UNANSWERED |
                                   UINT64_C(1) << EVENT_CODE_POSTED | UINT64_C(1) << EVENT_STATUS;

struct event_writer {
    struct report_table *table;
    bool failed;
    struct error *err;
};

static void add_count(struct report_table *table, int32_t value)
{
    if (value != 0)
        table_int(table, value);
    else
        table_nothing(table);
}

static bool add_event(void *context, const struct event *event, const char *phone_number)
{
    struct event_writer *writer = context;
    struct report_table *table = writer->table;
    table_instant(table, event->at_ms);
    table_word(table, phone_number);
    table_word(table, event_name(event->kind));
    table_word(table, status_name(event->status_from));
    table_word(table, status_name(event->status_to));
    table_word(table, event->has_operation ? operation_name(event->operation) : "");
    add_count(table, event->http_status);
    add_count(table, event->code);
    table_word(table, event->request_id);
    table_word(table, event->actor);
    table_word(table, event->text);
    writer->failed = !table_end_row(table, writer->err);
    return !writer->failed;
}

/* The service may be two statuses ahead of what was last seen. */
static bool shows_verified(const struct event *event)
{
    bool past = event->status_to == STATUS_VERIFIED || event->status_to == STATUS_PENDING_LOA ||
                event->status_to == STATUS_CARRIER_PROCESSING ||
                event->status_to == STATUS_TESTING || event->status_to == STATUS_COMPLETED;
    bool before =
        event->status_from == STATUS_RECEIVED || event->status_from == STATUS_PENDING_VERIFICATION;
    return past && before;
}

static const char *call_word(const struct event *event)
{
    if (event->kind == EVENT_CALL_PLACED)
        return "placed";
    if (event->kind == EVENT_CALL_REFUSED)
        return "refused";
    if (event->kind == EVENT_CALL_UNANSWERED)
        return "unanswered";
    if (event->kind == EVENT_CODE_POSTED)
        return "code-posted";
    return shows_verified(event) ? "verified" : NULL;
}

static bool add_call(void *context, const struct event *event, const char *phone_number)
{
    struct event_writer *writer = context;
    struct report_table *table = writer->table;
    const char *word = call_word(event);
    if (word == NULL)
        return true;
    table_instant(table, event->at_ms);
    table_word(table, phone_number);
    table_word(table, word);
    add_count(table, event->http_status);
    add_count(table, event->code);
    table_word(table, event->request_id);
    table_word(table, event->actor);
    table_word(table, event->text);
    writer->failed = !table_end_row(table, writer->err);
    return !writer->failed;
}

static bool write_events(struct report_job *job, uint64_t kinds, event_fn add, struct error *err)
{
    struct event_writer writer = {.table = &job->table, .err = err};
    bool walked = store_each_event(job->store, 0, job->request->batch, kinds, add, &writer, err);
    return walked && !writer.failed && job_end(job, err);
}

bool report_history(struct report_job *job, struct error *err)
{
    return job_begin(job, history_columns, COUNT_OF(history_columns), err) &&
           write_events(job, 0, add_event, err);
}

bool report_calls(struct report_job *job, struct error *err)
{
    return job_begin(job, call_columns, COUNT_OF(call_columns), err) &&
           write_events(job, call_kinds, add_call, err);
}
