#include "engine/report.h"

#include "base/text.h"
#include "engine/report_parts.h"

enum { COLUMN_LIST_BYTES_MAX = 16 * 1024 * 1024 };

typedef bool (*report_fn)(struct report_job *job, struct error *err);

static const struct {
    const char *name;
    report_fn write;
} kinds[REPORT_KIND_COUNT] = {
    [REPORT_PROGRESS] = {"progress", report_numbers},
    [REPORT_SUMMARY] = {"summary", report_summary},
    [REPORT_FAILED] = {"failed", report_numbers},
    [REPORT_REJECTED] = {"rejected", report_rejected},
    [REPORT_HISTORY] = {"history", report_history},
    [REPORT_CALLS] = {"calls", report_calls},
    [REPORT_SIGNERS] = {"signers", report_signers},
    [REPORT_BRIEF] = {"brief", report_brief},
};

static const char *const formats[REPORT_FORMAT_COUNT] = {
    [REPORT_CSV] = "csv",
    [REPORT_JSON] = "json",
};

const char *report_kind_name(enum report_kind kind)
{
    return kinds[kind].name;
}

bool report_kind_parse(const char *word, enum report_kind *kind)
{
    for (int i = 0; i < REPORT_KIND_COUNT; i++) {
        if (text_same_word(word, kinds[i].name)) {
            *kind = (enum report_kind)i;
            return true;
        }
    }
    return false;
}

bool report_format_parse(const char *word, enum report_format *format)
{
    *format = text_same_word(word, formats[REPORT_JSON]) ? REPORT_JSON : REPORT_CSV;
    return text_same_word(word, formats[*format]);
}

void report_result_done(struct report_result *result)
{
    buf_done(&result->columns);
}

bool job_begin(struct report_job *job, const struct report_column *columns, size_t count,
               struct error *err)
{
    job->table.columns = columns;
    job->table.column_count = count;
    return table_begin(&job->table, err);
}

bool job_end(struct report_job *job, struct error *err)
{
    if (!table_end(&job->table, err))
        return false;
    if (job->result == NULL)
        return true;
    job->result->rows = job->table.rows;
    table_list_columns(&job->table, &job->result->columns);
    if (job->result->columns.overflow)
        return error_set(err, ERROR_OTHER,
                         "report %s: its headings are longer than %d bytes: name one batch with "
                         "--batch",
                         job->table.kind, COLUMN_LIST_BYTES_MAX);
    return true;
}

bool report_write_within(struct store *store, const struct report_request *request, FILE *out,
                         struct report_result *result, struct error *err)
{
    struct accounts accounts;
    if (result != NULL) {
        *result = (struct report_result){0};
        buf_init(&result->columns, COLUMN_LIST_BYTES_MAX);
    }
    if (!accounts_read(store, request->batch, &accounts, err))
        return false;
    struct report_job job = {
        .store = store,
        .request = request,
        .accounts = &accounts,
        .table = {.out = out,
                  .format = request->format,
                  .kind = kinds[request->kind].name,
                  .now_ms = request->now_ms},
        .result = result,
    };
    bool written = kinds[request->kind].write(&job, err);
    table_done(&job.table);
    accounts_done(&accounts);
    return written;
}

bool report_write(struct store *store, const struct report_request *request, FILE *out,
                  struct report_result *result, struct error *err)
{
    if (!store_begin(store, err))
        return false;
    bool written = report_write_within(store, request, out, result, err);
    store_rollback(store);
    return written;
}
