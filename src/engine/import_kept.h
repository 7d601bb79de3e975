/* What the row at hand has stored in columns that its file has not: it keeps that. A file that
 * lacks a column takes nothing away there, neither the original cell nor what follows from it; a
 * file that has the column and an empty cell does.
 *
 * A row is known by its number, which the batch has; or, when the number is new, by the line of a
 * rejected row that it replaces. */
#ifndef NUMHOST_ENGINE_IMPORT_KEPT_H
#define NUMHOST_ENGINE_IMPORT_KEPT_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/csv.h"
#include "base/error.h"
#include "engine/import_columns.h"
#include "ports/store.h"

#include <stdbool.h>
#include <stdint.h>

struct import_kept {
    struct store *store; /* borrowed, like the columns */
    const struct import_columns *columns;
    struct buf record;                      /* as it is stored */
    struct buf texts;                       /* of the cells, a NUL behind each */
    struct csv_cell cells[CSV_COLUMNS_MAX]; /* of columns->absent[i]; "" where nothing is kept */
};

void import_kept_init(struct import_kept *kept, struct store *store,
                      const struct import_columns *columns);
void import_kept_done(struct import_kept *kept);

/* Fill `cells`, as they could stand in a file, until the next call. phone: the cell of the number,
 * NULL and line 0: not known by it. */
bool import_kept_find(struct import_kept *kept, const struct csv_cell *phone, int64_t line,
                      struct error *err) MUST_USE;

#endif
