/* The original columns of one or several batches as one list: the union of their headings in order
 * of appearance, and where each stands in the rows of the batch at hand. Internal to the reports.
 */
#ifndef NUMHOST_ENGINE_REPORT_HEADINGS_H
#define NUMHOST_ENGINE_REPORT_HEADINGS_H

#include "base/csv.h"
#include "engine/accounts.h"
#include "engine/report_table.h"

struct headings {
    struct report_column *columns; /* names owned */
    size_t count;
    size_t room;
    char *header;                         /* the one cell_of is about */
    int32_t cell_of[REPORT_HEADINGS_MAX]; /* column -> cell of a row, -1: not in this batch */
};

/* Read the headings of the batches. A second column of the same name in one header is a column of
 * its own; columns named numhost_* are left out, they would stand beside ours. NULL on failure;
 * headings_free(). */
struct headings *headings_new(struct store *store, const struct accounts *accounts,
                              struct error *err) MUST_USE;
void headings_free(struct headings *headings);

/* Make cell_of fit the rows below `header`, which is one of those read by headings_new(). Cheap
 * when it is the header of the row before. */
void headings_use(struct headings *headings, const char *header);

#endif
