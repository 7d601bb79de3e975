#include "engine/sync.h"

#include "base/memory.h"
#include "base/text.h"
#include "engine/sync_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void ask_page(struct sync *sync, const char *page_url)
{
    sync->request = (struct request){.operation = OPERATION_LIST_ORDERS,
                                     .page_size = sync->options.policy.page_size};
    TEXT_SET(sync->request.page_url, page_url);
    sync->asked = true;
}

static void ask_order(struct sync *sync, const struct number *number)
{
    sync->request = (struct request){.operation = OPERATION_FETCH_ORDER, .number_id = number->id};
    TEXT_SET(sync->request.order_sid, number->order_sid);
    TEXT_SET(sync->request.phone_number, number->phone_number);
    sync->asked = true;
    sync->result.looks++;
}

struct sync *sync_new(struct store *store, struct executor *executor,
                      const struct sync_options *options)
{
    struct sync *sync = memory_new(1, sizeof *sync);
    const struct engine_options carrier = {.policy = options->policy, .seed = options->seed};
    sync->engine = engine_new(store, executor, &carrier);
    sync->executor = executor;
    sync->store = store;
    sync->options = *options;
    sync->selector.all = options->batch[0] == '\0';
    TEXT_SET(sync->selector.batch, options->batch);
    ask_page(sync, "");
    return sync;
}

void sync_free(struct sync *sync)
{
    engine_free(sync->engine);
    free(sync->seen);
    free(sync);
}

static bool is_clear(const struct answer *answer)
{
    bool success = answer->http_status >= 200 && answer->http_status < 300;
    return answer->delivery == DELIVERY_ANSWERED && answer->http_status >= 200 &&
           answer->http_status < 500 && answer->http_status != 408 && answer->http_status != 429 &&
           (!success || answer->readable);
}

/* The same request again after a pause, unless it was too often. */
static bool try_later(struct sync *sync, const struct answer *answer, int64_t now_ms,
                      struct error *err)
{
    const struct policy *policy = &sync->options.policy;
    if (sync->tries >= policy->retry_attempts)
        return error_set(err, ERROR_UNAVAILABLE,
                         "the orders of the account cannot be read: %s failed %d times, last "
                         "with HTTP %d %s; nothing is lost, run the same command again later",
                         operation_name(sync->request.operation), sync->tries + 1,
                         answer->http_status, answer->message);
    sync->retry_at_ms = now_ms + decide_pause_ms(answer, sync->tries++, policy, &sync->engine->rng);
    sync->asked = true;
    return true;
}

static bool list_refused(const struct answer *answer, struct error *err)
{
    return error_set(
        err, ERROR_OTHER, "the list of orders is refused (HTTP %d, code %d, request %s): %s",
        answer->http_status, answer->code,
        answer->request_id[0] != '\0' ? answer->request_id : "without id", answer->message);
}

static bool begin_rows(struct sync *sync, int64_t now_ms, struct error *err)
{
    const struct sync_options *options = &sync->options;
    sync->phase = options->list_only ? SYNC_DONE : SYNC_ROWS;
    if (options->dry_run || options->batch_id != 0)
        return true;
    return account_was_read(sync->store, now_ms, err);
}

static bool take_page(struct sync *sync, const struct answer *answer, int64_t now_ms,
                      struct error *err)
{
    if (answer->http_status != 200)
        return list_refused(answer, err);
    for (size_t i = 0; i < answer->order_count; i++)
        if (!sync_listed(sync, &answer->orders[i], now_ms, err))
            return false;
    const char *next = answer->next_page_url;
    if (next[0] == '\0')
        return begin_rows(sync, now_ms, err);
    if (!page_trail_follow(&sync->trail, sync->request.page_url, next))
        return error_set(err, ERROR_OTHER, "the list of orders does not come to an end (page %d)",
                         sync->trail.pages);
    char page_url[PAGE_URL_BYTES];
    TEXT_SET(page_url, next);
    ask_page(sync, page_url);
    return true;
}

static bool take_in(struct sync *sync, const struct answer *answer, int64_t now_ms,
                    struct error *err)
{
    return sync->phase == SYNC_LIST ? take_page(sync, answer, now_ms, err)
                                    : sync_looked(sync, answer, now_ms, err);
}

/* One page, or one look, is one transaction. */
static bool take_in_at_once(struct sync *sync, const struct answer *answer, int64_t now_ms,
                            struct error *err)
{
    if (sync->options.dry_run)
        return take_in(sync, answer, now_ms, err);
    if (!store_begin(sync->store, err))
        return false;
    if (take_in(sync, answer, now_ms, err) && store_commit(sync->store, err))
        return true;
    store_rollback(sync->store);
    return false;
}

static bool settle(struct sync *sync, const struct answer *answer, int64_t now_ms,
                   struct error *err)
{
    if (!is_clear(answer))
        return try_later(sync, answer, now_ms, err);
    if (access_is_refused(answer)) {
        char text[MESSAGE_BYTES * 2];
        access_describe(answer, text, sizeof text);
        return error_set(err, ERROR_ACCESS, "%s", text);
    }
    sync->tries = 0;
    sync->retry_at_ms = 0;
    return take_in_at_once(sync, answer, now_ms, err);
}

static bool collect(struct sync *sync, int64_t now_ms, struct error *err)
{
    struct answer answer;
    if (!sync->in_flight || sync->executor->ops->collect(sync->executor->self, &answer, 1) == 0)
        return true;
    sync->in_flight = false;
    bool fine = settle(sync, &answer, now_ms, err);
    answer_done(&answer);
    return fine;
}

/* Its order was not in the list, or what the list said is to be confirmed. */
static bool wants_look(struct sync *sync, const struct number *number)
{
    if (number->intent != INTENT_NONE) {
        sync->result.unsettled++;
        return false;
    }
    if (number->order_sid[0] == '\0') {
        sync->result.no_order += number->status == STATUS_QUEUED ? 1 : 0;
        return false;
    }
    return number->status != STATUS_FAILED && number->status != STATUS_CANCELED;
}

static bool next_ids(struct sync *sync, struct error *err)
{
    sync->id_next = 0;
    return store_select_ids(sync->store, &sync->selector, sync->after_id, sync->ids, SYNC_IDS,
                            &sync->id_count, err);
}

/* Find the next row to look at, or end. */
static bool find_row(struct sync *sync, struct error *err)
{
    while (!sync->asked) {
        if (sync->id_next == sync->id_count && !next_ids(sync, err))
            return false;
        if (sync->id_count == 0) {
            sync->phase = SYNC_DONE;
            return true;
        }
        struct number number;
        bool found = false;
        int64_t id = sync->ids[sync->id_next++];
        sync->after_id = id;
        if (sync_is_marked(sync, id))
            continue;
        if (!store_find_number(sync->store, id, &number, &found, err))
            return false;
        if (found && wants_look(sync, &number))
            ask_order(sync, &number);
    }
    return true;
}

static bool send(struct sync *sync, int64_t now_ms, struct error *err)
{
    (void)tokens_take(&sync->tokens, now_ms);
    sync->request.sent_at_ms = now_ms;
    sync->asked = false;
    sync->in_flight = true;
    return sync->executor->ops->submit(sync->executor->self, &sync->request, err);
}

bool sync_step(struct sync *sync, int64_t now_ms, int64_t *next_at_ms, bool *done,
               struct error *err)
{
    const struct policy *policy = &sync->options.policy;
    if (!sync->paced)
        tokens_init(&sync->tokens, policy->requests_per_second, policy->request_burst, now_ms);
    sync->paced = true;
    *next_at_ms = 0;
    if (!collect(sync, now_ms, err))
        return false;
    if (sync->phase == SYNC_ROWS && !sync->in_flight && !find_row(sync, err))
        return false;
    *done = sync->phase == SYNC_DONE;
    if (*done || sync->in_flight)
        return true;
    int64_t wait_ms = tokens_wait_ms(&sync->tokens, now_ms);
    if (wait_ms == 0 && sync->retry_at_ms <= now_ms)
        return send(sync, now_ms, err);
    *next_at_ms = now_ms + wait_ms > sync->retry_at_ms ? now_ms + wait_ms : sync->retry_at_ms;
    return true;
}

struct sync_result sync_result(const struct sync *sync)
{
    return sync->result;
}

int64_t sync_left(const struct sync_result *result)
{
    int64_t left = 0;
    for (int kind = 0; kind < DRIFT_KIND_COUNT; kind++)
        left += drift_needs_person((enum drift_kind)kind) ? result->drifts[kind] : 0;
    return left;
}
