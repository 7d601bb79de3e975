#include "base/json_text.h"
#include "base/require.h"
#include "engine/report_parts.h"
#include "engine/whole_file.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

enum { MANIFEST_BYTES_MAX = 64 * 1024 * 1024, MANIFEST_VERSION = 1, NAME_BYTES = 64 };

struct set_writer {
    struct store *store;
    const char *batch;
    const char *directory;
    int64_t now_ms;
    struct buf manifest;
};

static bool write_file(struct store *store, const struct report_request *request, const char *path,
                       struct report_result *result, struct error *err)
{
    struct whole_file file;
    if (!whole_file_open(&file, path, err))
        return false;
    if (!report_write_within(store, request, file.out, result, err)) {
        whole_file_drop(&file);
        return false;
    }
    return whole_file_keep(&file, err);
}

bool report_write_file(struct store *store, const struct report_request *request, const char *path,
                       struct report_result *result, struct error *err)
{
    if (!store_begin(store, err))
        return false;
    bool written = write_file(store, request, path, result, err);
    store_rollback(store);
    return written;
}

static void path_of(const struct set_writer *set, const char *name,
                    char path[WHOLE_FILE_PATH_BYTES])
{
    snprintf(path, WHOLE_FILE_PATH_BYTES, "%s/%s", set->directory, name);
}

static void list_file(struct set_writer *set, const char *name, const char *hash,
                      const struct report_result *result)
{
    char last = set->manifest.data[set->manifest.length - 1];
    buf_add_text(&set->manifest, last == '[' ? "\n{" : ",\n{");
    json_add_member(&set->manifest, "name", name);
    if (result != NULL) {
        json_add_int_member(&set->manifest, "rows", result->rows);
        json_add_name(&set->manifest, "columns");
        buf_add_text(&set->manifest, buf_text(&result->columns));
    }
    json_add_member(&set->manifest, "sha256", hash);
    buf_add_char(&set->manifest, '}');
}

static bool write_kind(struct set_writer *set, enum report_kind kind, struct error *err)
{
    char name[NAME_BYTES];
    char path[WHOLE_FILE_PATH_BYTES];
    char hash[SHA256_TEXT_BYTES];
    struct report_result result = {0};
    const struct report_request request = {
        .kind = kind, .format = REPORT_CSV, .batch = set->batch, .now_ms = set->now_ms};
    snprintf(name, sizeof name, "%s.csv", report_kind_name(kind));
    path_of(set, name, path);
    bool written =
        write_file(set->store, &request, path, &result, err) && file_sha256(path, hash, err);
    if (written)
        list_file(set, name, hash, &result);
    report_result_done(&result);
    return written;
}

static bool write_page(struct set_writer *set, struct error *err)
{
    char path[WHOLE_FILE_PATH_BYTES];
    char hash[SHA256_TEXT_BYTES];
    struct whole_file file;
    path_of(set, "report.html", path);
    if (!whole_file_open(&file, path, err))
        return false;
    if (!report_html_within(set->store, set->batch, set->now_ms, file.out, err)) {
        whole_file_drop(&file);
        return false;
    }
    if (!whole_file_keep(&file, err) || !file_sha256(path, hash, err))
        return false;
    list_file(set, "report.html", hash, NULL);
    return true;
}

static void begin_manifest(struct set_writer *set)
{
    struct buf *out = &set->manifest;
    buf_init(out, MANIFEST_BYTES_MAX);
    buf_add_char(out, '{');
    json_add_member(out, "format", "numhost-report");
    json_add_int_member(out, "version", MANIFEST_VERSION);
    json_add_member(out, "numhost", NUMHOST_VERSION);
    json_add_instant_member(out, "created_at", set->now_ms);
    json_add_member(out, "batch", set->batch);
    json_add_name(out, "files");
    buf_add_char(out, '[');
}

static bool write_manifest(struct set_writer *set, struct error *err)
{
    char path[WHOLE_FILE_PATH_BYTES];
    struct whole_file file;
    buf_add_text(&set->manifest, "\n]}\n");
    REQUIRE(!set->manifest.overflow); /* three lists of original columns are the most of it */
    path_of(set, "manifest.json", path);
    if (!whole_file_open(&file, path, err))
        return false;
    if (fwrite(set->manifest.data, 1, set->manifest.length, file.out) != set->manifest.length) {
        error_set(err, ERROR_OTHER, "%s: cannot be written: %s", path, strerror(errno));
        whole_file_drop(&file);
        return false;
    }
    return whole_file_keep(&file, err);
}

static bool write_set(struct set_writer *set, struct error *err)
{
    begin_manifest(set);
    for (int kind = 0; kind < REPORT_KIND_COUNT; kind++)
        if (!write_kind(set, (enum report_kind)kind, err))
            return false;
    return write_page(set, err) && write_manifest(set, err);
}

bool report_write_all(struct store *store, const char *batch, int64_t now_ms, const char *directory,
                      struct error *err)
{
    struct set_writer set = {
        .store = store, .batch = batch, .directory = directory, .now_ms = now_ms};
    if (strlen(directory) + NAME_BYTES >= WHOLE_FILE_PATH_BYTES)
        return error_set(err, ERROR_OTHER, "%.200s...: the path is too long", directory);
    if (mkdir(directory, 0700) != 0 && errno != EEXIST)
        return error_set(err, ERROR_OTHER, "%s: cannot be made: %s", directory, strerror(errno));
    if (!store_begin(store, err))
        return false;
    bool written = write_set(&set, err);
    store_rollback(store);
    buf_done(&set.manifest);
    return written;
}
