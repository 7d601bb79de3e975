/* The parameters of a query or a form body: decoded, in order, repeated keys kept. Both '+' and %20
 * are a space (service.md 3.7). */
#ifndef NUMHOST_SANDBOX_PARAMS_H
#define NUMHOST_SANDBOX_PARAMS_H

#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>

enum { PARAMS_MAX = 20000 }; /* an LOA names up to 15,000 orders (service.md 2.4) */

struct param {
    const char *name;
    const char *value;
};

struct params {
    struct param *items;
    size_t count;
    char *text; /* the decoded bytes */
};

/* False, and nothing to release, when there are more than PARAMS_MAX, a NUL was encoded or it is
 * not UTF-8. text may be NULL. */
bool params_parse(struct params *params, const char *text, size_t bytes) MUST_USE;
void params_done(struct params *params);

/* The first value, NULL when the parameter is absent. */
const char *params_get(const struct params *params, const char *name);

/* Values of a repeated parameter: start with *at = 0; NULL at the end. */
const char *params_next(const struct params *params, const char *name, size_t *at);

#endif
