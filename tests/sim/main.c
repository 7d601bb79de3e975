/* numhost-sim: run one seed, or many. */
#include "base/text.h"
#include "sim/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int usage(void)
{
    fputs(
        "usage: numhost-sim [--verbose] SEED | numhost-sim FROM TO\n"
        "  Runs the simulation of one seed, or of every seed FROM..TO, and prints what happened.\n"
        "  A violation is printed with its seed; the same seed replays it. Exit 1 then.\n",
        stderr);
    return 2;
}

static bool run_one(uint64_t seed, bool verbose, bool print)
{
    struct sim_options options = {.seed = seed, .verbose = verbose};
    struct sim_result result = sim_run(&options);
    if (print || !result.ok)
        printf("seed %llu: %s%s\n  %lld numbers (%lld completed), %lld requests, %lld crashes, "
               "%lld actions, %lld turns, %.1f virtual days\n",
               (unsigned long long)seed, result.ok ? "ok" : "VIOLATION: ", result.violation,
               (long long)result.numbers, (long long)result.completed, (long long)result.requests,
               (long long)result.crashes, (long long)result.actions, (long long)result.turns,
               (double)result.virtual_ms / 86400000.0);
    return result.ok;
}

int main(int argc, char **argv)
{
    bool verbose = argc > 1 && strcmp(argv[1], "--verbose") == 0;
    int first = verbose ? 2 : 1;
    long long from = 0;
    long long to = 0;
    if (argc <= first || !text_to_int(argv[first], 0, INT64_MAX, &from))
        return usage();
    if (argc == first + 1)
        return run_one((uint64_t)from, verbose, true) ? 0 : 1;
    if (!text_to_int(argv[first + 1], from, from + 10000000, &to))
        return usage();
    long long failed = 0;
    for (long long seed = from; seed <= to; seed++)
        failed += run_one((uint64_t)seed, false, false) ? 0 : 1;
    printf("%lld passed, %lld failed\n", to - from + 1 - failed, failed);
    return failed == 0 ? 0 : 1;
}
