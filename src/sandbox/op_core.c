/* The v2010 resources hosting needs: addresses and incoming phone numbers (service.md 1.10). */
#include "sandbox/exchange.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Of the account in the path; the credentials' owner is not checked against it. */
void op_create_address(struct exchange *exchange)
{
    static const char *const required[] = {"CustomerName", "Street",     "City",
                                           "Region",       "PostalCode", "IsoCountry"};
    for (size_t i = 0; i < COUNT_OF(required); i++)
        if (!check_required(exchange, required[i]))
            return;
    struct sandbox *sandbox = exchange->sandbox;
    struct address *address = address_new(sandbox);
    draw_sid(address->sid, sizeof address->sid, sandbox->seed, "AD", parameter(exchange, "Street"),
             address->index);
    TEXT_SET(address->account_sid, exchange->account_sid);
    text_replace(&address->customer_name, parameter(exchange, "CustomerName"));
    text_replace(&address->friendly_name, parameter(exchange, "FriendlyName"));
    text_replace(&address->street, parameter(exchange, "Street"));
    text_replace(&address->street_secondary, parameter(exchange, "StreetSecondary"));
    text_replace(&address->city, parameter(exchange, "City"));
    text_replace(&address->region, parameter(exchange, "Region"));
    text_replace(&address->postal_code, parameter(exchange, "PostalCode"));
    text_replace(&address->iso_country, parameter(exchange, "IsoCountry"));
    lookup_put(&sandbox->address_by_sid, address->index);
    exchange->response->status = 201;
    answer_address(exchange, address);
}

static struct address *address_of_path(struct exchange *exchange)
{
    struct address *address = address_by_sid(exchange->sandbox, exchange->path_sid);
    if (address != NULL && !address->gone)
        return address;
    refuse_missing(exchange);
    return NULL;
}

void op_fetch_address(struct exchange *exchange)
{
    const struct address *address = address_of_path(exchange);
    if (address == NULL)
        return;
    exchange->response->status = 200;
    answer_address(exchange, address);
}

void op_delete_address(struct exchange *exchange)
{
    struct address *address = address_of_path(exchange);
    if (address == NULL)
        return;
    address->gone = true;
    lookup_remove(&exchange->sandbox->address_by_sid, address->sid);
    exchange->response->status = 204;
}

static struct order *incoming_of_path(struct exchange *exchange)
{
    uint32_t index = lookup_find(&exchange->sandbox->by_incoming_sid, exchange->path_sid);
    if (index == LOOKUP_NONE || !bitset_has(&exchange->sandbox->incoming, index)) {
        refuse_missing(exchange);
        return NULL;
    }
    struct order *order = exchange->sandbox->orders[index];
    note_order(exchange, order, EFFECT_NONE);
    return order;
}

void op_fetch_incoming(struct exchange *exchange)
{
    const struct order *order = incoming_of_path(exchange);
    if (order == NULL)
        return;
    exchange->response->status = 200;
    answer_incoming(exchange, order);
}

/* Only a completed number is off-boarded this way; an order that is not is deleted itself (resource
 * page, DELETE). */
void op_delete_incoming(struct exchange *exchange)
{
    struct order *order = incoming_of_path(exchange);
    if (order == NULL)
        return;
    if (order->status != STATUS_COMPLETED && order->status != STATUS_FAILED) {
        refuse(exchange, 20409, "The number is still being hosted: its order is %s",
               status_name(order->status));
        return;
    }
    note_order(exchange, order, EFFECT_NUMBER_RELEASED);
    order_release(exchange->sandbox, order);
    exchange->response->status = 204;
}
