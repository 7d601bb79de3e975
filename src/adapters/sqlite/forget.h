/* A verification code proves who owns a line. Erasing it from its row is not enough: the
 * write-ahead log and the file keep the pages of before until they are written over, which can take
 * days. */
#ifndef NUMHOST_ADAPTERS_SQLITE_FORGET_H
#define NUMHOST_ADAPTERS_SQLITE_FORGET_H

#include "adapters/sqlite/sql.h"

/* Call after a commit and before closing. When a code was erased (store->has_erased), move the log
 * into the file and empty it. A reader can be in the way; then it is done with a later commit. */
void forget_erased(struct store *store);

#endif
