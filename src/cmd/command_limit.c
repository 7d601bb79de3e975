#include "cmd/commands.h"
#include "cmd/config.h"
#include "cmd/invocation.h"
#include "cmd/units.h"

static const double rate_max = 10000;

static bool read_rate(const struct invocation *inv, double *per_second, struct error *err)
{
    const char *text = invocation_value(inv, "rate");
    if (text == NULL)
        return error_set(err, ERROR_USAGE, "limit needs --rate, like --rate 5/s");
    if (!rate_parse(text, per_second, err))
        return error_context(err, "--rate");
    return *per_second <= rate_max ||
           error_set(err, ERROR_USAGE, "--rate: more than %.0f/s", rate_max);
}

static enum result run(struct invocation *inv, struct error *err)
{
    double per_second = 0;
    if (!read_rate(inv, &per_second, err))
        return command_failed(err);
    if (inv->host == NULL || inv->host->set_rate == NULL) {
        error_set(err, ERROR_OTHER,
                  "no run holds this database; set api.rate in the configuration, or "
                  "NUMHOST_API_RATE, for the next one");
        return command_failed(err);
    }
    inv->host->set_rate(inv->host->context, per_second, inv->now_ms);
    if (inv->json)
        fprintf(inv->out, "{\"schema\":1,\"requests_per_second\":%g}\n", per_second);
    else
        invocation_say(inv, "at most %g requests a second until the run ends", per_second);
    return RESULT_DONE;
}

const struct command command_limit = {
    .name = "limit",
    .positionals = "",
    .summary = "change the pace of requests of the run that is going",
    .details = "Until the run ends; api.rate is the pace of the next one.",
    .needs = NEEDS_CONFIG,
    .changes_store = true,
    .options = {{.name = "rate", .argument = "RATE", .help = "requests, like 5/s or 100/m"}},
    .examples = {{"limit --rate 5/s", "slow down"}},
    .run = run,
};
