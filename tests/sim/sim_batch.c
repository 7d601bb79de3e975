#include "sim/sim_batch.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { SIGNERS = 3 };

/* "": by the number, which is in California. */
static const char *const site_zones[] = {"", "America/New_York", "Pacific/Honolulu",
                                         "Europe/Berlin"};

static void draw_signer(struct signer *signer, struct rng *rng)
{
    TEXT_SET(signer->address_sid, "AD11111111111111111111111111111111");
    snprintf(signer->email, sizeof signer->email, "signer%d@example.com",
             (int)rng_below(rng, SIGNERS));
    TEXT_SET(signer->contact_title, "Owner");
    TEXT_SET(signer->contact_phone_number, "+14155550100");
}

static void draw_row(struct sim_batch *batch, int32_t index, struct rng *rng)
{
    struct import_row *row = &batch->rows[index];
    char *record = batch->records[index];
    snprintf(record, PHONE_BYTES, "+1415555%04u", (2000 + (unsigned)index * 7) % 10000);
    *row = (struct import_row){.line = index + 2, .record = record, .record_bytes = strlen(record)};
    TEXT_SET(row->phone_number, record);
    if (rng_chance(rng, 0.7)) {
        size_t site = (size_t)rng_below(rng, COUNT_OF(site_zones));
        snprintf(row->site, sizeof row->site, "site %d", (int)site);
        TEXT_SET(row->time_zone, site_zones[site]);
    }
    if (rng_chance(rng, 0.15)) {
        row->verification_type = VERIFICATION_PHONE_BILL;
        TEXT_SET(row->details.verification_document_sid, "RI11111111111111111111111111111111");
    }
    if (rng_chance(rng, 0.3))
        row->details.call_delay = (int32_t)rng_below(rng, CALL_DELAY_MAX + 1);
    row->priority = (int32_t)rng_below(rng, 3);
    if (rng_chance(rng, 0.95))
        draw_signer(&row->signer, rng);
}

void batch_draw(struct sim_batch *batch, int32_t count, struct rng *rng, struct witness *witness)
{
    batch->count = count;
    for (int32_t i = 0; i < count; i++) {
        draw_row(batch, i, rng);
        const struct import_row *row = &batch->rows[i];
        struct witnessed *number = witness_of(witness, row->phone_number);
        TEXT_SET(number->site, row->site);
        TEXT_SET(number->time_zone, row->time_zone);
        number->call_delay = row->details.call_delay;
    }
}

static bool import_rows(struct sim_batch *batch, enum import_outcome wanted, struct store *store,
                        struct witness *witness, int64_t now_ms, struct error *err)
{
    if (!store_import_begin(store, "sim", "sim.csv", "phone_number", now_ms, err))
        return false;
    for (int32_t i = 0; i < batch->count; i++) {
        struct import_result result;
        if (!store_import_row(store, &batch->rows[i], &result, err))
            return false;
        if (result.outcome != wanted)
            witness_accuse(witness, "%s: the import ends as %d, not as %d (column %s)",
                           batch->rows[i].phone_number, (int)result.outcome, (int)wanted,
                           result.column);
    }
    return store_import_end(store, err);
}

bool batch_import(struct sim_batch *batch, bool again, struct store *store, struct witness *witness,
                  int64_t now_ms, struct error *err)
{
    enum import_outcome wanted = again ? IMPORT_UNCHANGED : IMPORT_NEW;
    if (!store_begin(store, err))
        return false;
    if (import_rows(batch, wanted, store, witness, now_ms, err) && store_commit(store, err))
        return true;
    store_rollback(store);
    return false;
}
