/* Any bytes as a scenario: refused with a reason, or every value is within what the model counts
 * on. */
#include "base/clock.h"
#include "fuzz/fuzz.h"
#include "sandbox/scenario.h"

#include <stdlib.h>

static void check_share(double share)
{
    REQUIRE(share >= 0.0 && share <= 1.0);
}

static void check_span(struct span span)
{
    REQUIRE(span.from_ms >= 0 && span.from_ms <= span.to_ms);
    REQUIRE(span.to_ms <= 1000000000 * DAY_MS);
}

static void check_shares(const struct scenario *s)
{
    const double shares[] = {
        s->starts_received, s->processing_fails, s->answers,        s->wrong_code,
        s->needs_extension, s->call_refused,     s->caller_id,      s->bill_fails,
        s->declines,        s->never_signs,      s->document_fails, s->rejects,
        s->varied_shapes,   s->unknown_status,   s->callbacks_lost, s->callbacks_doubled,
        s->callbacks_late,
    };
    for (size_t i = 0; i < COUNT_OF(shares); i++)
        check_share(shares[i]);
}

static void check_spans(const struct scenario *s)
{
    const struct span spans[] = {
        s->latency,         s->processing_takes, s->answers_after,
        s->bill_takes,      s->signs_after,      s->carrier_takes,
        s->toll_free_takes, s->testing_takes,    s->callbacks_late_by,
    };
    for (size_t i = 0; i < COUNT_OF(spans); i++)
        check_span(spans[i]);
}

static void check_rules(const struct scenario *s)
{
    REQUIRE(s->fault_count <= SCENARIO_RULES_MAX && s->eligibility_count <= SCENARIO_RULES_MAX);
    for (size_t i = 0; i < s->fault_count; i++) {
        check_share(s->faults[i].rate);
        REQUIRE(s->faults[i].from_ms >= 0 && s->faults[i].to_ms >= 0 && s->faults[i].by_ms >= 0);
        REQUIRE(s->faults[i].operations != 0 && fault_of(s->faults[i].kind) != NULL);
    }
    for (size_t i = 0; i < s->eligibility_count; i++)
        REQUIRE(s->eligibility[i].code >= 20000 && s->eligibility[i].code <= 29999);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct scenario scenario;
    struct error err = {0};
    char *text = malloc(size + 1);
    REQUIRE(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    if (scenario_parse(&scenario, text, size, &err)) {
        REQUIRE(scenario.concurrency >= 0 && strlen(scenario.name) < sizeof scenario.name);
        check_shares(&scenario);
        check_spans(&scenario);
        check_rules(&scenario);
    } else {
        REQUIRE(err.kind == ERROR_USAGE && is_message(err.text));
    }
    free(text);
    return 0;
}
