#include "sandbox/params.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* In place; a '%' that begins no escape stays. False for an encoded or plain NUL, and for what is
 * not UTF-8 then: it would be no JSON in an answer or a saved state. */
static bool decode(char *const text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++, to++) {
        *to = *from == '+' ? ' ' : *from;
        if (*from != '%' || hex_value(from[1]) < 0 || hex_value(from[2]) < 0)
            continue;
        *to = (char)(hex_value(from[1]) * 16 + hex_value(from[2]));
        if (*to == '\0')
            return false;
        from += 2;
    }
    *to = '\0';
    return text_is_utf8(text, (size_t)(to - text));
}

static bool add_item(struct params *params, char *pair)
{
    char *equals = strchr(pair, '=');
    char *value = equals != NULL ? equals + 1 : pair + strlen(pair);
    if (equals != NULL)
        *equals = '\0';
    params->items[params->count++] = (struct param){.name = pair, .value = value};
    return decode(pair) && (value[0] == '\0' || decode(value));
}

static size_t count_pairs(const char *text)
{
    size_t count = 1;
    for (; *text != '\0'; text++)
        count += *text == '&' ? 1 : 0;
    return count;
}

bool params_parse(struct params *params, const char *text, size_t bytes)
{
    *params = (struct params){0};
    if (text == NULL || bytes == 0)
        return true;
    if (memchr(text, '\0', bytes) != NULL)
        return false;
    params->text = memory_new(bytes + 1, 1);
    memcpy(params->text, text, bytes);
    size_t pairs = count_pairs(params->text);
    bool fits = pairs <= PARAMS_MAX;
    params->items = memory_new(fits ? pairs : 1, sizeof params->items[0]);
    char *rest = params->text;
    while (fits && rest != NULL) {
        char *pair = strsep(&rest, "&");
        if (pair[0] != '\0')
            fits = add_item(params, pair);
    }
    if (!fits)
        params_done(params);
    return fits;
}

void params_done(struct params *params)
{
    free(params->items);
    free(params->text);
    *params = (struct params){0};
}

const char *params_next(const struct params *params, const char *name, size_t *at)
{
    while (*at < params->count) {
        const struct param *item = &params->items[(*at)++];
        if (strcmp(item->name, name) == 0)
            return item->value;
    }
    return NULL;
}

const char *params_get(const struct params *params, const char *name)
{
    size_t at = 0;
    return params_next(params, name, &at);
}
