/* What a person asks for: of every number selected, and of none that is not there. */
#include "base/clock.h"
#include "base/text.h"
#include "engine/actions.h"
#include "helpers/engine_turns.h"

#include <string.h>

/* More than one page of them. */
static void what_is_asked_of_all_is_done_to_every_one(void **state)
{
    enum { MANY = 2003 };
    struct turns *turns = *state;
    struct fixture *fixture = &turns->fixture;
    struct selector all = {.all = true};
    struct action_result result;
    struct error err = {0};
    turns_add_many(turns, MANY, STATUS_RECEIVED, STEP_START_CALL);
    assert_true(
        action_apply(fixture->store, ACTION_HOLD, &all, "pat", TURNS_NOW_MS, &result, &err));
    assert_int_equal(result.matched, MANY);
    assert_int_equal(result.changed, MANY);
    for (int64_t id = 1; id <= MANY; id++)
        assert_true(fixture_number(fixture, id).held);
    assert_true(
        action_apply(fixture->store, ACTION_HOLD, &all, "pat", TURNS_NOW_MS, &result, &err));
    assert_int_equal(result.skipped, MANY);
    assert_string_equal(result.first_skipped, "it is held already");
}

/* Taken out by somebody else while the number before it is held. */
static void a_number_that_went_away_meanwhile_is_passed_over(void **state)
{
    struct turns *turns = *state;
    struct fixture *fixture = &turns->fixture;
    struct selector all = {.all = true};
    struct action_result result;
    struct error err = {0};
    for (int i = 0; i < 3; i++)
        fixture_add_many(fixture, i, "");
    turns_meddle(turns, "CREATE TRIGGER taken AFTER INSERT ON progress WHEN new.id = 1 "
                        "BEGIN DELETE FROM number WHERE id = 2; END");
    assert_true(
        action_apply(fixture->store, ACTION_HOLD, &all, "pat", TURNS_NOW_MS, &result, &err));
    assert_int_equal(result.matched, 2);
    assert_int_equal(result.changed, 2);
    assert_true(fixture_number(fixture, 1).held);
    assert_true(fixture_number(fixture, 3).held);
}

/* ---- codes ---- */

static void must_refuse_code(struct turns *turns, const char *phone_number, const char *code,
                             const char *text)
{
    struct error err = {0};
    assert_false(
        action_post_code(turns->fixture.store, phone_number, code, "pat", TURNS_NOW_MS, &err));
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_non_null(strstr(err.text, text));
    assert_null(strstr(err.text, phone_number));
}

static void a_code_is_taken_only_as_digits_and_only_where_one_is_awaited(void **state)
{
    struct turns *turns = *state;
    struct error err = {0};
    const char *rule = "a verification code is 3 to 16 digits";
    int64_t id = turns_add(turns, 0, STATUS_RECEIVED, STEP_START_CALL);
    struct number number = fixture_number(&turns->fixture, id);
    must_refuse_code(turns, number.phone_number, "12", rule);
    must_refuse_code(turns, number.phone_number, "12x4", rule);
    must_refuse_code(turns, number.phone_number, "12345678901234567", rule);
    must_refuse_code(turns, number.phone_number, "012345", "it is not in pending-verification");
    must_refuse_code(turns, "+14155550999", "012345", "is not in this database");
    assert_string_equal(fixture_number(&turns->fixture, id).heard_code, "");
    number.status = STATUS_PENDING_VERIFICATION;
    number.step = STEP_NOTHING;
    turns_save(turns, &number);
    assert_true(action_post_code(turns->fixture.store, number.phone_number, "1234567890123456",
                                 "pat", TURNS_NOW_MS, &err));
    number = fixture_number(&turns->fixture, id);
    assert_string_equal(number.heard_code, "1234567890123456");
    assert_int_equal(number.step, STEP_POST_CODE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TURNS_TEST(what_is_asked_of_all_is_done_to_every_one),
        TURNS_TEST(a_number_that_went_away_meanwhile_is_passed_over),
        TURNS_TEST(a_code_is_taken_only_as_digits_and_only_where_one_is_awaited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
