/* Where the columns of a file stand in the batch that it is imported into. A batch has one header,
 * and its rows have come with several files: it keeps the columns it has, in their order, and those
 * that a file adds go behind them. So what was stored under a heading stays under it. Pure.
 *
 * Two columns are the same when their headings are (row_same_heading), or when both mean the same
 * column of ours; of a heading that stands twice the first is the first.
 *
 * What a file has no column for it says nothing about: rows that are stored keep their cells there
 * (import_kept.h), others have none. */
#ifndef NUMHOST_ENGINE_IMPORT_COLUMNS_H
#define NUMHOST_ENGINE_IMPORT_COLUMNS_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/csv.h"
#include "base/error.h"
#include "domain/row.h"

#include <stdbool.h>
#include <stddef.h>

struct import_columns {
    bool in_order; /* the file has just the batch's columns, or more behind them: the rest has no
                      meaning but absent_count, which is 0 */
    size_t count;  /* columns of the batch, with those that the file adds */
    int place_of[CSV_COLUMNS_MAX]; /* cell of the file -> column of the batch; -1: numhost's own */
    size_t absent_count;
    size_t absent[CSV_COLUMNS_MAX]; /* columns of the batch that the file has not, ascending */
    int absent_of[COLUMN_COUNT];    /* column of ours -> which of `absent` it is; -1: none */
};

/* The first row of a file. */
struct import_headings {
    const struct row_header *header;
    const struct csv_cell *cells;
    size_t count;
    const struct row_mapping *mappings;
    size_t mapping_count;
};

/* Match a file with the header that its batch has (a CSV record); `header` becomes the batch's with
 * the new columns behind. ERROR_INPUT, without the line, when that is more than a header may be. */
bool import_columns_match(struct import_columns *columns, const struct import_headings *given,
                          const char *stored, struct buf *header, struct error *err) MUST_USE;

/* The header of rows that have a cell for each of `absent` behind those of the file. For row_take()
 * and the cells it is about: `dropped` is the file's and may be shorter than the row. */
void import_columns_widen(const struct import_columns *columns, const struct row_header *header,
                          struct row_header *wide);

/* The user's own cells of a row as they stand in the file, as a CSV record; `safe` for people's
 * spreadsheets. False when it is longer than `out` may be. */
bool import_columns_given(const struct row_header *header, const struct csv_cell *cells,
                          size_t count, bool safe, struct buf *out) MUST_USE;

/* The same as the batch keeps it: in its order, with kept[i] for the column absent[i] (NULL:
 * nothing is kept), up to the last cell that is not empty. So a row is the same record again
 * whatever order and however many empty columns it comes with. Cells that no heading stands above
 * are part of the last one. False when it is longer than what a report could read. */
bool import_columns_stored(const struct import_columns *columns, const struct row_header *header,
                           const struct csv_cell *cells, size_t count, const struct csv_cell *kept,
                           struct buf *out) MUST_USE;

#endif
