/* Faults have their effect or none as their name says, the ledger is the witness, and chance comes
 * from the seed alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/text.h"
#include "helpers/sandbox_asking.h"
#include "helpers/sandbox_transport.h"

static const int64_t now_ms = INT64_C(1700000000000);
static const char orders[] = "/HostedNumbers/HostedNumberOrders";

static struct sandbox *with_scenario(const char *text, uint64_t seed)
{
    struct scenario scenario;
    struct error err = {0};
    if (!scenario_parse(&scenario, text, strlen(text), &err))
        fail_msg("%s", err.text);
    return sandbox_new(&scenario, seed);
}

static struct sandbox *with_fault(const char *kind)
{
    char text[128];
    snprintf(text, sizeof text, "faults: [{kind: %s, operations: [create-order]}]\n", kind);
    return with_scenario(text, 5);
}

static void every_fault_has_the_effect_its_name_says(void **state)
{
    static const struct {
        const char *kind;
        size_t orders;
        int32_t status;
        enum sandbox_ending ending;
    } rows[] = {
        {"throttled", 0, 429, ENDING_ANSWER},
        {"error-500-before", 0, 500, ENDING_ANSWER},
        {"error-500-after", 1, 500, ENDING_ANSWER},
        {"error-503-before", 0, 503, ENDING_ANSWER},
        {"error-503-after", 1, 503, ENDING_ANSWER},
        {"timeout-before", 0, 0, ENDING_NEVER},
        {"timeout-after", 1, 201, ENDING_NEVER},
        {"late-effect", 0, 0, ENDING_NEVER},
        {"reset-before", 0, 0, ENDING_RESET},
        {"reset-after", 1, 201, ENDING_RESET},
        {"cut-body", 1, 201, ENDING_CUT},
        {"truncated-json", 1, 201, ENDING_ANSWER},
        {"malformed-json", 1, 201, ENDING_ANSWER},
        {"huge-json", 1, 201, ENDING_ANSWER},
        {"html", 1, 201, ENDING_ANSWER},
        {"unknown-status", 1, 201, ENDING_ANSWER},
        {"slow", 1, 201, ENDING_ANSWER},
        {"outage", 0, 0, ENDING_REFUSED},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct sandbox *sandbox = with_fault(rows[i].kind);
        struct asked asked =
            ask(sandbox, now_ms, "POST", orders, "PhoneNumber=%2B14155550100&SmsCapability=true");
        assert_string_equal(asked.response.fault, rows[i].kind);
        assert_int_equal(sandbox_order_count(sandbox), rows[i].orders);
        assert_int_equal(asked.response.effect,
                         rows[i].orders > 0 ? EFFECT_ORDER_CREATED : EFFECT_NONE);
        assert_int_equal(asked.response.ending, rows[i].ending);
        if (rows[i].status != 0)
            assert_int_equal(asked.status, rows[i].status);
        asked_done(&asked);
        sandbox_free(sandbox);
    }
}

static void spoiled_answers_are_spoiled(void **state)
{
    static const char *const broken[] = {"truncated-json", "malformed-json", "html"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        struct sandbox *sandbox = with_fault(broken[i]);
        struct asked asked =
            ask(sandbox, now_ms, "POST", orders, "PhoneNumber=%2B14155550100&SmsCapability=true");
        assert_null(asked.json);
        asked_done(&asked);
        sandbox_free(sandbox);
    }
    struct sandbox *sandbox = with_fault("huge-json");
    struct asked asked =
        ask(sandbox, now_ms, "POST", orders, "PhoneNumber=%2B14155550100&SmsCapability=true");
    assert_true(asked.response.body.length > 8 * 1024 * 1024);
    assert_non_null(asked.json);
    asked_done(&asked);
    sandbox_free(sandbox);
}

static void a_late_effect_comes_exactly_when_it_is_due(void **state)
{
    char sid[35];
    (void)state;
    struct sandbox *sandbox = with_fault("late-effect");
    ask_order(sandbox, now_ms, "14155550100", sid);
    assert_int_equal(sandbox_next_at(sandbox), now_ms + 30 * SECOND_MS);
    sandbox_advance(sandbox, now_ms + 30 * SECOND_MS - 1);
    assert_int_equal(sandbox_order_count(sandbox), 0);
    sandbox_advance(sandbox, now_ms + 30 * SECOND_MS);
    assert_int_equal(sandbox_order_count(sandbox), 1);
    sandbox_free(sandbox);
}

static const char late_first[] =
    "faults: [{kind: late-effect, to: 1s, by: 5m, races: %s, operations: [create-order,\n"
    "          create-document]}]\n";

static struct sandbox *with_late_first(const char *races)
{
    char text[256];
    snprintf(text, sizeof text, late_first, races);
    return with_scenario(text, 5);
}

/* Two creates that are carried out at once do not see each other; else the second is refused. */
static void only_a_late_create_that_races_makes_a_second_order(void **state)
{
    static const char body[] = "PhoneNumber=%2B14155550100&SmsCapability=true&UniqueName=one";
    static const char *const races[] = {"no", "yes"};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct sandbox *sandbox = with_late_first(races[i]);
        struct asked lost = ask(sandbox, now_ms, "POST", orders, body);
        assert_int_equal(lost.response.ending, ENDING_NEVER);
        asked_done(&lost);
        assert_int_equal(sandbox_order_count(sandbox), 0);
        assert_int_equal(ask_code(sandbox, now_ms + MINUTE_MS, "POST", orders, body), 201);
        assert_int_equal(sandbox_order_count(sandbox), 1);
        sandbox_advance(sandbox, now_ms + 5 * MINUTE_MS);
        struct asked listed =
            ask(sandbox, now_ms + 5 * MINUTE_MS, "GET",
                "/HostedNumbers/HostedNumberOrders?PhoneNumber=%2B14155550100", NULL);
        const json_t *items = json_object_get(listed.json, "items");
        assert_int_equal(json_array_size(items), 1 + i);
        for (int j = 0; j <= i; j++)
            assert_string_equal(
                json_string_value(json_object_get(json_array_get(items, (size_t)j), "unique_name")),
                "one");
        asked_done(&listed);
        sandbox_free(sandbox);
    }
}

/* What may not be done when it arrives is not done later. */
static void a_create_that_is_refused_when_it_arrives_does_not_race(void **state)
{
    char sid[35];
    (void)state;
    struct sandbox *sandbox = with_scenario("", 5);
    struct scenario scenario = scenario_calm();
    assert_int_equal(ask_order(sandbox, now_ms, "14155550116", sid), 201);
    scenario.fault_count = 1;
    scenario.faults[0] = (struct fault_rule){.kind = FAULT_LATE_EFFECT,
                                             .rate = 1,
                                             .operations = 1U << SANDBOX_CREATE_ORDER,
                                             .by_ms = MINUTE_MS,
                                             .races = true};
    sandbox_set_scenario(sandbox, &scenario);
    struct asked lost =
        ask(sandbox, now_ms, "POST", orders, "PhoneNumber=%2B14155550116&SmsCapability=true");
    assert_int_equal(lost.response.ending, ENDING_NEVER);
    asked_done(&lost);
    sandbox_advance(sandbox, now_ms + 5 * MINUTE_MS);
    assert_int_equal(sandbox_order_count(sandbox), 1);
    sandbox_free(sandbox);
}

static void a_stale_list_hides_what_is_fresh(void **state)
{
    char sid[35];
    (void)state;
    struct sandbox *sandbox =
        with_scenario("faults: [{kind: stale-list, operations: [list-orders], by: 20s}]\n", 5);
    ask_order(sandbox, now_ms, "14155550116", sid);
    for (int i = 0; i < 2; i++) {
        struct asked asked =
            ask(sandbox, now_ms + 19 * SECOND_MS + i * 2 * SECOND_MS, "GET",
                "/HostedNumbers/HostedNumberOrders?PhoneNumber=%2B14155550116", NULL);
        assert_int_equal(json_array_size(json_object_get(asked.json, "items")), i);
        asked_done(&asked);
    }
    sandbox_free(sandbox);
}

static void an_outage_lasts_as_long_as_the_scenario_says(void **state)
{
    (void)state;
    struct sandbox *sandbox = with_scenario("faults: [{kind: outage, from: 30s, to: 60s}]\n", 5);
    static const int64_t ages_ms[] = {0, 29999, 30000, 59999, 60000};
    static const bool up[] = {true, true, false, false, true};
    for (size_t i = 0; i < COUNT_OF(ages_ms); i++) {
        struct asked asked = ask(sandbox, now_ms + ages_ms[i], "GET", orders, NULL);
        assert_int_equal(asked.response.ending, up[i] ? ENDING_ANSWER : ENDING_REFUSED);
        asked_done(&asked);
    }
    sandbox_free(sandbox);
}

/* ---- the ledger ---- */

static bool add_line(void *context, const struct ledger_line *line)
{
    struct buf *out = context;
    buf_addf(out, "%lld %s %s %s %s %s %s %d", (long long)line->at_ms, line->request_id,
             sandbox_operation_name(line->operation), line->phone_number, line->order_sid,
             sandbox_effect_name(line->effect), line->fault, line->status_code);
    for (size_t i = 0; i < line->order_count; i++)
        buf_addf(out, " %s", line->order_sids[i]);
    return buf_add_char(out, '\n');
}

static void read_ledger(const struct sandbox *sandbox, struct buf *out)
{
    buf_init(out, 64 * 1024 * 1024);
    sandbox_each_ledger_line(sandbox, 0, add_line, out);
    assert_false(out->overflow);
}

static const char busy[] =
    "latency: 5ms..80ms\n"
    "verification: {answers: 60%, wrong_code: 20%, refused: 5%}\n"
    "processing: {takes: 1s..9s, fails: 5%}\n"
    "faults: [{kind: throttled, rate: 10%}, {kind: timeout-after, rate: 5%}, "
    "{kind: late-effect, rate: 3%}]\n";

/* A little of everything, the same each time. */
static void do_things(struct sandbox *sandbox, int rounds)
{
    for (int i = 0; i < rounds; i++) {
        char sid[35];
        char digits[32];
        char path[128];
        int64_t at_ms = now_ms + i * SECOND_MS;
        snprintf(digits, sizeof digits, "1415557%04d", 2000 + i % 300);
        ask_order(sandbox, at_ms, digits, sid);
        snprintf(path, sizeof path, "%s/%s", orders, sid[0] != '\0' ? sid : "HR1");
        ask_code(sandbox, at_ms + 500, "POST", path, "Status=pending-verification");
        ask_code(sandbox, at_ms + 600, "GET", "/HostedNumbers/HostedNumberOrders?Status=verified",
                 NULL);
    }
}

static void the_same_seed_and_requests_give_the_same_ledger(void **state)
{
    struct buf ledgers[3];
    static const uint64_t seeds[] = {77, 77, 78};
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct sandbox *sandbox = with_scenario(busy, seeds[i]);
        do_things(sandbox, 400);
        read_ledger(sandbox, &ledgers[i]);
        sandbox_free(sandbox);
    }
    assert_string_equal(buf_text(&ledgers[0]), buf_text(&ledgers[1]));
    assert_string_not_equal(buf_text(&ledgers[0]), buf_text(&ledgers[2]));
    for (int i = 0; i < 3; i++)
        buf_done(&ledgers[i]);
}

static void what_happens_to_a_number_does_not_depend_on_who_came_first(void **state)
{
    char sids[2][2][35];
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct sandbox *sandbox = with_scenario("processing: {takes: 1s..10h}\n", 3);
        ask_order(sandbox, now_ms, i == 0 ? "14155572001" : "14155572002", sids[i][i]);
        ask_order(sandbox, now_ms, i == 0 ? "14155572002" : "14155572001", sids[i][1 - i]);
        sandbox_free(sandbox);
    }
    assert_string_equal(sids[0][0], sids[1][0]);
    assert_string_equal(sids[0][1], sids[1][1]);
}

/* ---- state ---- */

static bool add_bytes(void *context, const char *bytes, size_t count)
{
    return buf_add(context, bytes, count);
}

static struct sandbox *copy_through_state(const struct sandbox *from, const char *scenario)
{
    struct buf saved;
    buf_init(&saved, 64 * 1024 * 1024);
    assert_true(sandbox_save(from, add_bytes, &saved));
    struct sandbox *to = with_scenario(scenario, 1);
    char *rest = saved.data;
    while (rest != NULL && rest[0] != '\0') {
        char *line = strsep(&rest, "\n");
        struct error err = {0};
        if (!sandbox_load_line(to, line, strlen(line), &err))
            fail_msg("%s", err.text);
    }
    buf_done(&saved);
    return to;
}

static void assert_same_orders(struct sandbox *a, struct sandbox *b, int64_t at_ms)
{
    struct asked one = ask(a, at_ms, "GET", "/_sandbox/orders", NULL);
    struct asked other = ask(b, at_ms, "GET", "/_sandbox/orders", NULL);
    assert_true(one.response.body.length > 0);
    assert_string_equal(buf_text(&one.response.body), buf_text(&other.response.body));
    asked_done(&one);
    asked_done(&other);
}

static void a_saved_sandbox_goes_on_as_if_nothing_had_happened(void **state)
{
    static const char quiet[] = "verification: {answers: 60%}\nprocessing: {takes: 1s..9s}\n";
    struct buf ledgers[2];
    (void)state;
    struct sandbox *sandbox = with_scenario(quiet, 77);
    do_things(sandbox, 200);
    struct sandbox *copy = copy_through_state(sandbox, quiet);
    assert_int_equal(sandbox_order_count(copy), sandbox_order_count(sandbox));
    assert_int_equal(sandbox_next_at(copy), sandbox_next_at(sandbox));
    do_things(sandbox, 350);
    do_things(copy, 350);
    read_ledger(sandbox, &ledgers[0]);
    read_ledger(copy, &ledgers[1]);
    assert_string_equal(buf_text(&ledgers[0]), buf_text(&ledgers[1]));
    assert_same_orders(sandbox, copy, now_ms + HOUR_MS);
    assert_same_orders(sandbox, copy, now_ms + 8 * DAY_MS);  /* idle orders ask for action */
    assert_same_orders(sandbox, copy, now_ms + 15 * DAY_MS); /* ... and fail */
    buf_done(&ledgers[0]);
    buf_done(&ledgers[1]);
    sandbox_free(sandbox);
    sandbox_free(copy);
}

#define HEAD "{\"numhost_sandbox\":1"
#define ORDER "{\"order\":0,\"status\":\"received\",\"phone_number\":\"+14155550100\""
#define LEDGER "{\"ledger\":1,\"operation\":\"create-order\""
#define ENTRY LEDGER ",\"effect\":\"none\",\"fault\":\"none\""

static void a_damaged_state_is_refused(void **state)
{
    static const char *const lines[] = {"",
                                        "{",
                                        "[]",
                                        "{\"numhost_sandbox\":2}",
                                        "{\"order\":0,\"status\":\"dancing\"}",
                                        "{\"document\":0,\"orders\":[7]}",
                                        "{\"ledger\":1,\"order_index\":9}",
                                        "{\"surprise\":1}",
                                        HEAD ",\"started_at_ms\":-1}",
                                        HEAD ",\"now_ms\":9000000000000000}",
                                        HEAD ",\"requests\":-1}",
                                        HEAD ",\"ledger_left_out\":-1}",
                                        ORDER ",\"type\":\"phone-call\",\"coming\":-1}",
                                        ORDER ",\"type\":\"phone-call\",\"coming\":99}",
                                        ORDER ",\"type\":\"phone-call\",\"coming\":1}",
                                        ORDER ",\"type\":\"fax\"}",
                                        ORDER ",\"attempts\":-1}",
                                        ORDER ",\"attempts\":2147483648}",
                                        "{\"order\":0,\"status\":\"received\"}",
                                        "{\"document\":0,\"orders\":[-1]}",
                                        "{\"document\":0,\"created_at_ms\":-1}",
                                        "{\"document\":0,\"timer\":-1}",
                                        "{\"address\":0,\"created_at_ms\":-1}",
                                        LEDGER ",\"effect\":\"joy\"}",
                                        LEDGER ",\"effect\":\"none\",\"fault\":\"rain\"}",
                                        ENTRY ",\"at_ms\":-1}",
                                        ENTRY ",\"order_index\":-2}",
                                        ENTRY ",\"document_index\":-2}",
                                        ENTRY ",\"document_index\":0}"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct error err = {0};
        struct sandbox *sandbox = with_scenario("name: x\n", 1);
        assert_false(sandbox_load_line(sandbox, lines[i], strlen(lines[i]), &err));
        assert_true(err.text[0] != '\0');
        sandbox_free(sandbox);
    }
}

/* ---- scenarios ---- */

static void a_bad_scenario_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *text;
        const char *says;
    } rows[] = {
        {"name: x\nspeling: 1\n", "line 2: unknown key \"speling\""},
        {"processing:\n  takes: 1s\n  takers: 1s\n", "line 3: unknown key \"takers\""},
        {"processing: {takes: 5 parsecs}\n", "processing.takes"},
        {"carrier: {takes: 5m..1m}\n", "carrier.takes"},
        {"verification: {answers: 120%}\n", "verification.answers"},
        {"verification: {answers: 0.9}\n", "verification.answers"},
        {"faults: [{kind: rain}]\n", "faults.kind"},
        {"faults: [{kind: slow, operations: [sing]}]\n", "faults.operations"},
        {"eligibility: [{pattern: \"+1*\", code: abc}]\n", "eligibility.code"},
        {"processing: {takes: s}\n", "processing.takes"},
        {"processing: {takes: -1s}\n", "processing.takes"},
        {"processing: {takes: 1000000001s}\n", "processing.takes"},
        {"processing: {takes: 99999999999999999999s}\n", "processing.takes"},
        {"processing: {takes: 1}\n", "processing.takes"},
        {"processing: {takes: 0x}\n", "processing.takes"},
        {"processing: {takes: 1..2s}\n", "processing.takes"},
        {"processing: {takes: 1s..2}\n", "processing.takes"},
        {"verification: {answers: often}\n", "verification.answers"},
        {"verification: {answers: -1%}\n", "verification.answers"},
        {"verification: {answers: 1e999%}\n", "verification.answers"},
        {"concurrency: many\n", "concurrency"},
        {"seed: -1\n", "seed"},
        {"preview_access: perhaps\n", "preview_access"},
        {"faults: [{kind: slow, rate: 1}]\n", "faults.rate"},
        {"faults: [{kind: slow, from: 1}]\n", "faults.from"},
        {"faults: [{kind: slow, to: 1}]\n", "faults.to"},
        {"faults: [{kind: slow, by: 1}]\n", "faults.by"},
        {"faults: [{kind: throttled, retry_after: "
         "\"12345678901234567890123456789012345678901234567890123456789012345\"}]\n",
         "faults.retry_after"},
        {"name: [x]\n", "line"},
        {"name: {\n", "line"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct scenario scenario;
        struct error err = {0};
        assert_false(scenario_parse(&scenario, rows[i].text, strlen(rows[i].text), &err));
        if (strstr(err.text, rows[i].says) == NULL)
            fail_msg("expected \"%s\" in \"%s\"", rows[i].says, err.text);
    }
}

static void a_scenario_longer_than_its_ceiling_is_refused(void **state)
{
    static char text[SCENARIO_BYTES_MAX + 2];
    struct scenario scenario;
    struct error err = {0};
    (void)state;
    memset(text, '\n', sizeof text - 1);
    assert_false(scenario_parse(&scenario, text, sizeof text - 1, &err));
    assert_non_null(strstr(err.text, "256 KiB"));
    assert_true(scenario_parse(&scenario, text, sizeof text - 2, &err));
}

static void a_scenario_says_yes_no_and_nothing_in_any_usual_word(void **state)
{
    static const struct {
        const char *text;
        bool yes;
    } rows[] = {{"preview_access: yes\n", true},
                {"preview_access: true\n", true},
                {"preview_access: no\n", false},
                {"preview_access: false\n", false},
                {"processing: {takes: 0}\n", true}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct scenario scenario;
        struct error err = {0};
        assert_true(scenario_parse(&scenario, rows[i].text, strlen(rows[i].text), &err));
        assert_int_equal(scenario.preview_access, rows[i].yes);
    }
}

static void the_sample_scenarios_are_all_good(void **state)
{
    static const char *const names[] = {
        "calm",      "quickstart",      "realistic-fortnight", "outage",
        "bad-night", "hostile-service", "no-preview-access"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char path[512];
        char text[8192];
        struct scenario scenario;
        struct error err = {0};
        snprintf(path, sizeof path, SOURCE_DIR "/samples/scenarios/%s.yaml", names[i]);
        FILE *file = fopen(path, "r");
        assert_non_null(file);
        size_t bytes = fread(text, 1, sizeof text - 1, file);
        text[bytes] = '\0';
        fclose(file);
        if (!scenario_parse(&scenario, text, bytes, &err))
            fail_msg("%s: %s", path, err.text);
        assert_string_equal(scenario.name, names[i]);
    }
}

/* ---- the in-process transport ---- */

static enum delivery deliver(const char *kind, int64_t *took_ms)
{
    struct sandbox *sandbox = with_fault(kind);
    int64_t clock_ms = now_ms;
    struct transport *transport = sandbox_transport_new(sandbox, &clock_ms);
    struct http_request request = {.tag = 4,
                                   .method = "POST",
                                   .path = orders,
                                   .body = "PhoneNumber=%2B14155550100&SmsCapability=true"};
    struct http_response response;
    struct error err = {0};
    request.body_bytes = strlen(request.body);
    assert_true(transport->ops->submit(transport->self, &request, &err));
    clock_ms = sandbox_transport_next_at(transport);
    assert_int_equal(transport->ops->collect(transport->self, &response, 1), 1);
    assert_int_equal(response.tag, 4);
    *took_ms = clock_ms - now_ms;
    enum delivery delivery = response.delivery;
    buf_done(&response.body);
    sandbox_transport_free(transport);
    sandbox_free(sandbox);
    return delivery;
}

static void the_transport_tells_no_more_than_a_client_could_know(void **state)
{
    int64_t took_ms = 0;
    (void)state;
    assert_int_equal(deliver("error-500-after", &took_ms), DELIVERY_ANSWERED);
    assert_int_equal(deliver("timeout-after", &took_ms), DELIVERY_UNCERTAIN);
    assert_int_equal(took_ms, SANDBOX_TRANSPORT_TIMEOUT_MS);
    assert_int_equal(deliver("reset-before", &took_ms), DELIVERY_UNCERTAIN);
    assert_int_equal(deliver("cut-body", &took_ms), DELIVERY_UNCERTAIN);
    assert_int_equal(deliver("huge-json", &took_ms), DELIVERY_UNCERTAIN);
    assert_int_equal(deliver("outage", &took_ms), DELIVERY_NOT_SENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_has_the_effect_its_name_says),
        cmocka_unit_test(spoiled_answers_are_spoiled),
        cmocka_unit_test(a_late_effect_comes_exactly_when_it_is_due),
        cmocka_unit_test(only_a_late_create_that_races_makes_a_second_order),
        cmocka_unit_test(a_create_that_is_refused_when_it_arrives_does_not_race),
        cmocka_unit_test(a_stale_list_hides_what_is_fresh),
        cmocka_unit_test(an_outage_lasts_as_long_as_the_scenario_says),
        cmocka_unit_test(the_same_seed_and_requests_give_the_same_ledger),
        cmocka_unit_test(what_happens_to_a_number_does_not_depend_on_who_came_first),
        cmocka_unit_test(a_saved_sandbox_goes_on_as_if_nothing_had_happened),
        cmocka_unit_test(a_damaged_state_is_refused),
        cmocka_unit_test(a_bad_scenario_is_refused_with_its_place),
        cmocka_unit_test(a_scenario_longer_than_its_ceiling_is_refused),
        cmocka_unit_test(a_scenario_says_yes_no_and_nothing_in_any_usual_word),
        cmocka_unit_test(the_sample_scenarios_are_all_good),
        cmocka_unit_test(the_transport_tells_no_more_than_a_client_could_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
