#include "base/memory.h"
#include "base/require.h"
#include "base/text.h"
#include "engine/import_home.h"
#include "engine/import_judge.h"
#include "engine/import_names.h"
#include "engine/import_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SAFE_RECORD_BYTES_MAX = 2 * RECORD_BYTES_MAX };

/* Guards and quotes add a few bytes to each cell of a record that fitted. */
void import_build_safe(const struct import *import, const struct csv_cell *cells, size_t count,
                       struct buf *out)
{
    bool fits = import_columns_given(&import->header, cells, count, true, out);
    REQUIRE(fits);
}

bool import_stop(struct import *import)
{
    import->failed = true;
    return false;
}

static bool stop_too_long(struct import *import, int64_t line)
{
    error_set(import->err, ERROR_INPUT,
              "line %" PRId64 ": the row is too long; remove columns that numhost does not need",
              line);
    return import_stop(import);
}

/* What is wrong with the configuration's mapping is on no line of the file. */
static bool stop_at_header(struct import *import, int64_t line)
{
    if (import->err->kind == ERROR_INPUT)
        error_context(import->err, "line %" PRId64, line);
    return import_stop(import);
}

/* A batch that is there keeps its columns: the header in `record` becomes the batch's. */
static bool match_batch(struct import *import, int64_t line, const struct import_headings *given)
{
    struct buf stored;
    bool found = false;
    import->columns.in_order = true;
    if (import->store == NULL)
        return true;
    buf_init(&stored, HEADER_BYTES_MAX);
    bool matched =
        store_read_header(import->store, import->summary->batch, &stored, &found, import->err) &&
        (!found || import_columns_match(&import->columns, given, buf_text(&stored), &import->record,
                                        import->err));
    buf_done(&stored);
    return matched || stop_at_header(import, line);
}

static bool take_header(struct import *import, int64_t line, const struct csv_cell *cells,
                        size_t count)
{
    const struct import_options *options = import->options;
    struct row_mapping mappings[IMPORT_MAPPINGS_MAX];
    const struct import_headings given = {.header = &import->header,
                                          .cells = cells,
                                          .count = count,
                                          .mappings = mappings,
                                          .mapping_count = options->mapping_count};
    for (size_t i = 0; i < options->mapping_count; i++)
        mappings[i] = (struct row_mapping){.heading = options->mappings[i].heading,
                                           .column = options->mappings[i].column};
    if (!row_header_read(&import->header, cells, count, mappings, options->mapping_count,
                         import->err))
        return stop_at_header(import, line);
    import->has_header = true;
    if (!import_columns_given(&import->header, cells, count, false, &import->record) ||
        import->record.length > HEADER_BYTES_MAX)
        return stop_too_long(import, line);
    import_build_safe(import, cells, count, &import->safe_header);
    import_say_near_headings(import, line);
    if (!match_batch(import, line, &given))
        return false;
    import_columns_widen(&import->columns, &import->header, &import->wide_header);
    const char *slash = strrchr(options->path, '/');
    if (import->store != NULL &&
        !store_import_begin(import->store, import->summary->batch,
                            slash != NULL ? slash + 1 : options->path, buf_text(&import->record),
                            options->now_ms, import->err))
        return import_stop(import);
    return true;
}

static void fill_row(struct import *import, int64_t line)
{
    struct import_row *out = &import->out;
    memcpy(out->phone_number, import->row.phone_number, sizeof out->phone_number);
    (void)TEXT_SET(out->site, import->row.site);
    (void)TEXT_SET(out->time_zone, import->row.time_zone);
    out->priority = import->row.priority;
    out->verification_type = import->row.verification_type;
    out->line = line;
    out->record = buf_text(&import->record);
    out->record_bytes = import->record.length;
    row_complete_signer(&out->signer, &import->options->default_signer);
}

/* row_take() leaves alone what has no column: undo what the row before left there. */
static void forget_row(struct import *import)
{
    import->row.verification_type = import->options->default_type;
    if (import->read_by->cell_of[COLUMN_CONTACT_TITLE] < 0)
        import->out.signer.contact_title[0] = '\0';
    if (import->read_by->cell_of[COLUMN_CONTACT_PHONE_NUMBER] < 0)
        import->out.signer.contact_phone_number[0] = '\0';
}

bool import_build_record(struct import *import, int64_t line, const struct csv_cell *cells,
                         size_t count)
{
    return import_columns_stored(&import->columns, &import->header, cells, count,
                                 import->kept.cells, &import->record) ||
           stop_too_long(import, line);
}

const struct csv_cell *import_cell_of(const struct import *import, const struct csv_cell *cells,
                                      enum column column)
{
    static const struct csv_cell none = {.text = "", .bytes = 0};
    int cell = import->read_by->cell_of[column];
    return cell >= 0 ? &cells[cell] : &none;
}

static bool store_row(struct import *import, const struct row_result *found,
                      const struct csv_cell *cells, size_t count)
{
    struct import_result result = {.outcome = IMPORT_NEW};
    int64_t other_line = 0;
    if (!import_places_holder(&import->places, import->out.phone_number, import->kept_line,
                              &other_line, import->err))
        return import_stop(import);
    if (other_line != 0 && !import->places.is_added)
        return import_refuse_held(import, other_line, cells, count);
    import->out.replaces_line = other_line != 0 ? other_line : import->kept_line;
    if (import->store != NULL &&
        !store_import_row(import->store, &import->out, &result, import->err))
        return import_stop(import);
    if (result.outcome == IMPORT_DUPLICATE || result.outcome == IMPORT_ELSEWHERE)
        return import_refuse_by_store(import, &result, cells, count);
    import->summary->outcomes[result.outcome]++;
    import_say_warnings(import, found, cells);
    if (result.outcome == IMPORT_CONFLICT)
        import_say_conflict(import, &result, cells);
    return true;
}

/* Where the number of a report's row stands. */
static bool find_place(struct import *import)
{
    bool elsewhere = false;
    if (!import->is_of_number)
        return true;
    if (!import_places_number(&import->places, import->out.phone_number, &import->kept_line,
                              &elsewhere, import->err))
        return import_stop(import);
    if (!elsewhere || import->options->batch != NULL)
        return true;
    error_set(import->err, ERROR_INPUT,
              "line %" PRId64 ": this report is about several batches; write one for each, with "
              "numhost report --batch NAME, and import those",
              import->out.line);
    return import_stop(import);
}

/* With what it keeps in columns that the file has not. A row of another width is refused as it is;
 * empty cells behind the last column are none. */
static bool widen_row(struct import *import, const struct csv_cell **cells, size_t *count)
{
    size_t width = import->header.width;
    size_t absent_count = import->columns.absent_count;
    import->read_by = &import->header;
    import->read_count = *count;
    if (absent_count == 0)
        return true;
    bool fits = *count >= width && row_is_blank(*cells + width, *count - width);
    if (!import_kept_find(&import->kept,
                          fits ? import_cell_of(import, *cells, COLUMN_PHONE_NUMBER) : NULL,
                          import->kept_line, import->err))
        return import_stop(import);
    if (!fits)
        return true;
    memcpy(import->wide_cells, *cells, width * sizeof **cells);
    memcpy(import->wide_cells + width, import->kept.cells, absent_count * sizeof **cells);
    import->read_by = &import->wide_header;
    import->read_count = width + absent_count;
    *cells = import->wide_cells;
    *count = width;
    return true;
}

static bool take_row(void *context, int64_t line, const struct csv_cell *cells, size_t count)
{
    struct import *import = context;
    if (!import->has_header)
        return take_header(import, line, cells, count);
    if (row_is_blank(cells, count))
        return true;
    const struct row_target target = {
        .row = &import->row, .signer = &import->out.signer, .details = &import->out.details};
    struct row_result result;
    import->summary->rows++;
    if (!import_places_line(&import->places, row_replaced_line(&import->header, cells, count),
                            &import->kept_line, import->err))
        return import_stop(import);
    import->is_of_number = row_is_of_number(&import->header, cells, count);
    if (!widen_row(import, &cells, &count) || !import_build_record(import, line, cells, count))
        return false;
    forget_row(import);
    if (!row_take(import->read_by, cells, import->read_count, &target, &result))
        return import_refuse_by_rule(import, &result, line, cells, count);
    fill_row(import, line);
    if (!find_place(import))
        return false;
    return store_row(import, &result, cells, count);
}

static bool commit(struct import *import)
{
    if (import->store == NULL)
        return true;
    if (!store_import_end(import->store, import->err))
        return false;
    if (!import->options->dry_run)
        return store_commit(import->store, import->err);
    store_rollback(import->store);
    return true;
}

/* A rejects file is also left for a file that is refused because of its rows. err may be NULL. */
static bool publish_rejects(struct import *import, struct error *err)
{
    if (!import->rejects.begun)
        return true;
    if (!import_rejects_publish(&import->rejects, err))
        return error_context(err, "the rows are imported (numhost report rejected lists the "
                                  "others), but");
    (void)TEXT_SET(import->summary->rejects_path, import->rejects_path);
    return true;
}

static void roll_back(struct import *import)
{
    if (import->store != NULL)
        store_rollback(import->store);
}

/* Inside the transaction; it is closed on return. */
static bool read_rows(struct import *import, int fd)
{
    const struct csv_options csv = {.delimiter = import->options->delimiter};
    bool read = csv_read(fd, &csv, take_row, import, import->err) && !import->failed;
    bool accepted = read && import_judge(import->summary, import->has_header,
                                         import->options->strict, import->err);
    bool synced = read && import_rejects_sync(&import->rejects, accepted ? import->err : NULL);
    if (!accepted || !synced || !commit(import)) {
        roll_back(import);
        if (!accepted && synced)
            (void)!publish_rejects(import, NULL); /* what is said is why the file is refused */
        return false;
    }
    return publish_rejects(import, import->err);
}

static bool run(struct import *import)
{
    int fd = import_open(import->options, import->err);
    if (fd < 0)
        return false;
    bool good = import_batch_name(import->options, import->summary->batch, import->err) &&
                import_home_batch(import->store, import->options, fd, import->summary->batch,
                                  import->err) &&
                import_rejects_name(import->options, fd, import->rejects_path,
                                    sizeof import->rejects_path, import->err) &&
                (import->store == NULL || store_begin(import->store, import->err)) &&
                read_rows(import, fd);
    close(fd);
    return good;
}

bool import_file(struct store *store, const struct import_options *options,
                 struct import_summary *summary, struct error *err)
{
    const char *file = import_is_stdin(options->path) ? "standard input" : options->path;
    struct import *import = memory_new(1, sizeof *import);
    *summary = (struct import_summary){0};
    import->store = store;
    import->options = options;
    import->summary = summary;
    import->err = err;
    import->places = (struct import_places){.store = store, .batch = summary->batch};
    import->messages.out = options->messages;
    import->messages.file = file;
    import_kept_init(&import->kept, store, &import->columns);
    buf_init(&import->record, RECORD_BYTES_MAX);
    buf_init(&import->safe_record, SAFE_RECORD_BYTES_MAX);
    buf_init(&import->safe_header, SAFE_RECORD_BYTES_MAX);
    bool good = run(import);
    import_messages_end(&import->messages);
    summary->warnings = import->messages.warnings;
    import_rejects_drop(&import->rejects);
    import_kept_done(&import->kept);
    buf_done(&import->record);
    buf_done(&import->safe_record);
    buf_done(&import->safe_header);
    free(import);
    if (!good)
        error_context(err, "%s", file);
    return good;
}
