/* What sync.c and sync_compare.c share; for them alone. */
#ifndef NUMHOST_ENGINE_SYNC_PRIVATE_H
#define NUMHOST_ENGINE_SYNC_PRIVATE_H

#include "engine/engine_private.h"
#include "engine/sync.h"

enum sync_phase { SYNC_LIST, SYNC_ROWS, SYNC_DONE };

enum { SYNC_IDS = 1024 };

struct sync {
    struct engine *engine; /* never stepped: it carries decisions out */
    struct executor *executor;
    struct store *store;
    struct sync_options options;
    struct sync_result result;
    enum sync_phase phase;
    struct bucket_of_tokens tokens;
    bool paced; /* tokens are filled */
    bool in_flight;
    bool asked; /* `request` is to be sent, now or again */
    struct request request;
    int32_t tries;
    int64_t retry_at_ms;
    struct page_trail trail;
    unsigned char *seen; /* a bit per number id */
    size_t seen_bytes;
    struct selector selector;
    int64_t ids[SYNC_IDS];
    size_t id_count;
    size_t id_next;
    int64_t after_id;
};

/* The row was compared: no need to look at its order alone. */
void sync_mark(struct sync *sync, int64_t number_id);
bool sync_is_marked(const struct sync *sync, int64_t number_id);

/* One order of the list. Inside a transaction, unless it is a dry run. */
bool sync_listed(struct sync *sync, const struct order_seen *seen, int64_t now_ms,
                 struct error *err) MUST_USE;

/* The answer to the look at one order. Likewise. */
bool sync_looked(struct sync *sync, const struct answer *answer, int64_t now_ms,
                 struct error *err) MUST_USE;

#endif
