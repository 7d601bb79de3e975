#include "base/clock.h"
#include "cmd/human.h"
#include "cmd/looking.h"
#include "engine/accounts.h"
#include "engine/findings.h"

#include <inttypes.h>

struct page {
    FILE *out;
    const struct looks *looks;
    int64_t now_ms;
};

static void put_title(const struct page *page, const char *title)
{
    fprintf(page->out, "\n%s%s%s\n", tone_escape(TONE_STRONG, page->looks->color), title,
            tone_escape(TONE_PLAIN, page->looks->color));
}

static enum tone tone_of_section(enum section section)
{
    static const enum tone tones[SECTION_COUNT] = {
        [SECTION_ATTENTION] = TONE_WARN, [SECTION_FAILED] = TONE_BAD,
        [SECTION_REJECTED] = TONE_BAD,   [SECTION_HELD] = TONE_SOFT,
        [SECTION_WAITING] = TONE_PLAIN,  [SECTION_HAPPENED] = TONE_PLAIN,
    };
    return tones[section];
}

static void put_task(const struct page *page, const struct finding *finding)
{
    char count[HUMAN_BYTES];
    char since[HUMAN_BYTES];
    int width = page->looks->width > 0 ? page->looks->width : 100;
    enum tone tone = tone_of_section(finding->section);
    human_count(count, finding->count);
    fprintf(page->out, "%s%9s  %s%s: ", tone_escape(tone, page->looks->color), count,
            section_name(finding->section), tone_escape(TONE_PLAIN, page->looks->color));
    human_put(page->out, finding->reason);
    if (finding->code != 0)
        fprintf(page->out, " (code %" PRId32 ")", finding->code);
    fputc('\n', page->out);
    if (finding->advice[0] != '\0')
        human_wrap(page->out, finding->advice, 11, width);
    fprintf(page->out, "%*sfirst: ", 11, "");
    human_put(page->out, finding->example_batch);
    fprintf(page->out, " line %" PRId64, finding->example_line);
    if (finding->example_number[0] != '\0')
        fprintf(page->out, ", %s", finding->example_number);
    human_when(since, finding->oldest_at_ms, page->now_ms);
    if (finding->oldest_at_ms != 0)
        fprintf(page->out, ", since %s", since);
    fputc('\n', page->out);
}

static void put_waiting(const struct page *page, const struct finding *finding)
{
    char count[HUMAN_BYTES];
    char since[HUMAN_BYTES];
    human_count(count, finding->count);
    human_when(since, finding->oldest_at_ms, page->now_ms);
    fprintf(page->out, "%9s  %-8s %-21s longest since %s\n", count, party_name(finding->who),
            finding->reason, since);
}

static void put_happened(const struct page *page, const struct finding *finding)
{
    char count[HUMAN_BYTES];
    human_count(count, finding->count);
    fprintf(page->out, "%9s  %s\n", count, finding->reason);
}

static const struct {
    const char *title;
    enum section from;
    enum section to;
    void (*put)(const struct page *page, const struct finding *finding);
} chapters[] = {
    {"In the last day", SECTION_HAPPENED, SECTION_HAPPENED, put_happened},
    {"For you to do", SECTION_ATTENTION, SECTION_HELD, put_task},
    {"Waiting for others", SECTION_WAITING, SECTION_WAITING, put_waiting},
};

static void put_chapters(const struct page *page, const struct findings *findings)
{
    for (size_t c = 0; c < COUNT_OF(chapters); c++) {
        bool titled = false;
        for (size_t i = 0; i < findings->count; i++) {
            const struct finding *finding = &findings->items[i];
            if (finding->section < chapters[c].from || finding->section > chapters[c].to)
                continue;
            if (!titled)
                put_title(page, chapters[c].title);
            titled = true;
            chapters[c].put(page, finding);
        }
    }
}

static void put_accounting(const struct page *page, const struct account *account)
{
    char count[HUMAN_BYTES];
    human_count(count, account->rows);
    fprintf(page->out, "\n%s rows =", count);
    for (int bucket = 0; bucket < BUCKET_COUNT; bucket++) {
        human_count(count, account->buckets[bucket]);
        fprintf(page->out, " %s %s +", count, bucket_name((enum bucket)bucket));
    }
    human_count(count, account->rejected);
    fprintf(page->out, " %s rejected\n", count);
}

static bool put_page(const struct page *page, struct store *store, const char *batch,
                     struct error *err)
{
    struct accounts accounts;
    if (!accounts_read(store, batch, &accounts, err))
        return false;
    struct findings *findings = findings_new(store, batch, page->now_ms, DAY_MS, err);
    bool read = findings != NULL;
    if (read) {
        put_chapters(page, findings);
        put_accounting(page, &accounts.total);
    }
    accounts_done(&accounts);
    findings_free(findings);
    return read;
}

bool looking_brief(struct store *store, const char *batch, const struct looks *looks,
                   int64_t now_ms, FILE *out, struct error *err)
{
    const struct page page = {.out = out, .looks = looks, .now_ms = now_ms};
    if (!store_begin(store, err))
        return false;
    bool written = put_page(&page, store, batch, err);
    store_rollback(store);
    return written && human_finish(out, err);
}
