/* application/x-www-form-urlencoded, as the service wants it (service.md 3.7): '+' is %2B, a blank
 * %20, an array is a repeated key. The same pairs make a query. */
#ifndef NUMHOST_ADAPTERS_HTTP_FORM_H
#define NUMHOST_ADAPTERS_HTTP_FORM_H

#include "base/buf.h"

#include <stdint.h>

/* Pairs being appended to `out`, which is the caller's. Overflow shows in out->overflow. */
struct form {
    struct buf *out;
    char next; /* written before the next pair; '\0': nothing */
};

struct form form_body(struct buf *out);
struct form form_query(struct buf *out); /* behind a path: begins with '?' */

/* Nothing is appended for an empty value: only non-empty parameters are sent. */
void form_add(struct form *form, const char *name, const char *value);
void form_add_number(struct form *form, const char *name, int64_t value);

/* One pair for each part of `list` between separators, blanks around it dropped. */
void form_add_each(struct form *form, const char *name, const char *list, char separator);

/* At most characters_max characters (not bytes) of a UTF-8 value. */
void form_add_cut(struct form *form, const char *name, const char *value, size_t characters_max);

#endif
