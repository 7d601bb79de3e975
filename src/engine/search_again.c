/* An LOA that was given up as not sent, so that another went out: an hour later it is looked for
 * once more among the documents of its signer. Should it have gone out after all, the signer has
 * two. */
#include "base/clock.h"
#include "base/require.h"
#include "base/text.h"
#include "engine/engine_private.h"

/* An LOA that went out late shows by then. */
#define AGAIN_AFTER_MS HOUR_MS

bool search_again_open(struct engine *engine, struct error *err)
{
    struct loa loa;
    bool found = false;
    if (!store_first_given_up_loa(engine->store, &loa, &found, err))
        return false;
    engine->given_up_at_ms = found ? loa.due_at_ms : 0;
    return true;
}

void search_again_later(struct engine *engine, struct loa *loa, int64_t now_ms)
{
    loa->due_at_ms = now_ms + AGAIN_AFTER_MS;
    if (engine->given_up_at_ms == 0 || engine->given_up_at_ms > loa->due_at_ms)
        engine->given_up_at_ms = loa->due_at_ms;
}

bool search_again_begin(struct engine *engine, int64_t now_ms, struct error *err)
{
    struct loa loa;
    bool found = false;
    bool due = engine->given_up_at_ms > 0 && engine->given_up_at_ms <= now_ms;
    if (!due || engine->search.loa_id != 0)
        return true;
    if (!store_first_given_up_loa(engine->store, &loa, &found, err))
        return false;
    engine->given_up_at_ms = found ? loa.due_at_ms : 0;
    if (!found || loa.due_at_ms > now_ms)
        return true;
    if (!search_begin(engine, loa.id, now_ms, err))
        return false;
    engine->search.again = true;
    return true;
}

bool search_again_see(struct engine *engine, const struct answer *answer, int64_t now_ms,
                      struct error *err)
{
    struct search *search = &engine->search;
    const struct document_seen *document = &search->candidates[search->at];
    for (size_t i = 0; i < answer->order_count; i++) {
        struct number number;
        struct decision decision;
        bool found = false;
        if (!store_find_by_order(engine->store, answer->orders[i].sid, &number, &found, err))
            return false;
        if (!found)
            continue;
        decide_second_loa(&number, document->sid, &engine->options.policy, now_ms, &decision);
        if (!apply_decision(engine, &decision, now_ms, err))
            return false;
        if (!decision.ignored)
            search->second = *document;
    }
    return true;
}

bool search_again_end(struct engine *engine, struct loa *loa, int64_t now_ms, struct error *err)
{
    const struct document_seen *second = &engine->search.second;
    loa->due_at_ms = 0;
    if (second->sid[0] != '\0') { /* known from here on, and followed like any other */
        TEXT_SET(loa->sid, second->sid);
        loa->status = second->status;
        loa->sent_at_ms = now_ms;
        loa->ended_at_ms = 0;
        loa->due_at_ms = now_ms;
    }
    engine->search = (struct search){0};
    return store_save_loa(engine->store, loa, err) && search_again_open(engine, err);
}

bool search_again_put_off(struct engine *engine, int64_t now_ms, struct error *err)
{
    struct loa loa;
    bool found = false;
    if (!store_find_loa(engine->store, engine->search.loa_id, &loa, &found, err))
        return false;
    REQUIRE(found); /* its answer was just taken */
    engine->search = (struct search){0};
    search_again_later(engine, &loa, now_ms);
    return store_save_loa(engine->store, &loa, err) && search_again_open(engine, err);
}
