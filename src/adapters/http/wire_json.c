#include "adapters/http/wire_parts.h"
#include "base/clock.h"
#include "base/text.h"

#include <string.h>

enum field_kind {
    FIELD_SID,     /* exact: longer than its place is an error */
    FIELD_WHOLE,   /* exact, any text */
    FIELD_PEOPLE,  /* for people: cleaned and cut */
    FIELD_COUNT,   /* 0 .. INT32_MAX */
    FIELD_INSTANT, /* 0 where it is no date we can read: nothing depends on it */
};

struct field {
    const char *key;
    enum field_kind kind;
    size_t offset;
    size_t bytes;
};

#define FIELD_AS(type, member, name, kind_)                                                        \
    {                                                                                              \
        .key = (name), .kind = (kind_), .offset = offsetof(struct type, member),                   \
        .bytes = sizeof(((struct type *)NULL)->member)                                             \
    }
#define FIELD(type, member, kind_) FIELD_AS(type, member, #member, kind_)

static const struct field order_fields[] = {
    FIELD(order_seen, sid, FIELD_SID),
    FIELD(order_seen, account_sid, FIELD_SID),
    FIELD(order_seen, incoming_phone_number_sid, FIELD_SID),
    FIELD(order_seen, address_sid, FIELD_SID),
    FIELD(order_seen, signing_document_sid, FIELD_SID),
    FIELD(order_seen, verification_document_sid, FIELD_SID),
    FIELD(order_seen, phone_number, FIELD_WHOLE),
    FIELD(order_seen, unique_name, FIELD_WHOLE),
    FIELD(order_seen, email, FIELD_WHOLE),
    FIELD(order_seen, verification_code, FIELD_WHOLE),
    FIELD(order_seen, failure_reason, FIELD_PEOPLE),
    FIELD(order_seen, verification_attempts, FIELD_COUNT),
    FIELD_AS(order_seen, date_created_at_ms, "date_created", FIELD_INSTANT),
    FIELD_AS(order_seen, date_updated_at_ms, "date_updated", FIELD_INSTANT),
};

static const struct field document_fields[] = {
    FIELD(document_seen, sid, FIELD_SID),
    FIELD(document_seen, address_sid, FIELD_SID),
    FIELD(document_seen, email, FIELD_WHOLE),
    FIELD_AS(document_seen, date_created_at_ms, "date_created", FIELD_INSTANT),
};

static bool unreadable(struct error *err, const char *key, const char *what)
{
    return error_set(err, ERROR_OTHER, "%s %s", key, what);
}

static bool is_sid_or_empty(const char *text)
{
    return text[0] == '\0' || wire_is_sid(text, text);
}

static bool read_text(const json_t *value, const struct field *field, char *to, struct error *err)
{
    if (!json_is_string(value))
        return unreadable(err, field->key, "is not a text");
    const char *text = json_string_value(value);
    if (field->kind == FIELD_PEOPLE)
        wire_clean_text(to, field->bytes, text, WIRE_SECRET_DIGITS);
    else if (!text_copy(to, field->bytes, text))
        return unreadable(err, field->key, "is too long");
    if (field->kind == FIELD_SID && !is_sid_or_empty(to))
        return unreadable(err, field->key, "is not a SID");
    return true;
}

static bool read_count(const json_t *value, const struct field *field, void *to, struct error *err)
{
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 0 || number > INT32_MAX)
        return unreadable(err, field->key, "is not a count");
    int32_t count = (int32_t)number;
    memcpy(to, &count, sizeof count);
    return true;
}

static bool read_instant(const json_t *value, const struct field *field, void *to,
                         struct error *err)
{
    int64_t at_ms = 0;
    if (!json_is_string(value))
        return unreadable(err, field->key, "is not a date");
    if (!clock_parse(json_string_value(value), &at_ms) || at_ms < 0)
        at_ms = 0;
    memcpy(to, &at_ms, sizeof at_ms);
    return true;
}

/* An absent field and a null leave what is there: zero, or that it is not told. */
static bool read_field(const json_t *object, const struct field *field, char *record,
                       struct error *err)
{
    const json_t *value = json_object_get(object, field->key);
    char *to = record + field->offset;
    if (value == NULL || json_is_null(value))
        return true;
    switch (field->kind) {
    case FIELD_SID:
    case FIELD_WHOLE:
    case FIELD_PEOPLE: return read_text(value, field, to, err);
    case FIELD_COUNT: return read_count(value, field, to, err);
    case FIELD_INSTANT: return read_instant(value, field, to, err);
    }
    return true;
}

static bool read_fields(const json_t *object, const struct field *fields, size_t count,
                        void *record, struct error *err)
{
    if (!json_is_object(object))
        return error_set(err, ERROR_OTHER, "it is not a JSON object");
    for (size_t i = 0; i < count; i++)
        if (!read_field(object, &fields[i], record, err))
            return false;
    return true;
}

static bool read_word(const json_t *object, char *word, struct error *err)
{
    const char *text = json_string_value(json_object_get(object, "status"));
    if (text == NULL || text[0] == '\0')
        return unreadable(err, "status", "is missing");
    wire_clean_text(word, STATUS_WORD_BYTES, text, WIRE_SECRET_DIGITS);
    return true;
}

/* null, [], a list of texts, and the bare text of 2018 (service.md 1.3). */
static bool read_call_count(const json_t *object, struct order_seen *order, struct error *err)
{
    const json_t *calls = json_object_get(object, "verification_call_sids");
    if (calls == NULL || json_is_null(calls))
        return true;
    if (json_is_string(calls)) {
        order->call_count = json_string_length(calls) > 0 ? 1 : 0;
        return true;
    }
    if (!json_is_array(calls))
        return unreadable(err, "verification_call_sids", "is not a list");
    order->call_count = (int32_t)json_array_size(calls);
    for (size_t i = 0; i < json_array_size(calls); i++)
        if (!json_is_string(json_array_get(calls, i)))
            return unreadable(err, "verification_call_sids", "is not a list of texts");
    return true;
}

/* A type we do not know reads as phone-call, the service's default. */
static bool read_verification_type(const json_t *object, struct order_seen *order,
                                   struct error *err)
{
    const json_t *type = json_object_get(object, "verification_type");
    if (type == NULL || json_is_null(type))
        return true;
    if (!json_is_string(type))
        return unreadable(err, "verification_type", "is not a text");
    if (!verification_type_parse(json_string_value(type), &order->verification_type))
        order->verification_type = VERIFICATION_PHONE_CALL;
    return true;
}

static bool is_phone_or_empty(const char *text)
{
    return text[0] == '\0' || (text[0] == '+' && text[1] != '\0' &&
                               strspn(text + 1, "0123456789") == strlen(text + 1));
}

/* Codes are keyed on a phone and shown on a terminal: nothing but digits. */
static bool is_code_or_empty(const char *text)
{
    return strspn(text, "0123456789") == strlen(text);
}

bool wire_read_order(const json_t *value, struct order_seen *order, struct error *err)
{
    *order = (struct order_seen){.verification_attempts = ATTEMPTS_NOT_TOLD};
    if (!read_fields(value, order_fields, COUNT_OF(order_fields), order, err) ||
        !read_word(value, order->status_word, err) || !read_call_count(value, order, err) ||
        !read_verification_type(value, order, err))
        return false;
    if (!wire_is_sid(order->sid, "HR"))
        return unreadable(err, "sid", "is not HR...");
    if (!is_phone_or_empty(order->phone_number))
        return unreadable(err, "phone_number", "is not in E.164");
    if (!is_code_or_empty(order->verification_code))
        return unreadable(err, "verification_code", "is not made of digits");
    order->status_known =
        status_parse(order->status_word, &order->status) && status_is_remote(order->status);
    return true;
}

bool wire_read_document(const json_t *value, struct document_seen *document, struct error *err)
{
    char word[STATUS_WORD_BYTES];
    *document = (struct document_seen){0};
    if (!read_fields(value, document_fields, COUNT_OF(document_fields), document, err) ||
        !read_word(value, word, err))
        return false;
    if (!wire_is_sid(document->sid, "PX"))
        return unreadable(err, "sid", "is not PX...");
    if (!document_status_parse(word, &document->status))
        document->status = DOCUMENT_UNKNOWN;
    return true;
}

/* One pass before the parser: an answer of "[{},{},..." within the size allowed would cost a
 * hundred times its size in memory. Counts what a value begins or ends with, outside of texts. */
static bool is_within_ceilings(const char *text, size_t bytes)
{
    size_t depth = 0;
    size_t values = 0;
    bool quoted = false;
    for (size_t i = 0; i < bytes; i++) {
        char c = text[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '{' || c == '['))
            depth++;
        else if (!quoted && (c == '}' || c == ']'))
            depth -= depth > 0 ? 1 : 0;
        if (!quoted && (c == ',' || c == '{' || c == '['))
            values++;
        if (depth > WIRE_JSON_DEPTH_MAX || values > WIRE_JSON_VALUES_MAX)
            return false;
    }
    return true;
}

json_t *wire_load_json(const struct buf *body, struct error *err)
{
    json_error_t where;
    if (!is_within_ceilings(buf_text(body), body->length)) {
        error_set(err, ERROR_OTHER, "it is nested too deep or has too many values");
        return NULL;
    }
    json_t *root = json_loadb(buf_text(body), body->length, JSON_REJECT_DUPLICATES, &where);
    if (root == NULL)
        error_set(err, ERROR_OTHER, "it is not JSON (byte %d)", where.position);
    return root;
}
