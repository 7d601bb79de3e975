/* LOAs turn by turn: one is sent once, its answer is believed only as far as it goes, and what it
 * settles is settled for all of its numbers. */
#include "base/clock.h"
#include "base/text.h"
#include "helpers/engine_turns.h"

#include <string.h>

#define DOCUMENT "PX11111111111111111111111111111111"
#define OTHER_DOCUMENT "PX22222222222222222222222222222222"

static struct document_seen document_of(const char *sid, enum document_status status)
{
    struct document_seen document = {.status = status};
    TEXT_SET(document.sid, sid);
    return document;
}

static struct order_seen order_of(const struct number *number, enum status status,
                                  const char *document_sid)
{
    struct order_seen seen = {.status_known = true, .status = status};
    TEXT_SET(seen.sid, number->order_sid);
    TEXT_SET(seen.phone_number, number->phone_number);
    TEXT_SET(seen.signing_document_sid, document_sid);
    return seen;
}

/* So many numbers, packed and on their way. */
static void send_loa(struct turns *turns, int count)
{
    turns_add_many(turns, count, STATUS_VERIFIED, STEP_AUTHORIZE);
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS, 1);
    assert_int_equal(turns->executor.of[OPERATION_CREATE_DOCUMENT], 1);
    assert_int_equal(turns->executor.last.order_count, count);
}

/* Nothing was heard of it for longer than a request may take, and yet it is under way. */
static void an_loa_under_way_is_not_looked_for_behind_its_back(void **state)
{
    struct turns *turns = *state;
    send_loa(turns, 2);
    turns_take_all(turns, TURNS_NOW_MS + 3 * MINUTE_MS, 3);
    assert_int_equal(turns->executor.submitted, 1);
    assert_int_equal(fixture_number(&turns->fixture, 1).intent, INTENT_AUTHORIZE);
    struct document_seen document = document_of(DOCUMENT, DOCUMENT_SIGNING);
    assert_true(turns_answer(turns, turns_good(), NULL, &document, TURNS_NOW_MS + 4 * MINUTE_MS));
    assert_string_equal(turns_loa(turns, 1).sid, DOCUMENT);
    assert_int_equal(fixture_number(&turns->fixture, 2).intent, INTENT_NONE);
}

static void a_doubt_about_one_loa_does_not_wait_for_another_that_is_under_way(void **state)
{
    struct turns *turns = *state;
    int64_t in_doubt = turns_add(turns, 5, STATUS_QUEUED, STEP_NOTHING);
    int64_t ready = turns_add(turns, 6, STATUS_VERIFIED, STEP_AUTHORIZE);
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS, 1);
    assert_int_equal(turns->executor.of[OPERATION_CREATE_DOCUMENT], 1);
    assert_int_equal(fixture_number(&turns->fixture, ready).loa_id, 1);
    struct number number = fixture_number(&turns->fixture, in_doubt);
    number.status = STATUS_VERIFIED;
    number.step = STEP_RECONCILE;
    number.intent = INTENT_AUTHORIZE;
    number.intent_at_ms = TURNS_NOW_MS;
    number.loa_id = 2;
    turns_save(turns, &number);
    turns_take_all(turns, TURNS_NOW_MS + 1, 1);
    assert_int_equal(turns->executor.of[OPERATION_FETCH_ORDER], 1);
    assert_int_equal(turns->executor.last.number_id, in_doubt);
}

static void must_be_in_doubt(struct answer answer, const struct document_seen *document)
{
    void *state = NULL;
    assert_int_equal(turns_set_up(&state), 0);
    struct turns *turns = state;
    send_loa(turns, 2);
    assert_true(turns_answer(turns, answer, NULL, document, TURNS_NOW_MS + 1));
    struct loa loa = turns_loa(turns, 1);
    assert_true(loa.in_doubt);
    assert_int_equal(loa.ended_at_ms, 0);
    for (int64_t id = 1; id <= 2; id++) {
        struct number number = fixture_number(&turns->fixture, id);
        assert_int_equal(number.intent, INTENT_AUTHORIZE);
        assert_int_equal(number.step, STEP_RECONCILE);
    }
    turns_take_all(turns, TURNS_NOW_MS + 2, 3);
    assert_int_equal(turns->executor.of[OPERATION_CREATE_DOCUMENT], 1);
    assert_int_equal(turns_tear_down(&state), 0);
}

static void a_success_that_does_not_name_its_document_leaves_the_loa_in_doubt(void **state)
{
    (void)state;
    struct document_seen nameless = document_of("", DOCUMENT_SIGNING);
    struct document_seen document = document_of(DOCUMENT, DOCUMENT_SIGNING);
    struct answer unreadable = turns_good();
    struct answer early = turns_good();
    unreadable.readable = false;
    early.http_status = 102;
    must_be_in_doubt(turns_good(), NULL);
    must_be_in_doubt(turns_good(), &nameless);
    must_be_in_doubt(unreadable, &document);
    must_be_in_doubt(early, &document);
}

static void a_big_loa_is_settled_for_every_one_of_its_numbers(void **state)
{
    enum { MANY = 130 };
    struct turns *turns = *state;
    send_loa(turns, MANY);
    struct document_seen document = document_of(DOCUMENT, DOCUMENT_SIGNING);
    assert_true(turns_answer(turns, turns_good(), NULL, &document, TURNS_NOW_MS + 1));
    for (int64_t id = 1; id <= MANY; id++) {
        struct number number = fixture_number(&turns->fixture, id);
        assert_int_equal(number.intent, INTENT_NONE);
        assert_string_equal(number.loa_sid, DOCUMENT);
        assert_int_equal(number.loa_count, 1);
    }
    assert_int_equal(turns_loa(turns, 1).number_count, MANY);
}

/* The counts of the signer say that somebody is ready, and nobody is. */
static void an_loa_for_nobody_is_not_sent(void **state)
{
    struct turns *turns = *state;
    turns_add(turns, 0, STATUS_CARRIER_PROCESSING, STEP_NOTHING);
    turns_meddle(turns, "UPDATE progress SET due_at_ms = due_at_ms + 86400000;"
                        "UPDATE signer SET ready = 1, upstream = 0");
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS, 1);
    assert_int_equal(turns->executor.submitted, 0);
    assert_int_equal(engine_progress(turns->engine).in_flight, 0);
    assert_int_equal(turns_loa(turns, 1).ended_at_ms, TURNS_NOW_MS);
    assert_int_equal(turns_loa(turns, 1).number_count, 0);
}

static void an_loa_that_is_gone_is_an_error_of_the_store(void **state)
{
    struct turns *turns = *state;
    send_loa(turns, 1);
    turns_meddle(turns, "DELETE FROM loa");
    struct document_seen document = document_of(DOCUMENT, DOCUMENT_SIGNING);
    assert_false(turns_answer(turns, turns_good(), NULL, &document, TURNS_NOW_MS + 1));
    assert_int_equal(turns->err.kind, ERROR_STORE);
    assert_non_null(strstr(turns->err.text, "LOA under way is gone"));
    assert_int_equal(fixture_number(&turns->fixture, 1).intent, INTENT_AUTHORIZE);
    assert_int_equal(turns->executor.submitted, 1);
}

static int64_t add_loa(struct turns *turns, const char *sid, int64_t due_at_ms)
{
    struct error err = {0};
    struct loa loa = {.signer_id = fixture_number(&turns->fixture, 1).signer_id,
                      .status = DOCUMENT_SIGNING,
                      .number_count = 1,
                      .intent_at_ms = FIXTURE_NOW_MS - MINUTE_MS,
                      .due_at_ms = due_at_ms};
    TEXT_SET(loa.sid, sid);
    assert_true(store_save_loa(turns->fixture.store, &loa, &err));
    return loa.id;
}

static void an_loa_that_goes_while_it_is_looked_at_is_an_error_of_the_store(void **state)
{
    struct turns *turns = *state;
    turns_add(turns, 0, STATUS_COMPLETED, STEP_NOTHING);
    add_loa(turns, DOCUMENT, FIXTURE_NOW_MS);
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS, 1);
    assert_int_equal(turns->executor.of[OPERATION_FETCH_DOCUMENT], 1);
    turns_meddle(turns, "DELETE FROM loa");
    struct document_seen document = document_of(DOCUMENT, DOCUMENT_SIGNED);
    assert_false(turns_answer(turns, turns_good(), NULL, &document, TURNS_NOW_MS + 1));
    assert_int_equal(turns->err.kind, ERROR_STORE);
    assert_non_null(strstr(turns->err.text, "being looked at is gone"));
}

/* ---- what an order shows of its LOA ---- */

/* On the LOA `loa_id`, whose outcome is unknown; its order is being read. */
static struct number look_in_doubt(struct turns *turns, const char *known_sid)
{
    turns_add(turns, 0, STATUS_VERIFIED, STEP_RECONCILE);
    struct number number = fixture_number(&turns->fixture, 1);
    number.intent = INTENT_AUTHORIZE;
    number.intent_at_ms = FIXTURE_NOW_MS - MINUTE_MS;
    number.loa_id = add_loa(turns, known_sid, 0);
    turns_save(turns, &number);
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS, 1);
    assert_int_equal(turns->executor.of[OPERATION_FETCH_ORDER], 1);
    return number;
}

static void an_order_out_for_signature_settles_itself_and_not_its_unnamed_loa(void **state)
{
    struct turns *turns = *state;
    struct number number = look_in_doubt(turns, "");
    struct order_seen seen = order_of(&number, STATUS_PENDING_LOA, "");
    assert_true(turns_answer(turns, turns_good(), &seen, NULL, TURNS_NOW_MS + 1));
    assert_int_equal(fixture_number(&turns->fixture, 1).intent, INTENT_NONE);
    assert_int_equal(fixture_number(&turns->fixture, 1).status, STATUS_PENDING_LOA);
    assert_string_equal(turns_loa(turns, 1).sid, "");
    assert_int_equal(turns_loa(turns, 1).sent_at_ms, 0);
}

static void an_loa_that_is_known_keeps_its_document(void **state)
{
    struct turns *turns = *state;
    struct number number = look_in_doubt(turns, OTHER_DOCUMENT);
    struct order_seen seen = order_of(&number, STATUS_VERIFIED, DOCUMENT);
    assert_true(turns_answer(turns, turns_good(), &seen, NULL, TURNS_NOW_MS + 1));
    assert_int_equal(fixture_number(&turns->fixture, 1).intent, INTENT_NONE);
    assert_string_equal(turns_loa(turns, 1).sid, OTHER_DOCUMENT);
}

static void a_number_whose_loa_is_gone_is_settled_by_its_order_alone(void **state)
{
    struct turns *turns = *state;
    struct number number = look_in_doubt(turns, "");
    struct order_seen seen = order_of(&number, STATUS_PENDING_LOA, DOCUMENT);
    turns_meddle(turns, "DELETE FROM loa");
    assert_true(turns_answer(turns, turns_good(), &seen, NULL, TURNS_NOW_MS + 1));
    assert_int_equal(fixture_number(&turns->fixture, 1).intent, INTENT_NONE);
    assert_string_equal(fixture_number(&turns->fixture, 1).loa_sid, DOCUMENT);
}

/* Its order is being read; `loa_id` is its LOA, or 0. */
static struct number look_at(struct turns *turns, enum status status, int64_t loa_id)
{
    struct number number = fixture_number(&turns->fixture, 1);
    number.status = status;
    number.step = STEP_RECONCILE;
    number.loa_id = loa_id;
    number.loa_count = loa_id != 0 ? 1 : 0;
    turns_save(turns, &number);
    turns_start(turns);
    turns_take_all(turns, TURNS_NOW_MS, 1);
    assert_int_equal(turns->executor.of[OPERATION_FETCH_ORDER], 1);
    return number;
}

static void an_loa_of_ours_that_an_order_shows_is_not_counted_again(void **state)
{
    struct turns *turns = *state;
    turns_add(turns, 0, STATUS_VERIFIED, STEP_RECONCILE);
    int64_t loa_id = add_loa(turns, DOCUMENT, 0);
    struct number number = look_at(turns, STATUS_VERIFIED, 0);
    struct order_seen seen = order_of(&number, STATUS_PENDING_LOA, DOCUMENT);
    assert_true(turns_answer(turns, turns_good(), &seen, NULL, TURNS_NOW_MS + 1));
    assert_int_equal(fixture_number(&turns->fixture, 1).loa_id, loa_id);
    assert_int_equal(turns_loa(turns, loa_id).number_count, 1);
}

static void a_foreign_loa_counts_each_order_that_shows_it(void **state)
{
    struct turns *turns = *state;
    turns_add(turns, 0, STATUS_VERIFIED, STEP_RECONCILE);
    struct number number = look_at(turns, STATUS_VERIFIED, 0);
    struct order_seen seen = order_of(&number, STATUS_PENDING_LOA, DOCUMENT);
    assert_true(turns_answer(turns, turns_good(), &seen, NULL, TURNS_NOW_MS + 1));
    int64_t loa_id = fixture_number(&turns->fixture, 1).loa_id;
    assert_int_equal(turns_loa(turns, loa_id).number_count, 1);
    assert_int_equal(turns_loa(turns, loa_id).intent_at_ms, 0);
}

static void a_number_that_falls_back_has_its_document_read_at_once(void **state)
{
    struct turns *turns = *state;
    turns_add(turns, 0, STATUS_PENDING_LOA, STEP_RECONCILE);
    int64_t loa_id = add_loa(turns, DOCUMENT, FIXTURE_NOW_MS + HOUR_MS);
    struct number number = look_at(turns, STATUS_PENDING_LOA, loa_id);
    struct order_seen seen = order_of(&number, STATUS_VERIFIED, "");
    assert_true(turns_answer(turns, turns_good(), &seen, NULL, TURNS_NOW_MS + 1));
    assert_int_equal(turns->executor.of[OPERATION_FETCH_DOCUMENT], 1);
    assert_string_equal(turns->executor.last.document_sid, DOCUMENT);
    struct document_seen document = document_of(DOCUMENT, DOCUMENT_CANCELED);
    assert_true(turns_answer(turns, turns_good(), NULL, &document, TURNS_NOW_MS + 2));
    assert_int_equal(fixture_number(&turns->fixture, 1).attention, ATTENTION_LOA_DECLINED);
    assert_int_equal(turns_loa(turns, loa_id).ended_at_ms, TURNS_NOW_MS + 2);
}

/* Whoever declined it is not mailed again: nobody here has seen the document. */
static void must_ask_a_person_when_it_falls_back(struct turns *turns, const char *meddling)
{
    turns_add(turns, 0, STATUS_PENDING_LOA, STEP_RECONCILE);
    struct number number = look_at(turns, STATUS_PENDING_LOA, add_loa(turns, "", 0));
    turns_meddle(turns, meddling);
    struct order_seen seen = order_of(&number, STATUS_VERIFIED, "");
    assert_true(turns_answer(turns, turns_good(), &seen, NULL, TURNS_NOW_MS + 1));
    number = fixture_number(&turns->fixture, 1);
    assert_int_equal(number.attention, ATTENTION_LOA_DECLINED);
    assert_int_equal(number.step, STEP_NOTHING);
    assert_int_equal(turns->executor.of[OPERATION_CREATE_DOCUMENT], 0);
}

static void a_signer_is_not_mailed_again_when_the_document_was_never_seen(void **state)
{
    must_ask_a_person_when_it_falls_back(*state, "UPDATE loa SET status = 'opened'");
}

static void a_signer_is_not_mailed_again_when_the_loa_is_gone(void **state)
{
    must_ask_a_person_when_it_falls_back(*state, "DELETE FROM loa");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TURNS_TEST(an_loa_under_way_is_not_looked_for_behind_its_back),
        TURNS_TEST(a_doubt_about_one_loa_does_not_wait_for_another_that_is_under_way),
        cmocka_unit_test(a_success_that_does_not_name_its_document_leaves_the_loa_in_doubt),
        TURNS_TEST(a_big_loa_is_settled_for_every_one_of_its_numbers),
        TURNS_TEST(an_loa_for_nobody_is_not_sent),
        TURNS_TEST(an_loa_that_is_gone_is_an_error_of_the_store),
        TURNS_TEST(an_loa_that_goes_while_it_is_looked_at_is_an_error_of_the_store),
        TURNS_TEST(an_order_out_for_signature_settles_itself_and_not_its_unnamed_loa),
        TURNS_TEST(an_loa_that_is_known_keeps_its_document),
        TURNS_TEST(a_number_whose_loa_is_gone_is_settled_by_its_order_alone),
        TURNS_TEST(an_loa_of_ours_that_an_order_shows_is_not_counted_again),
        TURNS_TEST(a_foreign_loa_counts_each_order_that_shows_it),
        TURNS_TEST(a_number_that_falls_back_has_its_document_read_at_once),
        TURNS_TEST(a_signer_is_not_mailed_again_when_the_document_was_never_seen),
        TURNS_TEST(a_signer_is_not_mailed_again_when_the_loa_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
