/* A table being written, as CSV or JSON: the one place that knows the formats. Internal to the
 * reports. */
#ifndef NUMHOST_ENGINE_REPORT_TABLE_H
#define NUMHOST_ENGINE_REPORT_TABLE_H

#include "engine/report.h"

struct report_column {
    const char *name;
    int32_t occurrence; /* 1; 2 for the second original column of the same name ... */
};

struct report_table {
    FILE *out;
    enum report_format format;
    const char *kind;
    const struct report_column *columns; /* borrowed */
    size_t column_count;
    size_t original_count; /* leading columns that are the user's: in JSON under "original" */
    int64_t now_ms;
    struct buf row;
    size_t cell; /* next cell of the row */
    int64_t rows;
};

/* Writes the heading. Fill out, format, kind, columns, counts and now_ms before. */
bool table_begin(struct report_table *table, struct error *err) MUST_USE;

/* The next cell of the row. An instant is RFC 3339 in UTC, nothing for 0. */
void table_text(struct report_table *table, const char *text, size_t bytes);
void table_word(struct report_table *table, const char *text);
void table_int(struct report_table *table, int64_t value);
void table_instant(struct report_table *table, int64_t at_ms);
void table_nothing(struct report_table *table); /* "" in CSV, null in JSON */

/* Every column must have got its cell. */
bool table_end_row(struct report_table *table, struct error *err) MUST_USE;

bool table_end(struct report_table *table, struct error *err) MUST_USE;
void table_done(struct report_table *table);

/* The headings as a JSON array. */
void table_list_columns(const struct report_table *table, struct buf *out);

#endif
