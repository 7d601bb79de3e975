#include "helpers/service_world.h"

#include "adapters/http/executor.h"
#include "base/clock.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
/* cmocka.h wants those before it */
#include <cmocka.h>

#define WORLD_ACCOUNT "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* Between a run that ended because of the service and the next one. */
#define AGAIN_AFTER_MS MINUTE_MS

void world_init(struct world *world)
{
    struct error err = {0};
    *world = (struct world){.now_ms = WORLD_START_MS, .scenario = scenario_calm()};
    world->scenario.latency = (struct span){100, 300};
    world->options = (struct engine_options){.policy = policy_default(), .max_calls = -1};
    world->options.policy.loa_wait_for_stragglers_ms = MINUTE_MS;
    world->options.seed = 1;
    if (!calling_hours_add(&world->options.hours, "mon-sun", "00:00-24:00", &err))
        fail_msg("%s", err.text);
}

static void start_process(struct world *world)
{
    struct error err = {0};
    world->transport = sandbox_transport_new(world->sandbox, &world->now_ms);
    sandbox_transport_set_hooks(world->transport, &world->hooks);
    world->executor = http_executor_new(world->transport, WORLD_ACCOUNT);
    world->engine = engine_new(world->store, world->executor, &world->options);
    if (!engine_start(world->engine, world->now_ms, &err))
        fail_msg("start: %s", err.text);
}

static void end_process(struct world *world)
{
    engine_free(world->engine);
    http_executor_free(world->executor);
    sandbox_transport_free(world->transport);
}

void world_open(struct world *world)
{
    struct error err = {0};
    world->store = store_open(":memory:", STORE_WRITE, &err);
    if (world->store == NULL)
        fail_msg("%s", err.text);
    world->sandbox = sandbox_new(&world->scenario, 0);
    start_process(world);
}

void world_close(struct world *world)
{
    end_process(world);
    store_close(world->store);
    sandbox_free(world->sandbox);
}

void world_restart(struct world *world)
{
    end_process(world);
    start_process(world);
}

void world_phone(int32_t i, char phone_number[PHONE_BYTES])
{
    snprintf(phone_number, PHONE_BYTES, "+1415%07u", 5552000U + (unsigned)i);
}

struct import_row world_row(int32_t i)
{
    struct import_row row = {.line = i + 2};
    world_phone(i, row.phone_number);
    TEXT_SET(row.signer.address_sid, "AD11111111111111111111111111111111");
    TEXT_SET(row.signer.email, "signer@example.com");
    TEXT_SET(row.signer.contact_title, "Owner");
    TEXT_SET(row.signer.contact_phone_number, "+14155550180");
    return row;
}

void world_import(struct world *world, const struct import_row *rows, size_t count)
{
    struct error err = {0};
    struct import_result result;
    bool ok =
        store_begin(world->store, &err) &&
        store_import_begin(world->store, "batch", "batch.csv", "phone_number", world->now_ms, &err);
    for (size_t i = 0; ok && i < count; i++) {
        struct import_row row = rows[i];
        row.record = row.phone_number;
        row.record_bytes = strlen(row.phone_number);
        ok = store_import_row(world->store, &row, &result, &err);
    }
    if (!ok || !store_import_end(world->store, &err) || !store_commit(world->store, &err))
        fail_msg("import: %s", err.text);
}

void world_set_faults(struct world *world, const struct fault_rule *faults, size_t count)
{
    world->scenario.fault_count = count;
    if (count > 0)
        memcpy(world->scenario.faults, faults, count * sizeof *faults);
    sandbox_set_scenario(world->sandbox, &world->scenario);
}

static int64_t earlier(int64_t a_ms, int64_t b_ms)
{
    if (a_ms == 0 || b_ms == 0)
        return a_ms + b_ms;
    return a_ms < b_ms ? a_ms : b_ms;
}

/* As a person does who reads why it stopped, sees to it and types the command again. */
static void run_again(struct world *world, enum engine_end end)
{
    world->no_access += end == ENGINE_NO_ACCESS ? 1 : 0;
    world->unavailable += end == ENGINE_UNAVAILABLE ? 1 : 0;
    world->now_ms += AGAIN_AFTER_MS;
    world_restart(world);
}

static enum engine_end take_turn(struct world *world)
{
    struct error err = {0};
    enum engine_end end = ENGINE_GOES_ON;
    int64_t next_at_ms = 0;
    if (!engine_step(world->engine, world->now_ms, &next_at_ms, &end, &err))
        fail_msg("turn %lld: %s", (long long)world->turns, err.text);
    if (++world->turns > WORLD_TURNS_MAX)
        fail_msg("more than %d turns", (int)WORLD_TURNS_MAX);
    if (end == ENGINE_NO_ACCESS || end == ENGINE_UNAVAILABLE)
        world->err = err;
    int64_t at_ms = earlier(next_at_ms, sandbox_transport_next_at(world->transport));
    if (end == ENGINE_GOES_ON && at_ms == 0)
        fail_msg("nothing will ever happen again, and it is not done");
    if (at_ms > world->now_ms)
        world->now_ms = at_ms;
    return end;
}

bool world_run(struct world *world, int64_t until_ms, world_turn_fn each, void *context)
{
    while (world->now_ms < until_ms) {
        enum engine_end end = take_turn(world);
        bool did = each != NULL && each(context, world);
        if (end == ENGINE_DONE && !did)
            return true;
        if (end == ENGINE_NO_ACCESS || end == ENGINE_UNAVAILABLE)
            run_again(world, end);
    }
    return false;
}

struct number world_number(const struct world *world, const char *phone_number)
{
    struct error err = {0};
    struct number number = {0};
    bool found = false;
    if (!store_find_by_phone(world->store, phone_number, &number, &found, &err) || !found)
        fail_msg("%s: %s", phone_number, err.text);
    return number;
}

static bool count_event(void *context, const struct event *event, const char *phone_number)
{
    (void)event;
    (void)phone_number;
    ++*(int32_t *)context;
    return true;
}

int32_t world_events(const struct world *world, const char *phone_number, uint64_t kinds)
{
    struct error err = {0};
    int32_t count = 0;
    int64_t id = world_number(world, phone_number).id;
    if (!store_each_event(world->store, id, "", kinds, count_event, &count, &err))
        fail_msg("%s", err.text);
    return count;
}

struct adding {
    const char *phone_number;
    char order_sid[SID_BYTES]; /* of the number's last order */
    struct effects effects;
};

static bool add_line(void *context, const struct ledger_line *line)
{
    struct adding *adding = context;
    bool all = adding->phone_number == NULL;
    bool its = all || strcmp(line->phone_number, adding->phone_number) == 0;
    adding->effects.requests++;
    if (line->effect == EFFECT_LOA_SENT) {
        for (size_t i = 0; i < line->order_count; i++)
            if (all || strcmp(line->order_sids[i], adding->order_sid) == 0)
                adding->effects.of[EFFECT_LOA_SENT]++;
    } else if (its) {
        adding->effects.of[line->effect]++;
    }
    if (its && line->effect == EFFECT_ORDER_CREATED)
        TEXT_SET(adding->order_sid, line->order_sid);
    return true;
}

struct effects world_effects(const struct world *world, const char *phone_number)
{
    struct adding adding = {.phone_number = phone_number};
    sandbox_each_ledger_line(world->sandbox, 0, add_line, &adding);
    return adding.effects;
}
