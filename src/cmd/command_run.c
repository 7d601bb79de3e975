#include "base/clock.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "cmd/config.h"
#include "cmd/connection.h"
#include "cmd/invocation.h"
#include "cmd/looking.h"
#include "cmd/run_loop.h"
#include "cmd/units.h"

#include <openssl/rand.h>
#include <string.h>
#include <time.h>

enum { MAX_CALLS_MAX = 10000000 };

/* When today, or tomorrow, it is HH:MM here. */
static bool parse_until(const char *text, int64_t now_ms, int64_t *at_ms, struct error *err)
{
    int hour = 0;
    int minute = 0;
    int used = 0;
    bool ok = sscanf(text, "%2d:%2d%n", &hour, &minute, &used) == 2 && text[used] == '\0';
    if (!ok || hour < 0 || hour > 23 || minute < 0 || minute > 59)
        return error_set(err, ERROR_USAGE, "--until %s: give a time of the day as HH:MM", text);
    time_t seconds = (time_t)(now_ms / SECOND_MS);
    struct tm local;
    localtime_r(&seconds, &local);
    local.tm_hour = hour;
    local.tm_min = minute;
    local.tm_sec = 0;
    local.tm_isdst = -1;
    *at_ms = (int64_t)mktime(&local) * SECOND_MS;
    if (*at_ms > now_ms)
        return true;
    local.tm_mday++;
    local.tm_isdst = -1;
    *at_ms = (int64_t)mktime(&local) * SECOND_MS;
    return true;
}

static bool find_window(const struct invocation *inv, int64_t *stop_at_ms, struct error *err)
{
    const char *until = invocation_value(inv, "until");
    const char *duration = invocation_value(inv, "for");
    int64_t duration_ms = 0;
    bool once = invocation_flag(inv, "once");
    if ((until != NULL) + (duration != NULL) + once > 1)
        return error_set(err, ERROR_USAGE, "give one of --once, --until and --for");
    *stop_at_ms = 0;
    if (until != NULL)
        return parse_until(until, inv->now_ms, stop_at_ms, err);
    if (duration == NULL)
        return true;
    if (!duration_parse(duration, &duration_ms, err))
        return error_context(err, "--for");
    *stop_at_ms = inv->now_ms + duration_ms;
    return true;
}

struct plan {
    int64_t orders;
    int64_t calls;
    int64_t documents;
    int64_t waiting;
};

static bool add_to_plan(void *context, const struct tally *tally)
{
    struct plan *plan = context;
    if (tally->held || status_is_end(tally->status))
        return true;
    bool verifying = tally->status == STATUS_QUEUED || tally->status == STATUS_TWILIO_PROCESSING ||
                     tally->status == STATUS_RECEIVED;
    plan->orders += tally->step == STEP_CREATE ? tally->count : 0;
    plan->calls += tally->step == STEP_START_CALL || verifying ? tally->count : 0;
    plan->documents += tally->step == STEP_AUTHORIZE ? tally->count : 0;
    plan->waiting += tally->step == STEP_NOTHING ? tally->count : 0;
    return true;
}

/* The real service: what is about to happen, and a typed yes. */
static bool confirm_plan(struct invocation *inv, struct store *store, struct error *err)
{
    struct plan plan = {0};
    char question[URL_BYTES + 320];
    if (!store_each_tally(store, "", add_to_plan, &plan, err))
        return false;
    snprintf(question, sizeof question,
             "This creates %lld orders, may ring up to %lld phones, puts %lld verified numbers on "
             "LOAs by e-mail, and looks after %lld more, at %s. Type yes to go on",
             (long long)plan.orders, (long long)plan.calls, (long long)plan.documents,
             (long long)plan.waiting, inv->config->base_url);
    return invocation_confirm(inv, question, err);
}

static bool prepare_run(struct invocation *inv, struct store *store,
                        const struct connection *connection, struct error *err)
{
    if (!connection_bind(connection, inv->config, store, true, err))
        return false;
    if (inv->config->callback_public_url[0] != '\0')
        invocation_say(inv, "callback.public_url has no effect: this version takes no callbacks "
                            "and looks at every order itself");
    invocation_say(inv, "%s: %s", environment_name(inv->config->environment),
                   inv->config->base_url);
    return inv->config->environment != ENVIRONMENT_LIVE || confirm_plan(inv, store, err);
}

static bool make_options(const struct invocation *inv, struct engine_options *options,
                         struct error *err)
{
    long long max_calls = -1;
    if (!invocation_int(inv, "max-calls", 0, MAX_CALLS_MAX, &max_calls, err))
        return false;
    *options = (struct engine_options){
        .policy = inv->config->policy, .hours = inv->config->hours, .max_calls = max_calls};
    if (RAND_bytes((unsigned char *)&options->seed, sizeof options->seed) != 1)
        options->seed = (uint64_t)inv->now_ms;
    return true;
}

static bool count_troubled(void *context, const struct tally *tally)
{
    enum bucket bucket = number_bucket(tally->status, tally->attention);
    bool not_released = bucket == BUCKET_COMPLETED && tally->attention != ATTENTION_NONE;
    if (bucket == BUCKET_FAILED || bucket == BUCKET_ATTENTION || not_released)
        *(int64_t *)context += tally->count;
    return true;
}

static enum result conclude(struct invocation *inv, struct store *store, enum run_end end,
                            struct error *err)
{
    struct looks looks = {.color = inv->style.colour, .json = inv->json};
    struct error status_err = {0};
    int64_t troubled = 0;
    bool shown = looking_status(store, "", &looks, clock_now_ms(), inv->out, &status_err);
    if (end == RUN_FAILED)
        return command_failed(err);
    if (!shown || !store_each_tally(store, "", count_troubled, &troubled, &status_err)) {
        *err = status_err;
        return command_failed(err);
    }
    if (end == RUN_WORK_LEFT) {
        invocation_say(inv, "stopped with work left; run the same command again to go on");
        return RESULT_WORK_LEFT;
    }
    return troubled > 0 ? RESULT_ATTENTION : RESULT_DONE;
}

static enum result run_engine(struct invocation *inv, struct store *store,
                              const struct connection *connection, struct error *err)
{
    struct engine_options options;
    struct run_loop loop = {
        .executor = connection->executor,
        .store = store,
        .config = inv->config,
        .messages = inv->err,
        .quiet = inv->quiet,
        .once = invocation_flag(inv, "once"),
    };
    if (!make_options(inv, &options, err) || !find_window(inv, &loop.stop_at_ms, err) ||
        !prepare_run(inv, store, connection, err))
        return err->text[0] != '\0' ? command_failed(err) : RESULT_ERROR;
    loop.engine = engine_new(store, connection->executor, &options);
    enum run_end end = RUN_FAILED;
    if (engine_start(loop.engine, clock_now_ms(), err))
        end = run_loop(&loop, err);
    engine_free(loop.engine);
    return conclude(inv, store, end, err);
}

static enum result run(struct invocation *inv, struct error *err)
{
    struct store *store = invocation_store(inv, STORE_WRITE, err);
    if (store == NULL)
        return command_failed(err);
    struct connection connection;
    enum result result;
    if (connection_open(&connection, inv->config, err)) {
        result = run_engine(inv, store, &connection, err);
        connection_close(&connection);
    } else {
        result = command_failed(err);
    }
    return result;
}

const struct command command_run = {
    .name = "run",
    .positionals = "",
    .summary = "drive every number on until it is at an end",
    .details =
        "Creates orders, starts verification calls inside their windows, sends LOAs and follows "
        "every number until it is completed, failed, or waits for a person. Stop it whenever you "
        "like, by Ctrl-C, a crash or a power cut: the same command goes on where it was.\n\n"
        "Talks to the sandbox unless the configuration says api.environment: live; then it shows "
        "what it is about to do and asks.",
    .needs = NEEDS_CONFIG,
    .options =
        {
            {.name = "once", .help = "do what can be done now, then stop"},
            {.name = "until", .argument = "HH:MM", .help = "stop at this local time"},
            {.name = "for", .argument = "DURATION", .help = "stop after so long, e.g. 8h"},
            {.name = "max-calls",
             .argument = "N",
             .help = "start at most so many verification calls in this run"},
        },
    .examples =
        {
            {"run", "until every number is at an end"},
            {"run --until 06:00", "overnight"},
            {"run --once", "from a timer"},
            {"run --max-calls 20", "a careful first evening"},
        },
    .run = run,
};
