#include "cmd/looking_show.h"
#include "base/csv.h"
#include "base/text.h"
#include "cmd/human.h"
#include "cmd/looking_gate.h"
#include "domain/phone.h"

#include <string.h>

/* One place collects, two write: text and JSON show the same facts. */

static bool keep_cells(void *context, int64_t line, const struct csv_cell *cells, size_t cell_count)
{
    struct buf *list = context;
    (void)line;
    for (size_t i = 0; i < cell_count; i++)
        buf_add(list, cells[i].text, strlen(cells[i].text) + 1);
    return false;
}

static bool keep_view(void *context, const struct number_view *view)
{
    struct shown *shown = context;
    if (view->rejected)
        return true;
    shown->found = true;
    shown->number = view->number;
    text_copy(shown->batch, sizeof shown->batch, view->batch);
    text_copy(shown->site, sizeof shown->site, view->site);
    text_copy(shown->time_zone, sizeof shown->time_zone, view->time_zone);
    shown->readable =
        csv_read_text(view->header, strlen(view->header), ',', keep_cells, &shown->headings,
                      shown->err) &&
        csv_read_text(view->record, view->record_bytes, ',', keep_cells, &shown->cells, shown->err);
    return false;
}

static bool collect(struct store *store, const char *phone_number, struct shown *shown,
                    struct error *err)
{
    char phones[1][PHONE_BYTES];
    struct phone phone;
    if (!phone_normalise(phone_number, strlen(phone_number), &phone))
        return error_set(err, ERROR_USAGE, "this is no phone number: %s; %s",
                         phone_rule_text(phone.rule), phone_rule_suggestion(phone.rule));
    text_copy(phones[0], sizeof phones[0], phone.phone_number);
    const struct selector selector = {.phone_numbers = (const char(*)[PHONE_BYTES])phones,
                                      .phone_count = 1};
    if (!store_each_number(store, &selector, false, keep_view, shown, err))
        return false;
    if (!shown->found)
        return error_set(err, ERROR_USAGE, "this number is in no batch");
    return shown->readable;
}

bool looking_show(struct store *store, const struct show_options *options,
                  const struct looks *looks, int64_t now_ms, FILE *out, struct error *err)
{
    struct shown shown = {.now_ms = now_ms, .looks = looks, .out = out, .err = err};
    buf_init(&shown.headings, HEADER_BYTES_MAX + CSV_COLUMNS_MAX);
    buf_init(&shown.cells, RECORD_BYTES_MAX + CSV_COLUMNS_MAX);
    bool done = collect(store, options->phone_number, &shown, err);
    if (done) {
        number_gate(shown.gate, &shown.number, shown.time_zone, options, now_ms);
        done = looks->json ? show_json(store, &shown, err) : show_text(store, &shown, err);
    }
    buf_done(&shown.headings);
    buf_done(&shown.cells);
    return done && human_finish(out, err);
}

size_t shown_next(const struct buf *list, size_t at, const char **text)
{
    *text = at < list->length ? list->data + at : "";
    return at < list->length ? at + strlen(*text) + 1 : at;
}

bool shown_code_is_valid(const struct number *number, int64_t now_ms)
{
    return number->code[0] != '\0' && number->code_until_at_ms > now_ms;
}
