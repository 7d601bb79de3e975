/* Walks that end early, that have nothing to show, and whom a selector means. */
#include "helpers/store_fixture.h"

#include "base/text.h"

#include <string.h>

/* Two numbers at sites, each due for a call; history of both; two signers; one rejected row. */
static void fill(struct fixture *fixture)
{
    static const char *const sites[] = {"A", "B"};
    fixture_import_begin(fixture, FIXTURE_BATCH);
    for (int i = 0; i < 2; i++) {
        char phone_number[PHONE_BYTES];
        snprintf(phone_number, sizeof phone_number, "+1415555%04d", 100 + i);
        struct import_row row = fixture_row(2 + i, phone_number);
        TEXT_SET(row.site, sites[i]);
        TEXT_SET(row.signer.contact_title, sites[i]);
        fixture_import(fixture, &row);
    }
    fixture_reject_line(fixture, 9);
    fixture_import_end(fixture);
    for (int64_t id = 1; id <= 2; id++) {
        struct error err = {0};
        struct number number = fixture_number(fixture, id);
        number.status = id == 1 ? STATUS_RECEIVED : STATUS_PENDING_VERIFICATION;
        number.step = STEP_START_CALL;
        TEXT_SET(number.code, "123456");
        number.code_until_at_ms = FIXTURE_NOW_MS + id;
        assert_true(store_save_number(fixture->store, &number, &err));
    }
}

/* What a callback is told: how often it was called, and after how many it has enough. */
struct seen {
    int count;
    int enough;
    char text[256];
};

static bool see(struct seen *seen)
{
    seen->count++;
    return seen->count != seen->enough;
}

static bool see_tally(void *context, const struct tally *tally)
{
    assert_int_equal(tally->count, 1);
    return see(context);
}

static bool see_batch(void *context, const struct batch *batch)
{
    assert_true(batch->id > 0);
    return see(context);
}

static bool see_signer(void *context, const struct loa *loa, const struct signer *signer,
                       int64_t waiting, int64_t ready)
{
    assert_null(loa);
    assert_true(signer->id > 0 && waiting + ready == 1);
    return see(context);
}

static bool see_number(void *context, const struct number_view *view)
{
    struct seen *seen = context;
    size_t length = strlen(seen->text);
    snprintf(seen->text + length, sizeof seen->text - length, "%lld%s ",
             (long long)view->number.line, view->rejected ? "!" : "");
    return see(seen);
}

static bool see_event(void *context, const struct event *event, const char *phone_number)
{
    assert_int_equal(event->kind, EVENT_IMPORTED);
    assert_int_equal(strlen(phone_number), 12);
    return see(context);
}

/* Each walk of the store, once. */
static bool walk(struct store *store, size_t which, struct seen *seen, struct error *err)
{
    const struct selector all = {.all = true};
    switch (which) {
    case 0: return store_each_tally(store, "", see_tally, seen, err);
    case 1: return store_each_signer(store, see_signer, seen, err);
    case 2: return store_each_call(store, "", 9, see_number, seen, err);
    case 3: return store_each_open_call(store, "", FIXTURE_NOW_MS, 9, see_number, seen, err);
    case 4: return store_each_number(store, &all, false, see_number, seen, err);
    case 5: return store_each_event(store, 0, "", 0, see_event, seen, err);
    default: return store_each_batch(store, see_batch, seen, err);
    }
}

static void a_walk_ends_when_its_callback_has_enough(void **state)
{
    struct fixture *fixture = *state;
    fill(fixture);
    fixture_import_begin(fixture, "another");
    fixture_import_end(fixture);
    for (size_t which = 0; which < 7; which++) {
        struct error err = {0};
        struct seen some = {.enough = 1};
        struct seen all = {.enough = 0};
        assert_true(walk(fixture->store, which, &some, &err));
        assert_int_equal(some.count, 1);
        assert_true(walk(fixture->store, which, &all, &err));
        assert_int_equal(all.count, 2);
    }
}

static void a_batch_that_is_not_there_has_nothing_to_show(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct seen seen = {.enough = 0};
    const struct selector other = {.batch = "other"};
    fill(fixture);
    assert_true(store_each_event(fixture->store, 0, "other", 0, see_event, &seen, &err));
    assert_true(store_each_number(fixture->store, &other, true, see_number, &seen, &err));
    assert_true(store_each_tally(fixture->store, "other", see_tally, &seen, &err));
    assert_int_equal(seen.count, 0);
}

static void rejected_rows_belong_to_batches_and_to_nothing_narrower(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        struct selector selector;
        const char *lines;
    } cases[] = {
        {{.all = true}, "2 3 9! "},
        {{.batch = FIXTURE_BATCH}, "2 3 9! "},
        {{.batch = FIXTURE_BATCH, .site = "B"}, "3 "},
        {{.all = true, .by_status = true, .status = STATUS_RECEIVED}, "2 "},
        {{.batch = ""}, ""}, /* restricts nothing: means nobody */
    };
    fill(fixture);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error err = {0};
        struct seen seen = {.enough = 0};
        assert_true(
            store_each_number(fixture->store, &cases[i].selector, true, see_number, &seen, &err));
        assert_string_equal(seen.text, cases[i].lines);
    }
}

static void what_no_phone_number_is_made_of_finds_nobody(void **state)
{
    struct fixture *fixture = *state;
    static const char phones[][PHONE_BYTES] = {"+1415555\"100", "+1415555a100", "+14155550100"};
    fill(fixture);
    for (size_t i = 0; i < COUNT_OF(phones); i++) {
        struct error err = {0};
        int64_t count = -1;
        const struct selector selector = {.phone_numbers = &phones[i], .phone_count = 1};
        assert_true(store_count_numbers(fixture->store, &selector, &count, &err));
        assert_int_equal(count, i == 2 ? 1 : 0);
    }
}

static bool see_no_record(void *context, const struct number_view *view)
{
    assert_string_equal(view->record, "");
    assert_int_equal(view->record_bytes, 0);
    return see(context);
}

static void a_row_without_a_record_is_shown_with_an_empty_one(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct seen seen = {.enough = 0};
    const struct selector all = {.all = true};
    struct import_row row = fixture_row(2, "+14155550100");
    row.record = "";
    row.record_bytes = 0;
    fixture_import_begin(fixture, FIXTURE_BATCH);
    fixture_import(fixture, &row);
    fixture_import_end(fixture);
    assert_true(store_each_number(fixture->store, &all, true, see_no_record, &seen, &err));
    assert_int_equal(seen.count, 1);
}

static void signers_are_taken_up_to_a_limit(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    int64_t ids[2] = {0};
    size_t count = 9;
    fill(fixture);
    for (int64_t id = 1; id <= 2; id++)
        fixture_set(fixture, id, STATUS_VERIFIED, STEP_AUTHORIZE, 10);
    for (size_t max = 0; max <= 2; max++) {
        assert_true(store_take_signers(fixture->store, FIXTURE_NOW_MS, 1, ids, max, &count, &err));
        assert_int_equal(count, max);
    }
    assert_int_not_equal(ids[0], ids[1]);
}

static void a_signer_is_due_when_the_first_that_is_ready_is(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    int64_t at_ms = 0;
    int64_t signer = 0;
    size_t count = 0;
    fixture_add_many(fixture, 0, "");
    fixture_add_many(fixture, 1, ""); /* of the same signer, upstream: it is waited for */
    static const int64_t dues[] = {FIXTURE_NOW_MS + 90, FIXTURE_NOW_MS + 40, FIXTURE_NOW_MS + 70};
    for (size_t i = 0; i < COUNT_OF(dues); i++) {
        fixture_set(fixture, 1, STATUS_VERIFIED, STEP_AUTHORIZE, dues[i]);
        assert_true(store_next_due(fixture->store, FIXTURE_NOW_MS + 1, &at_ms, &err));
        assert_int_equal(at_ms, dues[i]);
        assert_true(store_take_signers(fixture->store, dues[i] - 1, 9, &signer, 1, &count, &err));
        assert_int_equal(count, 0);
        assert_true(store_take_signers(fixture->store, dues[i], 9, &signer, 1, &count, &err));
        assert_int_equal(count, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_walk_ends_when_its_callback_has_enough),
        FIXTURE_TEST(a_batch_that_is_not_there_has_nothing_to_show),
        FIXTURE_TEST(rejected_rows_belong_to_batches_and_to_nothing_narrower),
        FIXTURE_TEST(what_no_phone_number_is_made_of_finds_nobody),
        FIXTURE_TEST(a_row_without_a_record_is_shown_with_an_empty_one),
        FIXTURE_TEST(signers_are_taken_up_to_a_limit),
        FIXTURE_TEST(a_signer_is_due_when_the_first_that_is_ready_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
