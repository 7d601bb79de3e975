/* The small reports: one row a batch, one row a signer's document. */
#include "engine/report_parts.h"

#include <assert.h>

enum { ACCOUNT_COLUMNS = 10 };

static const struct report_column account_columns[ACCOUNT_COLUMNS] = {
    {"batch", 1},     {"file", 1},        {"imported_at", 1},     {"rows", 1},
    {"completed", 1}, {"in_progress", 1}, {"needs_attention", 1}, {"failed", 1},
    {"canceled", 1},  {"rejected", 1},
};

static const char *const status_columns[STATUS_COUNT] = {
    [STATUS_QUEUED] = "status_queued",
    [STATUS_TWILIO_PROCESSING] = "status_twilio_processing",
    [STATUS_RECEIVED] = "status_received",
    [STATUS_PENDING_VERIFICATION] = "status_pending_verification",
    [STATUS_VERIFIED] = "status_verified",
    [STATUS_PENDING_LOA] = "status_pending_loa",
    [STATUS_CARRIER_PROCESSING] = "status_carrier_processing",
    [STATUS_TESTING] = "status_testing",
    [STATUS_COMPLETED] = "status_completed",
    [STATUS_FAILED] = "status_failed",
    [STATUS_ACTION_REQUIRED] = "status_action_required",
    [STATUS_CANCELED] = "status_canceled",
};

static bool add_account(struct report_table *table, const struct account *account,
                        struct error *err)
{
    assert(account_adds_up(account));
    table_word(table, account->batch.name);
    table_word(table, account->batch.file);
    table_instant(table, account->batch.imported_at_ms);
    table_int(table, account->rows);
    for (int bucket = 0; bucket < BUCKET_COUNT; bucket++)
        table_int(table, account->buckets[bucket]);
    table_int(table, account->rejected);
    for (int status = 0; status < STATUS_COUNT; status++)
        table_int(table, account->statuses[status]);
    return table_end_row(table, err);
}

bool report_summary(struct report_job *job, struct error *err)
{
    struct report_column columns[ACCOUNT_COLUMNS + STATUS_COUNT];
    for (size_t i = 0; i < ACCOUNT_COLUMNS; i++)
        columns[i] = account_columns[i];
    for (size_t i = 0; i < STATUS_COUNT; i++)
        columns[ACCOUNT_COLUMNS + i] = (struct report_column){status_columns[i], 1};
    if (!job_begin(job, columns, COUNT_OF(columns), err))
        return false;
    for (size_t i = 0; i < job->accounts->count; i++)
        if (!add_account(&job->table, &job->accounts->items[i], err))
            return false;
    return job_end(job, err);
}

static const struct report_column signer_columns[] = {
    {"contact_title", 1},
    {"email", 1},
    {"contact_phone_number", 1},
    {"address_sid", 1},
    {"numbers_upstream", 1},
    {"numbers_ready", 1},
    {"loa_sid", 1},
    {"loa_status", 1},
    {"loa_outcome_unknown", 1},
    {"loa_numbers", 1},
    {"sent_at", 1},
    {"ended_at", 1},
    {"waiting_since", 1},
};

struct signer_writer {
    struct report_table *table;
    bool failed;
    struct error *err;
};

static void add_loa(struct report_table *table, const struct loa *loa)
{
    if (loa == NULL) {
        for (int i = 0; i < 7; i++)
            table_nothing(table);
        return;
    }
    bool waits = loa->sent_at_ms != 0 && loa->ended_at_ms == 0;
    table_word(table, loa->sid);
    table_word(table, document_status_name(loa->status));
    table_word(table, loa->in_doubt ? "yes" : "no");
    table_int(table, loa->number_count);
    table_instant(table, loa->sent_at_ms);
    table_instant(table, loa->ended_at_ms);
    table_instant(table, waits ? loa->sent_at_ms : 0);
}

static bool add_signer(void *context, const struct loa *loa, const struct signer *signer,
                       int64_t waiting, int64_t ready)
{
    struct signer_writer *writer = context;
    table_word(writer->table, signer->contact_title);
    table_word(writer->table, signer->email);
    table_word(writer->table, signer->contact_phone_number);
    table_word(writer->table, signer->address_sid);
    table_int(writer->table, waiting);
    table_int(writer->table, ready);
    add_loa(writer->table, loa);
    writer->failed = !table_end_row(writer->table, writer->err);
    return !writer->failed;
}

bool report_signers(struct report_job *job, struct error *err)
{
    struct signer_writer writer = {.table = &job->table, .err = err};
    if (!job_begin(job, signer_columns, COUNT_OF(signer_columns), err) ||
        !store_each_signer(job->store, add_signer, &writer, err))
        return false;
    return !writer.failed && job_end(job, err);
}
