/* A bounded memory of texts that have an id: a few places per hash, the one not used for longest
 * gives way. Exact: the whole key is compared. */
#ifndef NUMHOST_ADAPTERS_SQLITE_INTERN_H
#define NUMHOST_ADAPTERS_SQLITE_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { INTERN_ENTRIES = 4096, INTERN_WAYS = 8, INTERN_KEY_BYTES = 5120 };

struct intern_entry {
    uint64_t hash;
    uint64_t used; /* when, by the cache's own count */
    char *key;     /* NULL: free */
    size_t key_bytes;
    size_t key_room;
    int64_t id;
    int64_t place; /* of a site */
    int64_t count; /* a site's next rank; a signer's numbers not yet written */
    bool dirty;    /* count is to be written before the entry goes */
};

struct intern_cache {
    struct intern_entry *entries;
    uint64_t finds;
};

struct intern_key {
    size_t bytes;
    char text[INTERN_KEY_BYTES];
};

void intern_init(struct intern_cache *cache);
void intern_done(struct intern_cache *cache);

/* Texts one after the other, each with its NUL. They must fit. */
void intern_key_of(struct intern_key *key, const char *const *texts, size_t count);

/* The place of the key; *hit tells whether it is there. If not, write what the entry holds if it is
 * dirty, then give it the key with intern_take(). */
struct intern_entry *intern_find(struct intern_cache *cache, const struct intern_key *key,
                                 bool *hit);
void intern_take(struct intern_entry *entry, const struct intern_key *key, int64_t id);

#endif
