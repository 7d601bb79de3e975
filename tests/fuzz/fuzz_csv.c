/* Any bytes: reading ends, cells are NUL-terminated and within the ceilings, lines never go back,
 * and what was read and written again reads the same. */
#include "base/csv.h"
#include "domain/row.h"
#include "fuzz/fuzz.h"

#include <stdlib.h>

/* Of the rows: how many are written and read again, and how many are tried as a header. A strange
 * heading is compared with every known one, so long headers are tried less often. */
enum { WRITTEN_MAX = 8, HEADERS_MAX = 1, HEADER_CELLS = 32, LONG_HEADER_ONE_OF = 16 };

struct seen {
    int64_t line;
    int rows;
    bool has_header;
    struct row_header header;
    struct row row;
    struct signer signer;
    struct order_details details;
};

struct again {
    const struct csv_cell *cells;
    size_t count;
    bool met;
};

static bool compare_row(void *context, int64_t line, const struct csv_cell *cells, size_t count)
{
    struct again *again = context;
    REQUIRE(line == 1 && count == again->count && !again->met);
    for (size_t i = 0; i < count; i++) {
        const char *text = csv_strip_guard(cells[i].text);
        REQUIRE(cells[i].bytes - (size_t)(text - cells[i].text) == again->cells[i].bytes);
        REQUIRE(memcmp(text, again->cells[i].text, again->cells[i].bytes) == 0);
    }
    again->met = true;
    return true;
}

static void write_and_read(const struct csv_cell *cells, size_t count)
{
    struct buf out;
    struct again again = {.cells = cells, .count = count};
    buf_init(&out, 4 * CSV_ROW_BYTES_MAX);
    for (size_t i = 0; i < count; i++)
        csv_add_safe_cell(&out, cells[i].text, cells[i].bytes, i == 0);
    bool good = csv_read_text(buf_text(&out), out.length, ',', compare_row, &again, NULL);
    REQUIRE(good && again.met);
    buf_done(&out);
}

static void take(struct seen *seen, const struct csv_cell *cells, size_t count)
{
    const struct row_target target = {
        .row = &seen->row, .signer = &seen->signer, .details = &seen->details};
    struct row_result result;
    char shown[MASK_BYTES];
    if (!row_take(&seen->header, cells, count, &target, &result))
        REQUIRE(result.wrong.rule != NULL);
    else
        REQUIRE(strlen(seen->row.phone_number) == 12);
    (void)row_replaced_line(&seen->header, cells, count);
    column_mask(result.column, cells[0].text, cells[0].bytes, shown);
    REQUIRE(strlen(shown) < MASK_BYTES);
}

static bool is_to_be_tried(const struct seen *seen, const struct csv_cell *cells, size_t count)
{
    return seen->rows <= HEADERS_MAX &&
           (count <= HEADER_CELLS || (count + cells[0].bytes) % LONG_HEADER_ONE_OF == 0);
}

static bool see_row(void *context, int64_t line, const struct csv_cell *cells, size_t count)
{
    struct seen *seen = context;
    REQUIRE(line > seen->line || (line == 1 && seen->line == 0));
    REQUIRE(count > 0 && count <= CSV_COLUMNS_MAX);
    seen->line = line;
    for (size_t i = 0; i < count; i++)
        REQUIRE(cells[i].bytes <= CSV_FIELD_BYTES_MAX && cells[i].text[cells[i].bytes] == '\0');
    if (seen->rows++ < WRITTEN_MAX)
        write_and_read(cells, count);
    if (seen->has_header)
        take(seen, cells, count);
    else if (is_to_be_tried(seen, cells, count))
        seen->has_header = row_header_read(&seen->header, cells, count, NULL, 0, NULL);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen *seen = calloc(1, sizeof *seen);
    struct error err = {0};
    REQUIRE(seen != NULL);
    if (!csv_read_text((const char *)data, size, 0, see_row, seen, &err))
        REQUIRE(is_message(err.text));
    free(seen);
    return 0;
}
