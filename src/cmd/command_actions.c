/* hold, release, retry, cancel: one way to choose numbers, one to ask, one to tell. */
#include "cmd/chosen.h"
#include "cmd/commands.h"
#include "cmd/invocation.h"
#include "cmd/json_output.h"
#include "engine/actions.h"

#include <string.h>

/* Up to so many numbers nobody is asked. */
enum { UNASKED_MAX = 20, QUESTION_BYTES = 200 };

static enum action action_of(const struct invocation *inv)
{
    const struct command *command = inv->arguments.command;
    if (command == &command_hold)
        return ACTION_HOLD;
    if (command == &command_release)
        return ACTION_RELEASE;
    if (command == &command_retry)
        return invocation_flag(inv, "last-attempt") ? ACTION_LAST_ATTEMPT : ACTION_RETRY;
    return invocation_flag(inv, "offboard") ? ACTION_OFFBOARD : ACTION_CANCEL;
}

static bool count_numbers(struct invocation *inv, int64_t *count, struct error *err)
{
    struct chosen chosen;
    struct store *store = NULL;
    bool fine = chosen_read(inv, &chosen, err) &&
                (store = invocation_store(inv, STORE_READ, err)) != NULL &&
                store_count_numbers(store, &chosen.selector, count, err);
    chosen_done(&chosen);
    invocation_close(inv); /* the run below opens it for writing */
    return fine;
}

static bool ask_offboard(const struct invocation *inv, int64_t count, struct error *err)
{
    char question[QUESTION_BYTES];
    snprintf(question, sizeof question,
             "This releases the hosted numbers themselves: up to %lld lines lose their messaging.",
             (long long)count);
    return invocation_confirm(inv, question, err) &&
           invocation_confirm(inv, "It cannot be undone; hosting starts from the beginning. Sure?",
                              err);
}

static bool prepare(struct invocation *inv, struct error *err)
{
    int64_t count = 0;
    if (!count_numbers(inv, &count, err))
        return false;
    enum action action = action_of(inv);
    char question[QUESTION_BYTES];
    snprintf(question, sizeof question, "%s %lld numbers?", inv->arguments.command->name,
             (long long)count);
    if (action == ACTION_OFFBOARD && count > 0 && !ask_offboard(inv, count, err))
        return false;
    if (action != ACTION_OFFBOARD && count > UNASKED_MAX && !invocation_confirm(inv, question, err))
        return false;
    argument_set(&inv->arguments, "yes", NULL);
    return true;
}

static void print_result(const struct invocation *inv, enum action action,
                         const struct action_result *result)
{
    if (inv->json) {
        json_t *root = json_pack(
            "{s:i, s:s, s:I, s:I, s:I, s:s}", "schema", 1, "action", action_name(action), "matched",
            (json_int_t)result->matched, "changed", (json_int_t)result->changed, "skipped",
            (json_int_t)result->skipped, "first_skipped", result->first_skipped);
        json_print(inv->out, root);
        return;
    }
    if (inv->quiet)
        return;
    fprintf(inv->out, "%s: %lld numbers, %lld changed, %lld left as they are\n",
            action_name(action), (long long)result->matched, (long long)result->changed,
            (long long)result->skipped);
    if (result->skipped > 0 && result->first_skipped[0] != '\0')
        fprintf(inv->out, "the first left as it is: %s\n", result->first_skipped);
}

static bool apply(struct invocation *inv, struct action_result *result, struct error *err)
{
    struct chosen chosen;
    struct store *store = NULL;
    bool fine =
        chosen_read(inv, &chosen, err) &&
        (store = invocation_store(inv, STORE_WRITE, err)) != NULL &&
        action_apply(store, action_of(inv), &chosen.selector, inv->user, inv->now_ms, result, err);
    chosen_done(&chosen);
    return fine;
}

static enum result run(struct invocation *inv, struct error *err)
{
    struct action_result result = {0};
    if (!apply(inv, &result, err))
        return command_failed(err);
    if (result.matched == 0) {
        error_set(err, ERROR_OTHER, "no number matches; `numhost status` shows what there is");
        return command_failed(err);
    }
    print_result(inv, action_of(inv), &result);
    return RESULT_DONE;
}

const struct command command_hold = {
    .name = "hold",
    .positionals = "[NUMBER...]",
    .summary = "stop numbers: nothing is sent for them until they are released",
    .details = "What is on its way is still taken in, and orders that exist are still looked at.",
    .positional_max = COMMAND_ANY_COUNT,
    .needs = NEEDS_CONFIG,
    .changes_store = true,
    .shared_options = chosen_options,
    .examples = {{"hold --site 0451", "the shop is closed today"},
                 {"hold +14155550123", "one number"}},
    .prepare = prepare,
    .run = run,
};

const struct command command_release = {
    .name = "release",
    .positionals = "[NUMBER...]",
    .summary = "let held numbers go on",
    .positional_max = COMMAND_ANY_COUNT,
    .needs = NEEDS_CONFIG,
    .changes_store = true,
    .shared_options = chosen_options,
    .examples = {{"release --batch stores", "a whole batch"}},
    .prepare = prepare,
    .run = run,
};

const struct command command_retry = {
    .name = "retry",
    .positionals = "[NUMBER...]",
    .summary = "try failed numbers again, and let those that need attention go on",
    .details =
        "A failed number gets a new order under a name of its own. A number that waits for a "
        "decision is\nlooked at first and then goes on. --last-attempt also allows the "
        "verification call kept in reserve.",
    .positional_max = COMMAND_ANY_COUNT,
    .needs = NEEDS_CONFIG,
    .changes_store = true,
    .options = {{.name = "last-attempt",
                 .help = "also allow the verification attempt kept in reserve"}},
    .shared_options = chosen_options,
    .examples = {{"retry --status failed --batch stores", "after mending what was wrong"},
                 {"retry +14155550123 --last-attempt", "somebody stands at the phone now"}},
    .prepare = prepare,
    .run = run,
};

const struct command command_cancel = {
    .name = "cancel",
    .positionals = "[NUMBER...]",
    .summary = "give numbers up: delete their orders where that is allowed",
    .details = "--offboard releases completed numbers from the account; it is asked for twice.",
    .positional_max = COMMAND_ANY_COUNT,
    .needs = NEEDS_CONFIG,
    .changes_store = true,
    .options = {{.name = "offboard", .help = "release completed numbers from the account"}},
    .shared_options = chosen_options,
    .examples = {{"cancel +14155550123", "one number"},
                 {"cancel --batch trial --yes", "a whole batch, without a question"}},
    .prepare = prepare,
    .run = run,
};
