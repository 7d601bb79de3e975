#include "sandbox/model.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char *sid_key(const void *context, uint32_t index)
{
    return ((const struct sandbox *)context)->orders[index]->sid;
}

static const char *incoming_key(const void *context, uint32_t index)
{
    return ((const struct sandbox *)context)->orders[index]->incoming_sid;
}

static const char *phone_key(const void *context, uint32_t index)
{
    return ((const struct sandbox *)context)->orders[index]->phone_number;
}

static const char *unique_name_key(const void *context, uint32_t index)
{
    return ((const struct sandbox *)context)->orders[index]->unique_name;
}

static const char *document_key(const void *context, uint32_t index)
{
    return ((const struct sandbox *)context)->documents[index]->sid;
}

static const char *address_key(const void *context, uint32_t index)
{
    return ((const struct sandbox *)context)->addresses[index]->sid;
}

struct sandbox *sandbox_new(const struct scenario *scenario, uint64_t seed)
{
    struct sandbox *sandbox = memory_new(1, sizeof *sandbox);
    sandbox->scenario = *scenario;
    sandbox->seed = seed != 0 ? seed : scenario->seed;
    lookup_init(&sandbox->by_sid, sid_key, sandbox);
    lookup_init(&sandbox->by_incoming_sid, incoming_key, sandbox);
    lookup_init(&sandbox->by_phone, phone_key, sandbox);
    lookup_init(&sandbox->by_unique_name, unique_name_key, sandbox);
    lookup_init(&sandbox->document_by_sid, document_key, sandbox);
    lookup_init(&sandbox->address_by_sid, address_key, sandbox);
    return sandbox;
}

static void order_free(struct order *order)
{
    free(order->friendly_name);
    free(order->unique_name);
    free(order->email);
    free(order->cc_emails);
    free(order->sms_url);
    free(order->status_callback_url);
    free(order->failure_reason);
    free(order);
}

static void document_free(struct document *document)
{
    free(document->email);
    free(document->cc_emails);
    free(document->contact_title);
    free(document->contact_phone_number);
    free(document->orders);
    free(document);
}

static void address_free(struct address *address)
{
    free(address->customer_name);
    free(address->friendly_name);
    free(address->street);
    free(address->street_secondary);
    free(address->city);
    free(address->region);
    free(address->postal_code);
    free(address->iso_country);
    free(address);
}

static void free_things(struct sandbox *sandbox)
{
    for (uint32_t i = 0; i < sandbox->order_count; i++)
        order_free(sandbox->orders[i]);
    for (uint32_t i = 0; i < sandbox->document_count; i++)
        document_free(sandbox->documents[i]);
    for (uint32_t i = 0; i < sandbox->address_count; i++)
        address_free(sandbox->addresses[i]);
    free(sandbox->orders);
    free(sandbox->documents);
    free(sandbox->addresses);
    free(sandbox->ledger);
}

static void free_indexes(struct sandbox *sandbox)
{
    bitset_done(&sandbox->live);
    bitset_done(&sandbox->incoming);
    for (int i = 0; i < STATUS_COUNT; i++)
        bitset_done(&sandbox->by_status[i]);
    lookup_done(&sandbox->by_sid);
    lookup_done(&sandbox->by_incoming_sid);
    lookup_done(&sandbox->by_phone);
    lookup_done(&sandbox->by_unique_name);
    lookup_done(&sandbox->document_by_sid);
    lookup_done(&sandbox->address_by_sid);
    timers_done(&sandbox->timers);
}

void sandbox_free(struct sandbox *sandbox)
{
    if (sandbox == NULL)
        return;
    while (sandbox->deferred != NULL) {
        struct deferred *deferred = sandbox->deferred;
        sandbox->deferred = deferred->next;
        deferred_free(deferred);
    }
    callback_free_all(sandbox);
    free_things(sandbox);
    free_indexes(sandbox);
    free(sandbox);
}

void sandbox_set_scenario(struct sandbox *sandbox, const struct scenario *scenario)
{
    sandbox->scenario = *scenario;
}

size_t sandbox_order_count(const struct sandbox *sandbox)
{
    return sandbox->live.count;
}

int64_t sandbox_now(const struct sandbox *sandbox)
{
    return sandbox->now_ms;
}

void text_replace(char **owned, const char *text)
{
    char *copy = text != NULL ? memory_copy_text(text) : NULL;
    free(*owned);
    *owned = copy;
}

/* One more place in an array of pointers. */
static void *make_place(void *array, uint32_t count, uint32_t *capacity)
{
    if (count < *capacity)
        return array;
    *capacity = *capacity > 0 ? *capacity * 2 : 1024;
    return memory_resize(array, *capacity * sizeof(void *));
}

struct order *order_new(struct sandbox *sandbox, const char *phone_number)
{
    if (sandbox->order_count >= SANDBOX_ORDERS_MAX)
        return NULL;
    sandbox->orders = make_place(sandbox->orders, sandbox->order_count, &sandbox->order_capacity);
    struct order *order = memory_new(1, sizeof *order);
    order->index = sandbox->order_count++;
    order->older = lookup_find(&sandbox->by_phone, phone_number);
    order->timer = (struct timer){.owner = order, .rank = timer_rank(RANK_ORDER, order->index)};
    order->created_at_ms = sandbox->now_ms;
    order->updated_at_ms = sandbox->now_ms;
    order->magic = magic_of(phone_number);
    TEXT_SET(order->phone_number, phone_number);
    sandbox->orders[order->index] = order;
    return order;
}

void order_file(struct sandbox *sandbox, struct order *order)
{
    lookup_put(&sandbox->by_phone, order->index);
    lookup_put(&sandbox->by_sid, order->index);
    lookup_put(&sandbox->by_incoming_sid, order->index);
    if (order->gone)
        return;
    if (!order->released)
        bitset_add(&sandbox->incoming, order->index);
    if (order->unique_name != NULL)
        lookup_put(&sandbox->by_unique_name, order->index);
    bitset_add(&sandbox->live, order->index);
    bitset_add(&sandbox->by_status[order->status], order->index);
}

struct order *order_by_sid(const struct sandbox *sandbox, const char *sid)
{
    uint32_t index = lookup_find(&sandbox->by_sid, sid);
    return index != LOOKUP_NONE && !sandbox->orders[index]->gone ? sandbox->orders[index] : NULL;
}

struct order *order_newest(const struct sandbox *sandbox, const char *phone_number)
{
    uint32_t index = lookup_find(&sandbox->by_phone, phone_number);
    return index != LOOKUP_NONE ? sandbox->orders[index] : NULL;
}

struct order *order_alive(const struct sandbox *sandbox, const char *phone_number)
{
    struct order *order = order_newest(sandbox, phone_number);
    while (order != NULL && (order->gone || order->released || order->status == STATUS_FAILED))
        order = order->older != LOOKUP_NONE ? sandbox->orders[order->older] : NULL;
    return order;
}

void order_rename(struct sandbox *sandbox, struct order *order, const char *unique_name)
{
    if (order->unique_name != NULL)
        lookup_remove(&sandbox->by_unique_name, order->unique_name);
    text_replace(&order->unique_name, unique_name[0] != '\0' ? unique_name : NULL);
    if (order->unique_name != NULL)
        lookup_put(&sandbox->by_unique_name, order->index);
}

static void set_timer(struct sandbox *sandbox, struct order *order)
{
    int64_t at_ms = order->next_at_ms;
    if (at_ms == 0 || (order->lapses_at_ms != 0 && order->lapses_at_ms < at_ms))
        at_ms = order->lapses_at_ms;
    timers_set(&sandbox->timers, &order->timer, at_ms);
}

/* How long an order may stay in a status; 0: for ever. */
static int64_t patience_in(const struct scenario *scenario, enum status status)
{
    if (status == STATUS_RECEIVED || status == STATUS_PENDING_VERIFICATION)
        return scenario->idle_ms;
    if (status == STATUS_PENDING_LOA)
        return scenario->signature_ms;
    if (status == STATUS_ACTION_REQUIRED)
        return scenario->action_ms;
    return status == STATUS_VERIFIED ? scenario->abandoned_ms : 0;
}

void order_set_status(struct sandbox *sandbox, struct order *order, enum status status)
{
    bitset_remove(&sandbox->by_status[order->status], order->index);
    bitset_add(&sandbox->by_status[status], order->index);
    order->status = status;
    order->strange = false;
    order->updated_at_ms = sandbox->now_ms;
    int64_t patience_ms = patience_in(&sandbox->scenario, status);
    order->lapses_at_ms = patience_ms > 0 ? sandbox->now_ms + patience_ms : 0;
    order_set_coming(sandbox, order, COMING_NOTHING, 0);
    if (order->begun && order->status_callback_url != NULL)
        callback_note(sandbox, order);
}

void order_set_coming(struct sandbox *sandbox, struct order *order, enum coming coming,
                      int64_t at_ms)
{
    order->coming = coming;
    order->next_at_ms = at_ms;
    set_timer(sandbox, order);
}

void order_set_reason(struct order *order, const char *reason)
{
    text_replace(&order->failure_reason, reason);
}

void order_delete(struct sandbox *sandbox, struct order *order)
{
    order->gone = true;
    order->lapses_at_ms = 0;
    order->updated_at_ms = sandbox->now_ms;
    order_set_coming(sandbox, order, COMING_NOTHING, 0);
    if (order->unique_name != NULL)
        lookup_remove(&sandbox->by_unique_name, order->unique_name);
    bitset_remove(&sandbox->live, order->index);
    bitset_remove(&sandbox->incoming, order->index);
    bitset_remove(&sandbox->by_status[order->status], order->index);
}

void order_release(struct sandbox *sandbox, struct order *order)
{
    order->released = true;
    bitset_remove(&sandbox->incoming, order->index);
}

struct document *document_new(struct sandbox *sandbox)
{
    sandbox->documents =
        make_place(sandbox->documents, sandbox->document_count, &sandbox->document_capacity);
    struct document *document = memory_new(1, sizeof *document);
    document->index = sandbox->document_count++;
    document->timer =
        (struct timer){.owner = document, .rank = timer_rank(RANK_DOCUMENT, document->index)};
    document->created_at_ms = sandbox->now_ms;
    document->updated_at_ms = sandbox->now_ms;
    sandbox->documents[document->index] = document;
    return document;
}

struct document *document_by_sid(const struct sandbox *sandbox, const char *sid)
{
    uint32_t index = lookup_find(&sandbox->document_by_sid, sid);
    return index != LOOKUP_NONE ? sandbox->documents[index] : NULL;
}

struct address *address_new(struct sandbox *sandbox)
{
    sandbox->addresses =
        make_place(sandbox->addresses, sandbox->address_count, &sandbox->address_capacity);
    struct address *address = memory_new(1, sizeof *address);
    address->index = sandbox->address_count++;
    address->created_at_ms = sandbox->now_ms;
    sandbox->addresses[address->index] = address;
    return address;
}

struct address *address_by_sid(const struct sandbox *sandbox, const char *sid)
{
    uint32_t index = lookup_find(&sandbox->address_by_sid, sid);
    return index != LOOKUP_NONE ? sandbox->addresses[index] : NULL;
}
