#include "base/fault_point.h"

#ifdef NUMHOST_FAULTS

#include "base/rng.h"
#include "base/text.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Writable globals, but in test builds only. The engine's thread and a server's may pass points at
 * the same time. */
static pthread_once_t asked = PTHREAD_ONCE_INIT;
static atomic_bool armed;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    char name[64]; /* or the beginning of names */
    bool by_chance;
    double most;
    int64_t nth;
    int64_t passed;
    int64_t happened;
    uint64_t seed;
    struct rng rng;
} plan;

static uint64_t hash_of(const char *name, uint64_t seed)
{
    struct rng rng = {.state = seed};
    uint64_t hash = rng_next(&rng);
    for (; *name != '\0'; name++)
        hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001B3);
    return hash;
}

static bool happens_by_chance(const char *name)
{
    if (strncmp(name, plan.name, strlen(plan.name)) != 0)
        return false;
    struct rng of_name = {.state = hash_of(name, plan.seed)};
    double chance = rng_chance(&of_name, 0.5) ? 0 : rng_fraction(&of_name) * plan.most;
    return rng_chance(&plan.rng, chance);
}

static bool happens(const char *name)
{
    bool yes;
    if (plan.by_chance)
        yes = happens_by_chance(name);
    else
        yes = strcmp(name, plan.name) == 0 && (plan.nth == 0 || ++plan.passed == plan.nth);
    plan.happened += yes ? 1 : 0;
    return yes;
}

static void ask_environment(void)
{
    long long seed = 0;
    const char *text = getenv("FAULTS_ODD");
    if (text != NULL && text_to_int(text, 0, INT64_MAX, &seed))
        faults_draw("odd/", (uint64_t)seed, 0.5);
}

bool fault_point(const char *name)
{
    pthread_once(&asked, ask_environment);
    if (!atomic_load(&armed))
        return false;
    pthread_mutex_lock(&lock);
    bool yes = happens(name);
    pthread_mutex_unlock(&lock);
    return yes;
}

static uint64_t below(uint64_t bound)
{
    pthread_mutex_lock(&lock);
    uint64_t drawn = rng_below(&plan.rng, bound);
    pthread_mutex_unlock(&lock);
    return drawn;
}

int64_t fault_between(const char *name, int64_t least, int64_t usual)
{
    if (least >= usual || !fault_point(name))
        return usual;
    return least + (int64_t)below((uint64_t)(usual - least) + 1);
}

static void swap(char *a, char *b, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        char was = a[i];
        a[i] = b[i];
        b[i] = was;
    }
}

void fault_shuffle(const char *name, void *array, size_t count, size_t bytes)
{
    if (count < 2 || !fault_point(name))
        return;
    for (size_t i = count - 1; i > 0; i--)
        swap((char *)array + i * bytes, (char *)array + (size_t)below(i + 1) * bytes, bytes);
}

static void arm(const char *name, bool by_chance, double most, int64_t nth, uint64_t seed)
{
    pthread_mutex_lock(&lock);
    TEXT_SET(plan.name, name);
    plan.by_chance = by_chance;
    plan.most = most;
    plan.nth = nth;
    plan.seed = seed;
    plan.passed = 0;
    plan.happened = 0;
    rng_seed(&plan.rng, seed);
    pthread_mutex_unlock(&lock);
    atomic_store(&armed, true);
}

void faults_draw(const char *prefix, uint64_t seed, double most)
{
    arm(prefix, true, most, 0, seed);
}

void faults_force(const char *name, int64_t nth)
{
    arm(name, false, 0, nth, 0);
}

void faults_end(void)
{
    atomic_store(&armed, false);
}

int64_t faults_happened(void)
{
    pthread_mutex_lock(&lock);
    int64_t happened = plan.happened;
    pthread_mutex_unlock(&lock);
    return happened;
}

#endif
