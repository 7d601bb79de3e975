/* A corpus of CSV files with trouble in them, each with what import says about it, word for word.
 *
 * tests/corpus/csv holds the files (made by tests/corpus/make_csv_corpus.py) and verdicts.tsv,
 * whose head explains its columns. The table is not written by hand:
 *
 *     build/dev/tests/test_csv_corpus --print >tests/corpus/csv/verdicts.tsv
 *
 * prints what import says now. Read each line that `git diff` shows: would somebody who sees it
 * alone know where the trouble is, what it is and what to do? Then commit it; the test fails until
 * then. */
#include "engine/import.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define CORPUS SOURCE_DIR "/tests/corpus/csv/"
#define TABLE "verdicts.tsv"

static const char head[] =
    "# What import makes of each file of this folder, and says: one line for each message, in the\n"
    "# order in which it is printed. With a tab between them:\n"
    "# file      its name; in the order of the names' bytes\n"
    "# imported  rows of the file that are imported\n"
    "# refused   rows of the file that are not\n"
    "# verdict   good: nothing is said of the file\n"
    "#           warning: the row is not refused for it\n"
    "#           rejected: the row is not imported\n"
    "#           grouped: how many rows of one kind there were\n"
    "#           refused: nothing of the file is imported\n"
    "# line      where the trouble is; of a group the first; 0: the whole file\n"
    "# column    its heading in the file, or its number where the row cannot be read\n"
    "# value     what is shown of it: masked\n"
    "# message   what is wrong\n"
    "# remedy    what to do about it\n"
    "# Written by test_csv_corpus --print and read line by line: tests/unit/test_csv_corpus.c.\n"
    "file\timported\trefused\tverdict\tline\tcolumn\tvalue\tmessage\tremedy\n";

/* A message of import in its parts; "" and 0 where it has none. */
struct said {
    const char *verdict;
    long line;
    long rows; /* of a group */
    bool is_warning;
    long cell;
    const char *column;
    const char *value;
    const char *rule;
    const char *remedy;
};

struct judged {
    bool imported;
    struct import_summary summary;
    char *messages; /* lines, without the file's name */
    struct error err;
};

static bool begins(char **at, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(*at, word, length) != 0)
        return false;
    *at += length;
    return true;
}

/* Takes BEFORE, a number and BEHIND from the start of *at: the number, or 0 when it begins
 * otherwise. */
static long take_number(char **at, const char *before, const char *behind)
{
    char *rest = *at;
    if (!begins(&rest, before))
        return 0;
    long number = strtol(rest, &rest, 10);
    if (number == 0 || !begins(&rest, behind))
        return 0;
    *at = rest;
    return number;
}

/* Takes BEFORE, "TEXT" and ": " from the start of *at: the text, or "". */
static const char *take_quoted(char **at, const char *before)
{
    char *text = *at;
    char *end = begins(&text, before) && begins(&text, "\"") ? strstr(text, "\": ") : NULL;
    if (end == NULL)
        return "";
    *end = '\0';
    *at = end + strlen("\": ");
    return text;
}

/* Cuts the text at `mark`: what stands behind it, or NULL. */
static char *cut_at(char *text, const char *mark)
{
    char *found = strstr(text, mark);
    if (found == NULL)
        return NULL;
    *found = '\0';
    return found + strlen(mark);
}

/* [line N: ][N rows: ][warning: ][column "NAME": | column N: ][value "VALUE": ]RULE[; REMEDY], and
 * of a group ; first at line N */
static struct said take_apart(char *text, bool is_of_file)
{
    struct said said = {.remedy = ""};
    said.line = take_number(&text, "line ", ": ");
    said.rows = take_number(&text, "", " rows: ");
    said.is_warning = begins(&text, "warning: ");
    said.cell = take_number(&text, "column ", ": ");
    said.column = take_quoted(&text, "column ");
    said.value = take_quoted(&text, "value ");
    said.rule = text;
    char *remedy = cut_at(text, "; ");
    char *first = remedy != NULL && said.rows > 0 ? cut_at(remedy, "; first at line ") : NULL;
    said.remedy = remedy != NULL ? remedy : "";
    said.line += first != NULL ? strtol(first, NULL, 10) : 0;
    said.verdict = is_of_file        ? "refused"
                   : said.rows > 0   ? "grouped"
                   : said.is_warning ? "warning"
                                     : "rejected";
    return said;
}

static long refused_rows(const struct import_summary *summary)
{
    return (long)(summary->rejected + summary->outcomes[IMPORT_DUPLICATE] +
                  summary->outcomes[IMPORT_ELSEWHERE]);
}

static const char *or_dash(const char *text)
{
    return text[0] != '\0' ? text : "-";
}

static void begin_line(FILE *out, const char *file, const struct judged *judged)
{
    long imported = judged->imported ? (long)judged->summary.outcomes[IMPORT_NEW] : 0;
    fprintf(out, "%s\t%ld\t%ld\t", file, imported, refused_rows(&judged->summary));
}

static void add_message(FILE *out, const char *file, const struct judged *judged, char *text,
                        bool is_of_file)
{
    const struct said said = take_apart(text, is_of_file);
    begin_line(out, file, judged);
    fprintf(out, "%s\t%ld\t", said.verdict, said.line);
    if (said.cell > 0)
        fprintf(out, "%ld\t", said.cell);
    else
        fprintf(out, "%s\t", or_dash(said.column));
    fprintf(out, "%s\t", or_dash(said.value));
    if (said.rows > 0)
        fprintf(out, "%ld rows%s: ", said.rows, said.is_warning ? ", warning" : "");
    fprintf(out, "%s\t%s\n", or_dash(said.rule), or_dash(said.remedy));
}

static void import_one(const char *file, struct judged *judged)
{
    char path[512];
    size_t bytes = 0;
    *judged = (struct judged){0};
    struct store *store = store_open(":memory:", STORE_WRITE, &judged->err);
    if (store == NULL)
        fail_msg("%s", judged->err.text);
    snprintf(path, sizeof path, CORPUS "%s", file);
    struct import_options options = {.path = path, .dry_run = true, .now_ms = 1000};
    options.messages = open_memstream(&judged->messages, &bytes);
    assert_non_null(options.messages);
    judged->imported = import_file(store, &options, &judged->summary, &judged->err);
    fclose(options.messages);
    store_close(store);
}

/* Every message is about the file and begins with its name, which is cut off. */
static char *without_name(char *text, const char *file)
{
    char name[512];
    snprintf(name, sizeof name, CORPUS "%s: ", file);
    if (!begins(&text, name))
        fail_msg("\"%s\" does not begin with \"%s\"", text, name);
    return text;
}

static void add_file(FILE *out, const char *file)
{
    struct judged judged;
    import_one(file, &judged);
    char *at = judged.messages;
    for (char *line = strsep(&at, "\n"); at != NULL; line = strsep(&at, "\n"))
        add_message(out, file, &judged, without_name(line, file), false);
    if (!judged.imported) {
        assert_int_equal(judged.err.kind, ERROR_INPUT);
        add_message(out, file, &judged, without_name(judged.err.text, file), true);
    }
    if (judged.imported && judged.messages[0] == '\0') {
        begin_line(out, file, &judged);
        fprintf(out, "good\t-\t-\t-\t-\t-\n");
    }
    free(judged.messages);
}

static int is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && strcmp(entry->d_name, TABLE) != 0 ? 1 : 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void each_file(FILE *out, void (*each)(FILE *out, const char *file))
{
    struct dirent **entries = NULL;
    int count = scandir(CORPUS, &entries, is_input, by_bytes);
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        each(out, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
}

static char *read_table(void)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *table = fopen(CORPUS TABLE, "r");
    assert_non_null(table);
    assert_true(getdelim(&text, &bytes, '\0', table) > 0);
    fclose(table);
    if (strncmp(text, head, strlen(head)) != 0)
        fail_msg("the head of " TABLE " is not that of --print");
    memmove(text, text + strlen(head), strlen(text + strlen(head)) + 1);
    return text;
}

/* The lines about a file, which stand together. *bytes: 0 when there is none. */
static const char *lines_about(const char *table, const char *file, size_t *bytes)
{
    size_t length = strlen(file);
    const char *first = NULL;
    *bytes = 0;
    for (const char *at = table; *at != '\0'; at += strcspn(at, "\n") + 1) {
        bool is_about = strncmp(at, file, length) == 0 && at[length] == '\t';
        if (is_about && first == NULL)
            first = at;
        if (!is_about && first != NULL)
            break;
        *bytes += is_about ? strcspn(at, "\n") + 1 : 0;
    }
    return first != NULL ? first : "";
}

/* The lines at the start of `said`, which are about one file, as the table has them? */
static bool is_met(const char *said, const char *table, size_t *said_bytes)
{
    char file[256];
    size_t wanted_bytes = 0;
    snprintf(file, sizeof file, "%.*s", (int)strcspn(said, "\t"), said);
    (void)lines_about(said, file, said_bytes);
    const char *wanted = lines_about(table, file, &wanted_bytes);
    if (*said_bytes == wanted_bytes && memcmp(said, wanted, wanted_bytes) == 0)
        return true;
    fprintf(stderr, "import says:\n%.*sinstead of:\n%.*s", (int)*said_bytes, said,
            (int)wanted_bytes, wanted);
    return false;
}

static void every_file_gets_exactly_the_verdicts_lines_and_messages_of_the_table(void **state)
{
    char *said = NULL;
    size_t bytes = 0;
    int wrong = 0;
    (void)state;
    char *table = read_table();
    FILE *out = open_memstream(&said, &bytes);
    each_file(out, add_file);
    fclose(out);
    for (const char *at = said; *at != '\0'; at += bytes)
        wrong += is_met(at, table, &bytes) ? 0 : 1;
    assert_int_equal(wrong, 0);
    assert_true(strcmp(said, table) == 0); /* nothing more, and in this order */
    free(said);
    free(table);
}

static bool is_in_folder(const char *file)
{
    char path[512];
    snprintf(path, sizeof path, CORPUS "%s", file);
    return access(path, F_OK) == 0;
}

static void say_untold(FILE *out, const char *file)
{
    size_t bytes = 0;
    char *table = read_table();
    (void)lines_about(table, file, &bytes);
    if (bytes == 0)
        fprintf(out, "%s has no line in " TABLE "\n", file);
    free(table);
}

static void the_table_and_the_folder_hold_the_same_files(void **state)
{
    char *trouble = NULL;
    size_t bytes = 0;
    (void)state;
    FILE *out = open_memstream(&trouble, &bytes);
    each_file(out, say_untold);
    char *table = read_table();
    char *at = table;
    for (char *line = strsep(&at, "\n"); at != NULL; line = strsep(&at, "\n")) {
        line[strcspn(line, "\t")] = '\0';
        if (!is_in_folder(line))
            fprintf(out, "%s of " TABLE " is not there\n", line);
    }
    fclose(out);
    assert_string_equal(trouble, "");
    free(trouble);
    free(table);
}

enum { FILE_NAME, IMPORTED, REFUSED, VERDICT, LINE, COLUMN, VALUE, MESSAGE, REMEDY, FIELD_COUNT };

static void split(char *line, const char *fields[FIELD_COUNT])
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        fields[i] = strsep(&line, "\t");
        assert_non_null(fields[i]);
    }
    assert_null(line);
}

/* A bad file is refused, or a row of it is. */
static bool is_bad(const char *const fields[FIELD_COUNT])
{
    return strcmp(fields[VERDICT], "refused") == 0 || strcmp(fields[VERDICT], "rejected") == 0;
}

static void at_least_150_files_are_bad_and_each_message_says_where_what_and_what_to_do(void **state)
{
    const char *last = "";
    int bad = 0;
    (void)state;
    char *table = read_table();
    char *at = table;
    for (char *line = strsep(&at, "\n"); at != NULL; line = strsep(&at, "\n")) {
        const char *fields[FIELD_COUNT];
        split(line, fields);
        if (strcmp(fields[VERDICT], "good") == 0)
            continue;
        bool of_file = strcmp(fields[VERDICT], "refused") == 0;
        if (strtol(fields[LINE], NULL, 10) < (of_file ? 0 : 1) || fields[LINE][0] == '-' ||
            strcmp(fields[MESSAGE], "-") == 0 || strcmp(fields[REMEDY], "-") == 0)
            fail_msg("%s: no line, no message or no remedy: %s", fields[FILE_NAME],
                     fields[MESSAGE]);
        if (is_bad(fields) && strcmp(last, fields[FILE_NAME]) != 0) {
            last = fields[FILE_NAME];
            bad++;
        }
    }
    assert_true(bad >= 150);
    free(table);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_gets_exactly_the_verdicts_lines_and_messages_of_the_table),
        cmocka_unit_test(the_table_and_the_folder_hold_the_same_files),
        cmocka_unit_test(
            at_least_150_files_are_bad_and_each_message_says_where_what_and_what_to_do),
    };
    if (argc == 2 && strcmp(argv[1], "--print") == 0) {
        fputs(head, stdout);
        each_file(stdout, add_file);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
