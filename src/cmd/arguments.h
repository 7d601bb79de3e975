/* argv against the command table: options anywhere, `--name=value` and `--name value`, `--` ends
 * the options. */
#ifndef NUMHOST_CMD_ARGUMENTS_H
#define NUMHOST_CMD_ARGUMENTS_H

#include "base/error.h"
#include "cmd/command.h"

#include <stdbool.h>
#include <stddef.h>

enum { ARGUMENTS_MAX = 100000, GIVEN_OPTIONS_MAX = 32 };

struct given_option {
    const struct option *option;
    const char *value; /* NULL for a flag */
    int times;
};

/* Values are borrowed from argv. */
struct arguments {
    const struct command
        *command; /* NULL when none was named (--help, --version, or nothing at all) */
    struct given_option given[GIVEN_OPTIONS_MAX];
    size_t given_count;
    const char **positionals; /* of the command; owned */
    size_t positional_count;
};

/* argv[0] is skipped. With --help or --version among the options, the positionals are not checked.
 * On failure (kind ERROR_USAGE) *arguments is still good for argument_given(), e.g. --json, and
 * must be released. */
bool arguments_parse(struct arguments *arguments, int argc, const char *const *argv,
                     struct error *err) MUST_USE;
void arguments_done(struct arguments *arguments);

/* How many times the option stands there. */
int argument_given(const struct arguments *arguments, const char *name);

/* NULL when it was not given. */
const char *argument_value(const struct arguments *arguments, const char *name);

/* Give or replace a value, as if it had stood in argv; `value` must outlive the arguments. */
void argument_set(struct arguments *arguments, const char *name, const char *value);

#endif
