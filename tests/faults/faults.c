#include "faults/faults.h"

#include "faults/sites.h"

#include <execinfo.h>
#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { FRAMES = 40, MEMORY_FRAMES = 10, PLACES_MAX = 8192, SECONDS_MAX = 120 };

struct place {
    uint64_t hash;
    size_t first;
    size_t last;
};

static struct {
    pthread_mutex_t lock;
    unsigned families; /* counted now; 0: none */
    size_t calls;
    size_t strike_at; /* 0: recording */
    bool for_good;
    bool struck;
    struct place places[PLACES_MAX];
    size_t place_count;
} faults = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Counting itself may allocate, and a test may look away: not counted. */
static _Thread_local bool inside;

static struct {
    uintptr_t from;
    uintptr_t to;
} sqlite;

static int find_sqlite(struct dl_phdr_info *library, size_t bytes, void *context)
{
    (void)bytes;
    (void)context;
    if (strstr(library->dlpi_name, "libsqlite3") == NULL)
        return 0;
    sqlite.from = library->dlpi_addr;
    for (int i = 0; i < library->dlpi_phnum; i++) {
        uintptr_t end =
            library->dlpi_addr + library->dlpi_phdr[i].p_vaddr + library->dlpi_phdr[i].p_memsz;
        if (library->dlpi_phdr[i].p_type == PT_LOAD && end > sqlite.to)
            sqlite.to = end;
    }
    return 1;
}

/* Ways through SQLite to its allocations are too many, and its own affair. */
static bool is_of_sqlite(const void *frame)
{
    return (uintptr_t)frame >= sqlite.from && (uintptr_t)frame < sqlite.to;
}

static void show_stack(void)
{
    void *frames[FRAMES];
    backtrace_symbols_fd(frames, backtrace(frames, FRAMES), STDERR_FILENO);
}

static uint64_t hash_of_stack(enum fault_family family)
{
    void *frames[FRAMES];
    /* Without memory all ways to a place end there. */
    int count = backtrace(frames, family == FAULT_MEMORY ? MEMORY_FRAMES : FRAMES);
    uint64_t hash = 0xcbf29ce484222325U;
    for (int i = 2; i < count; i++)
        if (family != FAULT_SQL_MEMORY || !is_of_sqlite(frames[i]))
            hash = (hash ^ (uint64_t)(uintptr_t)frames[i]) * 0x100000001b3U;
    return hash;
}

static void note_place(enum fault_family family)
{
    uint64_t hash = hash_of_stack(family);
    struct place *place = faults.places;
    while (place < faults.places + faults.place_count && place->hash != hash)
        place++;
    assert_true(place < faults.places + PLACES_MAX);
    if (place == faults.places + faults.place_count) {
        faults.place_count++;
        *place = (struct place){.hash = hash, .first = faults.calls};
    }
    place->last = faults.calls;
}

static bool count_call(enum fault_family family)
{
    faults.calls++;
    if (faults.strike_at == 0)
        note_place(family);
    if (faults.strike_at == 0 || faults.calls < faults.strike_at)
        return false;
    if (faults.calls > faults.strike_at && !faults.for_good)
        return false;
    if (getenv("FAULTS_STACKS") != NULL)
        show_stack();
    if (family != FAULT_SQL_MEMORY && family != FAULT_SQL_FILES) /* SQLite's calls, not ours */
        sites_note();
    return faults.struck = true;
}

bool force_now(enum fault_family family)
{
    if (inside)
        return false;
    inside = true;
    pthread_mutex_lock(&faults.lock);
    bool strikes = (faults.families & family) != 0 && count_call(family);
    pthread_mutex_unlock(&faults.lock);
    inside = false;
    return strikes;
}

void force_look(bool looking)
{
    inside = !looking;
}

static void begin(unsigned families, size_t strike_at, bool for_good)
{
    pthread_mutex_lock(&faults.lock);
    faults.families = families;
    faults.calls = 0;
    faults.strike_at = strike_at;
    faults.for_good = for_good;
    faults.struck = false;
    pthread_mutex_unlock(&faults.lock);
}

void force_record(unsigned families)
{
    void *frame = NULL;
    (void)backtrace(&frame, 1); /* loads its library now, not while counting */
    dl_iterate_phdr(find_sqlite, NULL);
    mallopt(M_MMAP_THRESHOLD, 1 << 20); /* large pieces come zeroed, world after world */
    faults.place_count = 0;
    begin(families, 0, false);
}

void force_strike(unsigned families, size_t nth)
{
    begin(families, nth, false);
}

void force_strike_for_good(unsigned families, size_t nth)
{
    begin(families, nth, true);
}

bool force_end(void)
{
    pthread_mutex_lock(&faults.lock);
    faults.families = 0;
    bool struck = faults.struck;
    pthread_mutex_unlock(&faults.lock);
    return struck;
}

static int compare_sizes(const void *a, const void *b)
{
    size_t left = *(const size_t *)a;
    size_t right = *(const size_t *)b;
    return (left > right) - (left < right);
}

static size_t one_of(void)
{
    const char *text = getenv("FAULTS_ONE_OF");
    long count = text != NULL ? strtol(text, NULL, 10) : 1;
    return count > 0 ? (size_t)count : 1;
}

size_t force_least(size_t all)
{
    return all / one_of();
}

size_t force_ordinals(size_t *out, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < faults.place_count && count + 2 <= max; i += one_of()) {
        out[count++] = faults.places[i].first;
        if (faults.places[i].last != faults.places[i].first)
            out[count++] = faults.places[i].last;
    }
    qsort(out, count, sizeof *out, compare_sizes);
    return count;
}

/* ---- trials ---- */

static void check(const struct fault_trial *trial, void *world)
{
    if (trial->check != NULL)
        trial->check(world);
}

static void must_succeed(const struct fault_trial *trial, void *world, const char *when)
{
    struct error err = {0};
    if (!trial->operate(world, &err))
        fail_msg("%s, %s: %s", trial->name, when, err.text);
    check(trial, world);
}

/* Whether the call was reached. */
static bool try_one(const struct fault_trial *trial, size_t nth)
{
    struct error err = {0};
    char when[64];
    void *world = trial->set_up();
    begin(trial->families, nth, trial->for_good);
    bool ok = trial->operate(world, &err);
    bool struck = force_end();
    if (!ok && (!struck || err.text[0] == '\0'))
        fail_msg("%s, call %zu: failed with '%s'", trial->name, nth, err.text);
    if (ok && struck && !trial->survives)
        fail_msg("%s, call %zu: the failure went unnoticed", trial->name, nth);
    if (getenv("FAULTS_VERBOSE") != NULL)
        printf("%s, call %zu: %s\n", trial->name, nth, ok ? "survived" : err.text);
    check(trial, world);
    snprintf(when, sizeof when, "again after call %zu failed", nth);
    must_succeed(trial, world, when);
    trial->tear_down(world);
    return struck;
}

size_t force_run(const struct fault_trial *trial)
{
    static size_t ordinals[2 * PLACES_MAX];
    struct error err = {0};
    size_t struck = 0;
    void *world = trial->set_up();
    force_record(trial->families);
    bool ok = trial->operate(world, &err);
    force_end();
    if (!ok)
        fail_msg("%s, undisturbed: %s", trial->name, err.text);
    check(trial, world);
    trial->tear_down(world);
    size_t count = force_ordinals(ordinals, 2 * PLACES_MAX);
    for (size_t i = 0; i < count; i++)
        struck += try_one(trial, ordinals[i]) ? 1 : 0;
    print_message("%s: %zu failures forced\n", trial->name, struck);
    return struck;
}

/* ---- memory ---- */

/* How a process ended that had no memory at its nth place, and what it said. */
static int without_memory(const struct fault_trial *trial, void *world, size_t nth, char *said,
                          size_t said_bytes)
{
    struct error err = {0};
    int ends[2];
    int status = 0;
    fflush(stdout);
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        alarm(SECONDS_MAX);
        force_strike(FAULT_MEMORY, nth);
        (void)!trial->operate(world, &err);
        _exit(force_end() ? 1 : 0);
    }
    close(ends[1]);
    size_t length = 0;
    ssize_t got = 1;
    while (got > 0 && length < said_bytes - 1) {
        got = read(ends[0], said + length, said_bytes - 1 - length);
        length += got > 0 ? (size_t)got : 0;
    }
    said[length] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

size_t force_memory(const struct fault_trial *trial)
{
    static size_t ordinals[2 * PLACES_MAX];
    struct error err = {0};
    size_t ended = 0;
    void *world = trial->set_up();
    force_record(FAULT_MEMORY);
    bool ok = trial->operate(world, &err);
    force_end();
    if (!ok)
        fail_msg("%s, with memory: %s", trial->name, err.text);
    trial->tear_down(world);
    size_t count = force_ordinals(ordinals, 2 * PLACES_MAX);
    world = trial->set_up();
    for (size_t i = 0; i < count; i++) {
        char said[8192];
        int status = without_memory(trial, world, ordinals[i], said, sizeof said);
        bool aborted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
        if (!aborted && (!WIFEXITED(status) || WEXITSTATUS(status) != 0)) /* 0: not reached */
            fail_msg("%s, without memory at %zu: ended as %#x", trial->name, ordinals[i], status);
        if (aborted && strstr(said, "out of memory") == NULL)
            fail_msg("%s, without memory at %zu: said '%s'", trial->name, ordinals[i], said);
        ended += aborted ? 1 : 0;
    }
    trial->tear_down(world);
    print_message("%s: without memory in %zu places\n", trial->name, ended);
    return ended;
}
