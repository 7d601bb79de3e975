/* Where a database may lie. */
#ifndef NUMHOST_ADAPTERS_SQLITE_PLACE_H
#define NUMHOST_ADAPTERS_SQLITE_PLACE_H

#include "base/attr.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* What a file system that several machines share is called, by its number in statfs(2); NULL for
 * all others. */
const char *place_shared_name(int64_t type);

/* False when `path` lies on such a file system: the write-ahead log's index is memory that all
 * processes share, and the lock is one machine's. A folder that does not exist is for others to
 * report. */
bool place_check(const char *path, struct error *err) MUST_USE;

#endif
