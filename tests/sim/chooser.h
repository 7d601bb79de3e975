/* A transport that holds every answer back until it is told which one comes next. */
#ifndef NUMHOST_TESTS_CHOOSER_H
#define NUMHOST_TESTS_CHOOSER_H

#include "ports/transport.h"

enum { HELD_MAX = 32 };

struct held {
    int64_t sent_at_ms;
    int64_t at_ms; /* when it would come by itself */
    bool released;
    struct http_response response;
};

struct chooser {
    struct transport transport; /* give this to the executor */
    struct transport *carrier;  /* over the sandbox, on the same clock */
    int64_t *now_ms;
    struct held held[HELD_MAX]; /* in the order of sending */
    size_t count;
    int64_t submitted; /* ever */

    /* Before request number `index` (from 0) leaves, and after. False: it never leaves, and nobody
     * is told. */
    bool (*before)(void *context, int64_t index);
    void (*after)(void *context, int64_t index);
    void *context;
};

void chooser_init(struct chooser *chooser, int64_t *now_ms);

/* A new process: what was held is lost. */
void chooser_attach(struct chooser *chooser, struct transport *carrier);

/* The next collect hands it over. */
void chooser_release(struct chooser *chooser, size_t index);

#endif
