#include "base/json_text.h"
#include "cmd/human.h"
#include "cmd/looking.h"
#include "cmd/looking_show.h"

#include <inttypes.h>

enum { CALL_JSON_BYTES_MAX = 16 * 1024 };

struct call_list {
    FILE *out;
    const struct looks *looks;
    int64_t now_ms;
    int64_t open;
    int64_t next;
    bool coded; /* the pass: calls with a code that is valid, then the others */
};

static bool is_open(const struct number *number, int64_t now_ms)
{
    return number->call_until_at_ms > now_ms || shown_code_is_valid(number, now_ms);
}

/* The call that is open is one of the attempts the service has counted; the next one is not yet. */
static int32_t attempt_of(const struct number *number, bool open)
{
    int32_t attempt = number->verification_attempts + (open ? 0 : 1);
    return attempt < 1 ? 1 : attempt;
}

static void put_call_text(struct call_list *list, const struct number_view *view, bool open)
{
    const struct number *number = &view->number;
    bool valid = shown_code_is_valid(number, list->now_ms);
    char when[HUMAN_BYTES];
    human_when(when, valid ? number->code_until_at_ms : number->due_at_ms, list->now_ms);
    if (list->open + list->next == 0)
        fprintf(list->out, "%s%-13s %-9s %-10s %-28s %s%s\n",
                tone_escape(TONE_SOFT, list->looks->color), "number", "attempt", "key code",
                "valid until / next at", "site", tone_escape(TONE_PLAIN, list->looks->color));
    fprintf(list->out, "%-13s %" PRId32 " of %-4d ", number->phone_number, attempt_of(number, open),
            VERIFICATION_ATTEMPTS_MAX);
    fprintf(list->out, "%s%-10s%s %-28s ", tone_escape(TONE_STRONG, list->looks->color && valid),
            valid ? number->code : (open ? "(awaited)" : "-"),
            tone_escape(TONE_PLAIN, list->looks->color && valid), when);
    human_put(list->out, view->site[0] != '\0' ? view->site : "-");
    fputc('\n', list->out);
}

static void put_call_json(struct call_list *list, const struct number_view *view, bool open)
{
    const struct number *number = &view->number;
    bool valid = shown_code_is_valid(number, list->now_ms);
    struct buf text;
    buf_init(&text, CALL_JSON_BYTES_MAX);
    buf_add_text(&text, list->open + list->next == 0 ? "\n{" : ",\n{");
    json_add_member(&text, "phone_number", number->phone_number);
    json_add_member(&text, "site", view->site);
    json_add_bool_member(&text, "open", open);
    json_add_member(&text, "code", valid ? number->code : "");
    json_add_instant_member(&text, "code_valid_until", valid ? number->code_until_at_ms : 0);
    json_add_int_member(&text, "attempt", attempt_of(number, open));
    json_add_int_member(&text, "attempts_at_most", VERIFICATION_ATTEMPTS_MAX);
    json_add_instant_member(&text, "next_at", number->due_at_ms);
    buf_add_char(&text, '}');
    fputs(buf_text(&text), list->out);
    buf_done(&text);
}

static bool put_call(void *context, const struct number_view *view)
{
    struct call_list *list = context;
    bool open = is_open(&view->number, list->now_ms);
    if (!list->coded && shown_code_is_valid(&view->number, list->now_ms))
        return true;
    if (list->looks->json)
        put_call_json(list, view, open);
    else
        put_call_text(list, view, open);
    *(open ? &list->open : &list->next) += 1;
    return true;
}

static void put_end(const struct call_list *list)
{
    if (list->looks->json)
        fputs("\n]}\n", list->out);
    else if (list->open + list->next == 0)
        fputs("No call is open and none is due.\n", list->out);
    else
        fprintf(list->out, "%" PRId64 " open now, %" PRId64 " next\n", list->open, list->next);
}

static void put_begin(const struct call_list *list, const char *site)
{
    struct buf text;
    buf_init(&text, CALL_JSON_BYTES_MAX);
    buf_add_text(&text, "{\"schema\":1");
    json_add_member(&text, "view", "calls");
    json_add_instant_member(&text, "as_of", list->now_ms);
    json_add_member(&text, "site", site);
    json_add_name(&text, "calls");
    fprintf(list->out, "%s[", buf_text(&text));
    buf_done(&text);
}

bool looking_calls(struct store *store, const char *site, int64_t max, const struct looks *looks,
                   int64_t now_ms, FILE *out, struct error *err)
{
    struct call_list list = {.out = out, .looks = looks, .now_ms = now_ms, .coded = true};
    if (looks->json)
        put_begin(&list, site);
    if (!store_each_open_call(store, site, now_ms, max, put_call, &list, err))
        return false;
    list.coded = false;
    if (!store_each_call(store, site, max, put_call, &list, err))
        return false;
    put_end(&list);
    return human_finish(out, err);
}
