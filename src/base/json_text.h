/* JSON written piece by piece, for output that is too long to be built as a tree first. */
#ifndef NUMHOST_BASE_JSON_TEXT_H
#define NUMHOST_BASE_JSON_TEXT_H

#include "base/buf.h"

#include <stdint.h>

/* Append a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD. */
void json_add_text(struct buf *out, const char *text, size_t bytes);
void json_add_word(struct buf *out, const char *text);

/* `"name":` with a ',' in front unless the last byte is '{', '[' or there is none. */
void json_add_name(struct buf *out, const char *name);

/* A member of the object being written: name and value. An instant is RFC 3339 in UTC, null for 0.
 */
void json_add_member(struct buf *out, const char *name, const char *value);
void json_add_int_member(struct buf *out, const char *name, int64_t value);
void json_add_bool_member(struct buf *out, const char *name, bool value);
void json_add_instant_member(struct buf *out, const char *name, int64_t at_ms);

#endif
