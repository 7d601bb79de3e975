#include "adapters/sqlite/forget.h"

void forget_erased(struct store *store)
{
    if (!store->has_erased || store->db == NULL)
        return;
    /* Nobody is waited for. What fails here (a disk, say) fails the next commit too, and is told
     * then: nothing that was committed depends on it. */
    sqlite3_busy_timeout(store->db, 0);
    int code = sqlite3_wal_checkpoint_v2(store->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(store->db, BUSY_MS);
    store->has_erased = code != SQLITE_OK;
}
