#include "cmd/forward.h"

#include "base/memory.h"
#include "cmd/config.h"
#include "cmd/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The words a run parses again. Owned. */
struct words {
    char **list;
    int count;
};

static void add_word(struct words *words, char *owned)
{
    words->list[words->count++] = owned;
}

static char *option_word(const struct given_option *given)
{
    char *word = NULL;
    int length = given->value == NULL
                     ? asprintf(&word, "--%s", given->option->name)
                     : asprintf(&word, "--%s=%s", given->option->name, given->value);
    if (length < 0)
        memory_is_gone();
    return word;
}

/* The run has its own database and configuration. */
static bool travels(const struct option *option)
{
    return strcmp(option->name, "database") != 0 && strcmp(option->name, "config") != 0;
}

static struct words words_of(const struct arguments *arguments)
{
    struct words words = {0};
    size_t max = arguments->given_count + arguments->positional_count + 2;
    words.list = memory_new(max, sizeof *words.list);
    add_word(&words, memory_copy_text(arguments->command->name));
    for (size_t i = 0; i < arguments->given_count; i++)
        if (travels(arguments->given[i].option))
            add_word(&words, option_word(&arguments->given[i]));
    add_word(&words, memory_copy_text("--"));
    for (size_t i = 0; i < arguments->positional_count; i++)
        add_word(&words, memory_copy_text(arguments->positionals[i]));
    return words;
}

static void words_done(struct words *words)
{
    for (int i = 0; i < words->count; i++)
        free(words->list[i]);
    free(words->list);
}

static enum result print_reply(const struct invocation *inv, const struct control_reply *reply)
{
    fwrite(buf_text(&reply->out), 1, reply->out.length, inv->out);
    fwrite(buf_text(&reply->err), 1, reply->err.length, inv->err);
    return reply->exit_code >= 0 && reply->exit_code < RESULT_COUNT ? (enum result)reply->exit_code
                                                                    : RESULT_ERROR;
}

enum result forward_command(struct invocation *inv, bool *answered, struct error *err)
{
    struct words words = words_of(&inv->arguments);
    const struct control_request request = {
        .argv = (const char *const *)words.list,
        .argc = words.count,
        .cwd = inv->cwd,
        .user = inv->user,
    };
    struct control_reply reply;
    bool fine = control_send(inv->config->database, &request, &reply, answered, err);
    enum result result = RESULT_DONE;
    if (!fine)
        result = command_failed(err);
    else if (*answered)
        result = print_reply(inv, &reply);
    control_reply_done(&reply);
    words_done(&words);
    return result;
}
