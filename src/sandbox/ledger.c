#include "sandbox/exchange.h"

#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void ledger_request_id(const struct sandbox *sandbox, uint64_t ordinal, char to[SID_BYTES])
{
    draw_sid(to, SID_BYTES, sandbox->seed, "RQ", "request", ordinal);
}

void ledger_add(struct sandbox *sandbox, const struct ledger_entry *entry)
{
    bool matters = entry->effect != EFFECT_NONE || entry->fault != FAULT_NONE;
    if (sandbox->ledger_count >= SANDBOX_LEDGER_MAX && !matters) {
        sandbox->ledger_left_out++;
        return;
    }
    if (sandbox->ledger_count == sandbox->ledger_capacity) {
        sandbox->ledger_capacity =
            sandbox->ledger_capacity > 0 ? sandbox->ledger_capacity * 2 : 1024;
        sandbox->ledger =
            memory_resize(sandbox->ledger, sandbox->ledger_capacity * sizeof sandbox->ledger[0]);
    }
    sandbox->ledger[sandbox->ledger_count++] = *entry;
}

static struct ledger_line line_of(const struct sandbox *sandbox, const struct ledger_entry *entry,
                                  const char *request_id)
{
    const struct order *order = entry->order != LOOKUP_NONE ? sandbox->orders[entry->order] : NULL;
    const struct document *document =
        entry->document != LOOKUP_NONE ? sandbox->documents[entry->document] : NULL;
    return (struct ledger_line){
        .at_ms = entry->at_ms,
        .request_id = request_id,
        .operation = (enum sandbox_operation)entry->operation,
        .phone_number = order != NULL ? order->phone_number : entry->phone_number,
        .order_sid = order != NULL ? order->sid : "",
        .effect = (enum sandbox_effect)entry->effect,
        .fault = fault_of((enum fault_kind)entry->fault)->name,
        .status_code = entry->status_code,
        .document_sid = document != NULL ? document->sid : "",
    };
}

static const char **sids_of(const struct sandbox *sandbox, const struct document *document)
{
    const char **sids = memory_new(document->order_count, sizeof *sids);
    for (size_t i = 0; i < document->order_count; i++)
        sids[i] = sandbox->orders[document->orders[i]]->sid;
    return sids;
}

void sandbox_each_ledger_line(const struct sandbox *sandbox, size_t first, ledger_fn each,
                              void *context)
{
    bool goes_on = true;
    for (size_t i = first; i < sandbox->ledger_count && goes_on; i++) {
        const struct ledger_entry *entry = &sandbox->ledger[i];
        char request_id[SID_BYTES];
        ledger_request_id(sandbox, entry->ordinal, request_id);
        struct ledger_line line = line_of(sandbox, entry, request_id);
        const char **sids = NULL;
        if (entry->effect == EFFECT_LOA_SENT) {
            const struct document *document = sandbox->documents[entry->document];
            sids = sids_of(sandbox, document);
            line.order_sids = sids;
            line.order_count = document->order_count;
        }
        goes_on = each(context, &line);
        free(sids);
    }
}

void ledger_add_json(struct buf *out, const struct ledger_line *line)
{
    buf_add_text(out, "{\"at\": ");
    json_iso_date(out, line->at_ms);
    buf_addf(out, ", \"at_ms\": %" PRId64 ", \"request_id\": \"%s\", \"operation\": \"%s\"",
             line->at_ms, line->request_id, sandbox_operation_name(line->operation));
    buf_add_text(out, ", \"phone_number\": ");
    json_text(out, line->phone_number);
    buf_addf(out, ", \"order_sid\": \"%s\", \"effect\": \"%s\", \"fault\": \"%s\"", line->order_sid,
             sandbox_effect_name(line->effect), line->fault);
    buf_addf(out, ", \"status_code\": %" PRId32, line->status_code);
    if (line->document_sid[0] != '\0')
        buf_addf(out, ", \"document_sid\": \"%s\"", line->document_sid);
    for (size_t i = 0; i < line->order_count; i++)
        buf_addf(out, "%s\"%s\"", i == 0 ? ", \"order_sids\": [" : ", ", line->order_sids[i]);
    buf_add_text(out, line->order_count > 0 ? "]}\n" : "}\n");
}
