/* The pool of workers: each slot carries one request from its intent to its answer. */
#include "base/memory.h"
#include "base/require.h"
#include "base/text.h"
#include "engine/engine_private.h"

#include <stdlib.h>
#include <string.h>

size_t slots_free(const struct engine *engine)
{
    return engine->slot_count - engine->busy_count;
}

struct slot *slot_take(struct engine *engine, enum work work, int64_t now_ms)
{
    REQUIRE(slots_free(engine) > 0);
    struct slot *slot = engine->slots;
    while (slot->work != WORK_NONE)
        slot++;
    slot->work = work;
    slot->submitted = false;
    slot->request = (struct request){.tag = (uint64_t)(slot - engine->slots), .sent_at_ms = now_ms};
    engine->busy_count++;
    return slot;
}

void slot_free(struct engine *engine, struct slot *slot)
{
    free(slot->order_sids);
    slot->order_sids = NULL;
    slot->work = WORK_NONE;
    slot->submitted = false;
    slot->unsendable[0] = '\0';
    slot->loa_id = 0;
    engine->busy_count--;
}

struct slot *slot_of_tag(struct engine *engine, uint64_t tag)
{
    REQUIRE(tag < engine->slot_count && engine->slots[tag].submitted);
    return &engine->slots[tag];
}

bool slot_has_number(const struct engine *engine, int64_t number_id)
{
    for (size_t i = 0; i < engine->slot_count; i++)
        if (engine->slots[i].work == WORK_NUMBER && engine->slots[i].request.number_id == number_id)
            return true;
    return false;
}

bool slot_has_document(const struct engine *engine, int64_t loa_id)
{
    for (size_t i = 0; i < engine->slot_count; i++)
        if (engine->slots[i].work == WORK_DOCUMENT && engine->slots[i].loa_id == loa_id)
            return true;
    return false;
}

/* What cannot even be encoded is a refusal of the row's data, settled with the next turn's answers.
 */
static void submit(struct engine *engine, struct slot *slot)
{
    struct error err = {0};
    slot->submitted = true;
    slot->request.details = &slot->details;
    slot->request.signer = &slot->signer;
    slot->request.order_sids = (const char(*)[SID_BYTES])slot->order_sids;
    if (!engine->executor->ops->submit(engine->executor->self, &slot->request, &err))
        TEXT_SET(slot->unsendable, err.text[0] != '\0' ? err.text : "it cannot be encoded");
    engine->progress.requests++;
}

void slots_submit(struct engine *engine, int64_t now_ms)
{
    for (size_t i = 0; i < engine->slot_count; i++) {
        struct slot *slot = &engine->slots[i];
        if (slot->work == WORK_NONE || slot->submitted)
            continue;
        slot->request.sent_at_ms = now_ms;
        submit(engine, slot);
    }
}

void slots_forget(struct engine *engine)
{
    for (size_t i = 0; i < engine->slot_count; i++)
        if (engine->slots[i].work != WORK_NONE && !engine->slots[i].submitted)
            slot_free(engine, &engine->slots[i]);
}
