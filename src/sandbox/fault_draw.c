/* Which fault a request meets, and what that does to its answer. */
#include "sandbox/exchange.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { HUGE_BYTES = 9 * 1024 * 1024 }; /* above the ceiling any client should have */

static bool rule_holds(const struct exchange *exchange, const struct fault_rule *rule, size_t i)
{
    const struct sandbox *sandbox = exchange->sandbox;
    int64_t age_ms = sandbox->now_ms - sandbox->started_at_ms;
    if ((rule->operations >> exchange->operation & 1) == 0 || age_ms < rule->from_ms ||
        (rule->to_ms > 0 && age_ms >= rule->to_ms))
        return false;
    return draw_chance(sandbox->seed, rule->rate, "fault", fault_of(rule->kind)->name,
                       sandbox->requests * SCENARIO_RULES_MAX + i);
}

void fault_draw(struct exchange *exchange)
{
    const struct scenario *scenario = &exchange->sandbox->scenario;
    uint64_t requests = exchange->sandbox->requests;
    if (draw_chance(exchange->sandbox->seed, scenario->varied_shapes, "varied", "", requests))
        exchange->shape = draw_hash(exchange->sandbox->seed, "shape", "", requests);
    if (exchange->fault == FAULT_LATE_EFFECT)
        return; /* it had its fault already; this is the effect */
    for (size_t i = 0; i < scenario->fault_count; i++) {
        if (!rule_holds(exchange, &scenario->faults[i], i))
            continue;
        exchange->rule = &scenario->faults[i];
        exchange->fault = exchange->rule->kind;
        return;
    }
}

static void answer_trouble(struct exchange *exchange, int32_t status)
{
    if (status == 429)
        refuse(exchange, 20429, "Too Many Requests");
    else if (status == 500)
        refuse(exchange, 20500, "An internal server error has occurred");
    else
        refuse(exchange, 20503, "Service is unavailable");
    if (exchange->rule != NULL)
        TEXT_SET(exchange->response->retry_after, exchange->rule->retry_after);
}

static bool answers_nothing(enum fault_kind fault, enum sandbox_ending *ending)
{
    static const struct {
        enum fault_kind fault;
        enum sandbox_ending ending;
    } endings[] = {
        {FAULT_TIMEOUT_BEFORE, ENDING_NEVER}, {FAULT_TIMEOUT_AFTER, ENDING_NEVER},
        {FAULT_LATE_EFFECT, ENDING_NEVER},    {FAULT_RESET_BEFORE, ENDING_RESET},
        {FAULT_RESET_AFTER, ENDING_RESET},    {FAULT_CUT_BODY, ENDING_CUT},
        {FAULT_OUTAGE, ENDING_REFUSED},
    };
    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        if (endings[i].fault == fault) {
            *ending = endings[i].ending;
            return true;
        }
    }
    return false;
}

/* Nothing is documented that keeps two of these apart when they are carried out at once. */
static bool can_race(enum sandbox_operation operation)
{
    return operation == SANDBOX_CREATE_ORDER || operation == SANDBOX_CREATE_DOCUMENT;
}

static bool races(const struct exchange *exchange)
{
    return exchange->fault == FAULT_LATE_EFFECT && exchange->rule != NULL &&
           exchange->rule->races && can_race(exchange->operation);
}

static void defer_by_rule(struct exchange *exchange)
{
    defer_request(exchange, exchange->sandbox->now_ms + exchange->rule->by_ms);
}

bool races_later(struct exchange *exchange)
{
    if (!races(exchange))
        return false;
    defer_by_rule(exchange);
    return true;
}

bool fault_answer(struct exchange *exchange)
{
    const struct fault *fault = fault_of(exchange->fault);
    if (fault->has_effect || exchange->rule == NULL || races(exchange))
        return false;
    if (exchange->fault == FAULT_LATE_EFFECT)
        defer_by_rule(exchange);
    if (fault->status != 0)
        answer_trouble(exchange, fault->status);
    return true;
}

static void replace_body(struct exchange *exchange, const char *content_type, const char *text)
{
    struct sandbox_response *response = exchange->response;
    response->content_type = content_type;
    buf_clear(&response->body);
    buf_add_text(&response->body, text);
}

static void truncate_body(struct buf *body)
{
    body->length /= 2;
    if (body->data != NULL)
        body->data[body->length] = '\0';
}

static void blow_up_body(struct buf *body)
{
    static const char filler[] = "                                                               ";
    if (body->length > 0 && body->data[body->length - 1] == '}')
        body->length--;
    buf_add_text(body, ", \"padding\": \"");
    while (body->length < HUGE_BYTES && buf_add_text(body, filler))
        continue;
    buf_add_text(body, "\"}");
}

static void spoil_body(struct exchange *exchange)
{
    struct sandbox_response *response = exchange->response;
    if (response->body.length == 0)
        return; /* 204 has nothing to spoil */
    if (exchange->fault == FAULT_TRUNCATED_JSON)
        truncate_body(&response->body);
    else if (exchange->fault == FAULT_MALFORMED_JSON)
        replace_body(exchange, "application/json", "{\"sid\": \"HR\", \"status\": verified,, ]");
    else if (exchange->fault == FAULT_HTML)
        replace_body(exchange, "text/html", "<html><body><h1>OK</h1>gateway</body></html>");
    else if (exchange->fault == FAULT_HUGE_JSON)
        blow_up_body(&response->body);
}

void fault_spoil(struct exchange *exchange)
{
    struct sandbox_response *response = exchange->response;
    const struct fault *fault = fault_of(exchange->fault);
    if (exchange->fault == FAULT_LATE_EFFECT && exchange->rule == NULL)
        return;
    if (fault->has_effect && fault->status != 0)
        answer_trouble(exchange, fault->status);
    else if (exchange->fault == FAULT_SLOW)
        response->delay_ms += exchange->rule->by_ms;
    else if (!answers_nothing(exchange->fault, &response->ending))
        spoil_body(exchange);
    if (response->ending == ENDING_CUT) {
        response->cut_after = response->body.length / 2;
        if (response->body.length == 0)
            response->ending = ENDING_RESET;
    }
}
