#include "cmd/commands.h"

#include <assert.h>

/* clang-format off: one row a line */
const struct command *const commands[] = {
    &command_import,       &command_hold,    &command_release,    &command_retry,
    &command_cancel,       &command_verify,  &command_limit,      &command_zone,
    &command_explain_code, &command_sandbox, &command_config,     &command_help,
    &command_lifecycle,    &command_manual,  &command_completion, &command_version,
};
/* clang-format on */

const size_t commands_count = COUNT_OF(commands);

static_assert(COUNT_OF(commands) <= COMMANDS_MAX, "raise COMMANDS_MAX");
