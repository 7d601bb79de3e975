#include "cmd/commands.h"
#include "cmd/invocation.h"
#include "domain/lifecycle.h"

static const char introduction[] =
    "# The lifecycle of a number\n"
    "\n"
    "Printed by `numhost lifecycle` from the table that the program runs by (`src/domain/"
    "lifecycle.c`);\na test keeps the two the same. A change of status that is not a row here is "
    "never made: the number\nis then shown to a person (attention `strange-move`) and still "
    "looked at.\n"
    "\n"
    "Ten statuses are Twilio's own. `queued` (no order yet) and `canceled` are numhost's.\n"
    "\n"
    "- *next*: the documented way. *ahead*: looks can be missed, the service may be further than "
    "one step.\n"
    "- *back*: a step back that the service is known to make; believed only from the order itself, "
    "never from a list.\n"
    "- *out*: to an end, or aside to a person. *ours*: by a person through numhost.\n"
    "\n";

static const char *arrow(enum move move)
{
    switch (move) {
    case MOVE_NEXT: return "-->";
    case MOVE_BACK: return "-.->";
    case MOVE_OUT: return "-->";
    case MOVE_OURS: return "-.->";
    case MOVE_AHEAD: return "";
    }
    return "";
}

/* Skips ahead, adoptions and cancellations would hide the road: they are in the table below it. */
static bool is_drawn(const struct rule *rule)
{
    bool adopted =
        rule->from == STATUS_QUEUED && rule->cause == CAUSE_CREATED && rule->move == MOVE_OUT;
    bool canceled = rule->cause == CAUSE_CANCELED && rule->from != STATUS_QUEUED;
    bool deleted = rule->cause == CAUSE_RETRIED && !status_is_end(rule->from);
    return rule->move != MOVE_AHEAD && !adopted && !canceled && !deleted;
}

static void print_diagram(FILE *out)
{
    fputs("## The road\n\n```mermaid\nflowchart TD\n", out);
    for (size_t i = 0; lifecycle_at(i) != NULL; i++) {
        const struct rule *rule = lifecycle_at(i);
        if (is_drawn(rule))
            fprintf(out, "  %s %s %s\n", status_name(rule->from), arrow(rule->move),
                    status_name(rule->to));
    }
    fputs("```\n\nSkips ahead, adoptions and cancellations are in the table only.\n\n", out);
}

static void print_table(FILE *out)
{
    fputs("## Every change\n\n| from | because | to | move | note |\n|---|---|---|---|---|\n", out);
    for (size_t i = 0; lifecycle_at(i) != NULL; i++) {
        const struct rule *rule = lifecycle_at(i);
        fprintf(out, "| %s | %s | %s | %s | %s |\n", status_name(rule->from),
                cause_name(rule->cause), status_name(rule->to), move_name(rule->move), rule->note);
    }
    fputs("\nBesides these, `numhost retry` on a number with attention `strange-move` takes the "
          "status of the service as it is.\n",
          out);
}

static void print_json(FILE *out)
{
    fputs("{\"schema\":1,\"rules\":[", out);
    for (size_t i = 0; lifecycle_at(i) != NULL; i++) {
        const struct rule *rule = lifecycle_at(i);
        fprintf(out,
                "%s{\"from\":\"%s\",\"cause\":\"%s\",\"to\":\"%s\",\"move\":\"%s\",\"note\":"
                "\"%s\"}",
                i > 0 ? "," : "", status_name(rule->from), cause_name(rule->cause),
                status_name(rule->to), move_name(rule->move), rule->note);
    }
    fputs("]}\n", out);
}

static enum result run(struct invocation *inv, struct error *err)
{
    (void)err;
    if (inv->json) {
        print_json(inv->out);
        return RESULT_DONE;
    }
    fputs(introduction, inv->out);
    print_diagram(inv->out);
    print_table(inv->out);
    return RESULT_DONE;
}

const struct command command_lifecycle = {
    .name = "lifecycle",
    .positionals = "",
    .summary = "print the lifecycle table and its diagram",
    .details = "Markdown with a Mermaid diagram, as in docs/lifecycle.md.",
    .examples = {{"lifecycle", "every change of status that can happen, and why"}},
    .run = run,
};
