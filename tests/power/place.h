/* Where the store believes its database to be: a folder that holds an empty file and its lock. */
#ifndef NUMHOST_TESTS_POWER_PLACE_H
#define NUMHOST_TESTS_POWER_PLACE_H

#include "base/error.h"

struct place {
    char folder[64];
    char path[80];
};

bool place_make(struct place *place, struct error *err) MUST_USE;
void place_remove(const struct place *place);

#endif
