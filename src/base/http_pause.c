#include "base/http_pause.h"

#include "base/clock.h"
#include "base/memory.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct waiting {
    struct MHD_Connection *connection;
    int64_t until_ms;
};

struct http_pause {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct waiting *waiting; /* no more than there are connections */
    size_t count;
    size_t capacity;
    bool ending; /* resume all, whatever their time */
    bool stopping;
};

/* Resume what is due; the next instant something is, INT64_MAX when nothing waits. */
static int64_t resume_due(struct http_pause *pause, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;
    for (size_t i = 0; i < pause->count;) {
        struct waiting *waiting = &pause->waiting[i];
        if (waiting->until_ms > now_ms && !pause->ending) {
            if (waiting->until_ms < next_ms)
                next_ms = waiting->until_ms;
            i++;
            continue;
        }
        MHD_resume_connection(waiting->connection);
        *waiting = pause->waiting[--pause->count];
    }
    return next_ms;
}

static void *keep_time(void *context)
{
    struct http_pause *pause = context;
    pthread_mutex_lock(&pause->mutex);
    while (!pause->stopping) {
        int64_t next_ms = resume_due(pause, clock_monotonic_ms());
        if (next_ms == INT64_MAX) {
            pthread_cond_wait(&pause->changed, &pause->mutex);
            continue;
        }
        struct timespec until = {.tv_sec = (time_t)(next_ms / SECOND_MS),
                                 .tv_nsec = (long)(next_ms % SECOND_MS) * 1000000};
        pthread_cond_timedwait(&pause->changed, &pause->mutex, &until);
    }
    pthread_mutex_unlock(&pause->mutex);
    return NULL;
}

static void free_pause(struct http_pause *pause)
{
    pthread_cond_destroy(&pause->changed);
    pthread_mutex_destroy(&pause->mutex);
    free(pause->waiting);
    free(pause);
}

struct http_pause *http_pause_new(void)
{
    struct http_pause *pause = memory_new(1, sizeof *pause);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&pause->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&pause->mutex, NULL);
    if (pthread_create(&pause->thread, NULL, keep_time, pause) == 0)
        return pause;
    free_pause(pause);
    return NULL;
}

void http_pause_add(struct http_pause *pause, struct MHD_Connection *connection, int64_t until_ms)
{
    pthread_mutex_lock(&pause->mutex);
    if (pause->count == pause->capacity) {
        pause->capacity = pause->capacity > 0 ? pause->capacity * 2 : 64;
        pause->waiting = memory_resize(pause->waiting, pause->capacity * sizeof pause->waiting[0]);
    }
    pause->waiting[pause->count++] =
        (struct waiting){.connection = connection, .until_ms = until_ms};
    pthread_cond_signal(&pause->changed);
    pthread_mutex_unlock(&pause->mutex);
}

void http_pause_end(struct http_pause *pause)
{
    if (pause == NULL)
        return;
    pthread_mutex_lock(&pause->mutex);
    pause->ending = true;
    resume_due(pause, 0);
    pthread_mutex_unlock(&pause->mutex);
}

void http_pause_free(struct http_pause *pause)
{
    if (pause == NULL)
        return;
    pthread_mutex_lock(&pause->mutex);
    pause->stopping = true;
    pthread_cond_signal(&pause->changed);
    pthread_mutex_unlock(&pause->mutex);
    pthread_join(pause->thread, NULL);
    free_pause(pause);
}
