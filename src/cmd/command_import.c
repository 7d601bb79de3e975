#include "base/text.h"
#include "cmd/commands.h"
#include "cmd/config.h"
#include "cmd/control.h"
#include "cmd/invocation.h"
#include "cmd/json_output.h"
#include "engine/import.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SPOOL_BYTES = 65536 };

static const int64_t spool_bytes_max = INT64_C(4) * 1024 * 1024 * 1024;

/* In the order of the summary; rejected rows come last. */
static const struct outcome_row {
    enum import_outcome outcome;
    const char *name;
} outcomes[] = {
    {IMPORT_NEW, "new"},
    {IMPORT_UNCHANGED, "unchanged"},
    {IMPORT_UPDATED, "updated"},
    {IMPORT_REQUEUED, "requeued"},
    {IMPORT_CONFLICT, "conflict"},
    {IMPORT_DUPLICATE, "duplicate"},
    {IMPORT_ELSEWHERE, "elsewhere"},
};
static_assert(COUNT_OF(outcomes) == IMPORT_OUTCOME_COUNT, "one name for each outcome");

static bool copy_input(FILE *in, int to, struct error *err)
{
    static const char hint[] = "cannot keep standard input aside";
    char bytes[SPOOL_BYTES];
    int64_t total = 0;
    size_t count;
    while ((count = fread(bytes, 1, sizeof bytes, in)) > 0) {
        total += (int64_t)count;
        if (total > spool_bytes_max)
            return error_set(err, ERROR_INPUT, "standard input is longer than 4 GiB");
        if (write(to, bytes, count) != (ssize_t)count)
            return error_set(err, ERROR_OTHER, "%s: %s", hint, strerror(errno));
    }
    return ferror(in) == 0 || error_set(err, ERROR_OTHER, "%s: %s", hint, strerror(errno));
}

/* A run cannot read our standard input: it gets a private file. */
static bool prepare(struct invocation *inv, struct error *err)
{
    if (strcmp(invocation_word(inv, 0), "-") != 0 || !control_answers(inv->config->database))
        return true;
    TEXT_SET(inv->spool, "/tmp/numhost-import-XXXXXX");
    int fd = mkstemp(inv->spool);
    if (fd < 0) {
        inv->spool[0] = '\0';
        return error_set(err, ERROR_OTHER, "/tmp: %s", strerror(errno));
    }
    bool fine = copy_input(inv->in, fd, err);
    if (close(fd) != 0 && fine)
        fine = error_set(err, ERROR_OTHER, "%s: %s", inv->spool, strerror(errno));
    inv->arguments.positionals[0] = inv->spool;
    if (invocation_value(inv, "rejects") == NULL)
        argument_set(&inv->arguments, "rejects", "rejects.csv");
    if (fine && invocation_value(inv, "batch") == NULL)
        return error_set(err, ERROR_USAGE, "standard input has no name; give --batch NAME");
    return fine;
}

static int64_t lost_rows(const struct import_summary *summary)
{
    return summary->rejected + summary->outcomes[IMPORT_DUPLICATE] +
           summary->outcomes[IMPORT_ELSEWHERE];
}

static void print_plain(const struct invocation *inv, const struct import_summary *summary,
                        bool dry_run)
{
    FILE *out = inv->out;
    fprintf(out, "batch %s: rows %lld =", summary->batch, (long long)summary->rows);
    for (size_t i = 0; i < COUNT_OF(outcomes); i++)
        fprintf(out, " %s %lld +", outcomes[i].name,
                (long long)summary->outcomes[outcomes[i].outcome]);
    fprintf(out, " rejected %lld\n", (long long)summary->rejected);
    if (summary->rejects_path[0] != '\0')
        fprintf(out, "rejects: %s (mend and import it again)\n", summary->rejects_path);
    if (dry_run)
        fprintf(out, "nothing was written: this was a dry run\n");
}

static void print_json(const struct invocation *inv, const struct import_summary *summary,
                       bool dry_run)
{
    json_t *root =
        json_pack("{s:i, s:s, s:b, s:I, s:I, s:I, s:o}", "schema", 1, "batch", summary->batch,
                  "dry_run", dry_run ? 1 : 0, "rows", (json_int_t)summary->rows, "rejected",
                  (json_int_t)summary->rejected, "warnings", (json_int_t)summary->warnings,
                  "rejects_file", json_lossy(summary->rejects_path));
    json_t *counts = json_object();
    for (size_t i = 0; i < COUNT_OF(outcomes); i++)
        json_object_set_new(counts, outcomes[i].name,
                            json_integer(summary->outcomes[outcomes[i].outcome]));
    json_object_set_new(root, "outcomes", counts);
    json_print(inv->out, root);
}

/* Options from flags and configuration; the paths are seen from the directory of who asked. */
struct paths {
    char file[CWD_BYTES];
    char rejects[CWD_BYTES];
};

static bool resolve(const struct invocation *inv, struct paths *paths, struct error *err)
{
    const char *file = invocation_word(inv, 0);
    const char *rejects = invocation_value(inv, "rejects");
    bool here = inv->host == NULL; /* messages show paths as they were given */
    TEXT_SET(paths->file, file);
    TEXT_SET(paths->rejects, rejects);
    if (here)
        return true;
    if (strcmp(file, "-") == 0) /* a run began between prepare() and sending */
        return error_set(err, ERROR_USAGE,
                         "a run cannot read your standard input; give the command again");
    return invocation_path(inv, file, paths->file, sizeof paths->file, err) &&
           (rejects == NULL ||
            invocation_path(inv, rejects, paths->rejects, sizeof paths->rejects, err));
}

static char delimiter_of(const char *word)
{
    if (word == NULL)
        return 0;
    return strcmp(word, "tab") == 0 ? '\t' : strcmp(word, "semicolon") == 0 ? ';' : ',';
}

static void take_config(const struct config *config, struct import_options *options)
{
    static_assert((int)CONFIG_COLUMNS_MAX <= (int)IMPORT_MAPPINGS_MAX, "every mapping fits");
    options->default_type = config->verification_type;
    TEXT_SET(options->default_signer.contact_title, config->contact_title);
    TEXT_SET(options->default_signer.contact_phone_number, config->contact_phone_number);
    options->mapping_count = config->column_count;
    for (size_t i = 0; i < config->column_count; i++)
        options->mappings[i] = (struct import_mapping){.heading = config->columns[i].heading,
                                                       .column = config->columns[i].column};
}

static enum result run(struct invocation *inv, struct error *err)
{
    struct paths paths = {0};
    struct store *store = invocation_store(inv, STORE_WRITE, err);
    if (store == NULL || !resolve(inv, &paths, err))
        return command_failed(err);
    struct import_options options = {
        .path = paths.file,
        .batch = invocation_value(inv, "batch"),
        .rejects_path = paths.rejects[0] == '\0' ? NULL : paths.rejects,
        .dry_run = invocation_flag(inv, "dry-run"),
        .strict = invocation_flag(inv, "strict"),
        .delimiter = delimiter_of(invocation_value(inv, "delimiter")),
        .now_ms = inv->now_ms,
        .actor = inv->user,
        .messages = inv->err,
    };
    take_config(inv->config, &options);
    struct import_summary summary = {0};
    if (!import_file(store, &options, &summary, err))
        return command_failed(err);
    if (inv->json)
        print_json(inv, &summary, options.dry_run);
    else if (!inv->quiet)
        print_plain(inv, &summary, options.dry_run);
    if (lost_rows(&summary) > 0 && !inv->json)
        invocation_say(inv, "%lld of %lld rows were not imported", (long long)lost_rows(&summary),
                       (long long)summary.rows);
    return RESULT_DONE;
}

const struct command command_import = {
    .name = "import",
    .positionals = "FILE.csv",
    .summary = "take the numbers of a CSV file in",
    .details =
        "All of the file or nothing: one transaction. The same file again changes nothing; a "
        "mended "
        "row updates\nwhat has not been sent yet. Columns may stand in another order than the "
        "batch has them; what the file has\nno column for stays as it is. Rejected rows go to the "
        "rejects file in their "
        "original layout plus a reason:\nmend them there and import it again. So can the failed, "
        "progress and\nrejected reports be mended "
        "and imported: their numbers stay in their batch and keep their lines, and no\nbatch is "
        "made; "
        "a report about several batches is refused (numhost report --batch NAME). `-` reads "
        "standard "
        "input and needs --batch. Nothing is sent by import.",
    .positional_min = 1,
    .positional_max = 1,
    .needs = NEEDS_CONFIG,
    .changes_store = true,
    .options =
        {
            {.name = "batch",
             .argument = "NAME",
             .help = "name of the batch (default: the file's)"},
            {.name = "dry-run", .help = "check everything, write nothing"},
            {.name = "rejects",
             .argument = "FILE",
             .help = "where rejected rows go (default FILE.rejects.csv)"},
            {.name = "strict", .help = "a single rejected row rejects the whole file"},
            {.name = "delimiter",
             .argument = "NAME",
             .choices = "comma|semicolon|tab",
             .help = "what stands between cells (default: detected)"},
        },
    .examples = {{"import stores.csv", "take in a file"},
                 {"import stores.csv --dry-run", "what would happen?"},
                 {"import stores.rejects.csv", "after mending rejected rows"}},
    .prepare = prepare,
    .run = run,
};
