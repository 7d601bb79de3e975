#include "cmd/units.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct unit {
    const char *name;
    int64_t ms;
} units[] = {
    {"d", DAY_MS}, {"h", HOUR_MS}, {"m", MINUTE_MS}, {"s", SECOND_MS}, {"ms", 1},
};

static const int64_t duration_max_ms = 3652 * DAY_MS;

static const struct unit *find_unit(const char *name, size_t bytes)
{
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (strlen(units[i].name) == bytes && memcmp(units[i].name, name, bytes) == 0)
            return &units[i];
    return NULL;
}

/* "30s" at *text into *ms, and how long its unit is; moves *text behind it. */
static bool take_part(const char **text, int64_t *unit_ms, int64_t *ms)
{
    size_t digits = strspn(*text, "0123456789");
    size_t letters = strspn(*text + digits, "abcdefghijklmnopqrstuvwxyz");
    const struct unit *unit = find_unit(*text + digits, letters);
    if (digits == 0 || digits > 12 || unit == NULL)
        return false;
    int64_t count = strtoll(*text, NULL, 10);
    *unit_ms = unit->ms;
    *ms = count > duration_max_ms / unit->ms ? duration_max_ms + 1 : count * unit->ms;
    *text += digits + letters;
    return true;
}

bool duration_parse(const char *text, int64_t *ms, struct error *err)
{
    *ms = 0;
    if (strcmp(text, "0") == 0)
        return true;
    int64_t last_unit_ms = INT64_MAX;
    const char *at = text;
    do {
        int64_t part = 0;
        int64_t unit_ms = 0;
        if (!take_part(&at, &unit_ms, &part))
            return error_set(err, ERROR_USAGE,
                             "'%.40s' is not a duration: write a number and its unit, like 500ms, "
                             "30s, 2m, 4h or 7d",
                             text);
        if (unit_ms >= last_unit_ms)
            return error_set(err, ERROR_USAGE, "'%.40s': bigger units stand first, like 1h30m",
                             text);
        last_unit_ms = unit_ms;
        *ms += part;
    } while (*at != '\0');
    if (*ms > duration_max_ms)
        return error_set(err, ERROR_USAGE, "'%.40s' is more than ten years", text);
    return true;
}

bool rate_parse(const char *text, double *per_second, struct error *err)
{
    const char *slash = text + strspn(text, "0123456789.");
    const struct unit *unit = *slash == '/' ? find_unit(slash + 1, strlen(slash + 1)) : NULL;
    char *end = NULL;
    double count = strtod(text, &end);
    if (unit == NULL || unit->ms == 1 || slash == text || end != slash || slash - text > 18)
        return error_set(err, ERROR_USAGE,
                         "'%.40s' is not a rate: write how many and in what time, like 20/s, 1/m "
                         "or 100/h",
                         text);
    if (!(count > 0))
        return error_set(err, ERROR_USAGE, "'%.40s': a rate is more than 0", text);
    *per_second = count * 1000.0 / (double)unit->ms;
    return true;
}

void duration_text(char *to, size_t to_bytes, int64_t ms)
{
    snprintf(to, to_bytes, "0");
    size_t length = 0;
    for (size_t i = 0; i < COUNT_OF(units) && ms > 0; i++) {
        if (ms < units[i].ms)
            continue;
        int added = snprintf(to + length, to_bytes - length, "%lld%s",
                             (long long)(ms / units[i].ms), units[i].name);
        if (added < 0 || (size_t)added >= to_bytes - length)
            return;
        length += (size_t)added;
        ms %= units[i].ms;
    }
}
