/* The lifecycle table, exhaustively: what it allows, what it must never allow. */
#include "domain/lifecycle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const enum status road[] = {
    STATUS_TWILIO_PROCESSING, STATUS_RECEIVED,    STATUS_PENDING_VERIFICATION,
    STATUS_VERIFIED,          STATUS_PENDING_LOA, STATUS_CARRIER_PROCESSING,
    STATUS_TESTING,           STATUS_COMPLETED,
};
enum { ROAD_LENGTH = sizeof road / sizeof road[0] };

static void no_row_stands_twice(void **state)
{
    (void)state;
    for (size_t i = 0; lifecycle_at(i) != NULL; i++) {
        const struct rule *rule = lifecycle_at(i);
        assert_ptr_equal(lifecycle_find(rule->from, rule->cause, rule->to), rule);
        assert_int_not_equal(rule->from, rule->to);
    }
}

static void a_missed_look_never_blocks_the_way_ahead(void **state)
{
    (void)state;
    for (int i = 0; i < ROAD_LENGTH; i++)
        for (int j = i + 1; j < ROAD_LENGTH; j++) {
            const struct rule *rule = lifecycle_find(road[i], CAUSE_SEEN, road[j]);
            assert_non_null(rule);
            assert_true(rule->move == MOVE_NEXT || rule->move == MOVE_AHEAD);
        }
}

static void the_first_answer_may_show_any_status_of_the_service(void **state)
{
    (void)state;
    for (int to = 0; to < STATUS_COUNT; to++) {
        bool allowed = lifecycle_find(STATUS_QUEUED, CAUSE_CREATED, (enum status)to) != NULL;
        assert_int_equal(allowed, status_is_remote((enum status)to));
    }
}

static void nothing_the_service_shows_moves_an_ended_or_queued_number(void **state)
{
    (void)state;
    const enum status still[] = {STATUS_QUEUED, STATUS_COMPLETED, STATUS_FAILED, STATUS_CANCELED};
    for (size_t i = 0; i < sizeof still / sizeof still[0]; i++)
        for (int to = 0; to < STATUS_COUNT; to++)
            assert_null(lifecycle_find(still[i], CAUSE_SEEN, (enum status)to));
}

static void only_the_documented_steps_back_exist(void **state)
{
    (void)state;
    size_t back = 0;
    for (size_t i = 0; lifecycle_at(i) != NULL; i++) {
        const struct rule *rule = lifecycle_at(i);
        if (rule->move != MOVE_BACK || rule->from == STATUS_ACTION_REQUIRED)
            continue;
        bool known = (rule->from == STATUS_PENDING_LOA && rule->to == STATUS_VERIFIED) ||
                     (rule->from == STATUS_PENDING_VERIFICATION && rule->to == STATUS_RECEIVED) ||
                     (rule->from == STATUS_TESTING && rule->to == STATUS_CARRIER_PROCESSING);
        assert_true(known);
        back++;
    }
    assert_int_equal(back, 3);
}

static void only_a_person_leads_back_to_queued_or_to_canceled(void **state)
{
    (void)state;
    for (size_t i = 0; lifecycle_at(i) != NULL; i++) {
        const struct rule *rule = lifecycle_at(i);
        bool by_person = rule->cause == CAUSE_RETRIED || rule->cause == CAUSE_CANCELED ||
                         rule->cause == CAUSE_OFFBOARDED;
        assert_int_equal(rule->to == STATUS_QUEUED || rule->to == STATUS_CANCELED, by_person);
        assert_int_equal(rule->move == MOVE_OURS, by_person);
    }
}

static void every_live_number_can_be_canceled(void **state)
{
    (void)state;
    for (int from = 0; from < STATUS_COUNT; from++) {
        bool allowed = lifecycle_find((enum status)from, CAUSE_CANCELED, STATUS_CANCELED) != NULL;
        assert_int_equal(allowed, !status_is_end((enum status)from));
    }
}

static void a_person_may_accept_any_status_of_the_service_and_no_other(void **state)
{
    (void)state;
    for (int from = 0; from < STATUS_COUNT; from++)
        for (int to = 0; to < STATUS_COUNT; to++) {
            bool allowed =
                lifecycle_find((enum status)from, CAUSE_ACCEPTED, (enum status)to) != NULL;
            assert_int_equal(allowed, from != to && status_is_remote((enum status)to));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_row_stands_twice),
        cmocka_unit_test(a_missed_look_never_blocks_the_way_ahead),
        cmocka_unit_test(the_first_answer_may_show_any_status_of_the_service),
        cmocka_unit_test(nothing_the_service_shows_moves_an_ended_or_queued_number),
        cmocka_unit_test(only_the_documented_steps_back_exist),
        cmocka_unit_test(only_a_person_leads_back_to_queued_or_to_canceled),
        cmocka_unit_test(every_live_number_can_be_canceled),
        cmocka_unit_test(a_person_may_accept_any_status_of_the_service_and_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
