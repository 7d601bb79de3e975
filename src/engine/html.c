#include "engine/html.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

static const char *escaped(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    case '\t':
    case '\n': return NULL;
    default: return (unsigned char)c < 0x20 || c == 0x7F ? "" : NULL;
    }
}

void html_text(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        const char *instead = escaped(*text);
        if (instead != NULL)
            fputs(instead, out);
        else
            putc(*text, out);
    }
}

void html_count(FILE *out, int64_t count)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRId64, count);
    size_t length = strlen(digits);
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-')
            putc(',', out);
        putc(digits[i], out);
    }
}

void html_instant(FILE *out, int64_t at_ms)
{
    char text[RFC3339_BYTES];
    clock_rfc3339(text, sizeof text, at_ms);
    if (at_ms == 0)
        fputs("<span class=\"muted\">&ndash;</span>", out);
    else
        fprintf(out, "<time datetime=\"%s\">%.10s %.5s UTC</time>", text, text, text + 11);
}
