#include "sandbox/lookup.h"

#include "base/memory.h"
#include "sandbox/draw.h"

#include <stdlib.h>
#include <string.h>

enum { SLOT_FREE = 0, SLOT_REMOVED = 1, SLOT_BASE = 2, FIRST_SLOTS = 64 };

void lookup_init(struct lookup *lookup, lookup_key_fn key, const void *context)
{
    *lookup = (struct lookup){.key = key, .context = context};
}

void lookup_done(struct lookup *lookup)
{
    free(lookup->slots);
    lookup->slots = NULL;
    lookup->capacity = 0;
    lookup->used = 0;
}

/* The slot of the key, or of the first free one after where it would be; SIZE_MAX in an empty
 * table. */
static size_t slot_of(const struct lookup *lookup, const char *key)
{
    if (lookup->capacity == 0)
        return SIZE_MAX;
    size_t mask = lookup->capacity - 1;
    size_t at = (size_t)draw_hash(0, "lookup", key, 0) & mask;
    for (;; at = (at + 1) & mask) {
        uint32_t slot = lookup->slots[at];
        if (slot == SLOT_FREE)
            return at;
        if (slot != SLOT_REMOVED &&
            strcmp(lookup->key(lookup->context, slot - SLOT_BASE), key) == 0)
            return at;
    }
}

uint32_t lookup_find(const struct lookup *lookup, const char *key)
{
    size_t at = slot_of(lookup, key);
    if (at == SIZE_MAX || lookup->slots[at] == SLOT_FREE)
        return LOOKUP_NONE;
    return lookup->slots[at] - SLOT_BASE;
}

static void grow(struct lookup *lookup)
{
    struct lookup old = *lookup;
    lookup->capacity = old.capacity > 0 ? old.capacity * 2 : FIRST_SLOTS;
    lookup->slots = memory_new(lookup->capacity, sizeof lookup->slots[0]);
    lookup->used = 0;
    for (size_t i = 0; i < old.capacity; i++) {
        if (old.slots[i] < SLOT_BASE)
            continue;
        uint32_t index = old.slots[i] - SLOT_BASE;
        lookup->slots[slot_of(lookup, old.key(old.context, index))] = old.slots[i];
        lookup->used++;
    }
    free(old.slots);
}

void lookup_put(struct lookup *lookup, uint32_t index)
{
    if (2 * (lookup->used + 1) > lookup->capacity)
        grow(lookup);
    size_t at = slot_of(lookup, lookup->key(lookup->context, index));
    if (lookup->slots[at] == SLOT_FREE)
        lookup->used++;
    lookup->slots[at] = index + SLOT_BASE;
}

void lookup_remove(struct lookup *lookup, const char *key)
{
    size_t at = slot_of(lookup, key);
    if (at != SIZE_MAX && lookup->slots[at] != SLOT_FREE)
        lookup->slots[at] = SLOT_REMOVED;
}
