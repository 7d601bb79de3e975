#include "power/work.h"

#include "base/rng.h"
#include "base/text.h"
#include "helpers/store_fixture.h"
#include "sim/sim.h"

enum { ROWS_MIN = 50, ROWS_SPREAD = 1500, CHANGES = 12, ROUNDS = 3 };

struct work {
    struct store *store;
    const char *path;
    struct rng rng;
    int rows;     /* of an import */
    int imported; /* numbers there are */
};

static void phone_of(int i, char phone_number[PHONE_BYTES])
{
    snprintf(phone_number, PHONE_BYTES, "+1415%07d", i);
}

static bool open_again(struct work *work, struct error *err)
{
    store_close(work->store);
    work->store = store_open(work->path, STORE_WRITE, err);
    return work->store != NULL;
}

static bool add_row(struct work *work, int i, struct error *err)
{
    char phone_number[PHONE_BYTES];
    struct import_result result;
    phone_of(i, phone_number);
    struct import_row row = fixture_row(2 + i, phone_number);
    snprintf(row.site, sizeof row.site, "site %d", i % 7);
    return store_import_row(work->store, &row, &result, err);
}

static bool add_reject(struct work *work, struct error *err)
{
    const struct import_reject reject = {.line = 1000000,
                                         .record = "12",
                                         .record_bytes = 2,
                                         .column = "phone_number",
                                         .reason = "too short"};
    return store_import_reject(work->store, &reject, err);
}

/* A batch of new numbers; kept or, as by a dry run, not. */
static bool import(struct work *work, const char *batch, bool is_kept, struct error *err)
{
    bool ok =
        store_begin(work->store, err) &&
        store_import_begin(work->store, batch, "file.csv", FIXTURE_HEADER, FIXTURE_NOW_MS, err);
    for (int i = 0; ok && i < work->rows; i++)
        ok = add_row(work, work->imported + i, err);
    ok = ok && add_reject(work, err) && store_import_end(work->store, err);
    if (ok && is_kept) {
        work->imported += work->rows;
        return store_commit(work->store, err);
    }
    store_rollback(work->store);
    return ok;
}

static bool change(struct work *work, struct error *err)
{
    struct number number;
    bool found = false;
    int64_t id = 1 + (int64_t)rng_below(&work->rng, (uint64_t)work->imported);
    if (!store_find_number(work->store, id, &number, &found, err) || !found)
        return false;
    struct event event = {
        .number_id = id, .at_ms = FIXTURE_NOW_MS, .kind = EVENT_REFUSED, .code = 22102};
    number.tries++;
    number.due_at_ms += 1000;
    TEXT_SET(number.reason, "try again");
    return store_save_number(work->store, &number, err) &&
           store_add_event(work->store, &event, err);
}

/* One to eight numbers a commit, as turns of the engine do. */
static bool change_some(struct work *work, struct error *err)
{
    for (int commit = 0; commit < CHANGES; commit++) {
        bool ok = store_begin(work->store, err);
        for (int64_t i = (int64_t)rng_below(&work->rng, 8); ok && i >= 0; i--)
            ok = change(work, err);
        if (!ok || !store_commit(work->store, err))
            return false;
    }
    return true;
}

static bool go(struct work *work, struct error *err)
{
    if (!open_again(work, err) ||
        !store_write_setting(work->store, "environment", "sandbox", err) ||
        !import(work, "first", false, err) || !open_again(work, err))
        return false;
    for (int round = 0; round < ROUNDS; round++) {
        char batch[16];
        snprintf(batch, sizeof batch, "batch %d", round);
        if ((round > 0 && !import(work, batch, false, err)) || !import(work, batch, true, err) ||
            !change_some(work, err) || (rng_chance(&work->rng, 0.5) && !open_again(work, err)))
            return false;
    }
    return change_some(work, err);
}

bool work_import(const char *path, uint64_t seed, struct error *err)
{
    struct work work = {.path = path};
    rng_seed(&work.rng, seed);
    work.rows = ROWS_MIN + (int)rng_below(&work.rng, ROWS_SPREAD);
    bool ok = go(&work, err);
    store_rollback(work.store);
    store_close(work.store);
    return ok;
}

static bool simulate(const struct sim_options *options, struct error *err)
{
    struct sim_result result = sim_run(options);
    return result.ok || error_set(err, ERROR_OTHER, "%s", result.violation);
}

bool work_run(const char *path, uint64_t seed, struct error *err)
{
    struct sim_options options = {.seed = seed, .calm = true, .database = path};
    return simulate(&options, err);
}

bool work_bad_run(const char *path, uint64_t seed, struct error *err)
{
    struct sim_options options = {.seed = seed, .database = path};
    return simulate(&options, err);
}
