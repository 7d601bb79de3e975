/* The reports, one function a kind. Internal: called through the table in report.c. */
#ifndef NUMHOST_ENGINE_REPORT_PARTS_H
#define NUMHOST_ENGINE_REPORT_PARTS_H

#include "engine/accounts.h"
#include "engine/report_table.h"

/* What every kind gets; `table` has out, format, kind and now_ms set. */
struct report_job {
    struct store *store;
    const struct report_request *request;
    const struct accounts *accounts;
    struct report_table table;
    struct report_result *result; /* NULL: nobody asked */
};

bool report_numbers(struct report_job *job, struct error *err) MUST_USE; /* progress, failed */
bool report_rejected(struct report_job *job, struct error *err) MUST_USE;
bool report_summary(struct report_job *job, struct error *err) MUST_USE;
bool report_history(struct report_job *job, struct error *err) MUST_USE;
bool report_calls(struct report_job *job, struct error *err) MUST_USE;
bool report_signers(struct report_job *job, struct error *err) MUST_USE;
bool report_brief(struct report_job *job, struct error *err) MUST_USE;

/* As report_write and report_write_html, inside a transaction of the caller's: what several of them
 * show is one view of the store. */
bool report_write_within(struct store *store, const struct report_request *request, FILE *out,
                         struct report_result *result, struct error *err) MUST_USE;
bool report_html_within(struct store *store, const char *batch, int64_t now_ms, FILE *out,
                        struct error *err) MUST_USE;

/* Begin the table with these columns, and end it: the result gets its counts. */
bool job_begin(struct report_job *job, const struct report_column *columns, size_t count,
               struct error *err) MUST_USE;
bool job_end(struct report_job *job, struct error *err) MUST_USE;

#endif
