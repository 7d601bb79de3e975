/* A database in which somebody else wrote, or bits fell over: it is said, and nothing is made
 * worse. And callers that ask for what is not there. */
#include "helpers/store_fixture.h"

#include "adapters/sqlite/sql.h"
#include "base/text.h"

#include <string.h>

/* As damage does: past all checks of the schema. */
static void damage(struct fixture *fixture, const char *text)
{
    struct error err = {0};
    if (!sql_exec(fixture->store, "PRAGMA ignore_check_constraints = ON", &err) ||
        !sql_exec(fixture->store, text, &err) ||
        !sql_exec(fixture->store, "PRAGMA ignore_check_constraints = OFF", &err))
        fail_msg("%s", err.text);
}

static void says(const struct error *err, const char *text)
{
    assert_int_equal(err->kind, ERROR_STORE);
    if (strstr(err->text, text) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err->text, text);
}

static bool count_tally(void *context, const struct tally *tally)
{
    (void)tally;
    ++*(int *)context;
    return true;
}

static bool count_view(void *context, const struct number_view *view)
{
    (void)view;
    ++*(int *)context;
    return true;
}

static void a_count_of_an_unknown_word_is_damage(void **state)
{
    struct fixture *fixture = *state;
    static const char *const columns[] = {"status", "step", "attention"};
    fixture_add_many(fixture, 0, "");
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        struct error err = {0};
        char text[128];
        int seen = 0;
        assert_true(store_begin(fixture->store, &err));
        snprintf(text, sizeof text, "UPDATE tally SET %s = 'nonsense'", columns[i]);
        damage(fixture, text);
        assert_false(store_each_tally(fixture->store, "", count_tally, &seen, &err));
        says(&err, "damaged: restore the last copy");
        assert_int_equal(seen, 0);
        store_rollback(fixture->store);
        assert_true(store_each_tally(fixture->store, "", count_tally, &seen, &err));
        assert_int_equal(seen, 1);
    }
}

static void a_call_of_an_unknown_word_is_damage(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    int seen = 0;
    fixture_set(fixture, fixture_add_many(fixture, 0, ""), STATUS_RECEIVED, STEP_START_CALL, 10);
    assert_true(store_begin(fixture->store, &err));
    damage(fixture, "UPDATE progress SET attention = 'nonsense'");
    assert_false(store_each_call(fixture->store, "", 9, count_view, &seen, &err));
    says(&err, "damaged: restore the last copy");
    assert_int_equal(seen, 0);
    store_rollback(fixture->store);
}

static void a_number_whose_words_are_unknown_is_not_written_over(void **state)
{
    struct fixture *fixture = *state;
    static const char *const columns[] = {"status", "step", "attention"};
    fixture_set(fixture, fixture_add_many(fixture, 0, ""), STATUS_RECEIVED, STEP_NOTHING, 10);
    struct number number = fixture_number(fixture, 1);
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        struct error err = {0};
        char text[128];
        assert_true(store_begin(fixture->store, &err));
        snprintf(text, sizeof text, "UPDATE progress SET %s = 'nonsense'", columns[i]);
        damage(fixture, text);
        number.tries++;
        assert_false(store_save_number(fixture->store, &number, &err));
        says(&err, "number 1 is damaged: restore the last copy");
        store_rollback(fixture->store);
        assert_int_equal(fixture_number(fixture, 1).tries, 0);
    }
}

/* ---- walks of the look after a crash, in which a row comes back for ever ---- */

/* A text where the schema allows numbers only: it sorts behind all of them and reads as 0. */
static void make_lax(struct fixture *fixture, const char *table)
{
    char text[256];
    snprintf(text, sizeof text,
             "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = "
             "rtrim(sql, 'STRICT') WHERE name = '%s'; PRAGMA writable_schema = RESET",
             table);
    damage(fixture, text);
}

/* Known to be in doubt and with a person: the look leaves it as it is. */
static void add_doubt(struct fixture *fixture, int i, int64_t intent_at_ms)
{
    struct error err = {0};
    struct number number = fixture_number(fixture, fixture_add_many(fixture, i, ""));
    struct event event = {.number_id = number.id,
                          .at_ms = intent_at_ms,
                          .kind = EVENT_OUTCOME_UNKNOWN,
                          .actor = "numhost"};
    number.intent = INTENT_CREATE;
    number.intent_at_ms = intent_at_ms;
    number.step = STEP_RECONCILE;
    number.attention = ATTENTION_UNKNOWN_OUTCOME;
    assert_true(store_save_number(fixture->store, &number, &err));
    assert_true(store_add_event(fixture->store, &event, &err));
}

static void recover_finds_damage(struct fixture *fixture, const char *what)
{
    struct error err = {0};
    int64_t count = 0;
    assert_false(store_recover(fixture->store, FIXTURE_NOW_MS, &count, &err));
    says(&err, what);
}

static void a_number_in_doubt_that_comes_back_for_ever_is_damage(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    int64_t count = 0;
    add_doubt(fixture, 0, 50);
    add_doubt(fixture, 1, 60);
    make_lax(fixture, "progress");
    damage(fixture, "UPDATE progress SET intent_at_ms = 'x' WHERE id = 2");
    recover_finds_damage(fixture, "number 2 is damaged"); /* earlier than the one before it */
    damage(fixture, "UPDATE progress SET intent_at_ms = 60 WHERE id = 2");
    assert_true(store_recover(fixture->store, FIXTURE_NOW_MS, &count, &err));
    damage(fixture, "UPDATE progress SET intent = 'none' WHERE id = 1;"
                    "UPDATE progress SET intent_at_ms = 'x' WHERE id = 2");
    recover_finds_damage(fixture, "number 2 is damaged"); /* the same again */
    damage(fixture, "UPDATE progress SET intent = 'none', intent_at_ms = 0");
    assert_true(store_recover(fixture->store, FIXTURE_NOW_MS, &count, &err));
}

static void an_loa_in_doubt_that_comes_back_for_ever_is_damage(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct loa loas[2] = {{.number_count = 1, .intent_at_ms = 50},
                          {.number_count = 1, .intent_at_ms = 60}};
    int64_t count = 0;
    fixture_add_many(fixture, 0, "");
    for (size_t i = 0; i < 2; i++) {
        loas[i].signer_id = 1;
        assert_true(store_save_loa(fixture->store, &loas[i], &err));
    }
    make_lax(fixture, "loa");
    damage(fixture, "UPDATE loa SET intent_at_ms = 'x' WHERE id = 2");
    recover_finds_damage(fixture, "LOA 2 is damaged");
    bool found = false;
    assert_true(store_find_loa(fixture->store, 1, &loas[0], &found, &err));
    assert_false(loas[0].in_doubt); /* the look is one transaction: all of it or nothing */
    damage(fixture, "UPDATE loa SET id = -1, intent_at_ms = 60 WHERE id = 2");
    recover_finds_damage(fixture, "LOA -1 is damaged"); /* whose row nothing could be written to */
    damage(fixture, "UPDATE loa SET id = 2 WHERE id = -1");
    assert_true(store_recover(fixture->store, FIXTURE_NOW_MS, &count, &err));
    assert_int_equal(count, 2);
}

/* A run may end after the doubt was said and before its look was planned. */
static void a_doubt_that_was_said_is_looked_up_and_not_said_again(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    int64_t count = 9;
    uint64_t unknown = UINT64_C(1) << EVENT_OUTCOME_UNKNOWN;
    add_doubt(fixture, 0, 50);
    struct number number = fixture_number(fixture, 1);
    number.step = STEP_CREATE;
    number.attention = ATTENTION_NONE;
    assert_true(store_save_number(fixture->store, &number, &err));
    assert_true(store_recover(fixture->store, FIXTURE_NOW_MS, &count, &err));
    assert_int_equal(count, 0);
    assert_int_equal(fixture_number(fixture, 1).step, STEP_RECONCILE);
    assert_int_equal(fixture_number(fixture, 1).due_at_ms, FIXTURE_NOW_MS);
    assert_int_equal(fixture_events(fixture, 1, unknown), 1);
}

/* ---- what is not there ---- */

static void what_is_not_there_is_said_by_its_id(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct order_details details;
    struct loa loa = {.id = 7};
    struct number number = {.id = 77};
    fixture_add_many(fixture, 0, "");
    loa.signer_id = 1;
    assert_false(store_save_loa(fixture->store, &loa, &err));
    says(&err, "there is no LOA with id 7");
    assert_false(store_save_number(fixture->store, &number, &err));
    says(&err, "there is no number with id 77");
    assert_false(store_read_details(fixture->store, 78, &details, &err));
    says(&err, "there is no number with id 78");
    loa.id = 0;
    assert_true(store_save_loa(fixture->store, &loa, &err)); /* a new one */
    loa.sent_at_ms = 5;
    assert_true(store_save_loa(fixture->store, &loa, &err));
}

static void the_name_of_an_order_stays_with_its_number(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct number first = fixture_number(fixture, fixture_add_many(fixture, 0, ""));
    struct number second = fixture_number(fixture, fixture_add_many(fixture, 1, ""));
    TEXT_SET(first.unique_name, "numhost-1");
    TEXT_SET(second.unique_name, "numhost-1");
    assert_true(store_add_order(fixture->store, &first, 5, &err));
    assert_false(store_add_order(fixture->store, &second, 6, &err));
    says(&err, "the order name numhost-1 belongs to another number");
    assert_true(store_add_order(fixture->store, &first, 7, &err));
    TEXT_SET(second.unique_name, "numhost-2");
    assert_true(store_add_order(fixture->store, &second, 8, &err));
}

static void a_setting_is_read_whole_or_not_at_all(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    char value[5];
    assert_true(store_write_setting(fixture->store, "rate", "12345", &err));
    assert_false(store_read_setting(fixture->store, "rate", value, sizeof value, &err));
    says(&err, "setting rate is longer than 4 bytes");
    assert_true(store_write_setting(fixture->store, "rate", "1234", &err));
    assert_true(store_read_setting(fixture->store, "rate", value, sizeof value, &err));
    assert_string_equal(value, "1234");
}

static void a_header_or_a_record_longer_than_any_is_damage(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    struct buf out;
    bool found = false;
    fixture_add_many(fixture, 0, "");
    buf_init(&out, HEADER_BYTES_MAX);
    assert_true(store_read_header(fixture->store, FIXTURE_BATCH, &out, &found, &err));
    assert_true(found);
    assert_string_equal(buf_text(&out), FIXTURE_HEADER);
    damage(fixture, "UPDATE batch SET header = printf('%70000s', 'x')");
    assert_false(store_read_header(fixture->store, FIXTURE_BATCH, &out, &found, &err));
    says(&err, "damaged: restore the last copy");
    damage(fixture, "UPDATE number SET record = CAST(printf('%70000s', 'x') AS BLOB)");
    struct number number = fixture_number(fixture, 1);
    fixture_import_begin(fixture, FIXTURE_BATCH);
    assert_false(store_import_record(fixture->store, number.phone_number, 0, &out, &err));
    says(&err, "damaged: restore the last copy");
    fixture_import_end(fixture);
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_count_of_an_unknown_word_is_damage),
        FIXTURE_TEST(a_call_of_an_unknown_word_is_damage),
        FIXTURE_TEST(a_number_whose_words_are_unknown_is_not_written_over),
        FIXTURE_TEST(a_number_in_doubt_that_comes_back_for_ever_is_damage),
        FIXTURE_TEST(an_loa_in_doubt_that_comes_back_for_ever_is_damage),
        FIXTURE_TEST(a_doubt_that_was_said_is_looked_up_and_not_said_again),
        FIXTURE_TEST(what_is_not_there_is_said_by_its_id),
        FIXTURE_TEST(the_name_of_an_order_stays_with_its_number),
        FIXTURE_TEST(a_setting_is_read_whole_or_not_at_all),
        FIXTURE_TEST(a_header_or_a_record_longer_than_any_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
