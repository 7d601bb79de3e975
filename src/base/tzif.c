#include "base/tzif.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum {
    HEADER_BYTES = 44,
    TYPE_BYTES = 6,
    RULE_BYTES_MAX = 128,
    OFFSET_S_MAX = 26 * 3600, /* RFC 8536, 3.2 */
};

struct header {
    uint32_t ut_indicators;
    uint32_t standard_indicators;
    uint32_t leap_seconds;
    uint32_t times;
    uint32_t types;
    uint32_t name_bytes;
};

static uint32_t read_u32(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t read_i64(const unsigned char *at)
{
    uint64_t value = (uint64_t)read_u32(at) << 32 | read_u32(at + 4);
    return (int64_t)value;
}

static bool read_header(const unsigned char *at, size_t left, struct header *header)
{
    if (left < HEADER_BYTES || memcmp(at, "TZif", 4) != 0 || at[4] < '2') {
        return false;
    }
    *header = (struct header){
        .ut_indicators = read_u32(at + 20),
        .standard_indicators = read_u32(at + 24),
        .leap_seconds = read_u32(at + 28),
        .times = read_u32(at + 32),
        .types = read_u32(at + 36),
        .name_bytes = read_u32(at + 40),
    };
    return true;
}

/* Bytes of the block behind a header. Cannot overflow: six 32-bit counts times at most 12. */
static uint64_t block_bytes(const struct header *header, uint64_t time_bytes)
{
    return header->times * (time_bytes + 1) + header->types * (uint64_t)TYPE_BYTES +
           header->name_bytes + header->leap_seconds * (time_bytes + 4) +
           header->standard_indicators + (uint64_t)header->ut_indicators;
}

static bool read_offset(const unsigned char *types, uint32_t type_count, unsigned char type,
                        int32_t *offset_s)
{
    if (type >= type_count) {
        return false;
    }
    *offset_s = (int32_t)read_u32(types + (size_t)type * TYPE_BYTES);
    return *offset_s >= -OFFSET_S_MAX && *offset_s <= OFFSET_S_MAX;
}

static bool read_steps(const unsigned char *at, const struct header *header, struct tzif *out)
{
    const unsigned char *type_of = at + (size_t)header->times * 8;
    const unsigned char *types = type_of + header->times;
    if (!read_offset(types, header->types, 0, &out->first_offset_s)) {
        return false;
    }
    for (size_t i = 0; i < header->times; i++) {
        struct tzif_step *step = &out->steps[i];
        step->at_s = read_i64(at + i * 8);
        if (!read_offset(types, header->types, type_of[i], &step->offset_s) ||
            (i > 0 && step->at_s <= out->steps[i - 1].at_s)) {
            return false;
        }
    }
    out->step_count = header->times;
    return true;
}

/* "\nEST5EDT,M3.2.0,M11.1.0\n", or "\n\n" where no rule is known. */
static bool read_rule(const unsigned char *at, size_t left, struct tzif *out)
{
    char text[RULE_BYTES_MAX];
    const unsigned char *end = left > 1 ? memchr(at + 1, '\n', left - 1) : NULL;
    if (end == NULL || at[0] != '\n' || (size_t)(end - at) > sizeof text) {
        return false;
    }
    size_t length = (size_t)(end - at) - 1;
    memcpy(text, at + 1, length);
    text[length] = '\0';
    out->has_rule = length > 0;
    return length == 0 || (strlen(text) == length && zone_rule_parse(text, &out->rule));
}

/* Leap seconds are only in the "right/" zones, whose instants are not Unix time. */
static bool is_usable(const struct header *header)
{
    return header->times <= TZIF_STEPS_MAX && header->types > 0 && header->types <= 256 &&
           header->leap_seconds == 0;
}

bool tzif_parse(const unsigned char *bytes, size_t count, struct tzif *out)
{
    struct header header;
    *out = (struct tzif){.has_rule = false};
    if (count > TZIF_BYTES_MAX || !read_header(bytes, count, &header) ||
        block_bytes(&header, 4) > count - HEADER_BYTES) {
        return false;
    }
    size_t start = HEADER_BYTES + (size_t)block_bytes(&header, 4);
    if (!read_header(bytes + start, count - start, &header) || !is_usable(&header) ||
        block_bytes(&header, 8) > count - start - HEADER_BYTES) {
        return false;
    }
    const unsigned char *block = bytes + start + HEADER_BYTES;
    size_t rule_start = start + HEADER_BYTES + (size_t)block_bytes(&header, 8);
    out->steps = memory_new((size_t)header.times + 1, sizeof *out->steps);
    if (read_steps(block, &header, out) && read_rule(bytes + rule_start, count - rule_start, out)) {
        return true;
    }
    free(out->steps);
    *out = (struct tzif){.has_rule = false};
    return false;
}
