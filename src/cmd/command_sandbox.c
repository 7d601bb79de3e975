#include "cmd/commands.h"
#include "cmd/invocation.h"
#include "cmd/sandbox_serve.h"
#include "sandbox/fault.h"
#include "sandbox/magic.h"

#include <string.h>

static const char default_listen[] = "127.0.0.1:8411";

/* The magic numbers, from the table the model goes by. */
static void print_numbers(FILE *out)
{
    for (size_t i = 1; magic_row(i) != NULL; i++)
        fprintf(out, "%s  %s\n", magic_row(i)->digits, magic_row(i)->what);
}

static void print_faults(FILE *out)
{
    for (int i = FAULT_NONE + 1; i < FAULT_COUNT; i++)
        fprintf(out, "%-18s%s\n", fault_of((enum fault_kind)i)->name,
                fault_of((enum fault_kind)i)->what);
}

static enum result run(struct invocation *inv, struct error *err)
{
    long long speed = 1;
    long long seed = 0;
    if (!invocation_int(inv, "speed", 1, 1000000, &speed, err) ||
        !invocation_int(inv, "seed", 0, INT64_MAX, &seed, err))
        return RESULT_USAGE;
    if (invocation_flag(inv, "numbers") || invocation_flag(inv, "faults")) {
        if (invocation_flag(inv, "numbers"))
            print_numbers(inv->out);
        if (invocation_flag(inv, "faults"))
            print_faults(inv->out);
        return RESULT_DONE;
    }
    const char *listen = invocation_value(inv, "listen");
    struct sandbox_serve_options options = {
        .listen = listen != NULL ? listen : default_listen,
        .scenario_path = invocation_value(inv, "scenario"),
        .state_path = invocation_value(inv, "state"),
        .port_path = invocation_value(inv, "port-file"),
        .speed = speed,
        .seed = (uint64_t)seed,
        .out = inv->out,
    };
    return sandbox_serve(&options, err) ? RESULT_DONE : result_of_error(err);
}

const struct command command_sandbox = {
    .name = "sandbox",
    .positionals = "",
    .summary = "serve a model of the service to try things out on",
    .details =
        "Answers as the preview API does: orders, calls, signatures and carriers happen by "
        "themselves, faster than in life, and no phone rings. It is what an unconfigured numhost "
        "talks to. Any credentials will do.\n\n"
        "A scenario file says how its world behaves; samples/scenarios/ has several. The last "
        "four digits 0100 to 0119 of a phone number give an outcome on demand in any area code: "
        "--numbers lists them, --faults lists what can go wrong on the wire.\n\n"
        "The page docs/sandbox.md tells the rest: the control plane (/_sandbox/ledger shows what "
        "really happened), every key of a scenario, and what is assumed where the service's "
        "documentation is silent.",
    .options =
        {
            {.name = "listen",
             .argument = "HOST:PORT",
             .help = "default 127.0.0.1:8411; port 0: any free one"},
            {.name = "scenario", .argument = "FILE", .help = "how the world behaves (YAML)"},
            {.name = "state",
             .argument = "FILE",
             .help = "keep everything in this file across restarts"},
            {.name = "speed", .argument = "N", .help = "its clock runs N times faster"},
            {.name = "seed",
             .argument = "N",
             .help = "chance starts here instead of the scenario's seed"},
            {.name = "port-file",
             .argument = "FILE",
             .help = "write the port there once it listens"},
            {.name = "numbers", .help = "print the magic numbers and stop"},
            {.name = "faults", .help = "print the faults a scenario can ask for and stop"},
        },
    .examples =
        {
            {"sandbox", "everything goes well, within minutes"},
            {"sandbox --scenario samples/scenarios/realistic-fortnight.yaml --speed 1000",
             "a fortnight in twenty minutes"},
            {"sandbox --state sandbox.state", "goes on where it stopped"},
        },
    .run = run,
};
