#include "base/json_text.h"
#include "cmd/looking_show.h"
#include "engine/advice.h"

/* Every byte of a row as \u00XX, and its headings. */
enum { SHOW_JSON_BYTES_MAX = 6 * (RECORD_BYTES_MAX + HEADER_BYTES_MAX) + 256 * 1024 };

static void add_state(struct buf *out, const struct shown *shown)
{
    const struct number *number = &shown->number;
    enum party party =
        number_waiting_on(number->status, number->step, number->attention, number->held);
    json_add_member(out, "phone_number", number->phone_number);
    json_add_member(out, "batch", shown->batch);
    json_add_int_member(out, "line", number->line);
    json_add_member(out, "site", shown->site);
    json_add_member(out, "time_zone", shown->time_zone);
    json_add_member(out, "status", status_name(number->status));
    json_add_member(out, "step", step_name(number->step));
    json_add_member(out, "attention", attention_name(number->attention));
    json_add_bool_member(out, "held", number->held);
    json_add_member(out, "waiting_on", party_name(party));
    json_add_member(out, "gate", shown->gate);
    json_add_instant_member(out, "since", number->since_at_ms);
    json_add_instant_member(out, "next_at", number->due_at_ms);
    json_add_instant_member(out, "deadline_at", number->deadline_at_ms);
    json_add_int_member(out, "reason_code", number->reason_code);
    json_add_member(out, "reason", number_reason(number));
    json_add_member(out, "advice", number_advice(number));
}

static void add_service(struct buf *out, const struct shown *shown)
{
    const struct number *number = &shown->number;
    bool valid = shown_code_is_valid(number, shown->now_ms);
    json_add_member(out, "order_sid", number->order_sid);
    json_add_member(out, "incoming_phone_number_sid", number->incoming_phone_number_sid);
    json_add_member(out, "loa_sid", number->loa_sid);
    json_add_int_member(out, "verification_attempts", number->verification_attempts);
    json_add_int_member(out, "requests", number->requests);
    json_add_member(out, "code", valid ? number->code : "");
    json_add_instant_member(out, "code_valid_until", valid ? number->code_until_at_ms : 0);
    json_add_instant_member(out, "created_at", number->created_at_ms);
    json_add_instant_member(out, "verified_at", number->verified_at_ms);
    json_add_instant_member(out, "signed_at", number->signed_at_ms);
    json_add_instant_member(out, "completed_at", number->completed_at_ms);
    json_add_instant_member(out, "updated_at", number->updated_at_ms);
}

/* A list, not an object: two columns may have the same heading. */
static void add_original(struct buf *out, const struct shown *shown)
{
    const char *heading = "";
    const char *cell = "";
    json_add_name(out, "original");
    buf_add_char(out, '[');
    for (size_t i = 0, j = 0; i < shown->headings.length;) {
        buf_add_text(out, i == 0 ? "{" : ",{");
        i = shown_next(&shown->headings, i, &heading);
        j = shown_next(&shown->cells, j, &cell);
        json_add_member(out, "heading", heading);
        json_add_member(out, "cell", cell);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

struct event_list {
    FILE *out;
    const char *joint;
};

static bool put_event(void *context, const struct event *event, const char *phone_number)
{
    struct event_list *list = context;
    struct buf text;
    (void)phone_number;
    buf_init(&text, SHOW_JSON_BYTES_MAX);
    buf_add_char(&text, '{');
    json_add_instant_member(&text, "at", event->at_ms);
    json_add_member(&text, "event", event_name(event->kind));
    json_add_member(&text, "from", status_name(event->status_from));
    json_add_member(&text, "to", status_name(event->status_to));
    json_add_member(&text, "operation",
                    event->has_operation ? operation_name(event->operation) : "");
    json_add_int_member(&text, "http_status", event->http_status);
    json_add_int_member(&text, "code", event->code);
    json_add_member(&text, "request_id", event->request_id);
    json_add_member(&text, "actor", event->actor);
    json_add_member(&text, "text", event->text);
    buf_add_char(&text, '}');
    fprintf(list->out, "%s%s", list->joint, buf_text(&text));
    list->joint = ",\n";
    buf_done(&text);
    return true;
}

bool show_json(struct store *store, struct shown *shown, struct error *err)
{
    struct event_list list = {.out = shown->out, .joint = "\n"};
    struct buf text;
    buf_init(&text, SHOW_JSON_BYTES_MAX);
    buf_add_text(&text, "{\"schema\":1");
    json_add_member(&text, "view", "show");
    json_add_instant_member(&text, "as_of", shown->now_ms);
    add_state(&text, shown);
    add_service(&text, shown);
    add_original(&text, shown);
    json_add_name(&text, "history");
    fprintf(shown->out, "%s[", buf_text(&text));
    buf_done(&text);
    if (!store_each_event(store, shown->number.id, "", 0, put_event, &list, err))
        return false;
    fputs("]}\n", shown->out);
    return true;
}
