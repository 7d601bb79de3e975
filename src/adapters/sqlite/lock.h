/* The lock that keeps a second writer out: a file beside the database that holds the pid of who has
 * it. */
#ifndef NUMHOST_ADAPTERS_SQLITE_LOCK_H
#define NUMHOST_ADAPTERS_SQLITE_LOCK_H

#include "base/attr.h"
#include "base/error.h"

#include <stdbool.h>

/* Lock `<path>.lock`; *fd holds it until lock_release() or the end of the process, however it ends.
 */
bool lock_take(const char *path, int *fd, struct error *err) MUST_USE;
void lock_release(int fd); /* <0 is fine */

#endif
