#include "adapters/sqlite/forget.h"
#include "adapters/sqlite/import.h"
#include "adapters/sqlite/rescue.h"

bool store_begin(struct store *store, struct error *err)
{
    return sql_run(store, SQL_BEGIN, NO_VALUES, err);
}

bool store_commit(struct store *store, struct error *err)
{
    if (store->import != NULL)
        return error_set(err, ERROR_STORE, "database %s: commit in the middle of an import",
                         store->path);
    if (!sql_run(store, SQL_COMMIT, NO_VALUES, err))
        return false;
    if (store->rollback_journal && store->has_first_rows)
        sql_use_wal(store);
    forget_erased(store);
    return rescue_if_moved(store, err);
}

void store_rollback(struct store *store)
{
    store->has_first_rows = false;
    import_free(store->import);
    store->import = NULL;
    /* SQLite rolls back by itself when the disk is full or fails. */
    if (store->db != NULL && sqlite3_get_autocommit(store->db) == 0)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}
