#include "engine/report_html_parts.h"

#include "engine/html.h"

struct account_part account_part(const struct account *account, int part)
{
    static const struct account_part parts[ACCOUNT_PART_COUNT] = {
        [BUCKET_COMPLETED] = {"Completed", "completed", 0},
        [BUCKET_IN_PROGRESS] = {"In progress", "progress", 0},
        [BUCKET_ATTENTION] = {"Needs attention", "attention", 0},
        [BUCKET_FAILED] = {"Failed", "failed", 0},
        [BUCKET_CANCELED] = {"Canceled", "canceled", 0},
        [BUCKET_COUNT] = {"Rejected", "rejected", 0},
    };
    struct account_part found = parts[part];
    if (account != NULL)
        found.count = part == BUCKET_COUNT ? account->rejected : account->buckets[part];
    return found;
}

void html_count_cell(FILE *out, const char *before, int64_t count)
{
    fprintf(out, "%s<td class=\"n%s\">", before, count == 0 ? " muted" : "");
    html_count(out, count);
    fputs("</td>", out);
}

/* One bar of all rows, cut by the parts of the accounting; the cards above it are its text. */
static void write_bar(FILE *out, const struct account *account)
{
    double x = 0;
    fputs("<figure><svg viewBox=\"0 0 1000 24\" role=\"img\" aria-label=\"Share of every part; the "
          "numbers are above\" preserveAspectRatio=\"none\" style=\"height:1.5rem\">"
          "<rect class=\"track\" width=\"1000\" height=\"24\" rx=\"4\"/>",
          out);
    for (int i = 0; i < ACCOUNT_PART_COUNT; i++) {
        struct account_part part = account_part(account, i);
        if (part.count == 0)
            continue;
        double width = 1000.0 * (double)part.count / (double)account->rows;
        fprintf(out, "<rect class=\"%s\" x=\"%.2f\" width=\"%.2f\" height=\"24\"/>", part.tone, x,
                width);
        x += width;
    }
    fputs("</svg></figure>\n", out);
}

void html_accounting(FILE *out, const struct account *account)
{
    fputs("<ul class=\"cards\">\n", out);
    for (int i = 0; i < ACCOUNT_PART_COUNT; i++) {
        struct account_part part = account_part(account, i);
        fprintf(out, "<li class=\"%s\"><b>", part.tone);
        html_count(out, part.count);
        fprintf(out, "</b><span>%s</span></li>\n", part.title);
    }
    fputs("</ul>\n", out);
    write_bar(out, account);
    fputs("<p class=\"sum\">", out);
    html_count(out, account->rows);
    fputs(" rows = ", out);
    for (int i = 0; i < ACCOUNT_PART_COUNT; i++) {
        struct account_part part = account_part(account, i);
        fputs(i > 0 ? " + " : "", out);
        html_count(out, part.count);
        fprintf(out, " %s", i == BUCKET_COUNT ? "rejected" : bucket_name((enum bucket)i));
    }
    fputs("</p>\n", out);
}

static const char *status_tone(enum status status)
{
    switch (status) {
    case STATUS_COMPLETED: return "completed";
    case STATUS_FAILED: return "failed";
    case STATUS_CANCELED: return "canceled";
    case STATUS_ACTION_REQUIRED: return "attention";
    case STATUS_QUEUED:
    case STATUS_TWILIO_PROCESSING:
    case STATUS_RECEIVED:
    case STATUS_PENDING_VERIFICATION:
    case STATUS_VERIFIED:
    case STATUS_PENDING_LOA:
    case STATUS_CARRIER_PROCESSING:
    case STATUS_TESTING: return "progress";
    }
    return "progress";
}

enum { BAR_LEFT = 190, BAR_WIDTH = 560, BAR_STEP = 28, BAR_HEIGHT = 18 };

/* The order of the lifecycle, which is the order of enum status but for action-required. */
static void write_status_bar(FILE *out, const struct account *account, enum status status, int y,
                             int64_t most)
{
    int64_t count = account->statuses[status];
    fprintf(out, "<text x=\"0\" y=\"%d\">%s</text>", y + 14, status_name(status));
    fprintf(out, "<rect class=\"track\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"3\"/>",
            BAR_LEFT, y, BAR_WIDTH, BAR_HEIGHT);
    if (count > 0) {
        double width = (double)BAR_WIDTH * (double)count / (double)most;
        fprintf(out, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"3\"/>",
                status_tone(status), BAR_LEFT, y, width < 2 ? 2 : width, BAR_HEIGHT);
    }
    fprintf(out, "<text class=\"value\" x=\"%d\" y=\"%d\">", BAR_LEFT + BAR_WIDTH + 10, y + 14);
    html_count(out, count);
    fputs("</text>\n", out);
}

static void write_status_table(FILE *out, const struct account *account)
{
    fputs("<details><summary>The same as a table</summary>\n<div class=\"table\"><table>\n<caption>"
          "Numbers by status and whom they wait for</caption>\n<thead><tr><th scope=\"col\">Status"
          "</th><th scope=\"col\" class=\"n\">Numbers</th>",
          out);
    for (int party = PARTY_NUMHOST; party < PARTY_COUNT; party++)
        fprintf(out, "<th scope=\"col\" class=\"n\">%s</th>", party_name((enum party)party));
    fputs("</tr></thead>\n<tbody>\n", out);
    for (int status = 0; status < STATUS_COUNT; status++) {
        fprintf(out, "<tr><th scope=\"row\">%s", status_name((enum status)status));
        html_count_cell(out, "</th>", account->statuses[status]);
        for (int party = PARTY_NUMHOST; party < PARTY_COUNT; party++)
            html_count_cell(out, "", account->waiting[status][party]);
        fputs("</tr>\n", out);
    }
    fputs("</tbody>\n</table></div></details>\n", out);
}

void html_statuses(FILE *out, const struct account *account)
{
    int64_t most = 0;
    for (int status = 0; status < STATUS_COUNT; status++)
        if (account->statuses[status] > most)
            most = account->statuses[status];
    fprintf(out,
            "<h2>By status</h2>\n<figure><svg viewBox=\"0 0 860 %d\" role=\"img\" "
            "aria-label=\"Bars: numbers by status; the table below has the values\">\n",
            STATUS_COUNT * BAR_STEP);
    for (int status = 0; status < STATUS_COUNT; status++)
        write_status_bar(out, account, (enum status)status, status * BAR_STEP, most);
    fputs("</svg>\n<figcaption>Numbers in every status of their order, from queued to "
          "completed.</figcaption></figure>\n",
          out);
    write_status_table(out, account);
}

static const char *section_tone(enum section section)
{
    static const char *const tones[SECTION_COUNT] = {
        [SECTION_ATTENTION] = "attention", [SECTION_FAILED] = "failed",
        [SECTION_REJECTED] = "rejected",   [SECTION_HELD] = "canceled",
        [SECTION_WAITING] = "progress",    [SECTION_HAPPENED] = "completed",
    };
    return tones[section];
}

static void write_finding(FILE *out, const struct finding *finding)
{
    fprintf(out, "<tr><td><span class=\"tag %s\">%s</span></td>", section_tone(finding->section),
            section_name(finding->section));
    html_count_cell(out, "", finding->count);
    fputs("<td>", out);
    html_text(out, finding->reason);
    if (finding->code != 0)
        fprintf(out, " <span class=\"muted\">(code %d)</span>", finding->code);
    fputs("<br><span class=\"muted\">", out);
    html_text(out, finding->advice);
    fputs("</span></td><td>", out);
    html_text(out, finding->example_batch);
    fprintf(out, ", line %lld", (long long)finding->example_line);
    if (finding->example_number[0] != '\0') {
        fputs(", ", out);
        html_text(out, finding->example_number);
    }
    fputs("</td><td>", out);
    html_instant(out, finding->oldest_at_ms);
    fputs("</td></tr>\n", out);
}

static size_t count_until(const struct findings *findings, enum section before)
{
    size_t count = 0;
    while (count < findings->count && findings->items[count].section < before)
        count++;
    return count;
}

static void write_lately(FILE *out, const struct findings *findings)
{
    const char *joint = "<h2>In the last day</h2>\n<p>";
    for (size_t i = count_until(findings, SECTION_HAPPENED); i < findings->count; i++) {
        fputs(joint, out);
        html_count(out, findings->items[i].count);
        fputc(' ', out);
        html_text(out, findings->items[i].reason);
        joint = ", ";
    }
    if (joint[0] == ',')
        fputs(".</p>\n", out);
}

void html_findings(FILE *out, const struct findings *findings)
{
    size_t count = count_until(findings, SECTION_WAITING);
    write_lately(out, findings);
    fputs("<h2 id=\"todo\">For you to do</h2>\n", out);
    if (count == 0) {
        fputs("<p>Nothing. No number waits for a decision.</p>\n", out);
        return;
    }
    fputs("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-labelledby=\"todo\"><table>\n"
          "<caption>Equal reasons together, most important first</caption>\n<thead><tr>"
          "<th scope=\"col\">State</th><th scope=\"col\" class=\"n\">Count</th>"
          "<th scope=\"col\">Reason and what to do</th><th scope=\"col\">First</th>"
          "<th scope=\"col\">Since</th></tr></thead>\n<tbody>\n",
          out);
    for (size_t i = 0; i < count; i++)
        write_finding(out, &findings->items[i]);
    fputs("</tbody>\n</table></div>\n", out);
}

void html_waiting(FILE *out, const struct findings *findings)
{
    size_t end = count_until(findings, SECTION_HAPPENED);
    size_t begin = count_until(findings, SECTION_WAITING);
    fputs("<h2 id=\"waiting\">Who is waited for</h2>\n", out);
    if (begin == end) {
        fputs("<p>Nobody: no number is under way.</p>\n", out);
        return;
    }
    fputs(
        "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-labelledby=\"waiting\"><table>\n"
        "<caption>Numbers under way, and since when the longest has waited</caption>\n"
        "<thead><tr><th scope=\"col\">Who</th><th scope=\"col\">Status</th>"
        "<th scope=\"col\" class=\"n\">Numbers</th><th scope=\"col\">What happens next</th>"
        "<th scope=\"col\">Since</th></tr></thead>\n<tbody>\n",
        out);
    for (size_t i = begin; i < end; i++) {
        const struct finding *finding = &findings->items[i];
        fprintf(out, "<tr><th scope=\"row\">%s</th><td>", party_name(finding->who));
        html_text(out, finding->reason);
        html_count_cell(out, "</td>", finding->count);
        fputs("<td>", out);
        html_text(out, finding->advice);
        fputs("</td><td>", out);
        html_instant(out, finding->oldest_at_ms);
        fputs("</td></tr>\n", out);
    }
    fputs("</tbody>\n</table></div>\n", out);
}
