/* Credentials: where they may come from, what they must look like, and that no message shows them.
 */
#include "cmd/credentials.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ACCOUNT "AC0123456789abcdef0123456789abcdef"
#define KEY "SKfedcba9876543210fedcba9876543210"

struct scene {
    char file[64];
    struct config config;
    struct credentials *credentials;
    struct error err;
};

static void clear_environment(void)
{
    unsetenv("TWILIO_ACCOUNT_SID");
    unsetenv("TWILIO_API_KEY");
    unsetenv("TWILIO_API_SECRET");
    unsetenv("TWILIO_AUTH_TOKEN");
    unsetenv("CREDENTIALS_DIRECTORY");
}

static int open_scene(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    snprintf(scene->file, sizeof scene->file, "/tmp/numhost-credentials-XXXXXX");
    int fd = mkstemp(scene->file);
    clear_environment();
    scene->credentials = credentials_new();
    scene->config.environment = ENVIRONMENT_LIVE;
    *state = scene;
    return fd < 0 ? -1 : close(fd);
}

static int close_scene(void **state)
{
    struct scene *scene = *state;
    unlink(scene->file);
    credentials_free(scene->credentials);
    free(scene);
    clear_environment();
    return 0;
}

static bool read_text(struct scene *scene, const char *text)
{
    int fd = open(scene->file, O_WRONLY | O_TRUNC | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    snprintf(scene->config.credentials_file, PATH_BYTES, "%s", scene->file);
    credentials_free(scene->credentials);
    scene->credentials = credentials_new();
    scene->err = (struct error){0};
    return credentials_read(scene->credentials, &scene->config, &scene->err);
}

static void assert_says(const struct scene *scene, const char *says)
{
    assert_int_equal(scene->err.kind, ERROR_ACCESS);
    if (strstr(scene->err.text, says) == NULL)
        fail_msg("it says '%s', not '%s'", scene->err.text, says);
    assert_null(strstr(scene->err.text, "s3cret"));
}

static void a_private_file_is_read(void **state)
{
    struct scene *scene = *state;
    assert_true(read_text(scene, "# our key\r\n\n  TWILIO_ACCOUNT_SID=" ACCOUNT
                                 "\r\nTWILIO_API_KEY= " KEY " \nTWILIO_API_SECRET=s3cret"));
    assert_string_equal(scene->credentials->account_sid, ACCOUNT);
    assert_string_equal(credentials_username(scene->credentials), KEY);
    assert_string_equal(credentials_password(scene->credentials), "s3cret");
}

static void the_token_serves_where_there_is_no_key(void **state)
{
    struct scene *scene = *state;
    assert_true(read_text(scene, "TWILIO_ACCOUNT_SID=" ACCOUNT "\nTWILIO_AUTH_TOKEN=s3cret\n"));
    assert_string_equal(credentials_username(scene->credentials), ACCOUNT);
    assert_string_equal(credentials_password(scene->credentials), "s3cret");
}

static void a_file_that_others_can_read_is_refused(void **state)
{
    struct scene *scene = *state;
    static const mode_t modes[] = {0640, 0604, 0620, 0602, 0610};
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        assert_int_equal(chmod(scene->file, modes[i]), 0);
        assert_false(
            read_text(scene, "TWILIO_ACCOUNT_SID=" ACCOUNT "\nTWILIO_AUTH_TOKEN=s3cret\n"));
        assert_says(scene, "chmod 600");
    }
}

static void links_folders_and_missing_files_are_refused(void **state)
{
    struct scene *scene = *state;
    char link_name[80];
    snprintf(link_name, sizeof link_name, "%s.link", scene->file);
    assert_int_equal(symlink(scene->file, link_name), 0);
    snprintf(scene->config.credentials_file, PATH_BYTES, "%s", link_name);
    bool taken = credentials_read(scene->credentials, &scene->config, &scene->err);
    unlink(link_name);
    assert_false(taken);
    assert_says(scene, "a symbolic link");
    snprintf(scene->config.credentials_file, PATH_BYTES, "/tmp");
    assert_false(credentials_read(scene->credentials, &scene->config, &scene->err));
    assert_says(scene, "not a plain file");
    snprintf(scene->config.credentials_file, PATH_BYTES, "/nonexistent/x");
    assert_false(credentials_read(scene->credentials, &scene->config, &scene->err));
    assert_says(scene, "No such file");
}

static void what_is_wrong_is_named_and_never_shown(void **state)
{
    struct scene *scene = *state;
    static const struct {
        const char *text;
        const char *says;
    } cases[] = {
        {"", "TWILIO_ACCOUNT_SID is missing"},
        {"TWILIO_AUTH_TOKEN=s3cret\n", "TWILIO_ACCOUNT_SID is missing"},
        {"TWILIO_ACCOUNT_SID=" ACCOUNT "\n", "TWILIO_AUTH_TOKEN is missing"},
        {"TWILIO_ACCOUNT_SID=" ACCOUNT "\nTWILIO_API_KEY=" KEY "\n",
         "TWILIO_API_SECRET is missing"},
        {"TWILIO_ACCOUNT_SID=" ACCOUNT "\nTWILIO_API_SECRET=s3cret\n", "TWILIO_API_KEY is missing"},
        {"TWILIO_ACCOUNT_SID=" KEY "\n", "the account SID does not begin with AC"},
        {"TWILIO_ACCOUNT_SID=AC12\n", "the account SID has 4 characters, not 34"},
        {"TWILIO_ACCOUNT_SID=AC0123456789ABCDEF0123456789abcdef\n", "32 hexadecimal digits"},
        {"TWILIO_ACCOUNT_SID=AC01234567 89abcdef0123456789abcdef\n", "has a blank inside"},
        {"TWILIO_ACCOUNT_SID=" ACCOUNT "\nTWILIO_AUTH_TOKEN=s3cret\xC2\xA0x\n", "not plain ASCII"},
        {"TWILIO_ACCOUNT_SID=" ACCOUNT "\nTWILIO_API_KEY=" ACCOUNT "\nTWILIO_API_SECRET=s3cret\n",
         "the API key does not begin with SK"},
        {"TWILIO_ACOUNT_SID=" ACCOUNT "\n", "line 1 is not TWILIO_ACCOUNT_SID="},
        {"\ns3cret\n", "line 2 is not"},
        {"TWILIO_AUTH_TOKEN=s3cret\nTWILIO_AUTH_TOKEN=s3cret\n", "line 2: TWILIO_AUTH_TOKEN stands "
                                                                 "there twice"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_false(read_text(scene, cases[i].text));
        assert_says(scene, cases[i].says);
    }
}

static void what_is_too_long_is_refused_and_never_shown(void **state)
{
    struct scene *scene = *state;
    char text[CREDENTIALS_FILE_BYTES_MAX + 200] =
        "TWILIO_ACCOUNT_SID=" ACCOUNT "\nTWILIO_AUTH_TOKEN=";
    size_t length = strlen(text);
    memset(text + length, 'x', SECRET_BYTES - 1);
    assert_true(read_text(scene, text));
    text[length + SECRET_BYTES - 1] = 'x';
    assert_false(read_text(scene, text));
    assert_says(scene, "the auth token is longer than 128 characters");
    assert_null(strstr(scene->err.text, "xxxx"));
    memset(text + length, '\n', sizeof text - 1 - length);
    assert_false(read_text(scene, text));
    assert_says(scene, "longer than 4096 bytes");
}

static void control_characters_in_a_secret_are_told(void **state)
{
    struct scene *scene = *state;
    assert_false(
        read_text(scene, "TWILIO_ACCOUNT_SID=" ACCOUNT "\nTWILIO_AUTH_TOKEN=s3cret\x1Bx\n"));
    assert_says(scene, "not plain ASCII");
}

static void a_file_of_another_user_is_refused(void **state)
{
    struct scene *scene = *state;
    enum { NOBODY = 65534 };
    if (geteuid() != 0)
        skip();
    assert_int_equal(chown(scene->file, NOBODY, NOBODY), 0);
    assert_false(read_text(scene, "TWILIO_ACCOUNT_SID=" ACCOUNT "\nTWILIO_AUTH_TOKEN=s3cret\n"));
    assert_says(scene, "belongs to another user");
}

static void what_is_wrong_in_the_environment_is_told_and_emptied(void **state)
{
    struct scene *scene = *state;
    char secret[SECRET_BYTES + 1];
    memset(secret, 'x', SECRET_BYTES);
    secret[SECRET_BYTES] = '\0';
    setenv("TWILIO_ACCOUNT_SID", "", 1);
    setenv("TWILIO_API_KEY", KEY, 1);
    assert_false(credentials_read(scene->credentials, &scene->config, &scene->err));
    assert_says(scene, "credentials in the environment: TWILIO_ACCOUNT_SID is missing");
    setenv("TWILIO_API_SECRET", secret, 1);
    setenv("TWILIO_AUTH_TOKEN", "s3cret", 1);
    assert_false(credentials_read(scene->credentials, &scene->config, &scene->err));
    assert_says(scene, "the API secret is longer than 128 characters");
    assert_null(getenv("TWILIO_API_SECRET"));
    assert_null(getenv("TWILIO_AUTH_TOKEN"));
}

static void the_environment_is_read_and_emptied(void **state)
{
    struct scene *scene = *state;
    setenv("TWILIO_ACCOUNT_SID", " " ACCOUNT "\n", 1);
    setenv("TWILIO_API_KEY", KEY, 1);
    setenv("TWILIO_API_SECRET", "s3cret", 1);
    assert_true(credentials_read(scene->credentials, &scene->config, &scene->err));
    assert_string_equal(scene->credentials->account_sid, ACCOUNT);
    assert_string_equal(credentials_password(scene->credentials), "s3cret");
    assert_null(getenv("TWILIO_ACCOUNT_SID"));
    assert_null(getenv("TWILIO_API_KEY"));
    assert_null(getenv("TWILIO_API_SECRET"));
}

static void a_file_wins_and_the_environment_is_emptied_all_the_same(void **state)
{
    struct scene *scene = *state;
    setenv("TWILIO_AUTH_TOKEN", "other", 1);
    assert_true(read_text(scene, "TWILIO_ACCOUNT_SID=" ACCOUNT "\nTWILIO_AUTH_TOKEN=s3cret\n"));
    assert_string_equal(credentials_password(scene->credentials), "s3cret");
    assert_null(getenv("TWILIO_AUTH_TOKEN"));
}

static void the_sandbox_needs_none_and_live_does(void **state)
{
    struct scene *scene = *state;
    assert_false(credentials_read(scene->credentials, &scene->config, &scene->err));
    assert_says(scene, "no credentials: set api.credentials_file");
    scene->config.environment = ENVIRONMENT_SANDBOX;
    assert_true(credentials_read(scene->credentials, &scene->config, &scene->err));
    assert_int_equal(strlen(scene->credentials->account_sid), 34);
}

static void systemd_hands_them_over_in_a_folder(void **state)
{
    struct scene *scene = *state;
    char folder[] = "/tmp/numhost-systemd-XXXXXX";
    char path[80];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/twilio", folder);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs("TWILIO_ACCOUNT_SID=" ACCOUNT "\nTWILIO_AUTH_TOKEN=s3cret\n", file);
    fclose(file);
    setenv("CREDENTIALS_DIRECTORY", folder, 1);
    bool taken = credentials_read(scene->credentials, &scene->config, &scene->err);
    unlink(path);
    rmdir(folder);
    assert_true(taken);
    assert_string_equal(scene->credentials->source, path);
}

/* Other credentials may be of another account. */
static void a_folder_of_systemd_that_cannot_be_looked_into_is_not_passed_over(void **state)
{
    struct scene *scene = *state;
    scene->config.environment = ENVIRONMENT_SANDBOX;
    setenv("CREDENTIALS_DIRECTORY", "/dev/null", 1);
    assert_false(credentials_read(scene->credentials, &scene->config, &scene->err));
    assert_non_null(strstr(scene->err.text, "/dev/null/twilio"));
}

int main(void)
{
#define IN_SCENE(test) cmocka_unit_test_setup_teardown(test, open_scene, close_scene)
    const struct CMUnitTest tests[] = {
        IN_SCENE(a_private_file_is_read),
        IN_SCENE(the_token_serves_where_there_is_no_key),
        IN_SCENE(a_file_that_others_can_read_is_refused),
        IN_SCENE(links_folders_and_missing_files_are_refused),
        IN_SCENE(what_is_wrong_is_named_and_never_shown),
        IN_SCENE(what_is_too_long_is_refused_and_never_shown),
        IN_SCENE(control_characters_in_a_secret_are_told),
        IN_SCENE(a_file_of_another_user_is_refused),
        IN_SCENE(what_is_wrong_in_the_environment_is_told_and_emptied),
        IN_SCENE(the_environment_is_read_and_emptied),
        IN_SCENE(a_file_wins_and_the_environment_is_emptied_all_the_same),
        IN_SCENE(the_sandbox_needs_none_and_live_does),
        IN_SCENE(systemd_hands_them_over_in_a_folder),
        IN_SCENE(a_folder_of_systemd_that_cannot_be_looked_into_is_not_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
