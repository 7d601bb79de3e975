#include "cmd/help.h"

#include <string.h>

enum { HELP_COLUMN = 26, LABEL_BYTES = 64, LINE_COLUMNS = 96 };

/* "-o, --output FILE" */
static void option_label(const struct option *option, char *to, size_t to_bytes)
{
    char letter[8] = "    ";
    if (option->letter != 0)
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    snprintf(to, to_bytes, "%s--%s%s%s", letter, option->name, option->argument == NULL ? "" : " ",
             option->argument == NULL ? "" : option->argument);
}

static void print_option(FILE *to, const struct option *option)
{
    char label[LABEL_BYTES];
    option_label(option, label, sizeof label);
    if (strlen(label) > HELP_COLUMN)
        fprintf(to, "  %s\n  %-*s  %s", label, HELP_COLUMN, "", option->help);
    else
        fprintf(to, "  %-*s  %s", HELP_COLUMN, label, option->help);
    if (option->choices != NULL)
        fprintf(to, " (%s)", option->choices);
    fputc('\n', to);
}

static void print_options(FILE *to, const struct style *style, const char *title,
                          const struct option *options)
{
    if (options == NULL || options->name == NULL)
        return;
    fprintf(to, "\n%s%s%s\n", style->bold, title, style->reset);
    for (; options->name != NULL; options++)
        print_option(to, options);
}

static void print_examples(FILE *to, const struct style *style, const struct example *examples)
{
    if (examples->line == NULL)
        return;
    fprintf(to, "\n%sExamples%s\n", style->bold, style->reset);
    for (int i = 0; i < COMMAND_EXAMPLES_MAX && examples[i].line != NULL; i++)
        fprintf(to, "  %s# %s%s\n  numhost %s\n", style->dim, examples[i].what, style->reset,
                examples[i].line);
}

/* Paragraphs (between blank lines) filled to LINE_COLUMNS; a single line break is a blank. */
static void print_paragraphs(FILE *to, const char *text)
{
    size_t column = 0;
    while (*text != '\0') {
        size_t blanks = strspn(text, " \n");
        bool new_paragraph = memmem(text, blanks, "\n\n", 2) != NULL;
        size_t bytes = strcspn(text + blanks, " \n");
        bool fits = column + 1 + bytes <= LINE_COLUMNS;
        if (column > 0)
            fputs(new_paragraph ? "\n\n" : fits ? " " : "\n", to);
        column = column > 0 && fits && !new_paragraph ? column + 1 + bytes : bytes;
        fprintf(to, "%.*s", (int)bytes, text + blanks);
        text += blanks + bytes;
    }
    fputc('\n', to);
}

static bool has_options(const struct command *command)
{
    return command->options[0].name != NULL || command->shared_options != NULL;
}

void help_command(FILE *to, const struct style *style, const struct command *command)
{
    fprintf(to, "%snumhost %s%s: %s\n\n", style->bold, command->name, style->reset,
            command->summary);
    fprintf(to, "Usage: numhost %s%s%s%s\n", command->name,
            command->positionals[0] == '\0' ? "" : " ", command->positionals,
            has_options(command) ? " [options]" : "");
    if (command->details != NULL) {
        fputc('\n', to);
        print_paragraphs(to, command->details);
    }
    print_options(to, style, "Options", command->options);
    print_options(to, style, "Which numbers", command->shared_options);
    print_examples(to, style, command->examples);
    print_options(to, style, "Options of every command", global_options());
}

void help_overview(FILE *to, const struct style *style)
{
    fprintf(
        to,
        "%snumhost%s brings phone numbers in bulk to Twilio Hosted Numbers: a CSV file in, every "
        "number\ndriven through order, verification, letter of authorization and activation.\n\n"
        "Usage: numhost COMMAND [options]\n\n%sCommands%s\n",
        style->bold, style->reset, style->bold, style->reset);
    const struct command *command;
    for (size_t i = 0; (command = command_at(i)) != NULL; i++)
        fprintf(to, "  %-13s %s\n", command->name, command->summary);
    print_options(to, style, "Options of every command", global_options());
    fprintf(to, "\n%sExit codes%s\n", style->bold, style->reset);
    for (int code = 0; code < RESULT_COUNT; code++)
        fprintf(to, "  %d  %s\n", code, result_meaning((enum result)code));
    fprintf(to, "\n`numhost help COMMAND` explains a command, with examples.\n");
}
