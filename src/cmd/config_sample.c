#include "cmd/config_sample.h"

#include "base/text.h"
#include "cmd/settings.h"
#include "cmd/units.h"

#include <string.h>

enum { RANGE_BYTES = 128, COMMENT_COLUMNS = 92, INDENT_MAX = 4 };

/* "1 to 256", "100ms to 10m", "at most 10000/s", "sandbox or live"; "" when anything goes. */
static void range_text(const struct setting *setting, char *to, size_t to_bytes)
{
    char low[DURATION_TEXT_BYTES];
    char high[DURATION_TEXT_BYTES];
    to[0] = '\0';
    if (setting->choices != NULL && strchr(setting->choices, '|') != NULL) {
        const char *bar = strchr(setting->choices, '|');
        snprintf(to, to_bytes, "%.*s or %s", (int)(bar - setting->choices), setting->choices,
                 bar + 1);
    } else if (setting->take == take_count) {
        snprintf(to, to_bytes, "%lld to %lld", (long long)setting->low, (long long)setting->high);
    } else if (setting->take == take_duration) {
        duration_text(low, sizeof low, setting->low);
        duration_text(high, sizeof high, setting->high);
        snprintf(to, to_bytes, "%s to %s", low, high);
    } else if (setting->take == take_rate) {
        snprintf(to, to_bytes, "at most %.0f/s", setting->rate_high);
    }
}

static void print_comment(FILE *to, const char *text, int indent)
{
    int column = fprintf(to, "%*s#", indent, "");
    while (*text != '\0') {
        int bytes = (int)strcspn(text, " ");
        if (column + 1 + bytes > COMMENT_COLUMNS) {
            fputc('\n', to);
            column = fprintf(to, "%*s#", indent, "");
        }
        column += fprintf(to, " %.*s", bytes, text);
        text += bytes;
        text += strspn(text, " ");
    }
    fputc('\n', to);
}

/* A value that YAML would read as something else than a text stands in quotes. */
static bool needs_quotes(const char *value)
{
    return value[0] == '\0' || strpbrk(value, ":#{}[],&*!|>'\"%@`") != NULL;
}

/* "mon-fri=09:00-17:00; sat=..." as lines below the key. */
static void print_map(FILE *to, const char *name, const char *text, int indent)
{
    fprintf(to, "%*s%s:\n", indent, "", name);
    while (*text != '\0') {
        int key = (int)strcspn(text, "=");
        const char *value = text + key + 1;
        int bytes = (int)strcspn(value, ";");
        fprintf(to, "%*s%.*s: \"%.*s\"\n", indent + 2, "", key, text, bytes, value);
        text = value + bytes;
        text += strspn(text, "; ");
    }
}

/* A key without a default is shown as a comment. */
static void print_empty(FILE *to, const struct setting *setting, const char *name, int indent)
{
    const char *value = setting->shape == SHAPE_LIST  ? "[2026-12-25, 2027-01-01]"
                        : setting->shape == SHAPE_MAP ? "{\"Telephone\": phone_number}"
                                                      : "\"\"";
    fprintf(to, "%*s# %s: %s\n", indent, "", name, value);
}

static void print_setting(FILE *to, const struct setting *setting, const char *name, int indent)
{
    char range[RANGE_BYTES];
    range_text(setting, range, sizeof range);
    print_comment(to, setting->why, indent);
    if (range[0] != '\0')
        fprintf(to, "%*s# (%s)\n", indent, "", range);
    if (setting->fallback[0] == '\0')
        print_empty(to, setting, name, indent);
    else if (setting->shape == SHAPE_MAP)
        print_map(to, name, setting->fallback, indent);
    else
        fprintf(to, needs_quotes(setting->fallback) ? "%*s%s: \"%s\"\n" : "%*s%s: %s\n", indent, "",
                name, setting->fallback);
}

static bool same_section(const char *a, const char *b)
{
    size_t bytes = strcspn(a, ".");
    return a[bytes] == '.' && strncmp(a, b, bytes + 1) == 0;
}

void config_write_sample(FILE *to)
{
    fputs("# Every setting of numhost with its default. Written by `numhost config sample`; a "
          "setting that is\n"
          "# left out has its default, and an unknown one is an error. Durations and rates carry "
          "their unit:\n"
          "# 500ms, 30s, 2m, 4h, 7d; 20/s, 1/m. Flags win over NUMHOST_ variables, those over this "
          "file.\n"
          "# Secrets do not belong here: see api.credentials_file.\n",
          to);
    for (size_t i = 0; i < settings_count; i++) {
        const char *key = settings[i].key;
        const char *dot = strchr(key, '.');
        fputc('\n', to);
        if (dot != NULL && (i == 0 || !same_section(key, settings[i - 1].key)))
            fprintf(to, "%.*s:\n", (int)(dot - key), key);
        print_setting(to, &settings[i], dot == NULL ? key : dot + 1, dot == NULL ? 0 : 2);
    }
}

static void print_cell(FILE *to, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|')
            fputc('\\', to);
        fputc(*text, to);
    }
}

void config_write_reference(FILE *to)
{
    fputs("# Configuration\n\n"
          "Written by `numhost config reference` from the table in `src/cmd/settings.c`.\n\n"
          "A setting is taken from a flag, else from its variable, else from the first file of "
          "`--config`, `NUMHOST_CONFIG`,\n`./numhost.yaml`, "
          "`$XDG_CONFIG_HOME/numhost/numhost.yaml` and `/etc/numhost/numhost.yaml`, else from its "
          "default.\nUnknown keys and variables, keys that stand twice and values out of range are "
          "errors with file, line and column\n(exit code 2). `numhost config show --origin` tells "
          "where every value came from.\n\n"
          "In variables a map is `key=value; key=value` and a list `a, b`. Relative paths in the "
          "file are seen from its folder,\nthose in variables and flags from the working "
          "directory.\n\n"
          "| key | default | values | variable | what it does, and why |\n|---|---|---|---|---|\n",
          to);
    for (size_t i = 0; i < settings_count; i++) {
        char range[RANGE_BYTES];
        char variable[VARIABLE_BYTES];
        range_text(&settings[i], range, sizeof range);
        setting_variable(&settings[i], variable);
        const char *fallback = settings[i].fallback;
        fprintf(to, "| `%s` | %s%s%s | %s | `%s` | ", settings[i].key,
                fallback[0] == '\0' ? "" : "`", fallback, fallback[0] == '\0' ? "" : "`", range,
                variable);
        print_cell(to, settings[i].why);
        fputs(" |\n", to);
    }
    fputs(
        "\n## Credentials\n\n"
        "Never flags, never in this file. The first of these is used:\n\n"
        "1. `api.credentials_file`: lines `TWILIO_ACCOUNT_SID=AC...`, `TWILIO_API_KEY=SK...`, "
        "`TWILIO_API_SECRET=...`\n   (better) or `TWILIO_AUTH_TOKEN=...`. Your own plain file, "
        "mode 600; a link, or a file that others can read, is refused.\n"
        "2. `$CREDENTIALS_DIRECTORY/twilio`, the same lines (systemd: `LoadCredential=twilio:`).\n"
        "3. The variables of these names, which are removed from the environment once read.\n"
        "4. With `api.environment: sandbox`, fixed test credentials.\n\n"
        "The auth token is also what signs the service's callbacks: without it they cannot be "
        "checked.\n",
        to);
}
