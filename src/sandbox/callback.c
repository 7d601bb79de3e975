/* Status callbacks: which are due when, with the losses, doubles and delays of the scenario. */
#include "sandbox/model.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct callback {
    struct timer timer;
    uint32_t order;
    enum status status;
    uint64_t number; /* a repetition has the number of the first */
};

static void add_callback(struct sandbox *sandbox, const struct order *order, uint64_t number,
                         int64_t at_ms)
{
    if (sandbox->callbacks.count >= SANDBOX_CALLBACKS_MAX)
        return;
    struct callback *callback = memory_new(1, sizeof *callback);
    callback->timer = (struct timer){.owner = callback, .rank = number};
    callback->order = order->index;
    callback->status = order->status;
    callback->number = number;
    timers_set(&sandbox->callbacks, &callback->timer, at_ms);
}

void callback_note(struct sandbox *sandbox, const struct order *order)
{
    const struct scenario *scenario = &sandbox->scenario;
    uint64_t number = ++sandbox->callbacks_noted;
    int64_t at_ms = sandbox->now_ms;
    uint64_t seed = sandbox->seed;
    if (draw_chance(seed, scenario->callbacks_lost, "callback-lost", order->sid, number))
        return;
    if (draw_chance(seed, scenario->callbacks_late, "callback-late", order->sid, number))
        at_ms += draw_span(seed, scenario->callbacks_late_by, "late-by", order->sid, number);
    add_callback(sandbox, order, number, at_ms);
    if (draw_chance(seed, scenario->callbacks_doubled, "callback-doubled", order->sid, number))
        add_callback(sandbox, order, number, at_ms + 1);
}

static void fill(const struct sandbox *sandbox, const struct callback *callback,
                 struct sandbox_callback *out)
{
    const struct order *order = sandbox->orders[callback->order];
    char token[SID_BYTES];
    *out = (struct sandbox_callback){.by_get = strcmp(order->status_callback_method, "GET") == 0};
    TEXT_SET(out->url, order->status_callback_url);
    TEXT_SET(out->status, status_name(callback->status));
    TEXT_SET(out->order_sid, order->sid);
    TEXT_SET(out->phone_number, order->phone_number);
    TEXT_SET(out->auth_token, sandbox->auth_token);
    draw_sid(token, sizeof token, sandbox->seed, "IT", order->sid, callback->number);
    snprintf(out->token, sizeof out->token, "%.8s-%.4s-%.4s-%.4s-%.12s", token + 2, token + 10,
             token + 14, token + 18, token + 22);
}

bool sandbox_take_callback(struct sandbox *sandbox, int64_t now_ms, struct sandbox_callback *out)
{
    struct timer *timer = timers_first(&sandbox->callbacks);
    if (timer == NULL || timer->at_ms > now_ms)
        return false;
    struct callback *callback = timer->owner;
    fill(sandbox, callback, out);
    timers_set(&sandbox->callbacks, timer, 0);
    free(callback);
    return true;
}

int64_t sandbox_next_callback_at(const struct sandbox *sandbox)
{
    struct timer *timer = timers_first(&sandbox->callbacks);
    return timer != NULL ? timer->at_ms : 0;
}

void callback_free_all(struct sandbox *sandbox)
{
    struct timer *timer = NULL;
    while ((timer = timers_first(&sandbox->callbacks)) != NULL) {
        struct callback *callback = timer->owner;
        timers_set(&sandbox->callbacks, timer, 0);
        free(callback);
    }
    timers_done(&sandbox->callbacks);
}
