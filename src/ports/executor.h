/* The contract of the worker pool: domain requests in, domain answers out. Every submitted request
 * comes back as exactly one answer. Not thread-safe: for the engine thread alone. */
#ifndef NUMHOST_PORTS_EXECUTOR_H
#define NUMHOST_PORTS_EXECUTOR_H

#include "base/error.h"
#include "domain/request.h"

struct executor_ops {
    /* Encode and start. Everything `request` points to may go afterwards. False only for what
     * cannot be encoded. */
    bool (*submit)(void *self, const struct request *request, struct error *err);

    /* Take at most max answers that have arrived; each must be released with answer_done(). Never
     * blocks. */
    size_t (*collect)(void *self, struct answer *out, size_t max);

    /* Block until an answer is there or timeout_ms passed (0: only let the transport work). */
    void (*wait)(void *self, int64_t timeout_ms);

    size_t (*in_flight)(void *self);
};

struct executor {
    void *self;
    const struct executor_ops *ops;
};

#endif
