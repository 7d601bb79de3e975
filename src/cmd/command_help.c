#include "cmd/commands.h"
#include "cmd/help.h"
#include "cmd/invocation.h"

static enum result run(struct invocation *inv, struct error *err)
{
    const char *name = invocation_word(inv, 0);
    const struct command *command = name[0] == '\0' ? NULL : command_find(name);
    if (name[0] != '\0' && command == NULL) {
        command_unknown(name, err);
        return command_failed(err);
    }
    if (command == NULL)
        help_overview(inv->out, &inv->style);
    else
        help_command(inv->out, &inv->style, command);
    return RESULT_DONE;
}

const struct command command_help = {
    .name = "help",
    .positionals = "[COMMAND]",
    .summary = "explain a command, or list them all",
    .positional_max = 1,
    .examples = {{"help", "the commands"}, {"help import", "one command, with examples"}},
    .run = run,
};
