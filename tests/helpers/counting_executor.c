#include "helpers/counting_executor.h"

static bool submit(void *self, const struct request *request, struct error *err)
{
    struct counting_executor *executor = self;
    if (executor->refusal != NULL) {
        error_set(err, ERROR_OTHER, "%s", executor->refusal);
        return false;
    }
    executor->submitted++;
    executor->of[request->operation]++;
    executor->last = *request;
    return true;
}

static size_t collect(void *self, struct answer *out, size_t max)
{
    struct counting_executor *executor = self;
    if (executor->answer == NULL || max == 0)
        return 0;
    *out = *executor->answer;
    executor->answer = NULL;
    return 1;
}

static void wait_for_nothing(void *self, int64_t timeout_ms)
{
    (void)self;
    (void)timeout_ms;
}

static size_t in_flight(void *self)
{
    const struct counting_executor *executor = self;
    return executor->submitted;
}

static const struct executor_ops ops = {
    .submit = submit, .collect = collect, .wait = wait_for_nothing, .in_flight = in_flight};

void counting_executor_init(struct counting_executor *executor)
{
    *executor = (struct counting_executor){.port = {.self = executor, .ops = &ops}};
}
