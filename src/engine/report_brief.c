#include "base/clock.h"
#include "engine/findings.h"
#include "engine/report_parts.h"

static const struct report_column brief_columns[] = {
    {"rank", 1}, {"section", 1}, {"who", 1},    {"count", 1},         {"what", 1},
    {"code", 1}, {"since", 1},   {"advice", 1}, {"example_batch", 1}, {"example_line", 1},
};

static bool add_finding(struct report_table *table, int64_t rank, const struct finding *finding,
                        struct error *err)
{
    table_int(table, rank);
    table_word(table, section_name(finding->section));
    table_word(table, party_name(finding->who));
    table_int(table, finding->count);
    table_word(table, finding->reason);
    if (finding->code != 0)
        table_int(table, finding->code);
    else
        table_nothing(table);
    table_instant(table, finding->oldest_at_ms);
    table_word(table, finding->advice);
    table_word(table, finding->example_batch);
    table_int(table, finding->example_line);
    return table_end_row(table, err);
}

bool report_brief(struct report_job *job, struct error *err)
{
    struct findings *findings =
        findings_new(job->store, job->request->batch, job->request->now_ms, DAY_MS, err);
    if (findings == NULL)
        return false;
    bool written = job_begin(job, brief_columns, COUNT_OF(brief_columns), err);
    for (size_t i = 0; written && i < findings->count; i++)
        written = add_finding(&job->table, (int64_t)i + 1, &findings->items[i], err);
    findings_free(findings);
    return written && job_end(job, err);
}
