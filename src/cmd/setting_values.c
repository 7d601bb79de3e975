#include "cmd/settings.h"

#include "base/memory.h"
#include "base/text.h"
#include "cmd/units.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static_assert(sizeof(enum environment) == sizeof(unsigned) &&
                  sizeof(enum verification_type) == sizeof(unsigned),
              "take_choice() writes an unsigned");

static void *field_of(struct config *config, const struct setting *setting)
{
    return (char *)config + setting->offset;
}

/* The place of `word` among "a|b|c", -1 when it is none of them. */
static int choice_index(const char *choices, const char *word)
{
    int index = 0;
    size_t bytes = strlen(word);
    for (const char *at = choices; at != NULL; index++) {
        const char *end = strchrnul(at, '|');
        if ((size_t)(end - at) == bytes && memcmp(at, word, bytes) == 0)
            return index;
        at = *end == '|' ? end + 1 : NULL;
    }
    return -1;
}

static bool not_a_choice(const struct setting *setting, const char *text, struct error *err)
{
    return error_set(err, ERROR_USAGE, "'%.60s' is not one of %s", text, setting->choices);
}

bool take_text(struct config *config, const struct setting *setting,
               const struct setting_entry *entry, struct error *err)
{
    if (setting->choices != NULL && choice_index(setting->choices, entry->text) < 0)
        return not_a_choice(setting, entry->text, err);
    if (strpbrk(entry->text, "\r\n") != NULL)
        return error_set(err, ERROR_USAGE, "a value has no line breaks");
    if (text_copy(field_of(config, setting), setting->bytes, entry->text))
        return true;
    return error_set(err, ERROR_USAGE, "longer than %zu bytes", setting->bytes - 1);
}

bool take_path(struct config *config, const struct setting *setting,
               const struct setting_entry *entry, struct error *err)
{
    return take_text(config, setting, entry, err);
}

bool take_choice(struct config *config, const struct setting *setting,
                 const struct setting_entry *entry, struct error *err)
{
    int index = choice_index(setting->choices, entry->text);
    if (index < 0)
        return not_a_choice(setting, entry->text, err);
    unsigned value = (unsigned)index;
    memcpy(field_of(config, setting), &value, sizeof value);
    return true;
}

bool take_count(struct config *config, const struct setting *setting,
                const struct setting_entry *entry, struct error *err)
{
    long long value = 0;
    if (!text_to_int(entry->text, setting->low, setting->high, &value))
        return error_set(err, ERROR_USAGE, "'%.40s' is not a whole number from %lld to %lld",
                         entry->text, (long long)setting->low, (long long)setting->high);
    int32_t count = (int32_t)value;
    memcpy(field_of(config, setting), &count, sizeof count);
    return true;
}

bool take_duration(struct config *config, const struct setting *setting,
                   const struct setting_entry *entry, struct error *err)
{
    int64_t ms = 0;
    if (!duration_parse(entry->text, &ms, err))
        return false;
    if (ms < setting->low || ms > setting->high) {
        char low[DURATION_TEXT_BYTES];
        char high[DURATION_TEXT_BYTES];
        duration_text(low, sizeof low, setting->low);
        duration_text(high, sizeof high, setting->high);
        return error_set(err, ERROR_USAGE, "%.40s is not between %s and %s", entry->text, low,
                         high);
    }
    memcpy(field_of(config, setting), &ms, sizeof ms);
    return true;
}

bool take_rate(struct config *config, const struct setting *setting,
               const struct setting_entry *entry, struct error *err)
{
    double per_second = 0;
    if (!rate_parse(entry->text, &per_second, err))
        return false;
    if (per_second > setting->rate_high)
        return error_set(err, ERROR_USAGE, "%.40s is more than %.0f/s", entry->text,
                         setting->rate_high);
    memcpy(field_of(config, setting), &per_second, sizeof per_second);
    return true;
}

bool take_column(struct config *config, const struct setting *setting,
                 const struct setting_entry *entry, struct error *err)
{
    (void)setting;
    if (config->column_count == CONFIG_COLUMNS_MAX)
        return error_set(err, ERROR_USAGE, "more than %d columns", CONFIG_COLUMNS_MAX);
    config->columns[config->column_count++] = (struct column_mapping){
        .heading = memory_copy_text(entry->key),
        .column = memory_copy_text(entry->text),
    };
    return true;
}

bool take_phone_number(struct config *config, const struct setting *setting,
                       const struct setting_entry *entry, struct error *err)
{
    const char *text = entry->text;
    size_t digits = text[0] == '+' ? strspn(text + 1, "0123456789") : 0;
    bool good = digits >= 8 && digits <= 15 && text[digits + 1] == '\0';
    if (text[0] != '\0' && !good)
        return error_set(err, ERROR_USAGE,
                         "not a phone number in E.164: write + and digits alone, quoted, like "
                         "\"+14155550123\"");
    return take_text(config, setting, entry, err);
}
