/* numhost-power: cut the power many times and count what was lost. */
#include "base/text.h"
#include "power/cuts.h"

#include <stdio.h>
#include <string.h>

enum { CUTS_OF_A_SEED = 25 };

static const struct {
    const char *word;
    const char *pragma;
} levels[] = {
    {"as-set", ""}, /* as the store sets it */
    {"extra", "PRAGMA synchronous = EXTRA"},
    {"full", "PRAGMA synchronous = FULL"},
    {"normal", "PRAGMA synchronous = NORMAL"},
    {"off", "PRAGMA synchronous = OFF"},
};

static const struct {
    const char *name;
    bool (*work)(const char *path, uint64_t seed, struct error *err);
} works[] = {{"import", work_import}, {"run", work_run}, {"bad run", work_bad_run}};

static int usage(void)
{
    fputs(
        "usage: numhost-power CUTS [SEED [as-set|extra|full|normal|off]]\n"
        "  A third of the cuts falls into imports, runs and runs on a bad day each; then as many\n"
        "  into runs on a bad day that go on with what is found. The same seed cuts at the same\n"
        "  places. Exit 1 when something is lost or damaged or a promise broken.\n",
        stderr);
    return 2;
}

static bool report(const char *name, const struct cuts_result *result)
{
    int64_t bad = result->cuts - result->by_verdict[VERDICT_WHOLE];
    printf("%s: %lld cuts (%lld with a second one during the recovery) in %lld operations and %lld "
           "commits: %lld lost acknowledged transitions, %lld damaged\n",
           name, (long long)result->cuts, (long long)result->twice, (long long)result->operations,
           (long long)result->commits, (long long)result->by_verdict[VERDICT_LOST],
           (long long)result->by_verdict[VERDICT_DAMAGED]);
    return bad == 0;
}

static void add(struct cuts_result *total, const struct cuts_result *result)
{
    total->cuts += result->cuts;
    total->twice += result->twice;
    total->operations += result->operations;
    total->commits += result->commits;
    for (int i = 0; i < VERDICT_COUNT; i++)
        total->by_verdict[i] += result->by_verdict[i];
}

/* Runs that go on after each cut, until there were so many. */
static bool survive(int64_t wanted, uint64_t seed, const char *pragma)
{
    int64_t cuts = 0;
    int64_t runs = 0;
    int64_t broken = 0;
    for (; cuts < wanted; seed++) {
        struct error err = {0};
        runs++;
        if (cuts_survive(seed, pragma, &cuts, &err))
            continue;
        broken++;
        printf("seed %llu: VIOLATION: %s\n", (unsigned long long)seed, err.text);
    }
    printf("going on: %lld cuts in %lld runs on a bad day: %lld runs broke a promise\n",
           (long long)cuts, (long long)runs, (long long)broken);
    return broken == 0;
}

int main(int argc, char **argv)
{
    long long cuts = 0;
    long long seed = 1;
    size_t level = 0;
    struct error err = {0};
    if (argc < 2 || argc > 4 || !text_to_int(argv[1], 1, 100000000, &cuts) ||
        (argc > 2 && !text_to_int(argv[2], 0, INT64_MAX, &seed)))
        return usage();
    while (argc > 3 && level < COUNT_OF(levels) && strcmp(levels[level].word, argv[3]) != 0)
        level++;
    if (level == COUNT_OF(levels))
        return usage();
    struct cuts_result total = {0};
    for (size_t i = 0; i < COUNT_OF(works); i++) {
        struct cuts_result result = {0};
        struct cuts_options options = {.work = works[i].work,
                                       .pragma = levels[level].pragma,
                                       .seed = (uint64_t)seed,
                                       .count = CUTS_OF_A_SEED,
                                       .verbose = true};
        for (; result.cuts < (cuts + 2) / 3; options.seed++)
            if (!cuts_run(&options, &result, &err)) {
                fprintf(stderr, "seed %llu: %s\n", (unsigned long long)options.seed, err.text);
                return 1;
            }
        (void)report(works[i].name, &result);
        add(&total, &result);
    }
    bool is_whole = report("altogether", &total);
    bool survives = survive(cuts, (uint64_t)seed, levels[level].pragma);
    return is_whole && survives ? 0 : 1;
}
