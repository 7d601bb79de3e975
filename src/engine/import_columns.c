#include "engine/import_columns.h"

#include "ports/store.h"

#include <string.h>

#define REMEDY "remove columns that numhost does not need, or give the file a batch of its own"

struct matching {
    struct import_columns *columns;
    const struct import_headings *given;
    const struct csv_cell *stored;
    size_t stored_count;
    bool taken[CSV_COLUMNS_MAX]; /* columns of the batch that the file has */
    struct buf *header;
    bool done;
    bool too_many;
};

static bool is_open(const struct matching *matching, size_t cell)
{
    const struct import_headings *given = matching->given;
    return !row_cell_is_ours(given->header, cell, given->count) &&
           matching->columns->place_of[cell] < 0;
}

static void take(struct matching *matching, size_t cell, size_t place)
{
    matching->columns->place_of[cell] = (int)place;
    matching->taken[place] = true;
}

static void match_heading(struct matching *matching, size_t cell)
{
    const char *heading = matching->given->cells[cell].text;
    size_t place = 0;
    while (place < matching->stored_count &&
           (matching->taken[place] || !row_same_heading(heading, matching->stored[place].text)))
        place++;
    if (place < matching->stored_count)
        take(matching, cell, place);
}

static bool means(const struct matching *matching, const struct csv_cell *heading,
                  enum column column)
{
    const struct import_headings *given = matching->given;
    enum column meant;
    return row_column_of(heading, given->mappings, given->mapping_count, &meant) && meant == column;
}

static void match_column(struct matching *matching, size_t cell, enum column column)
{
    size_t place = 0;
    while (place < matching->stored_count &&
           (matching->taken[place] || !means(matching, &matching->stored[place], column)))
        place++;
    if (place < matching->stored_count)
        take(matching, cell, place);
}

/* Equal headings first: a mapping may have been added since that makes two of the batch's columns
 * the same. */
static void match_all(struct matching *matching)
{
    for (size_t i = 0; i < matching->given->count; i++)
        if (is_open(matching, i))
            match_heading(matching, i);
    for (int i = 0; i < COLUMN_COUNT; i++) {
        int cell = matching->given->header->cell_of[i];
        if (cell >= 0 && is_open(matching, (size_t)cell))
            match_column(matching, (size_t)cell, (enum column)i);
    }
}

static void append_new(struct matching *matching)
{
    struct import_columns *columns = matching->columns;
    for (size_t i = 0; i < matching->given->count; i++) {
        if (!is_open(matching, i))
            continue;
        matching->too_many = columns->count == CSV_COLUMNS_MAX;
        if (matching->too_many)
            return;
        const char *text = csv_strip_guard(matching->given->cells[i].text);
        csv_add_cell(matching->header, text, strlen(text), columns->count == 0);
        columns->place_of[i] = (int)columns->count++;
    }
}

static void note_absent(struct matching *matching)
{
    struct import_columns *columns = matching->columns;
    const struct import_headings *given = matching->given;
    for (size_t i = 0; i < matching->stored_count; i++) {
        enum column column;
        if (matching->taken[i])
            continue;
        if (row_column_of(&matching->stored[i], given->mappings, given->mapping_count, &column) &&
            columns->absent_of[column] < 0)
            columns->absent_of[column] = (int)columns->absent_count;
        columns->absent[columns->absent_count++] = i;
    }
}

static void note_order(struct import_columns *columns, size_t width)
{
    int next = 0;
    columns->in_order = columns->absent_count == 0;
    for (size_t i = 0; i < width; i++)
        if (columns->place_of[i] >= 0 && columns->place_of[i] != next++)
            columns->in_order = false;
}

static void match(struct matching *matching, const struct csv_cell *stored, size_t stored_count)
{
    matching->done = true;
    matching->stored = stored;
    matching->stored_count = stored_count;
    matching->columns->count = stored_count;
    match_all(matching);
    append_new(matching);
    note_absent(matching);
    note_order(matching->columns, matching->given->count);
}

static bool take_stored(void *context, int64_t line, const struct csv_cell *cells, size_t count)
{
    (void)line;
    match(context, cells, count);
    return false;
}

bool import_columns_match(struct import_columns *columns, const struct import_headings *given,
                          const char *stored, struct buf *header, struct error *err)
{
    struct matching matching = {.columns = columns, .given = given, .header = header};
    *columns = (struct import_columns){0};
    for (size_t i = 0; i < CSV_COLUMNS_MAX; i++)
        columns->place_of[i] = -1;
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        columns->absent_of[i] = -1;
    buf_clear(header);
    buf_add_text(header, stored);
    if (!csv_read_text(stored, strlen(stored), ',', take_stored, &matching, err))
        return error_context(err, "the header of the batch");
    if (!matching.done)
        match(&matching, NULL, 0);
    if (matching.too_many)
        return error_set(
            err, ERROR_INPUT,
            "with the columns that the batch has already there are more than %d; " REMEDY,
            CSV_COLUMNS_MAX);
    if (header->overflow || header->length > HEADER_BYTES_MAX)
        return error_set(err, ERROR_INPUT,
                         "with the columns that the batch has already the header is longer than "
                         "%d bytes; " REMEDY,
                         (int)HEADER_BYTES_MAX);
    return true;
}

void import_columns_widen(const struct import_columns *columns, const struct row_header *header,
                          struct row_header *wide)
{
    *wide = *header;
    wide->width += columns->absent_count;
    for (int i = 0; i < COLUMN_COUNT && columns->absent_count > 0; i++)
        if (header->cell_of[i] < 0 && columns->absent_of[i] >= 0)
            wide->cell_of[i] = (int)header->width + columns->absent_of[i];
}

bool import_columns_given(const struct row_header *header, const struct csv_cell *cells,
                          size_t count, bool safe, struct buf *out)
{
    bool first = true;
    buf_clear(out);
    for (size_t i = 0; i < count; i++) {
        if (row_cell_is_ours(header, i, count))
            continue;
        const char *text = csv_strip_guard(cells[i].text);
        size_t bytes = cells[i].bytes - (size_t)(text - cells[i].text);
        if (safe)
            csv_add_safe_cell(out, text, bytes, first);
        else
            csv_add_cell(out, text, bytes, first);
        first = false;
    }
    return !out->overflow;
}

/* What ends in a delimiter ends in an empty cell: one that holds a comma is in quotes. */
static void drop_empty_end(struct buf *record)
{
    while (record->length > 0 && record->data[record->length - 1] == ',')
        record->data[--record->length] = '\0';
}

static void build_arranged(const struct import_columns *columns, const struct row_header *header,
                           const struct csv_cell *cells, size_t count, const struct csv_cell *kept,
                           struct buf *out)
{
    const struct csv_cell *placed[CSV_COLUMNS_MAX] = {NULL};
    buf_clear(out);
    for (size_t i = 0; kept != NULL && i < columns->absent_count; i++)
        placed[columns->absent[i]] = &kept[i];
    for (size_t i = 0; i < count; i++)
        if (!row_cell_is_ours(header, i, count))
            placed[columns->place_of[i]] = &cells[i];
    for (size_t i = 0; i < columns->count; i++) {
        const struct csv_cell none = {.text = "", .bytes = 0};
        const struct csv_cell *cell = placed[i] != NULL ? placed[i] : &none;
        const char *text = csv_strip_guard(cell->text);
        csv_add_cell(out, text, cell->bytes - (size_t)(text - cell->text), i == 0);
    }
}

static bool build(const struct import_columns *columns, const struct row_header *header,
                  const struct csv_cell *cells, size_t count, const struct csv_cell *kept,
                  struct buf *out)
{
    if (columns->in_order)
        (void)!import_columns_given(header, cells, count, false, out);
    else
        build_arranged(columns, header, cells, count, kept, out);
    drop_empty_end(out);
    return !out->overflow && out->length < CSV_ROW_BYTES_MAX; /* or nothing could read it */
}

/* A row with more cells than headings: what is too much, as it would stand in a file, becomes part
 * of its last cell. Behind that it would stand under the next column that is added. */
struct folded {
    struct csv_cell cells[CSV_COLUMNS_MAX];
    size_t count;
    struct buf last; /* the cell's text */
};

static void fold(const struct row_header *header, const struct csv_cell *cells, size_t count,
                 struct folded *folded)
{
    size_t end = header->reason_cell >= 0 ? header->width - 1 : header->width;
    size_t user_end = header->reason_cell >= 0 ? count - 1 : count;
    size_t last = end - 1;
    while (header->dropped[last])
        last--;
    memcpy(folded->cells, cells, end * sizeof *cells);
    buf_add(&folded->last, cells[last].text, cells[last].bytes);
    for (size_t i = end; i < user_end && !row_is_blank(cells + end, user_end - end); i++)
        csv_add_cell(&folded->last, cells[i].text, cells[i].bytes, false);
    folded->cells[last] =
        (struct csv_cell){.text = buf_text(&folded->last), .bytes = folded->last.length};
    folded->count = end;
    if (header->reason_cell >= 0)
        folded->cells[folded->count++] = cells[count - 1];
}

bool import_columns_stored(const struct import_columns *columns, const struct row_header *header,
                           const struct csv_cell *cells, size_t count, const struct csv_cell *kept,
                           struct buf *out)
{
    struct folded folded;
    if (count <= header->width)
        return build(columns, header, cells, count, kept, out);
    buf_init(&folded.last, CSV_FIELD_BYTES_MAX);
    fold(header, cells, count, &folded);
    bool fits =
        !folded.last.overflow && build(columns, header, folded.cells, folded.count, kept, out);
    buf_done(&folded.last);
    return fits;
}
