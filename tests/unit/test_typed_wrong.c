/* Command lines against a configuration, a place, a name or a service that is not as it should be.
 */
#include "helpers/loopback_server.h"
#include "helpers/typed.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ANSWER(status, more, body)                                                                 \
    "HTTP/1.1 " status "\r\nContent-Type: application/json\r\n" more                               \
    "Connection: close\r\n\r\n" body

static void use_server(const struct loopback_server *server)
{
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", loopback_server_port(server));
    assert_int_equal(setenv("NUMHOST_API_BASE_URL", url, 1), 0);
    assert_int_equal(setenv("NUMHOST_API_CORE_BASE_URL", url, 1), 0);
}

/* ---- who asks, and for what ---- */

static void who_asked_is_kept_also_behind_sudo(void **state)
{
    static const struct typed lines[] = {
        {"hold +14155550105", 0, "1 changed", NULL, 0},
        {"show +14155550105", 0, "anna", NULL, 0},
        {"show +14155550105 --json", 0, "\"anna\"", NULL, 0},
    };
    (void)state;
    setenv("SUDO_USER", "anna", 1);
    typed_all(lines, 1);
    setenv("SUDO_USER", "", 1);
    typed_all(lines + 1, 2);
    unsetenv("SUDO_USER");
}

static void names_that_are_none_are_told_and_shown_without_harm(void **state)
{
    static const struct typed lines[] = {
        {"import odd.csv --rejects b\xFF"
         "d.csv --json",
         0, "\"rejects_file\":\"b?d.csv\"", NULL, 0},
        {"import b\xFF"
         "d.csv --json",
         2, "b?d.csv", NULL, 0},
        {"help zzzzzzzz", 2, "there is no command", NULL, 0},
        {"help statsu", 2, "did you mean 'status'", NULL, 0},
        {"explain-code all", 0, "22100", NULL, 0},
        {"explain-code 999999", 1, "not in the dictionary", NULL, 0},
        {"sandbox --listen 127.0.0.1:0 --state .", 1, "cannot read .: Is a directory", NULL, 0},
        {"sandbox --listen 127.0.0.1:0 --state odd.csv/x", 1, "cannot read odd.csv/x", NULL, 0},
        {"sandbox --listen 127.0.0.1:0 --scenario .", 1, "Is a directory", NULL, 0},
    };
    (void)state;
    typed_file("odd.csv", "phone_number\n12\n+14155550189\n");
    typed_all(lines, COUNT_OF(lines));
}

static void a_doctor_tells_whose_the_database_is(void **state)
{
    static const struct typed line = {"doctor --offline", 0, "belongs to another user", NULL, 0};
    enum { NOBODY = 65534 };
    (void)state;
    if (geteuid() != 0)
        skip();
    assert_int_equal(chown("numhost.db", NOBODY, NOBODY), 0);
    typed_all(&line, 1);
}

static void a_doctor_tells_that_without_time_zones_no_phone_rings(void **state)
{
    static const struct typed line = {"doctor --offline", 1, "Install tzdata", NULL, 0};
    (void)state;
    assert_int_equal(setenv("TZDIR", "/nowhere", 1), 0);
    typed_all(&line, 1);
    assert_int_equal(unsetenv("TZDIR"), 0);
}

/* ---- the configuration ---- */

static void a_variable_that_is_wrong_is_told_by_its_name(void **state)
{
    static const struct {
        const char *name;
        const char *value;
        struct typed line;
    } cases[] = {
        {"NUMHOST_VERIFICATION_WINDOWS",
         "mon",
         {"config check", 2, "'mon' is not KEY=VALUE", 0, 0}},
        {"NUMHOST_API_RATE", "fast", {"config check", 2, "NUMHOST_API_RATE", 0, 0}},
        {"NUMHOST_API_RAET", "5/s", {"config check", 2, "did you mean NUMHOST_API_RATE?", 0, 0}},
        {"NUMHOST_QQQQQQQQQQQQQQQQQQ",
         "1",
         {"config check", 2, "`numhost config show` lists the settings", 0, 0}},
        {"NUMHOST_API_TIMEOUT", "4000d", {"config check", 2, "more than ten years", 0, 0}},
        {"NUMHOST_API_BASE_URL",
         "http://127.0.0.1:123456",
         {"config check", 2, "NUMHOST_API_BASE_URL: the port", 0, 0}},
        {"NUMHOST_COLUMNS", "Tel=phone_number", {"config show", 0, "Tel=phone_number", 0, 0}},
        {"NUMHOST_CONFIG", "nowhere.yaml", {"config check", 2, "nowhere.yaml", 0, 0}},
        {"NUMHOST_CONFIG", "", {"config check", 0, "numhost.yaml", 0, 0}},
        {"XDG_CONFIG_HOME", "not/absolute", {"config check", 0, "numhost.yaml", 0, 0}},
    };
    (void)state;
    typed_file("numhost.yaml", "database: numhost.db\ncolumns: {Telefon: phone_number}\n");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(setenv(cases[i].name, cases[i].value, 1), 0);
        typed_all(&cases[i].line, 1);
        assert_int_equal(unsetenv(cases[i].name), 0);
    }
}

static void without_a_configuration_the_defaults_are_good(void **state)
{
    static const struct typed line = {"config check", 0, "no configuration file: defaults", NULL,
                                      0};
    (void)state;
    if (access("/etc/numhost/numhost.yaml", F_OK) == 0)
        skip();
    assert_int_equal(unlink("numhost.yaml"), 0);
    typed_all(&line, 1);
}

/* `before`, so many letters, `behind`; free() it. */
static char *stretched(const char *before, size_t letters, const char *behind)
{
    size_t bytes = strlen(before) + letters + strlen(behind) + 1;
    char *text = calloc(1, bytes);
    char *middle = calloc(1, letters + 1);
    assert_non_null(text);
    assert_non_null(middle);
    memset(middle, 'd', letters);
    snprintf(text, bytes, "%s%s%s", before, middle, behind);
    free(middle);
    return text;
}

static void paths_too_long_to_use_are_refused_where_they_stand(void **state)
{
    const struct typed check = {"config check", 2, "numhost.yaml: a path in it is too long", NULL,
                                0};
    char *line = stretched("config check --config ", PATH_MAX + 100, "");
    char *text = stretched("database: ", PATH_MAX - 1, "\n");
    char *here = stretched("config check --config ./", 0, "numhost.yaml");
    const struct typed lines[] = {{line, 2, "the path of the configuration is too long", NULL, 0},
                                  {here, check.code, check.says, NULL, 0}};
    (void)state;
    typed_file("numhost.yaml", text);
    typed_all(lines, COUNT_OF(lines));
    free(line);
    free(text);
    free(here);
}

static void config_says(char *text, const char *says)
{
    const struct typed line = {"config check", 2, says, NULL, 0};
    typed_file("numhost.yaml", text);
    typed_all(&line, 1);
    free(text);
}

static void values_too_long_or_too_many_are_refused_where_they_stand(void **state)
{
    (void)state;
    config_says(stretched("database: ", 5000, "\n"), "numhost.yaml:1:11: the value is too long");
    config_says(stretched("loa: {contact_title: ", 129, "}\n"), "longer than 128 bytes");
    config_says(stretched("loa: {contact_phone_number: \"+14155550180", 0, "99999\"}\n"),
                "not a phone number in E.164");
    config_says(stretched("loa: {contact_phone_number: \"+14155550180", 1, "\"}\n"),
                "not a phone number in E.164");
    char *many = calloc(1, 65536);
    assert_non_null(many);
    size_t length = (size_t)sprintf(many, "columns:\n");
    for (int i = 0; i < 1100; i++)
        length += (size_t)sprintf(many + length, "  Column%d: site\n", i);
    config_says(many, "more values than a configuration has");
}

static void more_columns_than_there_may_be_are_refused(void **state)
{
    static const struct typed line = {"config check", 2, "more than 64 columns", NULL, 0};
    char text[8192] = "columns:\n";
    size_t length = strlen(text);
    (void)state;
    for (int i = 0; i < 65; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "  Column%d: site\n", i);
    typed_file("numhost.yaml", text);
    typed_all(&line, 1);
}

/* ---- the service ---- */

static void doctor_says(const char *bytes, int code, const char *says)
{
    const struct reply reply = {.kind = REPLY_BYTES_CLOSE, .bytes = bytes};
    const struct loopback_script script = {.replies = &reply, .reply_count = 1};
    const struct typed line = {"doctor", code, says, NULL, 0};
    struct loopback_server *server = loopback_server_start(&script);
    use_server(server);
    typed_all(&line, 1);
    assert_int_equal(loopback_server_requests(server), 1);
    loopback_server_stop(server);
}

static void a_doctor_tells_apart_what_answers_in_place_of_the_service(void **state)
{
    (void)state;
    doctor_says(ANSWER("200 OK", "", "<html>hello</html>"), 1, "is api.base_url right?");
    doctor_says(ANSWER("302 Found", "Location: http://127.0.0.1:9/\r\n", ""), 4, "HTTP 302");
    doctor_says(ANSWER("401 Unauthorized", "", "{\"code\":20003,\"message\":\"no\"}"), 4,
                "code 20003");
}

static void a_doctor_sees_a_clock_that_is_off_by_what_the_service_says(void **state)
{
    (void)state;
    doctor_says(ANSWER("200 OK", "Date: Thu, 01 Jan 2015 00:00:00 GMT\r\n", "{}"), 1,
                "s ahead of the service");
    doctor_says(ANSWER("200 OK", "Date: Fri, 01 Jan 2100 00:00:00 GMT\r\n", "{}"), 1,
                "s behind the service");
    doctor_says(ANSWER("200 OK", "Date: the day before\r\n", "{}"), 1, "is api.base_url right?");
}

int main(void)
{
#define TYPED_TEST(test) cmocka_unit_test_setup_teardown(test, typed_enter, typed_leave)
    const struct CMUnitTest tests[] = {
        TYPED_TEST(who_asked_is_kept_also_behind_sudo),
        TYPED_TEST(names_that_are_none_are_told_and_shown_without_harm),
        TYPED_TEST(a_doctor_tells_whose_the_database_is),
        TYPED_TEST(a_doctor_tells_that_without_time_zones_no_phone_rings),
        TYPED_TEST(a_variable_that_is_wrong_is_told_by_its_name),
        TYPED_TEST(without_a_configuration_the_defaults_are_good),
        TYPED_TEST(paths_too_long_to_use_are_refused_where_they_stand),
        TYPED_TEST(values_too_long_or_too_many_are_refused_where_they_stand),
        TYPED_TEST(more_columns_than_there_may_be_are_refused),
        TYPED_TEST(a_doctor_tells_apart_what_answers_in_place_of_the_service),
        TYPED_TEST(a_doctor_sees_a_clock_that_is_off_by_what_the_service_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
