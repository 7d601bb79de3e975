#include "cmd/sync_output.h"

#include "base/json_text.h"
#include "cmd/human.h"

#include <string.h>

enum { LINE_BYTES_MAX = 8192 };

void sync_output_init(struct sync_output *output, FILE *out, bool json, bool dry_run)
{
    *output = (struct sync_output){.out = out, .json = json, .dry_run = dry_run};
    buf_init(&output->line, LINE_BYTES_MAX);
}

void sync_output_done(struct sync_output *output)
{
    buf_done(&output->line);
}

static void put_line(struct sync_output *output)
{
    fwrite(buf_text(&output->line), 1, output->line.length, output->out);
}

static void begin_json(struct sync_output *output)
{
    fprintf(output->out, "{\"schema\":1,\"dry_run\":%s,\"drift\":[",
            output->dry_run ? "true" : "false");
}

static void put_json(struct sync_output *output, const struct drift *drift)
{
    struct buf *line = &output->line;
    if (output->lines == 0)
        begin_json(output);
    buf_clear(line);
    buf_add_text(line, output->lines == 0 ? "\n{" : ",\n{");
    json_add_member(line, "kind", drift_name(drift->kind));
    json_add_bool_member(line, "needs_person", drift_needs_person(drift->kind));
    json_add_member(line, "phone_number", drift->phone_number);
    json_add_member(line, "order_sid", drift->order_sid);
    json_add_member(line, "ours", drift->ours);
    json_add_member(line, "theirs", drift->theirs);
    buf_add_char(line, '}');
    put_line(output);
}

static void put_cell(FILE *out, const char *text, int width)
{
    size_t length = strlen(text);
    human_put(out, text[0] != '\0' ? text : "-");
    for (size_t i = length > 0 ? length : 1; i < (size_t)width; i++)
        fputc(' ', out);
    fputs("  ", out);
}

static void put_row(FILE *out, const char *const cells[5])
{
    static const int widths[4] = {20, 16, 34, 20};
    for (int i = 0; i < 4; i++)
        put_cell(out, cells[i], widths[i]);
    human_put(out, cells[4][0] != '\0' ? cells[4] : "-");
    fputc('\n', out);
}

void sync_output_drift(void *context, const struct drift *drift)
{
    struct sync_output *output = context;
    if (output->json) {
        put_json(output, drift);
    } else {
        if (output->lines == 0)
            put_row(output->out,
                    (const char *const[]){"kind", "number", "order", "ours", "theirs"});
        put_row(output->out, (const char *const[]){drift_name(drift->kind), drift->phone_number,
                                                   drift->order_sid, drift->ours, drift->theirs});
    }
    output->lines++;
}

static void put_json_counts(struct sync_output *output, const struct sync_result *result)
{
    struct buf *line = &output->line;
    if (output->lines == 0)
        begin_json(output);
    buf_clear(line);
    buf_add_text(line, "\n],\"counts\":{");
    for (int kind = 0; kind < DRIFT_KIND_COUNT; kind++)
        json_add_int_member(line, drift_name((enum drift_kind)kind), result->drifts[kind]);
    buf_add_char(line, '}');
    json_add_int_member(line, "orders", result->orders);
    json_add_int_member(line, "looks", result->looks);
    json_add_int_member(line, "rows_without_order", result->no_order);
    json_add_int_member(line, "rows_unsettled", result->unsettled);
    json_add_int_member(line, "left", sync_left(result));
    buf_add_text(line, "}\n");
    put_line(output);
}

static void put_counts(struct sync_output *output, const struct sync_result *result)
{
    FILE *out = output->out;
    if (output->lines > 0)
        fputc('\n', out);
    fprintf(out, "%lld orders read", (long long)result->orders);
    for (int kind = 0; kind < DRIFT_KIND_COUNT; kind++)
        if (result->drifts[kind] > 0)
            fprintf(out, ", %s %lld", drift_name((enum drift_kind)kind),
                    (long long)result->drifts[kind]);
    fputc('\n', out);
    if (result->no_order > 0)
        fprintf(out, "%lld rows have no order yet\n", (long long)result->no_order);
    if (result->unsettled > 0)
        fprintf(out, "%lld rows have a request of unknown outcome: the next run settles it\n",
                (long long)result->unsettled);
    if (output->dry_run)
        fputs("dry run: nothing was written\n", out);
}

void sync_output_counts(struct sync_output *output, const struct sync_result *result)
{
    if (output->json)
        put_json_counts(output, result);
    else
        put_counts(output, result);
}
