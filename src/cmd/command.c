#include "cmd/command.h"

#include "base/text.h"
#include "cmd/commands.h"

#include <string.h>

static const struct option globals[] = {
    {.name = "config", .argument = "FILE", .help = "read this configuration file"},
    {.name = "database", .argument = "FILE", .help = "the database (default numhost.db)"},
    {.name = "json", .help = "data and errors as JSON on standard output"},
    {.name = "quiet", .help = "no messages but errors"},
    {.name = "verbose", .letter = 'v', .help = "more messages"},
    {.name = "no-color", .help = "plain text; NO_COLOR in the environment does the same"},
    {.name = "yes", .help = "answer every question with yes"},
    {.name = "help", .letter = 'h', .help = "explain the command, with examples"},
    {.name = "version", .help = "print the version"},
    {0},
};

static const char *const meanings[RESULT_COUNT] = {
    [RESULT_DONE] = "everything asked for is done",
    [RESULT_ERROR] = "any other error",
    [RESULT_USAGE] = "wrong usage or configuration",
    [RESULT_ATTENTION] = "done, but some numbers failed or need attention",
    [RESULT_ACCESS] = "credentials or access refused",
    [RESULT_INPUT] = "the CSV was rejected: nothing was imported",
    [RESULT_STORE] = "the store: locked by another run, corrupt, disk full",
    [RESULT_WORK_LEFT] = "stopped with work left: run again to go on",
    [RESULT_UNAVAILABLE] = "the API was unavailable for too long",
};

const char *result_meaning(enum result result)
{
    return meanings[result];
}

static const struct kind_row {
    const char *name;
    enum result result;
} kinds[] = {
    [ERROR_OTHER] = {"other", RESULT_ERROR},
    [ERROR_USAGE] = {"usage", RESULT_USAGE},
    [ERROR_ACCESS] = {"access", RESULT_ACCESS},
    [ERROR_INPUT] = {"input", RESULT_INPUT},
    [ERROR_STORE] = {"store", RESULT_STORE},
    [ERROR_UNAVAILABLE] = {"unavailable", RESULT_UNAVAILABLE},
};

enum result result_of_error(const struct error *err)
{
    return kinds[err->kind].result;
}

const char *error_kind_name(enum error_kind kind)
{
    return kinds[kind].name;
}

const struct command *command_at(size_t index)
{
    return index < commands_count ? commands[index] : NULL;
}

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < commands_count; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

bool command_unknown(const char *name, struct error *err)
{
    const char *names[COMMANDS_MAX];
    for (size_t i = 0; i < commands_count; i++)
        names[i] = commands[i]->name;
    const char *near = text_closest(name, names, commands_count);
    if (near != NULL)
        return error_set(err, ERROR_USAGE, "there is no command '%.40s'; did you mean '%s'?", name,
                         near);
    return error_set(err, ERROR_USAGE,
                     "there is no command '%.40s'; `numhost --help` lists them all", name);
}

const struct option *global_options(void)
{
    return globals;
}

enum { OPTION_LISTS = 3 };

/* Where the options of a command (NULL: none yet) stand, in order of preference. */
static void option_lists(const struct command *command, const struct option *lists[OPTION_LISTS])
{
    static const struct option none[] = {{0}};
    lists[0] = command == NULL ? none : command->options;
    lists[1] = command == NULL || command->shared_options == NULL ? none : command->shared_options;
    lists[2] = globals;
}

const struct option *option_find(const struct command *command, const char *name, size_t bytes)
{
    const struct option *lists[OPTION_LISTS];
    option_lists(command, lists);
    for (int i = 0; i < OPTION_LISTS; i++)
        for (const struct option *at = lists[i]; at->name != NULL; at++)
            if (strlen(at->name) == bytes && memcmp(at->name, name, bytes) == 0)
                return at;
    return NULL;
}

const struct option *option_find_letter(const struct command *command, char letter)
{
    const struct option *lists[OPTION_LISTS];
    option_lists(command, lists);
    for (int i = 0; i < OPTION_LISTS; i++)
        for (const struct option *at = lists[i]; at->name != NULL; at++)
            if (at->letter == letter)
                return at;
    return NULL;
}

const char *option_closest(const struct command *command, const char *name)
{
    const char *names[OPTION_LISTS * COMMAND_OPTIONS_MAX];
    const struct option *lists[OPTION_LISTS];
    size_t count = 0;
    option_lists(command, lists);
    for (int i = 0; i < OPTION_LISTS; i++)
        for (const struct option *at = lists[i]; at->name != NULL && count < COUNT_OF(names); at++)
            names[count++] = at->name;
    return text_closest(name, names, count);
}
