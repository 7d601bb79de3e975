#include "helpers/sandbox_transport.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IN_FLIGHT_MAX = 4096 };

struct flight {
    int64_t at_ms; /* collectable from then on */
    uint64_t order;
    struct http_response response;
};

struct carrier {
    struct transport transport;
    struct sandbox *sandbox;
    int64_t *now_ms;
    const char *user;
    const char *password;
    uint64_t submitted;
    struct flight *flights;
    size_t count;
    struct sandbox_transport_hooks hooks;
};

static void fail_delivery(struct flight *flight, enum delivery delivery, const char *why)
{
    flight->response.delivery = delivery;
    TEXT_SET(flight->response.error, why);
}

/* What a client sees of the response. */
static void map_response(struct flight *flight, struct sandbox_response *from)
{
    struct http_response *to = &flight->response;
    flight->at_ms += from->delay_ms;
    if (from->ending == ENDING_NEVER || from->delay_ms >= SANDBOX_TRANSPORT_TIMEOUT_MS) {
        flight->at_ms += SANDBOX_TRANSPORT_TIMEOUT_MS - from->delay_ms;
        fail_delivery(flight, DELIVERY_UNCERTAIN, "timed out");
    } else if (from->ending == ENDING_REFUSED) {
        fail_delivery(flight, DELIVERY_NOT_SENT, "connection refused");
    } else if (from->ending == ENDING_RESET || from->ending == ENDING_CUT) {
        fail_delivery(flight, DELIVERY_UNCERTAIN, "connection reset by peer");
    } else if (from->body.length > ANSWER_BYTES_MAX) {
        fail_delivery(flight, DELIVERY_UNCERTAIN, "the answer is too long");
    } else {
        to->delivery = DELIVERY_ANSWERED;
        to->status = from->status;
        TEXT_SET(to->request_id, from->request_id);
        TEXT_SET(to->retry_after, from->retry_after);
        buf_add(&to->body, buf_text(&from->body), from->body.length);
    }
}

static void ask_sandbox(struct carrier *carrier, const struct http_request *request,
                        struct flight *flight)
{
    char *path = memory_copy_text(request->path);
    char *query = strchr(path, '?');
    if (query != NULL)
        *query++ = '\0';
    struct sandbox_request asked = {
        .method = request->method,
        .path = path,
        .query = query,
        .body = request->body,
        .body_bytes = request->body_bytes,
        .user = carrier->user,
        .password = carrier->password,
        .concurrent = (int32_t)carrier->count,
    };
    struct sandbox_response answered;
    sandbox_handle(carrier->sandbox, &asked, *carrier->now_ms, &answered);
    map_response(flight, &answered);
    flight->response.took_ms = flight->at_ms - *carrier->now_ms;
    buf_done(&answered.body);
    free(path);
}

static bool submit(void *self, const struct http_request *request, struct error *err)
{
    struct carrier *carrier = self;
    if (carrier->count >= IN_FLIGHT_MAX)
        return error_set(err, ERROR_OTHER, "more than %d requests in flight", IN_FLIGHT_MAX);
    struct flight *flight = &carrier->flights[carrier->count++];
    *flight = (struct flight){.at_ms = *carrier->now_ms, .order = carrier->submitted++};
    flight->response.tag = request->tag;
    buf_init(&flight->response.body, ANSWER_BYTES_MAX);
    const struct sandbox_transport_hooks *hooks = &carrier->hooks;
    if (hooks->instead != NULL && hooks->instead(hooks->context, request, &flight->response))
        return true;
    ask_sandbox(carrier, request, flight);
    if (hooks->change != NULL)
        hooks->change(hooks->context, request, &flight->response);
    return true;
}

static struct flight *first_due(struct carrier *carrier)
{
    struct flight *first = NULL;
    for (size_t i = 0; i < carrier->count; i++) {
        struct flight *flight = &carrier->flights[i];
        if (flight->at_ms > *carrier->now_ms)
            continue;
        if (first == NULL || flight->at_ms < first->at_ms ||
            (flight->at_ms == first->at_ms && flight->order < first->order))
            first = flight;
    }
    return first;
}

static size_t collect(void *self, struct http_response *out, size_t max)
{
    struct carrier *carrier = self;
    size_t taken = 0;
    while (taken < max) {
        struct flight *flight = first_due(carrier);
        if (flight == NULL)
            break;
        out[taken++] = flight->response;
        *flight = carrier->flights[--carrier->count];
    }
    return taken;
}

static void wait_for_nothing(void *self, int64_t timeout_ms)
{
    (void)self; /* the clock is the caller's */
    (void)timeout_ms;
}

static size_t in_flight(void *self)
{
    return ((struct carrier *)self)->count;
}

static const struct transport_ops ops = {
    .submit = submit,
    .collect = collect,
    .wait = wait_for_nothing,
    .in_flight = in_flight,
};

struct transport *sandbox_transport_new(struct sandbox *sandbox, int64_t *virtual_now_ms)
{
    struct carrier *carrier = memory_new(1, sizeof *carrier);
    carrier->transport = (struct transport){.self = carrier, .ops = &ops};
    carrier->sandbox = sandbox;
    carrier->now_ms = virtual_now_ms;
    carrier->user = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    carrier->password = "secret";
    carrier->flights = memory_new(IN_FLIGHT_MAX, sizeof carrier->flights[0]);
    return &carrier->transport;
}

void sandbox_transport_free(struct transport *transport)
{
    struct carrier *carrier = transport->self;
    for (size_t i = 0; i < carrier->count; i++)
        buf_done(&carrier->flights[i].response.body);
    free(carrier->flights);
    free(carrier);
}

int64_t sandbox_transport_next_at(const struct transport *transport)
{
    const struct carrier *carrier = transport->self;
    int64_t next_ms = 0;
    for (size_t i = 0; i < carrier->count; i++)
        if (next_ms == 0 || carrier->flights[i].at_ms < next_ms)
            next_ms = carrier->flights[i].at_ms;
    return next_ms;
}

void sandbox_transport_set_hooks(struct transport *transport,
                                 const struct sandbox_transport_hooks *hooks)
{
    struct carrier *carrier = transport->self;
    carrier->hooks = hooks != NULL ? *hooks : (struct sandbox_transport_hooks){0};
}

void sandbox_transport_set_user(struct transport *transport, const char *user, const char *password)
{
    struct carrier *carrier = transport->self;
    carrier->user = user;
    carrier->password = password;
}
