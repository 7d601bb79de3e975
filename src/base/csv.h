/* CSV over libcsv, behind guards (docs/dependencies.md): physical line numbers, ceilings on fields,
 * rows and columns, no callbacks after an error. Bytes in, rows of cells out; knows nothing of
 * phone numbers. */
#ifndef NUMHOST_BASE_CSV_H
#define NUMHOST_BASE_CSV_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CSV_FIELD_BYTES_MAX = 64 * 1024, CSV_ROW_BYTES_MAX = 1024 * 1024, CSV_COLUMNS_MAX = 1024 };

struct csv_cell {
    const char *text; /* NUL-terminated; may hold NULs inside, so compare `bytes` with strlen */
    size_t bytes;
};

/* Called for each row, the header included. `line` is the physical line the row begins at, counting
 * from 1. Cells live until the call returns. Return false to stop reading (csv_read then succeeds).
 */
typedef bool (*csv_row_fn)(void *context, int64_t line, const struct csv_cell *cells,
                           size_t cell_count);

struct csv_options {
    char delimiter; /* 0: detect among , ; and tab from the first line */
};

/* Read all of fd, a file, pipe or terminal. A UTF-8 BOM is skipped. Refused with line and remedy:
 * UTF-16 or UTF-32, a spreadsheet or archive by its first bytes, an unterminated quote (with the
 * line it opened at), a quote inside an unquoted field, over-long fields and rows. Kind
 * ERROR_INPUT, or ERROR_OTHER when reading itself fails. */
bool csv_read(int fd, const struct csv_options *options, csv_row_fn row, void *context,
              struct error *err) MUST_USE;

/* The same for a text in memory, e.g. one stored record. */
bool csv_read_text(const char *text, size_t bytes, char delimiter, csv_row_fn row, void *context,
                   struct error *err) MUST_USE;

/* Append one cell, quoted where needed, with a ',' in front unless `first`. Nothing else is
 * changed: reading gives the same bytes back. */
void csv_add_cell(struct buf *out, const char *text, size_t bytes, bool first);

/* As csv_add_cell, for people's spreadsheets: a cell that would run as a formula (= + - @ TAB CR
 * first) gets a leading
 * "'", except a strict E.164 number. */
void csv_add_safe_cell(struct buf *out, const char *text, size_t bytes, bool first);

/* The text without the "'" that csv_add_safe_cell put there, else itself. */
const char *csv_strip_guard(const char *text);

#endif
