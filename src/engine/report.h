/* Reports: what is in the store, as a table in a file or stream. Rows are written as they are read,
 * in constant memory over any number of rows, from one unchanging view of the store. Nothing here
 * writes the store. */
#ifndef NUMHOST_ENGINE_REPORT_H
#define NUMHOST_ENGINE_REPORT_H

#include "base/buf.h"
#include "base/error.h"
#include "ports/store.h"

#include <stdio.h>

enum report_kind {
    REPORT_PROGRESS, /* a row for every input row, rejected ones in their place */
    REPORT_SUMMARY,  /* a row for every batch: the accounting, and counts by status */
    REPORT_FAILED, /* failed and needs attention, laid out as `progress`: valid input once mended */
    REPORT_REJECTED, /* rows refused by import and not mended yet: original columns, line, reason */
    REPORT_HISTORY,  /* every event */
    REPORT_CALLS,    /* calls placed, refused and unanswered, and the verifications they led to */
    REPORT_SIGNERS,  /* every signer with every document */
    REPORT_BRIEF,    /* the morning's page: what happened, who has to do what */
};
enum { REPORT_KIND_COUNT = REPORT_BRIEF + 1 };

enum report_format {
    REPORT_CSV,  /* RFC 4180 with LF; cells a spreadsheet would run are guarded (csv_add_safe_cell)
                  */
    REPORT_JSON, /* one object, one row a line: {"schema":1,"report":...,"rows":[...],"count":N} */
};
enum { REPORT_FORMAT_COUNT = REPORT_JSON + 1 };

enum { REPORT_BATCHES_MAX = 10000, REPORT_HEADINGS_MAX = 4096 };

struct report_request {
    enum report_kind kind;
    enum report_format format;
    const char *batch; /* "" all. ERROR_USAGE with a suggestion when there is no such batch */
    int64_t now_ms;
};

struct report_result {
    int64_t rows;       /* without the heading */
    struct buf columns; /* a JSON array of the headings; report_result_done() */
};
void report_result_done(struct report_result *result);

const char *report_kind_name(enum report_kind kind);
bool report_kind_parse(const char *word, enum report_kind *kind) MUST_USE;
bool report_format_parse(const char *word, enum report_format *format) MUST_USE;

/* Write the report to `out`, which is flushed and stays open. result may be NULL. ERROR_OTHER when
 * writing fails. */
bool report_write(struct store *store, const struct report_request *request, FILE *out,
                  struct report_result *result, struct error *err) MUST_USE;

/* The page for a browser: counts, a bar, who waits for whom, failures with advice. Self-contained,
 * no script, no personal data. */
bool report_write_html(struct store *store, const char *batch, int64_t now_ms, FILE *out,
                       struct error *err) MUST_USE;

/* Write to a file beside `path`, sync, rename to it, sync the directory; mode 0600. On failure
 * `path` is what it was before. A `path` that exists and is no regular file (a device, a pipe) is
 * written directly; a link is followed unless another user made it. */
bool report_write_file(struct store *store, const struct report_request *request, const char *path,
                       struct report_result *result, struct error *err) MUST_USE;

/* Every kind as CSV, report.html and, last, manifest.json into `directory` (made with 0700 when it
 * is not there), each as by report_write_file. A set is whole when the SHA-256 of every file is the
 * one in the manifest. */
bool report_write_all(struct store *store, const char *batch, int64_t now_ms, const char *directory,
                      struct error *err) MUST_USE;

#endif
