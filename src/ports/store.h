/* The contract of the store: what the engine and the commands may ask of it. One process writes (a
 * lock file beside the database names its pid), any number may read. Not thread-safe: one handle,
 * one thread.
 *
 * Everything between store_begin() and store_commit() is one transaction; a failed call inside one
 * leaves it to the caller to roll back. Functions that write and are called outside of a
 * transaction make their own. Errors are ERROR_STORE unless said otherwise and name the file and
 * what to do. Texts handed out by callbacks live until the callback returns. */
#ifndef NUMHOST_PORTS_STORE_H
#define NUMHOST_PORTS_STORE_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"
#include "domain/event.h"
#include "domain/number.h"
#include "domain/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

enum store_mode {
    STORE_READ,  /* an existing database, read-only; never checkpoints */
    STORE_WRITE, /* takes the lock, creates and migrates */
};

enum { BATCH_NAME_BYTES = 129, RECORD_BYTES_MAX = 1024 * 1024, HEADER_BYTES_MAX = 65536 };

/* Opens `path` (":memory:" for a private one). Fails when another process holds the lock (its pid
 * is in the message), when the file is damaged, not a numhost database, or from a newer version. */
struct store *store_open(const char *path, enum store_mode mode, struct error *err) MUST_USE;
void store_close(struct store *store); /* NULL is fine */

bool store_begin(struct store *store, struct error *err) MUST_USE;

/* Fails too, with everything saved under another name, when somebody deleted or replaced the
 * database meanwhile. */
bool store_commit(struct store *store, struct error *err) MUST_USE;
void store_rollback(struct store *store);

/* Small named values of the database itself: "environment", "account_sid", "rate". value "" when
 * absent. */
bool store_read_setting(struct store *store, const char *name, char *value, size_t value_bytes,
                        struct error *err) MUST_USE;
bool store_write_setting(struct store *store, const char *name, const char *value,
                         struct error *err) MUST_USE;

/* ---- batches and import ---- */

struct batch {
    int64_t id;
    char name[BATCH_NAME_BYTES];
    char file[257]; /* base name of the CSV file last imported */
    int64_t imported_at_ms;
    int64_t rows;     /* numbers of the batch */
    int64_t rejected; /* rows rejected and not mended yet */
};

/* The original header, as a CSV record without line end, and the original cells of one row
 * likewise, in the order of the header: kept as they came, so that reports can give them back. A
 * record that is shorter than the header has nothing under the rest of it. */
struct import_row {
    int64_t line;
    char phone_number[PHONE_BYTES];
    char site[SITE_BYTES];      /* "" none */
    char time_zone[ZONE_BYTES]; /* "" none */
    int32_t priority;
    enum verification_type verification_type;
    struct signer signer; /* all "" : none */
    struct order_details details;
    const char *record;
    size_t record_bytes;
    int64_t replaces_line; /* a mended reject: the line it had, which it keeps; 0: none */
};

enum import_outcome {
    IMPORT_NEW,
    IMPORT_UNCHANGED,
    IMPORT_UPDATED,   /* what had not been sent yet was changed */
    IMPORT_REQUEUED,  /* failed, canceled or refused before; the mended row starts anew */
    IMPORT_CONFLICT,  /* differs in what has been sent already; nothing changed */
    IMPORT_DUPLICATE, /* the same number stands earlier in this file */
    IMPORT_ELSEWHERE, /* the number belongs to another batch and is not at a failed end there */
};
enum { IMPORT_OUTCOME_COUNT = IMPORT_ELSEWHERE + 1 };

struct import_result {
    enum import_outcome outcome;
    int64_t other_line;                 /* DUPLICATE, ELSEWHERE: where the number stands */
    char other_batch[BATCH_NAME_BYTES]; /* ELSEWHERE, REQUEUED in another batch */
    enum status status;                 /* of the existing number */
    char column[33];                    /* CONFLICT: first column that differs */
};

/* A row that was refused. */
struct import_reject {
    int64_t line;
    const char *record;
    size_t record_bytes;
    const char *column; /* header as in the file; "" for the whole row */
    const char *reason; /* rule and suggestion */
};

/* The header of a batch, as a CSV record; *found false and nothing when there is no such batch. */
bool store_read_header(struct store *store, const char *batch, struct buf *header, bool *found,
                       struct error *err) MUST_USE;

/* Must run inside a transaction, from begin to end. Finds or makes the batch. Its file and instant
 * are those of its last import, and so is its header: begin it with the one that is there
 * (store_read_header), or records that are stored stand under other headings. Rows are handed over
 * one by one in file order; memory does not grow with them beyond a bit per number. A new number is
 * queued with STEP_CREATE, due at now_ms plus its rank at its site (so that sites take turns). */
bool store_import_begin(struct store *store, const char *batch, const char *file,
                        const char *header, int64_t now_ms, struct error *err) MUST_USE;
bool store_import_row(struct store *store, const struct import_row *row,
                      struct import_result *result, struct error *err) MUST_USE;
bool store_import_reject(struct store *store, const struct import_reject *reject,
                         struct error *err) MUST_USE;
/* An earlier import refused the same row, and what mended it (replaces_line) is a number of this
 * batch: the row is accounted for and not to be rejected again. Each mended row answers for one row
 * of an import. */
bool store_import_is_mended(struct store *store, const struct import_reject *reject, bool *mended,
                            struct error *err) MUST_USE;
/* What is stored of a row of this batch: the record of the number, or else of the row rejected at
 * the line. "" when there is neither. */
bool store_import_record(struct store *store, const char *phone_number, int64_t line,
                         struct buf *record, struct error *err) MUST_USE;
bool store_import_end(struct store *store, struct error *err) MUST_USE;

/* ---- the engine ---- */

/* What a number may be taken for. Held numbers and numbers with attention are in no lane but their
 * look's. */
enum lane {
    LANE_NONE,
    LANE_REQUEST, /* create, attach-bill, post-code, reconcile, cancel, offboard */
    LANE_CALL,    /* start-call: paced, one at a time a site */
    LANE_LOA,     /* authorize: waits for its signer's others */
    LANE_LOOK,    /* waits for somebody: the next look at the order */
};

/* Pure: the lane of a row. */
enum lane number_lane(const struct number *number);

/* After opening for a run: every intent that was recorded and not settled is STEP_RECONCILE and due
 * now, also when its look was planned for later, unless it waits for a person. One event
 * OUTCOME_UNKNOWN for each intent, however often runs end before it is settled. Likewise LOAs.
 * *count: those that were not known to be in doubt. */
bool store_recover(struct store *store, int64_t now_ms, int64_t *count, struct error *err) MUST_USE;

/* At most max numbers of LANE_REQUEST with due_at_ms <= now_ms: highest urgency first, then what
 * has begun (since its import something happened to it), then oldest due. Reading only: the engine
 * keeps track of what is in flight. */
bool store_take_due(struct store *store, int64_t now_ms, struct number *out, size_t max,
                    size_t *count, struct error *err) MUST_USE;

/* The same for LANE_LOOK, in one status. */
bool store_take_looks(struct store *store, enum status status, int64_t now_ms, struct number *out,
                      size_t max, size_t *count, struct error *err) MUST_USE;

/* At most max numbers of LANE_CALL that are due, no two of one site, none of a site that has
 * per_site_max calls open; numbers without a site count for themselves. */
bool store_take_calls(struct store *store, int64_t now_ms, int32_t per_site_max, struct number *out,
                      size_t max, size_t *count, struct error *err) MUST_USE;

/* How many are due for a look in a status, counted up to at_most. */
bool store_count_looks(struct store *store, enum status status, int64_t now_ms, int64_t at_most,
                       int64_t *count, struct error *err) MUST_USE;

/* Numbers with call_until_at_ms > now_ms. */
bool store_count_open_calls(struct store *store, int64_t now_ms, int64_t *count,
                            struct error *err) MUST_USE;

/* The earliest due_at_ms > after_ms over all lanes and LOAs, and end of an open call; 0 when
 * nothing is due by itself after that. LANE_LOA counts with its due_at_ms, which is when stragglers
 * are no longer waited for. */
bool store_next_due(struct store *store, int64_t after_ms, int64_t *at_ms,
                    struct error *err) MUST_USE;

/* Numbers whose deadline warning is due (deadline_at_ms - warn_before_ms <= now_ms and urgency
 * below URGENCY_LAPSING), or whose deadline is over; at most max. */
bool store_take_lapsing(struct store *store, int64_t now_ms, int64_t warn_before_ms,
                        struct number *out, size_t max, size_t *count, struct error *err) MUST_USE;

/* Numbers whose open call ended (0 < call_until_at_ms <= now_ms), or whose code ran out; at most
 * max. */
bool store_take_ended_calls(struct store *store, int64_t now_ms, struct number *out, size_t max,
                            size_t *count, struct error *err) MUST_USE;

/* *found false when there is none. */
bool store_find_number(struct store *store, int64_t id, struct number *out, bool *found,
                       struct error *err) MUST_USE;
bool store_find_by_phone(struct store *store, const char *phone_number, struct number *out,
                         bool *found, struct error *err) MUST_USE;
bool store_find_by_order(struct store *store, const char *order_sid, struct number *out,
                         bool *found, struct error *err) MUST_USE;

/* Write everything of the row that lives on (not batch, line, phone number, site, signer, priority,
 * type, which import owns). Statuses, steps and names are stored as words. */
bool store_save_number(struct store *store, const struct number *number,
                       struct error *err) MUST_USE;

bool store_add_event(struct store *store, const struct event *event, struct error *err) MUST_USE;

/* The order of number->unique_name is about to be asked for: one live order per phone number is a
 * partial unique index, so this fails when another one lives. The same unique name again is fine.
 */
bool store_add_order(struct store *store, const struct number *number, int64_t now_ms,
                     struct error *err) MUST_USE;

/* It has a SID now. */
bool store_name_order(struct store *store, const char *unique_name, const char *order_sid,
                      struct error *err) MUST_USE;

/* The row holds the order of number->unique_name now: every other one that was recorded for the
 * number never came to be, or is none of this row's any more. */
bool store_end_other_orders(struct store *store, const struct number *number, int64_t now_ms,
                            struct error *err) MUST_USE;

/* It is no longer live: failed, deleted, or never came to be. */
bool store_end_order(struct store *store, const char *unique_name, const char *how, int64_t now_ms,
                     struct error *err) MUST_USE;

bool store_read_details(struct store *store, int64_t number_id, struct order_details *out,
                        struct error *err) MUST_USE;
bool store_read_signer(struct store *store, int64_t signer_id, struct signer *out, bool *found,
                       struct error *err) MUST_USE;
/* site and time zone texts; both "" for id 0. */
bool store_read_site(struct store *store, int64_t site_id, char site[SITE_BYTES],
                     char time_zone[ZONE_BYTES], struct error *err) MUST_USE;

/* ---- LOAs ---- */

struct loa {
    int64_t id;
    int64_t signer_id;
    char sid[SID_BYTES]; /* "" until it is known */
    enum document_status status;
    bool in_doubt; /* sent, and the outcome is unknown */
    int64_t number_count;
    int64_t intent_at_ms;
    int64_t sent_at_ms;  /* 0: not known to be sent */
    int64_t ended_at_ms; /* signed, canceled, failed or given up */
    int64_t due_at_ms;   /* next look at the document, or for it when it was given up; 0 never */
};

/* Signers of whom something can be packed now: at least at_most numbers in LANE_LOA, or some and
 * none upstream (queued to pending-verification, not held, no attention), or one whose due_at_ms <=
 * now_ms. */
bool store_take_signers(struct store *store, int64_t now_ms, int32_t at_most, int64_t *signer_ids,
                        size_t max, size_t *count, struct error *err) MUST_USE;

/* At most max numbers of LANE_LOA of a signer, oldest first. */
bool store_take_ready(struct store *store, int64_t signer_id, struct number *out, size_t max,
                      size_t *count, struct error *err) MUST_USE;

/* Insert when loa->id is 0 (and set it), else update. */
bool store_save_loa(struct store *store, struct loa *loa, struct error *err) MUST_USE;
bool store_find_loa(struct store *store, int64_t id, struct loa *out, bool *found,
                    struct error *err) MUST_USE;
/* *out is left as it is when there is none. */
bool store_find_loa_by_sid(struct store *store, const char *sid, struct loa *out, bool *found,
                           struct error *err) MUST_USE;
/* Of those that ended without a SID and have a due_at_ms, the one with the earliest. Reads them
 * all.
 */
bool store_first_given_up_loa(struct store *store, struct loa *out, bool *found,
                              struct error *err) MUST_USE;
/* Documents with due_at_ms <= now_ms, not ended, SID known; at most max. */
bool store_take_due_loas(struct store *store, int64_t now_ms, struct loa *out, size_t max,
                         size_t *count, struct error *err) MUST_USE;
/* Numbers with this loa_id and id > after_id, by id. For walking through a big LOA in pages. */
bool store_take_of_loa(struct store *store, int64_t loa_id, int64_t after_id, struct number *out,
                       size_t max, size_t *count, struct error *err) MUST_USE;

/* ---- looking ---- */

/* One group of the counts that are kept current with every write. */
struct tally {
    int64_t batch_id;
    enum status status;
    enum step step;
    enum attention attention;
    bool held;
    int64_t count;
};

typedef bool (*tally_fn)(void *context, const struct tally *tally);
typedef bool (*batch_fn)(void *context, const struct batch *batch);

/* A callback that returns false ends the walk early; the walk itself then still succeeds. batch ""
 * : all. The callback of one may not walk over tallies itself. */
bool store_each_tally(struct store *store, const char *batch, tally_fn each, void *context,
                      struct error *err) MUST_USE;
bool store_each_batch(struct store *store, batch_fn each, void *context,
                      struct error *err) MUST_USE;

/* Whom a command is about. Empty texts and zero counts do not restrict; all restrictions must hold.
 * A selector that restricts nothing selects nothing unless `all`. */
struct selector {
    bool all;
    char batch[BATCH_NAME_BYTES];
    char site[SITE_BYTES];
    char reason[REASON_BYTES]; /* an attention name or an error code of the service */
    bool by_status;
    enum status status;
    bool by_bucket;
    enum bucket bucket;
    const char (*phone_numbers)[PHONE_BYTES]; /* borrowed */
    size_t phone_count;
};

/* A number with what reports show besides it. */
struct number_view {
    struct number number;
    const char *batch;
    const char *site;
    const char *time_zone;
    const char *header; /* of the batch, as a CSV record */
    const char *record; /* original cells, as a CSV record */
    size_t record_bytes;
    bool rejected; /* a rejected row: only batch, line, header, record and the next two are set */
    const char *reject_column;
    const char *reject_reason;
};

typedef bool (*number_fn)(void *context, const struct number_view *view);

/* Numbers by batch and line; with_rejected puts the rejected rows in their place. Constant memory.
 * Inside the callback the store must not be written; collect ids first (store_select_ids). */
bool store_each_number(struct store *store, const struct selector *selector, bool with_rejected,
                       number_fn each, void *context, struct error *err) MUST_USE;

/* How many numbers a selector means, and the ids, at most max, with id > after_id, by id. */
bool store_count_numbers(struct store *store, const struct selector *selector, int64_t *count,
                         struct error *err) MUST_USE;
bool store_select_ids(struct store *store, const struct selector *selector, int64_t after_id,
                      int64_t *ids, size_t max, size_t *count, struct error *err) MUST_USE;

typedef bool (*event_fn)(void *context, const struct event *event, const char *phone_number);
typedef bool (*loa_fn)(void *context, const struct loa *loa, const struct signer *signer,
                       int64_t waiting, int64_t ready);

/* History, oldest first: of one number (id > 0), or of all (id 0; batch "" : all batches). kinds: a
 * bit per event_kind, 0 for all. Deleted never. */
bool store_each_event(struct store *store, int64_t number_id, const char *batch, uint64_t kinds,
                      event_fn each, void *context, struct error *err) MUST_USE;

/* Every signer with every document of theirs (loa NULL when none yet), how many of their numbers
 * are still upstream and how many are ready. */
bool store_each_signer(struct store *store, loa_fn each, void *context, struct error *err) MUST_USE;

/* Open calls and numbers due for one, oldest first: number views with status pending-verification
 * or step start-call; site "" : all; at most max. */
bool store_each_call(struct store *store, const char *site, int64_t max, number_fn each,
                     void *context, struct error *err) MUST_USE;

/* Calls whose code can be keyed in now (code_until_at_ms > now_ms), the one that runs out first in
 * front; site "" : all; at most max. Costs no more than there are. */
bool store_each_open_call(struct store *store, const char *site, int64_t now_ms, int64_t max,
                          number_fn each, void *context, struct error *err) MUST_USE;

/* Changes with every commit of any process: cheap, for --watch. */
bool store_version(struct store *store, int64_t *version, struct error *err) MUST_USE;

/* `PRAGMA quick_check`-like look at the file; for doctor. */
bool store_check(struct store *store, struct error *err) MUST_USE;

#endif
