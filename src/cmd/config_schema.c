#include "cmd/config_file.h"

#include "base/attr.h"
#include "base/text.h"
#include "cmd/settings.h"

#include <cyaml/cyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECTIONS_MAX = 16, LOG_TEXT_BYTES = 200 };

/* Every value is a text; maps and lists have free keys, which libcyaml has no schema for:
 * config_walk() reads them. */
struct schema {
    struct cyaml_schema_field fields[SECTIONS_MAX][CONFIG_SETTINGS_MAX];
    struct cyaml_schema_field top[SECTIONS_MAX + 1];
    char names[SECTIONS_MAX][CONFIG_KEY_BYTES];
    size_t section_count;
};

/* What libcyaml said: the first message and the first place. */
struct log {
    char message[LOG_TEXT_BYTES];
    char field[LOG_TEXT_BYTES]; /* the innermost one that has a name, "" at the top */
    unsigned line;
    unsigned column;
};

/* The number behind `label`, 0 when it is not there. */
static unsigned number_behind(const char *text, const char *label)
{
    const char *at = strstr(text, label);
    return at == NULL ? 0 : (unsigned)strtoul(at + strlen(label), NULL, 10);
}

/* "  in mapping field 'api' (line: 2, column: 3)" */
static void take_place(struct log *log, const char *text)
{
    const char *place = strstr(text, "(line: ");
    if (place == NULL)
        return;
    if (log->line == 0) {
        log->line = number_behind(place, "line: ");
        log->column = number_behind(place, "column: ");
    }
    const char *quote = strchr(text, '\'');
    if (log->field[0] == '\0' && quote != NULL && quote < place)
        snprintf(log->field, sizeof log->field, "%.*s", (int)strcspn(quote + 1, "'"), quote + 1);
}

PRINTF_LIKE(3, 0)
static void take_log(cyaml_log_t level, void *context, const char *format, va_list args)
{
    (void)level;
    struct log *log = context;
    char text[LOG_TEXT_BYTES];
    vsnprintf(text, sizeof text, format, args);
    text[strcspn(text, "\n")] = '\0';
    if (log->message[0] == '\0')
        TEXT_SET(log->message, strncmp(text, "Load: ", 6) == 0 ? text + 6 : text);
    take_place(log, text);
}

static struct cyaml_schema_field field_for(const struct setting *setting, const char *name,
                                           size_t place)
{
    struct cyaml_schema_field field = {.key = name};
    field.value.flags = CYAML_FLAG_OPTIONAL;
    field.value.type = CYAML_IGNORE;
    if (setting->shape != SHAPE_SCALAR)
        return field;
    field.data_offset = (uint32_t)(place * sizeof(char *));
    field.value.type = CYAML_STRING;
    field.value.flags = CYAML_FLAG_OPTIONAL | CYAML_FLAG_POINTER;
    field.value.data_size = sizeof(char);
    field.value.string.max = CONFIG_VALUE_BYTES_MAX;
    return field;
}

/* The section named by the key's first part; its fields lie one behind the other in the values. */
static size_t section_of(struct schema *schema, const char *key, size_t place)
{
    size_t bytes = strcspn(key, ".");
    for (size_t i = 0; i < schema->section_count; i++)
        if (strlen(schema->names[i]) == bytes && memcmp(schema->names[i], key, bytes) == 0)
            return i;
    size_t section = schema->section_count++;
    snprintf(schema->names[section], CONFIG_KEY_BYTES, "%.*s", (int)bytes, key);
    schema->top[section] = (struct cyaml_schema_field){
        .key = schema->names[section],
        .data_offset = (uint32_t)(place * sizeof(char *)),
    };
    schema->top[section].value.type = CYAML_MAPPING;
    schema->top[section].value.flags = CYAML_FLAG_OPTIONAL;
    schema->top[section].value.mapping.fields = schema->fields[section];
    return section;
}

static void add_setting(struct schema *schema, size_t at)
{
    const struct setting *setting = &settings[at];
    const char *dot = strchr(setting->key, '.');
    size_t section = section_of(schema, setting->key, at);
    struct cyaml_schema_field *top = &schema->top[section];
    if (dot == NULL) {
        *top = field_for(setting, setting->key, at);
        return;
    }
    size_t place = at - top->data_offset / sizeof(char *);
    schema->fields[section][place] = field_for(setting, dot + 1, place);
    top->value.data_size = (uint32_t)((place + 1) * sizeof(char *));
}

/* The keys of a section, as the user would write them there. */
static size_t keys_of_section(const char *section, const char *names[CONFIG_SETTINGS_MAX])
{
    size_t count = 0;
    size_t bytes = strlen(section);
    for (size_t i = 0; i < settings_count; i++) {
        const char *key = settings[i].key;
        if (strncmp(key, section, bytes) == 0 && key[bytes] == '.')
            names[count++] = key + bytes + 1;
    }
    return count;
}

/* The whole key of a setting whose last part is `name`: somebody forgot the section. */
static const char *in_other_section(const char *name)
{
    for (size_t i = 0; i < settings_count; i++) {
        const char *dot = strchr(settings[i].key, '.');
        if (dot != NULL && strcmp(dot + 1, name) == 0)
            return settings[i].key;
    }
    return NULL;
}

static const char *closest_section(const struct schema *schema, const char *name)
{
    const char *names[SECTIONS_MAX];
    for (size_t i = 0; i < schema->section_count; i++)
        names[i] = schema->names[i];
    return text_closest(name, names, schema->section_count);
}

static bool unknown_key(const struct schema *schema, const struct log *log, const char *name,
                        struct error *err)
{
    const char *section = log->field;
    const char *names[CONFIG_SETTINGS_MAX];
    const char *near = section[0] == '\0'
                           ? closest_section(schema, name)
                           : text_closest(name, names, keys_of_section(section, names));
    if (near == NULL || text_distance(near, name) > 1) {
        const char *other = in_other_section(name);
        near = other != NULL ? other : near;
    }
    if (near == NULL)
        return error_set(err, ERROR_USAGE, "%u:%u: there is no key '%.60s' here", log->line,
                         log->column, name);
    return error_set(err, ERROR_USAGE, "%u:%u: there is no key '%.60s' here; did you mean '%s'?",
                     log->line, log->column, name, near);
}

/* libcyaml names the innermost field first; for an unknown key that is the section it stands in. */
static bool translate(const struct schema *schema, const struct log *log, struct error *err)
{
    static const char unknown[] = "Unexpected key: ";
    if (strncmp(log->message, unknown, sizeof unknown - 1) == 0)
        return unknown_key(schema, log, log->message + sizeof unknown - 1, err);
    if (strncmp(log->message, "Expecting MAPPING", 17) == 0)
        return error_set(err, ERROR_USAGE,
                         "%u:%u: '%s' is a section: its keys stand below it, "
                         "indented",
                         log->line, log->column, log->field);
    if (strncmp(log->message, "Expecting STRING", 16) == 0)
        return error_set(err, ERROR_USAGE, "%u:%u: '%s' takes a single value", log->line,
                         log->column, log->field);
    return error_set(err, ERROR_USAGE, "%u:%u: %s", log->line == 0 ? 1 : log->line,
                     log->column == 0 ? 1 : log->column, log->message);
}

bool config_check_schema(const char *text, size_t bytes, struct error *err)
{
    struct schema schema = {0};
    for (size_t i = 0; i < settings_count; i++)
        add_setting(&schema, i);
    const struct cyaml_schema_value root = {
        .type = CYAML_MAPPING,
        .flags = CYAML_FLAG_POINTER,
        .data_size = (uint32_t)(settings_count * sizeof(char *)),
        .mapping = {.fields = schema.top},
    };
    struct log log = {0};
    const cyaml_config_t cyaml = {
        .log_fn = take_log,
        .log_ctx = &log,
        .mem_fn = cyaml_mem,
        .log_level = CYAML_LOG_ERROR,
        .flags = CYAML_CFG_NO_ALIAS,
    };
    cyaml_data_t *values = NULL;
    cyaml_err_t status =
        cyaml_load_data((const uint8_t *)text, bytes, &cyaml, &root, &values, NULL);
    cyaml_free(&cyaml, &root, values, 0);
    return status == CYAML_OK || translate(&schema, &log, err);
}
