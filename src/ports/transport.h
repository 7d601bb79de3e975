/* The contract of what carries HTTP: requests in, responses out, nothing concluded. Implemented
 * over libcurl for real service and sandbox, and in process for simulations. */
#ifndef NUMHOST_PORTS_TRANSPORT_H
#define NUMHOST_PORTS_TRANSPORT_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"
#include "domain/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ANSWER_BYTES_MAX = 8 * 1024 * 1024 }; /* 1,000 orders are about 1.2 MiB */

/* Which of the service's hosts; the transport knows their base addresses. */
enum service_host {
    HOST_HOSTING, /* preview.twilio.com */
    HOST_CORE,    /* api.twilio.com: addresses and incoming phone numbers */
};

/* Borrowed until submit returns. */
struct http_request {
    uint64_t tag;
    enum service_host host;
    const char *method;
    const char *path; /* with query, begins with '/' */
    const char *body; /* application/x-www-form-urlencoded; NULL: none */
    size_t body_bytes;
    bool send_once; /* must never be put on the wire twice by the transport itself */
};

struct http_response {
    uint64_t tag;
    enum delivery delivery;
    int32_t status;       /* when DELIVERY_ANSWERED */
    struct buf body;      /* the receiver's: buf_done() */
    char retry_after[65]; /* header as sent, "" when absent */
    char date[65];        /* the same; a Retry-After that is a date counts from here */
    char request_id[65];  /* Twilio-Request-Id */
    char error[257];      /* of the transport, when not answered */
    int64_t took_ms;
};

struct transport_ops {
    /* Start a request. False when it could not even be started: nothing was sent. */
    bool (*submit)(void *self, const struct http_request *request, struct error *err);

    /* Take finished ones, at most max. Never blocks. */
    size_t (*collect)(void *self, struct http_response *out, size_t max);

    /* Block until something finished, wake() was called or timeout_ms passed. */
    void (*wait)(void *self, int64_t timeout_ms);

    size_t (*in_flight)(void *self);
};

struct transport {
    void *self;
    const struct transport_ops *ops;
};

#endif
