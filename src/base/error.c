#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Values from outside may hold line breaks, and escapes that a terminal would obey. */
static void keep_one_line(struct error *err)
{
    for (char *c = err->text; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = '?';
}

bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
    if (err == NULL)
        return false;
    err->kind = kind;
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    keep_one_line(err);
    return false;
}

bool error_context(struct error *err, const char *format, ...)
{
    if (err == NULL)
        return false;
    char before[sizeof err->text];
    memcpy(before, err->text, sizeof before);
    va_list args;
    va_start(args, format);
    int length = vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    keep_one_line(err);
    if (length < 0 || (size_t)length >= sizeof err->text)
        return false;
    size_t room = sizeof err->text - (size_t)length;
    snprintf(err->text + length, room, ": %.*s", (int)room, before);
    return false;
}
