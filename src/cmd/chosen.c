#include "cmd/chosen.h"

#include "base/memory.h"
#include "base/text.h"
#include "domain/phone.h"

#include <stdlib.h>
#include <string.h>

const struct option chosen_options[] = {
    {.name = "batch", .argument = "NAME", .help = "those of this batch"},
    {.name = "status",
     .argument = "STATUS",
     .help =
         "those in this status, or this bucket (completed, in-progress, needs-attention, failed)"},
    {.name = "reason",
     .argument = "REASON",
     .help = "those that wait for this reason: a kind of attention or an error code"},
    {.name = "site", .argument = "SITE", .help = "those of this site"},
    {.name = "all", .help = "every number"},
    {0},
};

bool chosen_phone_number(const char *text, char phone_number[PHONE_BYTES], struct error *err)
{
    struct phone phone;
    if (phone_normalise(text, strlen(text), &phone)) {
        text_copy(phone_number, PHONE_BYTES, phone.phone_number);
        return true;
    }
    return error_set(err, ERROR_USAGE, "not a phone number: %s; %s", phone_rule_text(phone.rule),
                     phone_rule_suggestion(phone.rule));
}

static bool read_numbers(const struct invocation *inv, struct chosen *chosen, struct error *err)
{
    size_t count = inv->arguments.positional_count;
    if (count == 0)
        return true;
    chosen->phone_numbers = memory_new(count, sizeof *chosen->phone_numbers);
    for (size_t i = 0; i < count; i++)
        if (!chosen_phone_number(invocation_word(inv, i), chosen->phone_numbers[i], err))
            return error_context(err, "word %zu behind the command", i + 1);
    chosen->selector.phone_numbers = (const char(*)[PHONE_BYTES])chosen->phone_numbers;
    chosen->selector.phone_count = count;
    return true;
}

static bool read_bucket(const char *word, struct selector *selector)
{
    for (int i = 0; i < BUCKET_COUNT; i++) {
        if (!text_same_word(bucket_name((enum bucket)i), word))
            continue;
        selector->by_bucket = true;
        selector->bucket = (enum bucket)i;
        return true;
    }
    return false;
}

static bool unknown_status(const char *word, struct error *err)
{
    const char *names[STATUS_COUNT + BUCKET_COUNT];
    for (int i = 0; i < STATUS_COUNT; i++)
        names[i] = status_name((enum status)i);
    for (int i = 0; i < BUCKET_COUNT; i++)
        names[STATUS_COUNT + i] = bucket_name((enum bucket)i);
    const char *near = text_closest(word, names, COUNT_OF(names));
    return error_set(err, ERROR_USAGE, "--status: there is no '%.40s'%s%s%s", word,
                     near == NULL ? "" : "; did you mean '", near == NULL ? "" : near,
                     near == NULL ? "" : "'?");
}

/* "failed" and "completed" are both: the bucket holds the same numbers. */
static bool read_status(const char *word, struct selector *selector, struct error *err)
{
    if (word == NULL || read_bucket(word, selector))
        return true;
    selector->by_status = status_parse(word, &selector->status);
    return selector->by_status || unknown_status(word, err);
}

static bool fill(char *to, size_t to_bytes, const char *value, const char *name, struct error *err)
{
    if (value != NULL && value[0] == '\0')
        return error_set(err, ERROR_USAGE, "--%s needs a name", name);
    return text_copy(to, to_bytes, value) ||
           error_set(err, ERROR_USAGE, "--%s is longer than any there is", name);
}

static bool selects_something(const struct selector *selector)
{
    return selector->all || selector->phone_count > 0 || selector->by_status ||
           selector->by_bucket || selector->batch[0] != '\0' || selector->site[0] != '\0' ||
           selector->reason[0] != '\0';
}

bool chosen_read(const struct invocation *inv, struct chosen *chosen, struct error *err)
{
    *chosen = (struct chosen){0};
    struct selector *selector = &chosen->selector;
    selector->all = invocation_flag(inv, "all");
    bool fine =
        read_numbers(inv, chosen, err) &&
        fill(selector->batch, sizeof selector->batch, invocation_value(inv, "batch"), "batch",
             err) &&
        fill(selector->site, sizeof selector->site, invocation_value(inv, "site"), "site", err) &&
        fill(selector->reason, sizeof selector->reason, invocation_value(inv, "reason"), "reason",
             err) &&
        read_status(invocation_value(inv, "status"), selector, err);
    if (!fine)
        return false;
    if (selects_something(selector))
        return true;
    return error_set(err, ERROR_USAGE,
                     "say which numbers: NUMBER..., --batch, --status, --reason, --site or --all");
}

void chosen_done(struct chosen *chosen)
{
    free(chosen->phone_numbers);
    *chosen = (struct chosen){0};
}
