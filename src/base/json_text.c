#include "base/json_text.h"

#include "base/clock.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

static void add_escaped(struct buf *out, char c)
{
    static const char plain[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    const char *found = c != '\0' ? strchr(plain, c) : NULL;
    if (found != NULL)
        buf_addf(out, "\\%c", letters[found - plain]);
    else
        buf_addf(out, "\\u%04x", (unsigned)(unsigned char)c);
}

static bool is_plain(char c)
{
    return (unsigned char)c >= 0x20 && (unsigned char)c < 0x7F && c != '"' && c != '\\';
}

/* Bytes of the UTF-8 character at text, 0 when there is none. */
static size_t character_bytes(const char *text, size_t bytes)
{
    for (size_t length = 2; length <= 4 && length <= bytes; length++)
        if (text_is_utf8(text, length))
            return length;
    return 0;
}

/* Append what begins at text and is not plain; returns how many bytes it took. */
static size_t add_odd(struct buf *out, const char *text, size_t bytes)
{
    if ((unsigned char)text[0] < 0x80) {
        add_escaped(out, text[0]);
        return 1;
    }
    size_t length = character_bytes(text, bytes);
    if (length == 0)
        buf_add_text(out, "\xEF\xBF\xBD");
    else
        buf_add(out, text, length);
    return length == 0 ? 1 : length;
}

void json_add_text(struct buf *out, const char *text, size_t bytes)
{
    buf_add_char(out, '"');
    for (size_t at = 0; at < bytes;) {
        size_t run = 0;
        while (at + run < bytes && is_plain(text[at + run]))
            run++;
        if (run > 0)
            buf_add(out, text + at, run);
        at += run;
        if (at < bytes)
            at += add_odd(out, text + at, bytes - at);
    }
    buf_add_char(out, '"');
}

void json_add_word(struct buf *out, const char *text)
{
    json_add_text(out, text, strlen(text));
}

void json_add_name(struct buf *out, const char *name)
{
    char last = out->length > 0 ? out->data[out->length - 1] : '{';
    if (last != '{' && last != '[')
        buf_add_char(out, ',');
    json_add_word(out, name);
    buf_add_char(out, ':');
}

void json_add_member(struct buf *out, const char *name, const char *value)
{
    json_add_name(out, name);
    json_add_word(out, value);
}

void json_add_int_member(struct buf *out, const char *name, int64_t value)
{
    json_add_name(out, name);
    buf_addf(out, "%" PRId64, value);
}

void json_add_bool_member(struct buf *out, const char *name, bool value)
{
    json_add_name(out, name);
    buf_add_text(out, value ? "true" : "false");
}

void json_add_instant_member(struct buf *out, const char *name, int64_t at_ms)
{
    char text[RFC3339_BYTES];
    clock_rfc3339(text, sizeof text, at_ms);
    json_add_name(out, name);
    if (at_ms == 0)
        buf_add_text(out, "null");
    else
        json_add_word(out, text);
}
