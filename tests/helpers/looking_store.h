/* A store with two small batches in every state a report must show, made by import and by saving
 * numbers. */
#ifndef TESTS_HELPERS_LOOKING_STORE_H
#define TESTS_HELPERS_LOOKING_STORE_H

#include "engine/report.h"
#include "ports/store.h"

struct looking_store {
    struct store *store;
    char directory[64];
};

/* 2026-11-23T12:00:00Z: "now" in all these tests. */
#define LOOKING_NOW_MS INT64_C(1795435200000)

/* Batches "spring" (8 rows, two of them rejected: lines 4 and 9) and "autumn" (2 rows, other
 * headings). */
struct looking_store *looking_store_new(void);
/* A store of nothing. */
struct looking_store *looking_store_new_empty(void);
void looking_store_free(struct looking_store *made);

/* Import a CSV text as batch `name`. */
void looking_import(struct looking_store *made, const char *name, const char *csv);

/* `name` in the directory of the store. */
const char *looking_path(const struct looking_store *made, const char *name);

/* All of a file; free() it. */
char *looking_read(const char *path);

/* A report as text; free() it. Fails the test when the report does. */
char *looking_report_text(struct looking_store *made, enum report_kind kind,
                          enum report_format format, const char *batch);

/* The cell of a CSV text, row 0 being the heading; "" where there is none. free() it. */
char *looking_cell(const char *csv, int row, const char *column);
int looking_row_count(const char *csv); /* without the heading */

#endif
