/* How fast a big file gets into the store, and how fast single and grouped commits are:
 *     bench_store_import ROWS DATABASE [CSV]
 * With CSV it also writes the same rows there, for `sqlite3 DB ".import --csv FILE t"` beside it.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "ports/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { ROWS_PER_SITE = 20, COMMITS = 2000, GROUP = 200 };

static const char header[] = "phone_number,friendly_name,email,address_sid,contact_title,"
                             "contact_phone_number,site,time_zone,sms_url,status_callback_url";

/* A number whose order in the file says nothing about its digits. */
static long long phone_of(long long i)
{
    return 2000000000LL + i * 7919LL * 104729LL % 7999999993LL;
}

static void make_row(struct import_row *row, struct buf *record, long long i)
{
    memset(row, 0, sizeof *row);
    buf_clear(record);
    row->line = i + 2;
    snprintf(row->phone_number, sizeof row->phone_number, "+1%lld", phone_of(i));
    snprintf(row->site, sizeof row->site, "Store %lld", i / ROWS_PER_SITE);
    TEXT_SET(row->time_zone, "America/Chicago");
    snprintf(row->details.friendly_name, FRIENDLY_NAME_BYTES, "Line %lld of the bench", i);
    snprintf(row->details.email, EMAIL_BYTES, "signer%lld@example.com", i / 5000);
    TEXT_SET(row->details.address_sid, "AD0123456789abcdef0123456789abcdef");
    TEXT_SET(row->details.sms_url, "https://example.com/sms");
    TEXT_SET(row->details.status_callback_url, "https://example.com/status");
    TEXT_SET(row->signer.address_sid, row->details.address_sid);
    TEXT_SET(row->signer.email, row->details.email);
    TEXT_SET(row->signer.contact_title, "Owner");
    TEXT_SET(row->signer.contact_phone_number, "+14155550123");
    buf_addf(record, "%s,%s,%s,%s,%s,%s,%s,%s,%s,%s", row->phone_number, row->details.friendly_name,
             row->details.email, row->details.address_sid, row->signer.contact_title,
             row->signer.contact_phone_number, row->site, row->time_zone, row->details.sms_url,
             row->details.status_callback_url);
    row->record = buf_text(record);
    row->record_bytes = record->length;
}

static void die(const struct error *err)
{
    fprintf(stderr, "%s\n", err->text);
    exit(1);
}

static long peak_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void write_csv(const char *path, long long rows)
{
    struct import_row row;
    struct buf record;
    FILE *out = fopen(path, "w");
    if (out == NULL)
        exit(1);
    buf_init(&record, 4096);
    fprintf(out, "%s\n", header);
    for (long long i = 0; i < rows; i++) {
        make_row(&row, &record, i);
        fprintf(out, "%s\n", row.record);
    }
    buf_done(&record);
    fclose(out);
}

/* What making the rows costs by itself: not the store's. */
static void time_rows(long long rows)
{
    struct import_row row;
    struct buf record;
    buf_init(&record, 4096);
    int64_t from_ms = clock_monotonic_ms();
    for (long long i = 0; i < rows; i++)
        make_row(&row, &record, i);
    printf("making the rows alone: %.2f s\n", (double)(clock_monotonic_ms() - from_ms) / 1e3);
    buf_done(&record);
}

static void import_rows(struct store *store, long long rows)
{
    struct error err = {0};
    struct buf record;
    struct import_result result;
    buf_init(&record, 4096);
    int64_t from_ms = clock_monotonic_ms();
    if (!store_begin(store, &err) ||
        !store_import_begin(store, "bench", "bench.csv", header, 1000, &err))
        die(&err);
    for (long long i = 0; i < rows; i++) {
        struct import_row row;
        make_row(&row, &record, i);
        if (!store_import_row(store, &row, &result, &err))
            die(&err);
    }
    int64_t rows_ms = clock_monotonic_ms();
    if (!store_import_end(store, &err) || !store_commit(store, &err))
        die(&err);
    int64_t end_ms = clock_monotonic_ms();
    printf("import: %lld rows in %.2f s (rows %.2f, commit %.2f), peak %ld KiB\n", rows,
           (double)(end_ms - from_ms) / 1e3, (double)(rows_ms - from_ms) / 1e3,
           (double)(end_ms - rows_ms) / 1e3, peak_kib());
    buf_done(&record);
}

static void save_one(struct store *store, int64_t id, int64_t at_ms)
{
    struct error err = {0};
    struct number number;
    struct event event = {.number_id = id, .at_ms = at_ms, .kind = EVENT_STATUS};
    bool found = false;
    if (!store_find_number(store, id, &number, &found, &err) || !found)
        die(&err);
    number.status = number.status == STATUS_QUEUED ? STATUS_RECEIVED : STATUS_QUEUED;
    number.updated_at_ms = at_ms;
    if (!store_save_number(store, &number, &err) || !store_add_event(store, &event, &err))
        die(&err);
}

static void commit_groups(struct store *store, int64_t rows, int group, int groups)
{
    struct error err = {0};
    int64_t from_ms = clock_monotonic_ms();
    for (int i = 0; i < groups; i++) {
        if (!store_begin(store, &err))
            die(&err);
        for (int j = 0; j < group; j++)
            save_one(store, 1 + ((int64_t)i * group + j) * 7919 % rows, from_ms);
        if (!store_commit(store, &err))
            die(&err);
    }
    double seconds = (double)(clock_monotonic_ms() - from_ms) / 1e3;
    printf("commit: groups of %d: %.0f transitions/s\n", group, group * groups / seconds);
}

static bool count_tally(void *context, const struct tally *tally)
{
    *(int64_t *)context += tally->count;
    return true;
}

static void time_status(struct store *store)
{
    struct error err = {0};
    int64_t count = 0;
    int64_t from_ms = clock_monotonic_ms();
    if (!store_each_tally(store, "", count_tally, &count, &err))
        die(&err);
    printf("status: %lld numbers counted in %lld ms\n", (long long)count,
           (long long)(clock_monotonic_ms() - from_ms));
}

int main(int argc, char **argv)
{
    long long rows = 0;
    struct error err = {0};
    if (argc < 3 || !text_to_int(argv[1], 1, 100000000, &rows)) {
        fprintf(stderr, "usage: bench_store_import ROWS DATABASE [CSV]\n");
        return 2;
    }
    if (argc > 3)
        write_csv(argv[3], rows);
    struct store *store = store_open(argv[2], STORE_WRITE, &err);
    if (store == NULL)
        die(&err);
    time_rows(rows);
    import_rows(store, rows);
    if (getenv("NO_COMMITS") == NULL)
        commit_groups(store, rows, 1, COMMITS);
    if (getenv("NO_COMMITS") == NULL)
        commit_groups(store, rows, GROUP, COMMITS / 20);
    time_status(store);
    store_close(store);
    return 0;
}
