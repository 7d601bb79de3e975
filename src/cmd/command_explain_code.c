#include "base/text.h"
#include "cmd/commands.h"
#include "cmd/invocation.h"
#include "cmd/json_output.h"
#include "domain/failure.h"

#include <string.h>

static void print_row(const struct invocation *inv, const struct failure *row)
{
    FILE *out = inv->out;
    const struct style *style = &inv->style;
    fprintf(out, "%s%d%s  %s\n", style->bold, row->code, style->reset, row->reason);
    if (row->http_status != 0)
        fprintf(out, "  http    %d\n", row->http_status);
    fprintf(out, "  class   %s\n  owner   %s\n  advice  %s\n", failure_class_name(row->class),
            row->owner, row->advice);
    if (row->column[0] != '\0')
        fprintf(out, "  column  %s\n", row->column);
    fprintf(out, "  source  %s\n", row->source);
}

static json_t *row_json(const struct failure *row)
{
    return json_pack("{s:i, s:i, s:s, s:s, s:s, s:s, s:s, s:s}", "code", (int)row->code,
                     "http_status", (int)row->http_status, "class", failure_class_name(row->class),
                     "owner", row->owner, "reason", row->reason, "advice", row->advice, "column",
                     row->column, "source", row->source);
}

static void print_json(FILE *out, json_t *codes)
{
    json_t *root = json_pack("{s:i, s:o}", "schema", 1, "codes", codes);
    json_print(out, root);
}

/* The rows of this code; all of them for -1. Returns how many. */
static size_t explain(const struct invocation *inv, long long code)
{
    json_t *codes = json_array();
    const struct failure *row;
    size_t found = 0;
    for (size_t i = 0; (row = failure_at(i)) != NULL; i++) {
        if (code >= 0 && row->code != code)
            continue;
        found++;
        if (inv->json)
            json_array_append_new(codes, row_json(row));
        else
            print_row(inv, row);
    }
    if (inv->json && found > 0)
        print_json(inv->out, codes);
    else
        json_decref(codes);
    return found;
}

static enum result run(struct invocation *inv, struct error *err)
{
    const char *word = invocation_word(inv, 0);
    long long code = -1;
    if (strcmp(word, "all") != 0 && !text_to_int(word, 0, 999999, &code)) {
        error_set(err, ERROR_USAGE, "'%.40s' is not an error code: give its number, or all", word);
        return command_failed(err);
    }
    if (explain(inv, code) > 0)
        return RESULT_DONE;
    error_set(err, ERROR_OTHER,
              "%lld is not in the dictionary; the service's own page is "
              "https://www.twilio.com/docs/api/errors/%lld",
              code, code);
    return command_failed(err);
}

const struct command command_explain_code = {
    .name = "explain-code",
    .positionals = "CODE|all",
    .summary = "what an error code of the service means and what to do",
    .positional_min = 1,
    .positional_max = 1,
    .examples = {{"explain-code 22100", "what does this code ask of me?"},
                 {"explain-code all --json", "the whole dictionary"}},
    .run = run,
};
