#include "sim/witness.h"

#include "base/text.h"
#include "sim/watch.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void witness_accuse(struct witness *witness, const char *format, ...)
{
    if (witness->violation[0] != '\0')
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(witness->violation, sizeof witness->violation, format, args);
    va_end(args);
}

struct witnessed *witness_of(struct witness *witness, const char *phone_number)
{
    for (size_t i = 0; i < witness->number_count; i++)
        if (strcmp(witness->numbers[i].phone_number, phone_number) == 0)
            return &witness->numbers[i];
    if (witness->number_count == WITNESS_NUMBERS_MAX)
        return NULL;
    struct witnessed *number = &witness->numbers[witness->number_count++];
    *number = (struct witnessed){0};
    TEXT_SET(number->phone_number, phone_number);
    return number;
}

struct last_line {
    size_t count;
    struct witness *witness;
    const struct request *request;
};

static void see_create_asked(struct witness *witness, const struct request *request)
{
    struct witnessed *number = witness_of(witness, request->phone_number);
    if (strcmp(number->created_name, request->unique_name) == 0)
        witness_accuse(witness, "a second create of %s was sent after the first had its effect",
                       request->unique_name);
    else if (sandbox_order_is_alive(witness->sandbox, request->phone_number))
        witness_accuse(witness, "%s is asked for while %s has an order", request->unique_name,
                       request->phone_number);
    TEXT_SET(number->asked_name, request->unique_name);
}

static void see_create(struct witness *witness, const struct ledger_line *line)
{
    struct witnessed *number = witness_of(witness, line->phone_number);
    TEXT_SET(number->created_name, number->asked_name);
    TEXT_SET(number->order_sid, line->order_sid);
    number->document_sid[0] = '\0';
    number->creates++;
    number->calls = 0;
    number->calls_granted = 0;
    number->called_at_ms = 0;
    number->billed_at_ms = 0;
    number->loas = 0;
}

static void see_call(struct witness *witness, const struct ledger_line *line)
{
    struct witnessed *number = witness_of(witness, line->phone_number);
    const struct policy *policy = witness->policy;
    int64_t now_ms = line->at_ms;
    bool person = number->acted_at_ms >= number->called_at_ms && number->acted_at_ms > 0;
    bool soon = number->called_at_ms > 0 && witness_clock_kept(witness, number->called_at_ms) &&
                now_ms - number->called_at_ms < policy->call_again_after_ms;
    if (soon && !person)
        witness_accuse(witness, "%s rang twice within %lld ms", number->phone_number,
                       (long long)(now_ms - number->called_at_ms));
    number->calls++;
    number->called_at_ms = now_ms;
    if (number->calls > policy->automatic_attempts + number->calls_granted)
        witness_accuse(witness, "%s: call %d of a budget of %d", number->phone_number,
                       number->calls, policy->automatic_attempts + number->calls_granted);
    watch_call(witness, number, now_ms);
}

/* A bill whose submission got no answer may be named again, but not before the grace is over. */
static void see_bill(struct witness *witness, const struct ledger_line *line)
{
    struct witnessed *number = witness_of(witness, line->phone_number);
    int64_t now_ms = *witness->now_ms;
    bool person = number->acted_at_ms > 0 && number->acted_at_ms >= number->billed_at_ms;
    bool soon = number->billed_at_ms > 0 && witness_clock_kept(witness, number->billed_at_ms) &&
                now_ms - number->billed_at_ms < witness->policy->reconcile_grace_ms;
    if (soon && !person)
        witness_accuse(witness, "the bill of %s was submitted twice within %lld ms",
                       number->phone_number, (long long)(now_ms - number->billed_at_ms));
    number->billed_at_ms = number->bill_asked_at_ms; /* the grace counts from then */
}

/* One e-mail for an order, unless its last document failed or was reopened, or a person asked for
 * another. */
static void see_loa(struct witness *witness, const struct ledger_line *line)
{
    for (size_t i = 0; i < witness->number_count; i++) {
        struct witnessed *number = &witness->numbers[i];
        bool on_it = false;
        for (size_t j = 0; j < line->order_count && !on_it; j++)
            on_it =
                number->order_sid[0] != '\0' && strcmp(number->order_sid, line->order_sids[j]) == 0;
        if (!on_it)
            continue;
        bool person = number->acted_at_ms > 0 && number->acted_at_ms >= number->mailed_at_ms;
        bool ended = number->document_sid[0] == '\0' ||
                     !sandbox_document_is_out(witness->sandbox, number->document_sid);
        if (!ended && !person)
            witness_accuse(witness, "%s was put on a second LOA while the first is out",
                           number->phone_number);
        number->loas = person ? 0 : number->loas;
        if (number->loas >= witness->policy->loa_failures_at_most)
            witness_accuse(witness, "%s was put on another LOA after %d of them",
                           number->phone_number, number->loas);
        TEXT_SET(number->document_sid, line->document_sid);
        number->mailed_at_ms = line->at_ms;
    }
}

typedef void (*see_fn)(struct witness *witness, const struct ledger_line *line);

/* Effects, which may come later than their request. */
static const see_fn see_effect[EFFECT_COUNT] = {
    [EFFECT_ORDER_CREATED] = see_create,
    [EFFECT_CALL_PLACED] = see_call,
    [EFFECT_BILL_SUBMITTED] = see_bill,
    [EFFECT_LOA_SENT] = see_loa,
};

static bool see_line(void *context, const struct ledger_line *line)
{
    struct last_line *last = context;
    struct witness *witness = last->witness;
    const struct request *request = last->request;
    last->count++;
    witness->faults_seen += strcmp(line->fault, "none") != 0 ? 1 : 0;
    if (witness->verbose)
        printf("%lld %s %s for %s %s effect=%s fault=%s http=%d\n", (long long)line->at_ms,
               sandbox_operation_name(line->operation), line->phone_number,
               operation_name(request->operation), request->phone_number,
               sandbox_effect_name(line->effect), line->fault, line->status_code);
    if (see_effect[line->effect] != NULL)
        see_effect[line->effect](witness, line);
    return true;
}

static void see_new_lines(struct witness *witness, const struct request *request)
{
    struct last_line last = {.witness = witness, .request = request};
    sandbox_each_ledger_line(witness->sandbox, witness->ledger_seen, see_line, &last);
    witness->ledger_seen += last.count;
}

static void fill(struct flow *flow, double per_second, double most, int64_t now_ms)
{
    *flow = (struct flow){
        .left = most, .per_ms = per_second / 1000.0, .most = most, .seen_at_ms = now_ms};
}

/* False when there was no whole token; sums of fractions are a little off. */
static bool draw_from(struct flow *flow, int64_t now_ms)
{
    double left = flow->left + flow->per_ms * (double)(now_ms - flow->seen_at_ms);
    flow->left = (left < flow->most ? left : flow->most) - 1;
    flow->seen_at_ms = now_ms;
    return flow->left > -1e-6;
}

static void see_pace(struct witness *witness, const struct request *request)
{
    const struct policy *policy = witness->policy;
    if (!draw_from(&witness->requests, *witness->now_ms))
        witness_accuse(witness, "more requests than %g/s and a burst of %d allow",
                       policy->requests_per_second, policy->request_burst);
    if (request->operation == OPERATION_START_CALL && !draw_from(&witness->calls, *witness->now_ms))
        witness_accuse(witness, "more calls are started than %g/s allow", policy->calls_per_second);
    size_t in_flight = witness->inner->ops->in_flight(witness->inner->self);
    if (in_flight > (size_t)policy->workers)
        witness_accuse(witness, "%zu requests in flight with %d workers", in_flight,
                       policy->workers);
}

static bool submit(void *self, const struct request *request, struct error *err)
{
    struct witness *witness = self;
    if (operation_is_send_once(request->operation))
        watch_intent(witness, request);
    if (witness->swallow_after == 0)
        return true; /* the process died between the commit and this request */
    if (witness->swallow_after > 0)
        witness->swallow_after--;
    sandbox_advance(witness->sandbox, *witness->now_ms);
    see_new_lines(witness, request); /* effects that came late */
    if (request->operation == OPERATION_CREATE_ORDER)
        see_create_asked(witness, request);
    if (request->operation == OPERATION_ATTACH_BILL)
        witness_of(witness, request->phone_number)->bill_asked_at_ms = *witness->now_ms;
    bool ok = witness->inner->ops->submit(witness->inner->self, request, err);
    see_new_lines(witness, request);
    see_pace(witness, request);
    return ok;
}

/* An LOA whose answer was lost may be over before anybody could see it: only these are counted. */
static void hear(struct witness *witness, const struct answer *answer)
{
    if (answer->operation != OPERATION_CREATE_DOCUMENT || answer->document_count != 1)
        return;
    for (size_t i = 0; i < witness->number_count; i++)
        if (strcmp(witness->numbers[i].document_sid, answer->documents[0].sid) == 0)
            witness->numbers[i].loas++;
}

static size_t collect(void *self, struct answer *out, size_t max)
{
    struct witness *witness = self;
    size_t count = witness->inner->ops->collect(witness->inner->self, out, max);
    for (size_t i = 0; i < count; i++)
        hear(witness, &out[i]);
    return count;
}

static void wait(void *self, int64_t timeout_ms)
{
    struct witness *witness = self;
    witness->inner->ops->wait(witness->inner->self, timeout_ms);
}

static size_t in_flight(void *self)
{
    struct witness *witness = self;
    return witness->inner->ops->in_flight(witness->inner->self);
}

static const struct executor_ops ops = {
    .submit = submit, .collect = collect, .wait = wait, .in_flight = in_flight};

void witness_init(struct witness *witness, const struct policy *policy,
                  const struct calling_hours *hours, const int64_t *now_ms)
{
    *witness =
        (struct witness){.policy = policy, .hours = hours, .now_ms = now_ms, .swallow_after = -1};
    witness->executor = (struct executor){.self = witness, .ops = &ops};
}

static void fill_buckets(struct witness *witness)
{
    const struct policy *policy = witness->policy;
    fill(&witness->requests, policy->requests_per_second, policy->request_burst, *witness->now_ms);
    fill(&witness->calls, policy->calls_per_second, 1, *witness->now_ms);
}

/* A bucket may be full after it. */
void witness_clock_set(struct witness *witness, int64_t error_ms)
{
    witness->clock_error_ms = error_ms;
    witness->clock_set_at_ms = *witness->now_ms;
    fill_buckets(witness);
}

bool witness_clock_kept(const struct witness *witness, int64_t since_ms)
{
    return witness->clock_set_at_ms == 0 || since_ms > witness->clock_set_at_ms;
}

void witness_attach(struct witness *witness, struct executor *inner)
{
    witness->inner = inner;
    witness->swallow_after = -1;
    fill_buckets(witness); /* a new process has full ones */
}
