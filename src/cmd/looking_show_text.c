#include "cmd/human.h"
#include "cmd/looking_show.h"
#include "engine/advice.h"

#include <inttypes.h>
#include <time.h>

static void put_fact(const struct shown *shown, const char *name, const char *text)
{
    if (text[0] == '\0')
        return;
    fprintf(shown->out, "  %s%-10s%s ", tone_escape(TONE_SOFT, shown->looks->color), name,
            tone_escape(TONE_PLAIN, shown->looks->color));
    human_put(shown->out, text);
    fputc('\n', shown->out);
}

static void put_when(const struct shown *shown, const char *name, int64_t at_ms)
{
    char when[HUMAN_BYTES];
    human_when(when, at_ms, shown->now_ms);
    if (at_ms != 0)
        put_fact(shown, name, when);
}

static void put_head(const struct shown *shown)
{
    const struct number *number = &shown->number;
    fprintf(shown->out, "%s%s  %s%s\n", tone_escape(TONE_STRONG, shown->looks->color),
            number->phone_number, status_name(number->status),
            tone_escape(TONE_PLAIN, shown->looks->color));
}

static void put_state(const struct shown *shown)
{
    const struct number *number = &shown->number;
    enum party party =
        number_waiting_on(number->status, number->step, number->attention, number->held);
    put_fact(shown, "waits for", party == PARTY_NOBODY ? "" : party_name(party));
    put_fact(shown, "gate", shown->gate);
    put_when(shown, "since", number->since_at_ms);
    put_fact(shown, "next", number->step == STEP_NOTHING ? "" : step_name(number->step));
    put_when(shown, "due", number->due_at_ms);
    put_when(shown, "deadline", number->deadline_at_ms);
    put_fact(shown, "reason", number_reason(number));
    put_fact(shown, "advice", number_advice(number));
}

static void put_call(const struct shown *shown)
{
    const struct number *number = &shown->number;
    char text[HUMAN_BYTES * 2];
    char until[HUMAN_BYTES];
    snprintf(text, sizeof text, "%" PRId32 " of %d", number->verification_attempts,
             VERIFICATION_ATTEMPTS_MAX);
    put_fact(shown, "attempts", text);
    if (!shown_code_is_valid(number, shown->now_ms))
        return;
    human_when(until, number->code_until_at_ms, shown->now_ms);
    snprintf(text, sizeof text, "%s, valid until %s", number->code, until);
    put_fact(shown, "code", text);
}

static void put_identity(const struct shown *shown)
{
    const struct number *number = &shown->number;
    char code[24] = "";
    char where[BATCH_NAME_BYTES + 32];
    if (number->reason_code != 0)
        snprintf(code, sizeof code, "%" PRId32, number->reason_code);
    snprintf(where, sizeof where, "%s, line %" PRId64, shown->batch, number->line);
    put_fact(shown, "code no.", code);
    put_fact(shown, "batch", where);
    put_fact(shown, "site", shown->site);
    put_fact(shown, "zone", shown->time_zone);
    put_fact(shown, "order", number->order_sid);
    put_fact(shown, "LOA", number->loa_sid);
    put_fact(shown, "number SID", number->incoming_phone_number_sid);
    put_when(shown, "created", number->created_at_ms);
    put_when(shown, "verified", number->verified_at_ms);
    put_when(shown, "signed", number->signed_at_ms);
    put_when(shown, "completed", number->completed_at_ms);
}

static void put_original(const struct shown *shown)
{
    const char *heading = "";
    const char *cell = "";
    fputs("\nThe row\n", shown->out);
    for (size_t i = 0, j = 0; i < shown->headings.length;) {
        i = shown_next(&shown->headings, i, &heading);
        j = shown_next(&shown->cells, j, &cell);
        if (cell[0] == '\0')
            continue;
        fputs("  ", shown->out);
        human_put(shown->out, heading);
        fputs(": ", shown->out);
        human_put(shown->out, cell);
        fputc('\n', shown->out);
    }
}

static void put_local(FILE *out, int64_t at_ms)
{
    time_t seconds = (time_t)(at_ms / 1000);
    struct tm local;
    char text[HUMAN_BYTES] = "-";
    if (localtime_r(&seconds, &local) != NULL)
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &local);
    fputs(text, out);
}

static bool put_event(void *context, const struct event *event, const char *phone_number)
{
    const struct shown *shown = context;
    FILE *out = shown->out;
    (void)phone_number;
    fputs("  ", out);
    put_local(out, event->at_ms);
    fprintf(out, "  %-15s", event_name(event->kind));
    if (event->status_from != event->status_to)
        fprintf(out, " %s -> %s", status_name(event->status_from), status_name(event->status_to));
    if (event->has_operation)
        fprintf(out, " [%s", operation_name(event->operation));
    if (event->has_operation && event->http_status != 0)
        fprintf(out, " %" PRId32, event->http_status);
    if (event->has_operation && event->code != 0)
        fprintf(out, " code %" PRId32, event->code);
    fputs(event->has_operation ? "] " : " ", out);
    human_put(out, event->text);
    fprintf(out, "%s  by ", tone_escape(TONE_SOFT, shown->looks->color));
    human_put(out, event->actor);
    if (event->request_id[0] != '\0') {
        fputs(", request ", out);
        human_put(out, event->request_id);
    }
    fprintf(out, "%s\n", tone_escape(TONE_PLAIN, shown->looks->color));
    return true;
}

bool show_text(struct store *store, struct shown *shown, struct error *err)
{
    put_head(shown);
    put_state(shown);
    put_call(shown);
    put_identity(shown);
    put_original(shown);
    fputs("\nHistory (local time)\n", shown->out);
    return store_each_event(store, shown->number.id, "", 0, put_event, shown, err);
}
