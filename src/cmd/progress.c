#include "cmd/progress.h"

#include "base/text.h"
#include "cmd/human.h"
#include "cmd/progress_text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { TERMINAL_EVERY_MS = 250, MARK_EVERY_MS = 30 * 1000, WIDTH_AT_LEAST = 20 };

bool progress_is_terminal(FILE *out)
{
    const char *term = getenv("TERM");
    return isatty(fileno(out)) == 1 && (term == NULL || strcmp(term, "dumb") != 0);
}

void progress_begin(struct progress *progress, FILE *out, bool terminal, int64_t now_ms)
{
    *progress = (struct progress){.out = out, .terminal = terminal, .started_at_ms = now_ms};
}

static int width_of(const struct progress *progress)
{
    struct winsize size = {0};
    if (progress->width > 0)
        return progress->width;
    bool known = ioctl(fileno(progress->out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    int width = known ? size.ws_col : 80;
    return width < WIDTH_AT_LEAST ? WIDTH_AT_LEAST : width;
}

void progress_clear(struct progress *progress)
{
    if (!progress->line_is_open)
        return;
    fputs("\r\033[K", progress->out);
    fflush(progress->out);
    progress->line_is_open = false;
}

/* Keep one mark every half minute, so that the oldest kept is a quarter of an hour back. */
static void add_mark(struct progress *progress, int64_t ended, int64_t requests, int64_t now_ms)
{
    size_t last = (progress->next_mark + PROGRESS_MARKS - 1) % PROGRESS_MARKS;
    if (progress->mark_count > 0 && now_ms - progress->marks[last].at_ms < MARK_EVERY_MS)
        return;
    progress->marks[progress->next_mark].at_ms = now_ms;
    progress->marks[progress->next_mark].ended = ended;
    progress->marks[progress->next_mark].requests = requests;
    progress->next_mark = (progress->next_mark + 1) % PROGRESS_MARKS;
    if (progress->mark_count < PROGRESS_MARKS)
        progress->mark_count++;
}

static size_t oldest_mark(const struct progress *progress)
{
    return progress->mark_count < PROGRESS_MARKS ? 0 : progress->next_mark;
}

static int64_t ended_of(const struct account *account)
{
    return account->buckets[BUCKET_COMPLETED] + account->buckets[BUCKET_FAILED] +
           account->buckets[BUCKET_CANCELED];
}

static void fill_pace(struct progress_facts *facts, const struct progress *progress,
                      const struct engine_progress *engine, int64_t now_ms)
{
    if (progress->mark_count == 0)
        return;
    size_t last = (progress->next_mark + PROGRESS_MARKS - 1) % PROGRESS_MARKS;
    size_t before = progress->mark_count > 1 ? (last + PROGRESS_MARKS - 1) % PROGRESS_MARKS : last;
    size_t oldest = oldest_mark(progress);
    int64_t short_ms = now_ms - progress->marks[before].at_ms;
    int64_t long_ms = now_ms - progress->marks[oldest].at_ms;
    int64_t ended = ended_of(facts->account);
    if (short_ms > 0) {
        facts->requests_per_second = (double)(engine->requests - progress->marks[before].requests) *
                                     1000.0 / (double)short_ms;
        facts->ended_lately_per_ms =
            (double)(ended - progress->marks[before].ended) / (double)short_ms;
    }
    if (long_ms > 0)
        facts->ended_per_ms = (double)(ended - progress->marks[oldest].ended) / (double)long_ms;
}

static void write_line(struct progress *progress, const char *line)
{
    if (!progress->terminal) {
        fprintf(progress->out, "%s\n", line);
    } else {
        fprintf(progress->out, "\r%.*s\033[K", width_of(progress) - 1, line);
        progress->line_is_open = true;
    }
    fflush(progress->out);
}

struct announcing {
    struct progress *progress;
    int64_t now_ms;
};

static bool is_announced(const struct progress *progress, const struct number *number)
{
    for (size_t i = 0; i < PROGRESS_CALLS_MAX; i++)
        if (progress->calls[i].number_id == number->id &&
            progress->calls[i].until_ms == number->code_until_at_ms)
            return true;
    return false;
}

static bool announce(void *context, const struct number_view *view)
{
    struct announcing *announcing = context;
    struct progress *progress = announcing->progress;
    const struct number *number = &view->number;
    char masked[PHONE_BYTES + 4];
    char until[HUMAN_BYTES];
    bool rings = number->code[0] != '\0' && number->code_until_at_ms > announcing->now_ms;
    if (!rings || is_announced(progress, number))
        return true;
    progress->calls[progress->next_call].number_id = number->id;
    progress->calls[progress->next_call].until_ms = number->code_until_at_ms;
    progress->next_call = (progress->next_call + 1) % PROGRESS_CALLS_MAX;
    progress_clear(progress);
    text_mask_phone(masked, sizeof masked, number->phone_number);
    human_time(until, number->code_until_at_ms, announcing->now_ms);
    fprintf(progress->out, "call now ringing %s%s", masked, view->site[0] != '\0' ? " site " : "");
    human_put(progress->out, view->site);
    fprintf(progress->out, ": key code %s, valid until %s\n", number->code, until);
    return true;
}

bool progress_line(struct progress *progress, struct store *store,
                   const struct engine_progress *engine, int64_t now_ms, struct error *err)
{
    int64_t every_ms = progress->terminal ? TERMINAL_EVERY_MS : MINUTE_MS;
    int64_t since_ms = now_ms - progress->shown_at_ms;
    bool too_early = progress->shown_at_ms != 0 && since_ms >= 0 && since_ms < every_ms;
    if (too_early)
        return true;
    struct announcing announcing = {progress, now_ms};
    if (progress->terminal &&
        !store_each_open_call(store, "", now_ms, PROGRESS_CALLS_MAX, announce, &announcing, err))
        return false;
    struct account total;
    if (!accounts_read_total(store, &total, err))
        return false;
    struct progress_facts facts = {.account = &total, .engine = engine, .now_ms = now_ms};
    char line[PROGRESS_LINE_BYTES];
    fill_pace(&facts, progress, engine, now_ms);
    add_mark(progress, ended_of(&total), engine->requests, now_ms);
    progress_compose(line, sizeof line, &facts);
    write_line(progress, line);
    progress->shown_at_ms = now_ms;
    return true;
}
