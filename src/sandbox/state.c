/* The state as lines of JSON: a head, then orders, documents, addresses and the ledger, each in the
 * order it came to be. Two tables of fields drive both directions. */
#include "sandbox/exchange.h"

#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATE_VERSION = 1, LINE_BYTES_MAX = 4 * 1024 * 1024 };

#define INSTANT_MAX_MS INT64_C(253402300799000) /* the end of the year 9999 */

enum field_kind { FIELD_TEXT, FIELD_OWNED, FIELD_INT32, FIELD_INT64, FIELD_BOOL };

struct field {
    const char *name;
    enum field_kind kind;
    size_t offset;
    size_t bytes;
};

#define ORDER(member, kind)                                                                        \
    {                                                                                              \
#member, kind, offsetof(struct order, member), sizeof(((struct order *)NULL)->member)      \
    }
#define DOCUMENT(member, kind)                                                                     \
    {                                                                                              \
#member, kind, offsetof(struct document, member),                                          \
            sizeof(((struct document *)NULL)->member)                                              \
    }
#define ADDRESS(member, kind)                                                                      \
    {                                                                                              \
#member, kind, offsetof(struct address, member), sizeof(((struct address *)NULL)->member)  \
    }

static const struct field order_fields[] = {
    ORDER(sid, FIELD_TEXT),
    ORDER(account_sid, FIELD_TEXT),
    ORDER(incoming_sid, FIELD_TEXT),
    ORDER(address_sid, FIELD_TEXT),
    ORDER(signing_sid, FIELD_TEXT),
    ORDER(bill_sid, FIELD_TEXT),
    ORDER(phone_number, FIELD_TEXT),
    ORDER(extension, FIELD_TEXT),
    ORDER(code, FIELD_TEXT),
    ORDER(call_sids[0], FIELD_TEXT),
    ORDER(call_sids[1], FIELD_TEXT),
    ORDER(call_sids[2], FIELD_TEXT),
    ORDER(friendly_name, FIELD_OWNED),
    ORDER(unique_name, FIELD_OWNED),
    ORDER(email, FIELD_OWNED),
    ORDER(cc_emails, FIELD_OWNED),
    ORDER(sms_url, FIELD_OWNED),
    ORDER(status_callback_url, FIELD_OWNED),
    ORDER(status_callback_method, FIELD_TEXT),
    ORDER(failure_reason, FIELD_OWNED),
    ORDER(gone, FIELD_BOOL),
    ORDER(released, FIELD_BOOL),
    ORDER(strange, FIELD_BOOL),
    ORDER(attempts, FIELD_INT32),
    ORDER(wrong_keyings, FIELD_INT32),
    ORDER(call_delay, FIELD_INT32),
    ORDER(created_at_ms, FIELD_INT64),
    ORDER(updated_at_ms, FIELD_INT64),
    ORDER(code_until_ms, FIELD_INT64),
    ORDER(next_at_ms, FIELD_INT64),
    ORDER(lapses_at_ms, FIELD_INT64),
};

static const struct field document_fields[] = {
    DOCUMENT(sid, FIELD_TEXT),
    DOCUMENT(account_sid, FIELD_TEXT),
    DOCUMENT(address_sid, FIELD_TEXT),
    DOCUMENT(email, FIELD_OWNED),
    DOCUMENT(cc_emails, FIELD_OWNED),
    DOCUMENT(contact_title, FIELD_OWNED),
    DOCUMENT(contact_phone_number, FIELD_OWNED),
    DOCUMENT(created_at_ms, FIELD_INT64),
    DOCUMENT(updated_at_ms, FIELD_INT64),
    DOCUMENT(sendings, FIELD_INT32),
};

static const struct field address_fields[] = {
    ADDRESS(gone, FIELD_BOOL),
    ADDRESS(sid, FIELD_TEXT),
    ADDRESS(account_sid, FIELD_TEXT),
    ADDRESS(customer_name, FIELD_OWNED),
    ADDRESS(friendly_name, FIELD_OWNED),
    ADDRESS(street, FIELD_OWNED),
    ADDRESS(street_secondary, FIELD_OWNED),
    ADDRESS(city, FIELD_OWNED),
    ADDRESS(region, FIELD_OWNED),
    ADDRESS(postal_code, FIELD_OWNED),
    ADDRESS(iso_country, FIELD_OWNED),
    ADDRESS(created_at_ms, FIELD_INT64),
};

/* ---- out ---- */

struct writer {
    struct buf line;
    sandbox_write_fn write;
    void *context;
};

static void add_value(struct buf *out, const struct field *field, const void *at)
{
    int64_t wide = 0;
    int32_t narrow = 0;
    bool flag = false;
    char *owned = NULL;
    switch (field->kind) {
    case FIELD_TEXT: json_text(out, at); break;
    case FIELD_OWNED:
        memcpy(&owned, at, sizeof owned);
        json_text(out, owned);
        break;
    case FIELD_INT32:
        memcpy(&narrow, at, sizeof narrow);
        buf_addf(out, "%" PRId32, narrow);
        break;
    case FIELD_INT64:
        memcpy(&wide, at, sizeof wide);
        buf_addf(out, "%" PRId64, wide);
        break;
    case FIELD_BOOL:
        memcpy(&flag, at, sizeof flag);
        buf_add_text(out, flag ? "true" : "false");
        break;
    }
}

static void add_fields(struct buf *out, const struct field *fields, size_t count, const void *from)
{
    for (size_t i = 0; i < count; i++) {
        buf_addf(out, ",\"%s\":", fields[i].name);
        add_value(out, &fields[i], (const char *)from + fields[i].offset);
    }
}

static bool end_line(struct writer *writer)
{
    buf_add_text(&writer->line, "}\n");
    bool good = !writer->line.overflow &&
                writer->write(writer->context, buf_text(&writer->line), writer->line.length);
    buf_clear(&writer->line);
    return good;
}

static bool save_head(struct writer *writer, const struct sandbox *sandbox)
{
    buf_addf(&writer->line,
             "{\"numhost_sandbox\":%d,\"seed\":%" PRIu64 ",\"requests\":%" PRIu64
             ",\"started_at_ms\":%" PRId64 ",\"now_ms\":%" PRId64 ",\"ledger_left_out\":%" PRIu64,
             STATE_VERSION, sandbox->seed & INT64_MAX, sandbox->requests, sandbox->started_at_ms,
             sandbox->now_ms, sandbox->ledger_left_out);
    return end_line(writer);
}

static bool save_order(struct writer *writer, const struct order *order)
{
    buf_addf(&writer->line,
             "{\"order\":%" PRIu32 ",\"status\":\"%s\",\"type\":\"%s\",\"coming\":%d", order->index,
             status_name(order->status), verification_type_name(order->verification_type),
             (int)order->coming);
    add_fields(&writer->line, order_fields, COUNT_OF(order_fields), order);
    return end_line(writer);
}

static bool save_document(struct writer *writer, const struct document *document)
{
    struct buf *out = &writer->line;
    buf_addf(out, "{\"document\":%" PRIu32 ",\"status\":\"%s\",\"outcome\":\"%s\"", document->index,
             document_status_name(document->status), document_status_name(document->outcome));
    buf_addf(out, ",\"timer\":%" PRId64 ",\"orders\":[", document->timer.at_ms);
    for (size_t i = 0; i < document->order_count; i++)
        buf_addf(out, "%s%" PRIu32, i > 0 ? "," : "", document->orders[i]);
    buf_add_char(out, ']');
    add_fields(out, document_fields, COUNT_OF(document_fields), document);
    return end_line(writer);
}

static bool save_address(struct writer *writer, const struct address *address)
{
    buf_addf(&writer->line, "{\"address\":%" PRIu32, address->index);
    add_fields(&writer->line, address_fields, COUNT_OF(address_fields), address);
    return end_line(writer);
}

static bool save_ledger_entry(struct writer *writer, const struct ledger_entry *entry)
{
    int64_t order = entry->order != LOOKUP_NONE ? (int64_t)entry->order : -1;
    int64_t document = entry->document != LOOKUP_NONE ? (int64_t)entry->document : -1;
    buf_addf(&writer->line,
             "{\"ledger\":%" PRIu64 ",\"at_ms\":%" PRId64 ",\"order_index\":%" PRId64
             ",\"document_index\":%" PRId64 ",\"status_code\":%" PRId32,
             entry->ordinal, entry->at_ms, order, document, entry->status_code);
    buf_addf(&writer->line, ",\"operation\":\"%s\",\"effect\":\"%s\",\"fault\":\"%s\",\"phone\":",
             sandbox_operation_name((enum sandbox_operation)entry->operation),
             sandbox_effect_name((enum sandbox_effect)entry->effect),
             fault_of((enum fault_kind)entry->fault)->name);
    json_text(&writer->line, entry->phone_number);
    return end_line(writer);
}

bool sandbox_save(const struct sandbox *sandbox, sandbox_write_fn write, void *context)
{
    struct writer writer = {.write = write, .context = context};
    buf_init(&writer.line, LINE_BYTES_MAX);
    bool good = save_head(&writer, sandbox);
    for (uint32_t i = 0; good && i < sandbox->order_count; i++)
        good = save_order(&writer, sandbox->orders[i]);
    for (uint32_t i = 0; good && i < sandbox->document_count; i++)
        good = save_document(&writer, sandbox->documents[i]);
    for (uint32_t i = 0; good && i < sandbox->address_count; i++)
        good = save_address(&writer, sandbox->addresses[i]);
    for (size_t i = 0; good && i < sandbox->ledger_count; i++)
        good = save_ledger_entry(&writer, &sandbox->ledger[i]);
    buf_done(&writer.line);
    return good;
}

/* ---- in ---- */

static const char *text_of(const json_t *line, const char *key)
{
    const char *text = json_string_value(json_object_get(line, key));
    return text != NULL ? text : "";
}

static int64_t int_of(const json_t *line, const char *key)
{
    return (int64_t)json_integer_value(json_object_get(line, key));
}

/* What comes later is reckoned from instants, so none may be near the end of their range. */
static bool is_instant(int64_t at_ms)
{
    return at_ms >= 0 && at_ms <= INSTANT_MAX_MS;
}

static bool is_count(int64_t count)
{
    return count >= 0 && count <= INT64_C(1) << 53;
}

static bool read_value(const struct field *field, const json_t *value, char *to)
{
    int64_t wide = (int64_t)json_integer_value(value);
    int32_t narrow = (int32_t)wide;
    bool flag = json_is_true(value);
    char *owned = NULL;
    switch (field->kind) {
    case FIELD_TEXT: text_copy(to, field->bytes, json_string_value(value)); return true;
    case FIELD_OWNED:
        text_replace(&owned, json_string_value(value));
        memcpy(to, &owned, sizeof owned);
        return true;
    case FIELD_INT32: memcpy(to, &narrow, sizeof narrow); return wide >= 0 && wide < INT32_MAX;
    case FIELD_INT64: memcpy(to, &wide, sizeof wide); return is_instant(wide);
    case FIELD_BOOL: memcpy(to, &flag, sizeof flag); return true;
    }
    return false;
}

static bool read_fields(const json_t *line, const struct field *fields, size_t count, void *to)
{
    bool good = true;
    for (size_t i = 0; i < count; i++)
        good &= read_value(&fields[i], json_object_get(line, fields[i].name),
                           (char *)to + fields[i].offset);
    return good;
}

static bool load_order(struct sandbox *sandbox, const json_t *line)
{
    enum status status = STATUS_QUEUED;
    int64_t coming = int_of(line, "coming");
    bool nothing_comes = int_of(line, "next_at_ms") == 0;
    if (!status_parse(text_of(line, "status"), &status) || coming < COMING_NOTHING ||
        coming > COMING_TESTED || (coming == COMING_NOTHING) != nothing_comes ||
        text_of(line, "phone_number")[0] == '\0')
        return false;
    struct order *order = order_new(sandbox, text_of(line, "phone_number"));
    if (order == NULL || !read_fields(line, order_fields, COUNT_OF(order_fields), order))
        return false;
    if (order->attempts > CALLS_MAX)
        order->attempts = CALLS_MAX;
    order->status = status;
    order->begun = true;
    if (!verification_type_parse(text_of(line, "type"), &order->verification_type))
        return false;
    order_file(sandbox, order);
    order_set_coming(sandbox, order, (enum coming)coming, order->next_at_ms);
    return true;
}

static bool load_orders_of(struct sandbox *sandbox, struct document *document, const json_t *list)
{
    size_t count = json_array_size(list);
    document->orders = memory_new(count, sizeof document->orders[0]);
    for (size_t i = 0; i < count; i++) {
        int64_t index = (int64_t)json_integer_value(json_array_get(list, i));
        if (index < 0 || index >= sandbox->order_count)
            return false;
        document->orders[document->order_count++] = (uint32_t)index;
    }
    return count > 0;
}

static bool load_document(struct sandbox *sandbox, const json_t *line)
{
    struct document *document = document_new(sandbox);
    if (!read_fields(line, document_fields, COUNT_OF(document_fields), document) ||
        !is_instant(int_of(line, "timer")) ||
        !load_orders_of(sandbox, document, json_object_get(line, "orders")) ||
        !document_status_parse(text_of(line, "status"), &document->status) ||
        !document_status_parse(text_of(line, "outcome"), &document->outcome))
        return false;
    lookup_put(&sandbox->document_by_sid, document->index);
    timers_set(&sandbox->timers, &document->timer, int_of(line, "timer"));
    return true;
}

static bool load_address(struct sandbox *sandbox, const json_t *line)
{
    struct address *address = address_new(sandbox);
    if (!read_fields(line, address_fields, COUNT_OF(address_fields), address))
        return false;
    if (!address->gone)
        lookup_put(&sandbox->address_by_sid, address->index);
    return true;
}

static bool load_ledger_entry(struct sandbox *sandbox, const json_t *line)
{
    enum sandbox_operation operation = SANDBOX_UNKNOWN;
    enum sandbox_effect effect = EFFECT_NONE;
    enum fault_kind fault = FAULT_NONE;
    int64_t order = int_of(line, "order_index");
    int64_t document = int_of(line, "document_index");
    if (!sandbox_operation_parse(text_of(line, "operation"), &operation) ||
        !sandbox_effect_parse(text_of(line, "effect"), &effect) ||
        !fault_parse(text_of(line, "fault"), &fault) || !is_instant(int_of(line, "at_ms")) ||
        !is_count(int_of(line, "ledger")) || order < -1 || document < -1 ||
        order >= sandbox->order_count || document >= sandbox->document_count ||
        (effect == EFFECT_LOA_SENT && document < 0))
        return false;
    struct ledger_entry entry = {
        .at_ms = int_of(line, "at_ms"),
        .ordinal = (uint64_t)int_of(line, "ledger"),
        .order = order >= 0 ? (uint32_t)order : LOOKUP_NONE,
        .document = document >= 0 ? (uint32_t)document : LOOKUP_NONE,
        .status_code = (int32_t)int_of(line, "status_code"),
        .operation = (uint8_t)operation,
        .effect = (uint8_t)effect,
        .fault = (uint8_t)fault,
    };
    TEXT_SET(entry.phone_number, text_of(line, "phone"));
    ledger_add(sandbox, &entry);
    return true;
}

static bool load_head(struct sandbox *sandbox, const json_t *line)
{
    if (int_of(line, "numhost_sandbox") != STATE_VERSION ||
        !is_instant(int_of(line, "started_at_ms")) || !is_instant(int_of(line, "now_ms")) ||
        !is_count(int_of(line, "requests")) || !is_count(int_of(line, "ledger_left_out")))
        return false;
    sandbox->seed = (uint64_t)int_of(line, "seed");
    sandbox->requests = (uint64_t)int_of(line, "requests");
    sandbox->started_at_ms = int_of(line, "started_at_ms");
    sandbox->now_ms = int_of(line, "now_ms");
    sandbox->ledger_left_out = (uint64_t)int_of(line, "ledger_left_out");
    return true;
}

bool sandbox_load_line(struct sandbox *sandbox, const char *line, size_t bytes, struct error *err)
{
    static const struct {
        const char *key;
        bool (*load)(struct sandbox *sandbox, const json_t *line);
    } loaders[] = {{"numhost_sandbox", load_head},
                   {"order", load_order},
                   {"document", load_document},
                   {"address", load_address},
                   {"ledger", load_ledger_entry}};
    json_t *json =
        bytes <= LINE_BYTES_MAX ? json_loadb(line, bytes, JSON_REJECT_DUPLICATES, NULL) : NULL;
    bool good = false;
    for (size_t i = 0; json != NULL && i < COUNT_OF(loaders); i++) {
        if (json_object_get(json, loaders[i].key) != NULL) {
            good = loaders[i].load(sandbox, json);
            break;
        }
    }
    json_decref(json);
    if (good)
        return true;
    return error_set(err, ERROR_INPUT, "is not a line of a sandbox's state of version %d",
                     STATE_VERSION);
}
