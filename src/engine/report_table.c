#include "engine/report_table.h"

#include "base/clock.h"
#include "base/csv.h"
#include "base/json_text.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* A stored record, every byte escaped as \u00XX, and our own columns beside it. */
enum { ROW_BYTES_MAX = 6 * CSV_ROW_BYTES_MAX + 64 * 1024 };

static bool put(struct report_table *table, struct error *err)
{
    struct buf *row = &table->row;
    if (row->overflow)
        return error_set(err, ERROR_OTHER, "report %s: row %" PRId64 " is longer than %d bytes",
                         table->kind, table->rows + 1, ROW_BYTES_MAX);
    size_t written = row->length > 0 ? fwrite(row->data, 1, row->length, table->out) : 0;
    bool all = written == row->length;
    if (!all)
        error_set(err, ERROR_OTHER, "report %s cannot be written: %s", table->kind,
                  strerror(errno));
    buf_clear(row);
    table->cell = 0;
    return all;
}

static void add_column_name(struct buf *out, const struct report_column *column)
{
    if (column->occurrence <= 1) {
        json_add_word(out, column->name);
        return;
    }
    struct buf name;
    buf_init(&name, CSV_FIELD_BYTES_MAX + 32);
    buf_addf(&name, "%s (%" PRId32 ")", column->name, column->occurrence);
    json_add_word(out, buf_text(&name));
    buf_done(&name);
}

bool table_begin(struct report_table *table, struct error *err)
{
    buf_init(&table->row, ROW_BYTES_MAX);
    table->cell = 0;
    table->rows = 0;
    if (table->format == REPORT_JSON) {
        buf_add_text(&table->row, "{\"schema\":1");
        json_add_member(&table->row, "report", table->kind);
        json_add_instant_member(&table->row, "created_at", table->now_ms);
        buf_add_text(&table->row, ",\"rows\":[");
        return put(table, err);
    }
    for (size_t i = 0; i < table->column_count; i++) {
        const char *name = table->columns[i].name;
        csv_add_safe_cell(&table->row, name, strlen(name), i == 0);
    }
    buf_add_char(&table->row, '\n');
    return put(table, err);
}

/* What stands in a JSON row before the value of the next cell. */
static void open_member(struct report_table *table)
{
    struct buf *row = &table->row;
    assert(table->cell < table->column_count);
    if (table->cell == 0)
        buf_add_text(row, table->rows == 0 ? "\n{" : ",\n{");
    if (table->cell == 0 && table->original_count > 0)
        buf_add_text(row, "\"original\":{");
    else if (table->cell > 0 && table->cell == table->original_count)
        buf_add_text(row, "},");
    else if (table->cell > 0)
        buf_add_char(row, ',');
    add_column_name(row, &table->columns[table->cell]);
    buf_add_char(row, ':');
}

void table_text(struct report_table *table, const char *text, size_t bytes)
{
    if (table->format == REPORT_JSON) {
        open_member(table);
        json_add_text(&table->row, text, bytes);
    } else {
        csv_add_safe_cell(&table->row, text, bytes, table->cell == 0);
    }
    table->cell++;
}

void table_word(struct report_table *table, const char *text)
{
    table_text(table, text, strlen(text));
}

/* A cell that is no text: as it is in CSV, `json` in JSON. */
static void add_bare(struct report_table *table, const char *csv, const char *json)
{
    if (table->format == REPORT_JSON) {
        open_member(table);
        buf_add_text(&table->row, json);
    } else {
        csv_add_cell(&table->row, csv, strlen(csv), table->cell == 0);
    }
    table->cell++;
}

void table_int(struct report_table *table, int64_t value)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRId64, value);
    add_bare(table, digits, digits);
}

void table_instant(struct report_table *table, int64_t at_ms)
{
    if (at_ms == 0) {
        table_nothing(table);
        return;
    }
    char text[RFC3339_BYTES];
    char quoted[RFC3339_BYTES + 2];
    clock_rfc3339(text, sizeof text, at_ms);
    snprintf(quoted, sizeof quoted, "\"%s\"", text);
    add_bare(table, text, quoted);
}

void table_nothing(struct report_table *table)
{
    add_bare(table, "", "null");
}

bool table_end_row(struct report_table *table, struct error *err)
{
    assert(table->cell == table->column_count);
    buf_add_text(&table->row, table->format == REPORT_JSON ? "}" : "\n");
    if (!put(table, err))
        return false;
    table->rows++;
    return true;
}

bool table_end(struct report_table *table, struct error *err)
{
    if (table->format == REPORT_JSON)
        buf_addf(&table->row, "\n],\"count\":%" PRId64 "}\n", table->rows);
    if (!put(table, err))
        return false;
    if (fflush(table->out) != 0)
        return error_set(err, ERROR_OTHER, "report %s cannot be written: %s", table->kind,
                         strerror(errno));
    return true;
}

void table_done(struct report_table *table)
{
    buf_done(&table->row);
}

void table_list_columns(const struct report_table *table, struct buf *out)
{
    buf_add_char(out, '[');
    for (size_t i = 0; i < table->column_count; i++) {
        if (i > 0)
            buf_add_char(out, ',');
        add_column_name(out, &table->columns[i]);
    }
    buf_add_char(out, ']');
}
