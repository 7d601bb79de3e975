#include "base/http_server.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

enum { CREDENTIALS_BYTES = 512 };

static int base64_value(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/* False when it is no base64, holds a NUL or does not fit. */
static bool decode_base64(const char *text, char *to, size_t to_bytes)
{
    unsigned bits = 0;
    int bit_count = 0;
    size_t length = 0;
    for (; *text != '\0' && *text != '='; text++) {
        int value = base64_value(*text);
        if (value < 0)
            return false;
        bits = bits << 6 | (unsigned)value;
        bit_count += 6;
        if (bit_count < 8)
            continue;
        bit_count -= 8;
        if (length + 1 >= to_bytes)
            return false;
        to[length++] = (char)(bits >> bit_count & 0xFF);
    }
    to[length] = '\0';
    return strspn(text, "=") == strlen(text) && strlen(to) == length;
}

bool http_server_credentials(const struct http_server_request *request, char *user,
                             size_t user_bytes, char *password, size_t password_bytes)
{
    char text[CREDENTIALS_BYTES];
    const char *header = http_server_header(request, "Authorization");
    if (header == NULL || strncasecmp(header, "Basic ", 6) != 0 ||
        !decode_base64(header + 6 + strspn(header + 6, " "), text, sizeof text))
        return false;
    char *colon = strchr(text, ':');
    if (colon == NULL)
        return false;
    *colon = '\0';
    return text_copy(user, user_bytes, text) && text_copy(password, password_bytes, colon + 1);
}
