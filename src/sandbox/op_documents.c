/* Operations 6, 8 and 9 of service.md 1.1: authorization documents (LOAs). */
#include "sandbox/exchange.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static bool check_people(struct exchange *exchange)
{
    return check_emails(exchange, "Email") && check_emails(exchange, "CcEmails") &&
           check_sid(exchange, "AddressSid", "AD", 22109);
}

/* The order a LOA may take, NULL when refused. Not documented: docs/sandbox.md. */
static struct order *authorizable(struct exchange *exchange, const char *sid)
{
    struct order *order =
        sid_is_well_formed(sid, "HR") ? order_by_sid(exchange->sandbox, sid) : NULL;
    if (order == NULL) {
        refuse(exchange, 22101, "HostedNumberOrderSids: %.40s is not an order", sid);
        return NULL;
    }
    if (order->status == STATUS_VERIFIED || exchange->checked)
        return order;
    refuse(exchange, 22112, "Order %s is %s: only verified orders can be authorized", order->sid,
           status_name(order->status));
    return NULL;
}

/* The orders the request names, each once; false when refused. The caller frees. */
static bool read_orders(struct exchange *exchange, uint32_t **orders, size_t *count)
{
    struct bitset seen = {0};
    size_t at = 0;
    const char *sid = NULL;
    bool good = true;
    *count = 0;
    *orders = memory_new(exchange->body.count + 1, sizeof **orders);
    while (good && (sid = params_next(&exchange->body, "HostedNumberOrderSids", &at)) != NULL) {
        struct order *order = authorizable(exchange, sid);
        good = order != NULL;
        if (!good || bitset_has(&seen, order->index))
            continue;
        bitset_add(&seen, order->index);
        (*orders)[(*count)++] = order->index;
    }
    bitset_done(&seen);
    if (good && *count == 0)
        good = refuse(exchange, 22101, "HostedNumberOrderSids is required");
    if (!good)
        free(*orders);
    return good;
}

static void copy_value(const struct exchange *exchange, const char *name, char **to)
{
    const char *value = parameter(exchange, name);
    if (value != NULL)
        text_replace(to, value);
}

static void copy_document(const struct exchange *exchange, struct document *document)
{
    if (parameter(exchange, "AddressSid") != NULL)
        TEXT_SET(document->address_sid, parameter(exchange, "AddressSid"));
    copy_value(exchange, "Email", &document->email);
    copy_value(exchange, "ContactTitle", &document->contact_title);
    copy_value(exchange, "ContactPhoneNumber", &document->contact_phone_number);
    char *cc_emails = join_values(exchange, "CcEmails");
    if (cc_emails != NULL) {
        free(document->cc_emails);
        document->cc_emails = cc_emails;
    }
}

/* Names the document by its first order and how often that one was authorized, not by the order of
 * requests. */
static void name_document(struct sandbox *sandbox, struct document *document)
{
    const struct order *first = sandbox->orders[document->orders[0]];
    uint64_t n = 0;
    do
        draw_sid(document->sid, sizeof document->sid, sandbox->seed, "PX", first->sid, n++);
    while (document_by_sid(sandbox, document->sid) != NULL);
    lookup_put(&sandbox->document_by_sid, document->index);
}

static void note_document(struct exchange *exchange, const struct document *document, bool sent)
{
    enum sandbox_effect effect = sent ? EFFECT_LOA_SENT : EFFECT_NONE;
    exchange->entry.document = document->index;
    exchange->entry.effect = (uint8_t)effect;
    exchange->response->effect = effect;
}

void op_create_document(struct exchange *exchange)
{
    uint32_t *orders = NULL;
    size_t count = 0;
    if (!check_required(exchange, "AddressSid") || !check_required(exchange, "Email") ||
        !check_required(exchange, "ContactTitle") ||
        !check_required(exchange, "ContactPhoneNumber") || !check_people(exchange) ||
        !read_orders(exchange, &orders, &count))
        return;
    if (races_later(exchange)) {
        free(orders);
        return;
    }
    struct document *document = document_new(exchange->sandbox);
    document->orders = orders;
    document->order_count = count;
    TEXT_SET(document->account_sid, exchange->account_sid);
    copy_document(exchange, document);
    name_document(exchange->sandbox, document);
    life_send_document(exchange->sandbox, document);
    note_document(exchange, document, true);
    exchange->response->status = 201;
    answer_document(exchange, document);
}

static struct document *document_of_path(struct exchange *exchange)
{
    struct document *document = document_by_sid(exchange->sandbox, exchange->path_sid);
    if (document == NULL)
        refuse_missing(exchange);
    else
        note_document(exchange, document, false);
    return document;
}

void op_fetch_document(struct exchange *exchange)
{
    struct document *document = document_of_path(exchange);
    if (document == NULL)
        return;
    exchange->response->status = 200;
    answer_document(exchange, document);
}

static bool changes_content(const struct exchange *exchange)
{
    static const char *const names[] = {
        "HostedNumberOrderSids", "AddressSid",        "Email", "CcEmails",
        "ContactTitle",          "ContactPhoneNumber"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (parameter(exchange, names[i]) != NULL)
            return true;
    return false;
}

static bool check_document_update(struct exchange *exchange, const struct document *document,
                                  const char *status)
{
    if (status != NULL && strcmp(status, "opened") != 0 && strcmp(status, "signing") != 0)
        return refuse(exchange, 22122, "Status must be opened or signing");
    if (document->status != DOCUMENT_OPENED && document->status != DOCUMENT_SIGNING)
        return refuse(exchange, 22107, "The document is %s and cannot be updated",
                      document_status_name(document->status));
    bool opens = status != NULL && strcmp(status, "opened") == 0;
    if (document->status == DOCUMENT_SIGNING && !opens && changes_content(exchange))
        return refuse(exchange, 22107,
                      "The document is out for signature: set Status to opened "
                      "before changing it");
    return check_people(exchange);
}

/* An opened document's orders can have moved on: only those still verified can go out again. */
static bool check_still_verified(struct exchange *exchange, const struct document *document)
{
    for (size_t i = 0; i < document->order_count; i++) {
        const struct order *order = exchange->sandbox->orders[document->orders[i]];
        if (authorizable(exchange, order->sid) == NULL)
            return false;
    }
    return true;
}

void op_update_document(struct exchange *exchange)
{
    struct sandbox *sandbox = exchange->sandbox;
    struct document *document = document_of_path(exchange);
    const char *status = parameter(exchange, "Status");
    if (document == NULL || !check_document_update(exchange, document, status))
        return;
    if (status != NULL && strcmp(status, "opened") == 0 && document->status == DOCUMENT_SIGNING)
        life_reopen_document(sandbox, document);
    if (parameter(exchange, "HostedNumberOrderSids") != NULL) {
        uint32_t *orders = NULL;
        size_t count = 0;
        if (!read_orders(exchange, &orders, &count))
            return;
        free(document->orders);
        document->orders = orders;
        document->order_count = count;
    }
    bool sends =
        status != NULL && strcmp(status, "signing") == 0 && document->status == DOCUMENT_OPENED;
    if (sends && !check_still_verified(exchange, document))
        return;
    copy_document(exchange, document);
    document->updated_at_ms = sandbox->now_ms;
    if (sends)
        life_send_document(sandbox, document);
    note_document(exchange, document, sends);
    exchange->response->status = 200;
    answer_document(exchange, document);
}
