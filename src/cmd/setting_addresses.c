/* Settings that are addresses: base URLs and HOST:PORT. */
#include "cmd/settings.h"

#include "base/text.h"

#include <string.h>

/* "host[:port]" of an http(s) URL, NULL when it is none. */
static const char *authority_of(const char *url)
{
    if (strncmp(url, "https://", 8) == 0)
        return url + 8;
    if (strncmp(url, "http://", 7) == 0)
        return url + 7;
    return NULL;
}

static bool is_port(const char *text)
{
    long long port = 0;
    return strlen(text) <= 5 && text_to_int(text, 1, 65535, &port);
}

/* Bytes of the host at the start of "host:port" or "[v6]:port"; 0 for nonsense. */
static size_t host_bytes(const char *authority)
{
    if (authority[0] == '[') {
        size_t inside = strspn(authority + 1, "0123456789abcdefABCDEF:.");
        return authority[inside + 1] == ']' ? inside + 2 : 0;
    }
    return strspn(authority, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");
}

static bool is_host(const char *authority, size_t bytes, const char *host)
{
    return strlen(host) == bytes && strncasecmp(authority, host, bytes) == 0;
}

static bool check_url(const char *url, bool path_allowed, struct error *err)
{
    const char *authority = authority_of(url);
    if (strchr(url, '@') != NULL)
        return error_set(err, ERROR_USAGE, "credentials do not belong into an address");
    size_t bytes = authority == NULL ? 0 : host_bytes(authority);
    if (bytes == 0)
        return error_set(err, ERROR_USAGE, "not an address like https://host or https://host:port");
    const char *rest = authority + bytes;
    if (rest[0] == ':') {
        char port[7];
        size_t digits = strspn(rest + 1, "0123456789");
        text_copy(port, digits + 1 < sizeof port ? digits + 1 : sizeof port, rest + 1);
        if (digits > 5 || !is_port(port))
            return error_set(err, ERROR_USAGE, "the port is not a number from 1 to 65535");
        rest += digits + 1;
    }
    bool fine = rest[0] == '\0' || strcmp(rest, "/") == 0 ||
                (path_allowed && rest[0] == '/' && strpbrk(rest, " \t\r\n?#") == NULL);
    if (fine)
        return true;
    return error_set(err, ERROR_USAGE, "%s",
                     path_allowed ? "has more than scheme, host, port and path"
                                  : "has more than scheme, host and port");
}

bool url_is_loopback(const char *url)
{
    const char *authority = authority_of(url);
    if (authority == NULL || !check_url(url, true, NULL))
        return false;
    size_t bytes = host_bytes(authority);
    if (is_host(authority, bytes, "localhost") || is_host(authority, bytes, "[::1]"))
        return true;
    /* Digits and dots alone: 127.example.com is not this machine. */
    return strncmp(authority, "127.", 4) == 0 && strspn(authority, "0123456789.") == bytes;
}

static bool store_url(struct config *config, const struct setting *setting,
                      const struct setting_entry *entry, struct error *err)
{
    char *field = (char *)config + setting->offset;
    if (!take_text(config, setting, entry, err))
        return false;
    size_t length = strlen(field);
    if (length > 0 && field[length - 1] == '/')
        field[length - 1] = '\0';
    return true;
}

bool take_url(struct config *config, const struct setting *setting,
              const struct setting_entry *entry, struct error *err)
{
    if (entry->text[0] != '\0' && !check_url(entry->text, false, err))
        return false;
    if (strncmp(entry->text, "http://", 7) == 0 && !url_is_loopback(entry->text))
        return error_set(err, ERROR_USAGE,
                         "http:// would send the credentials in the clear; it is taken for "
                         "localhost, 127.0.0.0/8 and [::1] only: write https://");
    return store_url(config, setting, entry, err);
}

bool take_public_url(struct config *config, const struct setting *setting,
                     const struct setting_entry *entry, struct error *err)
{
    if (entry->text[0] != '\0' && !check_url(entry->text, true, err))
        return false;
    return store_url(config, setting, entry, err);
}

bool take_listen(struct config *config, const struct setting *setting,
                 const struct setting_entry *entry, struct error *err)
{
    size_t bytes = host_bytes(entry->text);
    if (bytes == 0 || entry->text[bytes] != ':' || !is_port(entry->text + bytes + 1))
        return error_set(err, ERROR_USAGE, "'%.60s' is not HOST:PORT, like 127.0.0.1:8080",
                         entry->text);
    return take_text(config, setting, entry, err);
}
