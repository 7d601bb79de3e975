/* A file that is there whole or not at all, while every call around it fails once. */
#include "base/text.h"
#include "engine/whole_file.h"
#include "faults/faults.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct world {
    char folder[64];
    char path[128];
    char pipe[128];
    int reader; /* of the pipe, so that writers need not wait for one */
};

static void write_text(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

static void *set_up(void)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    TEXT_SET(world->folder, "/tmp/numhost-whole-XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    snprintf(world->path, sizeof world->path, "%s/out", world->folder);
    snprintf(world->pipe, sizeof world->pipe, "%s/pipe", world->folder);
    write_text(world->path, "old");
    assert_int_equal(mkfifo(world->pipe, 0600), 0);
    world->reader = open(world->pipe, O_RDWR | O_CLOEXEC);
    assert_true(world->reader >= 0);
    return world;
}

static void tear_down(void *context)
{
    struct world *world = context;
    char command[128];
    close(world->reader);
    snprintf(command, sizeof command, "rm -r %s", world->folder);
    assert_int_equal(system(command), 0);
    free(world);
}

static bool keep(const char *path, struct error *err)
{
    struct whole_file file;
    if (!whole_file_open(&file, path, err))
        return false;
    fputs("whole", file.out);
    return whole_file_keep(&file, err);
}

/* Begun, and not wanted after all. */
static bool drop(void *context, struct error *err)
{
    struct whole_file file;
    if (!whole_file_open(&file, ((struct world *)context)->path, err))
        return false;
    fputs("half", file.out);
    whole_file_drop(&file);
    return true;
}

static bool keep_file(void *context, struct error *err)
{
    return keep(((struct world *)context)->path, err);
}

static bool keep_pipe(void *context, struct error *err)
{
    return keep(((struct world *)context)->pipe, err);
}

static bool sum(void *context, struct error *err)
{
    char hex[SHA256_TEXT_BYTES];
    return file_sha256(((struct world *)context)->path, hex, err) &&
           strncmp(hex, "cba06b57", 8) == 0;
}

static bool may_leave_parts; /* that cannot be removed */

/* The old file or the new one, nothing beside it, and the pipe is still one. */
static void is_whole(void *context)
{
    const struct world *world = context;
    struct stat about;
    char content[64] = "";
    FILE *in = fopen(world->path, "r");
    assert_non_null(in);
    content[fread(content, 1, sizeof content - 1, in)] = '\0';
    fclose(in);
    assert_true(strcmp(content, "old") == 0 || strcmp(content, "whole") == 0);
    DIR *folder = opendir(world->folder);
    assert_non_null(folder);
    int entries = 0;
    while (readdir(folder) != NULL)
        entries++;
    closedir(folder);
    assert_in_range(entries, 4, may_leave_parts ? 6 : 4); /* . .. out pipe */
    assert_int_equal(stat(world->pipe, &about), 0);
    assert_true(S_ISFIFO(about.st_mode));
}

static void a_file_is_the_old_one_or_the_new_one(void **state)
{
    (void)state;
    struct fault_trial trial = {.name = "a file",
                                .families = FAULT_FILES,
                                .set_up = set_up,
                                .operate = keep_file,
                                .check = is_whole,
                                .tear_down = tear_down,
                                .survives = true}; /* close() of the directory, realpath() */
    assert_in_range(force_run(&trial), force_least(8), 100);
    trial.name = "a pipe";
    trial.operate = keep_pipe;
    assert_in_range(force_run(&trial), force_least(4), 100);
}

static void a_file_that_cannot_be_removed_is_not_the_file(void **state)
{
    (void)state;
    struct fault_trial trial = {.name = "a file, for good",
                                .families = FAULT_FILES,
                                .set_up = set_up,
                                .operate = keep_file,
                                .check = is_whole,
                                .tear_down = tear_down,
                                .for_good = true,
                                .survives = true};
    may_leave_parts = true;
    assert_in_range(force_run(&trial), force_least(8), 100);
    trial.name = "a file that is dropped";
    trial.operate = drop;
    assert_in_range(force_run(&trial), force_least(3), 100);
    trial.for_good = false;
    assert_in_range(force_run(&trial), force_least(3), 100);
    may_leave_parts = false;
}

static void a_sum_that_cannot_be_computed_is_said(void **state)
{
    (void)state;
    const struct fault_trial trial = {.name = "a sum",
                                      .families = FAULT_LIBRARIES,
                                      .set_up = set_up,
                                      .operate = sum,
                                      .check = is_whole,
                                      .tear_down = tear_down};
    assert_in_range(force_run(&trial), force_least(4), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_the_old_one_or_the_new_one),
        cmocka_unit_test(a_file_that_cannot_be_removed_is_not_the_file),
        cmocka_unit_test(a_sum_that_cannot_be_computed_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
