/* Carries decisions out: row, history, order and LOA in the transaction of the turn. */
#include "base/text.h"
#include "engine/engine_private.h"

#include <stdio.h>

/* A number fell back to verified: its document tells why. One that was never seen tells nothing. */
static bool look_at_document(struct engine *engine, const struct number *number, int64_t now_ms,
                             struct error *err)
{
    struct loa loa;
    bool found = false;
    if (!store_find_loa(engine->store, number->loa_id, &loa, &found, err))
        return false;
    bool known = found && loa.sid[0] != '\0';
    if (known && loa.ended_at_ms == 0) {
        loa.due_at_ms = now_ms;
        return store_save_loa(engine->store, &loa, err);
    }
    struct decision next;
    enum document_status status = known ? loa.status : DOCUMENT_UNKNOWN;
    decide_document(number, status, &engine->options.policy, now_ms, &next);
    next.read_document = false;
    return apply_decision(engine, &next, now_ms, err);
}

/* An LOA sent in the Console, or before the database was lost: followed as one of ours. The orders
 * it was sent for are known one by one, as each is seen. */
static bool follow_document(struct store *store, struct number *number, int64_t now_ms,
                            struct error *err)
{
    struct loa loa = {.signer_id = number->signer_id,
                      .status = DOCUMENT_SIGNING,
                      .sent_at_ms = now_ms,
                      .due_at_ms = now_ms};
    bool found = false;
    TEXT_SET(loa.sid, number->loa_sid);
    if (!store_find_loa_by_sid(store, number->loa_sid, &loa, &found, err))
        return false;
    bool sent_from_here = loa.intent_at_ms != 0; /* counted when it was packed */
    loa.number_count += sent_from_here ? 0 : 1;
    if (!store_save_loa(store, &loa, err))
        return false;
    number->loa_id = loa.id;
    return true;
}

/* The order found may carry another of our names than the one last asked for, or one from before
 * the database was lost. */
static bool name_order(struct store *store, const struct decision *decision, int64_t now_ms,
                       struct error *err)
{
    const struct number *number = &decision->number;
    if (!store_end_other_orders(store, number, now_ms, err) ||
        !store_add_order(store, number, now_ms, err) ||
        !store_name_order(store, number->unique_name, number->order_sid, err))
        return false;
    return !decision->order_ended ||
           store_end_order(store, number->unique_name, status_name(number->status), now_ms, err);
}

bool apply_decision(struct engine *engine, const struct decision *decision, int64_t now_ms,
                    struct error *err)
{
    if (decision->ignored)
        return true;
    struct number number = decision->number;
    struct store *store = engine->store;
    if (decision->document_found && !follow_document(store, &number, now_ms, err))
        return false;
    if (decision->order_ended &&
        !store_end_order(store, decision->ended_name, status_name(number.status), now_ms, err))
        return false;
    if (!store_save_number(store, &number, err))
        return false;
    for (size_t i = 0; i < decision->event_count; i++)
        if (!store_add_event(store, &decision->events[i], err))
            return false;
    if (decision->order_named && !name_order(store, decision, now_ms, err))
        return false;
    return !decision->read_document || look_at_document(engine, &number, now_ms, err);
}

bool apply_to_loa(struct engine *engine, int64_t loa_id, decide_fn decide, void *context,
                  int64_t now_ms, struct error *err)
{
    struct number page[PAGE_OF_NUMBERS];
    size_t count = 0;
    int64_t after_id = 0;
    do {
        if (!store_take_of_loa(engine->store, loa_id, after_id, page, PAGE_OF_NUMBERS, &count, err))
            return false;
        for (size_t i = 0; i < count; i++) {
            struct decision decision;
            decide(&page[i], context, &decision);
            if (!apply_decision(engine, &decision, now_ms, err))
                return false;
            after_id = page[i].id;
        }
    } while (count == PAGE_OF_NUMBERS);
    return true;
}
