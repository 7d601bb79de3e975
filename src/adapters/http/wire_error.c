#include "adapters/http/wire_parts.h"
#include "base/clock.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ERROR_CODE_MAX = 9999999 };

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

/* "https://www.twilio.com/docs/errors/20404" names the code too; 0 when it does not. */
static int32_t code_in_address(const char *address)
{
    const char *last = strrchr(address, '/');
    long long code = 0;
    if (last == NULL || !text_to_int(last + 1, 1, ERROR_CODE_MAX, &code))
        return 0;
    return (int32_t)code;
}

static int32_t code_of(const json_t *error)
{
    static const char *const addresses[] = {"more_info", "infoUrl", "type"};
    const json_t *code = json_object_get(error, "code");
    long long value = json_integer_value(code);
    bool given = json_is_integer(code) && value > 0 && value <= ERROR_CODE_MAX;
    if (given ||
        (json_is_string(code) && text_to_int(json_string_value(code), 1, ERROR_CODE_MAX, &value)))
        return (int32_t)value;
    int32_t found = 0;
    for (size_t i = 0; i < COUNT_OF(addresses) && found == 0; i++)
        found = code_in_address(text_of(error, addresses[i]));
    return found;
}

/* message, else title; with detail behind it where it says more. */
static void message_of(const json_t *error, struct answer *answer)
{
    char joined[MESSAGE_BYTES * 2];
    const char *first = text_of(error, "message");
    const char *detail = text_of(error, "detail");
    if (first[0] == '\0')
        first = text_of(error, "title");
    bool both = first[0] != '\0' && detail[0] != '\0' && strcmp(first, detail) != 0;
    snprintf(joined, sizeof joined, "%s%s%s", first, both ? ": " : "",
             both || first[0] == '\0' ? detail : "");
    wire_clean_text(answer->message, sizeof answer->message, joined,
                    answer->operation == OPERATION_POST_CODE ? WIRE_SECRET_DIGITS_OF_CODES
                                                             : WIRE_SECRET_DIGITS);
}

void wire_read_error(const struct http_response *response, struct answer *answer)
{
    json_t *root = wire_load_json(&response->body, NULL);
    if (root == NULL)
        return;
    const json_t *listed = json_array_get(json_object_get(root, "errors"), 0);
    const json_t *error = json_is_object(listed) ? listed : root;
    answer->code = code_of(error);
    message_of(error, answer);
    json_decref(root);
}

static int64_t clamped(int64_t wait_ms)
{
    return wait_ms < DAY_MS ? wait_ms : DAY_MS;
}

bool wire_retry_after(const struct http_response *response, int64_t received_at_ms,
                      int64_t *wait_ms)
{
    const char *value = response->retry_after;
    size_t digits = strspn(value, "0123456789");
    if (digits > 0 && value[digits] == '\0') {
        *wait_ms = digits > 9 ? DAY_MS : clamped(strtoll(value, NULL, 10) * SECOND_MS);
        return true;
    }
    int64_t until_ms = 0;
    int64_t from_ms = 0;
    if (!clock_parse(value, &until_ms))
        return false;
    /* The service's own clock where it shows it: ours may be wrong by a day. */
    if (!clock_parse(response->date, &from_ms))
        from_ms = received_at_ms;
    if (from_ms <= 0 || until_ms < from_ms)
        return false;
    *wait_ms = clamped(until_ms - from_ms);
    return true;
}
