/* Files of ours that come back while the store or the disk fails at every place once: said, nothing
 * half, and well the next time. */
#include "base/text.h"
#include "engine/import.h"
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

static void write_text(struct looking_store *made, const char *name, const char *text)
{
    FILE *file = fopen(looking_path(made, name), "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* Batch "numbers": one number, one rejected row; and another batch before and behind it. */
static void *set_up(void)
{
    struct looking_store *made = looking_store_new_empty();
    looking_import(made, "first", "phone_number,site\n4155550101,A\n");
    looking_import(made, "numbers", "phone_number,site\n4155550121,A\n415555012,B\n");
    looking_import(made, "third", "phone_number,site\n4155550131,A\n");
    write_text(made, "numbers.rejects.csv",
               "phone_number,site,reason\n4155550122,B,line 3: x\n4155550123,C,\n");
    write_text(made, "progress.csv",
               "phone_number,site,numhost_line,numhost_status\n4155550121,Z,2,queued\n"
               "4155550122,B,3,queued\n4155550123,C,,queued\n");
    write_text(made, "bad.csv", "phone_number,site\n4155550141,A\n415,B\n");
    return made;
}

static void tear_down(void *context)
{
    looking_store_free(context);
}

static bool import_named(struct looking_store *made, const char *name, bool strict,
                         struct error *err)
{
    struct import_summary summary;
    char path[256];
    TEXT_SET(path, looking_path(made, name));
    const struct import_options options = {
        .path = path, .strict = strict, .now_ms = LOOKING_NOW_MS, .actor = "tester"};
    return import_file(made->store, &options, &summary, err);
}

static bool add_tally(void *context, const struct tally *tally)
{
    *(int64_t *)context += tally->count;
    return true;
}

static int64_t count_batch(struct looking_store *made, const char *batch)
{
    struct error err = {0};
    int64_t rows = 0;
    if (!store_check(made->store, &err) ||
        !store_each_tally(made->store, batch, add_tally, &rows, &err))
        fail_msg("%s", err.text);
    return rows;
}

/* In no transaction, and the batch has all of the file or none of it. */
static void all_or_none(void *context)
{
    struct looking_store *made = context;
    struct error err = {0};
    assert_true(store_begin(made->store, &err));
    store_rollback(made->store);
    int64_t rows = count_batch(made, "numbers");
    if (rows != 1 && rows != 3)
        fail_msg("%lld rows", (long long)rows);
    assert_int_equal(count_batch(made, ""), rows + 2);
}

static bool import_rejects(void *context, struct error *err)
{
    return import_named(context, "numbers.rejects.csv", false, err);
}

static bool import_report(void *context, struct error *err)
{
    return import_named(context, "progress.csv", false, err);
}

static void a_file_that_comes_back_is_there_whole_or_not_at_all(void **state)
{
    (void)state;
    struct fault_trial trial = {.name = "rejects mended",
                                .families = FAULT_SQL,
                                .set_up = set_up,
                                .operate = import_rejects,
                                .check = all_or_none,
                                .tear_down = tear_down};
    assert_in_range(force_run(&trial), force_least(50), 10000);
    trial.name = "a report mended";
    trial.operate = import_report;
    assert_in_range(force_run(&trial), force_least(50), 10000);
}

/* Succeeds when the file is refused for its row, which is then what is said. */
static bool refuse_strictly(void *context, struct error *err)
{
    assert_false(import_named(context, "bad.csv", true, err));
    return strstr(err->text, "--strict wants all of them") != NULL;
}

static void nothing_came_in(void *context)
{
    struct looking_store *made = context;
    all_or_none(made);
    assert_int_equal(count_batch(made, "bad"), 0);
    if (access(looking_path(made, "bad.rejects.csv"), F_OK) != 0)
        return;
    char *text = looking_read(looking_path(made, "bad.rejects.csv"));
    assert_non_null(strstr(text, "415,B,\"line 3: "));
    free(text);
}

static void a_file_refused_for_its_rows_says_so_whatever_becomes_of_the_rejects(void **state)
{
    (void)state;
    const struct fault_trial trial = {.name = "strict",
                                      .families = FAULT_FILES,
                                      .set_up = set_up,
                                      .operate = refuse_strictly,
                                      .check = nothing_came_in,
                                      .tear_down = tear_down,
                                      .survives = true};
    assert_in_range(force_run(&trial), force_least(10), 10000);
}

int main(void)
{
    force_watch_sqlite();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_comes_back_is_there_whole_or_not_at_all),
        cmocka_unit_test(a_file_refused_for_its_rows_says_so_whatever_becomes_of_the_rejects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
