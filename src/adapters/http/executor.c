#include "adapters/http/executor.h"

#include "adapters/http/wire.h"
#include "base/fault_point.h"
#include "base/memory.h"
#include "base/text.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>

enum { SLOTS_FIRST = 16, NO_SLOT = -1 };

/* One request under way. Its index is the transport's tag, so that an answer finds it at once. */
struct slot {
    bool taken;
    int32_t next; /* in the list of free slots, or in the queue of those that were not sent */
    struct exchange exchange;
    char refusal[MESSAGE_BYTES]; /* why the transport did not take it */
};

struct http_executor {
    struct executor port;
    struct transport *transport;
    char account_sid[SID_BYTES];
    struct wire_message message; /* memory reused from request to request */
    struct slot *slots;
    int32_t slot_count;
    int32_t first_free;
    int32_t first_refused;
    int32_t last_refused;
    size_t in_flight;
};

static void add_free_slots(struct http_executor *executor, int32_t count)
{
    int32_t old_count = executor->slot_count;
    executor->slots = memory_resize(executor->slots, (size_t)count * sizeof *executor->slots);
    for (int32_t i = count - 1; i >= old_count; i--) {
        executor->slots[i] = (struct slot){.next = executor->first_free};
        executor->first_free = i;
    }
    executor->slot_count = count;
}

static int32_t take_slot(struct http_executor *executor)
{
    if (executor->first_free == NO_SLOT)
        add_free_slots(executor, executor->slot_count * 2);
    int32_t index = executor->first_free;
    executor->first_free = executor->slots[index].next;
    executor->slots[index].taken = true;
    executor->slots[index].next = NO_SLOT;
    executor->in_flight++;
    return index;
}

static void give_slot_back(struct http_executor *executor, int32_t index)
{
    executor->slots[index].taken = false;
    executor->slots[index].next = executor->first_free;
    executor->first_free = index;
    executor->in_flight--;
}

static void refuse(struct http_executor *executor, int32_t index, const char *why)
{
    TEXT_SET(executor->slots[index].refusal, why);
    if (executor->first_refused == NO_SLOT)
        executor->first_refused = index;
    else
        executor->slots[executor->last_refused].next = index;
    executor->last_refused = index;
}

static bool submit(void *self, const struct request *request, struct error *err)
{
    struct http_executor *executor = self;
    struct wire_message *message = &executor->message;
    struct error refused = {0};
    if (!wire_encode(request, executor->account_sid, message, err))
        return false;
    bool full = executor->in_flight >= HTTP_EXECUTOR_IN_FLIGHT_MAX;
    int32_t index = take_slot(executor);
    executor->slots[index].exchange = wire_exchange(request);
    struct http_request http = {.tag = (uint64_t)index,
                                .host = message->host,
                                .method = message->method,
                                .path = buf_text(&message->path),
                                .body = message->has_body ? buf_text(&message->body) : NULL,
                                .body_bytes = message->body.length,
                                .send_once = message->send_once};
    if (full)
        refuse(executor, index, "not sent: too many requests at once");
    else if (!executor->transport->ops->submit(executor->transport->self, &http, &refused))
        refuse(executor, index, refused.text);
    return true;
}

static size_t collect_refused(struct http_executor *executor, struct answer *out, size_t max)
{
    size_t count = 0;
    while (count < max && executor->first_refused != NO_SLOT) {
        int32_t index = executor->first_refused;
        struct slot *slot = &executor->slots[index];
        struct http_response response = {.delivery = DELIVERY_NOT_SENT};
        TEXT_SET(response.error, slot->refusal);
        wire_decode(&slot->exchange, &response, &out[count++]);
        executor->first_refused = slot->next;
        give_slot_back(executor, index);
    }
    return count;
}

static void take_answer(struct http_executor *executor, struct http_response *response,
                        struct answer *out)
{
    /* An answer to nothing, or a second one, is a broken transport: going on would move the wrong
     * number. */
    assert(response->tag < (uint64_t)executor->slot_count);
    int32_t index = (int32_t)response->tag;
    assert(executor->slots[index].taken);
    wire_decode(&executor->slots[index].exchange, response, out);
    buf_done(&response->body);
    give_slot_back(executor, index);
}

static size_t collect(void *self, struct answer *out, size_t max)
{
    struct http_executor *executor = self;
    struct http_response responses[16];
    size_t most = FAULT_BETWEEN("odd/executor/at-once", 0, max);
    size_t count = collect_refused(executor, out, most);
    while (count < most) {
        size_t room = most - count < COUNT_OF(responses) ? most - count : COUNT_OF(responses);
        size_t got = executor->transport->ops->collect(executor->transport->self, responses, room);
        for (size_t i = 0; i < got; i++)
            take_answer(executor, &responses[i], &out[count++]);
        if (got < room)
            break;
    }
    FAULT_SHUFFLE("odd/executor/order", out, count);
    return count;
}

static void wait_for_answers(void *self, int64_t timeout_ms)
{
    struct http_executor *executor = self;
    bool at_once = executor->first_refused != NO_SLOT;
    executor->transport->ops->wait(executor->transport->self, at_once ? 0 : timeout_ms);
}

static size_t in_flight(void *self)
{
    const struct http_executor *executor = self;
    return executor->in_flight;
}

static const struct executor_ops ops = {
    .submit = submit, .collect = collect, .wait = wait_for_answers, .in_flight = in_flight};

struct executor *http_executor_new(struct transport *transport, const char *account_sid)
{
    struct http_executor *executor = memory_new(1, sizeof *executor);
    executor->port = (struct executor){.self = executor, .ops = &ops};
    executor->transport = transport;
    executor->first_free = NO_SLOT;
    executor->first_refused = NO_SLOT;
    TEXT_SET(executor->account_sid, account_sid);
    wire_message_init(&executor->message);
    add_free_slots(executor, SLOTS_FIRST);
    json_object_seed(
        0); /* before the first table of names that others chose; a second call does nothing */
    return &executor->port;
}

void http_executor_free(struct executor *port)
{
    if (port == NULL)
        return;
    struct http_executor *executor = port->self;
    wire_message_done(&executor->message);
    free(executor->slots);
    free(executor);
}
