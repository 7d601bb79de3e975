/* The checks of the doctor that a healthy machine does not show from outside. */
#include "cmd/config.h"
#include "cmd/doctor.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* The first finding of this check whose text has `words`; it must be there. */
static const struct finding *finding_of(const struct findings *findings, const char *check,
                                        const char *words)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        if (strcmp(finding->check, check) == 0 && strstr(finding->text, words) != NULL)
            return finding;
    }
    fail_msg("no finding of %s says '%s'", check, words);
    return NULL;
}

static void a_clock_that_nobody_set_is_an_error(void **state)
{
    struct findings findings = {.count = 0};
    (void)state;
    check_clock(&findings, 1);
    const struct finding *finding =
        finding_of(&findings, "clock", "1970-01-01T00:00:00Z: the clock is not set");
    assert_int_equal(finding->state, FINDING_BAD);
    assert_int_equal(finding->result, RESULT_ERROR);
    assert_int_equal(finding_of(&findings, "clock", "time zones are there")->state, FINDING_GOOD);
}

static void a_database_at_the_root_is_looked_for_there(void **state)
{
    struct findings findings = {.count = 0};
    struct config *config = calloc(1, sizeof *config);
    (void)state;
    assert_non_null(config);
    TEXT_SET(config->database, "/numhost-of-nobody.db");
    check_database(&findings, config);
    if (findings.list[0].state != FINDING_BAD) /* who may not write there is told that */
        finding_of(&findings, "database", "/numhost-of-nobody.db is not there yet");
    free(config);
}

/* In a process of its own, as a user who may write nowhere. */
static void look_as_nobody(void)
{
    enum { NOBODY = 65534 };
    struct findings findings = {.count = 0};
    struct config *config = calloc(1, sizeof *config);
    if (config == NULL || setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
        _exit(2);
    TEXT_SET(config->database, "/numhost-of-nobody.db");
    check_database(&findings, config);
    bool told = findings.count == 1 && findings.list[0].state == FINDING_BAD &&
                strstr(findings.list[0].text, "its journal and its lock are written there") != NULL;
    free(config);
    _exit(told ? 0 : 1);
}

static void a_folder_that_cannot_be_written_is_told_with_what_is_written_there(void **state)
{
    int status = -1;
    (void)state;
    if (geteuid() != 0)
        skip();
    fflush(stdout);
    pid_t process = fork();
    if (process == 0)
        look_as_nobody();
    assert_int_equal(waitpid(process, &status, 0), process);
    assert_int_equal(status, 0);
}

static void a_place_without_a_folder_is_named(void **state)
{
    struct findings findings = {.count = 0};
    struct config *config = calloc(1, sizeof *config);
    (void)state;
    assert_non_null(config);
    TEXT_SET(config->database, "/nowhere/at/all/n.db");
    check_database(&findings, config);
    assert_int_equal(findings.count, 1);
    assert_int_equal(finding_of(&findings, "database", "folder /nowhere/at/all")->result,
                     RESULT_STORE);
    free(config);
}

static void more_findings_than_fit_are_left_out(void **state)
{
    struct findings findings = {.count = 0};
    (void)state;
    for (int i = 0; i < FINDINGS_MAX + 5; i++)
        find_note(&findings, "version", "note %d", i);
    assert_int_equal(findings.count, FINDINGS_MAX);
    assert_string_equal(findings.list[FINDINGS_MAX - 1].text, "note 47");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_that_nobody_set_is_an_error),
        cmocka_unit_test(a_database_at_the_root_is_looked_for_there),
        cmocka_unit_test(a_folder_that_cannot_be_written_is_told_with_what_is_written_there),
        cmocka_unit_test(a_place_without_a_folder_is_named),
        cmocka_unit_test(more_findings_than_fit_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
