/* The accounting: which batch is meant, and that every row is in it, whatever is imported beside.
 */
#include "adapters/sqlite/sql.h"
#include "base/text.h"
#include "cmd/progress.h"
#include "engine/accounts.h"
#include "engine/report.h"
#include "helpers/looking_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- which batch ---- */

static void refused(struct store *store, const char *batch, const char *why)
{
    struct accounts accounts;
    struct error err = {0};
    assert_false(accounts_read_alone(store, batch, &accounts, &err));
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_string_equal(err.text, why);
    assert_null(accounts.items);
}

static void one_account(struct store *store, const char *batch)
{
    struct accounts accounts;
    struct error err = {0};
    if (!accounts_read_alone(store, batch, &accounts, &err))
        fail_msg("%s", err.text);
    assert_int_equal(accounts.count, 1);
    assert_string_equal(accounts.items[0].batch.name, batch);
    assert_int_equal(accounts.total.rows, accounts.items[0].rows);
    accounts_done(&accounts);
}

static void a_batch_that_is_not_there_is_refused_with_what_would_help(void **state)
{
    struct looking_store *made = looking_store_new_empty();
    (void)state;
    refused(made->store, "spring", "there is no batch \"spring\": nothing was imported yet");
    looking_store_free(made);
    made = looking_store_new();
    refused(made->store, "sprung", "there is no batch \"sprung\"; did you mean \"spring\"?");
    refused(made->store, "warehouses",
            "there is no batch \"warehouses\"; `numhost report summary` lists the 2 there are");
    one_account(made->store, "spring");
    one_account(made->store, "autumn");
    looking_store_free(made);
}

/* More than a report holds: "spring", "autumn" and empty ones. */
static struct looking_store *make_too_many(void)
{
    struct looking_store *made = looking_store_new();
    struct error err = {0};
    assert_int_equal(REPORT_BATCHES_MAX, 10000);
    assert_true(sql_exec(made->store,
                         "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE "
                         "i < 10000) INSERT INTO batch (name, file, header, imported_at_ms) "
                         "SELECT 'b' || i, 'b.csv', 'phone_number', 1 FROM n",
                         &err));
    return made;
}

static void of_more_batches_than_a_report_holds_one_can_be_named(void **state)
{
    struct looking_store *made = make_too_many();
    (void)state;
    refused(made->store, "", "more than 10000 batches: name one with --batch");
    refused(made->store, "sprung", "there is no batch \"sprung\"; did you mean \"spring\"?");
    one_account(made->store, "spring");
    one_account(made->store, "b10000");
    looking_store_free(made);
}

static void a_run_goes_on_with_more_batches_than_a_report_holds(void **state)
{
    struct looking_store *made = make_too_many();
    struct error err = {0};
    struct progress progress;
    const struct engine_progress engine = {.requests = 5};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    (void)state;
    progress_begin(&progress, out, false, LOOKING_NOW_MS);
    if (!progress_line(&progress, made->store, &engine, LOOKING_NOW_MS, &err))
        fail_msg("%s", err.text);
    fclose(out);
    if (strstr(text, "1/8 done") == NULL)
        fail_msg("%s", text);
    free(text);
    looking_store_free(made);
}

/* ---- an import that comes in between ---- */

struct between {
    struct looking_store *made;
    const char *batch;
    const char *csv;
    bool done;
};

/* Before the counts are read, behind the list of batches. */
static int import_between(unsigned what, void *context, void *statement, void *text)
{
    struct between *between = context;
    struct error err = {0};
    struct looking_store beside = *between->made;
    (void)what;
    (void)statement;
    if (between->done || strstr(text, "FROM tally JOIN batch") == NULL)
        return 0;
    between->done = true;
    beside.store = store_open(looking_path(&beside, "numhost.db"), STORE_WRITE, &err);
    if (beside.store == NULL)
        fail_msg("%s", err.text);
    looking_import(&beside, between->batch, between->csv);
    store_close(beside.store);
    return 0;
}

/* Opened for reading, as by `status` and `sync --dry-run` beside a run. */
static struct looking_store *open_with(struct between *between)
{
    struct error err = {0};
    struct looking_store *made = looking_store_new();
    between->made = made;
    store_close(made->store);
    made->store = store_open(looking_path(made, "numhost.db"), STORE_READ, &err);
    if (made->store == NULL)
        fail_msg("%s", err.text);
    assert_int_equal(sqlite3_trace_v2(made->store->db, SQLITE_TRACE_STMT, import_between, between),
                     SQLITE_OK);
    return made;
}

static void counts_that_an_import_went_through_are_refused_and_right_the_next_time(void **state)
{
    struct between between = {.batch = "spring", .csv = "phone_number\n+14155550150\n"};
    struct looking_store *made = open_with(&between);
    struct accounts accounts;
    struct error err = {0};
    (void)state;
    assert_false(accounts_read(made->store, "", &accounts, &err));
    assert_true(between.done);
    assert_int_equal(err.kind, ERROR_STORE);
    assert_non_null(strstr(err.text, "the counts of batch \"spring\" do not add up to its 8 rows"));
    assert_true(accounts_read(made->store, "", &accounts, &err));
    assert_int_equal(accounts.total.rows, 11);
    accounts_done(&accounts);
    looking_store_free(made);
}

static void a_batch_that_comes_in_between_is_counted_the_next_time(void **state)
{
    struct between between = {.batch = "winter", .csv = "phone_number\n+14155550150\n"};
    struct looking_store *made = open_with(&between);
    struct accounts accounts;
    struct error err = {0};
    (void)state;
    assert_true(accounts_read(made->store, "", &accounts, &err));
    assert_true(between.done);
    assert_int_equal(accounts.total.rows, 10);
    accounts_done(&accounts);
    one_account(made->store, "winter");
    looking_store_free(made);
}

static void a_transaction_sees_nothing_of_what_comes_in_between(void **state)
{
    struct between between = {.batch = "spring", .csv = "phone_number\n+14155550150\n"};
    struct looking_store *made = open_with(&between);
    struct accounts accounts;
    struct error err = {0};
    (void)state;
    if (!accounts_read_alone(made->store, "", &accounts, &err))
        fail_msg("%s", err.text);
    assert_true(between.done);
    assert_int_equal(accounts.total.rows, 10);
    accounts_done(&accounts);
    assert_true(accounts_read_alone(made->store, "", &accounts, &err));
    assert_int_equal(accounts.total.rows, 11);
    accounts_done(&accounts);
    looking_store_free(made);
}

static void a_store_that_cannot_begin_says_so(void **state)
{
    struct looking_store *made = looking_store_new();
    struct accounts accounts;
    struct error err = {0};
    (void)state;
    assert_true(store_begin(made->store, &err)); /* there is but one at a time */
    assert_false(accounts_read_alone(made->store, "spring", &accounts, &err));
    assert_int_equal(err.kind, ERROR_STORE);
    store_rollback(made->store);
    one_account(made->store, "spring");
    looking_store_free(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_that_is_not_there_is_refused_with_what_would_help),
        cmocka_unit_test(of_more_batches_than_a_report_holds_one_can_be_named),
        cmocka_unit_test(a_run_goes_on_with_more_batches_than_a_report_holds),
        cmocka_unit_test(counts_that_an_import_went_through_are_refused_and_right_the_next_time),
        cmocka_unit_test(a_batch_that_comes_in_between_is_counted_the_next_time),
        cmocka_unit_test(a_transaction_sees_nothing_of_what_comes_in_between),
        cmocka_unit_test(a_store_that_cannot_begin_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
