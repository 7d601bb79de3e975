/* The accounting over a store that fails at every place once: counts are right or there are none.
 */
#include "engine/accounts.h"
#include "faults/faults.h"
#include "helpers/looking_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void *set_up(void)
{
    return looking_store_new();
}

static void tear_down(void *context)
{
    looking_store_free(context);
}

static bool read_one(struct store *store, const char *batch, int64_t rows, struct error *err)
{
    struct accounts accounts;
    if (!accounts_read_alone(store, batch, &accounts, err))
        return false;
    assert_int_equal(accounts.total.rows, rows);
    accounts_done(&accounts);
    return true;
}

static bool read_accounts(void *context, struct error *err)
{
    struct looking_store *made = context;
    struct account total;
    if (!read_one(made->store, "", 10, err) || !read_one(made->store, "spring", 8, err) ||
        !accounts_read_total(made->store, &total, err))
        return false;
    assert_int_equal(total.rows, 10);
    return true;
}

/* A transaction that was begun is over, so that the next one can begin. */
static void nothing_is_left_open(void *context)
{
    struct looking_store *made = context;
    struct error err = {0};
    if (!store_begin(made->store, &err))
        fail_msg("%s", err.text);
    store_rollback(made->store);
}

static void counts_are_right_or_there_are_none(void **state)
{
    (void)state;
    const struct fault_trial trial = {.name = "accounts",
                                      .families = FAULT_SQL,
                                      .set_up = set_up,
                                      .operate = read_accounts,
                                      .check = nothing_is_left_open,
                                      .tear_down = tear_down};
    assert_in_range(force_run(&trial), force_least(10), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_right_or_there_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
