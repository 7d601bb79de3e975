#include "power/cuts.h"

#include "base/text.h"
#include "power/vfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct place {
    char folder[64];
    char path[80];
};

/* What the store makes on the file system itself: the file, which stays empty, and its lock. */
static bool make_place(struct place *place, struct error *err)
{
    TEXT_SET(place->folder, "/tmp/numhost-power-XXXXXX");
    if (mkdtemp(place->folder) == NULL)
        return error_set(err, ERROR_OTHER, "%s: %s", place->folder, strerror(errno));
    snprintf(place->path, sizeof place->path, "%s/n.db", place->folder);
    return true;
}

static void remove_place(const struct place *place)
{
    char lock[96];
    snprintf(lock, sizeof lock, "%s.lock", place->path);
    unlink(lock);
    unlink(place->path);
    rmdir(place->folder);
}

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

bool cuts_run(const struct cuts_options *options, struct cuts_result *result, struct error *err)
{
    struct rng rng;
    struct place place;
    struct record record;
    char pragmas[160];
    rng_seed(&rng, options->seed);
    if (!make_place(&place, err))
        return false;
    /* Small, so that pages leave the cache before the commit, and the log is copied back often. */
    snprintf(pragmas, sizeof pragmas, "PRAGMA cache_size = %d; PRAGMA wal_autocheckpoint = %d; %s",
             rng_chance(&rng, 0.5) ? 20 : 2000, 10 + (int)rng_below(&rng, 200), options->pragma);
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
    remove_place(&place);
    return ok;
}
