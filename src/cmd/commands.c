#include "cmd/commands.h"

#include <assert.h>

const struct command *const commands[] = {
    &command_sandbox, &command_config,     &command_help,
    &command_manual,  &command_completion, &command_version,
};

const size_t commands_count = COUNT_OF(commands);

static_assert(COUNT_OF(commands) <= COMMANDS_MAX, "raise COMMANDS_MAX");
