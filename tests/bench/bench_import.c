/* bench_import FILE.csv DATABASE: import into a fresh database; prints rows, seconds, peak memory.
 */
#include "base/clock.h"
#include "engine/import.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>

int main(int argc, char **argv)
{
    struct error err = {0};
    struct import_summary summary;
    struct rusage usage;
    if (argc != 3) {
        fprintf(stderr, "usage: bench_import FILE.csv DATABASE\n");
        return 2;
    }
    const struct import_options options = {
        .path = argv[1], .now_ms = clock_now_ms(), .messages = stderr};
    int64_t began = clock_monotonic_ms();
    struct store *store = store_open(argv[2], STORE_WRITE, &err);
    if (store == NULL || !import_file(store, &options, &summary, &err)) {
        fprintf(stderr, "bench_import: %s\n", err.text);
        return 1;
    }
    store_close(store);
    int64_t took = clock_monotonic_ms() - began;
    getrusage(RUSAGE_SELF, &usage);
    printf("%" PRId64 " rows %" PRId64 " ms %ld KiB\n", summary.outcomes[0], took, usage.ru_maxrss);
    return summary.rejected == 0 ? 0 : 3;
}
