/* What goes out this turn: most urgent first, as far as workers, tokens and windows allow.
 * Everything is only recorded here; it leaves after the commit. */
#include "base/clock.h"
#include "base/fault_point.h"
#include "base/text.h"
#include "engine/engine_private.h"

/* How long the request and the service may take before the phone rings. */
#define RINGS_WITHIN_MS (30 * SECOND_MS)

/* Of what is free, this share goes to looks when there is more of everything than room. */
#define LOOK_SHARE 0.25

/* How many more requests may be sent now. */
static size_t room(struct engine *engine, int64_t now_ms)
{
    size_t slots = FAULT_BETWEEN("odd/dispatch/room", 0, slots_free(engine));
    int64_t tokens = tokens_available(&engine->requests, now_ms);
    return slots < (size_t)tokens ? slots : (size_t)tokens;
}

static bool fill_details(struct engine *engine, struct slot *slot, const struct number *number,
                         struct error *err)
{
    struct request *request = &slot->request;
    if (!store_read_details(engine->store, number->id, &slot->details, err))
        return false;
    TEXT_SET(request->extension, slot->details.extension);
    request->call_delay = slot->details.call_delay;
    TEXT_SET(request->verification_document_sid, slot->details.verification_document_sid);
    return true;
}

static void fill_request(struct slot *slot, const struct number *number, enum operation operation)
{
    struct request *request = &slot->request;
    request->operation = operation;
    request->number_id = number->id;
    TEXT_SET(request->order_sid, number->order_sid);
    TEXT_SET(request->incoming_phone_number_sid, number->incoming_phone_number_sid);
    TEXT_SET(request->phone_number, number->phone_number);
    TEXT_SET(request->unique_name, number->unique_name);
    TEXT_SET(request->code, number->heard_code);
    request->verification_type = number->verification_type;
}

static bool record_intent(struct engine *engine, struct slot *slot, const struct number *number,
                          enum operation operation, int64_t now_ms, struct error *err)
{
    struct decision decision;
    decide_intent(number, operation, &engine->options.policy, now_ms, &decision);
    TEXT_SET(slot->request.unique_name, decision.number.unique_name);
    if (operation == OPERATION_CREATE_ORDER &&
        !store_add_order(engine->store, &decision.number, now_ms, err))
        return false;
    return apply_decision(engine, &decision, now_ms, err);
}

/* Give the number a slot. */
static struct slot *ask_for(struct engine *engine, const struct number *number,
                            enum operation operation, int64_t now_ms)
{
    struct slot *slot = slot_take(engine, WORK_NUMBER, now_ms);
    fill_request(slot, number, operation);
    (void)tokens_take(&engine->requests, now_ms);
    engine->dispatched_in_turn++;
    return slot;
}

/* And put on record what is about to be sent. */
static bool send_number(struct engine *engine, const struct number *number, int64_t now_ms,
                        struct error *err)
{
    enum operation operation = decide_operation(number, now_ms);
    struct slot *slot = ask_for(engine, number, operation, now_ms);
    bool needs_details = operation == OPERATION_CREATE_ORDER || operation == OPERATION_START_CALL ||
                         operation == OPERATION_ATTACH_BILL;
    if (needs_details && !fill_details(engine, slot, number, err))
        return false;
    return !operation_is_send_once(operation) ||
           record_intent(engine, slot, number, operation, now_ms, err);
}

static bool dispatch_due(struct engine *engine, size_t most, int64_t now_ms, struct error *err)
{
    struct number due[WORKERS_MAX];
    size_t count = 0;
    size_t max = most + engine->busy_count; /* those in flight may come back, and are passed over */
    if (most == 0)
        return true;
    if (!store_take_due(engine->store, now_ms, due, max, &count, err))
        return false;
    FAULT_SHUFFLE("odd/dispatch/due-order", due, count);
    for (size_t i = 0; i < count && most > 0; i++) {
        if (slot_has_number(engine, due[i].id))
            continue;
        bool waits_for_account = due[i].step == STEP_CREATE && !engine->account.read;
        bool on_its_way =
            due[i].intent == INTENT_AUTHORIZE && slot_has_document(engine, due[i].loa_id);
        if (waits_for_account || on_its_way)
            continue;
        if (!send_number(engine, &due[i], now_ms, err))
            return false;
        most--;
    }
    engine->undone |= count == max && engine->dispatched_in_turn > 0;
    return true;
}

static bool dispatch_looks_of(struct engine *engine, enum status status, size_t *most,
                              int64_t now_ms, struct error *err)
{
    struct number due[WORKERS_MAX];
    size_t count = 0;
    size_t max = *most + engine->busy_count;
    if (!store_take_looks(engine->store, status, now_ms, due, max, &count, err))
        return false;
    FAULT_SHUFFLE("odd/dispatch/look-order", due, count);
    for (size_t i = 0; i < count && (*most) > 0; i++) {
        if (slot_has_number(engine, due[i].id))
            continue;
        if (due[i].order_sid[0] == '\0')
            continue;
        (void)ask_for(engine, &due[i], OPERATION_FETCH_ORDER, now_ms);
        (*most)--;
    }
    engine->undone |= count == max && engine->dispatched_in_turn > 0;
    return true;
}

/* Where somebody may be at the phone right now comes first. */
static const enum status look_order[] = {
    STATUS_PENDING_VERIFICATION, STATUS_RECEIVED,        STATUS_VERIFIED,
    STATUS_TWILIO_PROCESSING,    STATUS_PENDING_LOA,     STATUS_TESTING,
    STATUS_CARRIER_PROCESSING,   STATUS_ACTION_REQUIRED,
};

static bool dispatch_looks(struct engine *engine, size_t *most, int64_t now_ms, struct error *err)
{
    if (!sweeps_dispatch(engine, now_ms, most, err))
        return false;
    for (size_t i = 0; i < COUNT_OF(look_order) && *most > 0; i++) {
        if (engine->sweeps[look_order[i]].active)
            continue; /* the list is being read just now */
        if (!dispatch_looks_of(engine, look_order[i], most, now_ms, err))
            return false;
    }
    return true;
}

/* Looks get their share first, and at the end whatever room is left. */
static bool dispatch_requests(struct engine *engine, int64_t now_ms, struct error *err)
{
    size_t left = room(engine, now_ms);
    engine->look_credit += (double)left * LOOK_SHARE;
    size_t looks = engine->look_credit >= 1 ? (size_t)engine->look_credit : 0;
    looks = looks < left ? looks : left;
    engine->look_credit -= (double)looks;
    if (!dispatch_looks(engine, &looks, now_ms, err) ||
        !dispatch_due(engine, room(engine, now_ms), now_ms, err))
        return false;
    bool none_left = looks > 0 && !engine->undone; /* its share was more than enough */
    left = room(engine, now_ms);
    return none_left || dispatch_looks(engine, &left, now_ms, err);
}

bool calls_may_start(const struct engine *engine)
{
    const struct engine_options *options = &engine->options;
    bool spent = options->max_calls >= 0 && engine->progress.calls >= options->max_calls;
    return !options->no_calls && !spent;
}

/* The window of the number, or false with the row put off when it is closed now. */
static bool window_is_open(struct engine *engine, const struct number *number, bool *open,
                           int64_t now_ms, struct error *err)
{
    char site[SITE_BYTES];
    char time_zone[ZONE_BYTES];
    if (!store_read_site(engine->store, number->site_id, site, time_zone, err))
        return false;
    const struct calling_hours *hours = &engine->options.hours;
    struct order_details details;
    if (!store_read_details(engine->store, number->id, &details, err))
        return false;
    int64_t rings_at_ms = now_ms + details.call_delay * SECOND_MS + RINGS_WITHIN_MS;
    int64_t opens_at_ms = window_opens_at_ms(hours, time_zone, number->phone_number, now_ms);
    *open = opens_at_ms == now_ms;
    if (*open) { /* the phone rings a little later: the window must still be open then */
        opens_at_ms = window_opens_at_ms(hours, time_zone, number->phone_number, rings_at_ms);
        *open = opens_at_ms == rings_at_ms;
    }
    if (*open)
        return true;
    struct decision later;
    decide_call_later(number, opens_at_ms, now_ms, &later);
    return apply_decision(engine, &later, now_ms, err);
}

/* Calls asked for whose answer is still to come. */
static int64_t calls_unsettled(const struct engine *engine)
{
    int64_t count = 0;
    for (size_t i = 0; i < engine->slot_count; i++)
        if (engine->slots[i].work == WORK_NUMBER &&
            engine->slots[i].request.operation == OPERATION_START_CALL)
            count++;
    return count;
}

static size_t call_slots_busy(const struct engine *engine)
{
    size_t count = 0;
    for (size_t i = 0; i < engine->slot_count; i++)
        if (engine->slots[i].work == WORK_NUMBER &&
            engine->slots[i].request.operation == OPERATION_FETCH_ORDER)
            count++;
    return count;
}

static bool dispatch_calls(struct engine *engine, int64_t now_ms, struct error *err)
{
    const struct policy *policy = &engine->options.policy;
    int64_t open_calls = 0;
    if (!calls_may_start(engine) || room(engine, now_ms) == 0)
        return true;
    if (!store_count_open_calls(engine->store, now_ms, &open_calls, err))
        return false;
    int64_t allowed = policy->calls_at_once - open_calls;
    struct number due[WORKERS_MAX];
    size_t count = 0;
    size_t max = (size_t)(allowed > 0 ? allowed : 0) + call_slots_busy(engine);
    max = max < WORKERS_MAX ? max : WORKERS_MAX;
    if (allowed <= 0 || !store_take_calls(engine->store, now_ms, policy->calls_at_once_per_site,
                                          due, max, &count, err))
        return allowed <= 0;
    int64_t left =
        engine->options.max_calls < 0
            ? INT64_MAX
            : engine->options.max_calls - engine->progress.calls - calls_unsettled(engine);
    for (size_t i = 0; i < count && allowed > 0 && left > 0 && room(engine, now_ms) > 0; i++) {
        bool open = false;
        if (slot_has_number(engine, due[i].id))
            continue;
        if (!window_is_open(engine, &due[i], &open, now_ms, err))
            return false;
        if (!open)
            continue;
        bool rings = decide_operation(&due[i], now_ms) == OPERATION_START_CALL;
        if (rings && !tokens_take(&engine->calls, now_ms)) {
            engine->calls_paced = true;
            continue;
        }
        if (!send_number(engine, &due[i], now_ms, err))
            return false;
        allowed--;
        left--;
    }
    return true;
}

bool dispatch(struct engine *engine, int64_t now_ms, struct error *err)
{
    if (outage_is_open(engine)) {
        outage_probe(engine, now_ms);
        return true;
    }
    if (!dispatch_calls(engine, now_ms, err) || !documents_dispatch(engine, now_ms, err) ||
        !dispatch_requests(engine, now_ms, err))
        return false;
    engine->paced = slots_free(engine) > 0 && room(engine, now_ms) == 0;
    return true;
}
