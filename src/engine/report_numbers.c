/* The reports whose rows are input rows: the original cells first and unchanged, then what became
 * of them. */
#include "base/csv.h"
#include "base/memory.h"
#include "engine/advice.h"
#include "engine/report_headings.h"
#include "engine/report_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct report_column number_columns[] = {
    {"numhost_line", 1},
    {"numhost_status", 1},
    {"numhost_step", 1},
    {"numhost_waiting_on", 1},
    {"numhost_since", 1},
    {"numhost_next_at", 1},
    {"numhost_reason_code", 1},
    {"numhost_reason", 1},
    {"numhost_advice", 1},
    {"numhost_order_sid", 1},
    {"numhost_incoming_phone_number_sid", 1},
    {"numhost_loa_sid", 1},
    {"numhost_verification_attempts", 1},
    {"numhost_requests", 1},
    {"numhost_created_at", 1},
    {"numhost_verified_at", 1},
    {"numhost_signed_at", 1},
    {"numhost_completed_at", 1},
    {"numhost_updated_at", 1},
};

static const struct report_column rejected_columns[] = {
    {"numhost_line", 1},
    {"numhost_reason", 1},
};

struct row_writer {
    struct report_job *job;
    struct headings *headings;
    const struct number_view *view;
    bool (*wanted)(const struct number_view *view);
    void (*add_ours)(struct report_table *table, const struct number_view *view);
    bool wrote; /* the row at hand */
    bool failed;
    struct error *err;
};

static bool every_row(const struct number_view *view)
{
    (void)view;
    return true;
}

static bool is_rejected(const struct number_view *view)
{
    return view->rejected;
}

static bool wants_a_person(const struct number_view *view)
{
    if (view->rejected)
        return false;
    enum bucket bucket = number_bucket(view->number.status, view->number.attention);
    return bucket == BUCKET_FAILED || bucket == BUCKET_ATTENTION;
}

static void add_reject_reason(struct report_table *table, const struct number_view *view)
{
    struct buf reason;
    buf_init(&reason, CSV_FIELD_BYTES_MAX);
    if (view->reject_column[0] != '\0')
        buf_addf(&reason, "%s: ", view->reject_column);
    buf_add_text(&reason, view->reject_reason);
    table_word(table, buf_text(&reason));
    buf_done(&reason);
}

static void add_rejected(struct report_table *table, const struct number_view *view)
{
    table_int(table, view->number.line);
    add_reject_reason(table, view);
}

static void add_rejected_progress(struct report_table *table, const struct number_view *view)
{
    table_int(table, view->number.line);
    table_word(table, "rejected");
    table_word(table, step_name(STEP_NOTHING));
    table_word(table, party_name(PARTY_YOU));
    table_nothing(table);
    table_nothing(table);
    table_nothing(table);
    add_reject_reason(table, view);
    table_word(table, REJECTED_ADVICE);
    for (size_t i = 9; i < COUNT_OF(number_columns); i++)
        table_nothing(table);
}

static void add_state(struct report_table *table, const struct number *number)
{
    enum party party =
        number_waiting_on(number->status, number->step, number->attention, number->held);
    table_int(table, number->line);
    table_word(table, status_name(number->status));
    table_word(table, step_name(number->step));
    table_word(table, party_name(party));
    table_instant(table, number->since_at_ms);
    table_instant(table, number->due_at_ms);
    if (number->reason_code != 0)
        table_int(table, number->reason_code);
    else
        table_nothing(table);
    table_word(table, number_reason(number));
    table_word(table, number_advice(number));
}

static void add_progress(struct report_table *table, const struct number_view *view)
{
    if (view->rejected) {
        add_rejected_progress(table, view);
        return;
    }
    const struct number *number = &view->number;
    add_state(table, number);
    table_word(table, number->order_sid);
    table_word(table, number->incoming_phone_number_sid);
    table_word(table, number->loa_sid);
    table_int(table, number->verification_attempts);
    table_int(table, number->requests);
    table_instant(table, number->created_at_ms);
    table_instant(table, number->verified_at_ms);
    table_instant(table, number->signed_at_ms);
    table_instant(table, number->completed_at_ms);
    table_instant(table, number->updated_at_ms);
}

/* The cells of the record are there for the length of this call, so the whole row is written in it.
 */
static bool write_row(void *context, int64_t line, const struct csv_cell *cells, size_t cell_count)
{
    struct row_writer *writer = context;
    struct report_table *table = &writer->job->table;
    (void)line;
    for (size_t i = 0; i < writer->headings->count; i++) {
        int32_t cell = writer->headings->cell_of[i];
        if (cell >= 0 && (size_t)cell < cell_count)
            table_text(table, cells[cell].text, cells[cell].bytes);
        else
            table_word(table, "");
    }
    writer->add_ours(table, writer->view);
    writer->wrote = true;
    writer->failed = !table_end_row(table, writer->err);
    return false;
}

static bool add_number(void *context, const struct number_view *view)
{
    struct row_writer *writer = context;
    if (!writer->wanted(view))
        return true;
    writer->view = view;
    writer->wrote = false;
    headings_use(writer->headings, view->header);
    if (!csv_read_text(view->record, view->record_bytes, ',', write_row, writer, writer->err)) {
        writer->failed = true;
        return error_context(writer->err, "line %" PRId64 " of batch \"%s\"", view->number.line,
                             view->batch);
    }
    if (!writer->wrote)
        write_row(writer, 1, NULL, 0); /* a record of nothing is a row too */
    return !writer->failed;
}

static const struct report_column *join_columns(const struct headings *headings,
                                                const struct report_column *ours, size_t count)
{
    struct report_column *all = memory_new(headings->count + count, sizeof *all);
    if (headings->count > 0)
        memcpy(all, headings->columns, headings->count * sizeof *all);
    memcpy(all + headings->count, ours, count * sizeof *all);
    return all;
}

static bool write_rows(struct row_writer *writer, const struct report_column *columns,
                       size_t column_count, struct error *err)
{
    struct report_job *job = writer->job;
    const char *batch = job->request->batch;
    struct selector selector = {.all = batch[0] == '\0'};
    if (batch[0] != '\0')
        memcpy(selector.batch, job->accounts->items[0].batch.name, sizeof selector.batch);
    job->table.original_count = writer->headings->count;
    if (!job_begin(job, columns, column_count, err))
        return false;
    bool walked = store_each_number(job->store, &selector, true, add_number, writer, err);
    return walked && !writer->failed && job_end(job, err);
}

static bool report_rows(struct row_writer *writer, const struct report_column *ours, size_t count,
                        struct error *err)
{
    writer->err = err;
    writer->headings = headings_new(writer->job->store, writer->job->accounts, err);
    if (writer->headings == NULL)
        return false;
    const struct report_column *columns = join_columns(writer->headings, ours, count);
    bool written = write_rows(writer, columns, writer->headings->count + count, err);
    free((void *)columns);
    headings_free(writer->headings);
    return written;
}

bool report_numbers(struct report_job *job, struct error *err)
{
    bool all = job->request->kind == REPORT_PROGRESS;
    struct row_writer writer = {
        .job = job, .wanted = all ? every_row : wants_a_person, .add_ours = add_progress};
    return report_rows(&writer, number_columns, COUNT_OF(number_columns), err);
}

bool report_rejected(struct report_job *job, struct error *err)
{
    struct row_writer writer = {.job = job, .wanted = is_rejected, .add_ours = add_rejected};
    return report_rows(&writer, rejected_columns, COUNT_OF(rejected_columns), err);
}
