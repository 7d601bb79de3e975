/* report.html: the page for people who do not open a terminal. Counts and grouped reasons only: no
 * names, no addresses, phone numbers masked, so that it can be mailed around. */
#include "base/clock.h"
#include "engine/accounts.h"
#include "engine/findings.h"
#include "engine/html.h"
#include "engine/report.h"
#include "engine/report_html_parts.h"
#include "engine/report_parts.h"

#include <errno.h>
#include <string.h>

extern const char report_css[];

static void write_head(FILE *out, const char *title)
{
    fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"robots\" content=\"noindex\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" "
          "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>",
          out);
    html_text(out, title);
    fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n", report_css);
}

static void write_batches(FILE *out, const struct accounts *accounts)
{
    fputs("<h2 id=\"batches\">Batches</h2>\n<div class=\"table\" tabindex=\"0\" role=\"region\" "
          "aria-labelledby=\"batches\"><table>\n<caption>Every input row is in exactly one column."
          "</caption>\n<thead><tr><th scope=\"col\">Batch</th><th scope=\"col\" class=\"n\">Rows"
          "</th>",
          out);
    for (int part = 0; part < ACCOUNT_PART_COUNT; part++) {
        fputs("<th scope=\"col\" class=\"n\">", out);
        html_text(out, account_part(NULL, part).title);
        fputs("</th>", out);
    }
    fputs("<th scope=\"col\">Imported</th></tr></thead>\n<tbody>\n", out);
    for (size_t i = 0; i < accounts->count; i++) {
        const struct account *account = &accounts->items[i];
        fputs("<tr><th scope=\"row\">", out);
        html_text(out, account->batch.name);
        html_count_cell(out, "</th>", account->rows);
        for (int part = 0; part < ACCOUNT_PART_COUNT; part++)
            html_count_cell(out, "", account_part(account, part).count);
        fputs("<td>", out);
        html_instant(out, account->batch.imported_at_ms);
        fputs("</td></tr>\n", out);
    }
    fputs("</tbody>\n</table></div>\n", out);
}

static void write_page(FILE *out, const struct accounts *accounts, const struct findings *findings,
                       const char *batch, int64_t now_ms)
{
    char title[BATCH_NAME_BYTES + 64];
    snprintf(title, sizeof title, "Hosted numbers: %s", batch[0] != '\0' ? batch : "all batches");
    write_head(out, title);
    fputs("<h1>", out);
    html_text(out, title);
    fputs("</h1>\n<p class=\"lead\">As of ", out);
    html_instant(out, now_ms);
    fputs("</p>\n", out);
    html_accounting(out, &accounts->total);
    html_findings(out, findings);
    html_statuses(out, &accounts->total);
    html_waiting(out, findings);
    if (accounts->count > 1)
        write_batches(out, accounts);
    fputs("</main>\n<footer>Written by numhost " NUMHOST_VERSION
          ". Times are UTC. Phone numbers are masked; <code>progress.csv</code> has every row in "
          "full.</footer>\n</body>\n</html>\n",
          out);
}

bool report_html_within(struct store *store, const char *batch, int64_t now_ms, FILE *out,
                        struct error *err)
{
    struct accounts accounts;
    if (!accounts_read(store, batch, &accounts, err))
        return false;
    struct findings *findings = findings_new(store, batch, now_ms, DAY_MS, err);
    bool read = findings != NULL;
    if (read)
        write_page(out, &accounts, findings, batch, now_ms);
    accounts_done(&accounts);
    findings_free(findings);
    if (!read)
        return false;
    if (fflush(out) != 0 || ferror(out) != 0)
        return error_set(err, ERROR_OTHER, "report.html cannot be written: %s", strerror(errno));
    return true;
}

bool report_write_html(struct store *store, const char *batch, int64_t now_ms, FILE *out,
                       struct error *err)
{
    if (!store_begin(store, err))
        return false;
    bool written = report_html_within(store, batch, now_ms, out, err);
    store_rollback(store);
    return written;
}
