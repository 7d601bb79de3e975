#include "cmd/config.h"
#include "cmd/invocation.h"

struct store *invocation_store(struct invocation *inv, enum store_mode mode, struct error *err)
{
    if (inv->host != NULL)
        return inv->host->store;
    if (inv->store == NULL)
        inv->store = store_open(inv->config->database, mode, err);
    inv->close_store = store_close;
    return inv->store;
}
