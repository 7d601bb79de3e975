/* What happens to orders and documents by themselves: processing, people at phones, signers,
 * carriers, and the timers that end what nobody moves (service.md 2.2). */
#include "sandbox/model.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const char reason_elsewhere[] =
    "This number is already enabled for messaging with another provider.";
static const char reason_not_verified[] = "Ownership verification was not completed within 7 days.";
static const char reason_not_signed[] = "The LOA was not signed within 7 days.";
static const char reason_attempts[] = "The maximum number of verification attempts was reached.";
static const char reason_bill[] = "The phone bill was not accepted as proof of ownership.";
static const char reason_carrier[] = "The carrier rejected the request.";
static const char reason_abandoned[] = "The order was idle for more than 30 days.";

uint64_t timer_rank(enum timer_rank kind, uint64_t index)
{
    return (uint64_t)kind << 56 | index;
}

static bool chance(const struct sandbox *sandbox, double rate, const char *purpose,
                   const struct order *order, int32_t n)
{
    return order->magic == MAGIC_NONE &&
           draw_chance(sandbox->seed, rate, purpose, order->phone_number, (uint64_t)n);
}

static int64_t after(const struct sandbox *sandbox, struct span span, const char *purpose,
                     const struct order *order, int32_t n)
{
    int64_t wait_ms = draw_span(sandbox->seed, span, purpose, order->phone_number, (uint64_t)n);
    return sandbox->now_ms + (wait_ms > 0 ? wait_ms : 1);
}

static void fail(struct sandbox *sandbox, struct order *order, const char *reason)
{
    order_set_status(sandbox, order, STATUS_FAILED);
    order_set_reason(order, reason);
}

static void ask_for_action(struct sandbox *sandbox, struct order *order, const char *reason)
{
    order_set_status(sandbox, order, STATUS_ACTION_REQUIRED);
    order_set_reason(order, reason);
}

static void receive(struct sandbox *sandbox, struct order *order)
{
    order_set_status(sandbox, order, STATUS_RECEIVED);
    if (order->magic == MAGIC_CALLER_ID ||
        chance(sandbox, sandbox->scenario.caller_id, "caller-id", order, 0))
        order_set_coming(sandbox, order, COMING_CALLER_ID, sandbox->now_ms + SECOND_MS);
    else if (order->verification_type == VERIFICATION_PHONE_BILL && order->bill_sid[0] != '\0')
        life_review_bill(sandbox, order);
}

static void enter_first_status(struct sandbox *sandbox, struct order *order)
{
    if (order->magic == MAGIC_STARTS_RECEIVED ||
        chance(sandbox, sandbox->scenario.starts_received, "starts-received", order, 0)) {
        receive(sandbox, order);
        return;
    }
    order_set_status(sandbox, order, STATUS_TWILIO_PROCESSING);
    order_set_coming(sandbox, order, COMING_PROCESSED,
                     after(sandbox, sandbox->scenario.processing_takes, "processing", order, 0));
}

void life_begin(struct sandbox *sandbox, struct order *order)
{
    enter_first_status(sandbox, order);
    order->begun = true;
}

static void end_processing(struct sandbox *sandbox, struct order *order)
{
    if (order->magic == MAGIC_ENABLED_ELSEWHERE ||
        chance(sandbox, sandbox->scenario.processing_fails, "elsewhere", order, 0))
        fail(sandbox, order, reason_elsewhere);
    else
        receive(sandbox, order);
}

void life_verify(struct sandbox *sandbox, struct order *order)
{
    order_set_status(sandbox, order, STATUS_VERIFIED);
    order_set_reason(order, NULL);
}

void life_review_bill(struct sandbox *sandbox, struct order *order)
{
    order->verification_type = VERIFICATION_PHONE_BILL;
    order->lapses_at_ms = 0; /* under review: nobody but the service can be idle */
    order->updated_at_ms = sandbox->now_ms;
    order_set_coming(sandbox, order, COMING_BILL_REVIEWED,
                     after(sandbox, sandbox->scenario.bill_takes, "bill", order, 0));
}

static void end_bill_review(struct sandbox *sandbox, struct order *order)
{
    if (order->magic == MAGIC_BILL_FAILS ||
        chance(sandbox, sandbox->scenario.bill_fails, "bill-fails", order, 0))
        ask_for_action(sandbox, order, reason_bill);
    else
        life_verify(sandbox, order);
}

bool life_call_is_refused(const struct sandbox *sandbox, const struct order *order)
{
    return order->magic == MAGIC_CALL_REFUSED ||
           (order->magic == MAGIC_NONE &&
            draw_chance(sandbox->seed, sandbox->scenario.call_refused, "call-refused",
                        order->phone_number, sandbox->requests));
}

/* The same code within its ten minutes (resource page, pending-verification). */
static void give_code(struct sandbox *sandbox, struct order *order)
{
    if (order->code[0] != '\0' && sandbox->now_ms < order->code_until_ms)
        return;
    uint64_t drawn =
        draw_hash(sandbox->seed, "code", order->sid, (uint64_t)order->attempts) % 1000000;
    snprintf(order->code, sizeof order->code, "%06u", (unsigned)drawn);
    order->code_until_ms = sandbox->now_ms + sandbox->scenario.code_valid_ms;
}

void life_place_call(struct sandbox *sandbox, struct order *order)
{
    give_code(sandbox, order);
    draw_sid(order->call_sids[order->attempts], SID_BYTES, sandbox->seed, "CA", order->sid,
             (uint64_t)order->attempts);
    order->attempts++;
    order->wrong_keyings = 0;
    order_set_status(sandbox, order, STATUS_PENDING_VERIFICATION);
    order_set_reason(order, NULL);
    int64_t ends_at_ms =
        after(sandbox, sandbox->scenario.answers_after, "answers-after", order, order->attempts);
    order_set_coming(sandbox, order, COMING_CALL_END, ends_at_ms + order->call_delay * SECOND_MS);
}

/* Whether the right digits are keyed in the call that ends now. */
static bool call_succeeds(const struct sandbox *sandbox, const struct order *order)
{
    const struct scenario *scenario = &sandbox->scenario;
    int32_t attempt = order->attempts;
    bool behind_ivr = order->magic == MAGIC_NEEDS_EXTENSION ||
                      chance(sandbox, scenario->needs_extension, "ivr", order, 0);
    if (behind_ivr && order->extension[0] == '\0')
        return false;
    if (order->magic == MAGIC_NEVER_ANSWERS || order->magic == MAGIC_WRONG_CODE)
        return false;
    if (order->magic == MAGIC_ANSWERS_SECOND)
        return attempt >= 2;
    if (order->magic == MAGIC_ANSWERS_THIRD)
        return attempt >= 3;
    if (order->magic != MAGIC_NONE)
        return true;
    return chance(sandbox, scenario->answers, "answers", order, attempt) &&
           !chance(sandbox, scenario->wrong_code, "wrong-code", order, attempt);
}

static void end_call(struct sandbox *sandbox, struct order *order)
{
    order_set_coming(sandbox, order, COMING_NOTHING, 0);
    if (call_succeeds(sandbox, order))
        life_verify(sandbox, order);
    else if (order->attempts >= VERIFICATION_ATTEMPTS)
        ask_for_action(sandbox, order, reason_attempts);
}

static bool is_toll_free(const char *phone_number)
{
    static const char *const codes[] = {"800", "833", "844", "855", "866", "877", "888"};
    for (size_t i = 0; i < COUNT_OF(codes); i++)
        if (strncmp(phone_number, "+1", 2) == 0 && strncmp(phone_number + 2, codes[i], 3) == 0)
            return true;
    return false;
}

static void hand_to_carrier(struct sandbox *sandbox, struct order *order)
{
    if (order->magic == MAGIC_SKIPS_AHEAD) {
        order_set_status(sandbox, order, STATUS_COMPLETED);
        return;
    }
    const struct scenario *scenario = &sandbox->scenario;
    struct span span =
        is_toll_free(order->phone_number) ? scenario->toll_free_takes : scenario->carrier_takes;
    order_set_status(sandbox, order, STATUS_CARRIER_PROCESSING);
    order->strange = order->magic == MAGIC_UNKNOWN_STATUS ||
                     chance(sandbox, scenario->unknown_status, "strange", order, 0);
    order_set_coming(sandbox, order, COMING_CARRIER_DONE,
                     after(sandbox, span, "carrier", order, 0));
}

static void end_carrier(struct sandbox *sandbox, struct order *order)
{
    const struct scenario *scenario = &sandbox->scenario;
    if (order->magic == MAGIC_ENDS_FAILED) {
        fail(sandbox, order, reason_carrier);
        return;
    }
    if (order->magic == MAGIC_CARRIER_REJECTS ||
        chance(sandbox, scenario->rejects, "rejects", order, 0)) {
        ask_for_action(sandbox, order, reason_carrier);
        return;
    }
    order_set_status(sandbox, order, STATUS_TESTING);
    order_set_coming(sandbox, order, COMING_TESTED,
                     after(sandbox, scenario->testing_takes, "testing", order, 0));
}

static void happen(struct sandbox *sandbox, struct order *order)
{
    switch (order->coming) {
    case COMING_NOTHING: break;
    case COMING_PROCESSED: end_processing(sandbox, order); break;
    case COMING_CALLER_ID: life_verify(sandbox, order); break;
    case COMING_CALL_END: end_call(sandbox, order); break;
    case COMING_BILL_REVIEWED: end_bill_review(sandbox, order); break;
    case COMING_CARRIER_DONE: end_carrier(sandbox, order); break;
    case COMING_TESTED: order_set_status(sandbox, order, STATUS_COMPLETED); break;
    }
}

static void lapse(struct sandbox *sandbox, struct order *order)
{
    if (order->status == STATUS_ACTION_REQUIRED)
        order_set_status(sandbox, order, STATUS_FAILED); /* keeps the reason it had */
    else if (order->status == STATUS_VERIFIED)
        fail(sandbox, order, reason_abandoned);
    else if (order->status == STATUS_PENDING_LOA)
        ask_for_action(sandbox, order, reason_not_signed);
    else
        ask_for_action(sandbox, order, reason_not_verified);
}

static void move_order(struct sandbox *sandbox, struct order *order)
{
    if (order->next_at_ms != 0 && order->next_at_ms <= sandbox->now_ms)
        happen(sandbox, order);
    else
        lapse(sandbox, order);
}

/* What the signer will do, by the numbers on the document if one is magic, else by chance. */
static enum document_status outcome_of(const struct sandbox *sandbox,
                                       const struct document *document, bool *never)
{
    const struct scenario *scenario = &sandbox->scenario;
    uint64_t n = (uint64_t)document->sendings;
    for (size_t i = 0; i < document->order_count; i++) {
        enum magic magic = sandbox->orders[document->orders[i]]->magic;
        *never = magic == MAGIC_NEVER_SIGNS;
        if (*never || magic == MAGIC_DECLINES || magic == MAGIC_DOCUMENT_FAILS)
            return magic == MAGIC_DECLINES ? DOCUMENT_CANCELED : DOCUMENT_FAILED;
    }
    *never = draw_chance(sandbox->seed, scenario->never_signs, "never-signs", document->sid, n);
    if (draw_chance(sandbox->seed, scenario->declines, "declines", document->sid, n))
        return DOCUMENT_CANCELED;
    bool fails =
        draw_chance(sandbox->seed, scenario->document_fails, "document-fails", document->sid, n);
    return fails ? DOCUMENT_FAILED : DOCUMENT_SIGNED;
}

void life_send_document(struct sandbox *sandbox, struct document *document)
{
    bool never = false;
    document->status = DOCUMENT_SIGNING;
    document->sendings++;
    document->updated_at_ms = sandbox->now_ms;
    document->outcome = outcome_of(sandbox, document, &never);
    int64_t wait_ms = draw_span(sandbox->seed, sandbox->scenario.signs_after, "signs-after",
                                document->sid, (uint64_t)document->sendings);
    timers_set(&sandbox->timers, &document->timer,
               never ? 0 : sandbox->now_ms + (wait_ms > 0 ? wait_ms : 1));
    for (size_t i = 0; i < document->order_count; i++) {
        struct order *order = sandbox->orders[document->orders[i]];
        if (order->status != STATUS_VERIFIED && order->status != STATUS_PENDING_LOA)
            continue; /* a letter that lost a race and comes too late */
        TEXT_SET(order->signing_sid, document->sid);
        order_set_status(sandbox, order, STATUS_PENDING_LOA);
        order_set_reason(order, NULL);
    }
}

/* The orders that still wait for this document are verified again; keep: they stay on it. */
static void give_back(struct sandbox *sandbox, struct document *document, bool keep)
{
    for (size_t i = 0; i < document->order_count; i++) {
        struct order *order = sandbox->orders[document->orders[i]];
        if (order->gone || order->status != STATUS_PENDING_LOA ||
            strcmp(order->signing_sid, document->sid) != 0)
            continue;
        order_set_status(sandbox, order, STATUS_VERIFIED);
        if (!keep)
            order->signing_sid[0] = '\0';
    }
}

void life_reopen_document(struct sandbox *sandbox, struct document *document)
{
    document->status = DOCUMENT_OPENED;
    document->updated_at_ms = sandbox->now_ms;
    timers_set(&sandbox->timers, &document->timer, 0);
    give_back(sandbox, document, true);
}

void life_end_document(struct sandbox *sandbox, struct document *document,
                       enum document_status outcome)
{
    document->status = outcome;
    document->updated_at_ms = sandbox->now_ms;
    timers_set(&sandbox->timers, &document->timer, 0);
    if (outcome != DOCUMENT_SIGNED) {
        give_back(sandbox, document, false);
        return;
    }
    for (size_t i = 0; i < document->order_count; i++) {
        struct order *order = sandbox->orders[document->orders[i]];
        if (!order->gone && order->status == STATUS_PENDING_LOA)
            hand_to_carrier(sandbox, order);
    }
}

void sandbox_advance(struct sandbox *sandbox, int64_t now_ms)
{
    for (;;) {
        struct timer *timer = timers_first(&sandbox->timers);
        if (timer == NULL || timer->at_ms > now_ms)
            break;
        if (timer->at_ms > sandbox->now_ms)
            sandbox->now_ms = timer->at_ms;
        if (timer->rank >= timer_rank(RANK_DEFERRED, 0)) {
            deferred_run(timer->owner);
        } else if (timer->rank >= timer_rank(RANK_DOCUMENT, 0)) {
            struct document *document = timer->owner;
            life_end_document(sandbox, document, document->outcome);
        } else {
            move_order(sandbox, timer->owner);
        }
    }
    if (now_ms > sandbox->now_ms)
        sandbox->now_ms = now_ms;
}

int64_t sandbox_next_at(const struct sandbox *sandbox)
{
    struct timer *timer = timers_first(&sandbox->timers);
    return timer != NULL ? timer->at_ms : 0;
}

bool sandbox_answer(struct sandbox *sandbox, const char *phone_number, const char *digits,
                    int64_t now_ms)
{
    sandbox_advance(sandbox, now_ms);
    struct order *order = order_alive(sandbox, phone_number);
    if (order == NULL || order->coming != COMING_CALL_END)
        return false;
    if (strcmp(order->code, digits) == 0 && sandbox->now_ms < order->code_until_ms) {
        life_verify(sandbox, order);
        return true;
    }
    if (++order->wrong_keyings >=
        4) { /* the call asks four times, then hangs up (service.md 2.3) */
        order_set_coming(sandbox, order, COMING_NOTHING, 0);
        if (order->attempts >= VERIFICATION_ATTEMPTS)
            ask_for_action(sandbox, order, reason_attempts);
    }
    return false;
}

bool sandbox_sign(struct sandbox *sandbox, const char *document_sid, bool declines, int64_t now_ms)
{
    sandbox_advance(sandbox, now_ms);
    struct document *document = document_by_sid(sandbox, document_sid);
    if (document == NULL || document->status != DOCUMENT_SIGNING)
        return false;
    life_end_document(sandbox, document, declines ? DOCUMENT_CANCELED : DOCUMENT_SIGNED);
    return true;
}

bool sandbox_document_is_out(const struct sandbox *sandbox, const char *document_sid)
{
    const struct document *document = document_by_sid(sandbox, document_sid);
    return document != NULL && document->status == DOCUMENT_SIGNING;
}

bool sandbox_order_is_alive(const struct sandbox *sandbox, const char *phone_number)
{
    return order_alive(sandbox, phone_number) != NULL;
}

bool sandbox_call_is_open(const struct sandbox *sandbox, const char *phone_number)
{
    const struct order *order = order_alive(sandbox, phone_number);
    return order != NULL && order->coming == COMING_CALL_END;
}
