/* Text -> small number, by open addressing. Keys are borrowed and found again through the owner's
 * callback, so that an entry costs four bytes. */
#ifndef NUMHOST_SANDBOX_LOOKUP_H
#define NUMHOST_SANDBOX_LOOKUP_H

#include <stddef.h>
#include <stdint.h>

#define LOOKUP_NONE UINT32_MAX

typedef const char *(*lookup_key_fn)(const void *context, uint32_t index);

struct lookup {
    uint32_t *slots; /* index + 2; 0 free, 1 removed */
    size_t capacity; /* a power of two */
    size_t used;     /* taken and removed slots */
    lookup_key_fn key;
    const void *context;
};

void lookup_init(struct lookup *lookup, lookup_key_fn key, const void *context);
void lookup_done(struct lookup *lookup);

/* The index under a key, LOOKUP_NONE when there is none. */
uint32_t lookup_find(const struct lookup *lookup, const char *key);

/* Put `index` under its key, in place of what was there. */
void lookup_put(struct lookup *lookup, uint32_t index);

/* Forget the key, whatever is under it. */
void lookup_remove(struct lookup *lookup, const char *key);

#endif
