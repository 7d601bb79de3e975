#include "base/text.h"
#include "cmd/chosen.h"
#include "cmd/commands.h"
#include "cmd/invocation.h"
#include "engine/actions.h"

#include <string.h>

/* "--code -": the code comes from standard input, where no list of processes shows it. */
static bool prepare(struct invocation *inv, struct error *err)
{
    if (invocation_value(inv, "code") == NULL)
        return error_set(err, ERROR_USAGE, "verify needs --code CODE, or --code - to read it");
    if (strcmp(invocation_value(inv, "code"), "-") != 0)
        return true;
    if (fgets(inv->typed, sizeof inv->typed, inv->in) == NULL)
        return error_set(err, ERROR_USAGE, "standard input has no code");
    inv->typed[strcspn(inv->typed, "\r\n")] = '\0';
    argument_set(&inv->arguments, "code", inv->typed);
    return true;
}

static enum result run(struct invocation *inv, struct error *err)
{
    char phone_number[PHONE_BYTES];
    const char *code = invocation_value(inv, "code");
    struct store *store = NULL;
    bool fine = code != NULL || error_set(err, ERROR_USAGE, "verify needs --code CODE");
    fine = fine && chosen_phone_number(invocation_word(inv, 0), phone_number, err) &&
           (store = invocation_store(inv, STORE_WRITE, err)) != NULL &&
           action_post_code(store, phone_number, code, inv->user, inv->now_ms, err);
    if (!fine)
        return command_failed(err);
    if (inv->json)
        fprintf(inv->out, "{\"schema\":1,\"phone_number\":\"%s\",\"queued\":true}\n", phone_number);
    else
        invocation_say(inv, "the code is posted at the next turn of a run");
    return RESULT_DONE;
}

const struct command command_verify = {
    .name = "verify",
    .positionals = "NUMBER",
    .summary = "post a code that was heard at the phone (the older flow)",
    .positional_min = 1,
    .positional_max = 1,
    .needs = NEEDS_CONFIG,
    .changes_store = true,
    .options = {{.name = "code",
                 .argument = "CODE",
                 .help = "3 to 16 digits; - reads it from standard input"}},
    .examples = {{"verify +14155550123 --code -", "type the code; no process list shows it"}},
    .prepare = prepare,
    .run = run,
};
