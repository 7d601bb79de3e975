#include "base/csv_sniff.h"

#include <string.h>
#include <strings.h>

#define SAVE_AS_CSV "open it in a spreadsheet and save it as \"CSV UTF-8\""
#define SAVE_AS_UTF8 "save it as \"CSV UTF-8\""

struct signature {
    const char *bytes;
    size_t count;
    const char *what;
    const char *remedy;
};

/* The longer of two that begin alike stands first. */
static const struct signature signatures[] = {
    {"\xFF\xFE\x00\x00", 4, "UTF-32 text", SAVE_AS_UTF8},
    {"\x00\x00\xFE\xFF", 4, "UTF-32 text", SAVE_AS_UTF8},
    {"\xFF\xFE", 2, "UTF-16 text", SAVE_AS_UTF8},
    {"\xFE\xFF", 2, "UTF-16 text", SAVE_AS_UTF8},
    {"PK\x03\x04", 4, "an Excel or OpenDocument workbook, or a ZIP archive", SAVE_AS_CSV},
    {"PK\x05\x06", 4, "an empty ZIP archive", "give the CSV file instead"},
    {"\xD0\xCF\x11\xE0", 4, "an old Excel workbook (.xls)", SAVE_AS_CSV},
    {"%PDF", 4, "a PDF document", "export the table as CSV where it came from"},
    {"\x1F\x8B", 2, "gzip-compressed", "unpack it first"},
    {"BZh", 3, "bzip2-compressed", "unpack it first"},
    {"\xFD"
     "7zXZ",
     5, "xz-compressed", "unpack it first"},
    {"\x28\xB5\x2F\xFD", 4, "zstd-compressed", "unpack it first"},
    {"{\\rtf", 5, "an RTF document", "export the table as CSV where it came from"},
    {"SQLite format 3", 15, "an SQLite database", "give the CSV file instead"},
    {"{\"", 2, "JSON", "convert it to CSV"},
    {"[{", 2, "JSON", "convert it to CSV"},
};

static const char *const markup[] = {"<!doctype", "<html", "<?xml", "<table"};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool refuse(struct error *err, const char *what, const char *remedy)
{
    return error_set(err, ERROR_INPUT, "this is %s, not a CSV file; %s", what, remedy);
}

static bool begins_as_markup(const char *bytes, size_t count)
{
    while (count > 0 && is_blank(bytes[0])) {
        bytes++;
        count--;
    }
    for (size_t i = 0; i < COUNT_OF(markup); i++) {
        size_t length = strlen(markup[i]);
        if (count >= length && strncasecmp(bytes, markup[i], length) == 0)
            return true;
    }
    return false;
}

/* UTF-16 without a byte order mark: every second byte of plain text is NUL. */
static bool is_mostly_nul(const char *bytes, size_t count)
{
    size_t looked_at = count < 512 ? count : 512;
    size_t nuls = 0;
    for (size_t i = 0; i < looked_at; i++)
        nuls += bytes[i] == '\0' ? 1 : 0;
    return looked_at >= 4 && nuls * 4 >= looked_at;
}

bool csv_sniff(const char *bytes, size_t count, size_t *skip, struct error *err)
{
    *skip = count >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    for (size_t i = 0; i < COUNT_OF(signatures); i++) {
        const struct signature *s = &signatures[i];
        if (count >= s->count && memcmp(bytes, s->bytes, s->count) == 0)
            return refuse(err, s->what, s->remedy);
    }
    if (begins_as_markup(bytes + *skip, count - *skip))
        return refuse(err, "HTML or XML", "export the table as CSV where it came from");
    if (is_mostly_nul(bytes, count))
        return refuse(err, "text full of NUL bytes, probably UTF-16", SAVE_AS_UTF8);
    return true;
}

char csv_detect_delimiter(const char *bytes, size_t count)
{
    static const char candidates[] = {',', ';', '\t'};
    size_t seen[sizeof candidates] = {0};
    bool quoted = false;
    bool line_begun = false;
    for (size_t i = 0; i < count; i++) {
        if (!quoted && line_begun && (bytes[i] == '\n' || bytes[i] == '\r'))
            break;
        line_begun = line_begun || !is_blank(bytes[i]);
        quoted = quoted != (bytes[i] == '"');
        for (size_t j = 0; j < sizeof candidates && !quoted; j++)
            seen[j] += bytes[i] == candidates[j] ? 1 : 0;
    }
    size_t best = 0;
    for (size_t j = 1; j < sizeof candidates; j++)
        best = seen[j] > seen[best] ? j : best;
    return candidates[best];
}
