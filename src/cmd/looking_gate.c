#include "cmd/looking_gate.h"

#include "base/text.h"
#include "cmd/human.h"
#include "engine/advice.h"

#include <inttypes.h>

static void gate_of_call(char to[GATE_BYTES], const struct number *number, const char *time_zone,
                         const struct show_options *options, int64_t now_ms)
{
    char when[HUMAN_BYTES];
    int64_t opens = now_ms;
    if (options->hours != NULL)
        opens = window_opens_at_ms(options->hours, time_zone, number->phone_number, now_ms);
    if (opens == 0) {
        text_copy(to, GATE_BYTES,
                  "no calling window opens within 400 days: set verification.windows");
    } else if (opens > now_ms) {
        human_when(when, opens, now_ms);
        snprintf(to, GATE_BYTES, "the calling window where it rings opens %s", when);
    } else if (number->call_not_before_ms > now_ms) {
        human_when(when, number->call_not_before_ms, now_ms);
        snprintf(to, GATE_BYTES, "pause between two calls, until %s", when);
    } else if (number->due_at_ms > now_ms) {
        human_when(when, number->due_at_ms, now_ms);
        snprintf(to, GATE_BYTES, "its turn to be called, not before %s", when);
    } else {
        text_copy(to, GATE_BYTES,
                  "its turn: calls are paced, and its site takes only so many at once");
    }
}

static void gate_of_loa(char to[GATE_BYTES], const struct number *number,
                        const struct policy *policy, int64_t now_ms)
{
    char when[HUMAN_BYTES];
    human_when(when, number->due_at_ms, now_ms);
    if (number->due_at_ms > now_ms)
        snprintf(to, GATE_BYTES,
                 "the other numbers of its signer, to go on one letter of at most %" PRId32
                 "; not longer than until %s",
                 policy->loa_numbers_at_most, when);
    else
        text_copy(to, GATE_BYTES, "its turn to be put on a letter of authorization");
}

static void gate_of_step(char to[GATE_BYTES], const struct number *number, int64_t now_ms)
{
    char when[HUMAN_BYTES];
    human_when(when, number->due_at_ms, now_ms);
    if (number->due_at_ms == 0)
        snprintf(to, GATE_BYTES, "its turn to %s", step_name(number->step));
    else if (number->due_at_ms > now_ms && number->tries > 0)
        snprintf(to, GATE_BYTES, "pause after %" PRId32 " failed requests, until %s", number->tries,
                 when);
    else if (number->step == STEP_RECONCILE)
        snprintf(to, GATE_BYTES, "a look at what became of the last request (%s), %s",
                 intent_name(number->intent), when);
    else
        snprintf(to, GATE_BYTES, "its turn to %s, due %s", step_name(number->step), when);
}

static void gate_of_wait(char to[GATE_BYTES], const struct number *number, int64_t now_ms)
{
    char when[HUMAN_BYTES];
    enum party party =
        number_waiting_on(number->status, number->step, number->attention, number->held);
    human_when(when, number->due_at_ms, now_ms);
    snprintf(to, GATE_BYTES, "%s%s%s", waiting_advice(party, number->status),
             number->due_at_ms != 0 ? " The next look is " : "",
             number->due_at_ms != 0 ? when : "");
}

void number_gate(char to[GATE_BYTES], const struct number *number, const char *time_zone,
                 const struct show_options *options, int64_t now_ms)
{
    if (status_is_end(number->status) && number->step == STEP_NOTHING)
        text_copy(to, GATE_BYTES, "nothing: it is at an end");
    else if (number->held)
        text_copy(to, GATE_BYTES, "a person holds it; numhost release NUMBER lets it go on");
    else if (number->attention != ATTENTION_NONE)
        snprintf(to, GATE_BYTES, "a decision of yours (%s)", attention_name(number->attention));
    else if (number->step == STEP_START_CALL)
        gate_of_call(to, number, time_zone, options, now_ms);
    else if (number->step == STEP_AUTHORIZE)
        gate_of_loa(to, number, options->policy, now_ms);
    else if (number->step != STEP_NOTHING)
        gate_of_step(to, number, now_ms);
    else
        gate_of_wait(to, number, now_ms);
}
