#include "engine/import_kept.h"

#include "domain/phone.h"

void import_kept_init(struct import_kept *kept, struct store *store,
                      const struct import_columns *columns)
{
    kept->store = store;
    kept->columns = columns;
    buf_init(&kept->record, RECORD_BYTES_MAX);
    buf_init(&kept->texts, RECORD_BYTES_MAX + 2 * CSV_COLUMNS_MAX);
}

void import_kept_done(struct import_kept *kept)
{
    buf_done(&kept->record);
    buf_done(&kept->texts);
}

/* A guard of the user's own gets one more in front, because reading takes one off. */
static void keep(struct import_kept *kept, struct csv_cell *to, const struct csv_cell *cell)
{
    bool is_guarded = csv_strip_guard(cell->text) != cell->text;
    if (is_guarded)
        buf_add_char(&kept->texts, '\'');
    buf_add(&kept->texts, cell->text, cell->bytes + 1);
    to->bytes = cell->bytes + (is_guarded ? 1 : 0);
}

static bool take_record(void *context, int64_t line, const struct csv_cell *cells, size_t count)
{
    struct import_kept *kept = context;
    const struct import_columns *columns = kept->columns;
    (void)line;
    for (size_t i = 0; i < columns->absent_count && columns->absent[i] < count; i++)
        keep(kept, &kept->cells[i], &cells[columns->absent[i]]);
    return false;
}

static void forget(struct import_kept *kept)
{
    buf_clear(&kept->texts);
    for (size_t i = 0; i < kept->columns->absent_count; i++)
        kept->cells[i] = (struct csv_cell){.text = "", .bytes = 0};
}

/* Only now do they stay where they are. */
static void point(struct import_kept *kept)
{
    const char *at = buf_text(&kept->texts);
    const char *end = at + kept->texts.length;
    for (size_t i = 0; i < kept->columns->absent_count && at < end; i++) {
        kept->cells[i].text = at;
        at += kept->cells[i].bytes + 1;
    }
}

bool import_kept_find(struct import_kept *kept, const struct csv_cell *phone, int64_t line,
                      struct error *err)
{
    struct phone number = {.phone_number = ""};
    forget(kept);
    if (phone != NULL) {
        const char *text = csv_strip_guard(phone->text);
        (void)!phone_normalise(text, phone->bytes - (size_t)(text - phone->text), &number);
    }
    if (!store_import_record(kept->store, number.phone_number, line, &kept->record, err))
        return false;
    if (!csv_read_text(buf_text(&kept->record), kept->record.length, ',', take_record, kept, err))
        return error_context(err, "what is stored of the row");
    point(kept);
    return true;
}
