#include "adapters/http/curl_handle.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IDLE_SECONDS_MAX = 30 };

/* Called by libcurl with size 1: so count is bytes. */
static size_t read_body(char *to, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t room = size * count;
    size_t left = transfer->body.length - transfer->body_read;
    size_t bytes = left < room ? left : room;
    if (bytes > 0)
        memcpy(to, transfer->body.data + transfer->body_read, bytes);
    transfer->body_read += bytes;
    return bytes;
}

/* libcurl silently sends a request again when a kept-alive connection dies before the first byte of
 * the answer. It has to rewind the body for that, so refusing to rewind is what keeps an order from
 * being made twice: the transfer ends with CURLE_SEND_FAIL_REWIND instead, and what happened is
 * found out by looking. Seen with 7.88.1: one perform, two POSTs at the server
 * (tests/unit/test_transport_once.c). */
static int seek_body(void *context, curl_off_t offset, int origin)
{
    struct transfer *transfer = context;
    if (transfer->send_once || origin != SEEK_SET || offset < 0 ||
        (uint64_t)offset > transfer->body.length)
        return CURL_SEEKFUNC_FAIL;
    transfer->body_read = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

/* Taking fewer bytes than given ends the transfer: the ceiling of the buffer is the ceiling of the
 * answer. */
static size_t write_body(char *from, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    return buf_add(&transfer->response.body, from, size * count) ? size * count : 0;
}

static CURLcode set_callbacks(struct transfer *transfer)
{
    CURL *easy = transfer->easy;
    CURLcode code = curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->detail);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_READFUNCTION, read_body);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_READDATA, transfer);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, seek_body);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_SEEKDATA, transfer);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, write_body);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, transfer_read_header);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    return code;
}

static CURLcode set_limits(CURL *easy, const struct curl_settings *settings)
{
    CURLcode code = curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, settings->timeout_ms);
    code = code ? code
                : curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, settings->connect_timeout_ms);
    code = code ? code
                : curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)ANSWER_BYTES_MAX);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    return code;
}

/* The scheme follows from the base address, which was checked; this is the second lock on the same
 * door. */
static CURLcode set_protocol(CURL *easy, const struct curl_settings *settings)
{
    long version = CURL_HTTP_VERSION_1_1;
    CURLcode code = curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, version);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (settings->ca_file != NULL)
        code = code ? code : curl_easy_setopt(easy, CURLOPT_CAINFO, settings->ca_file);
    return code;
}

/* A connection that has been idle is the one that dies under the next request and leaves its
 * outcome unknown. A new handshake costs less than finding out. */
static CURLcode set_reuse(CURL *easy)
{
    return curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)IDLE_SECONDS_MAX);
}

static CURLcode set_identity(CURL *easy, const struct curl_settings *settings)
{
    CURLcode code = curl_easy_setopt(easy, CURLOPT_USERAGENT, settings->user_agent);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    if (settings->username == NULL)
        return code;
    code = code ? code : curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_USERNAME, settings->username);
    code = code ? code
                : curl_easy_setopt(easy, CURLOPT_PASSWORD,
                                   settings->password != NULL ? settings->password : "");
    return code;
}

struct transfer *transfer_new(const struct curl_settings *settings, struct error *err)
{
    struct transfer *transfer = memory_new(1, sizeof *transfer);
    buf_init(&transfer->url, BASE_URL_BYTES + 4096);
    buf_init(&transfer->body, 2 * 1024 * 1024);
    transfer->easy = curl_easy_init();
    CURLcode code = transfer->easy != NULL ? CURLE_OK : CURLE_OUT_OF_MEMORY;
    code = code ? code : set_callbacks(transfer);
    code = code ? code : set_limits(transfer->easy, settings);
    code = code ? code : set_protocol(transfer->easy, settings);
    code = code ? code : set_reuse(transfer->easy);
    code = code ? code : set_identity(transfer->easy, settings);
    if (code == CURLE_OK)
        return transfer;
    error_set(err, ERROR_OTHER, "not sent: libcurl: %s", curl_easy_strerror(code));
    transfer_free(transfer);
    return NULL;
}

void transfer_free(struct transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    buf_done(&transfer->url);
    buf_done(&transfer->body);
    buf_done(&transfer->response.body);
    free(transfer);
}

static CURLcode set_method(struct transfer *transfer, const struct curl_settings *settings,
                           const struct http_request *request)
{
    CURL *easy = transfer->easy;
    bool post = request->body != NULL;
    bool get = strcmp(request->method, "GET") == 0;
    const char *custom =
        strcmp(request->method, post ? "POST" : "GET") != 0 ? request->method : NULL;
    struct curl_slist *headers = post  ? settings->post_headers
                                 : get ? settings->get_headers
                                       : settings->delete_headers;
    CURLcode code = curl_easy_setopt(easy, post ? CURLOPT_POST : CURLOPT_HTTPGET, 1L);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, custom);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    if (post)
        code = code ? code
                    : curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                                       (curl_off_t)request->body_bytes);
    return code;
}

/* A plain base address is on this machine: a proxy from the environment would carry the credentials
 * off it. */
static CURLcode set_route(struct transfer *transfer, const char *base_url)
{
    bool secure = strncmp(base_url, "https:", 6) == 0;
    CURLcode code = curl_easy_setopt(transfer->easy, CURLOPT_URL, buf_text(&transfer->url));
    code = code
               ? code
               : curl_easy_setopt(transfer->easy, CURLOPT_PROTOCOLS_STR, secure ? "https" : "http");
    code = code ? code : curl_easy_setopt(transfer->easy, CURLOPT_PROXY, secure ? NULL : "");
    return code;
}

static bool is_path(const char *path)
{
    for (const char *c = path; *c != '\0'; c++)
        if (*c <= ' ' || *c == 0x7f)
            return false;
    return path[0] == '/';
}

bool transfer_prepare(struct transfer *transfer, const struct curl_settings *settings,
                      const struct http_request *request, struct error *err)
{
    const char *base_url = settings->base_url[request->host];
    if (base_url[0] == '\0')
        return error_set(err, ERROR_USAGE, "not sent: no base address for this host is configured");
    if (!is_path(request->path))
        return error_set(err, ERROR_OTHER, "not sent: the path is malformed");
    buf_clear(&transfer->url);
    buf_clear(&transfer->body);
    if (!buf_add_text(&transfer->url, base_url) || !buf_add_text(&transfer->url, request->path) ||
        (request->body != NULL && !buf_add(&transfer->body, request->body, request->body_bytes)))
        return error_set(err, ERROR_OTHER, "not sent: path or body is too long");
    transfer->body_read = 0;
    transfer->send_once = request->send_once;
    transfer->header_bytes = 0;
    transfer->detail[0] = '\0';
    transfer->response = (struct http_response){.tag = request->tag};
    buf_init(&transfer->response.body, ANSWER_BYTES_MAX);
    CURLcode code = set_method(transfer, settings, request);
    code = code ? code : set_route(transfer, base_url);
    return code == CURLE_OK ||
           error_set(err, ERROR_OTHER, "not sent: libcurl: %s", curl_easy_strerror(code));
}
