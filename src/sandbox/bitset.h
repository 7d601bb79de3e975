/* A set of small numbers that finds the next smaller or greater member in a few steps whatever its
 * size: how a page of a filtered list costs a page. */
#ifndef NUMHOST_SANDBOX_BITSET_H
#define NUMHOST_SANDBOX_BITSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BITSET_LEVELS = 5 }; /* 64^5 members; more than memory has */
#define BITSET_NONE UINT32_MAX

struct bitset {
    uint64_t *words[BITSET_LEVELS]; /* [0] the members; a bit of [n] says that a word of [n - 1] is
                                       not empty */
    size_t capacity;                /* members there is room for */
    uint32_t count;
};

void bitset_done(struct bitset *set); /* all zero is an empty set */
void bitset_add(struct bitset *set, uint32_t member);
void bitset_remove(struct bitset *set, uint32_t member);
bool bitset_has(const struct bitset *set, uint32_t member);

/* The greatest member < below, the smallest >= from; BITSET_NONE when there is none. */
uint32_t bitset_before(const struct bitset *set, uint32_t below);
uint32_t bitset_from(const struct bitset *set, uint32_t from);

#endif
