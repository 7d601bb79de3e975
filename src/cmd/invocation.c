#include "cmd/invocation.h"

#include "base/text.h"
#include "cmd/config.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ANSWER_LINE_BYTES = 16 };

bool invocation_flag(const struct invocation *inv, const char *name)
{
    return argument_given(&inv->arguments, name) > 0;
}

const char *invocation_value(const struct invocation *inv, const char *name)
{
    return argument_value(&inv->arguments, name);
}

const char *invocation_word(const struct invocation *inv, size_t index)
{
    return index < inv->arguments.positional_count ? inv->arguments.positionals[index] : "";
}

bool invocation_int(const struct invocation *inv, const char *name, long long low, long long high,
                    long long *value, struct error *err)
{
    const char *text = invocation_value(inv, name);
    if (text == NULL || text_to_int(text, low, high, value))
        return true;
    return error_set(err, ERROR_USAGE, "--%s: '%.40s' is not a whole number from %lld to %lld",
                     name, text, low, high);
}

struct store *invocation_store(struct invocation *inv, enum store_mode mode, struct error *err)
{
    if (inv->host != NULL)
        return inv->host->store;
    if (inv->store == NULL)
        inv->store = store_open(inv->config->database, mode, err);
    return inv->store;
}

bool invocation_path(const struct invocation *inv, const char *path, char *to, size_t to_bytes,
                     struct error *err)
{
    bool absolute = path[0] == '/' || inv->cwd[0] == '\0';
    int length = absolute ? snprintf(to, to_bytes, "%s", path)
                          : snprintf(to, to_bytes, "%s/%s", inv->cwd, path);
    if (length >= 0 && (size_t)length < to_bytes)
        return true;
    return error_set(err, ERROR_USAGE, "the path '%.60s...' is too long", path);
}

bool invocation_confirm(const struct invocation *inv, const char *question, struct error *err)
{
    if (invocation_flag(inv, "yes"))
        return true;
    if (inv->in == NULL || isatty(fileno(inv->in)) == 0)
        return error_set(err, ERROR_USAGE,
                         "%s Nobody can be asked here: give --yes if this is what you want",
                         question);
    fprintf(inv->err, "%s Type yes to go on: ", question);
    fflush(inv->err);
    char line[ANSWER_LINE_BYTES];
    if (fgets(line, sizeof line, inv->in) == NULL)
        line[0] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    return strcmp(line, "yes") == 0;
}

void invocation_say(const struct invocation *inv, const char *format, ...)
{
    if (inv->quiet)
        return;
    va_list args;
    va_start(args, format);
    vfprintf(inv->err, format, args);
    va_end(args);
    fputc('\n', inv->err);
}

enum result command_failed(const struct error *err)
{
    return result_of_error(err);
}

void invocation_close(struct invocation *inv)
{
    store_close(inv->store);
    inv->store = NULL;
}

void invocation_done(struct invocation *inv)
{
    invocation_close(inv);
    if (inv->spool[0] != '\0')
        unlink(inv->spool);
    arguments_done(&inv->arguments);
}
