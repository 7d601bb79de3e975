/* Reading order details, signers and LOAs from their columns. Inside the adapter only. */
#ifndef NUMHOST_ADAPTERS_SQLITE_DETAILS_H
#define NUMHOST_ADAPTERS_SQLITE_DETAILS_H

#include "adapters/sqlite/sql.h"

void details_read(sqlite3_stmt *statement, int first, struct order_details *out);
void signer_read(sqlite3_stmt *statement, int first, struct signer *out);
void loa_read(sqlite3_stmt *statement, int first, struct loa *out);

#endif
