/* Short text in fixed fields. Lengths are bytes; every result is NUL-terminated. */
#ifndef NUMHOST_BASE_TEXT_H
#define NUMHOST_BASE_TEXT_H

#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>

/* Copy `from` into `to`, cut to fit (never inside a UTF-8 character). False when it was cut. `from`
 * may be NULL: "". */
bool text_copy(char *to, size_t to_bytes, const char *from);

/* text_copy into an array. */
#define TEXT_SET(array, from) text_copy((array), sizeof(array), (from))

/* ASCII-case-insensitive equality that also takes '_', '-' and ' ' for the same character. */
bool text_same_word(const char *a, const char *b);

/* The entry of names[0..count) closest to `word` within a third of its length in edits, or NULL.
 * For "did you mean". */
const char *text_closest(const char *word, const char *const *names, size_t count);

/* "+14155550123" -> "+1415***0123": what logs and errors may show of a number. to_bytes >= 16. */
void text_mask_phone(char *to, size_t to_bytes, const char *phone_number);

/* True when all bytes form well-formed UTF-8 without NUL. */
bool text_is_utf8(const char *bytes, size_t count);

/* Make of a text from outside one line that no terminal obeys: control characters, also those that
 * are two bytes in UTF-8, become '?'. */
void text_tame(char *text);

/* Distance in edits (insert, delete, replace, swap neighbours); both at most 64 bytes are looked
 * at. */
size_t text_distance(const char *a, const char *b);

/* A whole decimal number and nothing else, low <= value <= high. */
bool text_to_int(const char *text, long long low, long long high, long long *value) MUST_USE;

#endif
