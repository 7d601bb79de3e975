/* Whether the service answers, how hard it may be asked, and the one question asked while it is
 * down. */
#include "base/clock.h"
#include "base/text.h"
#include "engine/engine_private.h"

#include <stdio.h>

enum { FAILURES_AT_LEAST = 8 };

#define PROBE_BASE_MS INT64_C(500)
#define PROBE_CAP_MS (15 * SECOND_MS)
#define PROBE_STEADY_AFTER_MS (5 * MINUTE_MS)
#define RATE_FACTOR_MIN 0.05
#define RATE_CUT 0.7
#define RATE_GROWTH 0.02

static bool answers(const struct answer *answer)
{
    bool success = answer->http_status < 300;
    return answer->delivery == DELIVERY_ANSWERED && answer->http_status < 500 &&
           (!success || answer->readable); /* a page of somebody in between is no answer */
}

static void back_again(struct engine *engine, int64_t now_ms)
{
    bool was_open = engine->outage.open;
    engine->outage = (struct outage){0};
    engine->progress.down_since_at_ms = 0;
    if (was_open) /* what piled up must not storm a service that just came back */
        tokens_keep_at_most(&engine->requests, 1, now_ms);
}

/* Sooner at first, for the blips that are most outages; then one every 15 s and no more. */
static int64_t probe_pause_ms(struct engine *engine, int64_t now_ms)
{
    const struct outage *outage = &engine->outage;
    if (now_ms - outage->down_since_at_ms >= PROBE_STEADY_AFTER_MS)
        return PROBE_CAP_MS;
    return backoff_ms(&engine->rng, outage->probes, PROBE_BASE_MS, PROBE_CAP_MS);
}

static void remember(struct outage *outage, const struct answer *answer)
{
    if (answer->delivery == DELIVERY_ANSWERED && answer->message[0] == '\0')
        snprintf(outage->last, sizeof outage->last, "HTTP %d", answer->http_status);
    else
        TEXT_SET(outage->last, answer->message);
}

static void failed_again(struct engine *engine, const struct answer *answer, int64_t now_ms)
{
    struct outage *outage = &engine->outage;
    remember(outage, answer);
    int32_t most = engine->options.policy.workers;
    if (outage->failures_in_row++ == 0)
        outage->down_since_at_ms = now_ms;
    outage->failed_at_ms = now_ms;
    if (outage->failures_in_row < (most > FAILURES_AT_LEAST ? most : FAILURES_AT_LEAST))
        return;
    outage->open = true;
    engine->progress.down_since_at_ms = outage->down_since_at_ms;
    outage->probe_at_ms = now_ms + probe_pause_ms(engine, now_ms);
}

/* 429 says how many at once are too many (service.md 3.4): ask less, and grow back slowly. */
static void adapt_rate(struct engine *engine, bool throttled, int64_t now_ms)
{
    double factor = engine->rate_factor;
    if (throttled && now_ms - engine->rate_cut_at_ms >= SECOND_MS) {
        factor *= RATE_CUT;
        engine->rate_cut_at_ms = now_ms;
    } else if (!throttled && factor < 1) {
        factor += RATE_GROWTH;
    }
    factor = factor > 1 ? 1 : factor < RATE_FACTOR_MIN ? RATE_FACTOR_MIN : factor;
    if (factor != engine->rate_factor) {
        engine->rate_factor = factor;
        tokens_set_rate(&engine->requests, engine->rate * factor, now_ms);
    }
}

void outage_note(struct engine *engine, const struct answer *answer, int64_t now_ms)
{
    bool throttled = answer->http_status == 429;
    engine->progress.throttled += throttled ? 1 : 0;
    if (!answers(answer)) {
        failed_again(engine, answer, now_ms);
        return;
    }
    back_again(engine, now_ms);
    adapt_rate(engine, throttled, now_ms);
}

bool outage_is_open(const struct engine *engine)
{
    return engine->outage.open;
}

void outage_probe(struct engine *engine, int64_t now_ms)
{
    struct outage *outage = &engine->outage;
    if (now_ms < outage->probe_at_ms || engine->busy_count > 0 ||
        !tokens_take(&engine->requests, now_ms))
        return;
    struct slot *slot = slot_take(engine, WORK_PROBE, now_ms);
    slot->request.operation = OPERATION_LIST_ORDERS;
    slot->request.page_size = 1;
    outage->probes++;
    engine->dispatched_in_turn++;
}
