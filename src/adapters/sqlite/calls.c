/* Which phones may ring: one number a site, sites in turn. A site is one step down the index,
 * however many numbers wait there (a loose scan). */
#include "adapters/sqlite/rows.h"
#include "base/memory.h"

#include <stdlib.h>

struct taking {
    struct store *store;
    int64_t now_ms;
    int32_t per_site_max;
    struct number *out;
    int64_t *places; /* of out[0..count) */
    size_t max;
    size_t count;
    struct error *err;
};

/* The first number of the next place. */
struct candidate {
    int64_t place;
    int64_t due_at_ms;
    int64_t id;
    bool found;
};

static bool next_place(struct taking *taking, int64_t urgency, int64_t after, struct candidate *out)
{
    *out = (struct candidate){.found = false};
    sqlite3_stmt *statement = sql_start(taking->store, SQL_CALL_NEXT_PLACE,
                                        VALUES(of_int(urgency), of_int(after)), taking->err);
    if (statement == NULL || !sql_next(taking->store, statement, &out->found, taking->err))
        return false;
    if (!out->found)
        return true;
    out->place = sqlite3_column_int64(statement, 0);
    out->due_at_ms = sqlite3_column_int64(statement, 1);
    out->id = sqlite3_column_int64(statement, 2);
    sqlite3_reset(statement);
    return true;
}

static bool is_free(struct taking *taking, int64_t place, bool *yes)
{
    int64_t open = 0;
    *yes = false;
    for (size_t i = 0; i < taking->count; i++)
        if (taking->places[i] == place)
            return true;
    if (!sql_int(taking->store, SQL_CALL_PLACE_OPEN, VALUES(of_int(place), of_int(taking->now_ms)),
                 &open, NULL, taking->err))
        return false;
    *yes = open < taking->per_site_max;
    return true;
}

static bool take_candidate(struct taking *taking, const struct candidate *candidate)
{
    bool yes = false;
    bool found = false;
    if (candidate->due_at_ms > taking->now_ms)
        return true;
    if (!is_free(taking, candidate->place, &yes))
        return false;
    if (!yes)
        return true;
    if (!store_find_number(taking->store, candidate->id, &taking->out[taking->count], &found,
                           taking->err))
        return false;
    if (found)
        taking->places[taking->count++] = candidate->place;
    return true;
}

/* Numbers without a site count for themselves. */
static bool take_without_place(struct taking *taking, int64_t urgency)
{
    size_t got = 0;
    size_t room = taking->max - taking->count;
    sqlite3_stmt *statement = sql_start(
        taking->store, SQL_CALL_NO_PLACE,
        VALUES(of_int(urgency), of_int(taking->now_ms), of_int((int64_t)room)), taking->err);
    if (!sql_read_numbers(taking->store, statement, taking->out + taking->count, room, &got,
                          taking->err))
        return false;
    for (size_t i = 0; i < got; i++)
        taking->places[taking->count++] = 0;
    return true;
}

/* Places in (after, last]. */
static bool take_places(struct taking *taking, int64_t urgency, int64_t after, int64_t last)
{
    struct candidate candidate = {.place = after, .found = true};
    while (taking->count < taking->max) {
        if (!next_place(taking, urgency, candidate.place, &candidate))
            return false;
        if (!candidate.found || candidate.place > last)
            return true;
        bool ok = candidate.place == 0 ? take_without_place(taking, urgency)
                                       : take_candidate(taking, &candidate);
        if (!ok)
            return false;
    }
    return true;
}

bool store_take_calls(struct store *store, int64_t now_ms, int32_t per_site_max, struct number *out,
                      size_t max, size_t *count, struct error *err)
{
    struct taking taking = {.store = store,
                            .now_ms = now_ms,
                            .per_site_max = per_site_max,
                            .out = out,
                            .max = max,
                            .err = err};
    taking.places = memory_new(max, sizeof *taking.places);
    int64_t turn = store->last_call_place;
    bool ok = true;
    for (int64_t urgency = URGENCY_LAPSING; ok && urgency >= 0; urgency--)
        ok = take_places(&taking, urgency, turn, INT64_MAX) &&
             take_places(&taking, urgency, -1, turn);
    *count = taking.count;
    if (taking.count > 0)
        store->last_call_place = taking.places[taking.count - 1];
    free(taking.places);
    return ok;
}
