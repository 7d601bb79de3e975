/* Where rejected rows go: a file that is whole, whatever stands at its path. */
#include "base/text.h"
#include "helpers/importing.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char rows[] = "phone_number,site\n4155550123,A\n415,B\n";

/* The path of `name`, which rejected rows are to go to; other.csv is removed at the end. */
static char *send_rejects_to(struct importing *f, const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    f->options.rejects_path = path;
    return path;
}

static void a_pipe_gets_the_rejected_rows_and_stays_a_pipe(void **state)
{
    struct importing *f = *state;
    struct stat about;
    char said[512] = "";
    const char *path = send_rejects_to(f, "other.csv");
    assert_int_equal(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDWR | O_CLOEXEC);
    assert_true(reader >= 0);
    importing_good(f, "numbers.csv", rows);
    assert_string_equal(f->summary.rejects_path, path);
    assert_true(read(reader, said, sizeof said - 1) > 0);
    assert_non_null(strstr(said, "phone_number,site,reason\n415,B,\"line 3: phone_number: "));
    assert_int_equal(stat(path, &about), 0);
    assert_true(S_ISFIFO(about.st_mode));
    close(reader);
}

static void a_link_stays_one_and_what_it_names_is_replaced(void **state)
{
    struct importing *f = *state;
    struct stat about;
    char target[256];
    importing_write(f, "failed.csv", "old\n");
    (void)TEXT_SET(target, f->path);
    const char *path = send_rejects_to(f, "other.csv");
    assert_int_equal(symlink(target, path), 0);
    importing_good(f, "numbers.csv", rows);
    assert_string_equal(f->summary.rejects_path, path);
    assert_int_equal(lstat(path, &about), 0);
    assert_true(S_ISLNK(about.st_mode));
    assert_non_null(strstr(importing_read(f, "failed.csv"), "415,B,\"line 3: "));
}

static void a_rejects_file_that_cannot_be_made_imports_nothing(void **state)
{
    struct importing *f = *state;
    send_rejects_to(f, "no such folder/rejects.csv");
    importing_bad(f, "numbers.csv", rows);
    assert_non_null(strstr(f->err.text, "numbers.csv: the rejects file: "));
    assert_non_null(strstr(f->err.text, "cannot be written: No such file or directory"));
    assert_int_equal(importing_count(f), 0);
    f->options.rejects_path = NULL;
    assert_true(importing_run(f));
    assert_int_equal(importing_count(f), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IMPORTING_TEST(a_pipe_gets_the_rejected_rows_and_stays_a_pipe),
        IMPORTING_TEST(a_link_stays_one_and_what_it_names_is_replaced),
        IMPORTING_TEST(a_rejects_file_that_cannot_be_made_imports_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
