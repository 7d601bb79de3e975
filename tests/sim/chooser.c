#include "sim/chooser.h"

#include <assert.h>

/* The carrier's answer is there when its clock says so: for a moment that is far ahead. */
static void take_answer(struct chooser *chooser)
{
    assert(chooser->count < HELD_MAX);
    struct held *held = &chooser->held[chooser->count++];
    *held = (struct held){.sent_at_ms = *chooser->now_ms};
    *chooser->now_ms = INT64_MAX / 2;
    size_t got = chooser->carrier->ops->collect(chooser->carrier->self, &held->response, 1);
    assert(got == 1);
    *chooser->now_ms = held->sent_at_ms;
    held->at_ms = held->sent_at_ms + held->response.took_ms;
}

static bool submit(void *self, const struct http_request *request, struct error *err)
{
    struct chooser *chooser = self;
    int64_t index = chooser->submitted++;
    if (!chooser->before(chooser->context, index))
        return true;
    if (!chooser->carrier->ops->submit(chooser->carrier->self, request, err))
        return false;
    take_answer(chooser);
    chooser->after(chooser->context, index);
    return true;
}

static size_t collect(void *self, struct http_response *out, size_t max)
{
    struct chooser *chooser = self;
    size_t taken = 0;
    size_t kept = 0;
    for (size_t i = 0; i < chooser->count; i++) {
        if (chooser->held[i].released && taken < max)
            out[taken++] = chooser->held[i].response;
        else
            chooser->held[kept++] = chooser->held[i];
    }
    chooser->count = kept;
    return taken;
}

static void wait_for_nothing(void *self, int64_t timeout_ms)
{
    (void)self; /* the clock is the caller's */
    (void)timeout_ms;
}

static size_t in_flight(void *self)
{
    return ((struct chooser *)self)->count;
}

static const struct transport_ops ops = {
    .submit = submit, .collect = collect, .wait = wait_for_nothing, .in_flight = in_flight};

void chooser_init(struct chooser *chooser, int64_t *now_ms)
{
    *chooser = (struct chooser){.now_ms = now_ms};
    chooser->transport = (struct transport){.self = chooser, .ops = &ops};
}

void chooser_attach(struct chooser *chooser, struct transport *carrier)
{
    for (size_t i = 0; i < chooser->count; i++)
        buf_done(&chooser->held[i].response.body);
    chooser->count = 0;
    chooser->carrier = carrier;
}

void chooser_release(struct chooser *chooser, size_t index)
{
    assert(index < chooser->count);
    chooser->held[index].released = true;
}
