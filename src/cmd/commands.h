/* The rows of the command table, one from each command_NAME.c. A new command is a line here and a
 * line in commands.c. */
#ifndef NUMHOST_CMD_COMMANDS_H
#define NUMHOST_CMD_COMMANDS_H

#include "cmd/command.h"

enum { COMMANDS_MAX = 32 };

extern const struct command *const commands[];
extern const size_t commands_count;

extern const struct command command_calls;
extern const struct command command_cancel;
extern const struct command command_completion;
extern const struct command command_config;
extern const struct command command_doctor;
extern const struct command command_explain_code;
extern const struct command command_help;
extern const struct command command_hold;
extern const struct command command_import;
extern const struct command command_lifecycle;
extern const struct command command_limit;
extern const struct command command_manual;
extern const struct command command_release;
extern const struct command command_report;
extern const struct command command_retry;
extern const struct command command_run;
extern const struct command command_sandbox;
extern const struct command command_show;
extern const struct command command_status;
extern const struct command command_sync;
extern const struct command command_verify;
extern const struct command command_version;
extern const struct command command_zone;

#endif
