#include "cmd/commands.h"
#include "cmd/config.h"
#include "cmd/doctor.h"
#include "cmd/json_output.h"

static const char *const state_names[] = {
    [FINDING_GOOD] = "good",
    [FINDING_NOTE] = "note",
    [FINDING_BAD] = "bad",
};

static const char *colour_of(const struct style *style, enum finding_state state)
{
    const char *const colours[] = {
        [FINDING_GOOD] = style->green,
        [FINDING_NOTE] = style->yellow,
        [FINDING_BAD] = style->red,
    };
    return colours[state];
}

static void check_credentials(struct findings *findings, const struct invocation *inv)
{
    struct error err = {0};
    struct credentials *credentials = credentials_new();
    if (!credentials_read(credentials, inv->config, &err)) {
        find_bad(findings, "credentials", RESULT_ACCESS, "%.380s", err.text);
    } else {
        find_good(findings, "credentials", "from %s, well-formed", credentials->source);
        if (!invocation_flag(inv, "offline")) {
            invocation_say(inv, "asking %s for one order (nothing is changed)",
                           inv->config->base_url);
            check_access(findings, inv->config, credentials);
        }
    }
    credentials_free(credentials);
}

static void print_plain(const struct invocation *inv, const struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        if (inv->quiet && finding->state != FINDING_BAD)
            continue;
        fprintf(inv->out, "%s%-4s%s  %-11s  %s\n", colour_of(&inv->style, finding->state),
                state_names[finding->state], inv->style.reset, finding->check, finding->text);
    }
}

static void print_json(const struct invocation *inv, const struct findings *findings,
                       enum result result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "check", finding->check, "state",
                                              state_names[finding->state], "text",
                                              json_lossy(finding->text)));
    }
    json_t *root =
        json_pack("{s:i, s:b, s:o}", "schema", 1, "good", result == RESULT_DONE, "findings", list);
    json_print(inv->out, root);
}

/* The first bad finding decides: they stand in the order in which they should be mended. */
static enum result result_of(const struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->list[i].state == FINDING_BAD)
            return findings->list[i].result;
    return RESULT_DONE;
}

static enum result run(struct invocation *inv, struct error *err)
{
    (void)err;
    struct findings findings = {0};
    check_versions(&findings);
    check_config(&findings, inv->config);
    check_database(&findings, inv->config);
    check_clock(&findings, inv->now_ms);
    check_credentials(&findings, inv);
    enum result result = result_of(&findings);
    if (inv->json)
        print_json(inv, &findings, result);
    else
        print_plain(inv, &findings);
    return result;
}

const struct command command_doctor = {
    .name = "doctor",
    .positionals = "",
    .summary = "check versions, configuration, credentials, access, disk and clock",
    .details = "Changes nothing. The service is asked for one order, to see whether it lets us in; "
               "--offline leaves that out. The exit code is that of the first thing that is bad.",
    .needs = NEEDS_CONFIG,
    .options = {{.name = "offline", .help = "do not ask the service"}},
    .examples = {{"doctor", "before the first run"},
                 {"doctor --offline --json", "for a machine without network"}},
    .run = run,
};
