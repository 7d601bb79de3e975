/* What is wrong with rows of an import, said, written beside and stored. */
#include "base/require.h"
#include "base/text.h"
#include "engine/import_private.h"

#include <inttypes.h>
#include <string.h>

enum { REASON_TEXT_BYTES = 512 };

/* What was found wrong with a row that is not imported. */
struct refusal {
    int64_t line;
    const char *column; /* heading as in the file */
    const char *value;  /* masked */
    struct finding finding;
};

void import_say_near_headings(struct import *import, int64_t line)
{
    for (size_t i = 0; i < import->header.near_count; i++) {
        char note[96];
        snprintf(note, sizeof note, "did you mean \"%s\"?", import->header.near_columns[i]);
        const struct import_message message = {
            .is_warning = true,
            .line = line,
            .column = import->header.near_headings[i],
            .value = "",
            .rule = "numhost has no column of this name and keeps it for the reports",
            .note = note,
            .suggestion = "if so, rename it",
        };
        import_messages_add(&import->messages, &message);
    }
}

static bool add_to_rejects_file(struct import *import, const char *reason)
{
    if (import->options->dry_run)
        return true;
    if (!import->rejects.begun &&
        !import_rejects_open(&import->rejects, import->rejects_path, buf_text(&import->safe_header),
                             import->safe_header.length, import->err))
        return import_stop(import);
    import_rejects_add(&import->rejects, buf_text(&import->safe_record), import->safe_record.length,
                       reason);
    return true;
}

/* An earlier import refused the same row, and it was mended since. */
static bool is_mended(struct import *import, int64_t kept_line, bool *mended)
{
    const struct import_reject reject = {.line = kept_line,
                                         .record = buf_text(&import->record),
                                         .record_bytes = import->record.length};
    *mended = false;
    if (import->store != NULL &&
        !store_import_is_mended(import->store, &reject, mended, import->err))
        return import_stop(import);
    return true;
}

/* A refused row is no number's, whatever number stands in it: it keeps what the rejected row has
 * that it comes from. */
static bool build_refused(struct import *import, int64_t line, const struct csv_cell *cells,
                          size_t count)
{
    if (import->columns.absent_count == 0)
        return true;
    if (!import_kept_find(&import->kept, NULL, import->kept_line, import->err))
        return import_stop(import);
    return import_build_record(import, line, cells, count);
}

/* Message, rejects file and store: a refused row is accounted for in all three. `line` is the row's
 * in this file; `counter` is the outcome's. */
static bool refuse_row(struct import *import, const struct refusal *refusal, int64_t *counter,
                       const struct csv_cell *cells, size_t count)
{
    bool mended = false;
    const struct finding *finding = &refusal->finding;
    bool noted = finding->note[0] != '\0';
    int64_t kept_line = import->kept_line > 0 ? import->kept_line : refusal->line;
    char rule[REASON_TEXT_BYTES];
    char reason[REASON_TEXT_BYTES + 128];
    if (!build_refused(import, refusal->line, cells, count) ||
        !is_mended(import, kept_line, &mended))
        return false;
    *(mended ? &import->summary->outcomes[IMPORT_UNCHANGED] : counter) += 1;
    if (mended)
        return true;
    const struct import_message message = {.line = refusal->line,
                                           .column = refusal->column,
                                           .value = refusal->value,
                                           .rule = finding->rule,
                                           .note = finding->note,
                                           .suggestion = finding->suggestion};
    import_messages_add(&import->messages, &message);
    snprintf(rule, sizeof rule, "%s%s%s%s; %s", finding->rule, noted ? " (" : "", finding->note,
             noted ? ")" : "", finding->suggestion);
    snprintf(reason, sizeof reason, "line %" PRId64 ": %s%s%s", kept_line, refusal->column,
             refusal->column[0] != '\0' ? ": " : "", rule);
    import_build_safe(import, cells, count, &import->safe_record);
    if (!add_to_rejects_file(import, reason))
        return false;
    const struct import_reject reject = {.line = kept_line,
                                         .record = buf_text(&import->record),
                                         .record_bytes = import->record.length,
                                         .column = refusal->column,
                                         .reason = rule};
    if (import->store != NULL && !import->is_of_number &&
        !store_import_reject(import->store, &reject, import->err))
        return import_stop(import);
    return true;
}

static const char *heading_of(const struct import *import, enum column column)
{
    const char *heading = import->header.headings[column];
    return heading[0] != '\0' ? heading : column_name(column);
}

bool import_refuse_by_rule(struct import *import, const struct row_result *result, int64_t line,
                           const struct csv_cell *cells, size_t count)
{
    char value[MASK_BYTES] = "";
    struct refusal refusal = {.line = line, .column = "", .value = value, .finding = result->wrong};
    if (!result->whole_row) {
        const struct csv_cell *cell = import_cell_of(import, cells, result->column);
        refusal.column = heading_of(import, result->column);
        column_mask(result->column, cell->text, cell->bytes, value);
    }
    return refuse_row(import, &refusal, &import->summary->rejected, cells, count);
}

static void warn(struct import *import, int64_t line, enum column column,
                 const struct finding *finding, const struct csv_cell *cells)
{
    const struct csv_cell *cell = import_cell_of(import, cells, column);
    char value[MASK_BYTES];
    column_mask(column, cell->text, cell->bytes, value);
    const struct import_message message = {.is_warning = true,
                                           .line = line,
                                           .column = heading_of(import, column),
                                           .value = value,
                                           .rule = finding->rule,
                                           .note = finding->note,
                                           .suggestion = finding->suggestion};
    import_messages_add(&import->messages, &message);
}

void import_say_warnings(struct import *import, const struct row_result *result,
                         const struct csv_cell *cells)
{
    for (size_t i = 0; i < result->warning_count; i++)
        warn(import, import->out.line, result->warnings[i].column, &result->warnings[i].finding,
             cells);
}

/* A good row whose number is taken. */
static bool refuse_number(struct import *import, const struct finding *finding,
                          enum import_outcome outcome, const struct csv_cell *cells, size_t count)
{
    char value[MASK_BYTES];
    const struct csv_cell *cell = import_cell_of(import, cells, COLUMN_PHONE_NUMBER);
    column_mask(COLUMN_PHONE_NUMBER, cell->text, cell->bytes, value);
    const struct refusal refusal = {.line = import->out.line,
                                    .column = heading_of(import, COLUMN_PHONE_NUMBER),
                                    .value = value,
                                    .finding = *finding};
    return refuse_row(import, &refusal, &import->summary->outcomes[outcome], cells, count);
}

bool import_refuse_by_store(struct import *import, const struct import_result *result,
                            const struct csv_cell *cells, size_t count)
{
    char note[BATCH_NAME_BYTES + 64];
    struct finding finding = {.rule = "the same number stands earlier in this file",
                              .note = note,
                              .suggestion = "remove one of the two rows"};
    snprintf(note, sizeof note, "line %" PRId64, result->other_line);
    if (result->outcome == IMPORT_ELSEWHERE) {
        snprintf(note, sizeof note, "batch \"%s\", line %" PRId64, result->other_batch,
                 result->other_line);
        finding.rule = "the number belongs to another batch already";
        finding.suggestion = "leave it out here, or give it up there first with numhost cancel";
    }
    return refuse_number(import, &finding, result->outcome, cells, count);
}

void import_say_conflict(struct import *import, const struct import_result *result,
                         const struct csv_cell *cells)
{
    static const char rule[] = "the row differs from what has been sent already; nothing was "
                               "changed";
    const struct finding finding = {
        .rule = rule,
        .note = status_name(result->status),
        .suggestion = "cancel the number and import it again, or put the old value back"};
    enum column column = COLUMN_PHONE_NUMBER;
    bool known = column_parse(result->column, &column);
    REQUIRE(known);
    warn(import, import->out.line, column, &finding, cells);
}

bool import_refuse_held(struct import *import, int64_t other_line, const struct csv_cell *cells,
                        size_t count)
{
    char note[64];
    const struct finding finding = {.rule = "another row of this batch has the number already",
                                    .note = note,
                                    .suggestion = "write the right number, or leave the row out"};
    snprintf(note, sizeof note, "line %" PRId64, other_line);
    return refuse_number(import, &finding, IMPORT_DUPLICATE, cells, count);
}
