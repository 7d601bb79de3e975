#include "base/zone.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/tzif.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_DIRECTORY "/usr/share/zoneinfo"

enum { NAME_BYTES_MAX = 64, PATH_BYTES = 512, KEPT_MAX = 1024 };

struct zone {
    char path[PATH_BYTES];
    struct tzif data;
    struct zone *next;
};

/* Read-only once an entry is in it. A cache, and the price of `zone_find(name)` without a context
 * in every caller: a file is read once instead of once for each number. */
static struct {
    pthread_mutex_t lock;
    struct zone *first;
    size_t count;
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Files of the directory that are no zones, or whose instants are not Unix time. */
static bool is_no_zone(const char *name)
{
    static const char *const names[] = {"localtime", "posixrules", "Factory"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return strncmp(name, "right/", 6) == 0 || strncmp(name, "posix/", 6) == 0;
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '+' || c == '-';
}

bool zone_name_is_valid(const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length > NAME_BYTES_MAX || is_no_zone(name)) {
        return false;
    }
    bool part_begun = false; /* no dots and no empty parts: the name cannot leave the directory */
    for (const char *c = name; *c != '\0'; c++) {
        if (*c == '/' ? !part_begun : !is_name_char(*c)) {
            return false;
        }
        part_begun = *c != '/';
    }
    return part_begun;
}

/* Bytes read, 0 when the file is not there, not a file, empty, too long or unreadable. */
static size_t read_file(const char *path, unsigned char *bytes, size_t bytes_max)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return 0;
    }
    struct stat about;
    size_t total = 0;
    ssize_t got = 0;
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size <= (off_t)bytes_max) {
        do {
            got = read(fd, bytes + total, bytes_max - total);
            total += got > 0 ? (size_t)got : 0;
        } while ((got > 0 && total < bytes_max) || (got < 0 && errno == EINTR));
    }
    (void)close(fd);
    return got < 0 ? 0 : total;
}

static struct zone *zone_read(const char *path)
{
    unsigned char *bytes = memory_new(1, TZIF_BYTES_MAX);
    size_t count = read_file(path, bytes, TZIF_BYTES_MAX);
    struct zone *zone = memory_new(1, sizeof *zone);
    (void)snprintf(zone->path, sizeof zone->path, "%s", path);
    if (count == 0 || !tzif_parse(bytes, count, &zone->data)) {
        free(zone);
        zone = NULL;
    }
    free(bytes);
    return zone;
}

static const struct zone *find_or_read(const char *path)
{
    for (const struct zone *zone = kept.first; zone != NULL; zone = zone->next) {
        if (strcmp(zone->path, path) == 0) {
            return zone;
        }
    }
    struct zone *zone = kept.count < KEPT_MAX ? zone_read(path) : NULL;
    if (zone != NULL) {
        zone->next = kept.first;
        kept.first = zone;
        kept.count++;
    }
    return zone;
}

const struct zone *zone_find(const char *name)
{
    char path[PATH_BYTES];
    const char *directory = getenv("TZDIR");
    if (directory == NULL || directory[0] == '\0') {
        directory = DEFAULT_DIRECTORY;
    }
    if (!zone_name_is_valid(name) ||
        snprintf(path, sizeof path, "%s/%s", directory, name) >= (int)sizeof path) {
        return NULL;
    }
    (void)pthread_mutex_lock(&kept.lock);
    const struct zone *zone = find_or_read(path);
    (void)pthread_mutex_unlock(&kept.lock);
    return zone;
}

/* How many steps lie at or before the instant. */
static size_t steps_until(const struct tzif *data, int64_t at_s)
{
    size_t low = 0;
    size_t high = data->step_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (data->steps[middle].at_s <= at_s) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static int64_t to_ms(int64_t at_s)
{
    return at_s > INT64_MAX / SECOND_MS ? INT64_MAX : at_s * SECOND_MS;
}

int32_t zone_offset_s(const struct zone *zone, int64_t at_ms, int64_t *until_ms)
{
    const struct tzif *data = &zone->data;
    int64_t at_s = at_ms / SECOND_MS - (at_ms % SECOND_MS < 0 ? 1 : 0);
    size_t passed = steps_until(data, at_s);
    int32_t offset_s = passed > 0 ? data->steps[passed - 1].offset_s : data->first_offset_s;
    int64_t until_s = INT64_MAX;
    if (passed < data->step_count) {
        until_s = data->steps[passed].at_s;
    } else if (data->has_rule) {
        offset_s = zone_rule_offset(&data->rule, at_s, &until_s);
    }
    *until_ms = to_ms(until_s);
    return offset_s;
}
