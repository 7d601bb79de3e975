/* What an import says: each kind of message at most so often, and how often it was met. */
#include "base/text.h"
#include "engine/import_messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct world {
    struct import_messages messages;
    char *said;
    size_t bytes;
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    world->messages.file = "a.csv";
    world->messages.out = open_memstream(&world->said, &world->bytes);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    if (world->messages.out != NULL)
        fclose(world->messages.out);
    free(world->said);
    free(world);
    return 0;
}

static void add(struct world *world, int64_t line, bool is_warning, const char *column,
                const char *rule)
{
    const struct import_message message = {.is_warning = is_warning,
                                           .line = line,
                                           .column = column,
                                           .value = "v",
                                           .rule = rule,
                                           .note = "",
                                           .suggestion = "mend it"};
    import_messages_add(&world->messages, &message);
}

static const char *end(struct world *world)
{
    import_messages_end(&world->messages);
    fclose(world->messages.out);
    world->messages.out = NULL;
    return world->said;
}

static int occurrences(const char *text, const char *part)
{
    int count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

static void a_warning_and_a_refusal_for_one_rule_are_two_kinds(void **state)
{
    static const char rule[] = "odd";
    struct world *world = *state;
    add(world, 2, true, "site", rule);
    add(world, 3, false, "site", rule);
    add(world, 4, true, "site", rule);
    assert_int_equal(world->messages.warnings, 2);
    assert_string_equal(end(world),
                        "a.csv: line 2: warning: column \"site\": value \"v\": odd; mend it\n"
                        "a.csv: line 3: column \"site\": value \"v\": odd; mend it\n"
                        "a.csv: line 4: warning: column \"site\": value \"v\": odd; mend it\n"
                        "a.csv: 2 rows: warning: column \"site\": odd; mend it; first at line 2\n");
}

static void many_of_a_kind_are_told_by_their_count(void **state)
{
    static const char rule[] = "odd";
    struct world *world = *state;
    for (int i = 0; i < 1000; i++)
        add(world, 2 + i, false, "", rule);
    const char *said = end(world);
    assert_int_equal(occurrences(said, "value \"v\": odd"), MESSAGES_OF_A_KIND);
    assert_non_null(strstr(said, "a.csv: 1000 rows: odd; mend it; first at line 2\n"));
}

static void more_kinds_than_there_is_room_for_are_counted_all_the_same(void **state)
{
    static const char rule[] = "odd";
    struct world *world = *state;
    for (int i = 0; i < MESSAGE_KINDS_MAX + 100; i++) {
        char column[32];
        snprintf(column, sizeof column, "c%d", i);
        add(world, 2 + i, true, column, rule);
    }
    assert_int_equal(world->messages.kind_count, MESSAGE_KINDS_MAX);
    assert_int_equal(world->messages.warnings, MESSAGE_KINDS_MAX + 100);
    assert_int_equal(world->messages.kinds[MESSAGE_KINDS_MAX - 1].count, 101);
    assert_int_equal(world->messages.kinds[0].count, 1);
    const char *said = end(world);
    assert_int_equal(occurrences(said, "value \"v\": odd"),
                     MESSAGE_KINDS_MAX - 1 + MESSAGES_OF_A_KIND);
}

static void without_a_place_to_say_it_warnings_are_counted(void **state)
{
    static const char rule[] = "odd";
    struct world *world = *state;
    (void)end(world);
    add(world, 2, true, "site", rule);
    add(world, 3, true, "site", rule);
    import_messages_end(&world->messages);
    assert_int_equal(world->messages.warnings, 2);
    assert_string_equal(world->said, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_warning_and_a_refusal_for_one_rule_are_two_kinds),
        TEST(many_of_a_kind_are_told_by_their_count),
        TEST(more_kinds_than_there_is_room_for_are_counted_all_the_same),
        TEST(without_a_place_to_say_it_warnings_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
