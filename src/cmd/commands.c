#include "cmd/commands.h"

#include <assert.h>

/* One row a line, in the order of the overview. */
/* clang-format off */
const struct command *const commands[] = {
    &command_import,
    &command_run,
    &command_status,
    &command_show,
    &command_calls,
    &command_report,
    &command_hold,
    &command_release,
    &command_retry,
    &command_cancel,
    &command_verify,
    &command_sync,
    &command_limit,
    &command_zone,
    &command_explain_code,
    &command_lifecycle,
    &command_sandbox,
    &command_doctor,
    &command_config,
    &command_help,
    &command_manual,
    &command_completion,
    &command_version,
};
/* clang-format on */

const size_t commands_count = COUNT_OF(commands);

static_assert(COUNT_OF(commands) <= COMMANDS_MAX, "raise COMMANDS_MAX");
