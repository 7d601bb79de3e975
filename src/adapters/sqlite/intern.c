#include "adapters/sqlite/intern.h"

#include "base/memory.h"
#include "base/require.h"

#include <stdlib.h>
#include <string.h>

void intern_init(struct intern_cache *cache)
{
    cache->entries = memory_new(INTERN_ENTRIES, sizeof *cache->entries);
}

void intern_done(struct intern_cache *cache)
{
    for (size_t i = 0; cache->entries != NULL && i < INTERN_ENTRIES; i++)
        free(cache->entries[i].key);
    free(cache->entries);
    cache->entries = NULL;
}

void intern_key_of(struct intern_key *key, const char *const *texts, size_t count)
{
    key->bytes = 0;
    for (size_t i = 0; i < count; i++) {
        size_t bytes = strlen(texts[i]) + 1;
        REQUIRE(bytes <= sizeof key->text - key->bytes);
        memcpy(key->text + key->bytes, texts[i], bytes);
        key->bytes += bytes;
    }
}

/* Eight bytes at a time: it runs three times a row. */
static uint64_t hash_of(const struct intern_key *key)
{
    uint64_t hash = key->bytes * UINT64_C(0x9E3779B97F4A7C15);
    for (size_t at = 0; at < key->bytes; at += sizeof hash) {
        uint64_t part = 0;
        size_t left = key->bytes - at;
        memcpy(&part, key->text + at, left < sizeof part ? left : sizeof part);
        hash = (hash ^ part) * UINT64_C(0xBF58476D1CE4E5B9);
        hash ^= hash >> 29;
    }
    return hash;
}

static bool holds(const struct intern_entry *entry, uint64_t hash, const struct intern_key *key)
{
    return entry->key != NULL && entry->hash == hash && entry->key_bytes == key->bytes &&
           memcmp(entry->key, key->text, key->bytes) == 0;
}

struct intern_entry *intern_find(struct intern_cache *cache, const struct intern_key *key,
                                 bool *hit)
{
    uint64_t hash = hash_of(key);
    struct intern_entry *entry = &cache->entries[hash % INTERN_ENTRIES / INTERN_WAYS * INTERN_WAYS];
    struct intern_entry *found = entry;
    *hit = false;
    for (int i = 0; i < INTERN_WAYS && !*hit; i++) {
        *hit = holds(&entry[i], hash, key);
        if (*hit || entry[i].used < found->used)
            found = &entry[i];
    }
    found->used = ++cache->finds;
    return found;
}

void intern_take(struct intern_entry *entry, const struct intern_key *key, int64_t id)
{
    if (entry->key_room < key->bytes) {
        entry->key = memory_resize(entry->key, key->bytes);
        entry->key_room = key->bytes;
    }
    memcpy(entry->key, key->text, key->bytes);
    entry->key_bytes = key->bytes;
    entry->hash = hash_of(key);
    entry->id = id;
    entry->place = 0;
    entry->count = 0;
    entry->dirty = false;
}
