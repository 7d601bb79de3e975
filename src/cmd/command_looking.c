/* status, show, calls, report: the commands that only look. */
#include "base/text.h"
#include "cmd/commands.h"
#include "cmd/config.h"
#include "cmd/invocation.h"
#include "cmd/looking.h"
#include "cmd/stop.h"
#include "engine/report.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Columns of the terminal behind a stream, 0 when it is none. */
static int width_of(FILE *stream)
{
    struct winsize size;
    int fd = fileno(stream);
    if (fd < 0 || isatty(fd) == 0)
        return 0;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static struct looks looks_of(const struct invocation *inv)
{
    return (struct looks){
        .color = inv->style.colour, .json = inv->json, .width = width_of(inv->out)};
}

static const char *value_or_empty(const struct invocation *inv, const char *name)
{
    const char *value = invocation_value(inv, name);
    return value == NULL ? "" : value;
}

static enum result done_or_failed(bool done, const struct error *err)
{
    return done ? RESULT_DONE : command_failed(err);
}

static enum result run_status(struct invocation *inv, struct error *err)
{
    const struct looks looks = looks_of(inv);
    const char *batch = value_or_empty(inv, "batch");
    struct store *store = invocation_store(inv, STORE_READ, err);
    if (store == NULL)
        return command_failed(err);
    if (!invocation_flag(inv, "watch"))
        return done_or_failed(looking_status(store, batch, &looks, inv->now_ms, inv->out, err),
                              err);
    return done_or_failed(looking_watch(store, batch, &looks, stop_on_signals(), inv->out, err),
                          err);
}

static enum result run_show(struct invocation *inv, struct error *err)
{
    const struct looks looks = looks_of(inv);
    const struct show_options options = {
        .phone_number = invocation_word(inv, 0),
        .policy = &inv->config->policy,
        .hours = &inv->config->hours,
    };
    struct store *store = invocation_store(inv, STORE_READ, err);
    return done_or_failed(
        store != NULL && looking_show(store, &options, &looks, inv->now_ms, inv->out, err), err);
}

static enum result run_calls(struct invocation *inv, struct error *err)
{
    const struct looks looks = looks_of(inv);
    long long most = 100;
    struct store *store = NULL;
    bool done =
        invocation_int(inv, "limit", 1, CALLS_SHOWN_MAX, &most, err) &&
        (store = invocation_store(inv, STORE_READ, err)) != NULL &&
        looking_calls(store, value_or_empty(inv, "site"), most, &looks, inv->now_ms, inv->out, err);
    return done_or_failed(done, err);
}

static enum result run_report(struct invocation *inv, struct error *err)
{
    const struct looks looks = looks_of(inv);
    const struct report_options options = {
        .kind = invocation_word(inv, 0),
        .batch = value_or_empty(inv, "batch"),
        .format = value_or_empty(inv, "format"),
        .path = value_or_empty(inv, "output"),
    };
    struct store *store = invocation_store(inv, STORE_READ, err);
    return done_or_failed(
        store != NULL && looking_report(store, &options, &looks, inv->now_ms, inv->out, err), err);
}

const struct command command_status = {
    .name = "status",
    .positionals = "",
    .summary = "how many numbers are where, and whom they wait for",
    .details = "The last line accounts for every row: rows = completed + in progress + needs "
               "attention + failed + canceled + rejected.",
    .needs = NEEDS_CONFIG,
    .options = {{.name = "batch", .argument = "NAME", .help = "of this batch alone"},
                {.name = "watch", .help = "again whenever something changes"}},
    .examples = {{"status", "everything"},
                 {"status --batch stores --watch", "one batch, going on"}},
    .run = run_status,
};

const struct command command_show = {
    .name = "show",
    .positionals = "NUMBER",
    .summary = "everything about one number: history, and which gate it waits at",
    .positional_min = 1,
    .positional_max = 1,
    .needs = NEEDS_CONFIG,
    .examples = {{"show '(415) 555-0123'", "why does this one not move?"}},
    .run = run_show,
};

const struct command command_calls = {
    .name = "calls",
    .positionals = "",
    .summary = "verification calls now and next: number, code, attempt, valid until",
    .needs = NEEDS_CONFIG,
    .options = {{.name = "site", .argument = "SITE", .help = "of this site alone"},
                {.name = "limit", .argument = "N", .help = "at most so many (default 100)"}},
    .examples = {{"calls --site 0451", "what is the code for the person at the phone?"}},
    .run = run_calls,
};

const struct command command_report = {
    .name = "report",
    .positionals = "KIND",
    .summary = "write a report: who is how far, what failed, who has to do what",
    .details =
        "`failed` and `rejected` are valid input again once mended. `all` writes every report "
        "into a folder, with manifest.json (row counts, SHA-256) and report.html.",
    .positional_min = 1,
    .positional_max = 1,
    .choices = {"progress", "summary", "failed", "rejected", "history", "calls", "signers", "brief",
                "all"},
    .needs = NEEDS_CONFIG,
    .options = {{.name = "batch", .argument = "NAME", .help = "of this batch alone"},
                {.name = "format", .argument = "FORMAT", .choices = "csv|json", .help = "how"},
                {.name = "output",
                 .letter = 'o',
                 .argument = "FILE",
                 .help = "a file, a folder for `all`; default: standard output"}},
    .examples = {{"report progress -o progress.csv", "a row for every input row"},
                 {"report brief", "the morning's page"},
                 {"report all -o reports", "everything, for the archive"}},
    .run = run_report,
};
