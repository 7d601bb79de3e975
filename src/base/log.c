#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static enum log_level highest_level = LOG_LEVEL_INFO;

void log_set_level(enum log_level level)
{
    highest_level = level;
}

/* journald reads a "<N>" prefix as the priority of the line (sd-daemon(3)). */
static const char *prefix(enum log_level level)
{
    static const char *const journal[] = {"<3>", "<4>", "<6>", "<7>"};
    static const char *const plain[] = {"error: ", "warning: ", "", "debug: "};
    return getenv("JOURNAL_STREAM") != NULL ? journal[level] : plain[level];
}

void log_line(enum log_level level, const char *format, ...)
{
    if (level > highest_level)
        return;
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    fprintf(stderr, "%s%s\n", prefix(level), line);
}
