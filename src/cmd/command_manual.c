#include "cmd/commands.h"
#include "cmd/invocation.h"

/* Text for roff: '\' and '-' must be escaped, a '.' or "'" at the start of a line would be a
 * request. */
static void print_roff(FILE *to, const char *text)
{
    bool at_start = true;
    for (; *text != '\0'; text++) {
        if (at_start && (*text == '.' || *text == '\''))
            fputs("\\&", to);
        if (*text == '\\')
            fputs("\\e", to);
        else if (*text == '-')
            fputs("\\-", to);
        else
            fputc(*text, to);
        at_start = *text == '\n';
    }
}

static void print_option(FILE *to, const struct option *option)
{
    fputs(".TP\n.B ", to);
    if (option->letter != 0)
        fprintf(to, "\\-%c, ", option->letter);
    fputs("\\-\\-", to);
    print_roff(to, option->name);
    if (option->argument != NULL)
        fprintf(to, " \\fI%s\\fR", option->argument);
    fputc('\n', to);
    print_roff(to, option->help);
    if (option->choices != NULL) {
        fputs(" (", to);
        print_roff(to, option->choices);
        fputc(')', to);
    }
    fputc('\n', to);
}

static void print_options(FILE *to, const struct option *options)
{
    for (; options != NULL && options->name != NULL; options++)
        print_option(to, options);
}

static void print_examples(FILE *to, const struct command *command)
{
    for (int i = 0; i < COMMAND_EXAMPLES_MAX && command->examples[i].line != NULL; i++) {
        fputs(".PP\n", to);
        print_roff(to, command->examples[i].what);
        fputs(":\n.RS\n.nf\nnumhost ", to);
        print_roff(to, command->examples[i].line);
        fputs("\n.fi\n.RE\n", to);
    }
}

static void print_command(FILE *to, const struct command *command)
{
    fputs(".SS numhost ", to);
    print_roff(to, command->name);
    fputc(' ', to);
    print_roff(to, command->positionals);
    fputc('\n', to);
    print_roff(to, command->summary);
    fputs(".\n", to);
    if (command->details != NULL) {
        fputs(".PP\n", to);
        print_roff(to, command->details);
        fputc('\n', to);
    }
    print_options(to, command->options);
    print_options(to, command->shared_options);
    print_examples(to, command);
}

static enum result run(struct invocation *inv, struct error *err)
{
    (void)err;
    FILE *to = inv->out;
    fprintf(to,
            ".TH NUMHOST 1 \"\" \"numhost %s\" \"User Commands\"\n.SH NAME\n"
            "numhost \\- bring phone numbers in bulk to Twilio Hosted Numbers\n.SH SYNOPSIS\n"
            ".B numhost\n\\fICOMMAND\\fR [options]\n.SH COMMANDS\n",
            NUMHOST_VERSION);
    const struct command *command;
    for (size_t i = 0; (command = command_at(i)) != NULL; i++)
        print_command(to, command);
    fputs(".SH OPTIONS OF EVERY COMMAND\n", to);
    print_options(to, global_options());
    fputs(".SH EXIT STATUS\n", to);
    for (int code = 0; code < RESULT_COUNT; code++) {
        fprintf(to, ".TP\n.B %d\n", code);
        print_roff(to, result_meaning((enum result)code));
        fputc('\n', to);
    }
    fputs(".SH FILES\nnumhost.yaml, $XDG_CONFIG_HOME/numhost/numhost.yaml, "
          "/etc/numhost/numhost.yaml: the first that exists is read.\n"
          ".SH ENVIRONMENT\nNUMHOST_CONFIG names the configuration file; NUMHOST_ and the key of a "
          "setting in capitals (NUMHOST_API_RATE for api.rate) sets it. TWILIO_ACCOUNT_SID, "
          "TWILIO_API_KEY, TWILIO_API_SECRET and TWILIO_AUTH_TOKEN are credentials.\n",
          to);
    return RESULT_DONE;
}

const struct command command_manual = {
    .name = "manual",
    .positionals = "",
    .summary = "print the manual page (roff)",
    .examples = {{"manual | man -l -", "read it"}},
    .run = run,
};
