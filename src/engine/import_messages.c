#include "engine/import_messages.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

static size_t kind_of(struct import_messages *messages, const struct import_message *message)
{
    size_t i = 0;
    for (; i < messages->kind_count; i++)
        if (messages->kinds[i].rule == message->rule &&
            messages->kinds[i].is_warning == message->is_warning &&
            strncmp(messages->kinds[i].column, message->column,
                    sizeof messages->kinds[i].column - 1) == 0)
            return i;
    if (i == MESSAGE_KINDS_MAX)
        return i - 1;
    messages->kinds[i].is_warning = message->is_warning;
    messages->kinds[i].rule = message->rule;
    messages->kinds[i].suggestion = message->suggestion;
    messages->kinds[i].first_line = message->line;
    (void)TEXT_SET(messages->kinds[i].column, message->column);
    messages->kind_count++;
    return i;
}

static void say_column(FILE *out, const char *column)
{
    if (column[0] != '\0')
        fprintf(out, "column \"%s\": ", column);
}

void import_messages_add(struct import_messages *messages, const struct import_message *message)
{
    size_t kind = kind_of(messages, message);
    messages->warnings += message->is_warning ? 1 : 0;
    if (messages->kinds[kind].count++ >= MESSAGES_OF_A_KIND || messages->out == NULL)
        return;
    fprintf(messages->out, "%s: line %" PRId64 ": %s", messages->file, message->line,
            message->is_warning ? "warning: " : "");
    say_column(messages->out, message->column);
    if (message->value[0] != '\0')
        fprintf(messages->out, "value \"%s\": ", message->value);
    fprintf(messages->out, "%s%s%s%s; %s\n", message->rule, message->note[0] != '\0' ? " (" : "",
            message->note, message->note[0] != '\0' ? ")" : "", message->suggestion);
}

void import_messages_end(struct import_messages *messages)
{
    for (size_t i = 0; i < messages->kind_count && messages->out != NULL; i++) {
        if (messages->kinds[i].count < 2)
            continue;
        fprintf(messages->out, "%s: %" PRId64 " rows: %s", messages->file, messages->kinds[i].count,
                messages->kinds[i].is_warning ? "warning: " : "");
        say_column(messages->out, messages->kinds[i].column);
        fprintf(messages->out, "%s; %s; first at line %" PRId64 "\n", messages->kinds[i].rule,
                messages->kinds[i].suggestion, messages->kinds[i].first_line);
    }
}
