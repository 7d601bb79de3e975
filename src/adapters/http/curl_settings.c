#include "adapters/http/curl_handle.h"
#include "base/memory.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

enum { DEFAULT_TIMEOUT_MS = 30000, DEFAULT_CONNECT_TIMEOUT_MS = 10000 };

static bool is_loopback(const char *host)
{
    struct in_addr ipv4;
    if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
        return true;
    return inet_pton(AF_INET, host, &ipv4) == 1 && ntohl(ipv4.s_addr) >> 24 == 127;
}

/* NULL for a part that is not there, and for one there is no memory for: then *trouble tells.
 * Released with curl_free(). */
static char *part_of(CURLU *url, CURLUPart part, CURLUcode *trouble)
{
    char *text = NULL;
    CURLUcode code = curl_url_get(url, part, &text, 0);
    if (code == CURLUE_OUT_OF_MEMORY)
        *trouble = code;
    return code == CURLUE_OK ? text : NULL;
}

static bool is_plain_base(CURLU *url, CURLUcode *trouble)
{
    static const CURLUPart unwanted[] = {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY,
                                         CURLUPART_FRAGMENT, CURLUPART_ZONEID};
    bool plain = true;
    for (size_t i = 0; i < COUNT_OF(unwanted); i++) {
        char *text = part_of(url, unwanted[i], trouble);
        plain = plain && text == NULL;
        curl_free(text);
    }
    char *path = part_of(url, CURLUPART_PATH, trouble);
    plain = plain && (path == NULL || strcmp(path, "/") == 0);
    curl_free(path);
    return plain;
}

static bool write_base(const char *scheme, const char *host, const char *port, char *base,
                       size_t base_bytes, struct error *err)
{
    bool secure = strcmp(scheme, "https") == 0;
    if (!secure && !(strcmp(scheme, "http") == 0 && is_loopback(host)))
        return error_set(err, ERROR_USAGE,
                         "base address: https:// is required; http:// is taken for localhost, "
                         "127.0.0.1 and [::1] only");
    int length = snprintf(base, base_bytes, "%s://%s%s%s", scheme, host, port != NULL ? ":" : "",
                          port != NULL ? port : "");
    return (length > 0 && (size_t)length < base_bytes) ||
           error_set(err, ERROR_USAGE, "base address: too long");
}

static bool check_parsed(CURLU *url, char *base, size_t base_bytes, struct error *err)
{
    CURLUcode trouble = CURLUE_OK;
    bool good = false;
    bool plain = is_plain_base(url, &trouble);
    char *scheme = part_of(url, CURLUPART_SCHEME, &trouble);
    char *host = part_of(url, CURLUPART_HOST, &trouble);
    char *port = part_of(url, CURLUPART_PORT, &trouble);
    if (trouble != CURLUE_OK) /* without its port it would be another address */
        error_set(err, ERROR_OTHER, "base address: %s", curl_url_strerror(trouble));
    else if (!plain)
        error_set(
            err, ERROR_USAGE,
            "base address: give scheme, host and port only, without path, user name or query");
    else if (scheme != NULL && host != NULL && host[0] != '\0')
        good = write_base(scheme, host, port, base, base_bytes, err);
    else
        error_set(err, ERROR_USAGE, "base address: not an address of a host");
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    return good;
}

/* The address is not repeated in messages: somebody may have written a password into it. */
bool transport_curl_check_url(const char *text, char *base, size_t base_bytes, struct error *err)
{
    CURLU *url = curl_url();
    CURLUcode code = url != NULL ? curl_url_set(url, CURLUPART_URL, text, 0) : CURLUE_OUT_OF_MEMORY;
    bool good = code == CURLUE_OK
                    ? check_parsed(url, base, base_bytes, err)
                    : error_set(err, ERROR_USAGE, "base address: %s", curl_url_strerror(code));
    curl_url_cleanup(url);
    return good;
}

static long positive_ms(int64_t given_ms, long otherwise_ms)
{
    if (given_ms <= 0)
        return otherwise_ms;
    return given_ms < INT_MAX ? (long)given_ms : INT_MAX;
}

static void write_user_agent(struct curl_settings *settings)
{
    struct utsname system = {0};
    uname(&system);
    snprintf(settings->user_agent, sizeof settings->user_agent,
             "numhost/" NUMHOST_VERSION " (%.40s %.40s) libcurl/%.20s", system.sysname,
             system.machine, curl_version_info(CURLVERSION_NOW)->version);
}

/* All of them or NULL. */
static struct curl_slist *headers(const char *const *lines, size_t count)
{
    struct curl_slist *list = NULL;
    for (size_t i = 0; i < count; i++) {
        struct curl_slist *longer = curl_slist_append(list, lines[i]);
        if (longer == NULL) {
            curl_slist_free_all(list);
            return NULL;
        }
        list = longer;
    }
    return list;
}

/* "Name:" takes a header of libcurl's away. Expect would add a round trip and a second to every
 * POST that a server does not confirm; the service's own clients send no Accept with DELETE
 * (service.md 4.1). */
static bool make_headers(struct curl_settings *settings, struct error *err)
{
    static const char *const wanted[] = {"Accept: application/json", "Accept-Charset: utf-8",
                                         "Expect:"};
    static const char *const unwanted[] = {"Accept:"};
    settings->get_headers = headers(wanted, 2);
    settings->post_headers = headers(wanted, 3);
    settings->delete_headers = headers(unwanted, 1);
    return (settings->get_headers != NULL && settings->post_headers != NULL &&
            settings->delete_headers != NULL) ||
           error_set(err, ERROR_OTHER, "libcurl does not start: no memory for headers");
}

static char *copy_or_null(const char *text)
{
    return text != NULL ? memory_copy_text(text) : NULL;
}

bool curl_settings_init(struct curl_settings *settings,
                        const struct transport_curl_options *options, struct error *err)
{
    *settings = (struct curl_settings){0};
    CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK)
        return error_set(err, ERROR_OTHER, "libcurl does not start: %s", curl_easy_strerror(code));
    settings->started = true;
    if (!transport_curl_check_url(options->hosting_url, settings->base_url[HOST_HOSTING],
                                  BASE_URL_BYTES, err))
        return false;
    if (options->core_url != NULL &&
        !transport_curl_check_url(options->core_url, settings->base_url[HOST_CORE], BASE_URL_BYTES,
                                  err))
        return false;
    settings->username = copy_or_null(options->username);
    settings->password = copy_or_null(options->password);
    settings->ca_file = copy_or_null(options->ca_file);
    settings->timeout_ms = positive_ms(options->timeout_ms, DEFAULT_TIMEOUT_MS);
    settings->connect_timeout_ms =
        positive_ms(options->connect_timeout_ms, DEFAULT_CONNECT_TIMEOUT_MS);
    write_user_agent(settings);
    return make_headers(settings, err);
}

void curl_settings_done(struct curl_settings *settings)
{
    if (settings->password != NULL)
        explicit_bzero(settings->password, strlen(settings->password));
    free(settings->username);
    free(settings->password);
    free(settings->ca_file);
    curl_slist_free_all(settings->get_headers);
    curl_slist_free_all(settings->post_headers);
    curl_slist_free_all(settings->delete_headers);
    if (settings->started)
        curl_global_cleanup();
}
