/* Command lines typed beside a run, and before a real one. */
#include "cmd/stop.h"
#include "helpers/loopback_server.h"
#include "helpers/scripted_run.h"
#include "helpers/typed.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { TRIES = 4000 };

static void pause_briefly(void)
{
    const struct timespec pause = {.tv_nsec = 5000000};
    nanosleep(&pause, NULL);
}

/* Waits until what was started has said `words`. */
static void wait_for_words(const char *words)
{
    bool said = false;
    for (int i = 0; i < TRIES && !said; i++) {
        pause_briefly();
        char *text = access("started.log", F_OK) == 0 ? looking_read("started.log") : NULL;
        said = text != NULL && strstr(text, words) != NULL;
        free(text);
    }
    assert_true(said);
}

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

static int count_words(const char *words)
{
    int count = 0;
    char *text = looking_read("started.log");
    for (const char *at = text; (at = strstr(at, words)) != NULL; at += strlen(words))
        count++;
    free(text);
    return count;
}

static void wait_for_post(struct loopback_server *server)
{
    for (int i = 0; i < TRIES && loopback_server_posts(server) == 0; i++)
        pause_briefly();
    assert_int_equal(loopback_server_posts(server), 1);
}

static void use_server(const struct loopback_server *server)
{
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", loopback_server_port(server));
    assert_int_equal(setenv("NUMHOST_API_BASE_URL", url, 1), 0);
    assert_int_equal(setenv("NUMHOST_API_CORE_BASE_URL", url, 1), 0);
}

#define ANSWER(status, more, body)                                                                 \
    "HTTP/1.1 " status "\r\nContent-Type: application/json\r\n" more                               \
    "Connection: close\r\n\r\n" body

/* The service has no order and does not answer when it is asked for one; later it is there and
 * knows nothing of it. */
static void
a_second_signal_ends_a_run_at_once_and_the_next_one_looks_before_it_repeats(void **state)
{
    static const struct reply replies[] = {
        {.kind = REPLY_BYTES_CLOSE,
         .bytes = ANSWER("200 OK", "", "{\"items\":[],\"meta\":{\"key\":\"items\"}}")},
        {.kind = REPLY_SILENCE},
    };
    static const struct loopback_script script = {.replies = replies, .reply_count = 2};
    static const char quick[] =
        "processing: {takes: 50ms..100ms}\nverification: {answers_after: 50ms..100ms}\n";
    static const struct typed before[] = {
        {"import first.csv --database new.db", 0, "new 1", NULL, 0}};
    static const struct typed beside[] = {
        {"limit --rate 5/s --database new.db", 0, "at most 5", NULL, 0},
        {"status --database new.db", 0, "1 rows", NULL, 0},
        {"limit --rate 5/s --database new.db", 0, "at most 5", NULL, 0},
    };
    static const struct typed after[] = {
        {"show +14155550180 --database new.db", 0, "intent", NULL, 0},
        {"sync --dry-run --database new.db", 0,
         "1 rows have a request of unknown outcome: the next run settles it", NULL, 0},
        {"run --database new.db --for 4s", 7, "work left", NULL, 0},
        {"show +14155550180 --database new.db", 0, "not-happened", NULL, 0},
        {"show +14155550180 --database new.db", 0, "order-created", NULL, 0},
    };
    (void)state;
    typed_file("numhost.yaml", "database: numhost.db\napi: {rate: 200/s, reconcile_grace: 1s}\n"
                               "verification: {windows: {mon-sun: \"00:00-24:00\"}}\n");
    write_site("first.csv", "+14155550180,Hill\n");
    typed_all(before, COUNT_OF(before));
    struct loopback_server *server = loopback_server_start(&script);
    use_server(server);
    int run = typed_start("run --database new.db");
    wait_for_post(server);
    assert_int_equal(kill(run, SIGINT), 0);
    wait_for_words("finishing 1 request, up to");
    typed_all(beside, COUNT_OF(beside));
    assert_int_equal(count_words("finishing 1 request"), 1);
    assert_int_equal(typed_end(run, SIGINT), 7);
    wait_for_words("stopped at once; nothing acknowledged is lost");
    assert_int_equal(loopback_server_posts(server), 1);
    loopback_server_stop(server);
    int sandbox = typed_sandbox(quick);
    typed_all(after, COUNT_OF(after));
    typed_stop(sandbox);
}

/* In a process of its own, which the second signal must end. */
static void be_stopped_twice(void)
{
    const volatile sig_atomic_t *seen = stop_on_signals();
    raise(SIGTERM);
    if (*seen == 1)
        raise(SIGTERM);
    _exit(1);
}

static void what_only_looks_is_ended_by_a_second_signal_as_any_program(void **state)
{
    int status = 0;
    (void)state;
    fflush(stdout);
    pid_t process = fork();
    if (process == 0)
        be_stopped_twice();
    assert_int_equal(waitpid(process, &status, 0), process);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
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

int main(void)
{
#define TYPED_TEST(test) cmocka_unit_test_setup_teardown(test, typed_enter, typed_leave)
    const struct CMUnitTest tests[] = {
        TYPED_TEST(what_a_run_left_open_is_told_and_an_answer_of_its_own_is_an_error),
        TYPED_TEST(commands_beside_a_run_are_carried_out_by_it),
        TYPED_TEST(a_watched_status_follows_what_others_do_until_it_is_stopped),
        TYPED_TEST(a_second_signal_ends_a_run_at_once_and_the_next_one_looks_before_it_repeats),
        cmocka_unit_test(what_only_looks_is_ended_by_a_second_signal_as_any_program),
        TYPED_TEST(a_real_run_tells_what_it_would_do_before_it_does_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
