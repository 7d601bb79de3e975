#include "cmd/commands.h"
#include "cmd/invocation.h"

#include <string.h>

static void print_option_words(FILE *to, const struct option *options)
{
    for (; options != NULL && options->name != NULL; options++)
        fprintf(to, " --%s", options->name);
}

/* One case of the function: the words that may stand behind the command. */
static void print_command_case(FILE *to, const struct command *command)
{
    fprintf(to, "        %s) words='", command->name);
    for (int i = 0; i < COMMAND_CHOICES_MAX && command->choices[i] != NULL; i++)
        fprintf(to, "%s ", command->choices[i]);
    if (command == &command_help)
        fputs("'\"$commands\"'", to);
    print_option_words(to, command->options);
    print_option_words(to, command->shared_options);
    fputs("' ;;\n", to);
}

/* "--format) choices='csv json' ;;" for options with fixed values; "--config) files=1" for those
 * that take a file. */
static void print_value_cases(FILE *to, const char *command, const struct option *options)
{
    for (; options != NULL && options->name != NULL; options++) {
        if (options->argument == NULL)
            continue;
        fprintf(to, "        '%s'--%s) values='", command, options->name);
        for (const char *c = options->choices == NULL ? "" : options->choices; *c != '\0'; c++)
            fputc(*c == '|' ? ' ' : *c, to);
        fprintf(to, "' value=1 ;;\n");
    }
}

static enum result run(struct invocation *inv, struct error *err)
{
    (void)err;
    FILE *to = inv->out;
    fputs("# bash completion for numhost; load it with: source <(numhost completion bash)\n"
          "_numhost()\n{\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
          "    local command='' words='' values='' value='' i\n    local commands='",
          to);
    const struct command *command;
    for (size_t i = 0; (command = command_at(i)) != NULL; i++)
        fprintf(to, "%s%s", i == 0 ? "" : " ", command->name);
    fputs("'\n    local global='", to);
    print_option_words(to, global_options());
    fputs("'\n    for ((i = 1; i < COMP_CWORD; i++)); do\n"
          "        case \" $commands \" in *\" ${COMP_WORDS[i]} \"*) command=${COMP_WORDS[i]}; "
          "break ;; "
          "esac\n    done\n    case \"$command\" in\n        '') words=$commands ;;\n",
          to);
    for (size_t i = 0; (command = command_at(i)) != NULL; i++)
        print_command_case(to, command);
    fputs("    esac\n    case \"$command$before\" in\n", to);
    for (size_t i = 0; (command = command_at(i)) != NULL; i++) {
        print_value_cases(to, command->name, command->options);
        print_value_cases(to, command->name, command->shared_options);
    }
    fputs("    esac\n    case \"$before\" in\n", to);
    print_value_cases(to, "", global_options());
    fputs("    esac\n"
          "    if [[ -n $value ]]; then\n"
          "        if [[ -n $values ]]; then COMPREPLY=($(compgen -W \"$values\" -- \"$word\"));\n"
          "        else COMPREPLY=($(compgen -f -- \"$word\")); fi\n"
          "        return\n    fi\n"
          "    COMPREPLY=($(compgen -W \"$words $global\" -- \"$word\"))\n"
          "    [[ -n $command && $word != -* ]] && COMPREPLY+=($(compgen -f -- \"$word\"))\n"
          "    return 0\n}\ncomplete -o filenames -F _numhost numhost\n",
          to);
    return RESULT_DONE;
}

const struct command command_completion = {
    .name = "completion",
    .positionals = "bash",
    .summary = "print the completion script for a shell",
    .positional_min = 1,
    .positional_max = 1,
    .choices = {"bash"},
    .examples = {{"completion bash > ~/.local/share/bash-completion/completions/numhost",
                  "install it for one user"}},
    .run = run,
};
