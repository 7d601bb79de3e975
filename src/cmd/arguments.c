#include "cmd/arguments.h"

#include "base/memory.h"
#include "base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Where the parser stands. */
struct cursor {
    struct arguments *to;
    const char *const *argv;
    int argc;
    int at;
    bool options_ended;
};

/* Its place in given[], given_count when it was not given. */
static size_t find_given(const struct arguments *arguments, const char *name)
{
    size_t at = 0;
    while (at < arguments->given_count && strcmp(arguments->given[at].option->name, name) != 0)
        at++;
    return at;
}

/* The slot of an option, a fresh one when it was not given before; NULL when all are taken. */
static struct given_option *slot_of(struct arguments *arguments, const struct option *option)
{
    size_t at = find_given(arguments, option->name);
    if (at == GIVEN_OPTIONS_MAX)
        return NULL;
    if (at == arguments->given_count) {
        arguments->given_count++;
        arguments->given[at] = (struct given_option){.option = option};
    }
    return &arguments->given[at];
}

static bool is_choice(const char *choices, const char *value)
{
    size_t bytes = strlen(value);
    for (const char *at = choices; at != NULL;) {
        const char *end = strchrnul(at, '|');
        if ((size_t)(end - at) == bytes && memcmp(at, value, bytes) == 0)
            return true;
        at = *end == '|' ? end + 1 : NULL;
    }
    return false;
}

static bool check_value(const struct option *option, const char *value, struct error *err)
{
    if (option->choices == NULL || is_choice(option->choices, value))
        return true;
    return error_set(err, ERROR_USAGE, "--%s: '%.60s' is not one of %s", option->name, value,
                     option->choices);
}

static bool give(struct arguments *to, const struct option *option, const char *value,
                 struct error *err)
{
    struct given_option *given = slot_of(to, option);
    if (given == NULL)
        return error_set(err, ERROR_USAGE, "more than %d options", GIVEN_OPTIONS_MAX);
    if (given->times > 0 && option->argument != NULL)
        return error_set(err, ERROR_USAGE, "--%s was given twice", option->name);
    given->value = value;
    given->times++;
    return value == NULL || check_value(option, value, err);
}

static bool unknown_option(const struct cursor *cursor, const char *name, struct error *err)
{
    const struct command *command = cursor->to->command;
    const char *of = command == NULL ? "numhost" : command->name;
    const char *near = option_closest(command, name);
    if (near != NULL)
        return error_set(err, ERROR_USAGE, "%s has no option --%.40s; did you mean --%s?", of, name,
                         near);
    if (command == NULL)
        return error_set(err, ERROR_USAGE,
                         "there is no option --%.40s before the command; options of a command "
                         "stand behind its name",
                         name);
    return error_set(err, ERROR_USAGE, "%s has no option --%.40s; `numhost help %s` lists them", of,
                     name, of);
}

/* The word behind the option is its value; one that looks like an option must be joined by '='. */
static const char *next_value(struct cursor *cursor)
{
    if (cursor->at + 1 >= cursor->argc || strncmp(cursor->argv[cursor->at + 1], "--", 2) == 0)
        return NULL;
    return cursor->argv[++cursor->at];
}

static bool take_option(struct cursor *cursor, const struct option *option, const char *joined,
                        struct error *err)
{
    if (option->argument == NULL && joined != NULL)
        return error_set(err, ERROR_USAGE, "--%s takes no value", option->name);
    if (option->argument == NULL)
        return give(cursor->to, option, NULL, err);
    const char *value = joined != NULL ? joined : next_value(cursor);
    if (value == NULL)
        return error_set(err, ERROR_USAGE, "--%s needs a value: --%s %s", option->name,
                         option->name, option->argument);
    return give(cursor->to, option, value, err);
}

static bool take_long(struct cursor *cursor, const char *name, struct error *err)
{
    const char *equals = strchrnul(name, '=');
    size_t bytes = (size_t)(equals - name);
    const struct option *option = option_find(cursor->to->command, name, bytes);
    if (option != NULL)
        return take_option(cursor, option, *equals == '=' ? equals + 1 : NULL, err);
    char shown[41];
    text_copy(shown, bytes + 1 < sizeof shown ? bytes + 1 : sizeof shown, name);
    return unknown_option(cursor, shown, err);
}

/* "-v", "-vv", "-o FILE", "-oFILE". */
static bool take_letters(struct cursor *cursor, const char *letters, struct error *err)
{
    for (; *letters != '\0'; letters++) {
        const struct option *option = option_find_letter(cursor->to->command, *letters);
        if (option == NULL)
            return error_set(err, ERROR_USAGE, "there is no option -%c", *letters);
        if (option->argument != NULL)
            return take_option(cursor, option, letters[1] != '\0' ? letters + 1 : NULL, err);
        if (!take_option(cursor, option, NULL, err))
            return false;
    }
    return true;
}

static bool take_word(struct cursor *cursor, const char *word, struct error *err)
{
    struct arguments *to = cursor->to;
    if (to->command != NULL) {
        to->positionals[to->positional_count++] = word;
        return true;
    }
    to->command = command_find(word);
    return to->command != NULL || command_unknown(word, err);
}

static bool take(struct cursor *cursor, struct error *err)
{
    const char *word = cursor->argv[cursor->at];
    if (cursor->options_ended || word[0] != '-' || word[1] == '\0')
        return take_word(cursor, word, err);
    if (strcmp(word, "--") == 0) {
        cursor->options_ended = true;
        return true;
    }
    return word[1] == '-' ? take_long(cursor, word + 2, err) : take_letters(cursor, word + 1, err);
}

static bool check_choice(const struct command *command, const char *word, struct error *err)
{
    size_t count = 0;
    for (; count < COMMAND_CHOICES_MAX && command->choices[count] != NULL; count++)
        if (strcmp(command->choices[count], word) == 0)
            return true;
    if (count == 0)
        return true;
    const char *near = text_closest(word, command->choices, count);
    return error_set(err, ERROR_USAGE, "%s: there is no '%.40s'%s%s%s; usage: numhost %s %s",
                     command->name, word, near == NULL ? "" : "; did you mean '",
                     near == NULL ? "" : near, near == NULL ? "" : "'?", command->name,
                     command->positionals);
}

static bool check_positionals(const struct arguments *arguments, struct error *err)
{
    const struct command *command = arguments->command;
    size_t count = arguments->positional_count;
    if (count < (size_t)command->positional_min)
        return error_set(err, ERROR_USAGE, "%s: something is missing; usage: numhost %s %s",
                         command->name, command->name, command->positionals);
    if (command->positional_max != COMMAND_ANY_COUNT && count > (size_t)command->positional_max)
        return error_set(err, ERROR_USAGE, "%s: '%.60s' is one word too many; usage: numhost %s %s",
                         command->name, arguments->positionals[command->positional_max],
                         command->name, command->positionals);
    return count == 0 || check_choice(command, arguments->positionals[0], err);
}

bool arguments_parse(struct arguments *arguments, int argc, const char *const *argv,
                     struct error *err)
{
    *arguments = (struct arguments){0};
    if (argc > ARGUMENTS_MAX)
        return error_set(err, ERROR_USAGE, "more than %d arguments", ARGUMENTS_MAX);
    arguments->positionals = memory_new((size_t)argc + 1, sizeof *arguments->positionals);
    struct cursor cursor = {.to = arguments, .argv = argv, .argc = argc, .at = 1};
    for (; cursor.at < argc; cursor.at++)
        if (!take(&cursor, err))
            return false;
    if (arguments->command == NULL || argument_given(arguments, "help") > 0 ||
        argument_given(arguments, "version") > 0)
        return true;
    return check_positionals(arguments, err);
}

void arguments_done(struct arguments *arguments)
{
    free(arguments->positionals);
    *arguments = (struct arguments){0};
}

int argument_given(const struct arguments *arguments, const char *name)
{
    assert(option_find(arguments->command, name, strlen(name)) != NULL);
    size_t at = find_given(arguments, name);
    return at < arguments->given_count ? arguments->given[at].times : 0;
}

const char *argument_value(const struct arguments *arguments, const char *name)
{
    assert(option_find(arguments->command, name, strlen(name)) != NULL);
    size_t at = find_given(arguments, name);
    return at < arguments->given_count ? arguments->given[at].value : NULL;
}

void argument_set(struct arguments *arguments, const char *name, const char *value)
{
    const struct option *option = option_find(arguments->command, name, strlen(name));
    assert(option != NULL);
    struct given_option *given = slot_of(arguments, option);
    assert(given != NULL);
    given->value = value;
    given->times = 1;
}
