/* The command line: what is understood, and what is said about what is not. */
#include "cmd/arguments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS_MAX = 12 };

static bool parse(struct arguments *arguments, struct error *err, const char *const *words)
{
    const char *argv[WORDS_MAX + 1] = {"numhost"};
    int argc = 1;
    while (words[argc - 1] != NULL) {
        argv[argc] = words[argc - 1];
        argc++;
    }
    *err = (struct error){0};
    return arguments_parse(arguments, argc, argv, err);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void options_are_understood_wherever_they_stand(void **state)
{
    (void)state;
    const char *const *const lines[] = {
        WORDS("--json", "config", "show", "--origin", "--config", "a.yaml"),
        WORDS("config", "--config=a.yaml", "show", "--json", "--origin"),
        WORDS("--config", "a.yaml", "config", "--origin", "--json", "--", "show"),
    };
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct arguments arguments;
        struct error err;
        assert_true(parse(&arguments, &err, lines[i]));
        assert_string_equal(arguments.command->name, "config");
        assert_int_equal(argument_given(&arguments, "json"), 1);
        assert_int_equal(argument_given(&arguments, "origin"), 1);
        assert_int_equal(argument_given(&arguments, "yes"), 0);
        assert_string_equal(argument_value(&arguments, "config"), "a.yaml");
        assert_null(argument_value(&arguments, "database"));
        assert_int_equal(arguments.positional_count, 1);
        assert_string_equal(arguments.positionals[0], "show");
        arguments_done(&arguments);
    }
}

static void behind_two_dashes_everything_is_a_word(void **state)
{
    (void)state;
    struct arguments arguments;
    struct error err;
    assert_true(parse(&arguments, &err, WORDS("help", "--", "--json")));
    assert_int_equal(argument_given(&arguments, "json"), 0);
    assert_string_equal(arguments.positionals[0], "--json");
    arguments_done(&arguments);
}

static void letters_can_be_joined_and_counted(void **state)
{
    (void)state;
    struct arguments arguments;
    struct error err;
    assert_true(parse(&arguments, &err, WORDS("-vv", "version", "-v", "--verbose")));
    assert_int_equal(argument_given(&arguments, "verbose"), 4);
    arguments_done(&arguments);
}

static void an_empty_value_and_a_single_dash_are_values(void **state)
{
    (void)state;
    struct arguments arguments;
    struct error err;
    assert_true(parse(&arguments, &err, WORDS("zone", "-", "--config=", "--database", "-")));
    assert_string_equal(argument_value(&arguments, "config"), "");
    assert_string_equal(argument_value(&arguments, "database"), "-");
    assert_string_equal(arguments.positionals[0], "-");
    arguments_done(&arguments);
}

static void wrong_usage_is_named_with_what_was_meant(void **state)
{
    (void)state;
    static const struct {
        const char *words[5];
        const char *says;
    } cases[] = {
        {{"cofnig"}, "did you mean 'config'?"},
        {{"xyzzyplugh"}, "there is no command 'xyzzyplugh'"},
        {{"config", "show", "--orgin"}, "did you mean --origin?"},
        {{"config", "show", "--orgin=1"}, "has no option --orgin;"},
        {{"--jsn", "version"}, "did you mean --json?"},
        {{"--origin", "config", "show"}, "before the command"},
        {{"version", "--json=1"}, "--json takes no value"},
        {{"version", "--config"}, "--config needs a value: --config FILE"},
        {{"version", "--config", "--json"}, "--config needs a value"},
        {{"version", "--config", "a", "--config=b"}, "--config was given twice"},
        {{"version", "-x"}, "there is no option -x"},
        {{"config"}, "something is missing; usage: numhost config show|check|sample|reference"},
        {{"config", "shw"}, "did you mean 'show'?"},
        {{"version", "now"}, "'now' is one word too many"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arguments arguments;
        struct error err;
        assert_false(parse(&arguments, &err, cases[i].words));
        if (strstr(err.text, cases[i].says) == NULL)
            fail_msg("case %zu says '%s', not '%s'", i, err.text, cases[i].says);
        assert_int_equal(err.kind, ERROR_USAGE);
        arguments_done(&arguments);
    }
}

static void asking_for_help_needs_nothing_else(void **state)
{
    (void)state;
    struct arguments arguments;
    struct error err;
    assert_true(parse(&arguments, &err, WORDS("config", "-h")));
    assert_int_equal(argument_given(&arguments, "help"), 1);
    arguments_done(&arguments);
}

static void every_row_of_the_table_is_whole(void **state)
{
    (void)state;
    const struct command *command;
    for (size_t i = 0; (command = command_at(i)) != NULL; i++) {
        assert_ptr_equal(command_find(command->name), command);
        assert_non_null(command->run);
        assert_non_null(command->positionals);
        assert_true(command->summary[strlen(command->summary) - 1] != '.');
        if (command->examples[0].line == NULL)
            fail_msg("%s has no example", command->name);
        assert_memory_equal(command->examples[0].line, command->name, strlen(command->name));
        assert_null(command->options[COMMAND_OPTIONS_MAX - 1].name); /* lists end */
        for (const struct option *own = command->options; own->name != NULL; own++)
            for (const struct option *other = global_options(); other->name != NULL; other++)
                assert_string_not_equal(own->name, other->name);
    }
}

static void more_words_than_there_may_be_are_refused(void **state)
{
    struct arguments arguments;
    struct error err = {0};
    const char **argv = calloc(ARGUMENTS_MAX + 1, sizeof *argv);
    (void)state;
    assert_non_null(argv);
    for (int i = 0; i <= ARGUMENTS_MAX; i++)
        argv[i] = i == 1 ? "hold" : "+14155550100";
    assert_true(arguments_parse(&arguments, ARGUMENTS_MAX, argv, &err));
    assert_int_equal(arguments.positional_count, ARGUMENTS_MAX - 2);
    arguments_done(&arguments);
    assert_false(arguments_parse(&arguments, ARGUMENTS_MAX + 1, argv, &err));
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_string_equal(err.text, "more than 100000 arguments");
    arguments_done(&arguments);
    free(argv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_understood_wherever_they_stand),
        cmocka_unit_test(behind_two_dashes_everything_is_a_word),
        cmocka_unit_test(letters_can_be_joined_and_counted),
        cmocka_unit_test(an_empty_value_and_a_single_dash_are_values),
        cmocka_unit_test(wrong_usage_is_named_with_what_was_meant),
        cmocka_unit_test(asking_for_help_needs_nothing_else),
        cmocka_unit_test(every_row_of_the_table_is_whole),
        cmocka_unit_test(more_words_than_there_may_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
