/* The words that stand in the database, in reports and in JSON: each is read back as what it was
 * written for, and no other word is. */
#include "base/attr.h"
#include "domain/decide.h"
#include "domain/event.h"
#include "domain/lifecycle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* WORDS(event_kind, EVENT_COUNT, event_name, event_parse) */
#define WORDS(type, count, name, parse)                                                            \
    do {                                                                                           \
        for (int i = 0; i < (int)(count); i++) {                                                   \
            enum type read = (enum type)0;                                                         \
            assert_true(parse(name((enum type)i), &read));                                         \
            assert_int_equal(read, i);                                                             \
        }                                                                                          \
        enum type untouched = (enum type)0;                                                        \
        assert_false(parse("no such word", &untouched));                                           \
        assert_false(parse("", &untouched) && strcmp(name(untouched), "") != 0);                   \
    } while (0)

static void every_word_is_read_as_what_it_was_written_for(void **state)
{
    (void)state;
    WORDS(event_kind, EVENT_COUNT, event_name, event_parse);
    WORDS(status, STATUS_COUNT, status_name, status_parse);
    WORDS(step, STEP_COUNT, step_name, step_parse);
    WORDS(intent, INTENT_COUNT, intent_name, intent_parse);
    WORDS(attention, ATTENTION_COUNT, attention_name, attention_parse);
    WORDS(verification_type, 2, verification_type_name, verification_type_parse);
    WORDS(document_status, DOCUMENT_UNKNOWN, document_status_name, document_status_parse);
}

static void no_two_of_a_kind_share_a_word(void **state)
{
    (void)state;
    for (int i = 0; i < CAUSE_COUNT; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(cause_name((enum cause)i), cause_name((enum cause)j));
    for (int i = 0; i < MOVE_COUNT; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(move_name((enum move)i), move_name((enum move)j));
    for (int i = 0; i < PARTY_COUNT; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(party_name((enum party)i), party_name((enum party)j));
}

/* Whom a number waits for when nothing is to be done and nobody holds it. */
static void a_number_waits_for_somebody_unless_it_is_at_an_end(void **state)
{
    (void)state;
    static const enum party expected[STATUS_COUNT] = {
        [STATUS_QUEUED] = PARTY_NUMHOST,
        [STATUS_TWILIO_PROCESSING] = PARTY_TWILIO,
        [STATUS_RECEIVED] = PARTY_TWILIO,
        [STATUS_PENDING_VERIFICATION] = PARTY_SITE,
        [STATUS_VERIFIED] = PARTY_TWILIO,
        [STATUS_PENDING_LOA] = PARTY_SIGNER,
        [STATUS_CARRIER_PROCESSING] = PARTY_CARRIER,
        [STATUS_TESTING] = PARTY_TWILIO,
        [STATUS_ACTION_REQUIRED] = PARTY_YOU,
        [STATUS_COMPLETED] = PARTY_NOBODY,
        [STATUS_FAILED] = PARTY_NOBODY,
        [STATUS_CANCELED] = PARTY_NOBODY,
    };
    for (int i = 0; i < STATUS_COUNT; i++) {
        enum status status = (enum status)i;
        assert_int_equal(number_waiting_on(status, STEP_NOTHING, ATTENTION_NONE, false),
                         expected[i]);
        bool ended = status_is_end(status);
        enum party held = number_waiting_on(status, STEP_NOTHING, ATTENTION_NONE, true);
        assert_int_equal(held, ended ? PARTY_NOBODY : PARTY_YOU);
    }
    assert_int_equal(number_waiting_on(STATUS_COMPLETED, STEP_OFFBOARD, ATTENTION_NONE, false),
                     PARTY_NUMHOST);
}

static void an_loa_needs_all_four_of_its_signer(void **state)
{
    (void)state;
    static const struct signer whole = {.address_sid = "AD1",
                                        .email = "a@example.com",
                                        .contact_title = "Owner",
                                        .contact_phone_number = "+14155550100"};
    assert_true(signer_is_complete(&whole));
    struct signer signers[4] = {whole, whole, whole, whole};
    signers[0].address_sid[0] = '\0';
    signers[1].email[0] = '\0';
    signers[2].contact_title[0] = '\0';
    signers[3].contact_phone_number[0] = '\0';
    for (size_t i = 0; i < COUNT_OF(signers); i++)
        assert_false(signer_is_complete(&signers[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_is_read_as_what_it_was_written_for),
        cmocka_unit_test(no_two_of_a_kind_share_a_word),
        cmocka_unit_test(a_number_waits_for_somebody_unless_it_is_at_an_end),
        cmocka_unit_test(an_loa_needs_all_four_of_its_signer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
