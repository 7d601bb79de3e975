#include "sandbox/timers.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>

void timers_done(struct timers *timers)
{
    free(timers->heap);
    *timers = (struct timers){0};
}

static bool is_before(const struct timer *a, const struct timer *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->rank < b->rank;
}

static void put(struct timers *timers, size_t place, struct timer *timer)
{
    timers->heap[place] = timer;
    timer->place = place;
}

static void settle(struct timers *timers, size_t place)
{
    struct timer *timer = timers->heap[place];
    for (; place > 1 && is_before(timer, timers->heap[place / 2]); place /= 2)
        put(timers, place, timers->heap[place / 2]);
    for (size_t child = 2 * place; child <= timers->count; child = 2 * place) {
        if (child < timers->count && is_before(timers->heap[child + 1], timers->heap[child]))
            child++;
        if (!is_before(timers->heap[child], timer))
            break;
        put(timers, place, timers->heap[child]);
        place = child;
    }
    put(timers, place, timer);
}

static void add(struct timers *timers, struct timer *timer)
{
    if (timers->count + 2 > timers->capacity) {
        timers->capacity = timers->capacity > 0 ? timers->capacity * 2 : 256;
        timers->heap = memory_resize(timers->heap, timers->capacity * sizeof(struct timer *));
    }
    put(timers, ++timers->count, timer);
}

static void take_out(struct timers *timers, struct timer *timer)
{
    size_t place = timer->place;
    struct timer *last = timers->heap[timers->count--];
    timer->place = 0;
    if (last == timer)
        return;
    put(timers, place, last);
    settle(timers, place);
}

void timers_set(struct timers *timers, struct timer *timer, int64_t at_ms)
{
    timer->at_ms = at_ms;
    if (at_ms == 0) {
        if (timer->place > 0)
            take_out(timers, timer);
        return;
    }
    if (timer->place == 0)
        add(timers, timer);
    settle(timers, timer->place);
}

struct timer *timers_first(const struct timers *timers)
{
    return timers->count > 0 ? timers->heap[1] : NULL;
}
