/* Any bytes as a form or query: what is decoded keeps within its bounds, and written and decoded
 * again it is the same. What the client's encoder writes, the sandbox reads as it was. */
#include "adapters/http/form.h"
#include "base/text.h"
#include "fuzz/fuzz.h"
#include "sandbox/params.h"

enum { FORM_BYTES_MAX = 1024 * 1024, LIST_MAX = 64 };

static void add_escaped(struct buf *out, const char *text)
{
    struct form form = {.out = out};
    form_add(&form, "", text); /* "=..." */
}

/* name=value, both escaped. */
static void write_params(const struct params *params, struct buf *out)
{
    for (size_t i = 0; i < params->count; i++) {
        struct buf name;
        buf_init(&name, FORM_BYTES_MAX);
        add_escaped(&name, params->items[i].name);
        buf_addf(out, "%s%s", i > 0 ? "&" : "", name.length > 0 ? buf_text(&name) + 1 : "");
        add_escaped(out, params->items[i].value);
        if (params->items[i].value[0] == '\0')
            buf_add_char(out, '=');
        buf_done(&name);
    }
}

static void check_same(const struct params *a, const struct params *b)
{
    REQUIRE(a->count == b->count);
    for (size_t i = 0; i < a->count; i++) {
        REQUIRE(strcmp(a->items[i].name, b->items[i].name) == 0);
        REQUIRE(strcmp(a->items[i].value, b->items[i].value) == 0);
    }
}

static void decode(const char *text, size_t bytes)
{
    struct params params;
    struct params again;
    struct buf out;
    size_t decoded = 0;
    if (!params_parse(&params, text, bytes)) {
        REQUIRE(params.items == NULL && params.text == NULL && params.count == 0);
        return;
    }
    for (size_t i = 0; i < params.count; i++)
        decoded += strlen(params.items[i].name) + strlen(params.items[i].value);
    REQUIRE(params.count <= PARAMS_MAX && decoded <= bytes);
    buf_init(&out, FORM_BYTES_MAX);
    write_params(&params, &out);
    REQUIRE(!out.overflow);
    bool good = params_parse(&again, buf_text(&out), out.length);
    REQUIRE(good);
    check_same(&params, &again);
    params_done(&params);
    params_done(&again);
    buf_done(&out);
}

/* One value whole, the same cut to 64 characters, and as a list. */
static void encode(const char *value)
{
    struct buf out;
    struct params params;
    buf_init(&out, FORM_BYTES_MAX);
    struct form form = form_query(&out);
    form_add(&form, "Whole", value);
    form_add_cut(&form, "Cut", value, 64);
    form_add_each(&form, "Each", value, ';');
    REQUIRE(!out.overflow && strspn(buf_text(&out), "\r\n \t\"<>") == 0);
    bool good = params_parse(&params, out.length > 0 ? buf_text(&out) + 1 : "",
                             out.length > 0 ? out.length - 1 : 0);
    REQUIRE(good == text_is_utf8(value, strlen(value)));
    if (!good) {
        buf_done(&out);
        return;
    }
    const char *whole = params_get(&params, "Whole");
    REQUIRE(value[0] == '\0' ? whole == NULL : whole != NULL && strcmp(whole, value) == 0);
    const char *cut = params_get(&params, "Cut");
    REQUIRE(cut == NULL || strncmp(cut, value, strlen(cut)) == 0);
    size_t at = 0;
    const char *part = NULL;
    while ((part = params_next(&params, "Each", &at)) != NULL)
        REQUIRE(part[0] != '\0' && strchr(part, ';') == NULL && strstr(value, part) != NULL);
    params_done(&params);
    buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char value[512];
    struct input input = input_of(data, size);
    decode((const char *)data, size);
    input_text(&input, '\n', value, sizeof value);
    encode(value);
    return 0;
}
