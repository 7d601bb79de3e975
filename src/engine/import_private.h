/* An import as its parts see it: import.c reads the file and stores its rows, import_refuse.c says
 * what is wrong with them. Inside engine/ only. */
#ifndef NUMHOST_ENGINE_IMPORT_PRIVATE_H
#define NUMHOST_ENGINE_IMPORT_PRIVATE_H

#include "base/buf.h"
#include "base/csv.h"
#include "domain/row.h"
#include "engine/import.h"
#include "engine/import_columns.h"
#include "engine/import_kept.h"
#include "engine/import_messages.h"
#include "engine/import_places.h"
#include "engine/import_rejects.h"

struct import {
    struct store *store; /* NULL: a dry run without a database */
    const struct import_options *options;
    struct import_summary *summary;
    struct error *err;
    bool failed; /* *err says why */
    bool has_header;
    bool is_of_number; /* the row stands in a report for a number, which accounts for it */
    int64_t kept_line; /* the row's in its batch, when that is not its line in this file; else 0 */
    struct import_places places;
    struct row_header header;
    struct import_columns columns;
    struct import_kept kept;
    struct row_header wide_header; /* with the columns behind it that the file has not ... */
    struct csv_cell wide_cells[2 * CSV_COLUMNS_MAX]; /* ... and a row with what it keeps there */
    const struct row_header *read_by;                /* of the row at hand: one of the two */
    size_t read_count;                               /* its cells */
    struct row row;
    struct import_row out;
    struct buf record;      /* of the current row, for the store */
    struct buf safe_record; /* the same for people's spreadsheets */
    struct buf safe_header;
    char rejects_path[WHOLE_FILE_PATH_BYTES];
    struct import_rejects rejects;
    struct import_messages messages;
};

/* Returns false: *err says why. */
bool import_stop(struct import *import);

/* The row at hand as the store keeps it, into import->record; stops when it is too long. */
bool import_build_record(struct import *import, int64_t line, const struct csv_cell *cells,
                         size_t count) MUST_USE;

/* The cells as given, guarded for a spreadsheet. */
void import_build_safe(const struct import *import, const struct csv_cell *cells, size_t count,
                       struct buf *out);

/* Of the row at hand; an empty one when it has no such column. */
const struct csv_cell *import_cell_of(const struct import *import, const struct csv_cell *cells,
                                      enum column column);

/* Refused rows are accounted for in the messages, the rejects file and the store. False only when
 * that failed. */
bool import_refuse_by_rule(struct import *import, const struct row_result *result, int64_t line,
                           const struct csv_cell *cells, size_t count) MUST_USE;
bool import_refuse_by_store(struct import *import, const struct import_result *result,
                            const struct csv_cell *cells, size_t count) MUST_USE;

/* Another row of the batch has the number. */
bool import_refuse_held(struct import *import, int64_t other_line, const struct csv_cell *cells,
                        size_t count) MUST_USE;

/* Of a row that is not refused: two messages about one row would contradict each other. */
void import_say_warnings(struct import *import, const struct row_result *result,
                         const struct csv_cell *cells);
void import_say_conflict(struct import *import, const struct import_result *result,
                         const struct csv_cell *cells);
void import_say_near_headings(struct import *import, int64_t line);

#endif
