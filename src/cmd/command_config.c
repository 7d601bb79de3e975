#include "cmd/commands.h"
#include "cmd/config.h"
#include "cmd/config_sample.h"
#include "cmd/invocation.h"
#include "cmd/json_output.h"
#include "cmd/settings.h"

#include <string.h>

enum { ORIGIN_TEXT_BYTES = PATH_BYTES + 32 };

static void show_plain(const struct invocation *inv, bool with_origin)
{
    char origin[ORIGIN_TEXT_BYTES];
    for (size_t i = 0; i < settings_count; i++) {
        config_origin_text(inv->config, i, origin, sizeof origin);
        fprintf(inv->out, with_origin ? "%-38s %-28s %s%s%s\n" : "%-38s %s\n", settings[i].key,
                inv->config->origins[i].text, inv->style.dim, origin, inv->style.reset);
    }
}

static void show_json(const struct invocation *inv)
{
    char origin[ORIGIN_TEXT_BYTES];
    json_t *list = json_object();
    for (size_t i = 0; i < settings_count; i++) {
        config_origin_text(inv->config, i, origin, sizeof origin);
        json_object_set_new(list, settings[i].key,
                            json_pack("{s:o, s:o}", "value",
                                      json_lossy(inv->config->origins[i].text), "origin",
                                      json_lossy(origin)));
    }
    json_t *root = json_pack("{s:i, s:o, s:o}", "schema", 1, "file", json_lossy(inv->config->file),
                             "settings", list);
    json_print(inv->out, root);
}

/* The configuration was read before the command ran, so that being here means that it is good. */
static void check(const struct invocation *inv)
{
    const char *file = inv->config->file;
    if (inv->json)
        show_json(inv);
    else if (file[0] == '\0')
        fprintf(inv->out,
                "no configuration file: defaults, NUMHOST_ variables and flags are good\n");
    else
        fprintf(inv->out, "%s is good\n", file);
}

static void show(const struct invocation *inv)
{
    if (inv->json)
        show_json(inv);
    else
        show_plain(inv, invocation_flag(inv, "origin"));
}

static enum result run(struct invocation *inv, struct error *err)
{
    (void)err;
    const char *what = invocation_word(inv, 0);
    if (strcmp(what, "check") == 0)
        check(inv);
    else if (strcmp(what, "sample") == 0)
        config_write_sample(inv->out);
    else if (strcmp(what, "reference") == 0)
        config_write_reference(inv->out);
    else
        show(inv);
    return RESULT_DONE;
}

const struct command command_config = {
    .name = "config",
    .positionals = "show|check|sample|reference",
    .summary = "show the settings and where each came from, or check them",
    .details =
        "A setting is taken from a flag, else from a NUMHOST_ variable (NUMHOST_API_RATE for "
        "api.rate),\nelse from the first file of --config, NUMHOST_CONFIG, ./numhost.yaml,\n"
        "$XDG_CONFIG_HOME/numhost/numhost.yaml and /etc/numhost/numhost.yaml, else from its "
        "default.\nSecrets are no settings and are not shown.",
    .positional_min = 1,
    .positional_max = 1,
    .choices = {"show", "check", "sample", "reference"},
    .needs = NEEDS_CONFIG,
    .options = {{.name = "origin", .help = "show: also where each value came from"}},
    .examples = {{"config show --origin", "every setting and where it came from"},
                 {"config check --config new.yaml", "is this file good?"},
                 {"config sample > numhost.yaml", "a file to begin with, every key explained"}},
    .run = run,
};
