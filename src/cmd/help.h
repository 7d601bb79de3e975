/* Help, manual and completion, written from the command table. */
#ifndef NUMHOST_CMD_HELP_H
#define NUMHOST_CMD_HELP_H

#include "cmd/command.h"
#include "cmd/style.h"

#include <stdio.h>

/* Every command in a line, and the exit codes. */
void help_overview(FILE *to, const struct style *style);

/* Usage, description, options, examples. */
void help_command(FILE *to, const struct style *style, const struct command *command);

#endif
