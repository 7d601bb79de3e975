#include "base/clock.h"
#include "cmd/chosen.h"
#include "cmd/commands.h"
#include "cmd/config.h"
#include "cmd/invocation.h"
#include "cmd/json_output.h"
#include "domain/window.h"

static void print_json(const struct invocation *inv, const char *phone_number,
                       const char *const *zones, size_t count, const char *opens)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(zones[i]));
    json_t *root = json_pack("{s:i, s:s, s:o, s:s}", "schema", 1, "phone_number", phone_number,
                             "time_zones", list, "call_from", opens);
    json_print(inv->out, root);
}

static enum result run(struct invocation *inv, struct error *err)
{
    char phone_number[PHONE_BYTES];
    if (!chosen_phone_number(invocation_word(inv, 0), phone_number, err))
        return command_failed(err);
    const char *zones[NUMBER_ZONES_MAX];
    size_t count = number_zones(phone_number, zones);
    char opens[RFC3339_BYTES];
    clock_rfc3339(opens, sizeof opens,
                  window_opens_at_ms(&inv->config->hours, "", phone_number, inv->now_ms));
    if (inv->json) {
        print_json(inv, phone_number, zones, count, opens);
        return RESULT_DONE;
    }
    for (size_t i = 0; i < count; i++)
        fprintf(inv->out, "%s\n", zones[i]);
    invocation_say(inv, "a call may be made from %s", opens[0] == '\0' ? "never" : opens);
    return RESULT_DONE;
}

const struct command command_zone = {
    .name = "zone",
    .positionals = "NUMBER",
    .summary = "the time zones a number can be in, and when it may be called",
    .details = "With several possible zones, a call is made only when the windows of all of them "
               "are open.\nThe column time_zone of the CSV settles it.",
    .positional_min = 1,
    .positional_max = 1,
    .needs = NEEDS_CONFIG,
    .examples = {{"zone +14155550123", "where is this number?"}},
    .run = run,
};
