/* A database that was deleted, renamed or replaced while it is open. SQLite would go on writing to
 * a file that has no name any more, and all of it would be gone with the process. Inside the
 * adapter only. */
#ifndef NUMHOST_ADAPTERS_SQLITE_RESCUE_H
#define NUMHOST_ADAPTERS_SQLITE_RESCUE_H

#include "adapters/sqlite/sql.h"

/* True while the file under the database's name is the one that is open. Otherwise everything
 * committed is saved, once, as PATH.saved-PID, and the error says where it is. Call it after a
 * commit, before anything else happens. */
bool rescue_if_moved(struct store *store, struct error *err) MUST_USE;

#endif
