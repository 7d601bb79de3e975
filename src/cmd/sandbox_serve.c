#include "cmd/sandbox_serve.h"

#include "base/clock.h"
#include "base/http_server.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "cmd/sandbox_callbacks.h"
#include "cmd/sandbox_state.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONNECTIONS_MAX = 4096,
    IDLE_SECONDS = 120,
    SAVE_EVERY_SECONDS = 10,
    BASE_URL_BYTES = 300,
};

/* The sandbox is touched by the server's thread and by the one that saves it. */
struct serving {
    const struct sandbox_serve_options *options;
    struct sandbox *sandbox;
    pthread_mutex_t mutex;
    pthread_cond_t
        changed; /* a callback may be due earlier than the deliverer thinks, or it is to stop */
    pthread_t deliverer;
    bool stopping;
    int64_t real_start_ms;  /* of the monotonic clock */
    int64_t model_start_ms; /* of the sandbox's */
    uint64_t changes;       /* requests handled */
    uint64_t saved_changes;
};

/* What real answers carry besides (service.md 1.1, 3.6). */
static const struct http_server_header fixed_headers[] = {
    {"Access-Control-Allow-Origin", "*"},
    {"Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS"},
    {"Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, If-Match, "
                                     "If-Modified-Since, If-None-Match, If-Unmodified-Since"},
    {"Access-Control-Allow-Credentials", "true"},
    {"Access-Control-Expose-Headers", "ETag"},
    {"X-Powered-By", "AT-5000"},
    {"X-Shenanigans", "none"},
    {"X-Home-Region", "us1"},
};

static int64_t model_now_ms(const struct serving *serving)
{
    int64_t passed_ms = clock_monotonic_ms() - serving->real_start_ms;
    return serving->model_start_ms + passed_ms * serving->options->speed;
}

/* "http://" and what the client called us, so that page URLs lead back here. */
static const char *base_url_of(const struct http_server_request *request, char *to)
{
    const char *host = http_server_header(request, "Host");
    if (host == NULL || host[0] == '\0' ||
        strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]") !=
            strlen(host))
        return NULL;
    snprintf(to, BASE_URL_BYTES, "http://%.250s", host);
    return to;
}

static enum http_ending ending_of(enum sandbox_ending ending)
{
    switch (ending) {
    case ENDING_ANSWER: return HTTP_ENDING_WHOLE;
    case ENDING_NEVER: return HTTP_ENDING_NEVER;
    case ENDING_CUT: return HTTP_ENDING_CUT;
    case ENDING_RESET:
    case ENDING_REFUSED: /* too late to refuse: the nearest is a reset */ return HTTP_ENDING_RESET;
    }
    return HTTP_ENDING_RESET;
}

static void give_response(struct sandbox_response *from, struct http_server_response *to)
{
    char text[32];
    to->status = from->status;
    to->content_type = from->body.length > 0 ? from->content_type : NULL;
    buf_done(&to->body);
    to->body = from->body;
    to->ending = ending_of(from->ending);
    to->cut_after = from->cut_after;
    to->delay_ms = from->delay_ms;
    to->fixed = fixed_headers;
    to->fixed_count = COUNT_OF(fixed_headers);
    http_server_add_header(to, "Twilio-Request-Id", from->request_id);
    snprintf(text, sizeof text, "%" PRId32, from->concurrent);
    http_server_add_header(to, "Twilio-Concurrent-Requests", text);
    snprintf(text, sizeof text, "%" PRId64 ".%03d", from->delay_ms / 1000,
             (int)(from->delay_ms % 1000));
    http_server_add_header(to, "Twilio-Request-Duration", text);
    if (from->retry_after[0] != '\0')
        http_server_add_header(to, "Retry-After", from->retry_after);
    if (from->status == 401)
        http_server_add_header(to, "WWW-Authenticate", "Basic realm=\"Twilio API\"");
}

static void handle(void *context, const struct http_server_request *request,
                   struct http_server_response *response)
{
    struct serving *serving = context;
    char user[129];
    char password[257];
    char base_url[BASE_URL_BYTES];
    const struct buf *body = http_server_body(request);
    bool known = http_server_credentials(request, user, sizeof user, password, sizeof password);
    struct sandbox_request asked = {
        .method = http_server_method(request),
        .path = http_server_path(request),
        .query = http_server_query(request),
        .body = body->length > 0 ? body->data : NULL,
        .body_bytes = body->length,
        .user = known ? user : NULL,
        .password = known ? password : NULL,
        .base_url = base_url_of(request, base_url),
        .concurrent = http_server_concurrent(request),
    };
    struct sandbox_response answered;
    pthread_mutex_lock(&serving->mutex);
    sandbox_handle(serving->sandbox, &asked, model_now_ms(serving), &answered);
    serving->changes++;
    if (sandbox_next_callback_at(serving->sandbox) != 0)
        pthread_cond_signal(&serving->changed);
    pthread_mutex_unlock(&serving->mutex);
    give_response(&answered, response);
}

/* ---- callbacks ---- */

/* Sleep, with the mutex given back, until something happens in the sandbox by itself; at most a
 * second, since a request without a callback does not wake this thread. */
static void wait_for_a_change(struct serving *serving)
{
    int64_t now_ms = model_now_ms(serving);
    int64_t next_ms = sandbox_next_at(serving->sandbox);
    int64_t callback_ms = sandbox_next_callback_at(serving->sandbox);
    int64_t wait_ms = SECOND_MS;
    if (next_ms == 0 || (callback_ms != 0 && callback_ms < next_ms))
        next_ms = callback_ms;
    if (next_ms != 0 && (next_ms - now_ms) / serving->options->speed < wait_ms)
        wait_ms = next_ms > now_ms ? (next_ms - now_ms) / serving->options->speed + 1 : 0;
    int64_t until_ms = clock_monotonic_ms() + wait_ms;
    struct timespec until = {.tv_sec = (time_t)(until_ms / SECOND_MS),
                             .tv_nsec = (long)(until_ms % SECOND_MS) * 1000000};
    pthread_cond_timedwait(&serving->changed, &serving->mutex, &until);
}

/* Delivers one after the other: a receiver that hangs delays the next ones, as it may in life. */
static void *deliver_callbacks(void *context)
{
    struct serving *serving = context;
    struct sandbox_callback callback;
    pthread_mutex_lock(&serving->mutex);
    while (!serving->stopping) {
        int64_t now_ms = model_now_ms(serving);
        sandbox_advance(serving->sandbox, now_ms);
        if (!sandbox_take_callback(serving->sandbox, now_ms, &callback)) {
            wait_for_a_change(serving);
            continue;
        }
        pthread_mutex_unlock(&serving->mutex);
        (void)callback_deliver(&callback);
        pthread_mutex_lock(&serving->mutex);
    }
    pthread_mutex_unlock(&serving->mutex);
    return NULL;
}

static bool start_deliverer(struct serving *serving, struct error *err)
{
    if (pthread_create(&serving->deliverer, NULL, deliver_callbacks, serving) == 0)
        return true;
    return error_set(err, ERROR_OTHER, "cannot start the thread that delivers callbacks");
}

static void stop_deliverer(struct serving *serving)
{
    pthread_mutex_lock(&serving->mutex);
    serving->stopping = true;
    pthread_cond_signal(&serving->changed);
    pthread_mutex_unlock(&serving->mutex);
    pthread_join(serving->deliverer, NULL);
}

/* ---- files ---- */

static char *read_file(const char *path, size_t most, size_t *bytes, struct error *err)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        error_set(err, ERROR_USAGE, "cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    char *text = memory_new(most + 1, 1);
    *bytes = fread(text, 1, most + 1, file);
    bool good = ferror(file) == 0;
    fclose(file);
    if (good)
        return text;
    free(text);
    error_set(err, ERROR_OTHER, "cannot read %s: %s", path, strerror(errno));
    return NULL;
}

static bool read_scenario(const char *path, struct scenario *scenario, struct error *err)
{
    *scenario = scenario_calm();
    if (path == NULL)
        return true;
    size_t bytes = 0;
    char *text = read_file(path, SCENARIO_BYTES_MAX, &bytes, err);
    if (text == NULL)
        return false;
    bool good = scenario_parse(scenario, text, bytes, err);
    free(text);
    return good || error_context(err, "scenario %s", path);
}

static void save(struct serving *serving)
{
    struct error err = {0};
    if (serving->options->state_path == NULL)
        return;
    pthread_mutex_lock(&serving->mutex);
    bool changed = serving->changes != serving->saved_changes;
    if (changed && sandbox_state_write(serving->sandbox, serving->options->state_path, &err))
        serving->saved_changes = serving->changes;
    else if (changed)
        LOG_ERROR("sandbox: %s", err.text);
    pthread_mutex_unlock(&serving->mutex);
}

/* ---- serving ---- */

static bool announce(const struct serving *serving, uint16_t port, struct error *err)
{
    char text[16];
    const struct sandbox_serve_options *options = serving->options;
    const char *colon = strrchr(options->listen, ':');
    snprintf(text, sizeof text, "%u\n", (unsigned)port);
    if (options->port_path != NULL && !sandbox_file_replace(options->port_path, text, err))
        return false;
    fprintf(options->out, "sandbox listening on http://%.*s:%u\n", (int)(colon - options->listen),
            options->listen, (unsigned)port);
    return fflush(options->out) == 0 ||
           error_set(err, ERROR_OTHER, "cannot write: %s", strerror(errno));
}

static void wait_for_the_end(struct serving *serving, const sigset_t *signals)
{
    for (;;) {
        struct timespec patience = {.tv_sec = SAVE_EVERY_SECONDS};
        int signal = sigtimedwait(signals, NULL, &patience);
        if (signal == SIGTERM || signal == SIGINT)
            return;
        save(serving);
    }
}

static bool serve(struct serving *serving, struct error *err)
{
    sigset_t signals;
    sigset_t before;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, &before); /* before threads start: they inherit it */
    struct http_server_options options = {
        .listen = serving->options->listen,
        .body_bytes_max = SANDBOX_REQUEST_BYTES_MAX,
        .answer_bytes_max = SANDBOX_ANSWER_BYTES_MAX,
        .connections_max = CONNECTIONS_MAX,
        .idle_seconds = IDLE_SECONDS,
        .delays = true,
        .handle = handle,
        .context = serving,
    };
    struct http_server *server = http_server_start(&options, err);
    bool delivers = server != NULL && start_deliverer(serving, err);
    bool good = delivers && announce(serving, http_server_port(server), err);
    if (good)
        wait_for_the_end(serving, &signals);
    http_server_stop(server);
    if (delivers)
        stop_deliverer(serving);
    save(serving);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return good;
}

bool sandbox_serve(const struct sandbox_serve_options *options, struct error *err)
{
    struct scenario scenario;
    if (!read_scenario(options->scenario_path, &scenario, err))
        return false;
    struct serving serving = {.options = options, .real_start_ms = clock_monotonic_ms()};
    serving.sandbox = sandbox_new(&scenario, options->seed);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&serving.changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&serving.mutex, NULL);
    bool good = options->state_path == NULL ||
                sandbox_state_read(serving.sandbox, options->state_path, err);
    serving.model_start_ms = clock_now_ms();
    if (sandbox_now(serving.sandbox) > serving.model_start_ms)
        serving.model_start_ms = sandbox_now(serving.sandbox); /* a faster clock ran ahead before */
    good = good && serve(&serving, err);
    pthread_cond_destroy(&serving.changed);
    pthread_mutex_destroy(&serving.mutex);
    sandbox_free(serving.sandbox);
    return good;
}
