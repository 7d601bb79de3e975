/* An LOA whose create got no answer, looked for among the documents of its signer: what was
 * declined within the grace stands on no order any more, and must not be mailed a second time. */
#include "base/clock.h"
#include "base/text.h"
#include "domain/pace.h"
#include "engine/engine_private.h"

#include <stdio.h>
#include <string.h>

/* How far the service's clock may be behind ours. */
#define CLOCKS_DIFFER_MS HOUR_MS

bool search_begin(struct engine *engine, int64_t loa_id, int64_t now_ms, struct error *err)
{
    struct search *search = &engine->search;
    struct signer signer;
    struct loa loa;
    bool found = false;
    if (search->loa_id != 0)
        return true;
    if (!store_find_loa(engine->store, loa_id, &loa, &found, err))
        return false;
    if (!found || loa.sid[0] != '\0')
        return true;
    if (!store_read_signer(engine->store, loa.signer_id, &signer, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_STORE, "the signer of an LOA in doubt is gone");
    *search = (struct search){
        .loa_id = loa_id, .signer = signer, .since_ms = loa.intent_at_ms, .retry_at_ms = now_ms};
    return true;
}

int64_t search_next_at(const struct engine *engine)
{
    const struct search *search = &engine->search;
    int64_t at_ms = search->loa_id != 0 ? search->retry_at_ms : engine->given_up_at_ms;
    return !search->asking && slots_free(engine) > 0 && !engine->paced ? at_ms : 0;
}

void search_dispatch(struct engine *engine, int64_t now_ms)
{
    struct search *search = &engine->search;
    bool may = search->loa_id != 0 && !search->asking && search->retry_at_ms <= now_ms &&
               slots_free(engine) > 0;
    if (!may || !tokens_take(&engine->requests, now_ms))
        return;
    struct slot *slot = slot_take(engine, WORK_SEARCH, now_ms);
    struct request *request = &slot->request;
    slot->signer = search->signer;
    slot->loa_id = search->loa_id;
    request->page_size = engine->options.policy.page_size;
    TEXT_SET(request->page_url, search->page_url);
    request->operation = search->listed ? OPERATION_LIST_DEPENDENTS : OPERATION_LIST_DOCUMENTS;
    if (search->listed)
        TEXT_SET(request->document_sid, search->candidates[search->at].sid);
    search->asking = true;
    engine->dispatched_in_turn++;
}

static void search_end(struct engine *engine)
{
    engine->search = (struct search){0};
}

struct telling {
    struct engine *engine;
    const char *reason;
    int64_t now_ms;
};

static void one_unsearchable(const struct number *number, void *context, struct decision *out)
{
    const struct telling *telling = context;
    decide_unsearchable(number, telling->reason, &telling->engine->options.policy, telling->now_ms,
                        out);
    out->ignored = number->intent != INTENT_AUTHORIZE;
}

/* From the first document again: a page token may have been the trouble. */
static void start_over(struct search *search)
{
    search->listed = false;
    search->trail = (struct page_trail){0};
    search->page_url[0] = '\0';
    search->candidate_count = 0;
    search->at = 0;
    search->has_orders = false;
}

/* Once in a while it fails; when it goes on failing a person is told, and it goes on all the same.
 */
static bool try_later(struct engine *engine, const struct answer *answer, const char *why,
                      int64_t now_ms, struct error *err)
{
    struct search *search = &engine->search;
    const struct policy *policy = &engine->options.policy;
    search->retry_at_ms = now_ms + decide_pause_ms(answer, search->tries, policy, &engine->rng);
    search->tries += answer->http_status == 429 ? 0 : 1;
    if (search->tries < policy->retry_attempts)
        return true;
    if (search->again)
        return search_again_put_off(engine, now_ms, err);
    start_over(search);
    if (now_ms - search->since_ms < HOUR_MS)
        return true;
    char reason[REASON_BYTES];
    snprintf(reason, sizeof reason, "whether the LOA was sent cannot be found out: %s: %.150s",
             operation_name(answer->operation), why);
    struct telling telling = {.engine = engine, .reason = reason, .now_ms = now_ms};
    return apply_to_loa(engine, search->loa_id, one_unsearchable, &telling, now_ms, err);
}

static bool is_good(const struct answer *answer)
{
    return answer->delivery == DELIVERY_ANSWERED && answer->http_status == 200 && answer->readable;
}

static bool is_over(const struct document_seen *document)
{
    return document->status == DOCUMENT_CANCELED || document->status == DOCUMENT_FAILED;
}

static bool may_be_it(struct engine *engine, const struct document_seen *document, bool *may,
                      struct error *err)
{
    struct loa known;
    bool found = false;
    int64_t made_at_ms = document->date_created_at_ms; /* 0: not told */
    *may = made_at_ms == 0 || made_at_ms >= engine->search.since_ms - CLOCKS_DIFFER_MS;
    if (*may && !store_find_loa_by_sid(engine->store, document->sid, &known, &found, err))
        return false;
    *may = *may && !found;
    return true;
}

/* On to the next page, or false when this was the last. Only now the page was of use: one that is
 * good and leads nowhere counts as a failure. */
static bool turn_page(struct search *search, const struct answer *answer)
{
    bool goes_on = answer->next_page_url[0] != '\0';
    if (!goes_on)
        search->trail = (struct page_trail){0};
    search->tries = 0;
    TEXT_SET(search->page_url, answer->next_page_url);
    return goes_on;
}

static bool see_documents(struct engine *engine, const struct answer *answer, int64_t now_ms,
                          struct error *err)
{
    struct search *search = &engine->search;
    for (size_t i = 0; i < answer->document_count; i++) {
        bool may = false;
        if (!may_be_it(engine, &answer->documents[i], &may, err))
            return false;
        if (!may)
            continue;
        if (search->candidate_count == SEARCH_CANDIDATES_MAX)
            return try_later(engine, answer, "too many documents of this signer are unknown here",
                             now_ms, err);
        search->candidates[search->candidate_count++] = answer->documents[i];
    }
    search->listed = !turn_page(search, answer);
    return true;
}

/* One of the document's orders is that of a number of the LOA in doubt. */
static bool holds_ours(struct engine *engine, const struct answer *answer, bool *ours,
                       struct error *err)
{
    *ours = false;
    for (size_t i = 0; i < answer->order_count && !*ours; i++) {
        struct number number;
        bool found = false;
        if (!store_find_by_order(engine->store, answer->orders[i].sid, &number, &found, err))
            return false;
        *ours = found && number.loa_id == engine->search.loa_id;
    }
    engine->search.has_orders |= answer->order_count > 0;
    return true;
}

static void next_candidate(struct search *search)
{
    search->at++;
    search->has_orders = false;
    search->trail = (struct page_trail){0};
    search->page_url[0] = '\0';
}

static bool found_it(struct engine *engine, struct loa *loa, int64_t now_ms, struct error *err)
{
    const struct document_seen document = engine->search.candidates[engine->search.at];
    search_end(engine);
    return documents_found(engine, loa, document.sid, document.status, now_ms, err);
}

/* It was given up: whatever holds an order of ours is a second one, and so may others be. */
static bool see_orders_again(struct engine *engine, const struct answer *answer, int64_t now_ms,
                             struct error *err)
{
    struct search *search = &engine->search;
    if (!search_again_see(engine, answer, now_ms, err))
        return false;
    if (!turn_page(search, answer))
        next_candidate(search);
    return true;
}

static bool see_orders(struct engine *engine, const struct answer *answer, struct loa *loa,
                       int64_t now_ms, struct error *err)
{
    struct search *search = &engine->search;
    bool ours = false;
    if (search->again)
        return see_orders_again(engine, answer, now_ms, err);
    if (!holds_ours(engine, answer, &ours, err))
        return false;
    if (!ours && turn_page(search, answer))
        return true;
    if (ours || (is_over(&search->candidates[search->at]) && !search->has_orders))
        return found_it(engine, loa, now_ms, err);
    next_candidate(search);
    return true;
}

/* A document that is over and does not show its orders may have been it: nobody is mailed again on
 * a guess. */
static bool hides_orders(const struct search *search, const struct answer *answer)
{
    return answer->operation == OPERATION_LIST_DEPENDENTS &&
           answer->delivery == DELIVERY_ANSWERED && answer->http_status == 404 &&
           is_over(&search->candidates[search->at]);
}

static bool see(struct engine *engine, const struct answer *answer, struct loa *loa, int64_t now_ms,
                struct error *err)
{
    struct search *search = &engine->search;
    bool hidden = hides_orders(search, answer);
    if (hidden && !search->again)
        return found_it(engine, loa, now_ms, err);
    if (!hidden && !is_good(answer))
        return try_later(engine, answer, answer->message, now_ms, err);
    const char *next = answer->next_page_url;
    if (next[0] != '\0' && !page_trail_follow(&search->trail, search->page_url, next))
        return try_later(engine, answer, "its pages lead in a circle", now_ms, err);
    if (!(answer->operation == OPERATION_LIST_DOCUMENTS
              ? see_documents(engine, answer, now_ms, err)
              : see_orders(engine, answer, loa, now_ms, err)))
        return false;
    bool nowhere = search->loa_id != 0 && search->listed && search->at == search->candidate_count;
    if (!nowhere)
        return true;
    if (search->again)
        return search_again_end(engine, loa, now_ms, err);
    search_end(engine);
    return documents_not_sent(engine, loa, now_ms, err);
}

bool search_answered(struct engine *engine, const struct slot *slot, const struct answer *answer,
                     int64_t now_ms, struct error *err)
{
    struct loa loa;
    bool found = false;
    engine->search.asking = false;
    if (!store_find_loa(engine->store, slot->loa_id, &loa, &found, err))
        return false;
    if (found && loa.sid[0] == '\0')
        return see(engine, answer, &loa, now_ms, err);
    search_end(engine); /* an order showed its document meanwhile */
    return true;
}
