#include "base/clock.h"
#include "base/json_text.h"
#include "cmd/human.h"
#include "cmd/looking.h"
#include "engine/accounts.h"

#include <string.h>
#include <time.h>

enum { STATUS_JSON_BYTES_MAX = 64 * 1024, WATCH_PAUSE_MS = 500 };

static const char *const bucket_members[BUCKET_COUNT] = {
    [BUCKET_COMPLETED] = "completed",       [BUCKET_IN_PROGRESS] = "in_progress",
    [BUCKET_ATTENTION] = "needs_attention", [BUCKET_FAILED] = "failed",
    [BUCKET_CANCELED] = "canceled",
};

static void add_status_json(struct buf *out, const struct account *account, enum status status)
{
    json_add_name(out, status_name(status));
    buf_add_char(out, '{');
    json_add_int_member(out, "total", account->statuses[status]);
    json_add_name(out, "waiting_on");
    buf_add_char(out, '{');
    for (int party = 0; party < PARTY_COUNT; party++)
        json_add_int_member(out, party_name((enum party)party), account->waiting[status][party]);
    buf_add_text(out, "}}");
}

static void write_json(FILE *out, const struct account *account, const char *batch, int64_t now_ms)
{
    struct buf text;
    buf_init(&text, STATUS_JSON_BYTES_MAX);
    buf_add_text(&text, "{\"schema\":1");
    json_add_member(&text, "view", "status");
    json_add_instant_member(&text, "as_of", now_ms);
    json_add_member(&text, "batch", batch);
    json_add_int_member(&text, "rows", account->rows);
    for (int bucket = 0; bucket < BUCKET_COUNT; bucket++)
        json_add_int_member(&text, bucket_members[bucket], account->buckets[bucket]);
    json_add_int_member(&text, "rejected", account->rejected);
    json_add_int_member(&text, "held", account->held);
    json_add_name(&text, "statuses");
    buf_add_char(&text, '{');
    for (int status = 0; status < STATUS_COUNT; status++)
        add_status_json(&text, account, (enum status)status);
    buf_add_text(&text, "}}\n");
    fputs(buf_text(&text), out);
    buf_done(&text);
}

/* As narrow as the counts allow: seven parties have to fit a terminal. */
static int cell_width(const struct account *account)
{
    char text[HUMAN_BYTES];
    int heading = (int)strlen("numbers");
    human_count(text, account->rows);
    return (int)strlen(text) > heading ? (int)strlen(text) : heading;
}

static void write_cell(FILE *out, int64_t count, int width)
{
    char text[HUMAN_BYTES];
    human_count(text, count);
    fprintf(out, " %*s", width, count == 0 ? "." : text);
}

static enum tone tone_of_status(enum status status)
{
    if (status == STATUS_COMPLETED)
        return TONE_GOOD;
    if (status == STATUS_FAILED)
        return TONE_BAD;
    return status == STATUS_ACTION_REQUIRED ? TONE_WARN : TONE_PLAIN;
}

/* Columns of parties nobody waits for are left out: seven rarely fit. */
static void write_row(FILE *out, const struct account *account, enum status status,
                      const struct looks *looks)
{
    enum tone tone = tone_of_status(status);
    bool color = looks->color && tone != TONE_PLAIN;
    int width = cell_width(account);
    fprintf(out, "%s%-20s%s", tone_escape(tone, color), status_name(status),
            tone_escape(TONE_PLAIN, color));
    write_cell(out, account->statuses[status], width);
    for (int party = PARTY_NUMHOST; party < PARTY_COUNT; party++)
        if (account_waiting_on(account, (enum party)party) > 0)
            write_cell(out, account->waiting[status][party], width);
    fputc('\n', out);
}

static void write_head(FILE *out, const struct account *account, const struct looks *looks)
{
    int width = cell_width(account);
    fprintf(out, "%s%-20s %*s", tone_escape(TONE_SOFT, looks->color), "status", width, "numbers");
    for (int party = PARTY_NUMHOST; party < PARTY_COUNT; party++)
        if (account_waiting_on(account, (enum party)party) > 0)
            fprintf(out, " %*s", width, party_name((enum party)party));
    fprintf(out, "%s\n", tone_escape(TONE_PLAIN, looks->color));
}

static void write_accounting(FILE *out, const struct account *account)
{
    char count[HUMAN_BYTES];
    human_count(count, account->rows);
    fprintf(out, "%s rows =", count);
    for (int bucket = 0; bucket < BUCKET_COUNT; bucket++) {
        human_count(count, account->buckets[bucket]);
        fprintf(out, " %s %s +", count, bucket_name((enum bucket)bucket));
    }
    human_count(count, account->rejected);
    fprintf(out, " %s rejected\n", count);
}

static void write_hint(FILE *out, const struct account *account, const struct looks *looks)
{
    int64_t waiting =
        account->buckets[BUCKET_ATTENTION] + account->buckets[BUCKET_FAILED] + account->rejected;
    char count[HUMAN_BYTES];
    human_count(count, waiting);
    if (waiting > 0)
        fprintf(out, "%s%s for you to look at: numhost report brief%s\n",
                tone_escape(TONE_WARN, looks->color), count, tone_escape(TONE_PLAIN, looks->color));
    human_count(count, account->held);
    if (account->held > 0)
        fprintf(out, "%s held\n", count);
}

static void write_text(FILE *out, const struct account *account, const struct looks *looks)
{
    if (account->rows == 0) {
        fputs("No rows yet: numhost import FILE.csv\n", out);
        return;
    }
    write_head(out, account, looks);
    for (int status = 0; status < STATUS_COUNT; status++)
        if (account->statuses[status] > 0)
            write_row(out, account, (enum status)status, looks);
    fputc('\n', out);
    write_hint(out, account, looks);
    write_accounting(out, account);
}

static bool write_status(struct store *store, const char *batch, const struct looks *looks,
                         int64_t now_ms, FILE *out, bool *over, struct error *err)
{
    struct accounts accounts;
    if (!accounts_read_alone(store, batch, &accounts, err))
        return false;
    if (looks->json)
        write_json(out, &accounts.total, batch, now_ms);
    else
        write_text(out, &accounts.total, looks);
    *over = accounts.total.buckets[BUCKET_IN_PROGRESS] == 0 &&
            accounts.total.buckets[BUCKET_ATTENTION] == 0;
    accounts_done(&accounts);
    return human_finish(out, err);
}

bool looking_status(struct store *store, const char *batch, const struct looks *looks,
                    int64_t now_ms, FILE *out, struct error *err)
{
    bool over = false;
    return write_status(store, batch, looks, now_ms, out, &over, err);
}

static void pause_watch(void)
{
    const struct timespec pause = {.tv_nsec = WATCH_PAUSE_MS * 1000000L};
    nanosleep(&pause, NULL); /* a signal ends it early, which is what the caller wants */
}

bool looking_watch(struct store *store, const char *batch, const struct looks *looks,
                   const volatile sig_atomic_t *stop, FILE *out, struct error *err)
{
    bool rewrite = !looks->json && looks->width > 0;
    bool over = false;
    int64_t shown = 0;
    for (bool first = true; !over && *stop == 0; first = false) {
        int64_t version = 0;
        if (!store_version(store, &version, err))
            return false;
        if (first || version != shown) {
            if (rewrite)
                fputs("\033[H\033[J", out);
            if (!write_status(store, batch, looks, clock_now_ms(), out, &over, err))
                return false;
            shown = version;
        }
        if (!over && *stop == 0)
            pause_watch();
    }
    return true;
}
