#include "sandbox/bitset.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_MEMBERS = 4096 };

static size_t words_at(size_t capacity, int level)
{
    for (int i = 0; i <= level; i++)
        capacity = (capacity + 63) / 64;
    return capacity;
}

void bitset_done(struct bitset *set)
{
    for (int level = 0; level < BITSET_LEVELS; level++)
        free(set->words[level]);
    *set = (struct bitset){0};
}

static void make_room(struct bitset *set, uint32_t member)
{
    if (member < set->capacity)
        return;
    size_t old = set->capacity;
    size_t capacity = old > 0 ? old : FIRST_MEMBERS;
    while (capacity <= member)
        capacity *= 2;
    for (int level = 0; level < BITSET_LEVELS; level++) {
        size_t had = old > 0 ? words_at(old, level) : 0;
        size_t has = words_at(capacity, level);
        set->words[level] = memory_resize(set->words[level], has * sizeof(uint64_t));
        memset(set->words[level] + had, 0, (has - had) * sizeof(uint64_t));
    }
    set->capacity = capacity;
}

bool bitset_has(const struct bitset *set, uint32_t member)
{
    return member < set->capacity && (set->words[0][member / 64] >> (member % 64) & 1) != 0;
}

void bitset_add(struct bitset *set, uint32_t member)
{
    make_room(set, member);
    if (bitset_has(set, member))
        return;
    set->count++;
    uint32_t at = member;
    for (int level = 0; level < BITSET_LEVELS; level++, at /= 64)
        set->words[level][at / 64] |= UINT64_C(1) << (at % 64);
}

void bitset_remove(struct bitset *set, uint32_t member)
{
    if (!bitset_has(set, member))
        return;
    set->count--;
    uint32_t at = member;
    for (int level = 0; level < BITSET_LEVELS; level++, at /= 64) {
        set->words[level][at / 64] &= ~(UINT64_C(1) << (at % 64));
        if (set->words[level][at / 64] != 0)
            return;
    }
}

static uint64_t bits_below(uint64_t word, uint32_t bit)
{
    return word & ((UINT64_C(1) << bit) - 1);
}

uint32_t bitset_before(const struct bitset *set, uint32_t below)
{
    if (set->capacity == 0 || below == 0)
        return BITSET_NONE;
    uint64_t at = below < set->capacity ? below : set->capacity - 1;
    if (below >= set->capacity && bitset_has(set, (uint32_t)at))
        return (uint32_t)at;
    for (int level = 0; level < BITSET_LEVELS; level++, at /= 64) {
        uint64_t found = bits_below(set->words[level][at / 64], at % 64);
        if (found == 0)
            continue;
        at = at / 64 * 64 + (uint64_t)(63 - __builtin_clzll(found));
        for (; level > 0; level--)
            at = at * 64 + (uint64_t)(63 - __builtin_clzll(set->words[level - 1][at]));
        return (uint32_t)at;
    }
    return BITSET_NONE;
}

uint32_t bitset_from(const struct bitset *set, uint32_t from)
{
    if (from >= set->capacity)
        return BITSET_NONE;
    if (bitset_has(set, from))
        return from;
    uint64_t at = from;
    for (int level = 0; level < BITSET_LEVELS; level++, at /= 64) {
        uint64_t above = at % 64 == 63 ? 0 : ~UINT64_C(0) << (at % 64 + 1);
        uint64_t found = set->words[level][at / 64] & above;
        if (found == 0)
            continue;
        at = at / 64 * 64 + (uint64_t)__builtin_ctzll(found);
        for (; level > 0; level--)
            at = at * 64 + (uint64_t)__builtin_ctzll(set->words[level - 1][at]);
        return (uint32_t)at;
    }
    return BITSET_NONE;
}
