/* The model of the remote service: a request and an instant in, a response out. No sockets, no
 * files, no clock: whoever drives it (an HTTP server, a simulation) owns those. Not thread-safe.
 * The facts it follows are service.md's; what they leave open is listed in docs/sandbox.md. */
#ifndef NUMHOST_SANDBOX_SANDBOX_H
#define NUMHOST_SANDBOX_SANDBOX_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"
#include "sandbox/operation.h"
#include "sandbox/scenario.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sandbox;

enum {
    SANDBOX_ANSWER_BYTES_MAX = 512 * 1024 * 1024, /* the ledger of millions of requests */
    SANDBOX_REQUEST_BYTES_MAX =
        4 * 1024 * 1024, /* 15,000 order SIDs are 0.85 MB (service.md 2.4) */
    SANDBOX_ORDERS_MAX = 4000000,
    SANDBOX_CALLBACKS_MAX = 1000000, /* waiting; more are lost */
    SANDBOX_LEDGER_MAX = 20000000,   /* from here on only what had an effect or a fault is kept */
};

/* Everything is borrowed until sandbox_handle() returns. */
struct sandbox_request {
    const char *method;
    const char *path;  /* as on the wire, without the query */
    const char *query; /* without '?'; NULL: none */
    const char *body;  /* NULL: none */
    size_t body_bytes;
    const char *user; /* HTTP Basic; NULL: no credentials came */
    const char *password;
    const char *base_url; /* for absolute URLs in answers; NULL: https://preview.twilio.com */
    int32_t concurrent;   /* requests in the air now, this one included; 0 counts as 1 */
};

/* How the response reaches the client. */
enum sandbox_ending {
    ENDING_ANSWER,  /* whole, after delay_ms */
    ENDING_NEVER,   /* nothing ever comes: the client times out */
    ENDING_RESET,   /* the connection is reset before a byte of the answer */
    ENDING_CUT,     /* ... after cut_after bytes of the body */
    ENDING_REFUSED, /* the connection was never accepted: surely nothing arrived */
};

struct sandbox_response {
    int32_t status;
    const char *content_type;
    struct buf body;      /* the caller's: buf_done() */
    char request_id[35];  /* RQ and 32 hex digits */
    char retry_after[65]; /* "" none */
    int32_t concurrent;
    enum sandbox_ending ending;
    size_t cut_after;
    int64_t delay_ms;
    enum sandbox_effect effect; /* what the request did, whatever the answer says */
    const char *fault;          /* of fault.h, "none" */
};

/* seed 0: the scenario's. */
struct sandbox *sandbox_new(const struct scenario *scenario, uint64_t seed);
void sandbox_free(struct sandbox *sandbox); /* NULL is fine */

/* Carry out one request at now_ms (never earlier than before). */
void sandbox_handle(struct sandbox *sandbox, const struct sandbox_request *request, int64_t now_ms,
                    struct sandbox_response *response);

/* Let everything happen that is due by now_ms. */
void sandbox_advance(struct sandbox *sandbox, int64_t now_ms);

/* When something happens next by itself, 0 when nothing will. */
int64_t sandbox_next_at(const struct sandbox *sandbox);

/* Another world from now on; orders and ledger stay. The seed stays unless the scenario brings one.
 */
void sandbox_set_scenario(struct sandbox *sandbox, const struct scenario *scenario);

/* A person keys digits in the open call of a number: true when that verified it. */
bool sandbox_answer(struct sandbox *sandbox, const char *phone_number, const char *digits,
                    int64_t now_ms);

/* A signer signs, or declines, a document: false when it is not out for signature. */
bool sandbox_sign(struct sandbox *sandbox, const char *document_sid, bool declines, int64_t now_ms);

/* The document waits for its signature. */
bool sandbox_document_is_out(const struct sandbox *sandbox, const char *document_sid);

/* The number has an order that has not failed: another one would be refused. */
bool sandbox_order_is_alive(const struct sandbox *sandbox, const char *phone_number);

/* The phone of the number rings, or somebody is on it, for a verification call. */
bool sandbox_call_is_open(const struct sandbox *sandbox, const char *phone_number);

/* One request, in the order of arrival. */
struct ledger_line {
    int64_t at_ms;
    const char *request_id;
    enum sandbox_operation operation;
    const char *phone_number; /* "" when the request is about none */
    const char *order_sid;
    enum sandbox_effect effect;
    const char *fault;
    int32_t status_code;           /* 0: nothing was answered */
    const char *document_sid;      /* "" none */
    const char *const *order_sids; /* of an LOA */
    size_t order_count;
};

typedef bool (*ledger_fn)(void *context, const struct ledger_line *line);

/* From the line `first` on, counting from 0. Texts live until the callback returns; false ends the
 * walk. */
void sandbox_each_ledger_line(const struct sandbox *sandbox, size_t first, ledger_fn each,
                              void *context);

/* A status callback that is due: the sandbox only says so, whoever owns sockets delivers it
 * (service.md 2.8, 3.11). */
struct sandbox_callback {
    char url[1025];
    bool by_get;
    char status[33];
    char order_sid[35];
    char phone_number[17];
    char auth_token[129]; /* to sign with; "" unknown */
    char token[37];       /* I-Twilio-Idempotency-Token */
};

/* The next one that is due by now_ms, false when there is none. Not kept in the saved state. */
bool sandbox_take_callback(struct sandbox *sandbox, int64_t now_ms, struct sandbox_callback *out);

/* When the next one is due, 0 when none waits. */
int64_t sandbox_next_callback_at(const struct sandbox *sandbox);

/* Orders that are not deleted. */
size_t sandbox_order_count(const struct sandbox *sandbox);

/* The whole state as lines of JSON, through `write` (false: stop, could not). Scenario not
 * included. */
typedef bool (*sandbox_write_fn)(void *context, const char *bytes, size_t count);
bool sandbox_save(const struct sandbox *sandbox, sandbox_write_fn write, void *context) MUST_USE;

/* Take in one line of a saved state, in the order they were written, into a new sandbox. */
bool sandbox_load_line(struct sandbox *sandbox, const char *line, size_t bytes,
                       struct error *err) MUST_USE;

/* The instant of the last request or event. */
int64_t sandbox_now(const struct sandbox *sandbox);

#endif
