#include "cmd/doctor.h"

#include "adapters/http/executor.h"
#include "adapters/http/transport_curl.h"
#include "base/clock.h"
#include "base/text.h"
#include "cmd/config.h"
#include "cmd/service.h"
#include "domain/failure.h"

#include <stdio.h>
#include <string.h>

enum { WAITS_MAX = 1000 };

static const int64_t clock_tolerance_ms = 60 * SECOND_MS;
static const char check_name[] = "access";

/* Hands everything through and keeps the Date header, which an answer does not carry. */
struct date_tap {
    struct transport *inner;
    char date[65];
};

static bool tap_submit(void *self, const struct http_request *request, struct error *err)
{
    struct date_tap *tap = self;
    return tap->inner->ops->submit(tap->inner->self, request, err);
}

static size_t tap_collect(void *self, struct http_response *out, size_t max)
{
    struct date_tap *tap = self;
    size_t count = tap->inner->ops->collect(tap->inner->self, out, max);
    for (size_t i = 0; i < count; i++)
        TEXT_SET(tap->date, out[i].date);
    return count;
}

static void tap_wait(void *self, int64_t timeout_ms)
{
    struct date_tap *tap = self;
    tap->inner->ops->wait(tap->inner->self, timeout_ms);
}

static size_t tap_in_flight(void *self)
{
    struct date_tap *tap = self;
    return tap->inner->ops->in_flight(tap->inner->self);
}

static const struct transport_ops tap_ops = {
    .submit = tap_submit,
    .collect = tap_collect,
    .wait = tap_wait,
    .in_flight = tap_in_flight,
};

static void tell_not_answered(struct findings *findings, const struct config *config,
                              const struct answer *answer)
{
    const char *hint = config->environment == ENVIRONMENT_SANDBOX
                           ? "; is `numhost sandbox` running?"
                           : "; look at network, proxy and name service";
    find_bad(findings, check_name, RESULT_UNAVAILABLE, "%s does not answer: %s%s", config->base_url,
             answer->message, hint);
}

static void tell_refused(struct findings *findings, const struct answer *answer)
{
    const struct failure *failure =
        failure_of_answer(OPERATION_LIST_ORDERS, answer->http_status, answer->code);
    enum result result = failure->class == FAILURE_STOP_RUN ? RESULT_ACCESS : RESULT_UNAVAILABLE;
    find_bad(findings, check_name, result, "HTTP %d, code %d: %s %s", answer->http_status,
             answer->code, failure->reason, failure->advice);
}

static void tell(struct findings *findings, const struct config *config,
                 const struct answer *answer)
{
    if (answer->delivery != DELIVERY_ANSWERED)
        tell_not_answered(findings, config, answer);
    else if (answer->http_status >= 200 && answer->http_status <= 299 && answer->readable)
        find_good(findings, check_name, "%s lets us in (%lld ms)", config->base_url,
                  (long long)answer->took_ms);
    else if (answer->http_status >= 200 && answer->http_status <= 299)
        find_bad(findings, check_name, RESULT_ERROR,
                 "%s answers, but not with a list of orders; is api.base_url right?",
                 config->base_url);
    else
        tell_refused(findings, answer);
}

static void compare_clocks(struct findings *findings, const char *date)
{
    int64_t theirs_ms = 0;
    if (date[0] == '\0' || !clock_parse(date, &theirs_ms))
        return;
    int64_t ahead_ms = clock_now_ms() - theirs_ms;
    if (ahead_ms > clock_tolerance_ms || ahead_ms < -clock_tolerance_ms)
        find_bad(findings, "clock", RESULT_ERROR,
                 "this machine is %lld s %s the service: windows and deadlines would be off",
                 (long long)((ahead_ms < 0 ? -ahead_ms : ahead_ms) / SECOND_MS),
                 ahead_ms < 0 ? "behind" : "ahead of");
    else
        find_good(findings, "clock", "the service's clock agrees");
}

/* One answer, or false when none came in time. */
static bool ask(struct executor *executor, int64_t timeout_ms, struct answer *answer,
                struct error *err)
{
    const struct request request = {.tag = 1, .operation = OPERATION_LIST_ORDERS, .page_size = 1};
    if (!executor->ops->submit(executor->self, &request, err))
        return false;
    int64_t until_ms = clock_monotonic_ms() + timeout_ms + SECOND_MS;
    for (int i = 0; i < WAITS_MAX && clock_monotonic_ms() < until_ms; i++) {
        if (executor->ops->collect(executor->self, answer, 1) == 1)
            return true;
        executor->ops->wait(executor->self, SECOND_MS);
    }
    return error_set(err, ERROR_UNAVAILABLE, "no answer in time");
}

static void ask_through(struct findings *findings, const struct config *config,
                        const struct credentials *credentials, struct transport *transport)
{
    struct date_tap tap = {.inner = transport};
    struct transport tapped = {.self = &tap, .ops = &tap_ops};
    struct executor *executor = http_executor_new(&tapped, credentials->account_sid);
    struct answer answer = {0};
    struct error err = {0};
    if (ask(executor, config->timeout_ms, &answer, &err)) {
        tell(findings, config, &answer);
        compare_clocks(findings, tap.date);
        answer_done(&answer);
    } else {
        find_bad(findings, check_name, result_of_error(&err), "%.380s", err.text);
    }
    http_executor_free(executor);
}

void check_access(struct findings *findings, const struct config *config,
                  const struct credentials *credentials)
{
    struct error err = {0};
    struct transport *transport = service_connect(config, credentials, &err);
    if (transport == NULL) {
        find_bad(findings, check_name, result_of_error(&err), "%.380s", err.text);
        return;
    }
    ask_through(findings, config, credentials, transport);
    transport_curl_free(transport);
}
