/* Files with any of the columns in any order, one after the other into one batch, beside a model of
 * what each cell has to read as. */
#include "base/buf.h"
#include "base/csv.h"
#include "base/rng.h"
#include "base/text.h"
#include "engine/report.h"
#include "helpers/importing.h"

#include <string.h>

enum { MODEL_ROWS = 6, MODEL_COLUMNS = 7, MODEL_IMPORTS = 150 };

/* "notes" stands twice: the second only behind the first. */
static const char *const model_headings[MODEL_COLUMNS] = {"phone_number", "site", "notes", "notes",
                                                          "\"a, b\"",     "=sum", "color"};
static const char *const model_values[] = {"", "x", "y", "\"a,b\"", "\"q\"\"q\"", "=1"};

/* What every cell should read as, as it stands in the files. */
struct model {
    struct rng rng;
    const char *cells[MODEL_ROWS][MODEL_COLUMNS];
    bool has_row[MODEL_ROWS];
    bool has_column[MODEL_COLUMNS];
    int order[MODEL_COLUMNS]; /* of the file: its columns */
    int width;
};

static int draw(struct model *model, int below)
{
    return (int)rng_below(&model->rng, (uint64_t)below);
}

static void shuffle(struct model *model)
{
    for (int i = model->width - 1; i > 0; i--) {
        int j = draw(model, i + 1);
        int kept = model->order[i];
        model->order[i] = model->order[j];
        model->order[j] = kept;
    }
    int first = -1; /* the second heading of the same name is the one that stands behind */
    for (int i = 0; i < model->width; i++)
        if (model->order[i] == 2 || model->order[i] == 3) {
            model->order[i] = first < 0 ? 2 : 3;
            first = i;
        }
}

static void draw_columns(struct model *model)
{
    model->width = 0;
    for (int i = 0; i < MODEL_COLUMNS; i++)
        if (i == 0 || (draw(model, 2) == 0 && (i != 3 || model->order[model->width - 1] == 2)))
            model->order[model->width++] = i;
    shuffle(model);
}

static void draw_rows(struct model *model, bool in_file[MODEL_ROWS])
{
    for (int row = 0; row < MODEL_ROWS; row++) {
        in_file[row] = row == 0 || draw(model, 2) == 0;
        for (int i = 1; i < MODEL_COLUMNS; i++)
            if (in_file[row] && !model->has_row[row])
                model->cells[row][i] = "";
        model->has_row[row] = model->has_row[row] || in_file[row];
    }
    for (int i = 0; i < model->width; i++)
        model->has_column[model->order[i]] = true;
    for (int row = 0; row < MODEL_ROWS; row++)
        for (int i = 0; i < model->width; i++)
            if (in_file[row] && model->order[i] != 0)
                model->cells[row][model->order[i]] =
                    model_values[draw(model, COUNT_OF(model_values))];
}

static void write_model(const struct model *model, const bool in_file[MODEL_ROWS], struct buf *to)
{
    buf_clear(to);
    for (int i = 0; i < model->width; i++)
        buf_addf(to, "%s%s", i > 0 ? "," : "", model_headings[model->order[i]]);
    for (int row = 0; row < MODEL_ROWS; row++) {
        for (int i = 0; i < model->width && in_file[row]; i++)
            buf_addf(to, "%s%s", i > 0 ? "," : "\n", model->cells[row][model->order[i]]);
    }
    buf_add_char(to, '\n');
}

static void write_report(struct importing *f, enum report_kind kind, char *content, size_t bytes)
{
    FILE *out = fmemopen(content, bytes, "w");
    const struct report_request request = {.kind = kind, .batch = "numbers", .now_ms = 2000000};
    if (!report_write(f->store, &request, out, NULL, &f->err))
        fail_msg("%s", f->err.text);
    fclose(out);
}

struct checking {
    const struct model *model;
    int column_of[MODEL_COLUMNS + 2]; /* cell of the report -> column */
    int columns;
    int rows;
};

static bool check_row(void *context, int64_t line, const struct csv_cell *cells, size_t count)
{
    struct checking *checking = context;
    const struct model *model = checking->model;
    int at = 0;
    while (checking->column_of[at] != 0)
        at++;
    int row = cells[at].text[strlen(cells[at].text) - 1] - '0';
    (void)line;
    checking->rows++;
    assert_true(count > (size_t)checking->columns);
    for (int i = 0; i < checking->columns; i++) {
        struct buf expected;
        const char *text = csv_strip_guard(cells[i].text);
        buf_init(&expected, 64);
        csv_add_cell(&expected, text, strlen(text), false);
        assert_string_equal(buf_text(&expected) + 1, model->cells[row][checking->column_of[i]]);
        buf_done(&expected);
    }
    return true;
}

static int column_of_heading(const struct checking *checking, const char *text)
{
    for (int column = 0; column < MODEL_COLUMNS; column++) {
        const char *heading = model_headings[column];
        bool found = strstr(heading, csv_strip_guard(text)) != NULL;
        for (int i = 0; i < checking->columns; i++)
            found = found && checking->column_of[i] != column;
        if (found)
            return column;
    }
    fail_msg("%s", text);
    return -1;
}

static bool check_header_first(void *context, int64_t line, const struct csv_cell *cells,
                               size_t count)
{
    struct checking *checking = context;
    if (line > 1)
        return check_row(context, line, cells, count);
    for (size_t i = 0; i < count && strncmp(cells[i].text, "numhost_", 8) != 0; i++) {
        int column = column_of_heading(checking, cells[i].text);
        assert_true(checking->model->has_column[column]);
        checking->column_of[checking->columns++] = column;
    }
    return true;
}

static void report_is_as_the_model(struct importing *f, const struct model *model)
{
    static char content[16384];
    struct checking checking = {.model = model};
    int rows = 0;
    int columns = 0;
    memset(content, 0, sizeof content);
    write_report(f, REPORT_PROGRESS, content, sizeof content - 1);
    assert_true(
        csv_read_text(content, strlen(content), ',', check_header_first, &checking, &f->err));
    for (int i = 0; i < MODEL_ROWS; i++)
        rows += model->has_row[i] ? 1 : 0;
    for (int i = 0; i < MODEL_COLUMNS; i++)
        columns += model->has_column[i] ? 1 : 0;
    assert_int_equal(checking.rows, rows);
    assert_int_equal(checking.columns, columns);
}

static void unchanged_is_all(struct importing *f, const char *content)
{
    importing_good(f, "numbers.csv", content);
    assert_int_equal(importing_outcome(f, IMPORT_UNCHANGED), f->summary.rows);
}

static void whatever_files_come_every_cell_is_what_was_last_said_of_it(void **state)
{
    static const char *const phones[] = {"4155550120", "4155550121", "4155550122",
                                         "4155550123", "4155550124", "4155550125"};
    struct importing *f = *state;
    struct buf content;
    struct model model = {.width = 0};
    bool in_file[MODEL_ROWS];
    rng_seed(&model.rng, 7);
    buf_init(&content, 16384);
    for (int row = 0; row < MODEL_ROWS; row++)
        model.cells[row][0] = phones[row];
    for (int i = 0; i < MODEL_IMPORTS; i++) {
        draw_columns(&model);
        draw_rows(&model, in_file);
        write_model(&model, in_file, &content);
        importing_good(f, "numbers.csv", buf_text(&content));
        report_is_as_the_model(f, &model);
        unchanged_is_all(f, buf_text(&content));
        report_is_as_the_model(f, &model);
    }
    buf_done(&content);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IMPORTING_TEST(whatever_files_come_every_cell_is_what_was_last_said_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
