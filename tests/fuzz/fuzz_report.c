/* Any cells: what the report writer writes, the reader reads back as the same, in CSV and in JSON.
 * Input: how many columns; then the cells, ended by 0x1F: names first. */
#include "base/csv.h"
#include "base/text.h"
#include "engine/report_table.h"
#include "fuzz/fuzz.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { COLUMNS_MAX = 6, CELLS_MAX = 48, OUT_BYTES = 256 * 1024, NAME_BYTES = 128 };

struct table {
    size_t width;
    size_t rows;
    char names[COLUMNS_MAX][NAME_BYTES];
    struct csv_cell cells[CELLS_MAX];
};

static char out_text[OUT_BYTES];

static void read_table(struct table *table, const uint8_t *data, size_t size)
{
    struct input input = input_of(data, size);
    size_t count = 0;
    table->width = 1 + input_byte(&input) % COLUMNS_MAX;
    for (size_t i = 0; i < table->width; i++) {
        input_text(&input, 0x1F, table->names[i], sizeof table->names[i]);
        if (!text_is_utf8(table->names[i], strlen(table->names[i])))
            snprintf(table->names[i], sizeof table->names[i], "c%zu", i);
    }
    while (count < CELLS_MAX &&
           input_piece(&input, 0x1F, &table->cells[count].text, &table->cells[count].bytes))
        count++;
    table->rows = count / table->width;
}

static size_t write_table(const struct table *table, enum report_format format)
{
    struct report_column columns[COLUMNS_MAX + 1];
    struct error err = {0};
    FILE *out = fmemopen(out_text, sizeof out_text, "w");
    struct report_table report = {.out = out,
                                  .format = format,
                                  .kind = "fuzz",
                                  .columns = columns,
                                  .column_count = table->width + 1, /* one of our own */
                                  .original_count = table->width,
                                  .now_ms = 1};
    REQUIRE(out != NULL);
    for (size_t i = 0; i < table->width; i++)
        columns[i] = (struct report_column){.name = table->names[i], .occurrence = (int32_t)i + 1};
    columns[table->width] = (struct report_column){.name = "numhost_line"};
    bool good = table_begin(&report, &err);
    for (size_t i = 0; good && i < table->rows * table->width; i++) {
        table_text(&report, table->cells[i].text, table->cells[i].bytes);
        if ((i + 1) % table->width != 0)
            continue;
        table_int(&report, report.rows);
        good = table_end_row(&report, &err);
    }
    good = good && table_end(&report, &err);
    REQUIRE(good);
    long length = ftell(out);
    table_done(&report);
    fclose(out);
    return (size_t)length;
}

struct seen {
    const struct table *table;
    size_t rows; /* the heading included */
};

static bool see_row(void *context, int64_t line, const struct csv_cell *cells, size_t count)
{
    struct seen *seen = context;
    const struct table *table = seen->table;
    REQUIRE(line > 0 && count == table->width + 1 && seen->rows <= table->rows);
    for (size_t i = 0; i < table->width; i++) {
        size_t at = (seen->rows > 0 ? seen->rows - 1 : 0) * table->width + i;
        const struct csv_cell *wanted = &table->cells[at];
        const struct csv_cell name = {.text = table->names[i], .bytes = strlen(table->names[i])};
        const char *text = csv_strip_guard(cells[i].text);
        size_t bytes = cells[i].bytes - (size_t)(text - cells[i].text);
        wanted = seen->rows == 0 ? &name : wanted;
        REQUIRE(bytes == wanted->bytes && memcmp(text, wanted->text, bytes) == 0);
        /* Nothing a spreadsheet would run. */
        REQUIRE(cells[i].bytes == 0 || strchr("=-@\t\r", cells[i].text[0]) == NULL ||
                cells[i].text[0] == '\0');
    }
    seen->rows++;
    return true;
}

static void check_csv(const struct table *table)
{
    struct seen seen = {.table = table};
    struct error err = {0};
    size_t length = write_table(table, REPORT_CSV);
    bool good = csv_read_text(out_text, length, ',', see_row, &seen, &err);
    REQUIRE(good && seen.rows == table->rows + 1);
}

static void check_json_row(const struct table *table, size_t row, const json_t *original)
{
    REQUIRE(json_object_size(original) <= table->width);
    for (size_t i = 0; i < table->width; i++) {
        char name[NAME_BYTES + 16];
        const struct csv_cell *cell = &table->cells[row * table->width + i];
        snprintf(name, sizeof name, i == 0 ? "%s" : "%s (%zu)", table->names[i], i + 1);
        const json_t *value = json_object_get(original, name);
        REQUIRE(json_is_string(value));
        bool same = json_string_length(value) == cell->bytes &&
                    memcmp(json_string_value(value), cell->text, cell->bytes) == 0;
        REQUIRE(same || !text_is_utf8(cell->text, cell->bytes) ||
                json_object_size(original) < table->width);
    }
}

static void check_json(const struct table *table)
{
    size_t length = write_table(table, REPORT_JSON);
    json_t *root = json_loadb(out_text, length, JSON_ALLOW_NUL, NULL);
    const json_t *rows = json_object_get(root, "rows");
    REQUIRE(json_is_array(rows) && json_array_size(rows) == table->rows);
    REQUIRE(json_integer_value(json_object_get(root, "count")) == (json_int_t)table->rows);
    for (size_t i = 0; i < table->rows; i++)
        check_json_row(table, i, json_object_get(json_array_get(rows, i), "original"));
    json_decref(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct table table;
    if (size > OUT_BYTES / 16)
        return 0;
    read_table(&table, data, size);
    check_csv(&table);
    check_json(&table);
    return 0;
}
