/* Command lines typed beside a run, before a real one, and against a place, a configuration or a
 * service that is not as it should be. */
#include "base/text.h"
#include "helpers/loopback_server.h"
#include "helpers/scripted_run.h"
#include "helpers/typed.h"

#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- beside a run ---- */

static void what_a_run_left_open_is_told_and_an_answer_of_its_own_is_an_error(void **state)
{
    static const char strange[] = "{\"exit\":99,\"stdout\":\"\",\"stderr\":\"no such code\"}\n";
    static const struct typed gone[] = {
        {"hold +14155550105", 1, "may have been carried out", NULL, 0},
        {"import - --batch pipe", 1, "may have been carried out", "phone_number\n", 0},
        {"import -", 2, "give --batch NAME", "phone_number\n", 0},
    };
    static const struct typed answered[] = {{"hold +14155550105", 1, "no such code", NULL, 0}};
    struct scripted_run run = {.answer = ""};
    (void)state;
    scripted_run_start(&run, "numhost.db");
    typed_all(gone, COUNT_OF(gone));
    scripted_run_stop(&run);
    run = (struct scripted_run){.answer = strange, .answer_bytes = sizeof strange - 1};
    scripted_run_start(&run, "numhost.db");
    typed_all(answered, COUNT_OF(answered));
    scripted_run_stop(&run);
}

/* Calls are answered after minutes: the run goes on until it is told to stop. */
static const char slow[] =
    "processing: {takes: 50ms..100ms}\nverification: {answers_after: 5m..6m}\n";

static void write_site(const char *name, const char *phone_numbers)
{
    char text[512];
    snprintf(text, sizeof text, "phone_number,site\n%s", phone_numbers);
    typed_file(name, text);
}

static void commands_beside_a_run_are_carried_out_by_it(void **state)
{
    static const struct typed before[] = {
        {"import first.csv --database new.db", 0, "new 1", NULL, 0}};
    static const struct typed beside[] = {
        {"limit --rate 5/s --database new.db", 0, "at most 5 requests a second", NULL, 0},
        {"limit --rate 300/m --json --database new.db", 0, "\"requests_per_second\":5", NULL, 0},
        {"limit --rate 20000/s --database new.db", 2, "more than 10000/s", NULL, 0},
        {"import second.csv --database new.db --rejects bad.csv", 0, "new 1", NULL, 0},
        {"import - --batch pipe --database new.db", 0, "new 1", "phone_number\n+14155550182\n", 0},
        {"hold +14155550181 --database new.db", 0, "1 changed", NULL, 0},
        {"run --database new.db", 6, NULL, NULL, 0},
        {"status --database new.db", 0, "4 rows", NULL, 0},
    };
    (void)state;
    typed_file("numhost.yaml", "database: numhost.db\napi: {rate: 200/s}\nverification: {windows: "
                               "{mon-sun: \"00:00-24:00\"}}\n");
    write_site("first.csv", "+14155550180,Hill\n");
    write_site("second.csv", "+14155550181,Hill\n12,Hill\n");
    int sandbox = typed_sandbox(slow);
    typed_all(before, COUNT_OF(before));
    int run = typed_start("run --database new.db");
    typed_wait_for_run("new.db");
    typed_all(beside, COUNT_OF(beside));
    assert_int_equal(access("bad.csv", F_OK), 0);
    assert_int_equal(typed_end(run, SIGTERM), 7);
    typed_stop(sandbox);
}

/* Waits until what was started has said `words`. */
static void wait_for_words(const char *words)
{
    bool said = false;
    for (int i = 0; i < 4000 && !said; i++) {
        const struct timespec pause = {.tv_nsec = 5000000};
        nanosleep(&pause, NULL);
        char *text = access("started.log", F_OK) == 0 ? looking_read("started.log") : NULL;
        said = text != NULL && strstr(text, words) != NULL;
        free(text);
    }
    assert_true(said);
}

static void a_watched_status_follows_what_others_do_until_it_is_stopped(void **state)
{
    static const struct typed hold = {"hold +14155550105", 0, "1 changed", NULL, 0};
    (void)state;
    int watch = typed_start("status --watch");
    wait_for_words("10 rows = ");
    typed_all(&hold, 1);
    wait_for_words("1 held");
    assert_int_equal(typed_end(watch, SIGINT), 0);
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

/* ---- before a real run ---- */

struct become {
    const char *phone_number;
    enum status status;
    enum step step;
    bool held;
};

/* With those of the place: 10 numbers, of which one is completed and one failed. */
static void make_more_states(const struct typed_place *place)
{
    static const struct become becomes[] = {
        {"+14155550105", STATUS_QUEUED, STEP_CREATE, true},
        {"+14155550110", STATUS_TWILIO_PROCESSING, STEP_NOTHING, false},
        {"+14155550111", STATUS_VERIFIED, STEP_AUTHORIZE, false},
    };
    struct error err = {0};
    struct store *store = store_open(looking_path(place->made, "numhost.db"), STORE_WRITE, &err);
    assert_non_null(store);
    for (size_t i = 0; i < COUNT_OF(becomes); i++) {
        struct number number;
        bool found = false;
        assert_true(store_find_by_phone(store, becomes[i].phone_number, &number, &found, &err) &&
                    found);
        number.status = becomes[i].status;
        number.step = becomes[i].step;
        number.held = becomes[i].held;
        assert_true(store_save_number(store, &number, &err));
    }
    store_close(store);
}

static void a_real_run_tells_what_it_would_do_before_it_does_anything(void **state)
{
    static const char plan[] = "This creates 1 orders, may ring up to 4 phones, puts 1 verified "
                               "numbers on LOAs by e-mail, and looks after 3 more, at "
                               "http://127.0.0.1:9.";
    static const struct typed lines[] = {
        {"import more.csv", 0, "new 1", NULL, 0},
        {"run", 2, plan, NULL, 0},
        {"run", 1, "Type yes to go on", "no\n", 1},
        {"show +14155550190", 0, "queued", NULL, 0},
    };
    make_more_states(*state);
    write_site("more.csv", "+14155550190,Hill\n");
    typed_file("twilio.env", "TWILIO_ACCOUNT_SID=AC0123456789abcdef0123456789abcdef\n"
                             "TWILIO_AUTH_TOKEN=0123456789abcdef0123456789abcdef\n");
    assert_int_equal(chmod("twilio.env", 0600), 0);
    typed_file("numhost.yaml",
               "database: numhost.db\napi: {environment: live, base_url: \"http://127.0.0.1:9\", "
               "core_base_url: \"http://127.0.0.1:9\", credentials_file: twilio.env}\n");
    typed_all(lines, COUNT_OF(lines));
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
    char url[64];
    struct loopback_server *server = loopback_server_start(&script);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", loopback_server_port(server));
    assert_int_equal(setenv("NUMHOST_API_BASE_URL", url, 1), 0);
    typed_all(&line, 1);
    assert_int_equal(loopback_server_requests(server), 1);
    loopback_server_stop(server);
}

#define ANSWER(status, more, body)                                                                 \
    "HTTP/1.1 " status "\r\nContent-Type: application/json\r\n" more                               \
    "Connection: close\r\n\r\n" body

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
        TYPED_TEST(what_a_run_left_open_is_told_and_an_answer_of_its_own_is_an_error),
        TYPED_TEST(commands_beside_a_run_are_carried_out_by_it),
        TYPED_TEST(a_watched_status_follows_what_others_do_until_it_is_stopped),
        TYPED_TEST(who_asked_is_kept_also_behind_sudo),
        TYPED_TEST(names_that_are_none_are_told_and_shown_without_harm),
        TYPED_TEST(a_doctor_tells_whose_the_database_is),
        TYPED_TEST(a_real_run_tells_what_it_would_do_before_it_does_anything),
        TYPED_TEST(a_variable_that_is_wrong_is_told_by_its_name),
        TYPED_TEST(without_a_configuration_the_defaults_are_good),
        TYPED_TEST(paths_too_long_to_use_are_refused_where_they_stand),
        TYPED_TEST(more_columns_than_there_may_be_are_refused),
        TYPED_TEST(a_doctor_tells_apart_what_answers_in_place_of_the_service),
        TYPED_TEST(a_doctor_sees_a_clock_that_is_off_by_what_the_service_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
