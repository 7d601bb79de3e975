/* What people look at: status, show, calls, brief and the line of a run. */
#include "helpers/looking_store.h"

#include "base/clock.h"
#include "cmd/human.h"
#include "cmd/looking_gate.h"
#include "cmd/progress.h"
#include "cmd/progress_text.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static const struct looks plain = {0};
static const struct looks as_json = {.json = true};

static int set_up(void **state)
{
    *state = looking_store_new();
    return 0;
}

static int tear_down(void **state)
{
    looking_store_free(*state);
    return 0;
}

enum view { VIEW_STATUS, VIEW_SHOW, VIEW_CALLS, VIEW_BRIEF };

/* The output of a view, of a number or site where it has one; free() it. */
static char *view_text(struct looking_store *made, enum view view, const char *what,
                       const struct looks *looks)
{
    struct error err = {0};
    struct policy policy = policy_default();
    const struct show_options show = {.phone_number = what, .policy = &policy};
    char *text = NULL;
    size_t length = 0;
    bool ok = false;
    FILE *out = open_memstream(&text, &length);
    switch (view) {
    case VIEW_STATUS:
        ok = looking_status(made->store, what, looks, LOOKING_NOW_MS, out, &err);
        break;
    case VIEW_SHOW: ok = looking_show(made->store, &show, looks, LOOKING_NOW_MS, out, &err); break;
    case VIEW_CALLS:
        ok = looking_calls(made->store, what, 100, looks, LOOKING_NOW_MS, out, &err);
        break;
    case VIEW_BRIEF: ok = looking_brief(made->store, what, looks, LOOKING_NOW_MS, out, &err); break;
    }
    fclose(out);
    if (!ok)
        fail_msg("%s", err.text);
    return text;
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in\n%s", part, text);
}

static json_t *parse(const char *text, const char *view)
{
    json_error_t trouble;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &trouble);
    if (json == NULL)
        fail_msg("%s in\n%s", trouble.text, text);
    assert_int_equal(json_integer_value(json_object_get(json, "schema")), 1);
    assert_string_equal(json_string_value(json_object_get(json, "view")), view);
    return json;
}

static int64_t member(const json_t *json, const char *name)
{
    assert_true(json_is_integer(json_object_get(json, name)));
    return json_integer_value(json_object_get(json, name));
}

static void status_ends_with_the_accounting_of_every_row(void **state)
{
    char *text = view_text(*state, VIEW_STATUS, "", &plain);
    const char last[] = "10 rows = 1 completed + 5 in progress + 1 needs attention + 1 failed + 0 "
                        "canceled + 2 rejected\n";
    assert_has(text, last);
    assert_string_equal(text + strlen(text) - strlen(last), last);
    assert_has(text, "4 for you to look at: numhost report brief\n");
    free(text);
}

static void status_says_whom_the_numbers_wait_for(void **state)
{
    char *text = view_text(*state, VIEW_STATUS, "spring", &plain);
    assert_has(text, "status               numbers numhost    site     you\n");
    assert_has(text, "received                   2       1       .       1\n");
    assert_has(text, "pending-verification       1       .       1       .\n");
    free(text);
}

static void status_as_json_has_the_same_counts(void **state)
{
    char *text = view_text(*state, VIEW_STATUS, "spring", &as_json);
    json_t *json = parse(text, "status");
    assert_int_equal(member(json, "rows"), 8);
    assert_int_equal(member(json, "completed") + member(json, "in_progress") +
                         member(json, "needs_attention") + member(json, "failed") +
                         member(json, "canceled") + member(json, "rejected"),
                     8);
    const json_t *received = json_object_get(json_object_get(json, "statuses"), "received");
    assert_int_equal(member(received, "total"), 2);
    assert_int_equal(member(json_object_get(received, "waiting_on"), "you"), 1);
    json_decref(json);
    free(text);
}

static void nothing_is_coloured_unless_asked_for(void **state)
{
    const struct looks coloured = {.color = true};
    char *text = view_text(*state, VIEW_STATUS, "", &plain);
    assert_null(strchr(text, '\033'));
    free(text);
    text = view_text(*state, VIEW_STATUS, "", &coloured);
    assert_non_null(strchr(text, '\033'));
    free(text);
}

static void watch_stops_when_it_is_told_to(void **state)
{
    struct looking_store *made = *state;
    struct error err = {0};
    volatile sig_atomic_t stop = 1;
    FILE *out = fopen("/dev/null", "w");
    assert_true(looking_watch(made->store, "", &plain, &stop, out, &err));
    fclose(out);
}

static void show_has_facts_the_gate_the_row_and_the_history(void **state)
{
    char *text = view_text(*state, VIEW_SHOW, "(415) 555-0104", &plain);
    assert_has(text, "+14155550104  received\n");
    assert_has(text, "waits for  numhost\n");
    assert_has(text, "gate       ");
    assert_has(text, " 14:00 (in 2 h)\n");
    assert_has(text, "batch      spring, line 8\n");
    assert_has(text, "site       Lake\n");
    assert_has(text, "order      HR00000000000000000000000000000104\n");
    assert_has(text, "  Cost center: 82\n");
    assert_has(text, "order-created   queued -> received [");
    free(text);
}

static void show_gives_the_code_only_while_it_is_valid(void **state)
{
    struct looking_store *made = *state;
    struct error err = {0};
    struct number number;
    bool found = false;
    char *text = view_text(made, VIEW_SHOW, "+14155550103", &plain);
    assert_has(text, "code       012345, valid until 12:05 (in 5 min)\n");
    assert_has(text, "attempts   1 of 3\n");
    free(text);
    text = view_text(made, VIEW_SHOW, "+14155550103", &as_json);
    assert_has(text, "\"code\":\"012345\",\"code_valid_until\":\"2026-11-23T12:05:00Z\"");
    free(text);
    assert_true(store_find_by_phone(made->store, "+14155550103", &number, &found, &err));
    number.code_until_at_ms = LOOKING_NOW_MS;
    assert_true(store_save_number(made->store, &number, &err));
    text = view_text(made, VIEW_SHOW, "+14155550103", &plain);
    assert_null(strstr(text, "012345"));
    free(text);
    text = view_text(made, VIEW_SHOW, "+14155550103", &as_json);
    assert_null(strstr(text, "012345"));
    assert_has(text, "\"code_valid_until\":null");
    free(text);
}

static void the_gate_names_what_a_number_waits_for(void **state)
{
    static const struct {
        struct number number;
        const char *gate;
    } cases[] = {
        {{.status = STATUS_RECEIVED, .held = true}, "a person holds it"},
        {{.status = STATUS_RECEIVED, .attention = ATTENTION_LAPSED},
         "a decision of yours (lapsed)"},
        {{.status = STATUS_FAILED}, "nothing: it is at an end"},
        {{.status = STATUS_RECEIVED,
          .step = STEP_START_CALL,
          .call_not_before_ms = LOOKING_NOW_MS + HOUR_MS},
         "pause between two calls, until 13:00 (in 1 h)"},
        {{.status = STATUS_RECEIVED, .step = STEP_START_CALL}, "its turn: calls are paced"},
        {{.status = STATUS_RECEIVED,
          .step = STEP_START_CALL,
          .due_at_ms = LOOKING_NOW_MS + HOUR_MS},
         "its turn to be called, not before 13:00 (in 1 h)"},
        {{.status = STATUS_VERIFIED, .step = STEP_AUTHORIZE, .due_at_ms = LOOKING_NOW_MS},
         "its turn to be put on a letter of authorization"},
        {{.status = STATUS_RECEIVED, .step = STEP_ATTACH_BILL}, "its turn to attach-bill"},
        {{.status = STATUS_QUEUED, .step = STEP_CREATE, .due_at_ms = LOOKING_NOW_MS + HOUR_MS},
         "its turn to create, due 13:00 (in 1 h)"},
        {{.status = STATUS_CARRIER_PROCESSING},
         "Nothing to do: the carrier is activating the number."},
        {{.status = STATUS_COMPLETED, .step = STEP_OFFBOARD, .due_at_ms = LOOKING_NOW_MS},
         "its turn to offboard, due 12:00 (now)"},
        {{.status = STATUS_VERIFIED, .step = STEP_AUTHORIZE, .due_at_ms = LOOKING_NOW_MS + HOUR_MS},
         "the other numbers of its signer"},
        {{.status = STATUS_QUEUED,
          .step = STEP_CREATE,
          .tries = 3,
          .due_at_ms = LOOKING_NOW_MS + MINUTE_MS},
         "pause after 3 failed requests, until 12:01 (in 1 min)"},
        {{.status = STATUS_QUEUED,
          .step = STEP_RECONCILE,
          .intent = INTENT_CREATE,
          .due_at_ms = LOOKING_NOW_MS},
         "a look at what became of the last request (create), 12:00 (now)"},
        {{.status = STATUS_CARRIER_PROCESSING, .due_at_ms = LOOKING_NOW_MS + HOUR_MS},
         "Nothing to do: the carrier is activating the number. The next look is 13:00 (in 1 h)"},
    };
    struct policy policy = policy_default();
    const struct show_options options = {.policy = &policy};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char gate[GATE_BYTES];
        number_gate(gate, &cases[i].number, "", &options, LOOKING_NOW_MS);
        assert_has(gate, cases[i].gate);
    }
}

static void a_number_outside_its_window_waits_for_it_to_open(void **state)
{
    struct error err = {0};
    struct calling_hours hours = {0};
    struct policy policy = policy_default();
    const struct show_options options = {.policy = &policy, .hours = &hours};
    const struct number number = {
        .status = STATUS_RECEIVED, .step = STEP_START_CALL, .phone_number = "+14155550104"};
    char gate[GATE_BYTES];
    (void)state;
    number_gate(gate, &number, "Europe/Berlin", &options, LOOKING_NOW_MS);
    assert_has(gate, "no calling window opens within 400 days");
    assert_true(calling_hours_add(&hours, "mon-fri", "09:00-12:00", &err));
    number_gate(gate, &number, "Europe/Berlin", &options, LOOKING_NOW_MS);
    assert_has(gate, "the calling window where it rings opens Tue 24 Nov 08:00 (in 20 h)");
}

static void show_as_json_has_every_fact(void **state)
{
    char *text = view_text(*state, VIEW_SHOW, "+14155550101", &as_json);
    json_t *json = parse(text, "show");
    assert_string_equal(json_string_value(json_object_get(json, "status")), "failed");
    assert_int_equal(member(json, "reason_code"), 22100);
    assert_int_equal(json_array_size(json_object_get(json, "original")), 7);
    assert_true(json_array_size(json_object_get(json, "history")) >= 2);
    json_decref(json);
    free(text);
}

static void an_unknown_number_is_refused_without_repeating_it(void **state)
{
    struct looking_store *made = *state;
    struct policy policy = policy_default();
    const char *const numbers[] = {"+14155559876", "nonsense"};
    FILE *out = fopen("/dev/null", "w");
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        struct error err = {0};
        const struct show_options show = {.phone_number = numbers[i], .policy = &policy};
        assert_false(looking_show(made->store, &show, &plain, LOOKING_NOW_MS, out, &err));
        assert_int_equal(err.kind, ERROR_USAGE);
        assert_null(strstr(err.text, numbers[i]));
    }
    fclose(out);
}

static void show_names_the_code_of_a_refusal_and_of_its_events(void **state)
{
    struct looking_store *made = *state;
    struct error err = {0};
    struct number number;
    bool found = false;
    assert_true(store_find_by_phone(made->store, "+14155550101", &number, &found, &err));
    const struct event event = {.number_id = number.id,
                                .at_ms = LOOKING_NOW_MS,
                                .kind = EVENT_TRY_LATER,
                                .has_operation = true,
                                .operation = OPERATION_FETCH_ORDER,
                                .http_status = 429,
                                .code = 20429,
                                .actor = "numhost"};
    assert_true(store_add_event(made->store, &event, &err));
    char *text = view_text(made, VIEW_SHOW, "+14155550101", &plain);
    assert_has(text, "code no.   22100\n");
    assert_has(text, "[fetch-order 429 code 20429]");
    free(text);
}

static void a_row_that_cannot_be_read_is_an_error_of_its_number(void **state)
{
    struct looking_store *made = *state;
    static const char *const texts[][2] = {{"phone_number,\"x", "+14155550177"},
                                           {"phone_number,x", "+14155550178,\"x"}};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct error err = {0};
        struct import_result result;
        struct policy policy = policy_default();
        struct import_row row = {
            .line = 2, .record = texts[i][1], .record_bytes = strlen(texts[i][1])};
        const struct show_options show = {.phone_number = row.phone_number, .policy = &policy};
        memcpy(row.phone_number, texts[i][1], strlen("+14155550177"));
        assert_true(store_begin(made->store, &err));
        assert_true(store_import_begin(made->store, i == 0 ? "one" : "two", "x.csv", texts[i][0],
                                       LOOKING_NOW_MS, &err));
        assert_true(store_import_row(made->store, &row, &result, &err));
        assert_true(store_import_end(made->store, &err) && store_commit(made->store, &err));
        FILE *out = fopen("/dev/null", "w");
        assert_false(looking_show(made->store, &show, &plain, LOOKING_NOW_MS, out, &err));
        fclose(out);
        assert_int_equal(err.kind, ERROR_INPUT);
        assert_has(err.text, "quote");
        assert_null(strstr(err.text, row.phone_number));
    }
}

static void calls_shows_open_ones_first_with_their_code(void **state)
{
    char *text = view_text(*state, VIEW_CALLS, "", &plain);
    const char *open = strstr(text, "+14155550103  1 of 3    012345     12:05 (in 5 min)");
    const char *next = strstr(text, "+14155550104  1 of 3    -          14:00 (in 2 h)");
    if (open == NULL || next == NULL || next < open)
        fail_msg("%s", text);
    assert_has(text, "1 open now, 1 next\n");
    free(text);
}

static void calls_of_a_site_are_those_of_that_site(void **state)
{
    char *text = view_text(*state, VIEW_CALLS, "Lake", &plain);
    assert_null(strstr(text, "012345"));
    assert_has(text, "0 open now, 1 next\n");
    free(text);
    text = view_text(*state, VIEW_CALLS, "Nowhere", &plain);
    assert_string_equal(text, "No call is open and none is due.\n");
    free(text);
}

static void calls_as_json_is_one_document(void **state)
{
    char *text = view_text(*state, VIEW_CALLS, "", &as_json);
    json_t *json = parse(text, "calls");
    const json_t *calls = json_object_get(json, "calls");
    assert_int_equal(json_array_size(calls), 2);
    const json_t *first = json_array_get(calls, 0);
    assert_string_equal(json_string_value(json_object_get(first, "code")), "012345");
    assert_true(json_is_true(json_object_get(first, "open")));
    json_decref(json);
    free(text);
}

static void the_brief_says_what_to_do_before_who_is_waited_for(void **state)
{
    char *text = view_text(*state, VIEW_BRIEF, "", &plain);
    const char *you = strstr(text, "For you to do\n");
    const char *others = strstr(text, "Waiting for others\n");
    assert_non_null(you);
    assert_non_null(others);
    assert_true(you < others);
    assert_has(text, "failed: number \"...\" is not eligible (code 22100)\n");
    assert_has(text, "first: spring line 3, +1415***0101, since 09:00 (3 h ago)\n");
    assert_null(strstr(text, "+1415555"));
    free(text);
}

static bool report(struct looking_store *made, const char *kind, const char *format,
                   const char *path, struct error *err)
{
    const struct report_options options = {
        .kind = kind, .batch = "", .format = format, .path = path};
    FILE *out = fopen("/dev/null", "w");
    bool ok = looking_report(made->store, &options, &plain, LOOKING_NOW_MS, out, err);
    fclose(out);
    return ok;
}

static void report_refuses_unknown_words_with_a_suggestion(void **state)
{
    struct error err = {0};
    assert_false(report(*state, "progres", "", "", &err));
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_non_null(strstr(err.text, "did you mean \"progress\"?"));
    assert_false(report(*state, "zzzzzzzzzz", "", "", &err));
    assert_non_null(strstr(err.text, "there are progress, summary, failed, rejected, history, "
                                     "calls, signers, brief and all"));
    assert_false(report(*state, "progress", "xml", "", &err));
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_false(report(*state, "all", "", "", &err));
    assert_non_null(strstr(err.text, "-o DIR"));
    assert_true(report(*state, "all", "", looking_path(*state, "set"), &err));
}

static void counts_are_read_in_groups_of_three(void **state)
{
    static const struct {
        int64_t count;
        const char *text;
    } cases[] = {{0, "0"},       {999, "999"},     {1000, "1,000"}, {1234567, "1,234,567"},
                 {-123, "-123"}, {-1234, "-1,234"}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char to[HUMAN_BYTES];
        human_count(to, cases[i].count);
        assert_string_equal(to, cases[i].text);
    }
}

static void times_are_local_and_say_how_far_away(void **state)
{
    char to[HUMAN_BYTES];
    (void)state;
    human_when(to, LOOKING_NOW_MS + 3 * HOUR_MS, LOOKING_NOW_MS);
    assert_string_equal(to, "15:00 (in 3 h)");
    human_when(to, LOOKING_NOW_MS - 90 * SECOND_MS, LOOKING_NOW_MS);
    assert_string_equal(to, "11:58 (1 min ago)");
    human_when(to, LOOKING_NOW_MS + DAY_MS, LOOKING_NOW_MS);
    assert_string_equal(to, "Tue 24 Nov 12:00 (in 24 h)");
    human_when(to, LOOKING_NOW_MS + 60 * DAY_MS, LOOKING_NOW_MS);
    assert_string_equal(to, "22 Jan 2027 12:00 (in 60 days)");
    human_when(to, LOOKING_NOW_MS, LOOKING_NOW_MS);
    assert_string_equal(to, "12:00 (now)");
    human_when(to, 0, LOOKING_NOW_MS);
    assert_string_equal(to, "-");
}

static void text_from_outside_cannot_drive_the_terminal(void **state)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    (void)state;
    human_put(out, "a\033[2Jb\xC2\x9Bz\xC3\xA9\n");
    human_put(out, "\xFFq");
    fclose(out);
    assert_string_equal(text, "a?[2Jb?z\xC3\xA9??q");
    free(text);
}

static void wrapped_lines_keep_to_the_width(void **state)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    (void)state;
    human_wrap(out, "one two three four", 2, 10);
    fclose(out);
    assert_string_equal(text, "  one two\n  three\n  four\n");
    free(text);
}

static char *progress_text(struct looking_store *made, bool terminal, int lines, int64_t apart_ms)
{
    struct error err = {0};
    struct progress progress;
    const struct engine_progress engine = {.requests = 5};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    progress_begin(&progress, out, terminal, LOOKING_NOW_MS);
    progress.width = 60;
    for (int i = 0; i < lines; i++)
        assert_true(
            progress_line(&progress, made->store, &engine, LOOKING_NOW_MS + i * apart_ms, &err));
    progress_clear(&progress);
    fclose(out);
    return text;
}

static int count_of(const char *text, char c)
{
    int count = 0;
    for (; *text != '\0'; text++)
        count += *text == c;
    return count;
}

static void a_code_is_announced_once_and_only_on_a_terminal(void **state)
{
    const char announced[] = "call now ringing +1415***0103 site Hill: key code 012345, valid "
                             "until 12:05\n";
    char *text = progress_text(*state, true, 3, SECOND_MS);
    assert_has(text, announced);
    assert_null(strstr(strstr(text, announced) + strlen(announced), "012345"));
    free(text);
    text = progress_text(*state, false, 3, MINUTE_MS);
    assert_null(strstr(text, "012345"));
    assert_null(strchr(text, '\033'));
    free(text);
}

static void a_ringing_call_is_announced_however_many_others_are_due(void **state)
{
    struct looking_store *made = *state;
    struct error err = {0};
    struct number number;
    bool found = false;
    char *csv = calloc(1, 64 * 1024);
    assert_non_null(csv);
    strcpy(csv, "phone_number\n");
    for (int i = 0; i < 2 * PROGRESS_CALLS_MAX; i++)
        sprintf(csv + strlen(csv), "+1415556%04d\n", i);
    looking_import(made, "many", csv);
    assert_true(store_begin(made->store, &err));
    for (int i = 0; i < 2 * PROGRESS_CALLS_MAX; i++) {
        char phone[PHONE_BYTES];
        snprintf(phone, sizeof phone, "+1415556%04d", i);
        assert_true(store_find_by_phone(made->store, phone, &number, &found, &err) && found);
        number.status = STATUS_RECEIVED;
        number.step = STEP_START_CALL;
        number.since_at_ms = LOOKING_NOW_MS - 2 * DAY_MS;
        assert_true(store_save_number(made->store, &number, &err));
    }
    assert_true(store_commit(made->store, &err));
    char *text = progress_text(made, true, 1, 0);
    assert_has(text, "key code 012345");
    free(text);
    free(csv);
}

static void a_log_gets_one_line_a_minute(void **state)
{
    char *text = progress_text(*state, false, 13, 10 * SECOND_MS);
    assert_int_equal(count_of(text, '\n'), 3);
    assert_has(text, "1/8 done, ");
    assert_has(text, " 1 failed, 1 need attention, left -, waiting: site 1, you 1\n");
    free(text);
}

static void the_line_on_a_terminal_fits_it_and_is_taken_away(void **state)
{
    char *text = progress_text(*state, true, 1, 0);
    const char *line = strrchr(text, '\n') + 1;
    const char *end = strstr(line, "\033[K");
    const char gone[] = "\r\033[K";
    assert_non_null(end);
    assert_true(end - line <= 60);
    assert_string_equal(text + strlen(text) - strlen(gone), gone);
    free(text);
}

static void the_time_left_is_a_range_or_a_dash(void **state)
{
    struct account account = {0};
    const struct engine_progress engine = {0};
    char left[HUMAN_BYTES];
    (void)state;
    account.buckets[BUCKET_IN_PROGRESS] = 1200;
    struct progress_facts facts = {.account = &account, .engine = &engine};
    progress_time_left(left, sizeof left, &facts);
    assert_string_equal(left, "-");
    facts.ended_lately_per_ms = 1200.0 / (double)(2 * HOUR_MS);
    progress_time_left(left, sizeof left, &facts);
    assert_string_equal(left, "-");
    facts.ended_per_ms = 1200.0 / (double)(3 * HOUR_MS + MINUTE_MS);
    progress_time_left(left, sizeof left, &facts);
    assert_string_equal(left, "2 h to 3 h");
    account.buckets[BUCKET_IN_PROGRESS] = 0;
    progress_time_left(left, sizeof left, &facts);
    assert_string_equal(left, "-");
}

static void an_api_that_does_not_answer_is_said(void **state)
{
    struct account account = {0};
    const struct engine_progress engine = {.down_since_at_ms = LOOKING_NOW_MS - HOUR_MS};
    const struct progress_facts facts = {
        .account = &account, .engine = &engine, .now_ms = LOOKING_NOW_MS};
    char line[PROGRESS_LINE_BYTES];
    (void)state;
    progress_compose(line, sizeof line, &facts);
    assert_has(line, "the API does not answer since 11:00");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(status_ends_with_the_accounting_of_every_row),
        TEST(status_says_whom_the_numbers_wait_for),
        TEST(status_as_json_has_the_same_counts),
        TEST(nothing_is_coloured_unless_asked_for),
        TEST(watch_stops_when_it_is_told_to),
        TEST(show_has_facts_the_gate_the_row_and_the_history),
        TEST(show_gives_the_code_only_while_it_is_valid),
        cmocka_unit_test(the_gate_names_what_a_number_waits_for),
        cmocka_unit_test(a_number_outside_its_window_waits_for_it_to_open),
        TEST(show_as_json_has_every_fact),
        TEST(an_unknown_number_is_refused_without_repeating_it),
        TEST(show_names_the_code_of_a_refusal_and_of_its_events),
        TEST(a_row_that_cannot_be_read_is_an_error_of_its_number),
        TEST(calls_shows_open_ones_first_with_their_code),
        TEST(calls_of_a_site_are_those_of_that_site),
        TEST(calls_as_json_is_one_document),
        TEST(the_brief_says_what_to_do_before_who_is_waited_for),
        TEST(report_refuses_unknown_words_with_a_suggestion),
        cmocka_unit_test(counts_are_read_in_groups_of_three),
        cmocka_unit_test(times_are_local_and_say_how_far_away),
        cmocka_unit_test(text_from_outside_cannot_drive_the_terminal),
        cmocka_unit_test(wrapped_lines_keep_to_the_width),
        TEST(a_code_is_announced_once_and_only_on_a_terminal),
        TEST(a_ringing_call_is_announced_however_many_others_are_due),
        TEST(a_log_gets_one_line_a_minute),
        TEST(the_line_on_a_terminal_fits_it_and_is_taken_away),
        cmocka_unit_test(the_time_left_is_a_range_or_a_dash),
        cmocka_unit_test(an_api_that_does_not_answer_is_said),
    };
    setenv("TZ", "UTC", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
