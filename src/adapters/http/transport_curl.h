/* The transport port over one libcurl multi handle: HTTP/1.1, kept-alive connections, TLS 1.2 or
 * newer with peer and host always verified, no redirects, no cookies, no compression. What it must
 * never do: put a send-once body on the wire a second time. */
#ifndef NUMHOST_ADAPTERS_HTTP_TRANSPORT_CURL_H
#define NUMHOST_ADAPTERS_HTTP_TRANSPORT_CURL_H

#include "ports/transport.h"

enum {
    TRANSPORT_CONNECTIONS_MAX = 256, /* a ceiling for connections_max */
    TRANSPORT_REQUESTS_MAX = 8192,   /* submitted and not collected; submit fails beyond */
    TRANSPORT_HEADER_BYTES_MAX = 64 * 1024,
};

/* Texts are copied. A proxy named in the environment (https_proxy, no_proxy) is used for https://
 * and never for http://. */
struct transport_curl_options {
    const char *hosting_url; /* base address of HOST_HOSTING: scheme, host and port only */
    const char *core_url;    /* base address of HOST_CORE; NULL: such requests are refused */
    const char *username;    /* account or API key SID; NULL: no credentials are sent */
    const char *password;
    const char *ca_file;        /* PEM, in place of the system's bundle; NULL: that */
    int64_t timeout_ms;         /* of a whole request, from its start; 0: 30 s */
    int64_t connect_timeout_ms; /* of name, connection and TLS; 0: 10 s */
    size_t connections_max;     /* at once; more requests wait their turn here; 0: 16 */
};

/* NULL with ERROR_USAGE for a base address that is not https:// (http:// is taken for localhost,
 * 127.0.0.0/8 and [::1] only) or has more than scheme, host and port; ERROR_OTHER when libcurl does
 * not start. */
struct transport *transport_curl_new(const struct transport_curl_options *options,
                                     struct error *err) MUST_USE;

/* Ends what is in flight. */
void transport_curl_free(struct transport *transport);

/* End a wait() of the engine thread early. The one call allowed from any thread (not from a signal
 * handler). */
void transport_curl_wake(struct transport *transport);

/* A base address without its trailing '/', checked as transport_curl_new does. For configuration
 * checks. */
bool transport_curl_check_url(const char *url, char *base, size_t base_bytes,
                              struct error *err) MUST_USE;

#endif
