#include "domain/phone.h"

#include "base/text.h"
#include "domain/area_code.h"
#include "domain/country.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { NANP_DIGITS = 10, LOCAL_DIGITS = 7, DIGITS_MAX = 40 };

static const struct {
    const char *text;
    const char *suggestion;
} rules[PHONE_RULE_COUNT] = {
    [PHONE_OK] = {"", ""},
    [PHONE_EMPTY] = {"the phone number is missing", "fill it in"},
    [PHONE_SPREADSHEET] = {"a spreadsheet wrote the number in scientific notation and lost digits",
                           "format the column as text in the spreadsheet, enter the number again "
                           "and export once more"},
    [PHONE_FORMULA] = {"a spreadsheet error stands here instead of a number",
                       "mend the formula or widen the column, then export once more"},
    [PHONE_LETTERS] =
        {"letters stand in the number",
         "write digits only: those of a phone's keypad for a word, 0 for a mistaken O, 1 "
         "for a mistaken I or l"},
    [PHONE_EXTENSION] = {"an extension stands inside the number",
                         "move it to the extension column (digits, # and *; w waits half a "
                         "second)"},
    [PHONE_CHARACTER] = {"a character stands here that does not belong in a phone number",
                         "write digits only, as +14155550123"},
    [PHONE_ENCODING] = {"the cell is not UTF-8 text", "save the file as \"CSV UTF-8\""},
    [PHONE_NO_AREA_CODE] = {"the area code is missing", "write all ten digits"},
    [PHONE_SERVICE] = {"three digits such as 911 are a service, which cannot be hosted",
                       "write the ten digits of the line"},
    [PHONE_TOO_SHORT] = {"too few digits", "write ten digits, or +1 and ten digits"},
    [PHONE_TOO_LONG] = {"too many digits", "write ten digits, or +1 and ten digits"},
    [PHONE_SEVERAL] = {"more than one number in the cell", "give each number a row of its own"},
    [PHONE_COUNTRY] = {"the number is not in the US or Canada",
                       "only US and Canadian numbers can be hosted; if it is one, write +1 in "
                       "front"},
    [PHONE_NEIGHBOUR] = {"the area code belongs to another country that shares +1",
                         "only US and Canadian numbers can be hosted"},
    [PHONE_AREA_CODE] = {"no area code begins with 0 or 1 or ends with 11", "check the digits"},
    [PHONE_EXCHANGE] =
        {"the three digits behind the area code cannot begin with 0 or 1 or end with 11",
         "check the digits"},
};

/* Characters of Unicode that people's tools put between digits, without a meaning of their own.
 * Inclusive ranges. */
static const struct {
    uint32_t first;
    uint32_t last;
} separators[] =
    {
        {0x00A0, 0x00A0}, /* no-break space */
        {0x00AD, 0x00AD}, /* soft hyphen */
        {0x00B7, 0x00B7}, /* middle dot */
        {0x061C, 0x061C}, /* Arabic letter mark */
        {0x1680, 0x1680}, {0x180E, 0x180E},
        {0x2000, 0x200F}, /* blanks, zero-width, left-to-right and right-to-left marks */
        {0x2010, 0x2015}, /* hyphens and dashes */
        {0x2018, 0x201F}, /* typographic quotes */
        {0x2022, 0x2022}, {0x2024, 0x2024},
        {0x2028, 0x202F}, /* line separators, directional embedding, narrow no-break space */
        {0x2043, 0x2043}, {0x205F, 0x2064},
        {0x2066, 0x2069}, /* word joiner, directional isolates */
        {0x2212, 0x2212}, /* minus */
        {0x3000, 0x3000}, {0xFE58, 0xFE58},
        {0xFE63, 0xFE63}, {0xFEFF, 0xFEFF}, /* byte order mark */
        {0xFF08, 0xFF09}, {0xFF0D, 0xFF0E}, /* full-width ( ) - . */
};

static const char *const prefixes[] = {"callto:", "phone:", "tel:", "sms:", "tel.", "ph:", "tel"};

const char *phone_rule_text(enum phone_rule rule)
{
    return rules[rule].text;
}

const char *phone_rule_suggestion(enum phone_rule rule)
{
    return rules[rule].suggestion;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The character at text, which is well-formed UTF-8 and not at its end. */
static uint32_t decode(const char *text, size_t *length)
{
    unsigned char lead = (unsigned char)text[0];
    if (lead < 0x80) {
        *length = 1;
        return lead;
    }
    *length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    uint32_t c = lead & (0xFFU >> (*length + 1));
    for (size_t i = 1; i < *length; i++)
        c = c << 6 | ((unsigned char)text[i] & 0x3FU);
    return c;
}

static bool is_separator(uint32_t c)
{
    for (size_t i = 0; i < COUNT_OF(separators); i++)
        if (c >= separators[i].first && c <= separators[i].last)
            return true;
    return false;
}

/* Everything to ASCII: full-width twins to what they look like, separators to blanks, without
 * blanks at the ends. A character with no place in a number becomes a '?'. */
static void to_ascii(const char *text, size_t bytes, char ascii[PHONE_TEXT_BYTES_MAX])
{
    size_t count = 0;
    size_t length = 0;
    for (size_t i = 0; i < bytes; i += length) {
        uint32_t c = decode(text + i, &length);
        char plain = c < 0x80 ? (char)c : '?';
        if (c == '\t' || c == '\n' || c == '\r' || (c >= 0x80 && is_separator(c)))
            plain = ' ';
        else if (c >= 0xFF01 && c <= 0xFF5E)
            plain = (char)(c - 0xFF01 + '!');
        if (plain != ' ' || count > 0)
            ascii[count++] = plain;
    }
    while (count > 0 && ascii[count - 1] == ' ')
        count--;
    ascii[count] = '\0';
}

static const char *skip_prefix(const char *ascii)
{
    for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
        size_t length = strlen(prefixes[i]);
        if (strncasecmp(ascii, prefixes[i], length) == 0 && !is_letter(ascii[length]))
            return ascii + length;
    }
    return ascii;
}

/* 1.41536E+10, 1,41536E+10, 4E9. */
static bool is_scientific(const char *ascii)
{
    const char *at = ascii + (ascii[0] == '+' || ascii[0] == '-');
    size_t digits = strspn(at, "0123456789.,");
    if (digits == 0 || !is_digit(at[0]) || (at[digits] != 'e' && at[digits] != 'E'))
        return false;
    at += digits + 1;
    at += *at == '+' || *at == '-';
    return is_digit(*at) && at[strspn(at, "0123456789")] == '\0';
}

/* Tables of numbers that went through floating point: 4155550123.0 */
static void drop_decimal_zero(char *ascii)
{
    size_t digits = strspn(ascii, "+0123456789");
    if (digits >= NANP_DIGITS && strcmp(ascii + digits, ".0") == 0)
        ascii[digits] = '\0';
}

struct scan {
    char digits[DIGITS_MAX + 1];
    size_t count;
    bool plus;
};

/* Why the text cannot go on with `rest`, which begins with something other than a digit or a
 * separator. */
static enum phone_rule say_character(const struct scan *scan, const char *rest)
{
    bool has_digits = strcspn(rest, "0123456789") < strlen(rest);
    bool full = scan->count >= LOCAL_DIGITS;
    if (full && has_digits && strchr("xXeE#,;*wWpP", rest[0]) != NULL)
        return PHONE_EXTENSION;
    if (is_letter(rest[0]))
        return scan->count > 0 ? PHONE_LETTERS : PHONE_CHARACTER;
    return PHONE_CHARACTER;
}

static enum phone_rule scan_digits(const char *ascii, struct scan *scan)
{
    for (const char *at = ascii; *at != '\0'; at++) {
        if (is_digit(*at)) {
            if (scan->count == DIGITS_MAX)
                return PHONE_TOO_LONG;
            scan->digits[scan->count++] = *at;
        } else if (*at == '+' && scan->count == 0 && !scan->plus) {
            scan->plus = true;
        } else if (*at == '+' || (*at == '/' && scan->count >= NANP_DIGITS)) {
            return PHONE_SEVERAL;
        } else if (strchr(" -.()[]/'\"", *at) == NULL) {
            return say_character(scan, at);
        }
    }
    scan->digits[scan->count] = '\0';
    return PHONE_OK;
}

static bool is_n11(const char *digits)
{
    return digits[1] == '1' && digits[2] == '1';
}

/* The ten digits, or why there are none. */
static enum phone_rule national_digits(const struct scan *scan, const char **ten)
{
    const char *digits = scan->digits;
    size_t count = scan->count;
    if (count == 3 && is_n11(digits))
        return PHONE_SERVICE;
    if (digits[0] == '1' && count == NANP_DIGITS + 1) {
        *ten = digits + 1;
        return PHONE_OK;
    }
    *ten = digits;
    if (!scan->plus && count == NANP_DIGITS)
        return PHONE_OK;
    if (!scan->plus && count == LOCAL_DIGITS)
        return PHONE_NO_AREA_CODE;
    if (count == 2 * NANP_DIGITS || count == 2 * NANP_DIGITS + 2)
        return PHONE_SEVERAL;
    return count > NANP_DIGITS ? PHONE_TOO_LONG : PHONE_TOO_SHORT;
}

/* With + or the dial-out prefixes 00 and 011; what follows is left in the scan. */
static bool is_abroad(struct scan *scan)
{
    size_t skip = 0;
    if (!scan->plus && strncmp(scan->digits, "011", 3) == 0)
        skip = 3;
    else if (!scan->plus && strncmp(scan->digits, "00", 2) == 0)
        skip = 2;
    if (scan->count > skip + LOCAL_DIGITS && skip > 0) {
        memmove(scan->digits, scan->digits + skip, scan->count - skip + 1);
        scan->count -= skip;
        scan->plus = true;
    }
    return scan->plus && scan->count > 0 && scan->digits[0] != '1' && scan->digits[0] != '0';
}

static enum phone_rule check_plan(const char *ten, struct phone *out)
{
    int code = (ten[0] - '0') * 100 + (ten[1] - '0') * 10 + (ten[2] - '0');
    enum area area = area_code_find(code, &out->country);
    if (ten[0] < '2' || is_n11(ten))
        return PHONE_AREA_CODE;
    if (area == AREA_OTHER)
        return PHONE_NEIGHBOUR;
    if (ten[3] < '2' || (is_n11(ten + 3) && area != AREA_TOLL_FREE))
        return PHONE_EXCHANGE;
    if (area == AREA_UNKNOWN)
        out->warning = PHONE_WARNING_AREA;
    else if (area == AREA_TERRITORY)
        out->warning = PHONE_WARNING_TERRITORY;
    return PHONE_OK;
}

/* +1 and ten digits: how machines write it, and most of a big file. */
static bool is_plain(const char *text, size_t bytes)
{
    if (bytes != NANP_DIGITS + 2 || text[0] != '+' || text[1] != '1')
        return false;
    for (size_t i = 2; i < bytes; i++)
        if (!is_digit(text[i]))
            return false;
    return true;
}

/* The ten digits, in scan, or why there are none. */
static enum phone_rule find_digits(const char *text, size_t bytes, struct scan *scan,
                                   const char **ten, struct phone *out)
{
    char buffer[PHONE_TEXT_BYTES_MAX];
    if (!text_is_utf8(text, bytes))
        return PHONE_ENCODING;
    if (bytes >= sizeof buffer)
        return PHONE_TOO_LONG;
    to_ascii(text, bytes, buffer);
    if (buffer[0] == '\0')
        return PHONE_EMPTY;
    if (buffer[0] == '#')
        return PHONE_FORMULA;
    drop_decimal_zero(buffer);
    if (is_scientific(buffer))
        return PHONE_SPREADSHEET;
    enum phone_rule rule = scan_digits(skip_prefix(buffer), scan);
    if (rule != PHONE_OK)
        return rule;
    if (is_abroad(scan)) {
        out->country = country_of_calling_code(scan->digits);
        return PHONE_COUNTRY;
    }
    return national_digits(scan, ten);
}

static enum phone_rule examine(const char *text, size_t bytes, struct phone *out)
{
    struct scan scan = {.count = 0};
    const char *ten = NULL;
    enum phone_rule rule = PHONE_OK;
    if (is_plain(text, bytes))
        ten = text + 2;
    else
        rule = find_digits(text, bytes, &scan, &ten, out);
    if (rule == PHONE_OK)
        rule = check_plan(ten, out);
    if (rule == PHONE_OK) {
        memcpy(out->phone_number, "+1", 2);
        memcpy(out->phone_number + 2, ten, NANP_DIGITS);
        out->phone_number[2 + NANP_DIGITS] = '\0';
    }
    return rule;
}

bool phone_normalise(const char *text, size_t bytes, struct phone *out)
{
    out->warning = PHONE_WARNING_NONE;
    out->country = "";
    out->phone_number[0] = '\0';
    out->rule = examine(text, bytes, out);
    return out->rule == PHONE_OK;
}
