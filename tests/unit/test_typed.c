/* Whatever a person types is answered with the exit code of the manual and a sentence. */
#include "base/text.h"
#include "helpers/looking_store.h"
#include "helpers/typed.h"

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

static void options_and_words_that_are_none_are_told(void **state)
{
    static const struct typed lines[] = {
        {"", 2, "numhost", NULL, 0},
        {"--help", 0, "import", NULL, 0},
        {"--version", 0, "0.", NULL, 0},
        {"status --version", 0, "0.", NULL, 0},
        {"status -v -vv", 0, NULL, NULL, 0},
        {"status --quiet", 0, NULL, NULL, 0},
        {"stat", 2, "did you mean 'status'", NULL, 0},
        {"zzzzzzzz", 2, "there is no command", NULL, 0},
        {"--zzzzzzzz status", 2, "before the command", NULL, 0},
        {"status --zzzzzzzz", 2, "numhost help status", NULL, 0},
        {"status --bacth x", 2, "did you mean --batch", NULL, 0},
        {"status --bacth=x", 2, "did you mean --batch", NULL, 0},
        {"status --zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz=1", 2, "no option",
         NULL, 0},
        {"status -z", 2, "there is no option -z", NULL, 0},
        {"status --json=1", 2, "takes no value", NULL, 0},
        {"status --batch", 2, "needs a value", NULL, 0},
        {"status --batch --json", 2, "\"kind\":\"usage\"", NULL, 0},
        {"status --batch a --batch b", 2, "given twice", NULL, 0},
        {"status one", 2, "one word too many", NULL, 0},
        {"show", 2, "something is missing", NULL, 0},
        {"show -- +14155550100", 0, "+14155550100", NULL, 0},
        {"show 12", 2, NULL, NULL, 0},
        {"show +14155559999", 2, "in no batch", NULL, 0},
        {"report briefly", 2, "report", NULL, 0},
        {"report zzzzzzzz", 2, "there is no 'zzzzzzzz'", NULL, 0},
        {"report progress --format xml", 2, "is not one of csv|json", NULL, 0},
        {"report progress -oprogress.csv", 0, NULL, NULL, 0},
        {"report progress -o -", 0, "+14155550100", NULL, 0},
        {"report brief --json", 0, "{", NULL, 0},
        {"report brief --format json", 0, "{", NULL, 0},
        {"report all", 2, "-o DIR", NULL, 0},
        {"report all -o -", 2, "-o DIR", NULL, 0},
        {"report all -o all --format json", 2, "always csv", NULL, 0},
        {"report all -o all --format csv --batch spring", 0, NULL, NULL, 0},
        {"report progress --batch winter", 2, "winter", NULL, 0},
        {"calls --limit x", 2, "whole number", NULL, 0},
        {"calls --limit 1 --site Hill", 0, NULL, NULL, 0},
        {"zone 12", 2, NULL, NULL, 0},
        {"zone +14155550100 --json", 0, "Los_Angeles", NULL, 0},
        {"config", 2, "something is missing", NULL, 0},
        {"config check --json", 0, "\"settings\"", NULL, 0},
        {"config show --json", 0, "\"origin\"", NULL, 0},
        {"config reference", 0, "api.rate", NULL, 0},
        {"config sample", 0, "api", NULL, 0},
        {"config check --database=", 2, NULL, NULL, 0},
        {"config check --config nowhere.yaml", 2, "nowhere.yaml", NULL, 0},
        {"lifecycle", 0, "pending-loa", NULL, 0},
        {"lifecycle --json", 0, "\"rules\"", NULL, 0},
        {"sandbox --numbers", 0, "0119", NULL, 0},
        {"sandbox --faults", 0, "throttled", NULL, 0},
        {"sandbox --faults --numbers", 0, "0100", NULL, 0},
        {"sandbox --speed 0", 2, "--speed", NULL, 0},
        {"sandbox --seed x", 2, "--seed", NULL, 0},
        {"sandbox --listen nonsense", 2, NULL, NULL, 0},
        {"sandbox --listen 127.0.0.1:0 --scenario nowhere.yaml", 2, "nowhere.yaml", NULL, 0},
        {"sandbox --listen 127.0.0.1:0 --scenario numhost.yaml", 2, "numhost.yaml", NULL, 0},
        {"sandbox --listen 127.0.0.1:0 --state numhost.yaml", 5, "numhost.yaml", NULL, 0},
        {"sandbox --listen 127.0.0.1:0 --port-file nowhere/port", 1, "nowhere/port", NULL, 0},
    };
    (void)state;
    typed_all(lines, COUNT_OF(lines));
}

static void actions_say_what_they_change_and_ask_where_they_must(void **state)
{
    static const struct typed lines[] = {
        {"hold", 2, "say which numbers", NULL, 0},
        {"hold 12", 2, "word 1 behind the command", NULL, 0},
        {"hold --batch=", 2, "--batch needs a name", NULL, 0},
        {"hold --site=", 2, "--site needs a name", NULL, 0},
        {"hold --reason=", 2, "--reason needs a name", NULL, 0},
        {"hold --status verifid", 2, "did you mean 'verified'", NULL, 0},
        {"hold --status zzzzzzzzz", 2, "there is no 'zzzzzzzzz'", NULL, 0},
        {"hold --batch nowhere", 1, "no number matches", NULL, 0},
        {"hold --status verified", 1, "no number matches", NULL, 0},
        {"hold --reason attempts-kept --json", 0, "\"changed\":1", NULL, 0},
        {"hold +14155550105", 0, "1 changed", NULL, 0},
        {"hold +14155550105", 0, "the first left as it is", NULL, 0},
        {"status", 0, "held", NULL, 0},
        {"show +14155550105", 0, "held", NULL, 0},
        {"release --site Lake --quiet", 0, NULL, NULL, 0},
        {"retry --status failed", 0, "1 changed", NULL, 0},
        {"retry +14155550102 --last-attempt", 0, NULL, NULL, 0},
        {"verify +14155550103", 2, "verify needs --code", NULL, 0},
        {"verify +14155550103 --code -", 2, "no code", NULL, 0},
        {"verify 12 --code 123456", 2, NULL, NULL, 0},
        {"verify +14155550103 --code x", 2, NULL, NULL, 0},
        {"verify +14155550103 --code -", 0, "next turn", "012345\r\n", 0},
        {"verify +14155550103 --code 012345 --json", 0, "\"queued\":true", NULL, 0},
        {"limit", 2, "limit needs --rate", NULL, 0},
        {"limit --rate fast", 2, "--rate", NULL, 0},
        {"limit --rate 20000/s", 2, "more than 10000/s", NULL, 0},
        {"limit --rate 5/s", 1, "no run holds", NULL, 0},
        {"cancel --offboard --all", 2, "give --yes", NULL, 0},
        {"cancel --offboard --all", 1, "Sure?", "yes\nno\n", 1},
        {"cancel --offboard --all", 1, "up to", "maybe\n", 1},
        {"cancel --offboard --all", 1, "up to", "\004", 1},
        {"cancel --offboard --all", 0, "offboard", "yes\nyes\n", 1},
        {"cancel +14155550105", 0, NULL, NULL, 0},
        {"status", 0, "completed", "", 1},
        {"status --json", 0, "{", "", 1},
        {"calls", 0, NULL, "", 1},
        {"show +14155550103", 0, NULL, "", 1},
        {"show +14155550103 --no-color", 0, NULL, "", 1},
        {"report brief", 0, NULL, "", 1},
        {"nonsense", 2, NULL, "", 1},
    };
    (void)state;
    typed_all(lines, COUNT_OF(lines));
}

static void imports_read_files_pipes_and_every_delimiter(void **state)
{
    static const struct typed lines[] = {
        {"import nowhere.csv", 5, "nowhere.csv", NULL, 0},
        {"import -", 2, "give --batch", "phone_number\n+14155550180\n", 0},
        {"import - --batch pipe", 0, "new 1", "phone_number\n+14155550180\n", 0},
        {"import - --batch pipe2 --rejects bad.csv", 0, "bad.csv",
         "phone_number\n12\n+14155550189\n", 0},
        {"import semicolons.csv --delimiter semicolon --json", 0, "\"rows\":1", NULL, 0},
        {"import tabs.csv --delimiter tab", 0, "new 1", NULL, 0},
        {"import commas.csv --delimiter comma --dry-run", 0, "dry run", NULL, 0},
        {"import commas.csv --strict", 5, NULL, NULL, 0},
        {"import commas.csv --quiet", 0, NULL, NULL, 0},
        {"import commas.csv --batch=", 2, NULL, NULL, 0},
        {"import .", 5, NULL, NULL, 0},
    };
    (void)state;
    typed_file("semicolons.csv", "phone_number;site\n+14155550181;Hill\n");
    typed_file("tabs.csv", "phone_number\tsite\n+14155550182\tHill\n");
    typed_file("commas.csv", "phone_number,site\n+14155550183,Hill\n12,Hill\n");
    typed_all(lines, COUNT_OF(lines));
}

static void a_configuration_that_is_wrong_is_told_with_its_place(void **state)
{
    static const struct {
        const char *text;
        const char *says;
    } files[] = {
        {"api: {rate: fast}\n", "api.rate"},
        {"api: {speed: 1}\n", "no key 'speed'"},
        {"api: {rate: [1]}\n", "takes a single value"},
        {"database: \"a\\nb\"\n", "line break"},
        {"api: {timeout: 100000h}\n", "api.timeout"},
        {"- list\n", "numhost.yaml"},
        {"api: {\n", "numhost.yaml"},
        {"loa: {contact_phone_number: \"12\"}\n", "contact_phone_number"},
        {"api: {environment: moon}\n", "environment"},
        {"verification: {windows: {mon: \"9\"}}\n", "windows"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        const struct typed line = {"config check", 2, files[i].says, NULL, 0};
        typed_file("numhost.yaml", files[i].text);
        typed_all(&line, 1);
    }
}

static void a_doctor_finds_what_is_wrong_with_the_place(void **state)
{
    static const struct typed well[] = {{"doctor --offline", 0, "database", NULL, 0},
                                        {"doctor --offline --json", 0, "\"", NULL, 0},
                                        {"doctor --offline", 0, "database", "", 1}};
    static const struct typed ill[] = {
        {"doctor --offline", 6, "chmod o-w", NULL, 0},
        {"doctor --offline --database nowhere/x.db", 6, "nowhere", NULL, 0},
        {"doctor", 8, NULL, NULL, 0},
    };
    struct typed_place *place = *state;
    typed_all(well, COUNT_OF(well));
    chmod(place->made->directory, 0777);
    typed_all(ill, 1);
    chmod(place->made->directory, 01777);
    setenv("NUMHOST_API_BASE_URL", "http://127.0.0.1:9", 1);
    typed_all(ill + 1, COUNT_OF(ill) - 1);
}

/* Callbacks of the first go to the sandbox, which has no such page, and of the second to nobody. */
static void write_batch(const char *callback_url)
{
    char text[1024];
    snprintf(text, sizeof text,
             "phone_number,email,address_sid,contact_title,contact_phone_number,"
             "status_callback_url,status_callback_method\n"
             "+14155550120,a@example.com,AD%032d,Owner,+14155550180,%s/x?y=1,GET\n"
             "+14155550121,a@example.com,AD%032d,Owner,+14155550180,http://127.0.0.1:9/x,POST\n"
             "+14155550122,b@example.com,AD%032d,Owner,+14155550180,http://example.com/x,\n",
             1, callback_url, 1, 1);
    typed_file("batch.csv", text);
}

/* The service as the sandbox plays it, in a terminal and not. */
static void a_run_a_sync_and_a_doctor_say_what_became_of_it(void **state)
{
    static const char scenario[] =
        "processing: {takes: 50ms..300ms}\nverification: {answers_after: 50ms..300ms}\n"
        "signing: {after: 100ms..500ms}\n"
        "carrier: {takes: 100ms..500ms, toll_free_takes: 100ms..500ms, testing_takes: "
        "50ms..300ms}\n";
    static const struct typed lines[] = {
        {"import batch.csv --database new.db", 0, "new 3", NULL, 0},
        {"doctor --database new.db", 0, NULL, NULL, 0},
        {"run --until 25:00 --database new.db", 2, "HH:MM", NULL, 0},
        {"run --until 1:60 --database new.db", 2, "HH:MM", NULL, 0},
        {"run --until -1:00 --database new.db", 2, "HH:MM", NULL, 0},
        {"run --until 1:-1 --database new.db", 2, "HH:MM", NULL, 0},
        {"run --until 1:00x --database new.db", 2, "HH:MM", NULL, 0},
        {"run --until noon --database new.db", 2, "HH:MM", NULL, 0},
        {"run --until 12:00 --once --database new.db", 2, "one of", NULL, 0},
        {"run --for soon --database new.db", 2, "--for", NULL, 0},
        {"run --max-calls x --database new.db", 2, "--max-calls", NULL, 0},
        {"run --once --database new.db", 7, "work left", NULL, 0},
        {"run --until 00:00 --max-calls 100 --database new.db", 0, "3", "", 1},
        {"status --watch --database new.db", 0, "completed", NULL, 0},
        {"run --json --database new.db", 0, "{", NULL, 0},
        {"import batch.csv --database lost.db", 0, "new 3", NULL, 0},
        {"sync --dry-run --database lost.db", 0, NULL, NULL, 0},
        {"sync --dry-run --json --database lost.db", 0, "\"counts\"", NULL, 0},
        {"sync --batch winter --database lost.db", 2, "winter", NULL, 0},
        {"sync --batch batch --adopt-foreign --database lost.db", 0, "orders read", NULL, 0},
        {"sync --json --adopt-foreign --yes --database lost.db", 0, "\"left\"", NULL, 0},
        {"sync --adopt-foreign --dry-run --database lost.db", 0, NULL, NULL, 0},
        {"status --watch --database lost.db", 0, "completed", "", 1},
    };
    (void)state;
    typed_file("numhost.yaml",
               "database: numhost.db\n"
               "api: {rate: 200/s, burst: 50, reconcile_grace: 1s}\n"
               "callback: {public_url: https://example.com/}\n"
               "verification: {call_takes: 1s, call_again_after: 1s, windows: {mon-sun: "
               "\"00:00-24:00\"}}\n"
               "loa: {wait_for_stragglers: 1s}\n"
               "poll: {processing: 1s, verification: 1s, signature: 1s, carrier: 1s}\n");
    int sandbox = typed_sandbox(scenario);
    write_batch(getenv("NUMHOST_API_BASE_URL"));
    typed_all(lines, COUNT_OF(lines));
    typed_stop(sandbox);
}

int main(void)
{
#define TYPED_TEST(test) cmocka_unit_test_setup_teardown(test, typed_enter, typed_leave)
    const struct CMUnitTest tests[] = {
        TYPED_TEST(options_and_words_that_are_none_are_told),
        TYPED_TEST(actions_say_what_they_change_and_ask_where_they_must),
        TYPED_TEST(imports_read_files_pipes_and_every_delimiter),
        TYPED_TEST(a_configuration_that_is_wrong_is_told_with_its_place),
        TYPED_TEST(a_doctor_finds_what_is_wrong_with_the_place),
        TYPED_TEST(a_run_a_sync_and_a_doctor_say_what_became_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
