/* Whatever SQLite refuses, and wherever: the operation says so, the database stays whole, and the
 * same operation succeeds afterwards. */
#include "base/clock.h"
#include "base/text.h"
#include "faults/faults.h"
#include "helpers/store_fixture.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NOW_MS = FIXTURE_NOW_MS + 3600000, NUMBERS = 8, SOME = 16 };

struct world {
    struct fixture fixture;
    struct store *store; /* of the fixture */
    int64_t ids[NUMBERS];
    int64_t loa_id;
    char folder[64]; /* "" in memory */
    char path[128];
};

/* ---- a store with something for every operation ---- */

static void add_rows(struct world *world)
{
    fixture_import_begin(&world->fixture, FIXTURE_BATCH);
    for (int i = 0; i < NUMBERS; i++) {
        char phone_number[PHONE_BYTES];
        snprintf(phone_number, sizeof phone_number, "+1415555%04d", 100 + i);
        struct import_row row = fixture_row(2 + i, phone_number);
        TEXT_SET(row.site, i < 2 ? "site" : "");
        assert_int_equal(fixture_import(&world->fixture, &row).outcome, IMPORT_NEW);
        world->ids[i] = 1 + i;
    }
    fixture_reject_line(&world->fixture, 99);
    fixture_import_end(&world->fixture);
}

static void put(struct world *world, int i, enum status status, enum step step, int64_t due_at_ms)
{
    fixture_set(&world->fixture, world->ids[i], status, step, due_at_ms);
}

static void save(struct world *world, const struct number *number)
{
    struct error err = {0};
    if (!store_save_number(world->store, number, &err))
        fail_msg("%s", err.text);
}

static void add_calls(struct world *world)
{
    struct number number = fixture_number(&world->fixture, world->ids[3]);
    number.status = STATUS_PENDING_VERIFICATION;
    number.call_until_at_ms = NOW_MS - 1;
    number.code_until_at_ms = NOW_MS + MINUTE_MS;
    TEXT_SET(number.code, "012345");
    TEXT_SET(number.order_sid, "HR00000000000000000000000000000003");
    number.deadline_at_ms = NOW_MS + HOUR_MS;
    save(world, &number);
    put(world, 1, STATUS_RECEIVED, STEP_START_CALL, NOW_MS - 2);
    put(world, 2, STATUS_RECEIVED, STEP_START_CALL, NOW_MS - 1);
}

static void add_intents(struct world *world)
{
    struct error err = {0};
    struct number number = fixture_number(&world->fixture, world->ids[4]);
    number.intent = INTENT_CREATE;
    number.intent_at_ms = NOW_MS - 5;
    number.step = STEP_RECONCILE;
    number.due_at_ms = NOW_MS + HOUR_MS;
    TEXT_SET(number.unique_name, "numhost-4");
    save(world, &number);
    assert_true(store_add_order(world->store, &number, NOW_MS, &err));
}

static void add_loas(struct world *world)
{
    struct error err = {0};
    struct number number = fixture_number(&world->fixture, world->ids[5]);
    struct loa loa = {.signer_id = number.signer_id,
                      .sid = "PX00000000000000000000000000000005",
                      .status = DOCUMENT_SIGNING,
                      .number_count = 1,
                      .intent_at_ms = NOW_MS - 10,
                      .sent_at_ms = NOW_MS - 9,
                      .due_at_ms = NOW_MS - 1};
    struct loa lost = {.signer_id = number.signer_id, .number_count = 1, .intent_at_ms = NOW_MS};
    assert_true(store_save_loa(world->store, &loa, &err));
    assert_true(store_save_loa(world->store, &lost, &err));
    world->loa_id = loa.id;
    number.status = STATUS_PENDING_LOA;
    number.loa_id = loa.id;
    save(world, &number);
    put(world, 6, STATUS_VERIFIED, STEP_AUTHORIZE, NOW_MS - 1);
    put(world, 7, STATUS_CARRIER_PROCESSING, STEP_NOTHING, NOW_MS - 1);
}

static void *fill(struct world *world)
{
    struct error err = {0};
    world->store =
        store_open(world->folder[0] != '\0' ? world->path : ":memory:", STORE_WRITE, &err);
    if (world->store == NULL)
        fail_msg("%s", err.text);
    world->fixture = (struct fixture){.store = world->store, .next_line = 2};
    add_rows(world);
    add_calls(world);
    add_intents(world);
    add_loas(world);
    return world;
}

static void *in_memory(void)
{
    return fill(calloc(1, sizeof(struct world)));
}

static void *on_disk(void)
{
    struct world *world = calloc(1, sizeof *world);
    TEXT_SET(world->folder, "/tmp/numhost-fails-XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    snprintf(world->path, sizeof world->path, "%s/numhost.db", world->folder);
    return fill(world);
}

static void end(void *context)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal", ".lock"};
    struct world *world = context;
    store_close(world->store);
    for (size_t i = 0; i < COUNT_OF(endings) && world->folder[0] != '\0'; i++) {
        char path[160];
        snprintf(path, sizeof path, "%s%s", world->path, endings[i]);
        unlink(path);
    }
    if (world->folder[0] != '\0')
        rmdir(world->folder);
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
    struct selector all = {.all = true};
    int64_t rows = 0;
    int64_t counted = 0;
    if (world->store == NULL)
        return;
    if (!store_check(world->store, &err) || !store_begin(world->store, &err) ||
        !store_count_numbers(world->store, &all, &rows, &err) ||
        !store_each_tally(world->store, "", add_tally, &counted, &err))
        fail_msg("%s", err.text);
    store_rollback(world->store);
    assert_int_equal(rows, counted);
    assert_true(rows >= NUMBERS);
}

/* ---- the operations ---- */

static bool see_number(void *context, const struct number_view *view)
{
    (void)context;
    return view->record != NULL;
}

static bool see_event(void *context, const struct event *event, const char *phone_number)
{
    (void)context;
    return event->at_ms > 0 && phone_number != NULL;
}

static bool see_batch(void *context, const struct batch *batch)
{
    (void)context;
    return batch->id > 0;
}

static bool see_loa(void *context, const struct loa *loa, const struct signer *signer,
                    int64_t waiting, int64_t ready)
{
    (void)context;
    (void)loa;
    return signer->id > 0 && waiting >= 0 && ready >= 0;
}

#define OPERATION(name) static bool name(void *context, struct error *err)
#define STORE (((struct world *)context)->store)
#define WORLD ((struct world *)context)

OPERATION(recover)
{
    int64_t count = 0;
    return store_recover(STORE, NOW_MS, &count, err);
}

OPERATION(take_due)
{
    struct number numbers[SOME];
    size_t count = 0;
    return store_take_due(STORE, NOW_MS, numbers, SOME, &count, err);
}

OPERATION(take_looks)
{
    struct number numbers[SOME];
    size_t count = 0;
    int64_t looks = 0;
    return store_take_looks(STORE, STATUS_CARRIER_PROCESSING, NOW_MS, numbers, SOME, &count, err) &&
           store_count_looks(STORE, STATUS_CARRIER_PROCESSING, NOW_MS, 10, &looks, err);
}

OPERATION(take_calls)
{
    struct number numbers[SOME];
    size_t count = 0;
    int64_t open = 0;
    return store_take_calls(STORE, NOW_MS, 1, numbers, SOME, &count, err) &&
           store_count_open_calls(STORE, NOW_MS, &open, err);
}

OPERATION(next_due)
{
    int64_t at_ms = 0;
    return store_next_due(STORE, NOW_MS, &at_ms, err);
}

OPERATION(take_what_time_ended)
{
    struct number numbers[SOME];
    size_t count = 0;
    return store_take_lapsing(STORE, NOW_MS, DAY_MS, numbers, SOME, &count, err) &&
           store_take_ended_calls(STORE, NOW_MS, numbers, SOME, &count, err);
}

OPERATION(find)
{
    struct number number;
    struct loa loa = {0};
    bool found = false;
    return store_find_number(STORE, WORLD->ids[0], &number, &found, err) &&
           store_find_by_phone(STORE, number.phone_number, &number, &found, err) && found &&
           store_find_by_order(STORE, "HR00000000000000000000000000000003", &number, &found, err) &&
           found && store_find_loa(STORE, WORLD->loa_id, &loa, &found, err) && found &&
           store_find_loa_by_sid(STORE, loa.sid, &loa, &found, err) && found;
}

OPERATION(save_number)
{
    struct number number = {0};
    bool found = false;
    if (!store_find_number(STORE, WORLD->ids[6], &number, &found, err))
        return false;
    number.status = number.status == STATUS_VERIFIED ? STATUS_RECEIVED : STATUS_VERIFIED;
    number.tries++;
    return store_save_number(STORE, &number, err);
}

OPERATION(add_event)
{
    struct event event = {.number_id = WORLD->ids[0],
                          .at_ms = NOW_MS,
                          .kind = EVENT_HELD,
                          .has_operation = true,
                          .operation = OPERATION_FETCH_ORDER,
                          .actor = "somebody"};
    return store_add_event(STORE, &event, err);
}

OPERATION(keep_orders)
{
    struct number number = {0};
    bool found = false;
    if (!store_find_number(STORE, WORLD->ids[4], &number, &found, err))
        return false;
    return store_add_order(STORE, &number, NOW_MS, err) &&
           store_name_order(STORE, number.unique_name, "HR00000000000000000000000000000004", err) &&
           store_end_other_orders(STORE, &number, NOW_MS, err) &&
           store_end_order(STORE, number.unique_name, "failed", NOW_MS, err);
}

OPERATION(read_what_belongs_to_a_number)
{
    struct number number = {0};
    struct order_details details;
    struct signer signer;
    char site[SITE_BYTES];
    char zone[ZONE_BYTES];
    bool found = false;
    return store_find_number(STORE, WORLD->ids[0], &number, &found, err) &&
           store_read_details(STORE, number.id, &details, err) &&
           store_read_signer(STORE, number.signer_id, &signer, &found, err) && found &&
           store_read_site(STORE, number.site_id, site, zone, err);
}

OPERATION(pack_loas)
{
    int64_t signers[SOME];
    struct number numbers[SOME];
    struct loa loas[SOME];
    size_t count = 0;
    struct loa loa = {.signer_id = 1, .number_count = 2, .intent_at_ms = NOW_MS};
    if (!store_take_signers(STORE, NOW_MS, 1, signers, SOME, &count, err) ||
        !store_take_ready(STORE, 1, numbers, SOME, &count, err) ||
        !store_save_loa(STORE, &loa, err))
        return false;
    loa.sent_at_ms = NOW_MS;
    return store_save_loa(STORE, &loa, err) &&
           store_take_due_loas(STORE, NOW_MS, loas, SOME, &count, err) &&
           store_take_of_loa(STORE, WORLD->loa_id, 0, numbers, SOME, &count, err);
}

OPERATION(settings)
{
    char value[64];
    return store_write_setting(STORE, "rate", "5/s", err) &&
           store_read_setting(STORE, "rate", value, sizeof value, err) && strcmp(value, "5/s") == 0;
}

OPERATION(look_at_numbers)
{
    struct selector all = {.all = true};
    struct selector some = {.batch = FIXTURE_BATCH, .by_status = true, .status = STATUS_QUEUED};
    int64_t count = 0;
    int64_t ids[SOME];
    size_t got = 0;
    return store_each_number(STORE, &all, true, see_number, NULL, err) &&
           store_each_number(STORE, &some, false, see_number, NULL, err) &&
           store_count_numbers(STORE, &some, &count, err) &&
           store_select_ids(STORE, &all, 0, ids, SOME, &got, err) && got >= NUMBERS;
}

OPERATION(look_at_history)
{
    return store_each_event(STORE, 0, "", 0, see_event, NULL, err) &&
           store_each_event(STORE, 0, FIXTURE_BATCH, 0, see_event, NULL, err) &&
           store_each_event(STORE, WORLD->ids[0], "", 0, see_event, NULL, err);
}

OPERATION(look_at_the_rest)
{
    int64_t version = 0;
    int64_t tallied = 0;
    return store_each_tally(STORE, FIXTURE_BATCH, add_tally, &tallied, err) &&
           store_each_batch(STORE, see_batch, NULL, err) &&
           store_each_signer(STORE, see_loa, NULL, err) &&
           store_each_call(STORE, "site", SOME, see_number, NULL, err) &&
           store_each_open_call(STORE, "", NOW_MS, SOME, see_number, NULL, err) &&
           store_version(STORE, &version, err) && store_check(STORE, err);
}

/* Closed at first, so that opening is what is tried. */
OPERATION(open_again)
{
    if (STORE != NULL)
        store_close(STORE);
    STORE = store_open(WORLD->path, STORE_WRITE, err);
    return STORE != NULL;
}

OPERATION(open_for_reading)
{
    struct store *reader = store_open(WORLD->path, STORE_READ, err);
    struct selector all = {.all = true};
    bool ok = reader != NULL && store_each_number(reader, &all, true, see_number, NULL, err);
    store_close(reader);
    return ok;
}

OPERATION(commit_a_turn)
{
    bool ok = store_begin(STORE, err) && save_number(context, err) && add_event(context, err) &&
              store_commit(STORE, err);
    if (!ok)
        store_rollback(STORE);
    return ok;
}

/* Some rows that are new, one that is there, one refused. */
static bool import_rows(struct store *store, struct error *err)
{
    static const char *const phones[] = {"+14155550150", "+14155550151", "+14155550100",
                                         "+14155550151"};
    struct import_result result;
    bool mended = false;
    struct import_reject reject = {
        .line = 98, .record = "y", .record_bytes = 1, .column = "", .reason = "too short"};
    for (size_t i = 0; i < COUNT_OF(phones); i++) {
        struct import_row row = fixture_row(200 + (int64_t)i, phones[i]);
        TEXT_SET(row.site, "another");
        if (!store_import_row(store, &row, &result, err))
            return false;
    }
    struct import_row mending = fixture_row(300, "+14155550199");
    mending.replaces_line = 99;
    return store_import_is_mended(store, &reject, &mended, err) &&
           store_import_reject(store, &reject, err) &&
           store_import_row(store, &mending, &result, err);
}

OPERATION(import)
{
    bool ok = store_begin(STORE, err) &&
              store_import_begin(STORE, FIXTURE_BATCH, "file.csv", FIXTURE_HEADER, NOW_MS, err) &&
              import_rows(STORE, err) && store_import_end(STORE, err) && store_commit(STORE, err);
    if (!ok)
        store_rollback(STORE);
    return ok;
}

struct operation_of_store {
    const char *name;
    bool (*run)(void *context, struct error *err);
    bool survives; /* some failures, in whatever family */
};

static const struct operation_of_store operations[] = {
    {"recover", recover, false},
    {"take due", take_due, false},
    {"take looks", take_looks, false},
    {"take calls", take_calls, false},
    {"next due", next_due, false},
    {"take what time ended", take_what_time_ended, false},
    {"find", find, false},
    {"save", save_number, false},
    {"add an event", add_event, false},
    {"orders", keep_orders, false},
    {"what belongs to a number", read_what_belongs_to_a_number, false},
    {"LOAs", pack_loas, false},
    {"settings", settings, false},
    {"numbers", look_at_numbers, false},
    {"history", look_at_history, false},
    {"counts, signers, calls", look_at_the_rest, false},
    {"a turn", commit_a_turn, false},
    {"import", import, false},
};

static size_t run_all(unsigned family, void *(*set_up)(void), bool survives)
{
    size_t forced = 0;
    for (size_t i = 0; i < COUNT_OF(operations); i++) {
        const struct fault_trial trial = {.name = operations[i].name,
                                          .families = family,
                                          .set_up = set_up,
                                          .operate = operations[i].run,
                                          .check = check,
                                          .tear_down = end,
                                          .survives = survives || operations[i].survives};
        forced += force_run(&trial);
    }
    return forced;
}

static void every_statement_that_fails_is_an_error_and_leaves_a_whole_database(void **state)
{
    (void)state;
    assert_in_range(run_all(FAULT_SQL, in_memory, false), force_least(300), 10000);
}

static void every_allocation_of_sqlite_that_fails_leaves_a_whole_database(void **state)
{
    (void)state;
    assert_in_range(run_all(FAULT_SQL_MEMORY, in_memory, true), force_least(300), 100000);
}

static void every_system_call_of_sqlite_that_fails_leaves_a_whole_database(void **state)
{
    (void)state;
    static const struct operation_of_store on_files[] = {
        {"open", open_again, true},
        {"open for reading", open_for_reading, true},
        {"a turn on disk", commit_a_turn, true},
        {"import on disk", import, true},
        {"recover on disk", recover, true},
    };
    size_t forced = 0;
    for (size_t i = 0; i < COUNT_OF(on_files); i++) {
        const struct fault_trial trial = {.name = on_files[i].name,
                                          .families = FAULT_SQL_FILES,
                                          .set_up = on_disk,
                                          .operate = on_files[i].run,
                                          .check = check,
                                          .tear_down = end,
                                          .survives = on_files[i].survives};
        forced += force_run(&trial);
    }
    assert_in_range(forced, force_least(10), 10000);
}

static void opening_that_fails_anywhere_says_so_and_succeeds_afterwards(void **state)
{
    (void)state;
    const struct fault_trial trials[] = {
        {.name = "open", .operate = open_again},
        {.name = "open for reading", .operate = open_for_reading},
    };
    for (size_t i = 0; i < COUNT_OF(trials); i++) {
        struct fault_trial trial = trials[i];
        trial.families = FAULT_SQL | FAULT_FILES;
        trial.set_up = on_disk;
        trial.check = check;
        trial.tear_down = end;
        trial.survives = true;
        assert_in_range(force_run(&trial), force_least(5), 1000);
        trial.families = FAULT_SQL_MEMORY;
        assert_in_range(force_run(&trial), force_least(5), 10000);
    }
}

int main(void)
{
    force_watch_sqlite();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_statement_that_fails_is_an_error_and_leaves_a_whole_database),
        cmocka_unit_test(opening_that_fails_anywhere_says_so_and_succeeds_afterwards),
        cmocka_unit_test(every_allocation_of_sqlite_that_fails_leaves_a_whole_database),
        cmocka_unit_test(every_system_call_of_sqlite_that_fails_leaves_a_whole_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
