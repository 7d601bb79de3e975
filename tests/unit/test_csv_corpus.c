/* Every file of tests/corpus/csv gets the verdict that verdicts.tsv gives it: made by
 * tests/corpus/make_csv_corpus.py. */
#include "base/attr.h"
#include "base/text.h"
#include "engine/import.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CORPUS SOURCE_DIR "/tests/corpus/csv/"

struct verdict {
    const char *file;
    bool accepted;
    long imported;
    long rejected;
    long warnings;
    const char *texts; /* " && " between them */
};

static bool all_stand_in(char *texts, const char *said, const char **missing)
{
    while (texts[0] != '\0') {
        char *end = strstr(texts, " && ");
        char *next = end != NULL ? end + 4 : texts + strlen(texts);
        if (end != NULL)
            *end = '\0';
        *missing = texts;
        if (strstr(said, texts) == NULL)
            return false;
        texts = next;
    }
    return true;
}

static bool import_one(const char *file, struct import_summary *summary, char **said,
                       struct error *err)
{
    char path[512];
    size_t bytes = 0;
    struct store *store = store_open(":memory:", STORE_WRITE, err);
    if (store == NULL)
        fail_msg("%s", err->text);
    snprintf(path, sizeof path, CORPUS "%s", file);
    struct import_options options = {.path = path, .dry_run = true, .now_ms = 1000};
    options.messages = open_memstream(said, &bytes);
    bool good = import_file(store, &options, summary, err);
    fclose(options.messages);
    store_close(store);
    return good;
}

static bool is_met(const struct verdict *verdict)
{
    struct import_summary summary;
    struct error err = {0};
    char *messages = NULL;
    char said[65536];
    char texts[1024];
    const char *missing = "";
    bool good = import_one(verdict->file, &summary, &messages, &err);
    snprintf(said, sizeof said, "%s%s", messages, err.text);
    (void)TEXT_SET(texts, verdict->texts);
    long rejected = (long)(summary.rejected + summary.outcomes[IMPORT_DUPLICATE] +
                           summary.outcomes[IMPORT_ELSEWHERE]);
    long imported = good ? (long)summary.outcomes[IMPORT_NEW] : 0;
    bool met = good == verdict->accepted && imported == verdict->imported &&
               rejected == verdict->rejected && summary.warnings == verdict->warnings &&
               all_stand_in(texts, said, &missing);
    if (!good && err.kind != ERROR_INPUT)
        met = false;
    if (!met)
        fprintf(stderr,
                "%s: %s, %ld imported, %ld rejected, %ld warnings; lacks \"%s\"; said:\n%s\n",
                verdict->file, good ? "ok" : "refused", imported, rejected, (long)summary.warnings,
                missing, said);
    free(messages);
    return met;
}

static bool parse_verdict(char *line, struct verdict *verdict)
{
    char *fields[6];
    char *at = line;
    line[strcspn(line, "\n")] = '\0';
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        fields[i] = strsep(&at, "\t");
    if (fields[5] == NULL)
        return false;
    *verdict = (struct verdict){.file = fields[0],
                                .accepted = strcmp(fields[1], "ok") == 0,
                                .imported = strtol(fields[2], NULL, 10),
                                .rejected = strtol(fields[3], NULL, 10),
                                .warnings = strtol(fields[4], NULL, 10),
                                .texts = fields[5]};
    return true;
}

static void every_bad_file_gets_its_verdict(void **state)
{
    char line[2048];
    int checked = 0;
    int wrong = 0;
    (void)state;
    FILE *table = fopen(CORPUS "verdicts.tsv", "r");
    assert_non_null(table);
    assert_non_null(fgets(line, sizeof line, table)); /* headings */
    while (fgets(line, sizeof line, table) != NULL) {
        struct verdict verdict;
        assert_true(parse_verdict(line, &verdict));
        wrong += is_met(&verdict) ? 0 : 1;
        checked++;
    }
    fclose(table);
    assert_true(checked >= 150);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_bad_file_gets_its_verdict)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
