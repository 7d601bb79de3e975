#include "base/csv.h"

#include <string.h>

/* Quoted for every delimiter that reading detects, not only for ours. */
static const bool special[256] = {
    [','] = true, [';'] = true, ['\t'] = true, ['"'] = true, ['\n'] = true, ['\r'] = true};

/* What makes libcsv, or a spreadsheet, see more or less than the bytes of the cell. */
static bool needs_quotes(const char *text, size_t bytes, bool first)
{
    if (bytes == 0)
        return first; /* a row of one empty cell would be a blank line, which readers skip */
    if (text[0] == ' ' || text[bytes - 1] == ' ' || (unsigned char)text[0] == 0xEF)
        return true; /* blanks are trimmed, and a byte order mark is skipped, outside quotes */
    for (size_t i = 0; i < bytes; i++)
        if (special[(unsigned char)text[i]])
            return true;
    return false;
}

static void add_quoted(struct buf *out, const char *text, size_t bytes)
{
    buf_add_char(out, '"');
    while (bytes > 0) {
        const char *quote = memchr(text, '"', bytes);
        size_t count = quote != NULL ? (size_t)(quote - text) + 1 : bytes;
        buf_add(out, text, count);
        if (quote != NULL)
            buf_add_char(out, '"');
        text += count;
        bytes -= count;
    }
    buf_add_char(out, '"');
}

static void add_cell(struct buf *out, const char *text, size_t bytes, bool first)
{
    if (!first)
        buf_add_char(out, ',');
    if (needs_quotes(text, bytes, first))
        add_quoted(out, text, bytes);
    else
        buf_add(out, text, bytes);
}

void csv_add_cell(struct buf *out, const char *text, size_t bytes, bool first)
{
    add_cell(out, text, bytes, first);
}

static bool begins_formula(char c)
{
    return c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' || c == '\r';
}

/* Also a cell that looks guarded already gets a guard, or reading would take off one that was never
 * put on. */
static bool wants_guard(const char *text, size_t bytes)
{
    size_t i = 0;
    while (i < bytes && text[i] == '\'')
        i++;
    return i < bytes && begins_formula(text[i]);
}

static bool is_strict_e164(const char *text, size_t bytes)
{
    if (bytes < 8 || bytes > 16 || text[0] != '+' || text[1] == '0')
        return false;
    for (size_t i = 1; i < bytes; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

void csv_add_safe_cell(struct buf *out, const char *text, size_t bytes, bool first)
{
    if (!wants_guard(text, bytes) || is_strict_e164(text, bytes)) {
        add_cell(out, text, bytes, first);
        return;
    }
    struct buf guarded;
    buf_init(&guarded, CSV_FIELD_BYTES_MAX + 1);
    buf_add_char(&guarded, '\'');
    buf_add(&guarded, text, bytes);
    add_cell(out, buf_text(&guarded), guarded.length, first);
    buf_done(&guarded);
}

const char *csv_strip_guard(const char *text)
{
    if (text[0] != '\'')
        return text;
    return begins_formula(text[strspn(text, "'")]) ? text + 1 : text;
}
