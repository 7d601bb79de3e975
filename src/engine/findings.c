#include "engine/findings.h"

#include "base/buf.h"
#include "base/memory.h"
#include "base/text.h"
#include "engine/advice.h"

#include <stdlib.h>
#include <string.h>

static const char *const section_names[SECTION_COUNT] = {
    [SECTION_ATTENTION] = "needs attention", [SECTION_FAILED] = "failed",
    [SECTION_REJECTED] = "rejected",         [SECTION_HELD] = "held",
    [SECTION_WAITING] = "waiting",           [SECTION_HAPPENED] = "happened",
};

struct collecting {
    struct findings *findings;
    int64_t from_ms; /* what happened since then */
};

const char *section_name(enum section section)
{
    return section_names[section];
}

/* How many bytes at `at` in `text` are the row's own: a quotation, a phone number, a line's number.
 */
static size_t own_bytes(const char *text, const char *at)
{
    static const char before_line[] = "line ";
    const char *close = *at == '"' ? strchr(at + 1, '"') : NULL;
    if (close != NULL)
        return (size_t)(close - at) + 1;
    size_t sign = *at == '+' ? 1 : 0;
    size_t digits = strspn(at + sign, "0123456789");
    size_t length = sizeof before_line - 1;
    bool of_line = (size_t)(at - text) >= length && memcmp(at - length, before_line, length) == 0;
    return digits >= 10 || (of_line && digits > 0) ? sign + digits : 0;
}

/* Copy a reason so that equal ones are equal: what is the row's own becomes "..." or .... */
static void generalise(char to[FINDING_TEXT_BYTES], const char *reason)
{
    char text[2 * FINDING_TEXT_BYTES]; /* longer than what is kept: text_copy() ends it well */
    size_t length = 0;
    for (const char *at = reason; *at != '\0' && length + 8 < sizeof text;) {
        size_t own = own_bytes(reason, at);
        if (own > 0) {
            const char *cover = *at == '"' ? "\"...\"" : "...";
            memcpy(text + length, cover, strlen(cover));
            length += strlen(cover);
            at += own;
        } else {
            text[length++] = *at++;
        }
    }
    text[length] = '\0';
    text_copy(to, FINDING_TEXT_BYTES, text);
}

/* Everything that makes a group but the reason. */
static uint64_t kind_of(const struct finding *key)
{
    return (uint64_t)key->section | (uint64_t)key->who << 8 | (uint64_t)key->status << 16 |
           (uint64_t)key->attention << 24 | (uint64_t)(uint32_t)key->code << 32;
}

static uint64_t hash_of(const struct finding *key)
{
    uint64_t hash = UINT64_C(1469598103934665603);
    for (const char *c = key->reason; *c != '\0'; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
    hash = (hash ^ kind_of(key)) * UINT64_C(1099511628211);
    return hash ^ hash >> 29;
}

static bool same_group(const struct finding *a, const struct finding *b)
{
    return kind_of(a) == kind_of(b) && strcmp(a->reason, b->reason) == 0;
}

/* The slot of the key's group, or the free one where it would be. */
static size_t *find_slot(struct findings *findings, const struct finding *key)
{
    size_t at = hash_of(key) % COUNT_OF(findings->slots);
    while (findings->slots[at] != 0 && !same_group(&findings->items[findings->slots[at] - 1], key))
        at = (at + 1) % COUNT_OF(findings->slots);
    return &findings->slots[at];
}

/* The last places are kept for the groups that take in what no longer fits, one a section. */
static void make_catch_all(struct finding *key)
{
    *key = (struct finding){.section = key->section, .who = key->who, .advice = ""};
    TEXT_SET(key->reason, "other reasons");
}

static struct finding *group_of(struct findings *findings, struct finding *key)
{
    size_t *slot = find_slot(findings, key);
    size_t kept = SECTION_COUNT * PARTY_COUNT;
    if (*slot == 0 && findings->count >= FINDINGS_MAX - kept) {
        make_catch_all(key);
        slot = find_slot(findings, key);
    }
    if (*slot == 0) {
        findings->items[findings->count++] = *key;
        *slot = findings->count;
    }
    return &findings->items[*slot - 1];
}

static void count_one(struct findings *findings, struct finding *key, int64_t since_ms,
                      const struct number_view *view)
{
    struct finding *group = group_of(findings, key);
    if (group->count == 0) {
        group->example_line = view->number.line;
        TEXT_SET(group->example_batch, view->batch);
        if (!view->rejected)
            text_mask_phone(group->example_number, sizeof group->example_number,
                            view->number.phone_number);
    }
    group->count++;
    if (since_ms != 0 && (group->oldest_at_ms == 0 || since_ms < group->oldest_at_ms))
        group->oldest_at_ms = since_ms;
}

static void count_rejected(struct findings *findings, const struct number_view *view)
{
    struct finding key = {.section = SECTION_REJECTED, .who = PARTY_YOU, .advice = REJECTED_ADVICE};
    struct buf text;
    buf_init(&text, 2 * (size_t)HEADER_BYTES_MAX);
    if (view->reject_column[0] != '\0')
        buf_addf(&text, "%s: ", view->reject_column);
    buf_add_text(&text, view->reject_reason);
    generalise(key.reason, buf_text(&text));
    buf_done(&text);
    count_one(findings, &key, 0, view);
}

/* A number that a person has to do something about, or that waits for somebody. */
static void count_standing(struct findings *findings, const struct number_view *view)
{
    const struct number *number = &view->number;
    enum bucket bucket = number_bucket(number->status, number->attention);
    if (bucket == BUCKET_COMPLETED || bucket == BUCKET_CANCELED)
        return;
    struct finding key = {
        .section = SECTION_WAITING,
        .who = number_waiting_on(number->status, number->step, number->attention, number->held)};
    if (bucket == BUCKET_IN_PROGRESS && !number->held) {
        key.status = number->status;
        key.advice = waiting_advice(key.who, number->status);
        TEXT_SET(key.reason, status_name(number->status));
    } else {
        key.section = bucket == BUCKET_FAILED      ? SECTION_FAILED
                      : bucket == BUCKET_ATTENTION ? SECTION_ATTENTION
                                                   : SECTION_HELD;
        key.who = PARTY_YOU;
        bool required = number->attention == ATTENTION_NONE && bucket == BUCKET_ATTENTION;
        key.attention = required ? ATTENTION_ACTION_REQUIRED : number->attention;
        key.code = number->reason_code;
        key.advice = number_advice(number);
        generalise(key.reason, number_reason(number));
        if (key.reason[0] == '\0')
            TEXT_SET(key.reason, bucket == BUCKET_IN_PROGRESS ? "held" : "no reason given");
    }
    count_one(findings, &key, number->since_at_ms, view);
}

static void count_happening(const struct collecting *collecting, const struct number_view *view,
                            int64_t at_ms, const char *what)
{
    if (at_ms == 0 || at_ms < collecting->from_ms)
        return;
    struct finding key = {.section = SECTION_HAPPENED, .who = PARTY_NOBODY, .advice = ""};
    TEXT_SET(key.reason, what);
    count_one(collecting->findings, &key, at_ms, view);
}

static bool add_view(void *context, const struct number_view *view)
{
    struct collecting *collecting = context;
    const struct number *number = &view->number;
    if (view->rejected) {
        count_rejected(collecting->findings, view);
        return true;
    }
    count_standing(collecting->findings, view);
    count_happening(collecting, view, number->completed_at_ms, "completed");
    count_happening(collecting, view, number->signed_at_ms, "signed");
    count_happening(collecting, view, number->verified_at_ms, "verified");
    count_happening(collecting, view, number->created_at_ms, "orders created");
    bool failed = number->status == STATUS_FAILED || number->status == STATUS_CANCELED;
    count_happening(collecting, view, failed ? number->since_at_ms : 0,
                    status_name(number->status));
    return true;
}

/* Among those that wait, the people first: they can be reminded. */
static int party_rank(enum party party)
{
    static const int ranks[PARTY_COUNT] = {
        [PARTY_YOU] = 0,    [PARTY_SITE] = 1,    [PARTY_SIGNER] = 2, [PARTY_CARRIER] = 3,
        [PARTY_TWILIO] = 4, [PARTY_NUMHOST] = 5, [PARTY_NOBODY] = 6,
    };
    return ranks[party];
}

static int compare(const void *left, const void *right)
{
    const struct finding *a = left;
    const struct finding *b = right;
    if (a->section != b->section)
        return a->section < b->section ? -1 : 1;
    if (a->who != b->who)
        return party_rank(a->who) - party_rank(b->who);
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    int words = strcmp(a->reason, b->reason);
    return words != 0 ? words : (a->code > b->code) - (a->code < b->code);
}

struct findings *findings_new(struct store *store, const char *batch, int64_t now_ms,
                              int64_t lately_ms, struct error *err)
{
    struct findings *findings = memory_new(1, sizeof *findings);
    findings->items = memory_new(FINDINGS_MAX, sizeof findings->items[0]);
    struct collecting collecting = {.findings = findings, .from_ms = now_ms - lately_ms};
    struct selector selector = {.all = batch[0] == '\0'};
    TEXT_SET(selector.batch, batch);
    if (!store_each_number(store, &selector, true, add_view, &collecting, err)) {
        findings_free(findings);
        return NULL;
    }
    if (findings->count > 0)
        qsort(findings->items, findings->count, sizeof findings->items[0], compare);
    return findings;
}

void findings_free(struct findings *findings)
{
    if (findings != NULL)
        free(findings->items);
    free(findings);
}
