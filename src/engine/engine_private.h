/* What the files of the engine share; for them alone. */
#ifndef NUMHOST_ENGINE_ENGINE_PRIVATE_H
#define NUMHOST_ENGINE_ENGINE_PRIVATE_H

#include "domain/decide.h"
#include "domain/pace.h"
#include "engine/engine.h"
#include "engine/page_trail.h"

enum {
    PAGE_OF_NUMBERS = 64, /* rows handled at a time in walks */
    ANSWERS_PER_TURN = 64,
    SWEEP_ALL = STATUS_COUNT, /* index of the sweep over the whole account */
    SWEEP_COUNT = STATUS_COUNT + 1,
};

/* What a slot carries. */
enum work {
    WORK_NONE,
    WORK_NUMBER,
    WORK_SWEEP,
    WORK_DOCUMENT, /* create of an LOA */
    WORK_DOCUMENT_LOOK,
    WORK_SEARCH, /* of a LOA whose create got no answer */
    WORK_PROBE,  /* is the service back? */
};

/* A worker: one request from intent to answer. */
struct slot {
    enum work work;
    bool submitted;
    char unsendable[MESSAGE_BYTES]; /* why it could not even be encoded; "" normally */
    struct request request;
    struct order_details details; /* WORK_NUMBER creating */
    struct signer signer;         /* WORK_DOCUMENT */
    char (*order_sids)[SID_BYTES];
    int64_t loa_id;
    int32_t sweep;
};

/* A paged list read under way, or when it was last begun and done. */
struct sweep {
    bool active;
    bool waiting_page; /* a page is to be asked for */
    int64_t begun_at_ms;
    int64_t done_at_ms;
    struct page_trail trail;
    char next_page_url[PAGE_URL_BYTES];
    int64_t retry_at_ms;
    int32_t tries;
};

/* The account read as a whole. */
struct account_reading {
    bool read;              /* once at least, so creates may go */
    int64_t read_at_ms;     /* last */
    int64_t repeated_at_ms; /* a create of unknown outcome was last given up as not happened; 0 */
    int32_t rounds;         /* begun and not finished, because the pages are no good */
    char unreadable[MESSAGE_BYTES]; /* why that was given up; "" it was not */
};

enum { SEARCH_CANDIDATES_MAX = 64 };

/* One LOA of unknown outcome is looked for among the documents of its signer: first the list, then
 * the orders of each document that could be it. */
struct search {
    int64_t loa_id; /* 0: none under way */
    struct signer signer;
    int64_t since_ms; /* when the create was recorded */
    bool asking;      /* a request is under way */
    bool listed;      /* the list was read to its end */
    struct page_trail trail;
    char page_url[PAGE_URL_BYTES]; /* "" for a first page */
    struct document_seen candidates[SEARCH_CANDIDATES_MAX];
    size_t candidate_count;
    size_t at; /* the one whose orders are read */
    bool has_orders;
    int64_t retry_at_ms;
    int32_t tries;
    bool again; /* it was given up: what is found now is a second one */
    struct document_seen second;
};

/* Whether the service answers at all. */
struct outage {
    int32_t failures_in_row;
    int64_t down_since_at_ms; /* first failure of the row; 0: none */
    int64_t failed_at_ms;     /* last of the row: patience counts tries, not a suspended machine */
    bool open;                /* nothing but probes is sent */
    int64_t probe_at_ms;
    int32_t probes;
    char last[MESSAGE_BYTES]; /* what the last of the row said */
};

struct engine {
    struct store *store;
    struct executor *executor;
    struct engine_options options;
    struct rng rng;
    struct slot *slots;
    size_t slot_count;
    size_t busy_count;
    struct bucket_of_tokens requests;
    struct bucket_of_tokens calls;
    double rate;        /* configured, per second */
    double rate_factor; /* cut by 429, grows back */
    int64_t rate_cut_at_ms;
    struct outage outage;
    struct sweep sweeps[SWEEP_COUNT];
    struct search search;
    int64_t given_up_at_ms; /* when an LOA that was given up is looked for again; 0: none */
    struct account_reading account;
    bool stopping;
    bool no_access;
    char no_access_text[MESSAGE_BYTES * 2];
    int64_t documents_after_ms;
    int32_t document_tries;
    double look_credit;
    int64_t dispatched_in_turn;
    bool paced;       /* this turn left something undone for want of a token */
    bool calls_paced; /* the same for calls */
    bool undone;      /* more was due than one turn takes */
    struct engine_progress progress;
};

/* ---- slots (slots.c) ---- */
/* Only while slots_free(). */
struct slot *slot_take(struct engine *engine, enum work work, int64_t now_ms);
void slot_free(struct engine *engine, struct slot *slot);
struct slot *slot_of_tag(struct engine *engine, uint64_t tag);
bool slot_has_number(const struct engine *engine, int64_t number_id);
/* The LOA is on its way right now. */
bool slot_has_document(const struct engine *engine, int64_t loa_id);
size_t slots_free(const struct engine *engine);
/* Put everything recorded in this turn on the wire. After the commit only. */
void slots_submit(struct engine *engine, int64_t now_ms);
/* The turn was rolled back: forget what was not submitted. */
void slots_forget(struct engine *engine);

/* ---- carrying decisions out (apply.c) ---- */
bool apply_decision(struct engine *engine, const struct decision *decision, int64_t now_ms,
                    struct error *err) MUST_USE;
typedef void (*decide_fn)(const struct number *number, void *context, struct decision *out);
/* Decide about every number of an LOA, in pages. */
bool apply_to_loa(struct engine *engine, int64_t loa_id, decide_fn decide, void *context,
                  int64_t now_ms, struct error *err) MUST_USE;

/* ---- what arrived (settle.c) ---- */
bool settle_answers(struct engine *engine, int64_t now_ms, struct error *err) MUST_USE;
bool pass_time(struct engine *engine, int64_t now_ms, struct error *err) MUST_USE;
/* Credentials or access are refused, whatever was asked. */
bool access_is_refused(const struct answer *answer);
/* Why, and what to do, for the error of the run. */
void access_describe(const struct answer *answer, char *text, size_t text_bytes);

/* ---- what goes out (dispatch.c) ---- */
/* False once max_calls are spent, or none were wanted. */
bool calls_may_start(const struct engine *engine);
bool dispatch(struct engine *engine, int64_t now_ms, struct error *err) MUST_USE;

/* ---- LOAs (documents.c) ---- */
bool documents_dispatch(struct engine *engine, int64_t now_ms, struct error *err) MUST_USE;
bool documents_created(struct engine *engine, const struct slot *slot, const struct answer *answer,
                       int64_t now_ms, struct error *err) MUST_USE;
bool documents_looked(struct engine *engine, const struct slot *slot, const struct answer *answer,
                      int64_t now_ms, struct error *err) MUST_USE;
/* A number of an LOA in doubt was looked up: when that settles it, so it does for the others. */
bool documents_settle_doubt(struct engine *engine, const struct number *before,
                            const struct decision *decision, int64_t now_ms,
                            struct error *err) MUST_USE;

/* The LOA in doubt is this document; or there is none. For all of its numbers. */
bool documents_found(struct engine *engine, struct loa *loa, const char *sid,
                     enum document_status status, int64_t now_ms, struct error *err) MUST_USE;
bool documents_not_sent(struct engine *engine, struct loa *loa, int64_t now_ms,
                        struct error *err) MUST_USE;

/* ---- LOAs in doubt (search.c) ---- */
/* Nothing when another is looked for just now: the next look-up of a number asks again. */
bool search_begin(struct engine *engine, int64_t loa_id, int64_t now_ms,
                  struct error *err) MUST_USE;
void search_dispatch(struct engine *engine, int64_t now_ms);
bool search_answered(struct engine *engine, const struct slot *slot, const struct answer *answer,
                     int64_t now_ms, struct error *err) MUST_USE;
/* When the next request may be sent; 0: none waits. */
int64_t search_next_at(const struct engine *engine);

/* ---- LOAs that were given up, once more (search_again.c) ---- */
bool search_again_open(struct engine *engine, struct error *err) MUST_USE;
/* Sets its due_at_ms; the caller saves it. */
void search_again_later(struct engine *engine, struct loa *loa, int64_t now_ms);
/* One that is due, when no other is looked for. */
bool search_again_begin(struct engine *engine, int64_t now_ms, struct error *err) MUST_USE;
/* The orders of a document that nobody here knows. */
bool search_again_see(struct engine *engine, const struct answer *answer, int64_t now_ms,
                      struct error *err) MUST_USE;
bool search_again_end(struct engine *engine, struct loa *loa, int64_t now_ms,
                      struct error *err) MUST_USE;
/* The documents cannot be read. */
bool search_again_put_off(struct engine *engine, int64_t now_ms, struct error *err) MUST_USE;

/* ---- sweeps (sweep.c) ---- */
bool sweeps_dispatch(struct engine *engine, int64_t now_ms, size_t *room,
                     struct error *err) MUST_USE;
bool sweeps_answered(struct engine *engine, const struct slot *slot, const struct answer *answer,
                     int64_t now_ms, struct error *err) MUST_USE;

/* ---- the account as a whole (account.c) ---- */
bool account_open(struct engine *engine, struct error *err) MUST_USE;
/* When it is to be read next; in the past: now. */
int64_t account_next_at(const struct engine *engine);
bool account_done(struct engine *engine, int64_t now_ms, struct error *err) MUST_USE;
/* The same for a read that was not the engine's. */
bool account_was_read(struct store *store, int64_t now_ms, struct error *err) MUST_USE;
/* A create will be sent again: should the first one have its effect later still, it must show. */
bool account_note_repeat(struct engine *engine, int64_t now_ms, struct error *err) MUST_USE;
/* The list has no end or cannot be read, and never was: creates wait for it. The run is ended after
 * a few rounds. */
void account_unreadable(struct engine *engine, const char *why);

/* ---- how the service is (outage.c) ---- */
void outage_note(struct engine *engine, const struct answer *answer, int64_t now_ms);
/* Nothing but a probe may be sent. */
bool outage_is_open(const struct engine *engine);
void outage_probe(struct engine *engine, int64_t now_ms);

#endif
