#include "adapters/http/form.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct form form_body(struct buf *out)
{
    return (struct form){.out = out};
}

struct form form_query(struct buf *out)
{
    return (struct form){.out = out, .next = '?'};
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

static void add_escaped(struct buf *out, const char *value, size_t bytes)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < bytes; i++) {
        unsigned char c = (unsigned char)value[i];
        char escaped[3] = {'%', digits[c >> 4], digits[c & 15]};
        if (is_unreserved(value[i]))
            buf_add_char(out, value[i]);
        else
            buf_add(out, escaped, sizeof escaped);
    }
}

static void add_pair(struct form *form, const char *name, const char *value, size_t bytes)
{
    if (bytes == 0)
        return;
    if (form->next != '\0')
        buf_add_char(form->out, form->next);
    form->next = '&';
    buf_add_text(form->out, name);
    buf_add_char(form->out, '=');
    add_escaped(form->out, value, bytes);
}

void form_add(struct form *form, const char *name, const char *value)
{
    add_pair(form, name, value, strlen(value));
}

void form_add_number(struct form *form, const char *name, int64_t value)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRId64, value);
    add_pair(form, name, digits, (size_t)length);
}

void form_add_each(struct form *form, const char *name, const char *list, char separator)
{
    const char between[] = {separator, '\0'};
    while (*list != '\0') {
        size_t whole = strcspn(list, between);
        size_t from = strspn(list, " \t");
        size_t to = whole;
        while (to > from && (list[to - 1] == ' ' || list[to - 1] == '\t'))
            to--;
        if (to > from)
            add_pair(form, name, list + from, to - from);
        list += whole + (list[whole] != '\0' ? 1 : 0);
    }
}

void form_add_cut(struct form *form, const char *name, const char *value, size_t characters_max)
{
    size_t bytes = 0;
    size_t characters = 0;
    for (; value[bytes] != '\0'; bytes++) {
        bool begins_character = ((unsigned char)value[bytes] & 0xC0) != 0x80;
        if (begins_character && ++characters > characters_max)
            break;
    }
    add_pair(form, name, value, bytes);
}
