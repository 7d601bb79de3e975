#include "engine/import_places.h"

#include "base/text.h"

#include <string.h>

static void note_taken(struct import_places *places, int64_t line)
{
    if (line > places->last_line)
        places->last_line = line;
}

static bool note_line(void *context, const struct number_view *view)
{
    note_taken(context, view->number.line);
    return true;
}

static bool find_end(struct import_places *places, int64_t *kept, struct error *err)
{
    struct selector selector = {.all = true};
    (void)TEXT_SET(selector.batch, places->batch);
    note_taken(places, 1); /* the header */
    if (!places->knows_end &&
        !store_each_number(places->store, &selector, true, note_line, places, err))
        return false;
    places->knows_end = true;
    *kept = ++places->last_line;
    return true;
}

bool import_places_line(struct import_places *places, int64_t replaced, int64_t *kept,
                        struct error *err)
{
    *kept = replaced;
    places->is_rejects_file = places->is_rejects_file || replaced > 0;
    note_taken(places, replaced); /* of a batch that is not there yet, or was there elsewhere */
    places->is_added = replaced == 0 && places->is_rejects_file;
    if (!places->is_added || places->store == NULL)
        return true;
    return find_end(places, kept, err);
}

static bool note_batch(void *context, const struct batch *batch)
{
    struct import_places *places = context;
    if (strcmp(batch->name, places->batch) == 0)
        places->batch_id = batch->id;
    return places->batch_id == 0;
}

static bool find_batch(struct import_places *places, struct error *err)
{
    return places->batch_id != 0 || store_each_batch(places->store, note_batch, places, err);
}

bool import_places_number(struct import_places *places, const char *phone_number, int64_t *kept,
                          bool *elsewhere, struct error *err)
{
    struct number number;
    bool found = false;
    *elsewhere = false;
    if (places->store == NULL)
        return true;
    if (!find_batch(places, err) ||
        !store_find_by_phone(places->store, phone_number, &number, &found, err))
        return false;
    *elsewhere = found && number.batch_id != places->batch_id;
    if (!found)
        return find_end(places, kept, err);
    if (!*elsewhere)
        *kept = number.line;
    return true;
}

bool import_places_holder(struct import_places *places, const char *phone_number, int64_t kept,
                          int64_t *other_line, struct error *err)
{
    struct number number;
    bool found = false;
    *other_line = 0;
    if (places->store == NULL || kept == 0)
        return true;
    if (!find_batch(places, err) ||
        !store_find_by_phone(places->store, phone_number, &number, &found, err))
        return false;
    if (found && number.batch_id == places->batch_id && number.line != kept)
        *other_line = number.line;
    return true;
}
