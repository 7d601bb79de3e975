/* Rows and account compared, orders bound to their rows. */
#include "base/clock.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "cmd/config.h"
#include "cmd/connection.h"
#include "cmd/invocation.h"
#include "cmd/sync_output.h"
#include "engine/accounts.h"
#include "engine/sync.h"

#include <openssl/rand.h>
#include <string.h>

/* Up to so many orders of somebody else's nobody is asked. */
enum { UNASKED_MAX = 20, QUESTION_BYTES = 200 };

#define WAIT_AT_MOST_MS SECOND_MS

static bool drive(struct sync *sync, struct executor *executor, struct error *err)
{
    bool done = false;
    while (!done) {
        int64_t now_ms = clock_now_ms();
        int64_t next_at_ms = 0;
        if (!sync_step(sync, now_ms, &next_at_ms, &done, err))
            return false;
        int64_t wait_ms = next_at_ms == 0 ? WAIT_AT_MOST_MS : next_at_ms - now_ms;
        if (!done)
            executor->ops->wait(executor->self,
                                wait_ms < WAIT_AT_MOST_MS ? wait_ms : WAIT_AT_MOST_MS);
    }
    return true;
}

struct work {
    struct invocation *inv;
    struct store *store;
    struct connection connection;
    struct sync_options options;
    struct sync_result result;
};

static bool sync_once(struct work *work, struct error *err)
{
    struct executor *executor = work->connection.executor;
    struct sync *sync = sync_new(work->store, executor, &work->options);
    bool fine = drive(sync, executor, err);
    work->result = sync_result(sync);
    sync_free(sync);
    return fine;
}

/* How many orders --adopt-foreign would bind: the same list read beforehand, writing nothing. */
static bool count_foreign(struct work *work, int64_t *count, struct error *err)
{
    struct work rehearsal = *work;
    rehearsal.options.dry_run = true;
    rehearsal.options.list_only = true;
    rehearsal.options.report = NULL;
    rehearsal.options.bind_at_most = INT64_MAX;
    bool fine = sync_once(&rehearsal, err);
    *count = rehearsal.result.drifts[DRIFT_BOUND];
    return fine;
}

/* False with an empty error: the person said no. */
static bool ask_about_foreign(struct work *work, struct error *err)
{
    const struct invocation *inv = work->inv;
    if (!invocation_flag(inv, "adopt-foreign"))
        return true;
    work->options.bind_at_most = INT64_MAX;
    if (work->options.dry_run || invocation_flag(inv, "yes"))
        return true;
    int64_t count = 0;
    char question[QUESTION_BYTES];
    if (!count_foreign(work, &count, err))
        return false;
    snprintf(question, sizeof question,
             "Bind %lld orders that were not made by numhost to their rows? numhost then drives "
             "them on.",
             (long long)count);
    work->options.bind_at_most = count > UNASKED_MAX ? count : UNASKED_MAX;
    return count <= UNASKED_MAX || invocation_confirm(inv, question, err);
}

static bool find_batch(struct work *work, struct error *err)
{
    const char *batch = invocation_value(work->inv, "batch");
    struct accounts accounts;
    work->options.batch = batch != NULL ? batch : "";
    if (batch == NULL)
        return true;
    if (!accounts_read_alone(work->store, batch, &accounts, err))
        return false;
    work->options.batch_id = accounts.items[0].batch.id;
    accounts_done(&accounts);
    return true;
}

static enum result run_connected(struct work *work, struct error *err)
{
    const struct invocation *inv = work->inv;
    struct sync_output output;
    if (!connection_bind(&work->connection, inv->config, work->store, !work->options.dry_run,
                         err) ||
        !find_batch(work, err) || !ask_about_foreign(work, err))
        return err->text[0] != '\0' ? command_failed(err) : RESULT_ERROR;
    sync_output_init(&output, inv->out, inv->json, work->options.dry_run);
    work->options.report = sync_output_drift;
    work->options.context = &output;
    bool fine = sync_once(work, err);
    if (fine)
        sync_output_counts(&output, &work->result);
    sync_output_done(&output);
    if (!fine)
        return command_failed(err);
    return sync_left(&work->result) > 0 ? RESULT_ATTENTION : RESULT_DONE;
}

static struct store *open_store(struct invocation *inv, bool dry_run, struct error *err)
{
    struct store *store = invocation_store(inv, dry_run ? STORE_READ : STORE_WRITE, err);
    if (store == NULL && strstr(err->text, "locked by process") != NULL) {
        const struct error cause = *err;
        error_set(err, cause.kind,
                  "%.300s. A run that is going reads the account itself: stop it first (Ctrl-C is "
                  "safe), or compare beside it: numhost sync --dry-run",
                  cause.text);
    }
    return store;
}

static enum result run(struct invocation *inv, struct error *err)
{
    struct work work = {.inv = inv};
    work.options = (struct sync_options){.policy = inv->config->policy,
                                         .actor = inv->user,
                                         .dry_run = invocation_flag(inv, "dry-run")};
    if (RAND_bytes((unsigned char *)&work.options.seed, sizeof work.options.seed) != 1)
        work.options.seed = (uint64_t)inv->now_ms;
    work.store = open_store(inv, work.options.dry_run, err);
    if (work.store == NULL || !connection_open(&work.connection, inv->config, err))
        return command_failed(err);
    enum result result = run_connected(&work, err);
    connection_close(&work.connection);
    return result;
}

const struct command command_sync = {
    .name = "sync",
    .positionals = "",
    .summary = "read every order of the account: bind them to their rows, report differences",
    .details =
        "For a database that was lost, and for orders made in the Console or by a colleague. "
        "Orders "
        "under numhost's own names are bound to their rows and go on with the next run. Somebody "
        "else's order for a number of yours is reported and waits for you, unless --adopt-foreign "
        "binds it. Rows that are behind are brought up to date.\n\n"
        "Sends nothing but reads. Exit code 3: differences are left that a person must look at.",
    .needs = NEEDS_CONFIG,
    .options =
        {
            {.name = "batch",
             .argument = "NAME",
             .help = "only the rows of this batch; orders of other numbers are not reported"},
            {.name = "adopt-foreign",
             .help = "bind orders that were not made by numhost to their rows, too"},
            {.name = "dry-run", .help = "report only; works beside a run"},
        },
    .examples =
        {
            {"sync", "after the database was lost and the CSV imported again"},
            {"sync --dry-run --json", "what differs, for a script"},
            {"sync --batch stores --adopt-foreign", "go on with what a colleague began"},
        },
    .run = run,
};
