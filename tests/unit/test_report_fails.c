/* Reports and imports over files, a store and memory that fail at every place once: said, nothing
 * half, and well the next time. */
#include "base/text.h"
#include "engine/import.h"
#include "engine/report.h"
#include "faults/faults.h"
#include "helpers/looking_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void *set_up(void)
{
    return looking_store_new();
}

static void tear_down(void *context)
{
    looking_store_free(context);
}

static void check(void *context)
{
    struct looking_store *made = context;
    struct error err = {0};
    store_rollback(made->store);
    if (!store_check(made->store, &err))
        fail_msg("%s", err.text);
}

/* ---- reports ---- */

static bool write_reports(void *context, struct error *err)
{
    struct looking_store *made = context;
    FILE *out = fopen("/dev/null", "w");
    bool ok = out != NULL || error_set(err, ERROR_OTHER, "/dev/null cannot be opened");
    for (int kind = 0; ok && kind < REPORT_KIND_COUNT; kind++)
        for (int format = 0; ok && format < REPORT_FORMAT_COUNT; format++) {
            const struct report_request request = {.kind = (enum report_kind)kind,
                                                   .format = (enum report_format)format,
                                                   .batch = format == 0 ? "" : "spring",
                                                   .now_ms = LOOKING_NOW_MS};
            struct report_result result = {.rows = 0};
            ok = report_write(made->store, &request, out, &result, err);
            report_result_done(&result);
        }
    ok = ok && report_write_html(made->store, "", LOOKING_NOW_MS, out, err);
    if (out != NULL)
        (void)fclose(out);
    return ok;
}

static void every_report_says_when_it_cannot_be_written(void **state)
{
    (void)state;
    struct fault_trial trial = {.name = "reports",
                                .families = FAULT_SQL,
                                .set_up = set_up,
                                .operate = write_reports,
                                .check = check,
                                .tear_down = tear_down};
    assert_in_range(force_run(&trial), force_least(50), 10000);
    trial.families = FAULT_FILES;
    trial.survives = true; /* the fclose() of the test */
    assert_in_range(force_run(&trial), force_least(10), 10000);
}

static bool write_set(void *context, struct error *err)
{
    struct looking_store *made = context;
    return report_write_all(made->store, "", LOOKING_NOW_MS, looking_path(made, "set"), err);
}

static bool write_one(void *context, struct error *err)
{
    struct looking_store *made = context;
    const struct report_request request = {
        .kind = REPORT_PROGRESS, .format = REPORT_JSON, .batch = "", .now_ms = LOOKING_NOW_MS};
    return report_write_file(made->store, &request, looking_path(made, "one.json"), NULL, err);
}

/* Has its last words, or is not there. */
static void is_whole(const char *path, const char *last_words)
{
    if (access(path, F_OK) != 0)
        return;
    char *text = looking_read(path);
    assert_non_null(strstr(text, last_words));
    free(text);
}

static void files_are_whole(void *context)
{
    struct looking_store *made = context;
    check(made);
    is_whole(looking_path(made, "one.json"), "\"count\":");
    is_whole(looking_path(made, "set/manifest.json"), "report.html");
    is_whole(looking_path(made, "set/report.html"), "</html>");
}

static void a_report_file_is_there_whole_or_not_at_all(void **state)
{
    (void)state;
    struct fault_trial trial = {.name = "a report file",
                                .families = FAULT_FILES | FAULT_SQL,
                                .set_up = set_up,
                                .operate = write_one,
                                .check = files_are_whole,
                                .tear_down = tear_down,
                                .survives = true};
    assert_in_range(force_run(&trial), force_least(15), 10000);
    trial.name = "a set of reports";
    trial.operate = write_set;
    assert_in_range(force_run(&trial), force_least(50), 10000);
}

/* ---- imports ---- */

static const char summer[] =
    "phone_number,site,email,address_sid\n"
    "+14155550120,Hill,ann@example.com,AD11111111111111111111111111111111\n"
    "+14155550121,Lake,ann@example.com,\n"
    "+14155550100,Lake,ann@example.com,\n"
    "+14155550121,Lake,ann@example.com,\n"
    "12,Lake,ann@example.com,\n";

/* Into the database that has other batches. */
static bool import_summer(void *context, struct error *err)
{
    struct looking_store *made = context;
    struct import_summary summary;
    char path[256];
    TEXT_SET(path, looking_path(made, "summer.csv"));
    FILE *messages = tmpfile();
    const struct import_options options = {.path = path,
                                           .now_ms = LOOKING_NOW_MS,
                                           .actor = "tester",
                                           .messages = messages,
                                           .default_signer = {.contact_title = "Owner"}};
    bool ok = import_file(made->store, &options, &summary, err);
    if (!ok)
        store_rollback(made->store);
    fclose(messages);
    return ok;
}

static void write_summer(struct looking_store *made)
{
    FILE *file = fopen(looking_path(made, "summer.csv"), "w");
    assert_non_null(file);
    fputs(summer, file);
    fclose(file);
}

static void *set_up_summer(void)
{
    struct looking_store *made = looking_store_new();
    write_summer(made);
    return made;
}

static void *set_up_first(void)
{
    struct looking_store *made = looking_store_new_empty();
    write_summer(made);
    return made;
}

static bool add_tally(void *context, const struct tally *tally)
{
    *(int64_t *)context += tally->count;
    return true;
}

static void all_rows_or_none(void *context)
{
    struct looking_store *made = context;
    struct error err = {0};
    int64_t rows = 0;
    check(made);
    if (!store_each_tally(made->store, "summer", add_tally, &rows, &err))
        fail_msg("%s", err.text);
    if (rows != 0 && rows != 2 && rows != 3)
        fail_msg("%lld rows", (long long)rows);
}

static void an_import_is_there_whole_or_not_at_all(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        void *(*set_up)(void);
        unsigned families;
        size_t least;
        bool survives;
    } trials[] = {
        {"import, statements", set_up_summer, FAULT_SQL, 50, false},
        {"import, files", set_up_summer, FAULT_FILES, 10, true},
        {"import, memory of SQLite", set_up_summer, FAULT_SQL_MEMORY, 20, true},
        /* the change to the write-ahead log after the commit may wait */
        {"first import, statements", set_up_first, FAULT_SQL, 50, true},
        {"first import, files", set_up_first, FAULT_FILES | FAULT_SQL_FILES, 10, true},
    };
    for (size_t i = 0; i < COUNT_OF(trials); i++) {
        const struct fault_trial trial = {.name = trials[i].name,
                                          .families = trials[i].families,
                                          .set_up = trials[i].set_up,
                                          .operate = import_summer,
                                          .check = all_rows_or_none,
                                          .tear_down = tear_down,
                                          .survives = trials[i].survives};
        assert_in_range(force_run(&trial), force_least(trials[i].least), 10000);
    }
}

int main(void)
{
    force_watch_sqlite();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_report_says_when_it_cannot_be_written),
        cmocka_unit_test(a_report_file_is_there_whole_or_not_at_all),
        cmocka_unit_test(an_import_is_there_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
