#include "power/cuts.h"

#include "base/text.h"
#include "power/place.h"
#include "power/vfs.h"
#include "sim/sim.h"

#include <stdio.h>

enum { PRAGMAS_BYTES = 160 };

/* Half of the cuts fall anywhere, half beside the end of a commit. */
static size_t draw_instant(const struct disk *disk, const struct record *record, struct rng *rng)
{
    size_t operations = disk_operations(disk);
    if (rng_chance(rng, 0.5))
        return (size_t)rng_below(rng, operations + 1);
    size_t at = record->states[rng_below(rng, record->count)].operations;
    at += (size_t)rng_below(rng, 7);
    at = at > 3 ? at - 3 : 0;
    return at < operations ? at : operations;
}

static void count(struct cuts_result *result, const struct judgement *judgement, bool twice)
{
    result->cuts++;
    result->twice += twice ? 1 : 0;
    result->by_verdict[judgement->verdict]++;
    if (judgement->verdict != VERDICT_WHOLE && result->what[0] == '\0')
        TEXT_SET(result->what, judgement->what);
}

static void cut_often(const struct cuts_options *options, const struct disk *disk,
                      const struct record *record, const struct place *place, struct rng *rng,
                      struct cuts_result *result)
{
    for (int i = 0; i < options->count; i++) {
        size_t operations = draw_instant(disk, record, rng);
        bool twice = rng_chance(rng, 0.3);
        struct judgement judgement = judge_cut(disk, record, place->path, operations, twice, rng);
        count(result, &judgement, twice);
        if (options->verbose && judgement.verdict != VERDICT_WHOLE)
            printf("seed %llu, cut %d after operation %zu of %zu: %s\n",
                   (unsigned long long)options->seed, i, operations, disk_operations(disk),
                   judgement.what);
    }
}

/* Small, so that pages leave the cache before the commit, and the log is copied back often. */
static void draw_pragmas(char *out, const char *more, struct rng *rng)
{
    snprintf(out, PRAGMAS_BYTES, "PRAGMA cache_size = %d; PRAGMA wal_autocheckpoint = %d; %s",
             rng_chance(rng, 0.5) ? 20 : 2000, 10 + (int)rng_below(rng, 200), more);
}

bool cuts_run(const struct cuts_options *options, struct cuts_result *result, struct error *err)
{
    struct rng rng;
    struct place place;
    struct record record;
    char pragmas[PRAGMAS_BYTES];
    rng_seed(&rng, options->seed);
    if (!place_make(&place, err))
        return false;
    draw_pragmas(pragmas, options->pragma, &rng);
    struct disk *disk = disk_new();
    vfs_use(disk);
    record_begin(&record, disk, pragmas);
    bool ok = options->work(place.path, options->seed, err);
    record_end();
    vfs_end();
    if (ok)
        cut_often(options, disk, &record, &place, &rng, result);
    result->commits += (int64_t)record.count;
    result->operations += (int64_t)disk_operations(disk);
    record_free(&record);
    disk_free(disk);
    place_remove(&place);
    return ok;
}

/* ---- going on after each cut ---- */

struct outages {
    struct disk *disk;
    struct rng rng;
    int64_t cuts;
};

static int64_t instant(void *context)
{
    const struct outages *outages = context;
    return (int64_t)disk_operations(outages->disk);
}

static void cut_power(void *context, int64_t from, int64_t until)
{
    struct outages *outages = context;
    int64_t at = from + (int64_t)rng_below(&outages->rng, (uint64_t)(until - from) + 1);
    struct disk *found = disk_cut(outages->disk, (size_t)at, &outages->rng);
    disk_free(outages->disk);
    outages->disk = found;
    outages->cuts++;
    vfs_use(found);
}

bool cuts_survive(uint64_t seed, const char *pragma, int64_t *cuts, struct error *err)
{
    struct place place;
    struct outages outages = {.disk = disk_new()};
    struct record record;
    char pragmas[PRAGMAS_BYTES];
    const struct sim_power power = {.context = &outages, .instant = instant, .cut = cut_power};
    struct sim_options options = {.seed = seed, .database = place.path, .power = &power};
    rng_seed(&outages.rng, seed);
    if (!place_make(&place, err))
        return false;
    draw_pragmas(pragmas, pragma, &outages.rng);
    vfs_use(outages.disk);
    record_begin(&record, outages.disk, pragmas);
    record.is_blind = true;
    struct sim_result result = sim_run(&options);
    record_end();
    vfs_end();
    *cuts += outages.cuts;
    disk_free(outages.disk);
    place_remove(&place);
    return result.ok || error_set(err, ERROR_OTHER, "%s", result.violation);
}
