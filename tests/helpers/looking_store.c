#include "helpers/looking_store.h"

#include "base/clock.h"
#include "base/csv.h"
#include "base/memory.h"
#include "base/text.h"
#include "engine/import.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char spring[] =
    "Cost center,phone_number,friendly_name,site,email,notes,notes\n"
    "77,+14155550100,\"Shop, \"\"A\"\"\",Main St,ann@example.com,=SUM(A1),first\n"
    "78,(415) 555-0101,Shop B,Main St,ann@example.com,-1,second\n"
    "79,555,Too short,Hill,ann@example.com,,\n"
    "\"two\nlines\",415-555-0102,Shop C,Hill,ann@example.com,+14155559999,\n"
    "81,415-555-0103,Shop D,Hill,ann@example.com,,\n"
    "82,415-555-0104,Shop E,Lake,ann@example.com,,\n"
    "83,556,Too short too,Hill,ann@example.com,,\n"
    "84,415-555-0105,Shop F,Lake,ann@example.com,,\n";

static const char autumn[] = "phone_number,Ref,notes\n"
                             "+14155550110,r-1,only\n"
                             "+14155550111,r-2,two\n";

static void fail_on(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("%s", err->text);
}

const char *looking_path(const struct looking_store *made, const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", made->directory, name);
    return path;
}

void looking_import(struct looking_store *made, const char *name, const char *csv)
{
    struct error err = {0};
    struct import_summary summary;
    char file_name[64];
    char path[256];
    snprintf(file_name, sizeof file_name, "%s.csv", name);
    text_copy(path, sizeof path, looking_path(made, file_name));
    FILE *file = fopen(path, "w");
    FILE *messages = fopen("/dev/null", "w");
    assert_non_null(file);
    assert_non_null(messages);
    fputs(csv, file);
    fclose(file);
    const struct import_options options = {.path = path,
                                           .batch = name,
                                           .now_ms = LOOKING_NOW_MS - 2 * DAY_MS,
                                           .actor = "tester",
                                           .messages = messages,
                                           .default_signer = {.contact_title = "Owner"}};
    fail_on(import_file(made->store, &options, &summary, &err), &err);
    fclose(messages);
}

struct looking_store *looking_store_new_empty(void)
{
    struct looking_store *made = memory_new(1, sizeof *made);
    struct error err = {0};
    TEXT_SET(made->directory, "/tmp/numhost-looking-XXXXXX");
    assert_non_null(mkdtemp(made->directory));
    made->store = store_open(looking_path(made, "numhost.db"), STORE_WRITE, &err);
    fail_on(made->store != NULL, &err);
    return made;
}

struct change {
    const char *phone_number;
    struct number to; /* of it: status, step, attention, held, times, codes, reason */
    enum event_kind event;
};

static const struct change changes[] = {
    {"+14155550100",
     {.status = STATUS_COMPLETED,
      .order_sid = "HR00000000000000000000000000000100",
      .created_at_ms = LOOKING_NOW_MS - 40 * HOUR_MS,
      .verified_at_ms = LOOKING_NOW_MS - 30 * HOUR_MS,
      .signed_at_ms = LOOKING_NOW_MS - 20 * HOUR_MS,
      .completed_at_ms = LOOKING_NOW_MS - HOUR_MS},
     EVENT_STATUS},
    {"+14155550101",
     {.status = STATUS_FAILED, .reason_code = 22100, .reason = "number \"415\" is not eligible"},
     EVENT_REFUSED},
    {"+14155550102",
     {.status = STATUS_RECEIVED,
      .attention = ATTENTION_ATTEMPTS_KEPT,
      .order_sid = "HR00000000000000000000000000000102",
      .verification_attempts = 2},
     EVENT_CALL_UNANSWERED},
    {"+14155550103",
     {.status = STATUS_PENDING_VERIFICATION,
      .order_sid = "HR00000000000000000000000000000103",
      .code = "012345",
      .code_until_at_ms = LOOKING_NOW_MS + 5 * MINUTE_MS,
      .call_until_at_ms = LOOKING_NOW_MS + MINUTE_MS,
      .verification_attempts = 1,
      .due_at_ms = LOOKING_NOW_MS + 10 * SECOND_MS},
     EVENT_CALL_PLACED},
    {"+14155550104",
     {.status = STATUS_RECEIVED,
      .step = STEP_START_CALL,
      .order_sid = "HR00000000000000000000000000000104",
      .due_at_ms = LOOKING_NOW_MS + 2 * HOUR_MS,
      .call_not_before_ms = LOOKING_NOW_MS + 2 * HOUR_MS},
     EVENT_ORDER_CREATED},
};

static void apply(struct looking_store *made, const struct change *change)
{
    struct error err = {0};
    struct number number;
    bool found = false;
    fail_on(store_find_by_phone(made->store, change->phone_number, &number, &found, &err), &err);
    assert_true(found);
    struct number to = change->to;
    struct event event = {.number_id = number.id,
                          .at_ms = LOOKING_NOW_MS - HOUR_MS,
                          .kind = change->event,
                          .status_from = number.status,
                          .status_to = to.status,
                          .has_operation = true,
                          .operation = OPERATION_FETCH_ORDER,
                          .http_status = 200,
                          .request_id = "RQ1",
                          .actor = "numhost"};
    to.id = number.id;
    to.batch_id = number.batch_id;
    to.line = number.line;
    memcpy(to.phone_number, number.phone_number, sizeof to.phone_number);
    to.site_id = number.site_id;
    to.signer_id = number.signer_id;
    to.since_at_ms = LOOKING_NOW_MS - 3 * HOUR_MS;
    to.updated_at_ms = LOOKING_NOW_MS - HOUR_MS;
    fail_on(store_begin(made->store, &err) && store_save_number(made->store, &to, &err) &&
                store_add_event(made->store, &event, &err) && store_commit(made->store, &err),
            &err);
}

struct looking_store *looking_store_new(void)
{
    struct looking_store *made = looking_store_new_empty();
    looking_import(made, "spring", spring);
    looking_import(made, "autumn", autumn);
    for (size_t i = 0; i < COUNT_OF(changes); i++)
        apply(made, &changes[i]);
    return made;
}

static void remove_tree(const char *path)
{
    DIR *directory = opendir(path);
    struct dirent *entry = NULL;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        char below[512];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (entry->d_type == DT_DIR)
            remove_tree(below);
        else
            unlink(below);
    }
    if (directory != NULL)
        closedir(directory);
    rmdir(path);
}

void looking_store_free(struct looking_store *made)
{
    store_close(made->store);
    remove_tree(made->directory);
    free(made);
}

char *looking_read(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail_msg("%s cannot be opened", path);
    char *text = memory_new(1, 1 << 20);
    size_t length = fread(text, 1, (1 << 20) - 1, file);
    text[length] = '\0';
    fclose(file);
    return text;
}

char *looking_report_text(struct looking_store *made, enum report_kind kind,
                          enum report_format format, const char *batch)
{
    struct error err = {0};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    const struct report_request request = {
        .kind = kind, .format = format, .batch = batch, .now_ms = LOOKING_NOW_MS};
    assert_non_null(out);
    fail_on(report_write(made->store, &request, out, NULL, &err), &err);
    fclose(out);
    return text;
}

struct finding_cell {
    const char *column;
    int row;
    int at;      /* row being read */
    size_t cell; /* of the column */
    char *found;
};

static bool look_at_row(void *context, int64_t line, const struct csv_cell *cells, size_t count)
{
    struct finding_cell *looking = context;
    (void)line;
    if (looking->at == 0)
        for (looking->cell = 0; looking->cell < count; looking->cell++)
            if (strcmp(cells[looking->cell].text, looking->column) == 0)
                break;
    if (looking->at == looking->row && looking->cell < count)
        looking->found = memory_copy_text(cells[looking->cell].text);
    return looking->at++ < looking->row;
}

char *looking_cell(const char *csv, int row, const char *column)
{
    struct error err = {0};
    struct finding_cell looking = {.column = column, .row = row};
    fail_on(csv_read_text(csv, strlen(csv), ',', look_at_row, &looking, &err), &err);
    return looking.found != NULL ? looking.found : memory_copy_text("");
}

static bool count_row(void *context, int64_t line, const struct csv_cell *cells, size_t count)
{
    (void)line;
    (void)cells;
    (void)count;
    *(int *)context += 1;
    return true;
}

int looking_row_count(const char *csv)
{
    struct error err = {0};
    int rows = -1;
    fail_on(csv_read_text(csv, strlen(csv), ',', count_row, &rows, &err), &err);
    return rows;
}
