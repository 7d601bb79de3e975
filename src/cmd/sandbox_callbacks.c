#include "cmd/sandbox_callbacks.h"

#include "base/log.h"
#include "base/text.h"

#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

enum { FORM_BYTES_MAX = 4096, CONNECT_MS = 5000, TOTAL_MS = 15000, TRIES = 2 };

bool callback_is_local(const char *url)
{
    static const char *const hosts[] = {"localhost", "[::1]"};
    const char *host = strncmp(url, "https://", 8) == 0  ? url + 8
                       : strncmp(url, "http://", 7) == 0 ? url + 7
                                                         : NULL;
    if (host == NULL)
        return false;
    size_t length = strcspn(host, "/?#");
    if (memchr(host, '@', length) != NULL)
        return false;
    size_t name = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/?#");
    if (strncmp(host, "127.", 4) == 0)
        return strspn(host, "0123456789.") == name;
    for (size_t i = 0; i < COUNT_OF(hosts); i++)
        if (strlen(hosts[i]) == name && strncmp(host, hosts[i], name) == 0)
            return true;
    return false;
}

void callback_form(struct buf *out, const struct sandbox_callback *callback)
{
    buf_addf(out, "Status=%s&HostedNumberOrderSid=%s&PhoneNumber=%%2B%s", callback->status,
             callback->order_sid, callback->phone_number + 1);
}

void callback_url(struct buf *out, const struct sandbox_callback *callback)
{
    size_t length = strcspn(callback->url, "#");
    buf_add(out, callback->url, length);
    if (!callback->by_get)
        return;
    buf_add_char(out, memchr(callback->url, '?', length) != NULL ? '&' : '?');
    callback_form(out, callback);
}

/* The URL and, for POST, names with values, sorted by name (service.md 3.10, steps 1 to 4). */
void callback_sign(char *to, size_t to_bytes, const struct sandbox_callback *callback)
{
    struct buf text;
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned mac_bytes = 0;
    char encoded[4 * EVP_MAX_MD_SIZE];
    buf_init(&text, FORM_BYTES_MAX);
    callback_url(&text, callback);
    if (!callback->by_get)
        buf_addf(&text, "HostedNumberOrderSid%sPhoneNumber%sStatus%s", callback->order_sid,
                 callback->phone_number, callback->status);
    HMAC(EVP_sha1(), callback->auth_token, (int)strlen(callback->auth_token),
         (const unsigned char *)buf_text(&text), text.length, mac, &mac_bytes);
    EVP_EncodeBlock((unsigned char *)encoded, mac, (int)mac_bytes);
    text_copy(to, to_bytes, encoded);
    buf_done(&text);
}

static size_t drop_answer(char *bytes, size_t size, size_t count, void *context)
{
    (void)bytes;
    (void)context;
    return size * count;
}

static bool add_header(struct curl_slist **headers, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*headers, line);
    if (longer != NULL)
        *headers = longer;
    return longer != NULL;
}

static bool add_headers(struct curl_slist **headers, const struct sandbox_callback *callback)
{
    char line[128];
    char signature[33];
    snprintf(line, sizeof line, "I-Twilio-Idempotency-Token: %s", callback->token);
    if (!add_header(headers, line))
        return false;
    if (callback->auth_token[0] == '\0')
        return true;
    callback_sign(signature, sizeof signature, callback);
    snprintf(line, sizeof line, "X-Twilio-Signature: %s", signature);
    return add_header(headers, line);
}

/* No proxy: this machine only, whatever the environment says. */
static bool set_options(CURL *curl, const char *url, struct curl_slist *headers)
{
    return curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)TOTAL_MS) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop_answer) == CURLE_OK;
}

static CURLcode send_once(CURL *curl, const struct sandbox_callback *callback, long *status)
{
    struct buf url;
    struct buf form;
    buf_init(&url, FORM_BYTES_MAX);
    buf_init(&form, FORM_BYTES_MAX);
    callback_url(&url, callback);
    callback_form(&form, callback);
    struct curl_slist *headers = NULL;
    bool ready = add_headers(&headers, callback) && set_options(curl, buf_text(&url), headers) &&
                 (callback->by_get ||
                  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, buf_text(&form)) == CURLE_OK);
    CURLcode result = ready ? curl_easy_perform(curl) : CURLE_OUT_OF_MEMORY;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    curl_slist_free_all(headers);
    buf_done(&url);
    buf_done(&form);
    return result;
}

bool callback_deliver(const struct sandbox_callback *callback)
{
    long status = 0;
    CURLcode result = CURLE_COULDNT_CONNECT;
    if (!callback_is_local(callback->url)) {
        LOG_INFO("sandbox: callback of %s (%s) not sent: its address is not on this machine",
                 callback->order_sid, callback->status);
        return false;
    }
    CURL *curl = curl_easy_init();
    for (int i = 0; curl != NULL && i < TRIES && result == CURLE_COULDNT_CONNECT; i++)
        result = send_once(curl, callback, &status);
    curl_easy_cleanup(curl);
    if (result != CURLE_OK)
        LOG_INFO("sandbox: callback of %s (%s): %s", callback->order_sid, callback->status,
                 curl_easy_strerror(result));
    return result == CURLE_OK && status >= 200 && status < 300;
}
