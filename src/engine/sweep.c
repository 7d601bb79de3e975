/* Sweeps: one paged list read refreshes every waiting order of a status, instead of one request per
 * number. */
#include "base/text.h"
#include "domain/pace.h"
#include "engine/engine_private.h"

#include <string.h>

/* Between two lists of a status; 0: no order that waits is in it. */
static int64_t pause_between(const struct policy *policy, enum status status)
{
    switch (status) {
    case STATUS_TWILIO_PROCESSING:
    case STATUS_VERIFIED: return policy->poll_processing_ms;
    case STATUS_RECEIVED:
    case STATUS_PENDING_VERIFICATION: return policy->poll_verification_ms;
    case STATUS_PENDING_LOA: return policy->poll_signature_ms;
    case STATUS_CARRIER_PROCESSING:
    case STATUS_TESTING:
    case STATUS_ACTION_REQUIRED: return policy->poll_carrier_ms;
    case STATUS_QUEUED:
    case STATUS_COMPLETED:
    case STATUS_FAILED:
    case STATUS_CANCELED: return 0;
    }
    return 0;
}

static void begin(struct sweep *sweep, int64_t now_ms)
{
    *sweep = (struct sweep){.active = true,
                            .waiting_page = true,
                            .begun_at_ms = now_ms,
                            .done_at_ms = sweep->done_at_ms};
}

static void end(struct sweep *sweep, int64_t now_ms)
{
    sweep->active = false;
    sweep->waiting_page = false;
    sweep->done_at_ms = now_ms;
}

/* Enough are due in this status that the list is cheaper. Those still due right after it left their
 * list, and are looked at one by one. */
static bool is_wanted(struct engine *engine, enum status status, bool *wanted, int64_t now_ms,
                      struct error *err)
{
    const struct policy *policy = &engine->options.policy;
    const struct sweep *sweep = &engine->sweeps[status];
    int64_t pause_ms = pause_between(policy, status);
    int64_t due = 0;
    bool too_early = sweep->done_at_ms > 0 && now_ms - sweep->done_at_ms < pause_ms;
    *wanted = false;
    if (pause_ms == 0 || too_early)
        return true;
    if (!store_count_looks(engine->store, status, now_ms, policy->sweep_from, &due, err))
        return false;
    *wanted = due >= policy->sweep_from;
    return true;
}

static void ask_page(struct engine *engine, int32_t index, int64_t now_ms)
{
    struct sweep *sweep = &engine->sweeps[index];
    struct slot *slot = slot_take(engine, WORK_SWEEP, now_ms);
    slot->sweep = index;
    slot->request.operation = OPERATION_LIST_ORDERS;
    slot->request.filter_by_status = index != SWEEP_ALL;
    slot->request.status = index != SWEEP_ALL ? (enum status)index : STATUS_QUEUED;
    slot->request.page_size = engine->options.policy.page_size;
    TEXT_SET(slot->request.page_url, sweep->next_page_url);
    sweep->waiting_page = false;
    (void)tokens_take(&engine->requests, now_ms);
    engine->dispatched_in_turn++;
}

bool sweeps_dispatch(struct engine *engine, int64_t now_ms, size_t *room, struct error *err)
{
    for (int32_t i = SWEEP_ALL; i >= 0 && *room > 0; i--) {
        struct sweep *sweep = &engine->sweeps[i];
        if (i != SWEEP_ALL && !sweep->active) {
            bool wanted = false;
            if (!is_wanted(engine, (enum status)i, &wanted, now_ms, err))
                return false;
            if (wanted)
                begin(sweep, now_ms);
        }
        if (i == SWEEP_ALL && !sweep->active && account_next_at(engine) <= now_ms)
            begin(sweep, now_ms);
        if (sweep->active && sweep->waiting_page && sweep->retry_at_ms <= now_ms) {
            ask_page(engine, i, now_ms);
            (*room)--;
        }
    }
    return true;
}

static bool see_known(struct engine *engine, const struct number *number,
                      const struct order_seen *seen, int64_t sent_at_ms, int64_t now_ms,
                      struct error *err)
{
    struct decision decision;
    if (slot_has_number(engine, number->id))
        return true; /* its own answer is on the way and newer */
    decide_listed(number, seen, sent_at_ms, &engine->options.policy, now_ms, &decision);
    return apply_decision(engine, &decision, now_ms, err);
}

/* An order that no row holds: perhaps ours, from before the database was lost. */
static bool see_unknown(struct engine *engine, const struct order_seen *seen, int64_t now_ms,
                        struct error *err)
{
    struct number number;
    bool found = false;
    if (!store_find_by_phone(engine->store, seen->phone_number, &number, &found, err))
        return false;
    if (!found)
        return true;
    bool busy = slot_has_number(engine, number.id) || number.intent != INTENT_NONE;
    if (busy && decide_is_twin(&number, seen))
        return account_note_repeat(engine, now_ms, err); /* not now: it is read again in an hour */
    if (slot_has_number(engine, number.id))
        return true;
    struct decision decision;
    decide_adopt(&number, seen, &engine->options.policy, now_ms, &decision);
    return apply_decision(engine, &decision, now_ms, err);
}

static bool see_page(struct engine *engine, const struct slot *slot, const struct answer *answer,
                     int64_t now_ms, struct error *err)
{
    for (size_t i = 0; i < answer->order_count; i++) {
        const struct order_seen *seen = &answer->orders[i];
        struct number number;
        bool found = false;
        if (!store_find_by_order(engine->store, seen->sid, &number, &found, err))
            return false;
        bool ok = found ? see_known(engine, &number, seen, slot->request.sent_at_ms, now_ms, err)
                        : slot->sweep != SWEEP_ALL || see_unknown(engine, seen, now_ms, err);
        if (!ok)
            return false;
    }
    return true;
}

static void try_page_later(struct engine *engine, struct sweep *sweep, const struct answer *answer,
                           int64_t now_ms)
{
    sweep->retry_at_ms =
        now_ms + decide_pause_ms(answer, sweep->tries++, &engine->options.policy, &engine->rng);
    sweep->waiting_page = true;
}

/* Nothing more is to be had from this list. The next one starts from the first page; until the
 * account was read once, this one does, because creates wait for it. */
static bool give_up(struct engine *engine, int32_t index, const struct answer *answer,
                    const char *why, int64_t now_ms, struct error *err)
{
    struct sweep *sweep = &engine->sweeps[index];
    if (index == SWEEP_ALL && !engine->account.read) {
        bool answered = answer->delivery == DELIVERY_ANSWERED && answer->http_status == 200;
        if (answered)
            account_unreadable(engine, why);
        sweep->next_page_url[0] = '\0'; /* the token may be the trouble */
        sweep->trail = (struct page_trail){0};
        return true;
    }
    end(sweep, now_ms);
    return index != SWEEP_ALL || account_done(engine, now_ms, err);
}

bool sweeps_answered(struct engine *engine, const struct slot *slot, const struct answer *answer,
                     int64_t now_ms, struct error *err)
{
    struct sweep *sweep = &engine->sweeps[slot->sweep];
    bool good =
        answer->delivery == DELIVERY_ANSWERED && answer->http_status == 200 && answer->readable;
    if (!good) {
        try_page_later(engine, sweep, answer, now_ms);
        return sweep->tries <= engine->options.policy.retry_attempts ||
               give_up(engine, slot->sweep, answer, answer->message, now_ms, err);
    }
    if (!see_page(engine, slot, answer, now_ms, err))
        return false;
    if (answer->next_page_url[0] == '\0') {
        end(sweep, now_ms);
        return slot->sweep != SWEEP_ALL || account_done(engine, now_ms, err);
    }
    if (!page_trail_follow(&sweep->trail, slot->request.page_url, answer->next_page_url)) {
        sweep->tries = engine->options.policy.retry_attempts;
        try_page_later(engine, sweep, answer, now_ms);
        return give_up(engine, slot->sweep, answer, "its pages lead in a circle", now_ms, err);
    }
    sweep->tries = 0;
    TEXT_SET(sweep->next_page_url, answer->next_page_url);
    sweep->waiting_page = true;
    return true;
}
