#include "engine/report_headings.h"

#include "base/memory.h"
#include "base/require.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HEADINGS_AT_FIRST = 64 };

struct mapping {
    struct headings *headings;
    bool add; /* append what is not there yet; else everything is */
    bool too_many;
};

static bool is_ours(const char *name)
{
    return strncasecmp(name, "numhost_", 8) == 0;
}

/* How often the name stands in cells[0..index]. */
static int32_t occurrence_of(const struct csv_cell *cells, size_t index)
{
    int32_t count = 1;
    for (size_t i = 0; i < index; i++)
        if (strcmp(cells[i].text, cells[index].text) == 0)
            count++;
    return count;
}

static size_t find(const struct headings *headings, const char *name, int32_t occurrence)
{
    for (size_t i = 0; i < headings->count; i++)
        if (headings->columns[i].occurrence == occurrence &&
            strcmp(headings->columns[i].name, name) == 0)
            return i;
    return headings->count;
}

static void append(struct headings *headings, const char *name, int32_t occurrence)
{
    if (headings->count == headings->room) {
        headings->room = headings->room == 0 ? HEADINGS_AT_FIRST : headings->room * 2;
        headings->columns =
            memory_resize(headings->columns, headings->room * sizeof headings->columns[0]);
    }
    headings->columns[headings->count++] =
        (struct report_column){memory_copy_text(name), occurrence};
}

static bool map_header(void *context, int64_t line, const struct csv_cell *cells, size_t cell_count)
{
    struct mapping *mapping = context;
    struct headings *headings = mapping->headings;
    (void)line;
    for (size_t i = 0; i < cell_count; i++) {
        if (is_ours(cells[i].text))
            continue;
        int32_t occurrence = occurrence_of(cells, i);
        size_t column = find(headings, cells[i].text, occurrence);
        mapping->too_many = column == REPORT_HEADINGS_MAX;
        if (mapping->too_many)
            break;
        REQUIRE(mapping->add || column < headings->count);
        if (column == headings->count)
            append(headings, cells[i].text, occurrence);
        headings->cell_of[column] = (int32_t)i;
    }
    return false;
}

static bool map(struct headings *headings, const char *header, bool add, struct error *err)
{
    struct mapping mapping = {.headings = headings, .add = add};
    for (size_t i = 0; i < REPORT_HEADINGS_MAX; i++)
        headings->cell_of[i] = -1;
    if (!csv_read_text(header, strlen(header), ',', map_header, &mapping, err))
        return error_context(err, "stored heading");
    if (mapping.too_many)
        return error_set(err, ERROR_USAGE,
                         "the batches have more than %d different columns: name one with --batch",
                         REPORT_HEADINGS_MAX);
    free(headings->header);
    headings->header = memory_copy_text(header);
    return true;
}

struct adding {
    struct headings *headings;
    bool failed;
    struct error *err;
};

static bool add_first(void *context, const struct number_view *view)
{
    struct adding *adding = context;
    adding->failed = !map(adding->headings, view->header, true, adding->err);
    return false;
}

struct headings *headings_new(struct store *store, const struct accounts *accounts,
                              struct error *err)
{
    struct headings *headings = memory_new(1, sizeof *headings);
    struct adding adding = {.headings = headings, .err = err};
    for (size_t i = 0; i < accounts->count; i++) {
        struct selector selector = {0};
        memcpy(selector.batch, accounts->items[i].batch.name, sizeof selector.batch);
        bool read = store_each_number(store, &selector, true, add_first, &adding, err);
        if (!read || adding.failed) {
            headings_free(headings);
            return NULL;
        }
    }
    return headings;
}

void headings_free(struct headings *headings)
{
    for (size_t i = 0; i < headings->count; i++)
        free((char *)headings->columns[i].name);
    free(headings->columns);
    free(headings->header);
    free(headings);
}

void headings_use(struct headings *headings, const char *header)
{
    REQUIRE(headings->header != NULL); /* headings_new read the batch of this row */
    if (strcmp(headings->header, header) == 0)
        return;
    bool mapped = map(headings, header, false, NULL);
    REQUIRE(mapped);
}
