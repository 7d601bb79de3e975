#include "engine/import_home.h"

#include "base/csv.h"
#include "base/memory.h"
#include "base/text.h"
#include "domain/phone.h"
#include "domain/row.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct home {
    struct store *store;
    const struct import_options *options;
    struct row_header header;
    bool has_header;
    bool failed;
    int64_t batch_id; /* 0: not found */
    struct batch batch;
    const char *name; /* of the batch that is looked for by name */
    bool exists;
    struct error *err;
};

/* What is wrong with the header is said by the import itself. */
static bool take_header(struct home *home, const struct csv_cell *cells, size_t count)
{
    const struct import_options *options = home->options;
    struct row_mapping mappings[IMPORT_MAPPINGS_MAX];
    for (size_t i = 0; i < options->mapping_count; i++)
        mappings[i] = (struct row_mapping){.heading = options->mappings[i].heading,
                                           .column = options->mappings[i].column};
    home->has_header =
        row_header_read(&home->header, cells, count, mappings, options->mapping_count, NULL);
    return home->has_header && (home->header.line_cell >= 0 || home->header.reason_cell >= 0);
}

static bool take_row(void *context, int64_t line, const struct csv_cell *cells, size_t count)
{
    struct home *home = context;
    struct number number;
    struct phone phone;
    bool found = false;
    (void)line;
    if (!home->has_header)
        return take_header(home, cells, count);
    size_t cell = (size_t)home->header.cell_of[COLUMN_PHONE_NUMBER];
    if (cell >= count)
        return true;
    const char *text = csv_strip_guard(cells[cell].text);
    if (!phone_normalise(text, cells[cell].bytes - (size_t)(text - cells[cell].text), &phone))
        return true;
    home->failed =
        !store_find_by_phone(home->store, phone.phone_number, &number, &found, home->err);
    home->batch_id = found ? number.batch_id : 0;
    return !home->failed && !found;
}

static bool note_batch(void *context, const struct batch *batch)
{
    struct home *home = context;
    home->exists = home->exists || strcmp(batch->name, home->name) == 0;
    if (batch->id == home->batch_id)
        home->batch = *batch;
    return true;
}

/* The CSV's own troubles are left to the import too. */
static bool look(struct home *home, int fd, struct error *err)
{
    const struct csv_options csv = {.delimiter = home->options->delimiter};
    (void)!csv_read(fd, &csv, take_row, home, NULL);
    if (lseek(fd, 0, SEEK_SET) != 0)
        return error_set(err, ERROR_OTHER, "the file cannot be read from its beginning again");
    return !home->failed && store_each_batch(home->store, note_batch, home, err);
}

static bool choose(const struct home *home, char batch[BATCH_NAME_BYTES], struct error *err)
{
    bool is_report = home->has_header && home->header.line_cell >= 0;
    bool is_rejects = home->has_header && home->header.reason_cell >= 0;
    if (!is_report && (!is_rejects || home->exists))
        return true;
    if (home->batch_id != 0)
        (void)text_copy(batch, BATCH_NAME_BYTES, home->batch.name);
    else if (is_report)
        return error_set(err, ERROR_INPUT,
                         "this is a report of numhost, and none of its numbers is known here; give "
                         "--batch NAME");
    return true;
}

bool import_home_batch(struct store *store, const struct import_options *options, int fd,
                       char batch[BATCH_NAME_BYTES], struct error *err)
{
    if (store == NULL || options->batch != NULL || lseek(fd, 0, SEEK_CUR) != 0)
        return true;
    struct home *home = memory_new(1, sizeof *home);
    home->store = store;
    home->options = options;
    home->name = batch;
    home->err = err;
    bool good = look(home, fd, err) && choose(home, batch, err);
    free(home);
    return good;
}
