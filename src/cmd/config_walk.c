#include "cmd/config_file.h"

#include "base/memory.h"
#include "base/text.h"
#include "cmd/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* Where the walk stands: keys[0..depth) lead here. */
struct walk {
    struct file_entries *entries;
    char keys[CONFIG_DEPTH_MAX][CONFIG_KEY_BYTES / 2];
    bool is_map[CONFIG_DEPTH_MAX + 1];
    bool key_next[CONFIG_DEPTH_MAX + 1]; /* the next scalar of this mapping is a key */
    int depth;
    int documents;
};

static bool fail_at(const yaml_mark_t *mark, struct error *err, const char *text)
{
    return error_set(err, ERROR_USAGE, "%zu:%zu: %s", mark->line + 1, mark->column + 1, text);
}

/* "api.rate" from the keys that lead here; a top-level map ("columns") is its own setting. */
static void key_of(const struct walk *walk, int keys, char to[CONFIG_KEY_BYTES],
                   const char **map_key)
{
    *map_key = NULL;
    size_t top = keys == 0 ? settings_count : setting_find(walk->keys[0]);
    bool top_is_setting = top < settings_count;
    snprintf(to, CONFIG_KEY_BYTES, "%s", keys == 0 ? "" : walk->keys[0]);
    if (keys > 1 && top_is_setting)
        *map_key = walk->keys[1];
    else if (keys > 1)
        snprintf(to, CONFIG_KEY_BYTES, "%s.%s", walk->keys[0], walk->keys[1]);
    if (keys > 2)
        *map_key = walk->keys[2];
}

static bool is_twice(const struct file_entries *entries, const struct file_entry *key)
{
    for (size_t i = 0; i < entries->count; i++) {
        const struct file_entry *old = &entries->list[i];
        bool same_map_key = old->map_key == NULL
                                ? key->map_key == NULL
                                : key->map_key != NULL && strcmp(old->map_key, key->map_key) == 0;
        if (old->text == NULL && same_map_key && strcmp(old->key, key->key) == 0)
            return true;
    }
    return false;
}

static void make_room(struct file_entries *entries)
{
    if (entries->count < entries->capacity)
        return;
    entries->capacity = entries->capacity > 0 ? entries->capacity * 2 : 64;
    entries->list = memory_resize(entries->list, entries->capacity * sizeof entries->list[0]);
}

static bool add_entry(struct walk *walk, const yaml_event_t *event, const char *text,
                      struct error *err)
{
    struct file_entries *entries = walk->entries;
    if (entries->count == CONFIG_ENTRIES_MAX)
        return fail_at(&event->start_mark, err, "more values than a configuration has");
    make_room(entries);
    const char *map_key = NULL;
    struct file_entry *entry = &entries->list[entries->count];
    *entry = (struct file_entry){
        .line = (int)event->start_mark.line + 1,
        .column = (int)event->start_mark.column + 1,
        .in_list = walk->depth > 0 && !walk->is_map[walk->depth],
    };
    key_of(walk, walk->depth - (entry->in_list ? 1 : 0), entry->key, &map_key);
    entry->map_key = map_key == NULL ? NULL : memory_copy_text(map_key);
    entry->text = text == NULL ? NULL : memory_copy_text(text);
    bool twice = text == NULL && is_twice(entries, entry);
    entries->count++;
    if (!twice)
        return true;
    return error_set(err, ERROR_USAGE, "%d:%d: the key '%.60s' stands here for the second time",
                     entry->line, entry->column, walk->keys[walk->depth - 1]);
}

static bool take_scalar(struct walk *walk, const yaml_event_t *event, struct error *err)
{
    const char *text = (const char *)event->data.scalar.value;
    int depth = walk->depth;
    if (event->data.scalar.anchor != NULL)
        return fail_at(&event->start_mark, err, "anchors (&) are not taken");
    if (strlen(text) != event->data.scalar.length || strlen(text) > CONFIG_VALUE_BYTES_MAX)
        return fail_at(&event->start_mark, err, "the value is too long or holds a NUL");
    if (depth == 0)
        return fail_at(&event->start_mark, err, "expected keys like 'api:', found a single value");
    if (!walk->is_map[depth])
        return add_entry(walk, event, text, err);
    walk->key_next[depth] = !walk->key_next[depth];
    if (walk->key_next[depth])
        return add_entry(walk, event, text, err);
    if (!text_copy(walk->keys[depth - 1], sizeof walk->keys[0], text))
        return fail_at(&event->start_mark, err, "the key is too long");
    return add_entry(walk, event, NULL, err);
}

/* A map or list that is a setting of its own holds single values; a section holds keys, maps and
 * lists. */
static int deepest(const struct walk *walk)
{
    return setting_find(walk->keys[0]) < settings_count ? 2 : CONFIG_DEPTH_MAX - 1;
}

static bool go_down(struct walk *walk, const yaml_event_t *event, bool is_map, struct error *err)
{
    int depth = walk->depth;
    if (depth == 0 && !is_map)
        return fail_at(&event->start_mark, err, "expected keys like 'api:', found a list");
    if (depth > 0 && depth >= deepest(walk))
        return fail_at(&event->start_mark, err, "nothing in a configuration is nested so deep");
    if (depth > 0 && walk->is_map[depth] && walk->key_next[depth])
        return fail_at(&event->start_mark, err, "a key is a single word");
    if (depth > 0)
        walk->key_next[depth] = true;
    walk->depth = depth + 1;
    walk->is_map[walk->depth] = is_map;
    walk->key_next[walk->depth] = is_map;
    if (depth > 0 && !walk->is_map[depth])
        return fail_at(&event->start_mark, err, "a list holds single values");
    return true;
}

static bool take_event(struct walk *walk, const yaml_event_t *event, struct error *err)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return ++walk->documents == 1 ||
               fail_at(&event->start_mark, err, "a second document (---) begins here");
    case YAML_ALIAS_EVENT: return fail_at(&event->start_mark, err, "aliases (*) are not taken");
    case YAML_SCALAR_EVENT: return take_scalar(walk, event, err);
    case YAML_SEQUENCE_START_EVENT: return go_down(walk, event, false, err);
    case YAML_MAPPING_START_EVENT: return go_down(walk, event, true, err);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: walk->depth--; return true;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT: return true;
    }
    return true;
}

static bool syntax_error(const yaml_parser_t *parser, struct error *err)
{
    const yaml_mark_t *mark = &parser->problem_mark;
    return error_set(err, ERROR_USAGE, "%zu:%zu: not YAML: %s", mark->line + 1, mark->column + 1,
                     parser->problem == NULL ? "unreadable" : parser->problem);
}

bool config_walk(const char *text, size_t bytes, struct file_entries *entries, struct error *err)
{
    *entries = (struct file_entries){0};
    yaml_parser_t parser;
    if (yaml_parser_initialize(&parser) == 0)
        return error_set(err, ERROR_OTHER, "1:1: libyaml does not start");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, bytes);
    struct walk walk = {.entries = entries};
    bool fine = true;
    bool at_end = false;
    while (fine && !at_end) {
        yaml_event_t event;
        if (yaml_parser_parse(&parser, &event) == 0) {
            fine = syntax_error(&parser, err);
            break;
        }
        fine = take_event(&walk, &event, err);
        at_end = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return fine;
}

void file_entries_done(struct file_entries *entries)
{
    for (size_t i = 0; i < entries->count; i++) {
        free(entries->list[i].map_key);
        free(entries->list[i].text);
    }
    free(entries->list);
    *entries = (struct file_entries){0};
}
