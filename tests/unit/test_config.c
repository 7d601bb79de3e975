/* The configuration: which source wins, and every way a file can be wrong. */
#include "cmd/config.h"
#include "cmd/config_sample.h"
#include "cmd/settings.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char file_name[] = "numhost.yaml";
static char *no_variables[] = {NULL};

/* Each test has an empty folder as its working directory. */
static int enter_folder(void **state)
{
    char folder[] = "/tmp/numhost-config-XXXXXX";
    if (mkdtemp(folder) == NULL || chdir(folder) != 0)
        return -1;
    *state = strdup(folder);
    return 0;
}

static int leave_folder(void **state)
{
    unlink(file_name);
    int status = chdir("/") == 0 ? rmdir(*state) : -1;
    free(*state);
    return status;
}

static void write_file(const char *text, size_t bytes)
{
    int fd = open(file_name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, bytes), (ssize_t)bytes);
    close(fd);
}

static void write_text(const char *text)
{
    write_file(text, strlen(text));
}

static struct config *read_with(char *const *variables, const char *database_flag,
                                struct error *err)
{
    const struct config_flag flag = {
        .key = "database", .flag = "--database", .value = database_flag};
    const struct config_sources sources = {
        .flags = &flag, .flag_count = 1, .environment = variables};
    struct config *config = config_new();
    *err = (struct error){0};
    if (config_read(config, &sources, err))
        return config;
    config_free(config);
    return NULL;
}

static struct config *read_text(const char *text, struct error *err)
{
    write_text(text);
    return read_with(no_variables, NULL, err);
}

/* Field by field, as the table knows them: the padding between them may differ. */
static void assert_policy_is_default(const struct policy *policy)
{
    const struct policy expected = policy_default();
    const size_t begin = offsetof(struct config, policy);
    size_t compared = 0;
    for (size_t i = 0; i < settings_count; i++) {
        if (settings[i].offset < begin || settings[i].offset >= begin + sizeof expected)
            continue;
        size_t at = settings[i].offset - begin;
        size_t bytes = settings[i].take == take_count ? sizeof(int32_t) : sizeof(int64_t);
        if (memcmp((const char *)policy + at, (const char *)&expected + at, bytes) != 0)
            fail_msg("the default of %s is not that of policy_default()", settings[i].key);
        compared++;
    }
    assert_int_equal(compared, 29); /* as many as struct policy has fields */
}

static void without_a_file_the_defaults_are_those_of_the_policy(void **state)
{
    (void)state;
    struct error err;
    struct config *config = read_with(no_variables, NULL, &err);
    assert_non_null(config);
    assert_policy_is_default(&config->policy);
    assert_string_equal(config->database, "numhost.db");
    assert_int_equal(config->environment, ENVIRONMENT_SANDBOX);
    assert_string_equal(config->base_url, "http://127.0.0.1:8411");
    assert_string_equal(config->core_base_url, "http://127.0.0.1:8411");
    assert_int_equal(config->hours.slot_count[0], 1);
    assert_int_equal(config->hours.slots[4][0].to_minute, 17 * 60);
    assert_int_equal(config->hours.slot_count[5], 0);
    config_free(config);
}

static void live_goes_to_the_service(void **state)
{
    (void)state;
    struct error err;
    struct config *config = read_text("api: {environment: live}\n", &err);
    assert_non_null(config);
    assert_string_equal(config->base_url, "https://preview.twilio.com");
    assert_string_equal(config->core_base_url, "https://api.twilio.com");
    config_free(config);
}

static void flags_win_over_variables_over_the_file_over_defaults(void **state)
{
    (void)state;
    char *variables[] = {"NUMHOST_DATABASE=variable.db", "NUMHOST_API_WORKERS=7", "OTHER=1", NULL};
    struct error err;
    char origin[PATH_BYTES + 32];
    write_text("database: file.db\napi:\n  workers: 5\n  burst: 6\n");
    struct config *config = read_with(variables, "flag.db", &err);
    assert_non_null(config);
    assert_string_equal(config->database, "flag.db");
    assert_int_equal(config->policy.workers, 7);
    assert_int_equal(config->policy.request_burst, 6);
    assert_int_equal(config->policy.page_size, 1000);
    static const char *const expected[][2] = {
        {"database", "--database"},
        {"api.workers", "NUMHOST_API_WORKERS"},
        {"api.burst", "./numhost.yaml:4:3"},
        {"api.page_size", "default"},
    };
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        config_origin_text(config, setting_find(expected[i][0]), origin, sizeof origin);
        assert_string_equal(origin, expected[i][1]);
    }
    config_free(config);
}

static void maps_and_lists_replace_the_default_whole(void **state)
{
    (void)state;
    struct error err;
    struct config *config = read_text("verification:\n"
                                      "  windows: {sat: \"10:00-12:00,13:00-14:00\"}\n"
                                      "  holidays:\n    - 2026-12-25\n    - 2026-01-01\n"
                                      "columns:\n  \"Phone = No\": phone_number\n  Store: site\n",
                                      &err);
    assert_non_null(config);
    assert_int_equal(config->hours.slot_count[0], 0);
    assert_int_equal(config->hours.slot_count[5], 2);
    assert_int_equal(config->hours.holiday_count, 2);
    assert_int_equal(config->column_count, 2);
    assert_string_equal(config->columns[0].heading, "Phone = No");
    assert_string_equal(config->columns[1].column, "site");
    config_free(config);
}

static void maps_and_lists_can_be_variables(void **state)
{
    (void)state;
    char *variables[] = {"NUMHOST_VERIFICATION_WINDOWS=mon=09:00-10:00; tue = 09:00-10:00",
                         "NUMHOST_VERIFICATION_HOLIDAYS=2026-12-25, 2026-12-26",
                         "NUMHOST_COLUMNS=Phone=phone_number", NULL};
    struct error err;
    struct config *config = read_with(variables, NULL, &err);
    assert_non_null(config);
    assert_int_equal(config->hours.slot_count[1], 1);
    assert_int_equal(config->hours.slot_count[2], 0);
    assert_int_equal(config->hours.holiday_count, 2);
    assert_string_equal(config->columns[0].heading, "Phone");
    config_free(config);
}

static void paths_in_a_file_are_seen_from_its_folder(void **state)
{
    (void)state;
    struct error err;
    char path[64];
    write_text("database: a.db\napi: {credentials_file: /etc/secret}\n");
    snprintf(path, sizeof path, "%s/%s", (const char *)*state, file_name);
    const struct config_sources sources = {.file = path, .environment = no_variables};
    struct config *config = config_new();
    assert_true(config_read(config, &sources, &err));
    snprintf(path, sizeof path, "%s/a.db", (const char *)*state);
    assert_string_equal(config->database, path);
    assert_string_equal(config->credentials_file, "/etc/secret");
    config_free(config);
}

static void every_error_says_where_and_what(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *says;
    } cases[] = {
        {"api:\n  ratee: 5/s\n", ":2:3: there is no key 'ratee' here; did you mean 'rate'?"},
        {"rate: 5/s\n", ":1:1: there is no key 'rate' here; did you mean 'api.rate'?"},
        {"\napii:\n  rate: 5/s\n", ":2:1: there is no key 'apii' here; did you mean 'api'?"},
        {"api:\n  zzzzzzzzz: 1\n", ":2:3: there is no key 'zzzzzzzzz' here"},
        {"api:\n  rate: 5/s\n  rate: 5/s\n", ":3:3: the key 'rate' stands here for the second"},
        {"api:\n  rate: 5/s\nloa: {}\napi: {}\n", ":4:1: the key 'api' stands here for the second"},
        {"columns: {a: site, a: email}\n", ":1:20: the key 'a' stands here for the second time"},
        {"api:\n  page_size: 1001\n", ":2:14: api.page_size: '1001' is not a whole number from 1"},
        {"api: {page_size: 1e3}\n", "api.page_size: '1e3' is not a whole number"},
        {"api: {rate: 5}\n", ":1:13: api.rate: '5' is not a rate"},
        {"api: {rate: 20000/s}\n", "api.rate: 20000/s is more than 10000/s"},
        {"api: {timeout: 30}\n", "api.timeout: '30' is not a duration"},
        {"api: {timeout: 1ms}\n", "api.timeout: 1ms is not between 100ms and 1m"},
        {"api: {environment: Live}\n", "api.environment: 'Live' is not one of sandbox|live"},
        {"api: {flavour: v2}\n", "api.flavour: 'v2' is not one of preview"},
        {"api:\n", ":1:5: 'api' is a section"},
        {"api: [1]\n", ":1:6: 'api' is a section"},
        {"api: {rate: [1]}\n", ":1:13: 'rate' takes a single value"},
        {"api: {rate: {a: b}}\n", ":1:13: 'rate' takes a single value"},
        {"verification: {holidays: 2026-12-25}\n", "verification.holidays: takes a list"},
        {"verification: {holidays: [2026-02-30]}\n", "verification.holidays: "},
        {"verification: {windows: [a]}\n", "verification.windows: takes 'key: value' lines"},
        {"verification: {windows: {mon: \"9-17\"}}\n", ":1:31: verification.windows: "},
        {"columns: [a]\n", "columns: takes 'key: value' lines"},
        {"columns: {a: [b]}\n", "nested so deep"},
        {"columns: {a: {b: c}}\n", "nested so deep"},
        {"api: &x\n  rate: 5/s\nloa: *x\n", ":3:6: aliases (*) are not taken"},
        {"database: &x a.db\n", ":1:11: anchors (&) are not taken"},
        {"database: a\n---\ndatabase: b\n", ":2:1: a second document (---) begins here"},
        {"- a\n", ":1:1: expected keys like 'api:', found a list"},
        {"hello\n", ":1:1: expected keys like 'api:', found a single value"},
        {"api:\n\trate: 5/s\n", ":2:1: not YAML: "},
        {"api: {rate: \"5/s}\n", "not YAML: "},
        {"? [a]\n: b\n", ":1:3: a key is a single word"},
        {"database: \"a\\0b\"\n", "holds a NUL"},
        {"database: ''\n", "database: needs the path of a file"},
        {"api: {base_url: \"http://preview.twilio.com\"}\n", "http:// would send the credentials"},
        {"api: {base_url: \"http://127.example.com\"}\n", "http:// would send the credentials"},
        {"api: {base_url: \"http://localhost.example.com\"}\n", "http:// would send the"},
        {"api: {base_url: \"ftp://localhost\"}\n", "api.base_url: not an address"},
        {"api: {base_url: \"https://u:p@host\"}\n",
         "api.base_url: credentials do not belong into an address"},
        {"api: {base_url: \"https://host/v1\"}\n", "has more than scheme, host and port"},
        {"api: {base_url: \"https://host:99999\"}\n", "the port is not a number"},
        {"api: {base_url: \"https://preview.twilio.com\"}\n",
         "api.environment is sandbox: nothing"},
        {"api: {core_base_url: \"https://api.twilio.com\"}\n", "api.core_base_url: is not on this"},
        {"retry: {base: 1h, cap: 1m}\n", "retry.cap: is less than retry.base"},
        {"callback: {listen: \"8080\"}\n", "callback.listen: '8080' is not HOST:PORT"},
        {"callback: {public_url: example.com}\n", "callback.public_url: not an address"},
        {"loa: {contact_phone_number: 4155550123}\n", "loa.contact_phone_number: not a phone"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error err;
        struct config *config = read_text(cases[i].text, &err);
        if (config != NULL)
            fail_msg("case %zu was taken: %s", i, cases[i].text);
        assert_int_equal(err.kind, ERROR_USAGE);
        if (strstr(err.text, cases[i].says) == NULL)
            fail_msg("case %zu says '%s', not '%s'", i, err.text, cases[i].says);
        assert_memory_equal(err.text, "./numhost.yaml:", 15);
    }
}

static void unknown_variables_are_errors(void **state)
{
    (void)state;
    struct error err;
    char *wrong[] = {"NUMHOST_API_RAT=5/s", NULL};
    assert_null(read_with(wrong, NULL, &err));
    assert_non_null(strstr(err.text, "NUMHOST_API_RAT, which sets nothing; did you mean "
                                     "NUMHOST_API_RATE?"));
    char *bad[] = {"NUMHOST_API_RATE=fast", NULL};
    assert_null(read_with(bad, NULL, &err));
    assert_non_null(strstr(err.text, "NUMHOST_API_RATE: 'fast' is not a rate"));
}

static void files_that_cannot_be_are_refused(void **state)
{
    (void)state;
    struct error err;
    char *text = calloc(1, CONFIG_FILE_BYTES_MAX + 1);
    memset(text, '#', CONFIG_FILE_BYTES_MAX + 1);
    write_file(text, CONFIG_FILE_BYTES_MAX);
    struct config *config = read_with(no_variables, NULL, &err);
    assert_non_null(config);
    config_free(config);
    write_file(text, CONFIG_FILE_BYTES_MAX + 1);
    assert_null(read_with(no_variables, NULL, &err));
    assert_non_null(strstr(err.text, "at most 256 KiB"));
    free(text);
    char *missing[] = {"NUMHOST_CONFIG=/nonexistent/numhost.yaml", NULL};
    assert_null(read_with(missing, NULL, &err));
    assert_non_null(strstr(err.text, "cannot read the configuration: No such file"));
}

/* libyaml alone takes seconds for such a file. */
static void deep_nesting_ends_at_once(void **state)
{
    (void)state;
    struct error err;
    char *text = malloc(CONFIG_FILE_BYTES_MAX);
    assert_non_null(text);
    memset(text, '[', CONFIG_FILE_BYTES_MAX);
    memcpy(text, "columns: {a: ", 13);
    write_file(text, CONFIG_FILE_BYTES_MAX);
    assert_null(read_with(no_variables, NULL, &err));
    assert_non_null(strstr(err.text, "nested so deep"));
    free(text);
}

static void every_setting_has_a_default_that_is_taken_and_a_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < settings_count; i++) {
        assert_int_equal(setting_find(settings[i].key), i);
        assert_true(settings[i].why[0] != '\0');
        assert_true(settings[i].why[strlen(settings[i].why) - 1] == '.');
    }
}

/* The schema lays the values of a section side by side. */
static void the_settings_of_a_section_stand_together(void **state)
{
    (void)state;
    for (size_t i = 1; i < settings_count; i++) {
        size_t bytes = strcspn(settings[i].key, ".");
        bool same = strncmp(settings[i].key, settings[i - 1].key, bytes + 1) == 0;
        for (size_t j = 0; !same && j < i; j++)
            assert_true(strncmp(settings[i].key, settings[j].key, bytes + 1) != 0);
    }
}

static void assert_file_is(const char *path, void (*write_it)(FILE *to))
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *memory = open_memstream(&text, &bytes);
    assert_non_null(memory);
    write_it(memory);
    fclose(memory);
    char *found = calloc(1, CONFIG_FILE_BYTES_MAX);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_int_equal(fread(found, 1, CONFIG_FILE_BYTES_MAX, file), bytes);
    fclose(file);
    assert_string_equal(found, text);
    free(found);
    free(text);
}

/* Otherwise: numhost config sample > config/numhost.yaml; numhost config reference >
 * docs/configuration.md */
static void sample_and_page_say_what_the_table_says(void **state)
{
    (void)state;
    assert_file_is(SOURCE_DIR "/config/numhost.yaml", config_write_sample);
    assert_file_is(SOURCE_DIR "/docs/configuration.md", config_write_reference);
}

static void the_sample_changes_nothing(void **state)
{
    (void)state;
    struct error err = {0};
    const struct config_sources sources = {.file = SOURCE_DIR "/config/numhost.yaml",
                                           .environment = no_variables};
    struct config *sample = config_new();
    assert_true(config_read(sample, &sources, &err));
    struct config *plain = read_with(no_variables, NULL, &err);
    assert_non_null(plain);
    for (size_t i = 0; i < settings_count; i++)
        if (settings[i].shape == SHAPE_SCALAR)
            assert_string_equal(sample->origins[i].text, plain->origins[i].text);
    assert_memory_equal(&sample->hours, &plain->hours, sizeof sample->hours);
    assert_int_equal(sample->column_count, 0);
    config_free(sample);
    config_free(plain);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(without_a_file_the_defaults_are_those_of_the_policy),
        IN_FOLDER(live_goes_to_the_service),
        IN_FOLDER(flags_win_over_variables_over_the_file_over_defaults),
        IN_FOLDER(maps_and_lists_replace_the_default_whole),
        IN_FOLDER(maps_and_lists_can_be_variables),
        IN_FOLDER(paths_in_a_file_are_seen_from_its_folder),
        IN_FOLDER(every_error_says_where_and_what),
        IN_FOLDER(unknown_variables_are_errors),
        IN_FOLDER(files_that_cannot_be_are_refused),
        IN_FOLDER(deep_nesting_ends_at_once),
        IN_FOLDER(the_sample_changes_nothing),
        cmocka_unit_test(sample_and_page_say_what_the_table_says),
        cmocka_unit_test(every_setting_has_a_default_that_is_taken_and_a_reason),
        cmocka_unit_test(the_settings_of_a_section_stand_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
