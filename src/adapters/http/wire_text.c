#include "adapters/http/wire_parts.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>

enum { PHONE_DIGITS_MIN = 8, PHONE_DIGITS_MAX = 15 };

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || ((unsigned char)c & 0x80) != 0;
}

static bool is_address(char c)
{
    return is_word(c) || (c != '\0' && strchr(".-_+%'/=&", c) != NULL);
}

/* Bytes of a number at `at` that has to be masked, 0 when there is none: "+" and 8 digits or more,
 * whatever is around them, or a number that stands alone with secret_digits or more. */
static size_t number_at(const char *text, size_t at, size_t secret_digits)
{
    size_t plus = text[at] == '+' ? 1 : 0;
    size_t digits = strspn(text + at + plus, "0123456789");
    if (plus > 0 && digits >= PHONE_DIGITS_MIN)
        return plus + digits;
    bool alone =
        digits > 0 && !is_word(text[at + plus + digits]) && (at == 0 || !is_word(text[at - 1]));
    return alone && digits >= secret_digits ? plus + digits : 0;
}

static size_t add_masked_number(char *to, size_t room, const char *number, size_t bytes)
{
    char whole[PHONE_BYTES] = "";
    char masked[PHONE_BYTES];
    bool is_phone = number[0] == '+' && bytes <= PHONE_DIGITS_MAX + 1;
    memcpy(whole, number, is_phone ? bytes : 0);
    text_mask_phone(masked, sizeof masked, whole);
    text_copy(to, room, masked);
    return strlen(to);
}

/* Take the part of an e-mail address in front of its '@' back out of to[0..used); a number in it is
 * masked already. */
static size_t without_local_part(const char *to, size_t used)
{
    while (used > 0 && (is_address(to[used - 1]) || to[used - 1] == '*'))
        used--;
    return used;
}

void wire_clean_text(char *to, size_t to_bytes, const char *from, size_t secret_digits)
{
    char out[MESSAGE_BYTES + REASON_BYTES];
    size_t used = 0;
    size_t at = 0;
    while (from[at] != '\0' && used < sizeof out - PHONE_BYTES) {
        size_t number = number_at(from, at, secret_digits);
        if (number > 0) {
            used += add_masked_number(out + used, sizeof out - used, from + at, number);
            at += number;
        } else if (from[at] == '@' && at > 0 && is_address(from[at - 1])) {
            used = without_local_part(out, used);
            used += add_masked_number(out + used, sizeof out - used, "", 0);
            while (is_address(from[at]) || from[at] == '@')
                at++;
        } else {
            out[used++] = iscntrl((unsigned char)from[at]) ? ' ' : from[at];
            at++;
        }
    }
    out[used] = '\0';
    text_copy(to, to_bytes, out);
}
