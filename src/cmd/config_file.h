/* A configuration file as a list of values with their places. */
#ifndef NUMHOST_CMD_CONFIG_FILE_H
#define NUMHOST_CMD_CONFIG_FILE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    CONFIG_ENTRIES_MAX = 2048,
    CONFIG_DEPTH_MAX = 4, /* section, key, map key, value: nothing is deeper */
    CONFIG_KEY_BYTES = 160,
};

/* One key or value of the file. */
struct file_entry {
    char key[CONFIG_KEY_BYTES]; /* of the setting: "api.rate"; of a section: "api" */
    char *map_key;              /* in a map: its key; else NULL */
    char *text;                 /* NULL: the place of a key whose values follow */
    bool in_list;
    int line;
    int column;
};

struct file_entries {
    struct file_entry *list;
    size_t count; /* at most CONFIG_ENTRIES_MAX */
    size_t capacity;
};

/* The file's bytes, at most CONFIG_FILE_BYTES_MAX; free() them. NULL on failure. */
char *config_file_load(const char *path, size_t *bytes, struct error *err) MUST_USE;

/* Walk through the YAML with libyaml: syntax errors, anchors, a second document, deep nesting and
 * keys that stand twice are refused with line and column. */
bool config_walk(const char *text, size_t bytes, struct file_entries *entries,
                 struct error *err) MUST_USE;
void file_entries_done(struct file_entries *entries);

/* Check the shape with libcyaml against a schema made from the table of settings: unknown keys,
 * lists where a value belongs. The error begins with "LINE:COLUMN: ". */
bool config_check_schema(const char *text, size_t bytes, struct error *err) MUST_USE;

#endif
