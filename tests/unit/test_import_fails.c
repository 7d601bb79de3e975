/* Files of ours that come back while the store or the disk fails at every place once: said, nothing
 * half, and well the next time. */
#include "base/text.h"
#include "faults/faults.h"
#include "helpers/importing.h"

#include <string.h>

/* Batch "numbers": one number, one rejected row; and another batch before and behind it. */
static void *set_up(void)
{
    void *made = NULL;
    assert_int_equal(importing_set_up(&made), 0);
    importing_good(made, "other.csv", "phone_number,site\n4155550101,A\n");
    importing_good(made, "numbers.csv", "phone_number,site\n4155550121,A\n415555012,B\n");
    importing_good(made, "failed.csv", "phone_number,site\n4155550131,A\n");
    return made;
}

static void *set_up_rejects(void)
{
    void *made = set_up();
    importing_write(made, "numbers.rejects.csv",
                    "phone_number,site,reason\n4155550122,B,line 3: x\n4155550123,C,\n");
    return made;
}

static void *set_up_report(void)
{
    void *made = set_up();
    importing_write(made, "failed.csv",
                    "phone_number,site,numhost_line,numhost_status\n4155550121,Z,2,queued\n"
                    "4155550122,B,3,queued\n4155550123,C,,queued\n");
    return made;
}

static void *set_up_other_columns(void)
{
    void *made = set_up();
    importing_write(made, "numbers.rejects.csv",
                    "color,phone_number,reason\nred,4155550121,\nblue,4155550122,line 3: x\n"
                    ",4155550123,\n");
    return made;
}

/* A rejected row that comes back without its site, and is no better. */
static void *set_up_refused_again(void)
{
    struct importing *made = set_up();
    made->options.batch = "numbers";
    importing_write(made, "failed.csv",
                    "color,phone_number,reason\nred,4155550121,\nblue,415555012,line 3: x\n");
    return made;
}

static void *set_up_strict(void)
{
    struct importing *made = set_up();
    made->options.strict = true;
    made->options.batch = "bad";
    importing_write(made, "failed.csv", "phone_number,site\n4155550141,A\n415,B\n");
    return made;
}

static void tear_down(void *made)
{
    assert_int_equal(importing_tear_down(&made), 0);
}

/* Nothing of the test's own is made to fail. */
static bool import(void *context, struct error *err)
{
    struct importing *made = context;
    made->options.path = made->path;
    made->options.messages = NULL;
    return import_file(made->store, &made->options, &made->summary, err);
}

static bool add_tally(void *context, const struct tally *tally)
{
    *(int64_t *)context += tally->count;
    return true;
}

static int64_t count_batch(struct importing *made, const char *batch)
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
    struct importing *made = context;
    struct error err = {0};
    assert_true(store_begin(made->store, &err));
    store_rollback(made->store);
    int64_t rows = count_batch(made, "numbers");
    if (rows != 1 && rows != 3)
        fail_msg("%lld rows", (long long)rows);
    assert_int_equal(count_batch(made, ""), rows + 2);
}

static void a_file_that_comes_back_is_there_whole_or_not_at_all(void **state)
{
    (void)state;
    struct fault_trial trial = {.name = "rejects mended",
                                .families = FAULT_SQL,
                                .set_up = set_up_rejects,
                                .operate = import,
                                .check = all_or_none,
                                .tear_down = tear_down};
    assert_in_range(force_run(&trial), force_least(50), 10000);
    trial.name = "a report mended";
    trial.set_up = set_up_report;
    assert_in_range(force_run(&trial), force_least(50), 10000);
    trial.name = "other columns";
    trial.set_up = set_up_other_columns;
    assert_in_range(force_run(&trial), force_least(50), 10000);
    trial.name = "refused again";
    trial.set_up = set_up_refused_again;
    assert_in_range(force_run(&trial), force_least(20), 10000);
}

/* Succeeds when the file is refused for its row, which is then what is said. */
static bool refuse_strictly(void *context, struct error *err)
{
    assert_false(import(context, err));
    return strstr(err->text, "--strict wants all of them") != NULL;
}

static void nothing_came_in(void *context)
{
    struct importing *made = context;
    all_or_none(made);
    assert_int_equal(count_batch(made, "bad"), 0);
    const char *rejects = importing_read(made, "failed.rejects.csv");
    if (rejects != NULL)
        assert_non_null(strstr(rejects, "415,B,\"line 3: "));
}

static void a_file_refused_for_its_rows_says_so_whatever_becomes_of_the_rejects(void **state)
{
    (void)state;
    const struct fault_trial trial = {.name = "strict",
                                      .families = FAULT_FILES,
                                      .set_up = set_up_strict,
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
