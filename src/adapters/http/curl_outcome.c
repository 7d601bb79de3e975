#include "adapters/http/curl_handle.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* Not one byte of a request was handed to the network in this transfer: libcurl counts what it
 * wrote over all connections of a transfer, and notes when it got as far as being about to send.
 * Both must say no. A connection that dies under a request is therefore never taken for one that
 * was not made. */
static bool nothing_left(CURL *easy)
{
    long sent_bytes = 1;
    curl_off_t about_to_send_us = 1;
    curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent_bytes);
    curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &about_to_send_us);
    return sent_bytes == 0 && about_to_send_us == 0;
}

static enum delivery delivery_of(CURL *easy, CURLcode result, long status)
{
    if (result == CURLE_OK && status > 0)
        return DELIVERY_ANSWERED;
    return nothing_left(easy) ? DELIVERY_NOT_SENT : DELIVERY_UNCERTAIN;
}

/* Longer than libcurl's own words where those leave a person alone with the matter. */
static const char *words_for(CURLcode result)
{
    static const struct {
        CURLcode code;
        const char *words;
    } table[] = {
        {CURLE_OK, "an answer without a status"},
        {CURLE_SEND_FAIL_REWIND, "the connection died before an answer; not sent a second time"},
        {CURLE_FILESIZE_EXCEEDED, "the answer is larger than 8 MiB"},
        {CURLE_WRITE_ERROR, "the answer is larger than 8 MiB, or its headers than 64 KiB"},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (table[i].code == result)
            return table[i].words;
    return NULL;
}

/* What a person can do about a request that did not leave. */
static const char *advice_for(CURLcode result)
{
    static const struct {
        CURLcode code;
        const char *advice;
    } table[] = {
        {CURLE_COULDNT_RESOLVE_HOST, "check api.base_url and the name service (DNS)"},
        {CURLE_COULDNT_RESOLVE_PROXY, "check https_proxy and the name service (DNS)"},
        {CURLE_COULDNT_CONNECT, "check api.base_url, network and firewall"},
        {CURLE_OPERATION_TIMEDOUT, "check network, firewall and proxy"},
        {CURLE_PEER_FAILED_VERIFICATION,
         "check this machine's clock and api.base_url; behind a proxy that opens connections, "
         "api.ca_file. It is never skipped"},
        {CURLE_SSL_CACERT_BADFILE, "check api.ca_file"},
        {CURLE_SSL_CONNECT_ERROR, "TLS 1.2 or newer is needed; look for a proxy in between"},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (table[i].code == result)
            return table[i].advice;
    return NULL;
}

static void describe(struct transfer *transfer, CURLcode result)
{
    struct http_response *response = &transfer->response;
    const char *words = words_for(result);
    if (words == NULL)
        words = transfer->detail[0] != '\0' ? transfer->detail : curl_easy_strerror(result);
    bool left = response->delivery != DELIVERY_NOT_SENT;
    const char *advice = left ? NULL : advice_for(result);
    snprintf(response->error, sizeof response->error, "%s: %.100s (curl %d)%s%s",
             left ? "sent, outcome unknown" : "not sent", words, (int)result,
             advice != NULL ? "; " : "", advice != NULL ? advice : "");
}

void transfer_conclude(struct transfer *transfer, CURLcode result)
{
    struct http_response *response = &transfer->response;
    long status = 0;
    curl_off_t took_us = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME_T, &took_us);
    response->took_ms = took_us / 1000;
    response->delivery = delivery_of(transfer->easy, result, status);
    if (response->delivery == DELIVERY_ANSWERED) {
        response->status = (int32_t)status;
        return;
    }
    buf_done(&response->body);
    describe(transfer, result);
}

void transfer_not_started(struct transfer *transfer, const char *why)
{
    transfer->response.delivery = DELIVERY_NOT_SENT;
    snprintf(transfer->response.error, sizeof transfer->response.error, "not sent: %s", why);
}

void transfer_take_response(struct transfer *transfer, struct http_response *out)
{
    *out = transfer->response;
    /* The body is the receiver's from here on. */
    transfer->response = (struct http_response){0};
    buf_init(&transfer->response.body, ANSWER_BYTES_MAX);
    /* What was sent may hold a code and addresses. */
    if (transfer->body.length > 0)
        explicit_bzero(transfer->body.data, transfer->body.length);
    buf_clear(&transfer->body);
}
