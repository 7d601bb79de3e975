/* numhost-sim: run one seed, or many, or every order of a few events, on several cores. */
#include "base/text.h"
#include "sim/orders.h"
#include "sim/sim.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { JOBS_MAX = 64, SEEDS_MAX = 10000000, WINDOW = 3 };

extern const char sim_commit[]; /* cmake/embed_commit.cmake */

struct command {
    struct sim_options options; /* but for the seed */
    long long from;
    long long to;
    long long jobs;
    long long window;
    bool exhaustive;
};

/* What a job did altogether. */
struct sums {
    long long passed;
    long long failed;
    long long numbers;
    long long completed;
    long long requests;
    long long faults;
    long long oddities;
    long long crashes;
    long long actions;
    long long turns;
    double virtual_days;
    long long cases; /* of every order */
    long long schedules;
};

static const char *build_kind(void)
{
#ifdef NUMHOST_FAULTS
    return "with fault points";
#else
    return "without fault points";
#endif
}

static int usage(void)
{
    fputs(
        "usage: numhost-sim [--verbose] [--narrow] SEED\n"
        "       numhost-sim [--narrow] [--jobs N] FROM TO\n"
        "       numhost-sim --version\n"
        "  Runs the simulation of one seed, or of every seed FROM..TO, and prints what happened.\n"
        "  A violation is printed with its seed, the commit and the command that replays it; the\n"
        "  exit status is 1 then. --narrow: the world as it was drawn for the first seeds.\n",
        stderr);
    return 2;
}

static void print_violation(const struct sim_options *options, const struct sim_result *result)
{
    printf("seed %llu: VIOLATION: %s\n  at turn %lld, commit %s, replay: numhost-sim --verbose "
           "%s%llu\n",
           (unsigned long long)options->seed, result->violation, (long long)result->turns,
           sim_commit, options->narrow ? "--narrow " : "", (unsigned long long)options->seed);
    fflush(stdout);
}

static void add(struct sums *sums, const struct sim_result *result)
{
    sums->passed += result->ok ? 1 : 0;
    sums->failed += result->ok ? 0 : 1;
    sums->numbers += result->numbers;
    sums->completed += result->completed;
    sums->requests += result->requests;
    sums->faults += result->faults;
    sums->oddities += result->oddities;
    sums->crashes += result->crashes;
    sums->actions += result->actions;
    sums->turns += result->turns;
    sums->virtual_days += (double)result->virtual_ms / 86400000.0;
}

static void join(struct sums *sums, const struct sums *other)
{
    sums->passed += other->passed;
    sums->failed += other->failed;
    sums->numbers += other->numbers;
    sums->completed += other->completed;
    sums->requests += other->requests;
    sums->faults += other->faults;
    sums->oddities += other->oddities;
    sums->crashes += other->crashes;
    sums->actions += other->actions;
    sums->turns += other->turns;
    sums->virtual_days += other->virtual_days;
    sums->cases += other->cases;
    sums->schedules += other->schedules;
}

static void print_sums(const struct sums *sums)
{
    printf("  %lld numbers (%lld completed), %lld requests, %lld faults, %lld oddities, %lld "
           "crashes, %lld actions, %lld turns, %.1f virtual days\n",
           sums->numbers, sums->completed, sums->requests, sums->faults, sums->oddities,
           sums->crashes, sums->actions, sums->turns, sums->virtual_days);
}

/* Every seed of the command that is job's. */
static struct sums run_share(const struct command *command, long long job)
{
    struct sums sums = {0};
    for (long long seed = command->from + job; seed <= command->to; seed += command->jobs) {
        struct sim_options options = command->options;
        options.seed = (uint64_t)seed;
        struct sim_result result = sim_run(&options);
        if (!result.ok)
            print_violation(&options, &result);
        add(&sums, &result);
    }
    return sums;
}

static void tell_order(const char *violation, const char *replay)
{
    printf("order %s: VIOLATION: %s\n  commit %s, replay: numhost-sim --order %s\n", replay,
           violation, sim_commit, replay);
    fflush(stdout);
}

static struct sums run_orders(const struct command *command, long long job)
{
    struct orders_options options = {
        .window = (int32_t)command->window, .job = job, .jobs = command->jobs, .tell = tell_order};
    struct orders_sums orders = orders_run(&options);
    return (struct sums){.passed = orders.schedules - orders.failed,
                         .failed = orders.failed,
                         .numbers = 2 * orders.schedules,
                         .completed = orders.completed,
                         .requests = orders.requests,
                         .cases = orders.cases,
                         .schedules = orders.schedules};
}

static struct sums run_part(const struct command *command, long long job)
{
    return command->exhaustive ? run_orders(command, job) : run_share(command, job);
}

/* A process for the share; its sums come through the pipe's end that is returned, -1: none. */
static int start_job(const struct command *command, long long job)
{
    int ends[2];
    if (pipe(ends) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        struct sums sums = run_part(command, job);
        _exit(write(ends[1], &sums, sizeof sums) == (ssize_t)sizeof sums ? 0 : 1);
    }
    close(ends[1]);
    if (pid > 0)
        return ends[0];
    close(ends[0]);
    return -1;
}

/* False: a job died. */
static bool run_jobs(const struct command *command, struct sums *all)
{
    int ends[JOBS_MAX];
    bool ok = true;
    for (long long job = 0; job < command->jobs; job++)
        ends[job] = start_job(command, job);
    for (long long job = 0; job < command->jobs; job++) {
        struct sums sums;
        bool whole = ends[job] >= 0 && read(ends[job], &sums, sizeof sums) == (ssize_t)sizeof sums;
        if (whole)
            join(all, &sums);
        ok = ok && whole;
        close(ends[job]);
    }
    while (wait(NULL) > 0)
        continue;
    return ok;
}

static int run_many(const struct command *command)
{
    struct sums all = {0};
    bool ok = true;
    fflush(stdout);
    if (command->jobs > 1)
        ok = run_jobs(command, &all);
    else
        all = run_part(command, 0);
    if (!ok)
        puts("a job died: run it alone, without --jobs, to see why");
    printf("%lld passed, %lld failed (commit %s, %s)\n", all.passed, all.failed, sim_commit,
           build_kind());
    if (command->exhaustive)
        printf("  %lld cases, %lld orders, %lld of %lld numbers completed, %lld requests\n",
               all.cases, all.schedules, all.completed, all.numbers, all.requests);
    else
        print_sums(&all);
    return ok && all.failed == 0 ? 0 : 1;
}

static int run_one(const struct command *command)
{
    struct sums sums = {0};
    struct sim_options options = command->options;
    options.seed = (uint64_t)command->from;
    struct sim_result result = sim_run(&options);
    if (result.ok)
        printf("seed %llu: ok\n", (unsigned long long)options.seed);
    else
        print_violation(&options, &result);
    add(&sums, &result);
    print_sums(&sums);
    return result.ok ? 0 : 1;
}

static int replay_order(const char *text)
{
    bool ok = false;
    char violation[512] = "";
    if (!orders_replay(text, &ok, violation, sizeof violation))
        return usage();
    printf("order %s: %s%s\n", text, ok ? "ok" : "VIOLATION: ", violation);
    return ok ? 0 : 1;
}

/* The seeds behind the options. */
static bool parse_seeds(struct command *command, int count, char **words)
{
    if (count < 1 || count > 2 || !text_to_int(words[0], 0, INT64_MAX - SEEDS_MAX, &command->from))
        return false;
    command->to = command->from;
    return count == 1 ||
           text_to_int(words[1], command->from, command->from + SEEDS_MAX, &command->to);
}

static bool parse(struct command *command, int argc, char **argv)
{
    int at = 1;
    for (; at < argc && argv[at][0] == '-'; at++) {
        if (strcmp(argv[at], "--verbose") == 0)
            command->options.verbose = true;
        else if (strcmp(argv[at], "--narrow") == 0)
            command->options.narrow = true;
        else if (strcmp(argv[at], "--exhaustive") == 0)
            command->exhaustive = true;
        else if (strcmp(argv[at], "--jobs") == 0 && at + 1 < argc &&
                 text_to_int(argv[at + 1], 1, JOBS_MAX, &command->jobs))
            at++;
        else if (strcmp(argv[at], "--window") == 0 && at + 1 < argc &&
                 text_to_int(argv[at + 1], 1, ORDERS_WINDOW_MAX, &command->window))
            at++;
        else
            return false;
    }
    return command->exhaustive ? at == argc : parse_seeds(command, argc - at, argv + at);
}

int main(int argc, char **argv)
{
    struct command command = {.jobs = 1, .window = WINDOW};
    /* One thread uses a database at a time, and nobody asks SQLite for its memory: both cost. */
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("numhost-sim, commit %s, %s\n", sim_commit, build_kind());
        return 0;
    }
    if (argc == 3 && strcmp(argv[1], "--order") == 0)
        return replay_order(argv[2]);
    if (!parse(&command, argc, argv))
        return usage();
    bool one = !command.exhaustive && command.from == command.to;
    return one ? run_one(&command) : run_many(&command);
}
