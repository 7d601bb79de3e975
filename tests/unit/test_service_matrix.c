/* Every request to the service meets every kind of trouble, before and after its effect. With
 * --table [lasting] the matrix is printed, as docs/reliability.md has it. */
#include "helpers/trouble.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Sanitizers make it many times slower, and look for something else: they get a sample. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { ONE_OF = 16 };
#else
enum { ONE_OF = 1 };
#endif

static void meets_every_kind(size_t operation, bool lasting)
{
    for (size_t kind = 0; kind < trouble_kinds(); kind++) {
        struct trouble_result result;
        bool chosen = (kind + operation + (lasting ? 1 : 0)) % ONE_OF == 0;
        if (!chosen || !trouble_is_possible(operation, kind))
            continue;
        trouble_run(operation, kind, lasting, &result);
        if (result.wrong[0] != '\0' || !result.met)
            fail_msg("%s, %s%s: %s", trouble_operation_name(operation), trouble_kind_name(kind),
                     lasting ? ", for half an hour" : "", result.met ? result.wrong : "never met");
    }
}

static void trouble_once_has_no_second_effect_and_leaves_nobody_waiting(void **state)
{
    (void)state;
    for (size_t operation = 0; operation < trouble_operations(); operation++)
        meets_every_kind(operation, false);
}

static void half_an_hour_of_trouble_has_no_second_effect_and_leaves_nobody_waiting(void **state)
{
    (void)state;
    for (size_t operation = 0; operation < trouble_operations(); operation++)
        meets_every_kind(operation, true);
}

enum { KINDS_MAX = 64, ROW_BYTES = 2048 };

static void add(char *row, const char *text)
{
    size_t used = strlen(row);
    snprintf(row + used, ROW_BYTES - used, "%s", text);
}

static void fill_row(char *row, size_t kind, bool lasting)
{
    for (size_t operation = 0; operation < trouble_operations(); operation++) {
        struct trouble_result result = {.cell = ""};
        if (trouble_is_possible(operation, kind))
            trouble_run(operation, kind, lasting, &result);
        add(row, " | ");
        add(row, result.cell);
        add(row, result.wrong);
    }
}

/* Kinds that come to the same share a row. */
static int print_table(bool lasting)
{
    static char rows[KINDS_MAX][ROW_BYTES];
    printf("| |");
    for (size_t operation = 0; operation < trouble_operations(); operation++)
        printf(" %s |", trouble_operation_name(operation));
    printf("\n|---|");
    for (size_t operation = 0; operation < trouble_operations(); operation++)
        printf("---|");
    for (size_t kind = 0; kind < trouble_kinds(); kind++)
        fill_row(rows[kind], kind, lasting);
    for (size_t kind = 0; kind < trouble_kinds(); kind++) {
        if (rows[kind][0] == '\0')
            continue;
        printf("\n| %s", trouble_kind_name(kind));
        for (size_t other = kind + 1; other < trouble_kinds(); other++) {
            if (strcmp(rows[other], rows[kind]) != 0)
                continue;
            printf("; %s", trouble_kind_name(other));
            rows[other][0] = '\0';
        }
        printf("%s |", rows[kind]);
    }
    printf("\n");
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trouble_once_has_no_second_effect_and_leaves_nobody_waiting),
        cmocka_unit_test(half_an_hour_of_trouble_has_no_second_effect_and_leaves_nobody_waiting),
    };
    if (argc > 1 && strcmp(argv[1], "--table") == 0)
        return print_table(argc > 2 && strcmp(argv[2], "lasting") == 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
