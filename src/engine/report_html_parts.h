/* The parts of report.html, in the order they stand on the page. Internal to report_html.c. */
#ifndef NUMHOST_ENGINE_REPORT_HTML_PARTS_H
#define NUMHOST_ENGINE_REPORT_HTML_PARTS_H

#include "engine/accounts.h"
#include "engine/findings.h"

#include <stdio.h>

enum { ACCOUNT_PART_COUNT = BUCKET_COUNT + 1 };

/* One summand of the accounting: a bucket, or last the rejected rows. */
struct account_part {
    const char *title;
    const char *tone; /* class in report.css */
    int64_t count;
};
struct account_part account_part(const struct account *account,
                                 int part); /* account NULL: count 0 */

void html_accounting(FILE *out, const struct account *account);
void html_findings(FILE *out, const struct findings *findings);
void html_statuses(FILE *out, const struct account *account);
void html_waiting(FILE *out, const struct findings *findings);

/* `before`, then a table cell with a count. */
void html_count_cell(FILE *out, const char *before, int64_t count);

#endif
