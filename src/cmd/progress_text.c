#include "cmd/progress_text.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "cmd/human.h"

#include <string.h>

enum { TIME_LEFT_DAYS_MAX = 365 };

static void add_count(struct buf *line, const char *format, int64_t count)
{
    char text[HUMAN_BYTES];
    human_count(text, count);
    buf_add_text(line, format);
    buf_add_text(line, text);
}

void progress_time_left(char *to, size_t to_bytes, const struct progress_facts *facts)
{
    double left = (double)facts->account->buckets[BUCKET_IN_PROGRESS];
    double a = facts->ended_lately_per_ms;
    double b = facts->ended_per_ms;
    double limit = (double)TIME_LEFT_DAYS_MAX * (double)DAY_MS;
    bool moves = a > 0 && b > 0 && left > 0 && left / (a < b ? a : b) < limit;
    if (!moves) {
        text_copy(to, to_bytes, "-");
        return;
    }
    char low[HUMAN_BYTES];
    char high[HUMAN_BYTES];
    human_duration(low, (int64_t)(left / (a > b ? a : b)));
    human_duration(high, (int64_t)(left / (a > b ? b : a)));
    if (strcmp(low, high) == 0)
        text_copy(to, to_bytes, low);
    else
        snprintf(to, to_bytes, "%.20s to %.20s", low, high);
}

static void add_waiting(struct buf *line, const struct account *account)
{
    const char *joint = ", waiting: ";
    for (int party = PARTY_TWILIO; party < PARTY_COUNT; party++) {
        int64_t count = account_waiting_on(account, (enum party)party);
        if (count == 0)
            continue;
        buf_addf(line, "%s%s", joint, party_name((enum party)party));
        add_count(line, " ", count);
        joint = ", ";
    }
}

void progress_compose(char *to, size_t to_bytes, const struct progress_facts *facts)
{
    const struct account *account = facts->account;
    char left[HUMAN_BYTES];
    struct buf line;
    buf_init(&line, to_bytes - 1);
    add_count(&line, "", account->buckets[BUCKET_COMPLETED]);
    add_count(&line, "/", account->rows - account->rejected);
    buf_addf(&line, " done, %.1f req/s", facts->requests_per_second);
    add_count(&line, ", ", account->buckets[BUCKET_FAILED]);
    add_count(&line, " failed, ", account->buckets[BUCKET_ATTENTION]);
    buf_add_text(&line, " need attention");
    progress_time_left(left, sizeof left, facts);
    buf_addf(&line, ", left %s", left);
    if (facts->engine->down_since_at_ms != 0) {
        human_time(left, facts->engine->down_since_at_ms, facts->now_ms);
        buf_addf(&line, ", the API does not answer since %s", left);
    }
    add_waiting(&line, account);
    text_copy(to, to_bytes, buf_text(&line));
    buf_done(&line);
}
