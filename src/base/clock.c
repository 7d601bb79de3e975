#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * SECOND_MS + now.tv_nsec / 1000000;
}

int64_t clock_now_ms(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic_ms(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

bool clock_watch_jumped(struct clock_watch *watch, int64_t real_ms, int64_t monotonic_ms)
{
    bool first = watch->real_ms == 0;
    int64_t off_ms = (real_ms - watch->real_ms) - (monotonic_ms - watch->monotonic_ms);
    *watch = (struct clock_watch){.real_ms = real_ms, .monotonic_ms = monotonic_ms};
    return !first && (off_ms > CLOCK_DRIFT_MAX_MS || off_ms < -CLOCK_DRIFT_MAX_MS);
}

void clock_rfc3339(char *to, size_t to_bytes, int64_t at_ms)
{
    time_t seconds = (time_t)(at_ms / SECOND_MS);
    struct tm utc;
    to[0] = '\0';
    if (at_ms == 0)
        return;
    (void)gmtime_r(&seconds, &utc); /* the year of any number of milliseconds fits */
    strftime(to, to_bytes, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

/* Seconds east of UTC from "Z", "+hh:mm" or "+hhmm"; the text must end there. */
static bool parse_offset(const char *text, int64_t *seconds)
{
    if (strcmp(text, "Z") == 0 || strcmp(text, "GMT") == 0 || strcmp(text, "UTC") == 0) {
        *seconds = 0;
        return true;
    }
    char sign = text[0];
    int hours = 0;
    int minutes = 0;
    int used = 0;
    if (sign != '+' && sign != '-')
        return false;
    if (sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &used) != 2 &&
        sscanf(text + 1, "%2d%2d%n", &hours, &minutes, &used) != 2)
        return false;
    if (text[1 + used] != '\0' || hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return false;
    *seconds = (int64_t)(hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
    return true;
}

static bool to_instant(struct tm *utc, const char *offset, int64_t *at_ms)
{
    int64_t east = 0;
    if (!parse_offset(offset, &east))
        return false;
    if (utc->tm_hour > 23 || utc->tm_min > 59 || utc->tm_sec > 60 || utc->tm_mday < 1)
        return false;
    *at_ms = ((int64_t)timegm(utc) - east) * SECOND_MS;
    return true;
}

bool clock_parse(const char *text, int64_t *at_ms)
{
    struct tm utc = {0};
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &utc);
    if (rest != NULL) {
        if (*rest == '.')
            rest += 1 + strspn(rest + 1, "0123456789");
        return to_instant(&utc, rest, at_ms);
    }
    utc = (struct tm){0};
    rest = strptime(text, "%a, %d %b %Y %H:%M:%S ", &utc);
    return rest != NULL && to_instant(&utc, rest, at_ms);
}
