/* The pieces that wire_encode.c and wire_decode.c are made of. Private to this folder. */
#ifndef NUMHOST_ADAPTERS_HTTP_WIRE_PARTS_H
#define NUMHOST_ADAPTERS_HTTP_WIRE_PARTS_H

#include "adapters/http/wire.h"

#include <jansson.h>

/* Path of the collection a list operation reads, without query. False for what is not a list. */
bool wire_collection_path(enum operation operation, const char *document_sid, struct buf *path,
                          struct error *err) MUST_USE;

/* Path and query of a page address, which may be absolute or begin with '/'. Scheme and host are
 * dropped: credentials never follow an address to another host (service.md 6.1). False unless the
 * path is `collection` itself, and for characters that have no place in an address. */
bool wire_page_path(const char *page_url, const char *collection, char *to, size_t to_bytes,
                    struct error *err) MUST_USE;

/* Two letters, then letters and digits, at most 34 in all. The prefix is compared. */
bool wire_is_sid(const char *text, const char *prefix);

/* JSON with ceilings on depth and values, duplicates refused. NULL with err set; else
 * json_decref(). */
json_t *wire_load_json(const struct buf *body, struct error *err) MUST_USE;

bool wire_read_order(const json_t *value, struct order_seen *order, struct error *err) MUST_USE;
bool wire_read_document(const json_t *value, struct document_seen *document,
                        struct error *err) MUST_USE;

/* Code and message of an error body, in any of the shapes of service.md 3.2; zero and "" where it
 * has none. */
void wire_read_error(const struct http_response *response, struct answer *answer);

/* Retry-After as seconds or a date (relative to the answer's Date, else to received_at_ms, 0:
 * unknown). What is negative, over or no such thing is ignored; clamped to a day. */
bool wire_retry_after(const struct http_response *response, int64_t received_at_ms,
                      int64_t *wait_ms);

/* Copy a text of the service for people: control characters become blanks, e-mail addresses and
 * phone numbers (and, from secret_digits digits on, any number that stands alone) are masked. */
void wire_clean_text(char *to, size_t to_bytes, const char *from, size_t secret_digits);

enum { WIRE_SECRET_DIGITS = 10, WIRE_SECRET_DIGITS_OF_CODES = 3 };

#endif
