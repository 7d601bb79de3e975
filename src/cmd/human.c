#include "cmd/human.h"

#include "base/clock.h"
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

void human_count(char to[HUMAN_BYTES], int64_t count)
{
    char digits[24];
    size_t used = 0;
    snprintf(digits, sizeof digits, "%" PRId64, count);
    size_t length = strlen(digits);
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-')
            to[used++] = ',';
        to[used++] = digits[i];
    }
    to[used] = '\0';
}

void human_duration(char to[HUMAN_BYTES], int64_t duration_ms)
{
    int64_t length = duration_ms < 0 ? -duration_ms : duration_ms;
    if (length < MINUTE_MS)
        snprintf(to, HUMAN_BYTES, "%" PRId64 " s", length / SECOND_MS);
    else if (length < HOUR_MS)
        snprintf(to, HUMAN_BYTES, "%" PRId64 " min", length / MINUTE_MS);
    else if (length < 2 * DAY_MS)
        snprintf(to, HUMAN_BYTES, "%" PRId64 " h", length / HOUR_MS);
    else
        snprintf(to, HUMAN_BYTES, "%" PRId64 " days", length / DAY_MS);
}

static bool local_time(int64_t at_ms, struct tm *local)
{
    time_t seconds = (time_t)(at_ms / SECOND_MS);
    return localtime_r(&seconds, local) != NULL;
}

void human_time(char to[HUMAN_BYTES], int64_t at_ms, int64_t now_ms)
{
    struct tm at;
    struct tm now;
    if (at_ms == 0 || !local_time(at_ms, &at) || !local_time(now_ms, &now)) {
        text_copy(to, HUMAN_BYTES, "-");
        return;
    }
    size_t used = 0;
    if (at.tm_year == now.tm_year && at.tm_yday == now.tm_yday)
        used = strftime(to, HUMAN_BYTES, "%H:%M", &at);
    else if (at.tm_year == now.tm_year)
        used = strftime(to, HUMAN_BYTES, "%a %e %b %H:%M", &at);
    else
        used = strftime(to, HUMAN_BYTES, "%e %b %Y %H:%M", &at);
    if (used == 0)
        text_copy(to, HUMAN_BYTES, "-");
}

void human_when(char to[HUMAN_BYTES], int64_t at_ms, int64_t now_ms)
{
    char how_far[HUMAN_BYTES];
    human_time(to, at_ms, now_ms);
    if (at_ms == 0)
        return;
    int64_t ahead = at_ms - now_ms;
    human_duration(how_far, ahead);
    size_t used = strlen(to);
    if (ahead > -SECOND_MS && ahead < SECOND_MS)
        snprintf(to + used, HUMAN_BYTES - used, " (now)");
    else
        snprintf(to + used, HUMAN_BYTES - used, ahead > 0 ? " (in %.20s)" : " (%.20s ago)",
                 how_far);
}

static bool continues_character(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

void human_put(FILE *out, const char *text)
{
    bool readable = text_is_utf8(text, strlen(text));
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        /* C1 controls are two bytes in UTF-8: 0xC2 0x80..0x9F */
        bool c1 = readable && c == 0xC2 && (unsigned char)text[1] < 0xA0;
        bool control = c < 0x20 || c == 0x7F || (c >= 0x80 && !readable) || c1;
        fputc(control ? '?' : c, out);
        text += c1 ? 1 : 0;
    }
}

static int columns_of(const char *text, size_t bytes)
{
    int columns = 0;
    for (size_t i = 0; i < bytes; i++)
        columns += continues_character(text[i]) ? 0 : 1;
    return columns;
}

static void put_word(FILE *out, const char *word, size_t bytes)
{
    char copy[1024];
    size_t length = bytes < sizeof copy ? bytes : sizeof copy - 1;
    memcpy(copy, word, length);
    copy[length] = '\0';
    human_put(out, copy);
}

void human_wrap(FILE *out, const char *text, int indent, int width)
{
    int column = 0;
    while (*text != '\0') {
        size_t bytes = strcspn(text, " ");
        int columns = columns_of(text, bytes);
        bool full = width > 0 && column > indent && column + 1 + columns > width;
        if (column == 0 || full)
            column = fprintf(out, "%s%*s", full ? "\n" : "", indent, "") - (full ? 1 : 0);
        else
            column += fprintf(out, " ");
        put_word(out, text, bytes);
        column += columns;
        text += bytes + strspn(text + bytes, " ");
    }
    fputc('\n', out);
}

const char *tone_escape(enum tone tone, bool color)
{
    static const char *const escapes[] = {
        [TONE_PLAIN] = "\033[0m", [TONE_STRONG] = "\033[1m", [TONE_SOFT] = "\033[2m",
        [TONE_GOOD] = "\033[32m", [TONE_WARN] = "\033[33m",  [TONE_BAD] = "\033[31m",
    };
    return color ? escapes[tone] : "";
}

bool human_finish(FILE *out, struct error *err)
{
    if (fflush(out) == 0 && ferror(out) == 0)
        return true;
    return error_set(err, ERROR_OTHER, "the output cannot be written: %s", strerror(errno));
}
