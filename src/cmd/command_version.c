#include "cmd/commands.h"
#include "cmd/invocation.h"

static enum result run(struct invocation *inv, struct error *err)
{
    (void)err;
    if (inv->json)
        fprintf(inv->out, "{\"schema\":1,\"version\":\"%s\"}\n", NUMHOST_VERSION);
    else
        fprintf(inv->out, "numhost %s\n", NUMHOST_VERSION);
    return RESULT_DONE;
}

const struct command command_version = {
    .name = "version",
    .positionals = "",
    .summary = "print the version",
    .details = "`numhost doctor` prints the versions of the libraries too.",
    .examples = {{"version", "which numhost this is"}},
    .run = run,
};
