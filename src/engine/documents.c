/* LOAs: verified orders packed by signer, sent once, followed to their end. */
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "engine/engine_private.h"

#include <stdlib.h>
#include <string.h>

enum { SIGNERS_PER_TURN = 4, DOCUMENTS_PER_TURN = 16 };

static bool lacks_signer(struct engine *engine, int64_t signer_id, int64_t now_ms,
                         struct error *err)
{
    struct number page[PAGE_OF_NUMBERS];
    size_t count = 0;
    if (!store_take_ready(engine->store, signer_id, page, PAGE_OF_NUMBERS, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct decision decision;
        decide_attention(&page[i], ATTENTION_NO_SIGNER,
                         "the LOA needs address_sid, email, contact_title and contact_phone_number",
                         now_ms, &decision);
        if (!apply_decision(engine, &decision, now_ms, err))
            return false;
    }
    return true;
}

/* Put the ready numbers of the signer, at most the policy's, on the LOA of the slot. */
static bool pack(struct engine *engine, struct slot *slot, struct loa *loa, int64_t now_ms,
                 struct error *err)
{
    const struct policy *policy = &engine->options.policy;
    size_t most = (size_t)policy->loa_numbers_at_most;
    struct number page[PAGE_OF_NUMBERS];
    size_t count = 0;
    slot->order_sids = memory_new(most, SID_BYTES);
    do {
        size_t max = most - slot->request.order_count;
        max = max < PAGE_OF_NUMBERS ? max : PAGE_OF_NUMBERS;
        if (!store_take_ready(engine->store, loa->signer_id, page, max, &count, err))
            return false;
        for (size_t i = 0; i < count; i++) {
            struct decision decision;
            decide_intent(&page[i], OPERATION_CREATE_DOCUMENT, policy, now_ms, &decision);
            decision.number.loa_id = loa->id;
            if (!apply_decision(engine, &decision, now_ms, err))
                return false;
            size_t at = slot->request.order_count++;
            TEXT_SET(slot->order_sids[at], page[i].order_sid);
        }
    } while (count > 0 && slot->request.order_count < most);
    loa->number_count = (int64_t)slot->request.order_count;
    return store_save_loa(engine->store, loa, err);
}

static bool send_document(struct engine *engine, int64_t signer_id, int64_t now_ms,
                          struct error *err)
{
    struct signer signer;
    bool found = false;
    if (!store_read_signer(engine->store, signer_id, &signer, &found, err))
        return false;
    if (!found || !signer_is_complete(&signer))
        return lacks_signer(engine, signer_id, now_ms, err);
    struct loa loa = {.signer_id = signer_id, .status = DOCUMENT_OPENED, .intent_at_ms = now_ms};
    if (!store_save_loa(engine->store, &loa, err))
        return false;
    struct slot *slot = slot_take(engine, WORK_DOCUMENT, now_ms);
    slot->request.operation = OPERATION_CREATE_DOCUMENT;
    slot->loa_id = loa.id;
    slot->signer = signer;
    if (!pack(engine, slot, &loa, now_ms, err))
        return false;
    if (slot->request.order_count == 0) { /* nothing to sign: an empty LOA must not go out */
        slot_free(engine, slot);
        loa.ended_at_ms = now_ms;
        return store_save_loa(engine->store, &loa, err);
    }
    (void)tokens_take(&engine->requests, now_ms);
    engine->dispatched_in_turn++;
    return true;
}

static bool has_room(struct engine *engine, int64_t now_ms)
{
    return slots_free(engine) > 0 && tokens_available(&engine->requests, now_ms) > 0;
}

static bool is_looked_at(const struct engine *engine, int64_t loa_id)
{
    for (size_t i = 0; i < engine->slot_count; i++)
        if (engine->slots[i].work == WORK_DOCUMENT_LOOK && engine->slots[i].loa_id == loa_id)
            return true;
    return false;
}

static bool look_at_documents(struct engine *engine, int64_t now_ms, struct error *err)
{
    struct loa due[DOCUMENTS_PER_TURN];
    size_t count = 0;
    if (!store_take_due_loas(engine->store, now_ms, due, DOCUMENTS_PER_TURN, &count, err))
        return false;
    for (size_t i = 0; i < count && has_room(engine, now_ms); i++) {
        if (is_looked_at(engine, due[i].id))
            continue;
        struct slot *slot = slot_take(engine, WORK_DOCUMENT_LOOK, now_ms);
        slot->request.operation = OPERATION_FETCH_DOCUMENT;
        slot->loa_id = due[i].id;
        TEXT_SET(slot->request.document_sid, due[i].sid);
        (void)tokens_take(&engine->requests, now_ms);
        engine->dispatched_in_turn++;
    }
    return true;
}

bool documents_dispatch(struct engine *engine, int64_t now_ms, struct error *err)
{
    int64_t signers[SIGNERS_PER_TURN];
    size_t count = 0;
    if (!search_again_begin(engine, now_ms, err))
        return false;
    search_dispatch(engine, now_ms);
    if (!look_at_documents(engine, now_ms, err))
        return false;
    if (now_ms < engine->documents_after_ms || !has_room(engine, now_ms))
        return true;
    if (!store_take_signers(engine->store, now_ms, engine->options.policy.loa_numbers_at_most,
                            signers, SIGNERS_PER_TURN, &count, err))
        return false;
    for (size_t i = 0; i < count && has_room(engine, now_ms); i++)
        if (!send_document(engine, signers[i], now_ms, err))
            return false;
    return true;
}

struct sent {
    struct engine *engine;
    const struct answer *answer;
    const char *sid;
    enum document_status status;
    int64_t now_ms;
    bool first_done;
};

static void one_authorized(const struct number *number, void *context, struct decision *out)
{
    const struct sent *sent = context;
    decide_authorized(number, sent->sid, &sent->engine->options.policy, sent->now_ms, out);
    out->ignored = number->intent != INTENT_AUTHORIZE;
}

static void one_not_authorized(const struct number *number, void *context, struct decision *out)
{
    const struct sent *sent = context;
    decide_not_authorized(number, &sent->engine->options.policy, sent->now_ms, out);
    out->ignored = number->intent != INTENT_AUTHORIZE;
}

static void one_unauthorized(const struct number *number, void *context, struct decision *out)
{
    struct sent *sent = context;
    const struct policy *policy = &sent->engine->options.policy;
    decide_unauthorized(number, sent->answer, policy, sent->now_ms, out);
    out->ignored = number->intent != INTENT_AUTHORIZE;
    if (out->number.intent == INTENT_NONE)
        return;
    if (sent->first_done) /* one look tells for the whole document; the others only if it does not
                           */
        out->number.due_at_ms = number->intent_at_ms + policy->reconcile_grace_ms + MINUTE_MS;
    sent->first_done = true;
}

static void one_document(const struct number *number, void *context, struct decision *out)
{
    const struct sent *sent = context;
    decide_document(number, sent->status, &sent->engine->options.policy, sent->now_ms, out);
}

static bool is_success(const struct answer *answer)
{
    return answer->delivery == DELIVERY_ANSWERED && answer->http_status >= 200 &&
           answer->http_status < 300 && answer->readable && answer->document_count == 1 &&
           answer->documents[0].sid[0] != '\0';
}

static bool is_doubtful(const struct answer *answer)
{
    return answer->delivery == DELIVERY_UNCERTAIN ||
           (answer->delivery == DELIVERY_ANSWERED &&
            (answer->http_status >= 500 || answer->http_status < 300 ||
             answer->http_status == 408));
}

static void document_sent(struct engine *engine, struct loa *loa, const char *sid,
                          enum document_status status, int64_t now_ms)
{
    TEXT_SET(loa->sid, sid);
    loa->status = status;
    loa->in_doubt = false;
    loa->sent_at_ms = now_ms;
    loa->ended_at_ms = 0;
    loa->due_at_ms = now_ms + engine->options.policy.poll_signature_ms;
    engine->documents_after_ms = 0;
    engine->document_tries = 0;
    engine->progress.documents++;
}

static void pause_documents(struct engine *engine, const struct answer *answer, int64_t now_ms)
{
    engine->documents_after_ms = now_ms + decide_pause_ms(answer, engine->document_tries++,
                                                          &engine->options.policy, &engine->rng);
}

bool documents_created(struct engine *engine, const struct slot *slot, const struct answer *answer,
                       int64_t now_ms, struct error *err)
{
    struct sent sent = {.engine = engine, .answer = answer, .now_ms = now_ms};
    struct loa loa;
    bool found = false;
    if (!store_find_loa(engine->store, slot->loa_id, &loa, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_STORE, "the record of an LOA under way is gone");
    decide_fn decide = one_unauthorized;
    if (is_success(answer)) {
        sent.sid = answer->documents[0].sid;
        document_sent(engine, &loa, sent.sid, answer->documents[0].status, now_ms);
        decide = one_authorized;
    } else {
        pause_documents(engine, answer, now_ms);
        loa.in_doubt = is_doubtful(answer);
        loa.ended_at_ms = loa.in_doubt ? 0 : now_ms;
        engine->progress.in_doubt += loa.in_doubt ? 1 : 0;
    }
    return store_save_loa(engine->store, &loa, err) &&
           apply_to_loa(engine, loa.id, decide, &sent, now_ms, err);
}

static bool has_event(const struct decision *decision, enum event_kind kind)
{
    for (size_t i = 0; i < decision->event_count; i++)
        if (decision->events[i].kind == kind)
            return true;
    return false;
}

bool documents_found(struct engine *engine, struct loa *loa, const char *sid,
                     enum document_status status, int64_t now_ms, struct error *err)
{
    struct sent sent = {.engine = engine, .sid = sid, .now_ms = now_ms};
    document_sent(engine, loa, sid, status, now_ms);
    if (status != DOCUMENT_SIGNING) /* whatever became of it is news for its numbers */
        loa->due_at_ms = now_ms;
    return store_save_loa(engine->store, loa, err) &&
           apply_to_loa(engine, loa->id, one_authorized, &sent, now_ms, err);
}

bool documents_not_sent(struct engine *engine, struct loa *loa, int64_t now_ms, struct error *err)
{
    struct sent sent = {.engine = engine, .now_ms = now_ms};
    loa->in_doubt = false;
    loa->ended_at_ms = now_ms;
    search_again_later(engine, loa, now_ms);
    return store_save_loa(engine->store, loa, err) &&
           apply_to_loa(engine, loa->id, one_not_authorized, &sent, now_ms, err);
}

bool documents_settle_doubt(struct engine *engine, const struct number *before,
                            const struct decision *decision, int64_t now_ms, struct error *err)
{
    const char *sid = decision->number.loa_sid;
    bool new_sid = sid[0] != '\0' && strcmp(sid, before->loa_sid) != 0;
    bool was_sent = has_event(decision, EVENT_LOA_SENT) && new_sid;
    struct loa loa;
    bool found = false;
    if (decision->search_document)
        return search_begin(engine, before->loa_id, now_ms, err);
    if (!was_sent)
        return true; /* this number alone: the others are looked at themselves */
    if (!store_find_loa(engine->store, before->loa_id, &loa, &found, err))
        return false;
    return !found || loa.sid[0] != '\0' ||
           documents_found(engine, &loa, sid, DOCUMENT_SIGNING, now_ms, err);
}

bool documents_looked(struct engine *engine, const struct slot *slot, const struct answer *answer,
                      int64_t now_ms, struct error *err)
{
    struct loa loa;
    bool found = false;
    if (!store_find_loa(engine->store, slot->loa_id, &loa, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_STORE, "the record of an LOA being looked at is gone");
    loa.due_at_ms = now_ms + engine->options.policy.poll_signature_ms;
    bool gone = answer->delivery == DELIVERY_ANSWERED && answer->http_status == 404;
    if (!is_success(answer) && !gone)
        return store_save_loa(engine->store, &loa, err);
    loa.status = gone ? DOCUMENT_CANCELED : answer->documents[0].status;
    bool ended = loa.status == DOCUMENT_SIGNED || loa.status == DOCUMENT_CANCELED ||
                 loa.status == DOCUMENT_FAILED;
    loa.ended_at_ms = ended ? now_ms : 0;
    loa.due_at_ms = ended ? 0 : loa.due_at_ms;
    struct sent sent = {.engine = engine, .status = loa.status, .now_ms = now_ms};
    return store_save_loa(engine->store, &loa, err) &&
           apply_to_loa(engine, loa.id, one_document, &sent, now_ms, err);
}
