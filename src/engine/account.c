/* The account read as a whole: before the first order is created, and from then on once a day, so
 * that an order which appears after everybody stopped waiting for it does not stay unseen. */
#include "base/clock.h"
#include "base/text.h"
#include "engine/engine_private.h"

#include <stdio.h>
#include <string.h>

#define READ_EVERY_MS DAY_MS

/* An order that was made twice after all shows by then, or the day after. */
#define AFTER_REPEAT_MS HOUR_MS

enum { ROUNDS_MAX = 5 };

static bool read_instant(struct store *store, const char *name, int64_t *at_ms, struct error *err)
{
    char text[32];
    long long value = 0;
    if (!store_read_setting(store, name, text, sizeof text, err))
        return false;
    *at_ms = text_to_int(text, 0, INT64_MAX, &value) ? value : 0;
    return true;
}

static bool write_instant(struct store *store, const char *name, int64_t at_ms, struct error *err)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)at_ms);
    return store_write_setting(store, name, text, err);
}

bool account_open(struct engine *engine, struct error *err)
{
    struct account_reading *account = &engine->account;
    char read[8];
    if (!store_read_setting(engine->store, "account_read", read, sizeof read, err))
        return false;
    account->read = strcmp(read, "yes") == 0;
    return read_instant(engine->store, "account_read_at", &account->read_at_ms, err) &&
           read_instant(engine->store, "create_repeated_at", &account->repeated_at_ms, err);
}

int64_t account_next_at(const struct engine *engine)
{
    const struct account_reading *account = &engine->account;
    int64_t daily_at_ms = account->read_at_ms + READ_EVERY_MS;
    int64_t repeat_at_ms = account->repeated_at_ms + AFTER_REPEAT_MS;
    if (!account->read)
        return 1;
    bool to_check = account->repeated_at_ms > 0 && account->read_at_ms < repeat_at_ms;
    return to_check && repeat_at_ms < daily_at_ms ? repeat_at_ms : daily_at_ms;
}

bool account_was_read(struct store *store, int64_t now_ms, struct error *err)
{
    return store_write_setting(store, "account_read", "yes", err) &&
           write_instant(store, "account_read_at", now_ms, err);
}

bool account_done(struct engine *engine, int64_t now_ms, struct error *err)
{
    engine->account.read = true;
    engine->account.read_at_ms = now_ms;
    engine->account.rounds = 0;
    return account_was_read(engine->store, now_ms, err);
}

bool account_note_repeat(struct engine *engine, int64_t now_ms, struct error *err)
{
    engine->account.repeated_at_ms = now_ms;
    return write_instant(engine->store, "create_repeated_at", now_ms, err);
}

void account_unreadable(struct engine *engine, const char *why)
{
    struct account_reading *account = &engine->account;
    if (++account->rounds < ROUNDS_MAX)
        return;
    snprintf(account->unreadable, sizeof account->unreadable, "%s", why);
    engine_stop(engine);
}
