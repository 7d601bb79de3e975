/* What an import that is going on keeps in memory: bounded, but for a bit per number. Inside the
 * adapter only. */
#ifndef NUMHOST_ADAPTERS_SQLITE_IMPORT_H
#define NUMHOST_ADAPTERS_SQLITE_IMPORT_H

#include "adapters/sqlite/import_pending.h"
#include "adapters/sqlite/intern.h"
#include "adapters/sqlite/sql.h"

/* More than there are phone numbers in use; the ids of an import are dense. */
#define NUMBER_ID_MAX INT64_C(1000000000)

struct import {
    int64_t batch_id;
    int64_t now_ms;
    bool was_empty;      /* no number at all when it began: insert first, look later */
    bool phones_dropped; /* the index over phone numbers is not there: built when first needed */
    bool had_rejects;    /* of this batch, when it began */
    int64_t last_id;     /* of a number */
    struct pending pending;
    int64_t new_count;   /* numbers queued, not yet in the tally */
    unsigned char *seen; /* a bit per number id that stood in this file */
    size_t seen_bytes;
    struct intern_cache sites;
    struct intern_cache signers;
    struct intern_cache profiles;
};

/* An existing row as it was imported last. */
struct row_before {
    struct number number;
    struct order_details details;
    struct signer signer;
    char site[SITE_BYTES];
    char time_zone[ZONE_BYTES];
    bool same_record;
};

/* How a row differs from what is stored, by what it may still change. */
enum difference {
    DIFFERS_ALWAYS = 1,  /* site, time zone, priority: ours alone */
    DIFFERS_CREATE = 2,  /* sent with the order */
    DIFFERS_VERIFY = 4,  /* sent until it is verified */
    DIFFERS_SIGNER = 8,  /* sent with the LOA */
    DIFFERS_RECORD = 16, /* only columns that numhost passes on */
};

/* Which differences there are; *first_locked names the first column whose difference is in
 * `locked`, "" if none. */
unsigned import_compare(const struct row_before *before, const struct import_row *row,
                        unsigned locked, const char **first_locked);

/* The differences that come too late for this number. */
unsigned import_locked(const struct number *number);

/* Failed, canceled or refused: a mended row starts anew. */
bool import_is_mendable(const struct number *number);

/* The row as it starts anew: what was sent and the history stay. */
void import_start_anew(struct number *number, int64_t now_ms);

/* Settle a row whose number exists already. */
bool import_existing(struct store *store, const struct import_row *row,
                     struct import_result *result, struct error *err) MUST_USE;

/* Site, signer and profile of a row as ids; a look-up in memory mostly. */
struct row_ids {
    int64_t site_id;
    int64_t place;
    int64_t signer_id;
    int64_t profile_id;
    bool own_contact;            /* the order's e-mail, copies or address are not its signer's */
    struct intern_entry *site;   /* NULL: none; until the next call */
    struct intern_entry *signer; /* NULL: none */
};
bool import_intern(struct store *store, const struct import_row *row, struct row_ids *ids,
                   struct error *err) MUST_USE;
/* Write what the caches have counted and not written yet. */
bool import_flush(struct store *store, struct error *err) MUST_USE;

bool import_was_seen(const struct import *import, int64_t id);
void import_mark_seen(struct import *import, int64_t id);
void import_free(struct import *import); /* NULL is fine */

#endif
