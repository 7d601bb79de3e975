/* Rows of `number` and `progress` and the struct that carries them: the list of columns is written
 * once, here, and gives the SELECT, the UPDATE and the code that reads and binds. */
#ifndef NUMHOST_ADAPTERS_SQLITE_ROWS_H
#define NUMHOST_ADAPTERS_SQLITE_ROWS_H

#include "adapters/sqlite/columns.h"
#include "adapters/sqlite/sql.h"

/* Read one number from NUMBER_COLUMNS beginning at column `first`. False when a word in it is
 * unknown. */
bool row_read_number(sqlite3_stmt *statement, int first, struct number *out) MUST_USE;

/* The living columns for ?1...; texts are the number's. Returns how many. */
size_t row_living_values(const struct number *number, struct value values[LIVING_COLUMN_COUNT]);

/* The columns by which numbers are counted, before or after a write. */
struct account {
    int64_t batch_id;
    enum status status;
    enum step step;
    enum attention attention;
    bool held;
    int64_t signer_id;
    enum lane lane;
    int64_t due_at_ms;
};

struct account account_of(const struct number *number);

/* Keep tally and signer right when a number changed from *before to *after. Call after the row was
 * written. */
bool account_move(struct store *store, const struct account *before, const struct account *after,
                  struct error *err) MUST_USE;

/* Add to one group of the tally. */
bool account_tally(struct store *store, const struct account *account, int64_t add,
                   struct error *err) MUST_USE;

#endif
