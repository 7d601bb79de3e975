#include "sim/stage.h"

#include "adapters/http/executor.h"
#include "helpers/sandbox_transport.h"

#include <stdio.h>
#include <string.h>

void stage_init(struct stage *stage)
{
    memset(stage, 0, sizeof *stage);
    stage->now_ms = STAGE_START_MS;
    stage->scenario = scenario_calm();
    stage->options.policy = policy_default();
    stage->options.max_calls = -1;
    witness_init(&stage->witness, &stage->options.policy, &stage->options.hours, &stage->now_ms);
}

int64_t stage_clock(const struct stage *stage)
{
    return stage->now_ms + stage->clock_error_ms;
}

void stage_set_clock(struct stage *stage, int64_t error_ms)
{
    stage->clock_error_ms = error_ms;
    witness_clock_set(&stage->witness, error_ms);
    if (stage->engine != NULL)
        engine_clock_was_set(stage->engine, stage_clock(stage));
}

static bool open_store(struct stage *stage, struct error *err)
{
    const char *path = stage->database != NULL ? stage->database : ":memory:";
    stage->store = store_open(path, STORE_WRITE, err);
    stage->witness.store = stage->store;
    return stage->store != NULL;
}

bool stage_open(struct stage *stage, struct error *err)
{
    stage->sandbox = sandbox_new(&stage->scenario, 0);
    stage->witness.sandbox = stage->sandbox;
    return open_store(stage, err);
}

void stage_close(struct stage *stage)
{
    stage_kill_process(stage);
    store_close(stage->store);
    sandbox_free(stage->sandbox);
}

bool stage_start_process(struct stage *stage, struct error *err)
{
    stage->carrier = sandbox_transport_new(stage->sandbox, &stage->now_ms);
    struct transport *used = stage->listener != NULL ? stage->listener : stage->carrier;
    stage->executor = http_executor_new(used, "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    witness_attach(&stage->witness, stage->executor);
    stage->engine = engine_new(stage->store, &stage->witness.executor, &stage->options);
    return engine_start(stage->engine, stage_clock(stage), err);
}

void stage_kill_process(struct stage *stage)
{
    if (stage->engine == NULL)
        return;
    engine_free(stage->engine);
    http_executor_free(stage->executor);
    sandbox_transport_free(stage->carrier);
    stage->engine = NULL;
    stage->executor = NULL;
    stage->carrier = NULL;
}

bool stage_restart(struct stage *stage, int64_t pause_ms, struct error *err)
{
    stage_kill_process(stage);
    stage->now_ms += pause_ms;
    return stage_start_process(stage, err);
}

void stage_go_dark(struct stage *stage)
{
    stage_kill_process(stage);
    store_close(stage->store);
    stage->store = NULL;
}

bool stage_come_back(struct stage *stage, int64_t pause_ms, struct error *err)
{
    stage->now_ms += pause_ms;
    return open_store(stage, err) && stage_start_process(stage, err);
}

bool stage_lose_database(struct stage *stage, struct error *err)
{
    stage_go_dark(stage);
    return open_store(stage, err) &&
           batch_import(&stage->batch, false, stage->store, &stage->witness, stage_clock(stage),
                        err) &&
           stage_start_process(stage, err);
}

static bool print_event(void *context, const struct event *event, const char *phone_number)
{
    (void)context;
    printf("history %s %lld %s %s>%s http=%d code=%d %s\n", phone_number, (long long)event->at_ms,
           event_name(event->kind), status_name(event->status_from), status_name(event->status_to),
           event->http_status, event->code, event->text);
    return true;
}

static bool print_row(void *context, const struct number_view *view)
{
    (void)context;
    const struct number *number = &view->number;
    printf("row %s %s step=%s attention=%s intent=%s due=%lld attempts=%d loa=%lld reason=%s\n",
           number->phone_number, status_name(number->status), step_name(number->step),
           attention_name(number->attention), intent_name(number->intent),
           (long long)number->due_at_ms, number->verification_attempts, (long long)number->loa_id,
           number->reason);
    return true;
}

void stage_print(struct stage *stage)
{
    struct selector all = {.all = true};
    struct error err = {0};
    if (!store_each_event(stage->store, 0, "", 0, print_event, NULL, &err) ||
        !store_each_number(stage->store, &all, false, print_row, NULL, &err))
        printf("%s\n", err.text);
}
