#include "engine/import_rejects.h"

#include "base/buf.h"
#include "base/csv.h"

#include <string.h>

static bool fail(struct error *err)
{
    return error_context(err, "the rejects file");
}

bool import_rejects_open(struct import_rejects *rejects, const char *path, const char *record,
                         size_t bytes, struct error *err)
{
    if (!whole_file_open(&rejects->file, path, err))
        return fail(err);
    rejects->begun = true;
    fwrite(record, 1, bytes, rejects->file.out);
    fputs(",reason\n", rejects->file.out);
    return true;
}

void import_rejects_add(struct import_rejects *rejects, const char *record, size_t bytes,
                        const char *reason)
{
    FILE *out = rejects->file.out;
    struct buf cell;
    buf_init(&cell, CSV_FIELD_BYTES_MAX);
    csv_add_safe_cell(&cell, reason, strlen(reason), false);
    fwrite(record, 1, bytes, out);
    fwrite(buf_text(&cell), 1, cell.length, out);
    fputc('\n', out);
    buf_done(&cell);
}

bool import_rejects_sync(struct import_rejects *rejects, struct error *err)
{
    if (rejects->begun && !whole_file_sync(&rejects->file, err))
        return fail(err);
    return true;
}

bool import_rejects_publish(struct import_rejects *rejects, struct error *err)
{
    if (!whole_file_publish(&rejects->file, err))
        return fail(err);
    return true;
}

void import_rejects_drop(struct import_rejects *rejects)
{
    if (rejects->begun)
        whole_file_drop(&rejects->file);
}
