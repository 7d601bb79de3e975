/* Any bytes as an address: what counts as "on this machine" is that for libcurl too, which connects
 * to it, and what is signed is what is sent. Lines: address, status, order, phone, token. */
#include "adapters/http/transport_curl.h"
#include "base/text.h"
#include "cmd/sandbox_callbacks.h"
#include "cmd/settings.h"
#include "fuzz/fuzz.h"
#include "sandbox/params.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <strings.h>

enum { URL_TEXT_BYTES = 8192, SIGNATURE_BYTES = 28 };

/* A name of digits alone, such as 127.1.2.3.4, belongs to nobody. */
static bool is_loopback_host(const char *host)
{
    struct in_addr v4;
    struct in6_addr v6;
    char inside[64];
    size_t length = strlen(host);
    if (strcasecmp(host, "localhost") == 0)
        return true;
    if (inet_aton(host, &v4) != 0)
        return ntohl(v4.s_addr) >> 24 == 127;
    if (strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == length)
        return true;
    if (host[0] != '[' || length < 3 || length - 1 > sizeof inside)
        return false;
    text_copy(inside, length - 1, host + 1);
    return inet_pton(AF_INET6, inside, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

/* Whether libcurl would connect to this machine, or to nothing at all. */
static bool stays_here(const char *url)
{
    char *host = NULL;
    CURLU *parsed = curl_url();
    REQUIRE(parsed != NULL);
    bool here = curl_url_set(parsed, CURLUPART_URL, url, 0) != CURLUE_OK ||
                curl_url_get(parsed, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
                is_loopback_host(host);
    curl_free(host);
    curl_url_cleanup(parsed);
    return here;
}

static void check_params(const char *form, const struct sandbox_callback *callback)
{
    struct params params;
    bool good = params_parse(&params, form, strlen(form));
    REQUIRE(good);
    const char *sid = params_get(&params, "HostedNumberOrderSid");
    REQUIRE(sid != NULL && strcmp(sid, callback->order_sid) == 0);
    const char *phone_number = params_get(&params, "PhoneNumber");
    REQUIRE(phone_number != NULL && strcmp(phone_number, callback->phone_number) == 0);
    params_done(&params);
}

static void check_signature(struct sandbox_callback *callback)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    char signature[33];
    char other[33];
    callback_sign(signature, sizeof signature, callback);
    REQUIRE(strlen(signature) == SIGNATURE_BYTES && strspn(signature, letters) == SIGNATURE_BYTES);
    callback->auth_token[0] ^= 1;
    callback_sign(other, sizeof other, callback);
    REQUIRE(strcmp(signature, other) != 0);
}

static void check_callback(const char *url)
{
    struct sandbox_callback callback = {
        .status = "completed",
        .order_sid = "HR0123456789abcdef0123456789abcdef",
        .phone_number = "+14153608311",
        .auth_token = "token",
    };
    struct buf out;
    callback.by_get = strlen(url) % 2 == 0;
    TEXT_SET(callback.url, url);
    REQUIRE(!callback_is_local(callback.url) || stays_here(callback.url));
    buf_init(&out, URL_TEXT_BYTES);
    callback_url(&out, &callback);
    REQUIRE(strchr(buf_text(&out), '#') == NULL);
    const char *query = strrchr(buf_text(&out), 'S');
    REQUIRE(!callback.by_get || query != NULL);
    if (callback.by_get)
        check_params(strstr(buf_text(&out) + strcspn(callback.url, "#"), "Status="), &callback);
    check_signature(&callback);
    buf_done(&out);
}

static void check_base(const char *url)
{
    char base[512];
    struct error err = {0};
    if (!transport_curl_check_url(url, base, sizeof base, &err))
        REQUIRE(is_message(err.text) && err.kind == ERROR_USAGE);
    else
        REQUIRE(strncasecmp(base, "https://", 8) == 0 || stays_here(base));
}

static void check_setting(const char *key, const char *url)
{
    size_t at = setting_find(key);
    struct error err = {0};
    struct config *config = config_new();
    REQUIRE(at < settings_count);
    struct setting_entry entry = {.text = url};
    if (!settings[at].take(config, &settings[at], &entry, &err))
        REQUIRE(is_message(err.text) && err.kind == ERROR_USAGE);
    else if (settings[at].take == take_url && strncmp(url, "http://", 7) == 0)
        REQUIRE(stays_here(config->base_url));
    config_free(config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char url[1500];
    struct input input = input_of(data, size);
    input_text(&input, '\0', url, sizeof url);
    REQUIRE(!url_is_loopback(url) || stays_here(url));
    check_base(url);
    check_callback(url);
    check_setting("api.base_url", url);
    check_setting("callback.public_url", url);
    check_setting("callback.listen", url);
    return 0;
}
