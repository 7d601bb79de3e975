#include "adapters/http/wire_parts.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* What the body of a success holds. */
enum shape { SHAPE_NOTHING, SHAPE_ORDER, SHAPE_ORDERS, SHAPE_DOCUMENT, SHAPE_DOCUMENTS };

static const enum shape shapes[OPERATION_COUNT] = {
    [OPERATION_CREATE_ORDER] = SHAPE_ORDER,      [OPERATION_LIST_ORDERS] = SHAPE_ORDERS,
    [OPERATION_FETCH_ORDER] = SHAPE_ORDER,       [OPERATION_START_CALL] = SHAPE_ORDER,
    [OPERATION_ATTACH_BILL] = SHAPE_ORDER,       [OPERATION_POST_CODE] = SHAPE_ORDER,
    [OPERATION_DELETE_ORDER] = SHAPE_NOTHING,    [OPERATION_CREATE_DOCUMENT] = SHAPE_DOCUMENT,
    [OPERATION_FETCH_DOCUMENT] = SHAPE_DOCUMENT, [OPERATION_LIST_DOCUMENTS] = SHAPE_DOCUMENTS,
    [OPERATION_LIST_DEPENDENTS] = SHAPE_ORDERS,  [OPERATION_DELETE_INCOMING] = SHAPE_NOTHING,
};

struct exchange wire_exchange(const struct request *request)
{
    struct exchange exchange = {.tag = request->tag,
                                .operation = request->operation,
                                .number_id = request->number_id,
                                .sent_at_ms = request->sent_at_ms};
    TEXT_SET(exchange.order_sid, request->order_sid);
    TEXT_SET(exchange.document_sid, request->document_sid);
    TEXT_SET(exchange.phone_number, request->phone_number);
    return exchange;
}

static bool is_same(const char *asked, const char *got)
{
    return asked[0] == '\0' || strcmp(asked, got) == 0;
}

/* An answer about something else must not move the number it was asked for. */
static bool read_one_order(const struct exchange *exchange, const json_t *root,
                           struct answer *answer, struct error *err)
{
    struct order_seen order;
    if (!wire_read_order(root, &order, err))
        return false;
    if (exchange->operation == OPERATION_CREATE_ORDER) {
        if (!is_same(exchange->phone_number, order.phone_number))
            return error_set(err, ERROR_OTHER, "it is about another phone number");
    } else if (!is_same(exchange->order_sid, order.sid)) {
        return error_set(err, ERROR_OTHER, "it is about another order");
    }
    answer->orders = memory_new(1, sizeof order);
    answer->orders[0] = order;
    answer->order_count = 1;
    return true;
}

static bool read_one_document(const struct exchange *exchange, const json_t *root,
                              struct answer *answer, struct error *err)
{
    struct document_seen document;
    if (!wire_read_document(root, &document, err))
        return false;
    if (exchange->operation == OPERATION_FETCH_DOCUMENT &&
        !is_same(exchange->document_sid, document.sid))
        return error_set(err, ERROR_OTHER, "it is about another document");
    answer->documents = memory_new(1, sizeof document);
    answer->documents[0] = document;
    answer->document_count = 1;
    return true;
}

static bool read_next_page(const struct exchange *exchange, const json_t *meta,
                           struct answer *answer, struct error *err)
{
    const json_t *next = json_object_get(meta, "next_page_url");
    struct buf collection;
    if (!json_is_object(meta))
        return error_set(err, ERROR_OTHER, "meta is missing");
    if (next != NULL && !json_is_null(next) && !json_is_string(next))
        return error_set(err, ERROR_OTHER, "meta.next_page_url is not a text");
    if (json_string_length(next) == 0)
        return true;
    buf_init(&collection, WIRE_PATH_BYTES_MAX);
    bool same =
        wire_collection_path(exchange->operation, exchange->document_sid, &collection, err) &&
        wire_page_path(json_string_value(next), buf_text(&collection), answer->next_page_url,
                       sizeof answer->next_page_url, err);
    buf_done(&collection);
    return same;
}

static bool read_orders(const json_t *items, struct answer *answer, struct error *err)
{
    answer->orders = memory_new(json_array_size(items), sizeof *answer->orders);
    for (size_t i = 0; i < json_array_size(items); i++) {
        if (!wire_read_order(json_array_get(items, i), &answer->orders[i], err))
            return error_context(err, "item %zu", i);
        answer->order_count = i + 1;
    }
    return true;
}

static bool read_documents(const json_t *items, struct answer *answer, struct error *err)
{
    answer->documents = memory_new(json_array_size(items), sizeof *answer->documents);
    for (size_t i = 0; i < json_array_size(items); i++) {
        if (!wire_read_document(json_array_get(items, i), &answer->documents[i], err))
            return error_context(err, "item %zu", i);
        answer->document_count = i + 1;
    }
    return true;
}

/* All or nothing: a page with a hole in it would read as "this order does not exist". */
static bool read_page(const struct exchange *exchange, const json_t *root, enum shape shape,
                      struct answer *answer, struct error *err)
{
    const json_t *meta = json_object_get(root, "meta");
    const char *key = json_string_value(json_object_get(meta, "key"));
    const json_t *items = json_object_get(root, key != NULL ? key : "items");
    if (!json_is_array(items))
        return error_set(err, ERROR_OTHER, "the list of items is missing");
    if (json_array_size(items) > WIRE_PAGE_ITEMS_MAX)
        return error_set(err, ERROR_OTHER, "the page has more than %d items",
                         (int)WIRE_PAGE_ITEMS_MAX);
    if (!read_next_page(exchange, meta, answer, err))
        return false;
    return shape == SHAPE_ORDERS ? read_orders(items, answer, err)
                                 : read_documents(items, answer, err);
}

static bool read_shape(const struct exchange *exchange, const json_t *root, struct answer *answer,
                       struct error *err)
{
    enum shape shape = shapes[exchange->operation];
    switch (shape) {
    case SHAPE_NOTHING: return true;
    case SHAPE_ORDER: return read_one_order(exchange, root, answer, err);
    case SHAPE_DOCUMENT: return read_one_document(exchange, root, answer, err);
    case SHAPE_ORDERS:
    case SHAPE_DOCUMENTS: return read_page(exchange, root, shape, answer, err);
    }
    return true;
}

/* The service documents one success code for each operation (201, 200 or 204). Any other 2xx is
 * taken too when its body is what was promised: the resource in the body, not the number in front
 * of it, proves the effect, and calling a readable success unknown would hold up numbers for
 * nothing. Where no body is promised the number is the only proof, so a body (a proxy's page, say)
 * makes it unreadable unless it is the documented 204. */
static bool read_success(const struct exchange *exchange, const struct http_response *response,
                         struct answer *answer, struct error *err)
{
    if (shapes[exchange->operation] == SHAPE_NOTHING)
        return response->status == 204 || response->body.length == 0 ||
               error_set(err, ERROR_OTHER, "a body came where none was promised");
    json_t *root = wire_load_json(&response->body, err);
    bool readable = root != NULL && read_shape(exchange, root, answer, err);
    json_decref(root);
    return readable;
}

static void decode_success(const struct exchange *exchange, const struct http_response *response,
                           struct answer *answer)
{
    struct error err = {0};
    answer->readable = read_success(exchange, response, answer, &err);
    if (answer->readable)
        return;
    answer_done(answer);
    answer->next_page_url[0] = '\0';
    error_context(&err, "the answer to %s cannot be read", operation_name(exchange->operation));
    TEXT_SET(answer->message, err.text);
}

void wire_decode(const struct exchange *exchange, const struct http_response *response,
                 struct answer *answer)
{
    *answer = (struct answer){.tag = exchange->tag,
                              .operation = exchange->operation,
                              .number_id = exchange->number_id,
                              .sent_at_ms = exchange->sent_at_ms,
                              .delivery = response->delivery,
                              .took_ms = response->took_ms};
    wire_clean_text(answer->request_id, sizeof answer->request_id, response->request_id,
                    sizeof answer->request_id);
    if (response->delivery != DELIVERY_ANSWERED) {
        TEXT_SET(answer->message, response->error);
        return;
    }
    answer->http_status = response->status;
    int64_t received_at_ms =
        exchange->sent_at_ms > 0 ? exchange->sent_at_ms + response->took_ms : 0;
    answer->has_retry_after = wire_retry_after(response, received_at_ms, &answer->retry_after_ms);
    if (response->status >= 200 && response->status <= 299)
        decode_success(exchange, response, answer);
    else
        wire_read_error(response, answer);
}
