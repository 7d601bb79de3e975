/* `numhost sandbox` while every call below it fails once: it says so, its state is the old one or
 * the new one, a callback is delivered as it should be or not at all, and all is well the next
 * time. */
#include "base/clock.h"
#include "base/text.h"
#include "cmd/sandbox_callbacks.h"
#include "cmd/sandbox_serve.h"
#include "cmd/sandbox_state.h"
#include "faults/faults.h"
#include "helpers/loopback_server.h"
#include "helpers/sandbox_asking.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW_MS INT64_C(1795000000000)

struct world {
    char folder[64];
    char state[128];
    char scenario[128];
    char port[128];
    struct scenario calm;
    struct sandbox *sandbox;
};

static struct sandbox *with_orders(const struct scenario *scenario, int orders)
{
    char sid[35];
    char digits[24];
    struct sandbox *sandbox = sandbox_new(scenario, 1);
    for (int i = 0; i < orders; i++) {
        snprintf(digits, sizeof digits, "14155550%03d", i);
        assert_int_equal(ask_order(sandbox, NOW_MS, digits, sid), 201);
    }
    return sandbox;
}

static void *set_up(void)
{
    struct error err = {0};
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    TEXT_SET(world->folder, "/tmp/numhost-sandbox-XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    snprintf(world->state, sizeof world->state, "%s/state", world->folder);
    snprintf(world->scenario, sizeof world->scenario, "%s/scenario.yaml", world->folder);
    snprintf(world->port, sizeof world->port, "%s/port", world->folder);
    assert_true(sandbox_file_replace(world->scenario, "name: calm\n", &err));
    world->calm = scenario_calm();
    struct sandbox *old = with_orders(&world->calm, 1);
    assert_true(sandbox_state_write(old, world->state, &err));
    sandbox_free(old);
    world->sandbox = with_orders(&world->calm, 3);
    return world;
}

/* What could not be removed beside the file may lie there. */
static void tear_down(void *context)
{
    struct world *world = context;
    char command[128];
    sandbox_free(world->sandbox);
    snprintf(command, sizeof command, "rm -r %s", world->folder);
    assert_int_equal(system(command), 0);
    free(world);
}

static size_t orders_kept(const struct world *world)
{
    struct error err = {0};
    struct sandbox *kept = sandbox_new(&world->calm, 1);
    if (!sandbox_state_read(kept, world->state, &err))
        fail_msg("%s", err.text);
    size_t orders = sandbox_order_count(kept);
    sandbox_free(kept);
    return orders;
}

static bool may_leave_parts; /* that cannot be removed */

static void is_old_or_new(void *context)
{
    const struct world *world = context;
    size_t orders = orders_kept(world);
    assert_true(orders == 1 || orders == 3);
    DIR *folder = opendir(world->folder);
    assert_non_null(folder);
    int entries = 0;
    while (readdir(folder) != NULL)
        entries++;
    closedir(folder);
    assert_in_range(entries, 4, may_leave_parts ? 7 : 5); /* . .. state scenario.yaml port */
}

static bool write_state(void *context, struct error *err)
{
    const struct world *world = context;
    return sandbox_state_write(world->sandbox, world->state, err);
}

static bool read_state(void *context, struct error *err)
{
    const struct world *world = context;
    struct sandbox *read = sandbox_new(&world->calm, 1);
    bool good = sandbox_state_read(read, world->state, err);
    assert_true(!good || sandbox_order_count(read) == 1);
    sandbox_free(read);
    return good;
}

static size_t force(const char *name, bool (*operate)(void *, struct error *), bool survives)
{
    struct fault_trial trial = {.name = name,
                                .families = FAULT_FILES,
                                .set_up = set_up,
                                .operate = operate,
                                .check = is_old_or_new,
                                .tear_down = tear_down,
                                .survives = survives};
    size_t forced = force_run(&trial);
    trial.for_good = true;
    may_leave_parts = true;
    forced += force_run(&trial);
    may_leave_parts = false;
    return forced;
}

static void its_state_is_the_old_one_or_the_new_one(void **state)
{
    (void)state;
    assert_in_range(force("write", write_state, false), force_least(12), 100);
    assert_in_range(force("read", read_state, true), force_least(4), 100); /* fclose() */
}

/* Told to stop before it begins, it ends when it has done everything once. */
static bool serve(void *context, struct error *err)
{
    const struct world *world = context;
    const struct timespec at_once = {0};
    sigset_t term;
    force_look(false);
    struct sandbox_serve_options options = {.listen = "127.0.0.1:0",
                                            .scenario_path = world->scenario,
                                            .state_path = world->state,
                                            .port_path = world->port,
                                            .speed = 1,
                                            .out = fopen("/dev/null", "w")};
    assert_non_null(options.out);
    force_look(true);
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &term, NULL);
    raise(SIGTERM);
    bool good = sandbox_serve(&options, err);
    (void)sigtimedwait(&term, NULL, &at_once); /* nobody may have waited for it */
    pthread_sigmask(SIG_UNBLOCK, &term, NULL);
    force_look(false);
    fclose(options.out);
    force_look(true);
    return good;
}

static void it_serves_or_says_why_not(void **state)
{
    (void)state;
    assert_in_range(force("serve", serve, true), force_least(30), 1000);
    const struct fault_trial trial = {.name = "serve, libraries",
                                      .families = FAULT_LIBRARIES,
                                      .set_up = set_up,
                                      .operate = serve,
                                      .check = is_old_or_new,
                                      .tear_down = tear_down};
    assert_in_range(force_run(&trial), force_least(2), 100);
}

/* ---- callbacks ---- */

static struct loopback_server *receiver;
static struct sandbox_callback callback;

static bool deliver(void *context, struct error *err)
{
    (void)context;
    return callback_deliver(&callback) || error_set(err, ERROR_OTHER, "not delivered");
}

static void is_signed(void *context)
{
    char last[4096];
    (void)context;
    loopback_server_last(receiver, last, sizeof last);
    assert_true(last[0] == '\0' || strstr(last, "X-Twilio-Signature: ") != NULL);
    assert_true(last[0] == '\0' || strstr(last, "Status=completed") != NULL);
}

static void *nothing(void)
{
    return &callback;
}

static void nothing_to_end(void *context)
{
    (void)context;
}

static void a_callback_is_delivered_whole_or_not_at_all(void **state)
{
    static const struct reply fine = {REPLY_BYTES_CLOSE,
                                      "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"};
    const struct loopback_script script = {.replies = &fine, .reply_count = 1};
    struct fault_trial trial = {.name = "callback, POST",
                                .families = FAULT_LIBRARIES,
                                .set_up = nothing,
                                .operate = deliver,
                                .check = is_signed,
                                .tear_down = nothing_to_end};
    (void)state;
    receiver = loopback_server_start(&script);
    callback = (struct sandbox_callback){.status = "completed",
                                         .order_sid = "HR00000000000000000000000000000001",
                                         .phone_number = "+14155550100",
                                         .auth_token = "token",
                                         .token = "once"};
    snprintf(callback.url, sizeof callback.url, "http://127.0.0.1:%d/",
             loopback_server_port(receiver));
    assert_in_range(force_run(&trial), force_least(13), 100);
    callback.by_get = true;
    trial.name = "callback, GET";
    assert_in_range(force_run(&trial), force_least(12), 100);
    loopback_server_stop(receiver);
}

/* ---- memory ---- */

#define ADDRESSES "/2010-04-01/Accounts/" ACCOUNT "/Addresses.json"

static bool count_letter(void *context, const struct ledger_line *line)
{
    *(size_t *)context += line->document_sid[0] != '\0' ? 1 : 0;
    return true;
}

/* An order with callbacks, one that comes late, an address, a letter; all saved and read again. */
static bool live(void *context, struct error *err)
{
    static const char late[] = "name: x\nfaults: [{kind: late-effect, rate: 100%}]\n";
    struct scenario scenario;
    char sid[35];
    char body[512];
    const struct world *world = context;
    struct sandbox *sandbox = with_orders(&world->calm, 1);
    (void)ask_code(sandbox, NOW_MS, "POST", "/HostedNumbers/HostedNumberOrders",
                   "PhoneNumber=%2B14155550109&SmsCapability=true&CcEmails=a%40b.c&CcEmails="
                   "d%40e.f&StatusCallbackUrl=http%3A%2F%2F127.0.0.1%2F&FriendlyName=x");
    (void)ask_code(sandbox, NOW_MS, "POST", ADDRESSES,
                   "CustomerName=Dee&Street=1&City=Hill&Region=CA&PostalCode=94107&IsoCountry=US");
    assert_int_equal(ask_order(sandbox, NOW_MS, "14155550177", sid), 201);
    (void)ask_code(sandbox, NOW_MS + MINUTE_MS, "POST", "/HostedNumbers/HostedNumberOrders/x", "");
    snprintf(body, sizeof body, "/HostedNumbers/HostedNumberOrders/%s", sid);
    (void)ask_code(sandbox, NOW_MS + HOUR_MS, "POST", body, "Status=pending-verification");
    snprintf(body, sizeof body,
             "HostedNumberOrderSids=%s&AddressSid=AD11111111111111111111111111111111&Email="
             "a%%40example.com&ContactTitle=Owner&ContactPhoneNumber=%%2B14155550199",
             sid);
    (void)ask_code(sandbox, NOW_MS + 2 * HOUR_MS, "POST", "/HostedNumbers/AuthorizationDocuments",
                   body);
    size_t letters = 0;
    sandbox_each_ledger_line(sandbox, 0, count_letter, &letters);
    assert_int_equal(letters, 1);
    sandbox_advance(sandbox, NOW_MS + 10 * DAY_MS);
    bool good = sandbox_state_write(sandbox, world->state, err);
    struct sandbox *again = sandbox_new(&world->calm, 1);
    good = good && sandbox_state_read(again, world->state, err);
    sandbox_free(again);
    sandbox_free(sandbox);
    good = good && scenario_parse(&scenario, late, strlen(late), err);
    sandbox = sandbox_new(&scenario, 1);
    (void)ask_order(sandbox, NOW_MS, "14155550101", sid);
    sandbox_free(sandbox);
    return good;
}

static void without_memory_it_ends_itself(void **state)
{
    const struct fault_trial trials[] = {
        {.name = "live", .set_up = set_up, .operate = live, .tear_down = tear_down},
        {.name = "serve", .set_up = set_up, .operate = serve, .tear_down = tear_down},
    };
    size_t ended = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(trials); i++)
        ended += force_memory(&trials[i]);
    assert_in_range(ended, force_least(40), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_state_is_the_old_one_or_the_new_one),
        cmocka_unit_test(it_serves_or_says_why_not),
        cmocka_unit_test(a_callback_is_delivered_whole_or_not_at_all),
        cmocka_unit_test(without_memory_it_ends_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
