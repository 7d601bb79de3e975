#include "cmd/config.h"

#include "base/memory.h"
#include "base/text.h"
#include "cmd/config_file.h"
#include "cmd/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PLACES_MAX = 4 };

static const char prefix[] = "NUMHOST_";
static const char config_variable[] = "NUMHOST_CONFIG";
static const char live_url[] = "https://preview.twilio.com";
static const char live_core_url[] = "https://api.twilio.com";
static const char sandbox_url[] = "http://127.0.0.1:8411";

const char *environment_name(enum environment environment)
{
    return environment == ENVIRONMENT_LIVE ? "live" : "sandbox";
}

struct config *config_new(void)
{
    return memory_new(1, sizeof(struct config));
}

void config_free(struct config *config)
{
    for (size_t i = 0; i < config->column_count; i++) {
        free(config->columns[i].heading);
        free(config->columns[i].column);
    }
    for (size_t i = 0; i < CONFIG_SETTINGS_MAX; i++)
        free(config->origins[i].text);
    free(config);
}

static void set_origin(struct config *config, size_t setting, enum origin_kind kind,
                       const char *text)
{
    struct origin *origin = &config->origins[setting];
    free(origin->text);
    *origin = (struct origin){.kind = kind, .text = memory_copy_text(text)};
}

/* ---- a value in one text: defaults, variables and flags. Lists "a, b"; maps "key=value;
 * key=value" ---- */

static char *trim(char *text)
{
    text += strspn(text, " \t");
    for (size_t length = strlen(text); length > 0 && strchr(" \t", text[length - 1]) != NULL;)
        text[--length] = '\0';
    return text;
}

static bool take_part(struct config *config, const struct setting *setting, char *part,
                      struct error *err)
{
    struct setting_entry entry = {.text = trim(part)};
    if (entry.text[0] == '\0')
        return true;
    if (setting->shape == SHAPE_MAP) {
        char *equals = strrchr(part, '=');
        if (equals == NULL)
            return error_set(err, ERROR_USAGE, "'%.60s' is not KEY=VALUE", entry.text);
        *equals = '\0';
        entry.key = trim(part);
        entry.text = trim(equals + 1);
    }
    return setting->take(config, setting, &entry, err);
}

static bool take_text_value(struct config *config, size_t at, const char *text, struct error *err)
{
    const struct setting *setting = &settings[at];
    if (setting->shape == SHAPE_SCALAR)
        return setting->take(config, setting, &(struct setting_entry){.text = text}, err);
    setting_clear(config, setting);
    char *copy = memory_copy_text(text);
    char *rest = copy;
    char *part = NULL;
    bool fine = true;
    while (fine && (part = strsep(&rest, setting->shape == SHAPE_MAP ? ";" : ",")) != NULL)
        fine = take_part(config, setting, part, err);
    free(copy);
    return fine;
}

static bool take_defaults(struct config *config, struct error *err)
{
    for (size_t i = 0; i < settings_count; i++) {
        if (!take_text_value(config, i, settings[i].fallback, err))
            return error_context(err, "default of %s", settings[i].key);
        set_origin(config, i, ORIGIN_DEFAULT, settings[i].fallback);
    }
    return true;
}

/* ---- the file ---- */

/* "mon-fri=09:00-17:00; sat=..." for `config show`. */
static void extend_origin(struct config *config, size_t at, const struct file_entry *entry)
{
    struct origin *origin = &config->origins[at];
    char *joined = NULL;
    const char *mark = settings[at].shape == SHAPE_MAP ? "; " : ", ";
    if (asprintf(&joined, "%s%s%s%s%s", origin->text, origin->text[0] == '\0' ? "" : mark,
                 entry->map_key == NULL ? "" : entry->map_key, entry->map_key == NULL ? "" : "=",
                 entry->text) < 0)
        memory_is_gone();
    free(origin->text);
    origin->text = joined;
}

static bool check_shape(const struct setting *setting, const struct file_entry *entry,
                        struct error *err)
{
    if (setting->shape == SHAPE_LIST && !entry->in_list)
        return error_set(err, ERROR_USAGE, "takes a list: one '- value' a line, or [value, value]");
    if (setting->shape == SHAPE_MAP && (entry->map_key == NULL || entry->in_list))
        return error_set(err, ERROR_USAGE, "takes 'key: value' lines, indented below it");
    return true;
}

static bool take_file_entry(struct config *config, const struct file_entry *entry,
                            struct error *err)
{
    size_t at = setting_find(entry->key);
    if (at == settings_count)
        return true; /* a section */
    struct origin *origin = &config->origins[at];
    if (origin->kind != ORIGIN_FILE) {
        set_origin(config, at, ORIGIN_FILE, "");
        origin->line = entry->line;
        origin->column = entry->column;
        setting_clear(config, &settings[at]);
    }
    const struct setting_entry value = {.key = entry->map_key, .text = entry->text};
    if (entry->text == NULL)
        return true;
    extend_origin(config, at, entry);
    if (check_shape(&settings[at], entry, err) &&
        settings[at].take(config, &settings[at], &value, err))
        return true;
    error_context(err, "%s", entry->key);
    return error_context(err, "%d:%d", entry->line, entry->column);
}

static bool take_file_text(struct config *config, const char *text, size_t bytes, struct error *err)
{
    struct file_entries entries;
    bool fine = config_walk(text, bytes, &entries, err) && config_check_schema(text, bytes, err);
    for (size_t i = 0; fine && i < entries.count; i++)
        fine = take_file_entry(config, &entries.list[i], err);
    file_entries_done(&entries);
    return fine;
}

/* A relative path in the file is seen from the file's folder, not from wherever the command is
 * given: the same file always means the same database. */
static bool resolve_path(const struct config *config, char *path, struct error *err)
{
    const char *slash = strrchr(config->file, '/');
    if (path[0] == '\0' || path[0] == '/' || slash == NULL || strcmp(path, ":memory:") == 0)
        return true;
    char joined[PATH_BYTES];
    int length =
        snprintf(joined, sizeof joined, "%.*s/%s", (int)(slash - config->file), config->file, path);
    if (length < 0 || (size_t)length >= sizeof joined)
        return error_set(err, ERROR_USAGE, "a path in it is too long");
    text_copy(path, PATH_BYTES, joined);
    return true;
}

static bool resolve_paths(struct config *config, struct error *err)
{
    for (size_t i = 0; i < settings_count; i++) {
        bool relevant = settings[i].take == take_path && config->origins[i].kind == ORIGIN_FILE;
        if (relevant && !resolve_path(config, (char *)config + settings[i].offset, err))
            return false;
    }
    return true;
}

/* "numhost.yaml:12:9: ..." where the text begins with a place, else "numhost.yaml: ..." */
static bool name_file(const char *file, struct error *err)
{
    struct error inner = *err;
    bool has_place = inner.text[0] >= '0' && inner.text[0] <= '9';
    return error_set(err, inner.kind, "%.200s:%s%.300s", file, has_place ? "" : " ", inner.text);
}

static bool take_file(struct config *config, struct error *err)
{
    size_t bytes = 0;
    char *text = config_file_load(config->file, &bytes, err);
    bool fine =
        text != NULL && take_file_text(config, text, bytes, err) && resolve_paths(config, err);
    free(text);
    return fine || name_file(config->file, err);
}

/* ---- which file ---- */

static const char *variable(char *const *environment, const char *name)
{
    size_t bytes = strlen(name);
    for (; *environment != NULL; environment++)
        if (strncmp(*environment, name, bytes) == 0 && (*environment)[bytes] == '=')
            return *environment + bytes + 1;
    return NULL;
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* The first of the usual places that exists; "" when none does. */
static void find_file(struct config *config, char *const *environment)
{
    const char *xdg = variable(environment, "XDG_CONFIG_HOME");
    const char *home = variable(environment, "HOME");
    char places[PLACES_MAX][PATH_BYTES] = {"./numhost.yaml"};
    int count = 1;
    if (xdg != NULL && xdg[0] == '/')
        snprintf(places[count++], PATH_BYTES, "%s/numhost/numhost.yaml", xdg);
    else if (home != NULL && home[0] == '/')
        snprintf(places[count++], PATH_BYTES, "%s/.config/numhost/numhost.yaml", home);
    snprintf(places[count++], PATH_BYTES, "/etc/numhost/numhost.yaml");
    for (int i = 0; i < count && config->file[0] == '\0'; i++)
        if (exists(places[i]))
            TEXT_SET(config->file, places[i]);
}

static bool choose_file(struct config *config, const struct config_sources *sources,
                        struct error *err)
{
    const char *named = sources->file;
    if (named == NULL)
        named = variable(sources->environment, config_variable);
    if (named == NULL || named[0] == '\0') {
        find_file(config, sources->environment);
        return true;
    }
    if (text_copy(config->file, sizeof config->file, named))
        return true;
    return error_set(err, ERROR_USAGE, "the path of the configuration is too long");
}

/* ---- variables and flags ---- */

static size_t setting_of_variable(const char *name, size_t bytes)
{
    char own[VARIABLE_BYTES];
    for (size_t i = 0; i < settings_count; i++) {
        setting_variable(&settings[i], own);
        if (strlen(own) == bytes && memcmp(own, name, bytes) == 0)
            return i;
    }
    return settings_count;
}

static bool unknown_variable(const char *name, size_t bytes, struct error *err)
{
    char own[CONFIG_SETTINGS_MAX][VARIABLE_BYTES];
    const char *names[CONFIG_SETTINGS_MAX + 1] = {config_variable};
    for (size_t i = 0; i < settings_count; i++) {
        setting_variable(&settings[i], own[i]);
        names[i + 1] = own[i];
    }
    char asked[VARIABLE_BYTES];
    text_copy(asked, bytes < sizeof asked ? bytes + 1 : sizeof asked, name);
    const char *near = text_closest(asked, names, settings_count + 1);
    if (near == NULL)
        return error_set(err, ERROR_USAGE,
                         "the environment has %s, which sets nothing; `numhost config show` lists "
                         "the settings",
                         asked);
    return error_set(err, ERROR_USAGE,
                     "the environment has %s, which sets nothing; did you mean %s?", asked, near);
}

static bool take_variable(struct config *config, const char *pair, struct error *err)
{
    size_t bytes = strcspn(pair, "=");
    bool ours = strncmp(pair, prefix, sizeof prefix - 1) == 0 && pair[bytes] == '=';
    bool is_file = bytes == strlen(config_variable) && memcmp(pair, config_variable, bytes) == 0;
    if (!ours || is_file)
        return true;
    size_t at = setting_of_variable(pair, bytes);
    if (at == settings_count)
        return unknown_variable(pair, bytes, err);
    set_origin(config, at, ORIGIN_VARIABLE, pair + bytes + 1);
    return take_text_value(config, at, pair + bytes + 1, err) ||
           error_context(err, "%.*s", (int)bytes, pair);
}

static bool take_flag(struct config *config, const struct config_flag *flag, struct error *err)
{
    if (flag->value == NULL)
        return true;
    size_t at = setting_find(flag->key);
    set_origin(config, at, ORIGIN_FLAG, flag->value);
    return take_text_value(config, at, flag->value, err) || error_context(err, "%s", flag->flag);
}

/* ---- the whole ---- */

/* An address that was not given follows from the environment. */
static void default_url(struct config *config, const char *key, char *url, const char *live)
{
    if (url[0] != '\0')
        return;
    text_copy(url, URL_BYTES, config->environment == ENVIRONMENT_LIVE ? live : sandbox_url);
    set_origin(config, setting_find(key), ORIGIN_DEFAULT, url);
}

static bool misfit(const struct config *config, const char *key, struct error *err,
                   const char *text)
{
    char origin[PATH_BYTES + 32];
    config_origin_text(config, setting_find(key), origin, sizeof origin);
    return error_set(err, ERROR_USAGE, "%.200s: %s: %s", origin, key, text);
}

static bool check_whole(const struct config *config, struct error *err)
{
    static const char not_here[] =
        "is not on this machine, and api.environment is sandbox: nothing may leave. Set "
        "api.environment: live to make real requests";
    bool sandbox = config->environment == ENVIRONMENT_SANDBOX;
    if (sandbox && !url_is_loopback(config->base_url))
        return misfit(config, "api.base_url", err, not_here);
    if (sandbox && !url_is_loopback(config->core_base_url))
        return misfit(config, "api.core_base_url", err, not_here);
    if (config->policy.retry_cap_ms < config->policy.retry_base_ms)
        return misfit(config, "retry.cap", err, "is less than retry.base");
    if (config->database[0] == '\0')
        return misfit(config, "database", err, "needs the path of a file");
    return true;
}

bool config_read(struct config *config, const struct config_sources *sources, struct error *err)
{
    if (!take_defaults(config, err) || !choose_file(config, sources, err))
        return false;
    if (config->file[0] != '\0' && !take_file(config, err))
        return false;
    for (char *const *pair = sources->environment; *pair != NULL; pair++)
        if (!take_variable(config, *pair, err))
            return false;
    for (size_t i = 0; i < sources->flag_count; i++)
        if (!take_flag(config, &sources->flags[i], err))
            return false;
    default_url(config, "api.base_url", config->base_url, live_url);
    default_url(config, "api.core_base_url", config->core_base_url, live_core_url);
    return check_whole(config, err);
}

void config_origin_text(const struct config *config, size_t setting, char *to, size_t to_bytes)
{
    const struct origin *origin = &config->origins[setting];
    char name[VARIABLE_BYTES];
    setting_variable(&settings[setting], name);
    switch (origin->kind) {
    case ORIGIN_DEFAULT: snprintf(to, to_bytes, "default"); return;
    case ORIGIN_FILE:
        snprintf(to, to_bytes, "%s:%d:%d", config->file, origin->line, origin->column);
        return;
    case ORIGIN_VARIABLE: snprintf(to, to_bytes, "%s", name); return;
    case ORIGIN_FLAG: snprintf(to, to_bytes, "--%s", settings[setting].key); return;
    }
}
