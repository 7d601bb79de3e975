/* Whatever fails while an import changes what is there, mends it or writes by the hundred: it is
 * said, nothing of it stays, and the same import goes well afterwards. */
#include "adapters/sqlite/import_pending.h"
#include "base/text.h"
#include "faults/faults.h"
#include "helpers/store_place.h"

#include <stdlib.h>
#include <string.h>

enum { FEW = PENDING_ROWS + 20, MANY = FEW + PENDING_ROWS, LATER_MS = FIXTURE_NOW_MS + 5000 };

struct world {
    struct fixture fixture;
    struct store *store; /* of the fixture */
};

static struct world *new_world(void)
{
    struct error err = {0};
    struct world *world = calloc(1, sizeof *world);
    world->store = store_open(":memory:", STORE_WRITE, &err);
    if (world->store == NULL)
        fail_msg("%s", err.text);
    world->fixture = (struct fixture){.store = world->store, .next_line = 2};
    return world;
}

static void end(void *context)
{
    struct world *world = context;
    store_close(world->store);
    free(world);
}

static bool add_tally(void *context, const struct tally *tally)
{
    *(int64_t *)context += tally->count;
    return true;
}

/* Whole, in no transaction, and the counts are those of the rows. */
static void check(void *context)
{
    struct world *world = context;
    struct error err = {0};
    int64_t counted = 0;
    if (!store_check(world->store, &err) || !store_begin(world->store, &err) ||
        !store_each_tally(world->store, "", add_tally, &counted, &err))
        fail_msg("%s", err.text);
    store_rollback(world->store);
    assert_int_equal(place_count(world->store), counted);
}

#define STORE (((struct world *)context)->store)

/* One import of batch `batch`, whose rows are those of each(). */
static bool import(struct store *store, const char *batch,
                   bool (*each)(struct store *store, struct error *err), struct error *err)
{
    bool ok = store_begin(store, err) &&
              store_import_begin(store, batch, "file.csv", FIXTURE_HEADER, LATER_MS, err) &&
              each(store, err) && store_import_end(store, err) && store_commit(store, err);
    if (!ok)
        store_rollback(store);
    return ok;
}

/* ---- rows that change, and rows that are mended ---- */

static void *some_to_change(void)
{
    struct error err = {0};
    struct world *world = new_world();
    fixture_import_begin(&world->fixture, "a");
    for (int i = 0; i < 3; i++) {
        char phone_number[PHONE_BYTES];
        place_phone(i, phone_number);
        fixture_import_line(&world->fixture, 2 + i, phone_number);
    }
    fixture_import_end(&world->fixture);
    struct number number = fixture_number(&world->fixture, 2);
    TEXT_SET(number.unique_name, "numhost-2");
    assert_true(store_add_order(world->store, &number, FIXTURE_NOW_MS, &err));
    for (int64_t id = 2; id <= 3; id++)
        fixture_set(&world->fixture, id, STATUS_FAILED, STEP_NOTHING, 0);
    return world;
}

/* Site, signer and profile are new with each; the first is queued, the others have failed. */
static bool change_rows(struct store *store, struct error *err)
{
    struct import_result result;
    for (int i = 0; i < 3; i++) {
        char phone_number[PHONE_BYTES];
        place_phone(i, phone_number);
        struct import_row row = fixture_row(2 + i, phone_number);
        snprintf(row.site, sizeof row.site, "site %d", i);
        snprintf(row.signer.contact_title, sizeof row.signer.contact_title, "title %d", i);
        snprintf(row.details.sms_url, sizeof row.details.sms_url, "https://example.com/%d", i);
        if (!store_import_row(store, &row, &result, err))
            return false;
    }
    return true;
}

static bool change_in_their_batch(void *context, struct error *err)
{
    return import(STORE, "a", change_rows, err);
}

static bool change_from_another_batch(void *context, struct error *err)
{
    return import(STORE, "b", change_rows, err);
}

/* ---- what was refused ---- */

static bool reject_again(struct store *store, struct error *err)
{
    bool mended = false;
    const struct import_reject reject = {
        .line = 3, .record = "x", .record_bytes = 1, .column = "", .reason = "too short"};
    return store_import_is_mended(store, &reject, &mended, err) && mended;
}

static bool mend(struct store *store, struct error *err)
{
    struct import_result result;
    struct import_row row = fixture_row(2, "+14155550101");
    row.replaces_line = 3;
    return store_import_row(store, &row, &result, err);
}

static void *one_refused(void)
{
    struct world *world = new_world();
    fixture_import_begin(&world->fixture, "a");
    fixture_reject_line(&world->fixture, 3);
    fixture_import_end(&world->fixture);
    return world;
}

static void *one_mended(void)
{
    struct error err = {0};
    struct world *world = one_refused();
    assert_true(import(world->store, "a", mend, &err));
    return world;
}

/* Into a table without numbers, whose index is built for it in the middle of the import. */
static bool mend_refused(void *context, struct error *err)
{
    return import(STORE, "a", mend, err);
}

static bool import_the_refused_again(void *context, struct error *err)
{
    return import(STORE, "a", reject_again, err);
}

/* ---- by the hundred ---- */

static void *nothing_yet(void)
{
    return new_world();
}

static void *one_number(void)
{
    struct world *world = new_world();
    fixture_add(&world->fixture, "+12125550100", "", 0);
    return world;
}

static bool rows(struct store *store, int count, struct error *err)
{
    struct import_result result;
    bool ok = true;
    for (int i = 0; ok && i < count; i++) {
        char phone_number[PHONE_BYTES];
        place_phone(i, phone_number);
        struct import_row row = fixture_row(2 + i, phone_number);
        ok = store_import_row(store, &row, &result, err);
    }
    return ok;
}

static bool many_rows(struct store *store, struct error *err)
{
    return rows(store, MANY, err);
}

static bool few_rows(struct store *store, struct error *err)
{
    return rows(store, FEW, err);
}

static bool import_many(void *context, struct error *err)
{
    return import(STORE, "a", many_rows, err);
}

/* One group, so that no second call can get a thread after all. */
static bool import_few(void *context, struct error *err)
{
    return import(STORE, "a", few_rows, err);
}

static void none_or_all_of_them(void *context)
{
    check(context);
    int64_t count = place_count(STORE);
    assert_true(count <= 1 || count == FEW || count >= MANY);
}

static size_t force(const char *name, void *(*set_up)(void), unsigned families,
                    bool (*operate)(void *world, struct error *err))
{
    bool hundreds = operate == import_many || operate == import_few;
    const struct fault_trial trial = {.name = name,
                                      .families = families,
                                      .set_up = set_up,
                                      .operate = operate,
                                      .check = hundreds ? none_or_all_of_them : check,
                                      .tear_down = end,
                                      .survives =
                                          (families & (FAULT_SQL_MEMORY | FAULT_FILES)) != 0};
    return force_run(&trial);
}

static void changing_and_mending_rows_is_all_or_nothing(void **state)
{
    (void)state;
    size_t forced =
        force("change in their batch", some_to_change, FAULT_SQL, change_in_their_batch) +
        force("change from another batch", some_to_change, FAULT_SQL, change_from_another_batch);
    assert_in_range(forced, force_least(100), 10000);
}

static void what_was_refused_is_mended_or_stays_refused(void **state)
{
    (void)state;
    size_t forced = force("mend", one_refused, FAULT_SQL, mend_refused) +
                    force("refused again", one_mended, FAULT_SQL, import_the_refused_again);
    assert_in_range(forced, force_least(30), 10000);
}

/* Without a thread the rows are written all the same. */
static void hundreds_of_rows_are_all_there_or_none(void **state)
{
    (void)state;
    size_t forced = force("many and more", one_number, FAULT_SQL, import_many) +
                    force("many at first", nothing_yet, FAULT_SQL, import_many);
    assert_in_range(forced, force_least(50), 10000);
    assert_in_range(force("no thread", nothing_yet, FAULT_FILES, import_few), 1, 10);
}

int main(void)
{
    force_watch_sqlite();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changing_and_mending_rows_is_all_or_nothing),
        cmocka_unit_test(what_was_refused_is_mended_or_stays_refused),
        cmocka_unit_test(hundreds_of_rows_are_all_there_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
