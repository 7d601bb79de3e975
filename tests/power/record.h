/* What the store acknowledged, and when: between record_begin() and record_end() everything of the
 * store's port that commits and returns true is written down, with a digest of all that the
 * database held then. Link with --wrap for the functions of which record.c has a __wrap_. */
#ifndef NUMHOST_TESTS_POWER_RECORD_H
#define NUMHOST_TESTS_POWER_RECORD_H

#include "ports/store.h"
#include "power/disk.h"

struct acknowledged {
    size_t operations; /* of the disk, when the commit returned */
    uint64_t digest;
};

struct record {
    const struct disk *disk;
    const char *pragmas;         /* run on every store that is opened meanwhile; "" none */
    struct acknowledged *states; /* the first: an empty database */
    size_t count;
    bool is_blind; /* only the pragmas */
};

void record_begin(struct record *record, const struct disk *disk, const char *pragmas);
void record_end(void);
void record_free(struct record *record); /* what it holds */

/* Every row of every table: the same for the same content, however it is stored. */
uint64_t record_digest(struct store *store);

/* The last state acknowledged when the disk had done so many operations. */
size_t record_at(const struct record *record, size_t operations);

#endif
