#include "base/text.h"

#include "base/require.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DISTANCE_TEXT_MAX = 64 };

static bool continues_character(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

bool text_copy(char *to, size_t to_bytes, const char *from)
{
    REQUIRE(to_bytes > 0);
    if (from == NULL)
        from = "";
    size_t length = strlen(from);
    bool fits = length < to_bytes;
    if (!fits) {
        length = to_bytes - 1;
        while (length > 0 && continues_character(from[length]))
            length--;
    }
    memmove(to, from, length);
    to[length] = '\0';
    return fits;
}

static char word_char(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c == '_' || c == ' ' ? '-' : c;
}

bool text_same_word(const char *a, const char *b)
{
    while (*a != '\0' && word_char(*a) == word_char(*b)) {
        a++;
        b++;
    }
    return *a == '\0' && *b == '\0';
}

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

size_t text_distance(const char *a, const char *b)
{
    size_t a_length = strnlen(a, DISTANCE_TEXT_MAX);
    size_t b_length = strnlen(b, DISTANCE_TEXT_MAX);
    size_t rows[3][DISTANCE_TEXT_MAX + 1];
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *now = rows[i % 3];
        const size_t *last = rows[(i + 2) % 3];
        const size_t *before_last = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t differs = word_char(a[i - 1]) == word_char(b[j - 1]) ? 0 : 1;
            now[j] = smallest(last[j] + 1, now[j - 1] + 1, last[j - 1] + differs);
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && before_last[j - 2] + 1 < now[j])
                now[j] = before_last[j - 2] + 1;
        }
    }
    return rows[a_length % 3][b_length];
}

/* Two texts are at least as far apart as their lengths. */
static size_t least_distance(const char *a, const char *b)
{
    size_t a_length = strnlen(a, DISTANCE_TEXT_MAX);
    size_t b_length = strnlen(b, DISTANCE_TEXT_MAX);
    return a_length > b_length ? a_length - b_length : b_length - a_length;
}

const char *text_closest(const char *word, const char *const *names, size_t count)
{
    const char *best = NULL;
    size_t best_distance = strlen(word) / 3 + 2;
    for (size_t i = 0; i < count; i++) {
        if (least_distance(word, names[i]) >= best_distance)
            continue;
        size_t distance = text_distance(word, names[i]);
        if (distance < best_distance) {
            best = names[i];
            best_distance = distance;
        }
    }
    return best;
}

void text_mask_phone(char *to, size_t to_bytes, const char *phone_number)
{
    size_t length = strlen(phone_number);
    if (length < 9)
        text_copy(to, to_bytes, "***");
    else
        snprintf(to, to_bytes, "%.5s***%s", phone_number, phone_number + length - 4);
}

/* Length of the well-formed character at bytes[0..count), 0 when there is none. */
static size_t character_length(const unsigned char *bytes, size_t count)
{
    unsigned char lead = bytes[0];
    if (lead < 0x80)
        return lead != 0 ? 1 : 0;
    size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || length > count)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (lead == 0xE0 && bytes[1] < 0xA0) || (lead == 0xF0 && bytes[1] < 0x90);
    bool surrogate = lead == 0xED && bytes[1] > 0x9F;
    bool too_high = lead == 0xF4 && bytes[1] > 0x8F;
    return overlong || surrogate || too_high ? 0 : length;
}

bool text_is_utf8(const char *bytes, size_t count)
{
    const unsigned char *at = (const unsigned char *)bytes;
    while (count > 0) {
        size_t length = character_length(at, count);
        if (length == 0)
            return false;
        at += length;
        count -= length;
    }
    return true;
}

void text_tame(char *text)
{
    for (char *at = text; *at != '\0'; at++) {
        const unsigned char *bytes = (const unsigned char *)at;
        bool is_long = bytes[0] == 0xC2 && bytes[1] >= 0x80 && bytes[1] < 0xA0;
        if (is_long)
            *at++ = '?';
        if (is_long || bytes[0] < 0x20 || bytes[0] == 0x7F)
            *at = '?';
    }
}

bool text_to_int(const char *text, long long low, long long high, long long *value)
{
    const char *digits = text[0] == '-' ? text + 1 : text;
    if (digits[0] == '\0' || strspn(digits, "0123456789") != strlen(digits))
        return false;
    errno = 0;
    *value = strtoll(text, NULL, 10);
    return errno == 0 && *value >= low && *value <= high;
}
