#include "adapters/http/transport_curl.h"

#include "adapters/http/curl_handle.h"
#include "base/clock.h"
#include "base/fault_point.h"
#include "base/memory.h"
#include "base/text.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_CONNECTIONS = 16 };

#define WAIT_MS_MAX (366 * DAY_MS)

struct queue {
    struct transfer *first;
    struct transfer *last;
};

struct curl_transport {
    struct transport port;
    struct curl_settings settings;
    CURLM *multi;
    struct queue waiting;  /* for one of connections_max turns */
    struct queue finished; /* for collect() */
    struct transfer *idle;
    struct transfer *all; /* by all_next, to free them */
    size_t active;
    size_t connections_max;
    size_t in_flight;
    atomic_bool woken;
};

static void push(struct queue *queue, struct transfer *transfer)
{
    transfer->next = NULL;
    if (queue->first == NULL)
        queue->first = transfer;
    else
        queue->last->next = transfer;
    queue->last = transfer;
}

static struct transfer *pop(struct queue *queue)
{
    struct transfer *transfer = queue->first;
    if (transfer != NULL)
        queue->first = transfer->next;
    return transfer;
}

/* An idle transfer with its easy handle, or a new one: handles are made once and reused. */
static struct transfer *take_transfer(struct curl_transport *transport, struct error *err)
{
    struct transfer *transfer = transport->idle;
    if (transfer != NULL) {
        transport->idle = transfer->next;
        return transfer;
    }
    transfer = transfer_new(&transport->settings, err);
    if (transfer != NULL) {
        transfer->all_next = transport->all;
        transport->all = transfer;
    }
    return transfer;
}

static void give_transfer_back(struct curl_transport *transport, struct transfer *transfer)
{
    transfer->next = transport->idle;
    transport->idle = transfer;
}

static void start_waiting(struct curl_transport *transport)
{
    while (transport->active < transport->connections_max && transport->waiting.first != NULL) {
        struct transfer *transfer = pop(&transport->waiting);
        CURLMcode code = curl_multi_add_handle(transport->multi, transfer->easy);
        if (code == CURLM_OK) {
            transport->active++;
            continue;
        }
        transfer_not_started(transfer, curl_multi_strerror(code));
        push(&transport->finished, transfer);
    }
}

static bool submit(void *self, const struct http_request *request, struct error *err)
{
    struct curl_transport *transport = self;
    if (transport->in_flight >= TRANSPORT_REQUESTS_MAX)
        return error_set(err, ERROR_OTHER, "not sent: more than %d requests at once",
                         (int)TRANSPORT_REQUESTS_MAX);
    struct transfer *transfer = take_transfer(transport, err);
    if (transfer == NULL)
        return false;
    if (!transfer_prepare(transfer, &transport->settings, request, err)) {
        give_transfer_back(transport, transfer);
        return false;
    }
    transport->in_flight++;
    push(&transport->waiting, transfer);
    start_waiting(transport);
    return true;
}

static void take_finished(struct curl_transport *transport)
{
    int left = 0;
    CURLMsg *message = NULL;
    while ((message = curl_multi_info_read(transport->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE)
            continue;
        struct transfer *transfer = NULL;
        CURLcode result = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        curl_multi_remove_handle(transport->multi, transfer->easy);
        transport->active--;
        transfer_conclude(transfer, result);
        push(&transport->finished, transfer);
    }
}

/* Let libcurl do what it can without waiting. */
static void perform(struct curl_transport *transport)
{
    int running = 0;
    curl_multi_perform(transport->multi, &running);
    take_finished(transport);
    start_waiting(transport);
}

static size_t collect(void *self, struct http_response *out, size_t max)
{
    struct curl_transport *transport = self;
    size_t count = 0;
    size_t most = FAULT_BETWEEN("odd/curl/at-once", 0, max);
    if (transport->finished.first == NULL && transport->active > 0)
        perform(transport);
    while (count < most && transport->finished.first != NULL) {
        struct transfer *transfer = pop(&transport->finished);
        transfer_take_response(transfer, &out[count++]);
        give_transfer_back(transport, transfer);
        transport->in_flight--;
    }
    return count;
}

/* curl_multi_poll returns on any activity; waiting goes on until a request is finished. */
static void wait_for_finished(void *self, int64_t timeout_ms)
{
    struct curl_transport *transport = self;
    int64_t until_ms = clock_monotonic_ms() + (timeout_ms < WAIT_MS_MAX ? timeout_ms : WAIT_MS_MAX);
    perform(transport);
    if (FAULT_POINT("odd/curl/early-wake"))
        return;
    while (transport->finished.first == NULL && !atomic_exchange(&transport->woken, false)) {
        int64_t left_ms = until_ms - clock_monotonic_ms();
        if (left_ms <= 0)
            break;
        int poll_ms = left_ms < MINUTE_MS ? (int)left_ms : (int)MINUTE_MS;
        if (curl_multi_poll(transport->multi, NULL, 0, poll_ms, NULL) != CURLM_OK)
            break;
        perform(transport);
    }
}

static size_t in_flight(void *self)
{
    const struct curl_transport *transport = self;
    return transport->in_flight;
}

static const struct transport_ops ops = {
    .submit = submit, .collect = collect, .wait = wait_for_finished, .in_flight = in_flight};

static bool open_multi(struct curl_transport *transport, struct error *err)
{
    transport->multi = curl_multi_init();
    if (transport->multi == NULL)
        return error_set(err, ERROR_OTHER, "libcurl does not start: no multi handle");
    long connections = (long)transport->connections_max;
    curl_multi_setopt(transport->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    /* The cache must hold every connection of both hosts, or busy ones push idle ones out. */
    curl_multi_setopt(transport->multi, CURLMOPT_MAXCONNECTS, connections * 2);
    return true;
}

static void ignore_broken_pipes(void)
{
    struct sigaction now;
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    if (sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
        sigaction(SIGPIPE, &ignore, NULL);
}

struct transport *transport_curl_new(const struct transport_curl_options *options,
                                     struct error *err)
{
    struct curl_transport *transport = memory_new(1, sizeof *transport);
    ignore_broken_pipes();
    size_t connections =
        options->connections_max > 0 ? options->connections_max : DEFAULT_CONNECTIONS;
    transport->port = (struct transport){.self = transport, .ops = &ops};
    transport->connections_max =
        connections < TRANSPORT_CONNECTIONS_MAX ? connections : TRANSPORT_CONNECTIONS_MAX;
    if (curl_settings_init(&transport->settings, options, err) && open_multi(transport, err))
        return &transport->port;
    transport_curl_free(&transport->port);
    return NULL;
}

void transport_curl_free(struct transport *port)
{
    if (port == NULL)
        return;
    struct curl_transport *transport = port->self;
    while (transport->all != NULL) {
        struct transfer *transfer = transport->all;
        transport->all = transfer->all_next;
        /* Fails harmlessly for those that are not under way. */
        curl_multi_remove_handle(transport->multi, transfer->easy);
        transfer_free(transfer);
    }
    curl_multi_cleanup(transport->multi);
    curl_settings_done(&transport->settings);
    free(transport);
}

void transport_curl_wake(struct transport *port)
{
    struct curl_transport *transport = port->self;
    atomic_store(&transport->woken, true);
    curl_multi_wakeup(transport->multi);
}
