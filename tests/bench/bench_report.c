/* How long looking takes and how much memory it needs, on a store made up here:
 *
 *     bench_report make FILE.db ROWS     a store of so many numbers in all states
 *     bench_report progress FILE.db      and every other kind of report: to /dev/null
 *     bench_report status FILE.db        what numhost status reads
 *
 * Each prints seconds and the peak of resident memory. Run them one by one: the peak is the
 * process's. */
#include "base/clock.h"
#include "base/text.h"
#include "engine/accounts.h"
#include "engine/import.h"
#include "engine/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { SAVES_AT_ONCE = 20000 };

static bool write_csv(const char *path, int64_t rows)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return false;
    fputs("phone_number,friendly_name,site,email,address_sid,Cost center,notes\n", file);
    for (int64_t i = 0; i < rows; i++)
        fprintf(file,
                "+1%03" PRId64 "%07" PRId64 ",Shop %" PRId64 ",Site %" PRId64 ",signer%" PRId64
                "@example.com,,%" PRId64 ",a note about it\n",
                212 + i / 8000000, 2000000 + i % 8000000, i, i % 5000, i % 100, i % 977);
    return fclose(file) == 0;
}

static bool import(struct store *store, const char *path, struct error *err)
{
    struct import_summary summary;
    FILE *messages = fopen("/dev/null", "w");
    const struct import_options options = {.path = path,
                                           .batch = "bench",
                                           .now_ms = clock_now_ms(),
                                           .actor = "bench",
                                           .messages = messages};
    bool imported = messages != NULL && import_file(store, &options, &summary, err);
    if (messages != NULL)
        fclose(messages);
    return imported;
}

/* Every status, and one in fifty with a reason that a person must read. */
static bool move(struct store *store, int64_t id, struct error *err)
{
    struct number number;
    bool found = false;
    if (!store_find_number(store, id, &number, &found, err))
        return false;
    if (!found)
        return true;
    number.status = (enum status)(id % STATUS_COUNT);
    number.step = number.status == STATUS_QUEUED ? STEP_CREATE : STEP_NOTHING;
    snprintf(number.order_sid, sizeof number.order_sid, "HR%032" PRId64, id);
    number.since_at_ms = clock_now_ms() - id % 100000 * SECOND_MS;
    number.created_at_ms = number.since_at_ms - HOUR_MS;
    if (id % 50 == 0 && !status_is_end(number.status))
        number.attention = (enum attention)(1 + id / 50 % (ATTENTION_COUNT - 1));
    if (number.status == STATUS_FAILED)
        number.reason_code = 22100 + (int32_t)(id / 12 % 30);
    return store_save_number(store, &number, err);
}

static bool move_all(struct store *store, int64_t rows, struct error *err)
{
    for (int64_t id = 1; id <= rows; id++) {
        bool first = id % SAVES_AT_ONCE == 1;
        bool last = id % SAVES_AT_ONCE == 0 || id == rows;
        if ((first && !store_begin(store, err)) || !move(store, id, err) ||
            (last && !store_commit(store, err)))
            return false;
    }
    return true;
}

static bool make(const char *path, int64_t rows, struct error *err)
{
    char csv[4096];
    snprintf(csv, sizeof csv, "%s.csv", path);
    struct store *store = store_open(path, STORE_WRITE, err);
    bool made = store != NULL && write_csv(csv, rows) && import(store, csv, err) &&
                move_all(store, rows, err);
    store_close(store);
    return made;
}

static bool look(const char *what, const char *path, struct error *err)
{
    struct accounts accounts;
    enum report_kind kind = REPORT_PROGRESS;
    FILE *out = fopen("/dev/null", "w");
    struct store *store = store_open(path, STORE_READ, err);
    bool done = store != NULL && out != NULL;
    if (done && strcmp(what, "status") == 0) {
        done = accounts_read(store, "", &accounts, err);
        if (done)
            printf("%" PRId64 " rows\n", accounts.total.rows);
        if (done)
            accounts_done(&accounts);
    } else if (done && strcmp(what, "page") == 0) {
        done = report_write_html(store, "", clock_now_ms(), out, err);
    } else if (done && report_kind_parse(what, &kind)) {
        const struct report_request request = {.kind = kind, .batch = "", .now_ms = clock_now_ms()};
        done = report_write(store, &request, out, NULL, err);
    } else if (done) {
        done = error_set(err, ERROR_USAGE, "there is no %s", what);
    }
    store_close(store);
    if (out != NULL)
        fclose(out);
    return done;
}

int main(int argc, char **argv)
{
    struct error err = {0};
    struct rusage usage;
    long long rows = 200000;
    bool making = argc >= 3 && strcmp(argv[1], "make") == 0;
    if (argc < 3 || (making && argc > 3 && !text_to_int(argv[3], 1, 5000000, &rows))) {
        fputs("usage: bench_report make|status|page|KIND FILE.db [ROWS]\n", stderr);
        return 2;
    }
    int64_t begin = clock_monotonic_ms();
    if (!(making ? make(argv[2], rows, &err) : look(argv[1], argv[2], &err))) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    getrusage(RUSAGE_SELF, &usage);
    fprintf(stderr, "%s: %.3f s, %ld MiB resident at most\n", argv[1],
            (double)(clock_monotonic_ms() - begin) / 1000.0, usage.ru_maxrss / 1024);
    return 0;
}
