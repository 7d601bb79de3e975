/* A growing byte buffer with a ceiling given at birth. Memory running out ends the process;
 * reaching the ceiling is sticky: the bytes that did not fit are dropped, `overflow` is set and
 * every later add returns false. */
#ifndef NUMHOST_BASE_BUF_H
#define NUMHOST_BASE_BUF_H

#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data; /* NUL behind the last byte once anything was added; NULL before. Owned by the
                   buffer */
    size_t length;
    size_t capacity;
    size_t max; /* most bytes of content */
    bool overflow;
};

void buf_init(struct buf *buf, size_t max_bytes);
void buf_done(struct buf *buf);

/* Forget the content and the overflow, keep the memory. */
void buf_clear(struct buf *buf);

bool buf_add(struct buf *buf, const void *bytes, size_t count);
bool buf_add_text(struct buf *buf, const char *text);
bool buf_add_char(struct buf *buf, char c);
bool buf_addf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);

/* The content as text, "" when empty. Valid until the next add, clear or done. */
const char *buf_text(const struct buf *buf);

#endif
