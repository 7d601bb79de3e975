/* What has arrived, and what time has done. */
#include "base/text.h"
#include "domain/failure.h"
#include "engine/engine_private.h"

#include <stdio.h>
#include <string.h>

static void count_event(struct engine_progress *progress, enum event_kind kind)
{
    progress->orders += kind == EVENT_ORDER_CREATED ? 1 : 0;
    progress->calls += kind == EVENT_CALL_PLACED ? 1 : 0;
    progress->in_doubt += kind == EVENT_OUTCOME_UNKNOWN ? 1 : 0;
}

void access_describe(const struct answer *answer, char *text, size_t text_bytes)
{
    const struct failure *failure =
        failure_of_answer(answer->operation, answer->http_status, answer->code);
    snprintf(text, text_bytes, "%s (HTTP %d, code %d, request %s): %s", failure->reason,
             answer->http_status, answer->code,
             answer->request_id[0] != '\0' ? answer->request_id : "without id", failure->advice);
}

static void lose_access(struct engine *engine, const struct answer *answer)
{
    engine->no_access = true;
    access_describe(answer, engine->no_access_text, sizeof engine->no_access_text);
    engine_stop(engine);
}

static bool has_event(const struct decision *decision, enum event_kind kind)
{
    for (size_t i = 0; i < decision->event_count; i++)
        if (decision->events[i].kind == kind)
            return true;
    return false;
}

static bool settle_number(struct engine *engine, const struct slot *slot,
                          const struct answer *answer, int64_t now_ms, struct error *err)
{
    struct number before;
    bool found = false;
    if (!store_find_number(engine->store, slot->request.number_id, &before, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_STORE, "a number with a request under way is gone");
    const char *asked_about = slot->request.order_sid;
    if (asked_about[0] != '\0' && strcmp(asked_about, before.order_sid) != 0)
        return true; /* a person started a new order meanwhile: the old one is nobody's business now
                      */
    struct decision decision;
    decide_answer(&before, &slot->request, answer, &engine->options.policy, &engine->rng, now_ms,
                  &decision);
    for (size_t i = 0; i < decision.event_count; i++)
        count_event(&engine->progress, decision.events[i].kind);
    if (decision.stop_run)
        lose_access(engine, answer);
    if (!apply_decision(engine, &decision, now_ms, err))
        return false;
    if (before.intent == INTENT_CREATE && has_event(&decision, EVENT_NOT_HAPPENED) &&
        !account_note_repeat(engine, now_ms, err))
        return false;
    return before.intent != INTENT_AUTHORIZE ||
           documents_settle_doubt(engine, &before, &decision, now_ms, err);
}

bool access_is_refused(const struct answer *answer)
{
    return answer->delivery == DELIVERY_ANSWERED && answer->http_status >= 300 &&
           answer->http_status < 500 &&
           failure_of_answer(answer->operation, answer->http_status, answer->code)->class ==
               FAILURE_STOP_RUN;
}

static bool settle(struct engine *engine, struct slot *slot, const struct answer *answer,
                   int64_t now_ms, struct error *err)
{
    if (slot->work != WORK_NUMBER && access_is_refused(answer))
        lose_access(engine, answer);
    switch (slot->work) {
    case WORK_NUMBER: return settle_number(engine, slot, answer, now_ms, err);
    case WORK_SWEEP: return sweeps_answered(engine, slot, answer, now_ms, err);
    case WORK_DOCUMENT: return documents_created(engine, slot, answer, now_ms, err);
    case WORK_DOCUMENT_LOOK: return documents_looked(engine, slot, answer, now_ms, err);
    case WORK_SEARCH: return search_answered(engine, slot, answer, now_ms, err);
    case WORK_PROBE:
    case WORK_NONE: return true;
    }
    return true;
}

/* Requests that could not be encoded: nothing left, and nothing ever will with these data. */
static bool settle_unsendable(struct engine *engine, int64_t now_ms, struct error *err)
{
    for (size_t i = 0; i < engine->slot_count; i++) {
        struct slot *slot = &engine->slots[i];
        if (slot->work == WORK_NONE || slot->unsendable[0] == '\0')
            continue;
        struct answer answer = {
            .operation = slot->request.operation,
            .number_id = slot->request.number_id,
            .sent_at_ms = slot->request.sent_at_ms,
            .delivery = DELIVERY_ANSWERED,
            .http_status = 400,
        };
        TEXT_SET(answer.message, slot->unsendable);
        bool ok = settle(engine, slot, &answer, now_ms, err);
        slot_free(engine, slot);
        if (!ok)
            return false;
    }
    return true;
}

bool settle_answers(struct engine *engine, int64_t now_ms, struct error *err)
{
    struct answer answers[ANSWERS_PER_TURN];
    size_t count =
        engine->executor->ops->collect(engine->executor->self, answers, ANSWERS_PER_TURN);
    bool ok = settle_unsendable(engine, now_ms, err);
    for (size_t i = 0; i < count; i++) {
        struct slot *slot = slot_of_tag(engine, answers[i].tag);
        outage_note(engine, &answers[i], now_ms);
        ok = ok && settle(engine, slot, &answers[i], now_ms, err);
        slot_free(engine, slot);
        answer_done(&answers[i]);
    }
    return ok;
}

static bool end_calls(struct engine *engine, int64_t now_ms, struct error *err)
{
    struct number page[PAGE_OF_NUMBERS];
    size_t count = 0;
    if (!store_take_ended_calls(engine->store, now_ms, page, PAGE_OF_NUMBERS, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct decision decision;
        decide_call_ended(&page[i], &engine->options.policy, now_ms, &decision);
        if (!apply_decision(engine, &decision, now_ms, err))
            return false;
    }
    return true;
}

bool pass_time(struct engine *engine, int64_t now_ms, struct error *err)
{
    if (!end_calls(engine, now_ms, err))
        return false;
    struct number page[PAGE_OF_NUMBERS];
    size_t count = 0;
    if (!store_take_lapsing(engine->store, now_ms, engine->options.policy.warn_before_ms, page,
                            PAGE_OF_NUMBERS, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct decision decision;
        decide_lapsing(&page[i], &engine->options.policy, now_ms, &decision);
        if (!apply_decision(engine, &decision, now_ms, err))
            return false;
    }
    return true;
}
