/* One CSV row: which cell is which column, and what its cells say. Pure. */
#ifndef NUMHOST_DOMAIN_ROW_H
#define NUMHOST_DOMAIN_ROW_H

#include "base/csv.h"
#include "base/error.h"
#include "domain/column.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ROW_NEAR_MAX = 16, ROW_WARNINGS_MAX = 4, HEADING_BYTES = 64 };

/* A heading of the file that means a column of ours. */
struct row_mapping {
    const char *heading;
    const char *column;
};

struct row_header {
    size_t width;                               /* cells a row has */
    int cell_of[COLUMN_COUNT];                  /* -1: the column is not in the file */
    int reason_cell;                            /* our "line 12: ..." of a rejects file; -1: none */
    int line_cell;                              /* numhost_line of a report; -1: none */
    int status_cell;                            /* numhost_status of a report; -1: none */
    bool dropped[CSV_COLUMNS_MAX];              /* ours, not the user's: numhost_* and reason */
    char headings[COLUMN_COUNT][HEADING_BYTES]; /* as in the file, cut to fit */
    size_t near_count; /* headings that are nearly one of ours, for a warning: tamed */
    char near_headings[ROW_NEAR_MAX][HEADING_BYTES];
    const char *near_columns[ROW_NEAR_MAX];
};

/* Understand the header. ERROR_INPUT, with a remedy but without the line, when phone_number is
 * missing or a column stands twice; ERROR_USAGE for a mapping to a column that does not exist. */
bool row_header_read(struct row_header *header, const struct csv_cell *cells, size_t count,
                     const struct row_mapping *mappings, size_t mapping_count,
                     struct error *err) MUST_USE;

/* The column of ours that a heading means: the mappings are asked first. */
bool row_column_of(const struct csv_cell *heading, const struct row_mapping *mappings, size_t count,
                   enum column *column) MUST_USE;

/* The same but for blanks and formula guards around them and the case of ASCII letters. */
bool row_same_heading(const char *a, const char *b);

struct row_result {
    enum column column;   /* of `wrong` */
    bool whole_row;       /* `wrong` is about the row, not a column */
    struct finding wrong; /* rule NULL: the row is good; its note may be `place` */
    char place[32];       /* "cell 12", of a cell without a column of ours */
    size_t warning_count;
    struct {
        enum column column;
        struct finding finding;
    } warnings[ROW_WARNINGS_MAX];
};

/* Check the row and fill the target: every field whose column the file has is written, the others
 * are left alone. The signer gets address_sid, email and cc_emails of the details. True when the
 * row is good. On false the target holds no meaning. */
bool row_take(const struct row_header *header, const struct csv_cell *cells, size_t count,
              const struct row_target *target, struct row_result *result) MUST_USE;

/* The configured title and telephone fill what a signer leaves empty. A row without address,
 * e-mail, title and telephone has no signer, and gets none. */
void row_complete_signer(struct signer *signer, const struct signer *defaults);

/* The cell is numhost's own (numhost_*, reason) and no part of the user's record. In a rejects file
 * the reason is the last cell, also in a row that is too short or too long. */
bool row_cell_is_ours(const struct row_header *header, size_t cell, size_t count);

/* The line of its batch that a row of a rejects file ("line 12: ..." in its reason) or of a report
 * (numhost_line) stands for, 0 when it does not say. */
int64_t row_replaced_line(const struct row_header *header, const struct csv_cell *cells,
                          size_t count);

/* A row of a report about a number, not about a rejected row. */
bool row_is_of_number(const struct row_header *header, const struct csv_cell *cells, size_t count);

/* Every cell is empty or blank: what spreadsheets leave below a table. */
bool row_is_blank(const struct csv_cell *cells, size_t count);

#endif
