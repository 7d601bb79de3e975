/* Files that are there whole or not at all, at paths and in directories of every kind. */
#include "base/text.h"
#include "engine/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* What the next fsync() of a directory says; 0: well. Files are not synced here. */
static int sync_error;

int fsync(int fd)
{
    struct stat about;
    if (sync_error == 0 || fstat(fd, &about) != 0 || !S_ISDIR(about.st_mode))
        return 0;
    errno = sync_error;
    return -1;
}

static char folder[64];

static int set_up(void **state)
{
    (void)state;
    sync_error = 0;
    (void)TEXT_SET(folder, "/tmp/numhost-whole-XXXXXX");
    assert_non_null(mkdtemp(folder));
    return chdir(folder);
}

static int tear_down(void **state)
{
    (void)state;
    (void)unlink("out.csv");
    (void)unlink("pipe");
    assert_int_equal(chdir("/"), 0);
    return rmdir(folder); /* nothing else was left behind */
}

static bool write_out(const char *path, struct error *err)
{
    struct whole_file file;
    if (!whole_file_open(&file, path, err))
        return false;
    fputs("whole", file.out);
    return whole_file_keep(&file, err);
}

static void content_is(const char *path, const char *expected)
{
    char content[64] = "";
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    content[fread(content, 1, sizeof content - 1, in)] = '\0';
    fclose(in);
    assert_string_equal(content, expected);
}

static void a_name_without_a_folder_is_a_file_where_one_is(void **state)
{
    struct error err = {0};
    (void)state;
    assert_true(write_out("out.csv", &err));
    content_is("out.csv", "whole");
}

static void a_path_that_does_not_fit_is_refused_before_anything_is_made(void **state)
{
    static const size_t lengths[] = {WHOLE_FILE_PATH_BYTES - 4, WHOLE_FILE_PATH_BYTES + 100};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        struct error err = {0};
        char path[WHOLE_FILE_PATH_BYTES + 200] = "";
        while (strlen(path) + strlen("./out.csv") < lengths[i])
            strcat(path, "./");
        strcat(path, "out.csv");
        assert_false(write_out(path, &err));
        assert_int_equal(err.kind, ERROR_OTHER);
        assert_non_null(strstr(err.text, "./...: the path is too long"));
    }
}

static void a_directory_that_knows_no_sync_is_no_failure(void **state)
{
    struct error err = {0};
    (void)state;
    sync_error = EINVAL;
    assert_true(write_out("out.csv", &err));
    content_is("out.csv", "whole");
}

static void a_directory_whose_sync_fails_is_said(void **state)
{
    struct error err = {0};
    (void)state;
    sync_error = EIO;
    assert_false(write_out("out.csv", &err));
    assert_non_null(strstr(err.text, "out.csv: its directory cannot be synced: "));
    content_is("out.csv", "whole"); /* never half, whatever the disk says */
    sync_error = 0;
    assert_true(write_out("out.csv", &err));
}

/* The last flush has nothing to write, and is well. */
static void what_was_lost_on_the_way_is_not_kept(void **state)
{
    struct error err = {0};
    struct whole_file file;
    (void)state;
    assert_int_equal(mkfifo("pipe", 0600), 0);
    int reader = open("pipe", O_RDWR | O_CLOEXEC);
    assert_true(whole_file_open(&file, "pipe", &err));
    setvbuf(file.out, NULL, _IONBF, 0);
    close(reader);
    assert_int_equal(fputc('x', file.out), EOF);
    assert_false(whole_file_keep(&file, &err));
    assert_non_null(strstr(err.text, "pipe: cannot be written"));
}

/* A link to itself cannot be followed; what it should have been is not known. */
static void what_cannot_be_looked_at_is_not_replaced(void **state)
{
    struct error err = {0};
    struct stat about;
    (void)state;
    assert_int_equal(symlink("out.csv", "out.csv"), 0);
    assert_false(write_out("out.csv", &err));
    assert_non_null(strstr(err.text, "out.csv: cannot be written: "));
    assert_int_equal(lstat("out.csv", &about), 0);
    assert_true(S_ISLNK(about.st_mode));
}

/* Whoever may write in the folder could have anything replaced that we may write. */
static void a_link_of_somebody_else_is_not_followed(void **state)
{
    struct error err = {0};
    (void)state;
    if (geteuid() != 0)
        skip(); /* nobody else makes links for us */
    assert_true(write_out("target.csv", &err));
    assert_int_equal(truncate("target.csv", 3), 0);
    assert_int_equal(symlink("target.csv", "out.csv") | lchown("out.csv", 65534, 65534), 0);
    assert_false(write_out("out.csv", &err));
    assert_non_null(strstr(err.text, "out.csv: is a symbolic link of another user"));
    content_is("target.csv", "who");
    assert_int_equal(lchown("out.csv", 0, 0), 0); /* our own */
    assert_true(write_out("out.csv", &err));
    content_is("target.csv", "whole");
    assert_int_equal(unlink("target.csv"), 0);
}

static void the_sum_of_no_file_and_of_a_directory_is_an_error(void **state)
{
    struct error err = {0};
    char hex[SHA256_TEXT_BYTES];
    (void)state;
    assert_false(file_sha256("out.csv", hex, &err));
    assert_non_null(strstr(err.text, "out.csv: cannot be read: "));
    assert_false(file_sha256(folder, hex, &err));
    assert_non_null(strstr(err.text, "its SHA-256 cannot be computed"));
    assert_true(write_out("out.csv", &err));
    assert_true(file_sha256("out.csv", hex, &err));
    assert_string_equal(hex, "5d5766cf2d78701614200418ee1450690d9af12c84d52545e4802f001ad53099");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        TEST(a_name_without_a_folder_is_a_file_where_one_is),
        TEST(a_path_that_does_not_fit_is_refused_before_anything_is_made),
        TEST(a_directory_that_knows_no_sync_is_no_failure),
        TEST(a_directory_whose_sync_fails_is_said),
        TEST(what_was_lost_on_the_way_is_not_kept),
        TEST(what_cannot_be_looked_at_is_not_replaced),
        TEST(a_link_of_somebody_else_is_not_followed),
        TEST(the_sum_of_no_file_and_of_a_directory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
