/* The table of commands: one row says everything about a command, and parsing, help, manual,
 * completion and "did you mean" all come from it. */
#ifndef NUMHOST_CMD_COMMAND_H
#define NUMHOST_CMD_COMMAND_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct invocation;

/* The exit codes of the manual. */
enum result {
    RESULT_DONE = 0,
    RESULT_ERROR = 1,
    RESULT_USAGE = 2,
    RESULT_ATTENTION = 3,
    RESULT_ACCESS = 4,
    RESULT_INPUT = 5,
    RESULT_STORE = 6,
    RESULT_WORK_LEFT = 7,
    RESULT_UNAVAILABLE = 8,
};
enum { RESULT_COUNT = RESULT_UNAVAILABLE + 1 };

/* One sentence for the manual. */
const char *result_meaning(enum result result);
enum result result_of_error(const struct error *err);

/* "usage", "access"...: the word of an error in --json. */
const char *error_kind_name(enum error_kind kind);

enum {
    COMMAND_OPTIONS_MAX = 16,
    COMMAND_EXAMPLES_MAX = 6,
    COMMAND_CHOICES_MAX = 16,
    COMMAND_ANY_COUNT = -1, /* positionals without an upper end */
};

struct option {
    const char *name;     /* without the dashes; NULL ends a list */
    const char *argument; /* name of the value for help, NULL: a flag */
    const char *choices;  /* "csv|json": the only values, NULL: any */
    const char *help;
    char letter; /* 0: only the long name */
};

struct example {
    const char *line; /* without the leading "numhost "; NULL ends a list */
    const char *what;
};

enum command_needs {
    NEEDS_NOTHING,
    NEEDS_CONFIG, /* the configuration is read before the command runs */
};

struct command {
    const char *name;
    const char *positionals; /* for the usage line: "FILE.csv", "" when there are none */
    const char *summary;     /* one line, no full stop */
    const char *details;     /* paragraphs between blank lines, filled by help; NULL: none */
    int positional_min;
    int positional_max;                       /* or COMMAND_ANY_COUNT */
    const char *choices[COMMAND_CHOICES_MAX]; /* the only words for the first positional */
    enum command_needs needs;
    bool changes_store; /* is sent to the run that holds the lock, when there is one */
    struct option options[COMMAND_OPTIONS_MAX];
    const struct option *shared_options; /* further ones, shared with other commands; NULL: none */
    struct example examples[COMMAND_EXAMPLES_MAX];

    /* Only where changes_store: asks what must be asked and prepares what cannot travel (standard
     * input), in the process of the user, before `run` or before sending. A false with an empty
     * error: the user said no. NULL: nothing to ask. */
    bool (*prepare)(struct invocation *inv, struct error *err);

    /* Data goes to inv->out, messages to inv->err. A failed command fills *err and returns
     * command_failed(err); the caller prints it. */
    enum result (*run)(struct invocation *inv, struct error *err);
};

/* In the order of the overview; NULL past the end. */
const struct command *command_at(size_t index);
const struct command *command_find(const char *name);

/* ERROR_USAGE "there is no command 'x'; did you mean 'y'?" */
bool command_unknown(const char *name, struct error *err);

/* Options every command has; ends with a NULL name. */
const struct option *global_options(void);

/* `name` (bytes long, without dashes) among the command's options (command may be NULL) and the
 * global ones. */
const struct option *option_find(const struct command *command, const char *name, size_t bytes);
const struct option *option_find_letter(const struct command *command, char letter);

/* The option's name closest to `name`, NULL when none is near. */
const char *option_closest(const struct command *command, const char *name);

#endif
