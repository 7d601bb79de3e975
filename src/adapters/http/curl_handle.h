/* One libcurl easy handle and the request it carries. Private to the transport. */
#ifndef NUMHOST_ADAPTERS_HTTP_CURL_HANDLE_H
#define NUMHOST_ADAPTERS_HTTP_CURL_HANDLE_H

#include "adapters/http/transport_curl.h"

#include <curl/curl.h>

enum { BASE_URL_BYTES = 300, HOSTS = HOST_CORE + 1 };

/* The same for every handle. */
struct curl_settings {
    char base_url[HOSTS][BASE_URL_BYTES]; /* "": not configured */
    char *username;
    char *password;
    char *ca_file;
    char user_agent[128];
    long timeout_ms;
    long connect_timeout_ms;
    bool started; /* curl_global_init() done */
    struct curl_slist *get_headers;
    struct curl_slist *post_headers;
    struct curl_slist *delete_headers;
};

struct transfer {
    struct transfer *next; /* in a queue of the transport */
    struct transfer *all_next;
    CURL *easy;
    struct buf url;
    struct buf body; /* being sent */
    size_t body_read;
    bool send_once;
    size_t header_bytes;
    struct http_response response;
    char detail[CURL_ERROR_SIZE];
};

bool curl_settings_init(struct curl_settings *settings,
                        const struct transport_curl_options *options, struct error *err) MUST_USE;
void curl_settings_done(struct curl_settings *settings);

/* NULL with err set when libcurl gives no handle. */
struct transfer *transfer_new(const struct curl_settings *settings, struct error *err) MUST_USE;
void transfer_free(struct transfer *transfer);

/* Copies what it needs of the request. False when it must not or cannot be sent. */
bool transfer_prepare(struct transfer *transfer, const struct curl_settings *settings,
                      const struct http_request *request, struct error *err) MUST_USE;

/* libcurl's header callback: one line with its end. Taking fewer bytes than given ends the
 * transfer.
 */
size_t transfer_read_header(char *line, size_t size, size_t count, void *transfer);

/* Fill the response from what libcurl says about the ended transfer. */
void transfer_conclude(struct transfer *transfer, CURLcode result);

/* Fill the response of a transfer that never began. */
void transfer_not_started(struct transfer *transfer, const char *why);

/* Hand the response, body included, to the receiver. */
void transfer_take_response(struct transfer *transfer, struct http_response *out);

#endif
