/* What single reports show: calls, who signs, and every part of report.html. */
#include "helpers/looking_store.h"

#include "base/clock.h"
#include "base/text.h"
#include "engine/html.h"
#include "engine/report_html_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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

static void fail_on(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("%s", err->text);
}

static void assert_cell(const char *csv, int row, const char *column, const char *expected)
{
    char *cell = looking_cell(csv, row, column);
    if (strcmp(cell, expected) != 0)
        fail_msg("row %d, %s: \"%s\" where \"%s\" was expected in\n%s", row, column, cell, expected,
                 csv);
    free(cell);
}

static struct number number_of(struct looking_store *made, const char *phone_number)
{
    struct error err = {0};
    struct number number = {0};
    bool found = false;
    fail_on(store_find_by_phone(made->store, phone_number, &number, &found, &err), &err);
    assert_true(found);
    return number;
}

/* ---- calls ---- */

struct moment {
    enum event_kind kind;
    enum status from;
    enum status to;
    const char *call; /* NULL: no row */
};

static const struct moment moments[] = {
    {EVENT_CALL_PLACED, STATUS_RECEIVED, STATUS_PENDING_VERIFICATION, "placed"},
    {EVENT_CALL_REFUSED, STATUS_RECEIVED, STATUS_RECEIVED, "refused"},
    {EVENT_CALL_UNANSWERED, STATUS_PENDING_VERIFICATION, STATUS_RECEIVED, "unanswered"},
    {EVENT_CODE_POSTED, STATUS_PENDING_VERIFICATION, STATUS_PENDING_VERIFICATION, "code-posted"},
    {EVENT_STATUS, STATUS_PENDING_VERIFICATION, STATUS_VERIFIED, "verified"},
    {EVENT_STATUS, STATUS_RECEIVED, STATUS_VERIFIED, "verified"},
    {EVENT_STATUS, STATUS_PENDING_VERIFICATION, STATUS_PENDING_LOA, "verified"},
    {EVENT_STATUS, STATUS_PENDING_VERIFICATION, STATUS_CARRIER_PROCESSING, "verified"},
    {EVENT_STATUS, STATUS_PENDING_VERIFICATION, STATUS_TESTING, "verified"},
    {EVENT_STATUS, STATUS_PENDING_VERIFICATION, STATUS_COMPLETED, "verified"},
    {EVENT_STATUS, STATUS_RECEIVED, STATUS_PENDING_VERIFICATION, NULL},
    {EVENT_STATUS, STATUS_RECEIVED, STATUS_FAILED, NULL},
    {EVENT_STATUS, STATUS_VERIFIED, STATUS_PENDING_LOA, NULL},
    {EVENT_STATUS, STATUS_TWILIO_PROCESSING, STATUS_RECEIVED, NULL},
    {EVENT_ATTENTION, STATUS_RECEIVED, STATUS_VERIFIED, NULL},
};

static void add_moments(struct looking_store *made)
{
    struct error err = {0};
    struct number number = number_of(made, "+14155550110");
    fail_on(store_begin(made->store, &err), &err);
    for (size_t i = 0; i < COUNT_OF(moments); i++) {
        struct event event = {.number_id = number.id,
                              .at_ms = LOOKING_NOW_MS + (int64_t)i * SECOND_MS,
                              .kind = moments[i].kind,
                              .status_from = moments[i].from,
                              .status_to = moments[i].to,
                              .code = moments[i].kind == EVENT_CALL_REFUSED ? 22123 : 0,
                              .actor = "numhost"};
        fail_on(store_add_event(made->store, &event, &err), &err);
    }
    fail_on(store_commit(made->store, &err), &err);
}

static void every_call_is_shown_with_what_came_of_it_however_far_the_service_was_ahead(void **state)
{
    int row = 0;
    add_moments(*state);
    char *csv = looking_report_text(*state, REPORT_CALLS, REPORT_CSV, "autumn");
    for (size_t i = 0; i < COUNT_OF(moments); i++) {
        char at[RFC3339_BYTES];
        if (moments[i].call == NULL)
            continue;
        clock_rfc3339(at, sizeof at, LOOKING_NOW_MS + (int64_t)i * SECOND_MS);
        assert_cell(csv, ++row, "at", at);
        assert_cell(csv, row, "call", moments[i].call);
    }
    assert_int_equal(looking_row_count(csv), row);
    assert_cell(csv, 2, "code", "22123");
    free(csv);
}

/* ---- signers ---- */

static const struct {
    struct loa loa;
    const char *status;
    const char *unknown;
    const char *sent;
    const char *ended;
    const char *waiting_since;
} letters[] = {
    {{.sid = "PX01",
      .status = DOCUMENT_SIGNED,
      .sent_at_ms = LOOKING_NOW_MS - 2 * HOUR_MS,
      .ended_at_ms = LOOKING_NOW_MS - HOUR_MS},
     "signed",
     "no",
     "2026-11-23T10:00:00Z",
     "2026-11-23T11:00:00Z",
     ""},
    {{.sid = "PX02", .status = DOCUMENT_SIGNING, .sent_at_ms = LOOKING_NOW_MS - HOUR_MS},
     "signing",
     "no",
     "2026-11-23T11:00:00Z",
     "",
     "2026-11-23T11:00:00Z"},
    {{.status = DOCUMENT_OPENED, .in_doubt = true}, "opened", "yes", "", "", ""},
};

static void a_signer_is_waited_for_from_the_letter_sent_until_its_end(void **state)
{
    struct looking_store *made = *state;
    struct error err = {0};
    struct number number = number_of(made, "+14155550103");
    for (size_t i = 0; i < COUNT_OF(letters); i++) {
        struct loa loa = letters[i].loa;
        loa.signer_id = number.signer_id;
        loa.number_count = (int64_t)i + 1;
        loa.intent_at_ms = LOOKING_NOW_MS - 3 * HOUR_MS;
        fail_on(store_save_loa(made->store, &loa, &err), &err);
    }
    char *csv = looking_report_text(made, REPORT_SIGNERS, REPORT_CSV, "");
    for (int i = 0; i < (int)COUNT_OF(letters); i++) {
        assert_cell(csv, i + 1, "email", "ann@example.com");
        assert_cell(csv, i + 1, "loa_sid", letters[i].loa.sid);
        assert_cell(csv, i + 1, "loa_status", letters[i].status);
        assert_cell(csv, i + 1, "loa_outcome_unknown", letters[i].unknown);
        assert_cell(csv, i + 1, "sent_at", letters[i].sent);
        assert_cell(csv, i + 1, "ended_at", letters[i].ended);
        assert_cell(csv, i + 1, "waiting_since", letters[i].waiting_since);
    }
    free(csv);
}

/* ---- the page ---- */

struct page {
    FILE *out;
    char *text;
    size_t length;
};

static void page_open(struct page *page)
{
    *page = (struct page){0};
    page->out = open_memstream(&page->text, &page->length);
    assert_non_null(page->out);
}

/* free() it. */
static char *page_close(struct page *page)
{
    assert_int_equal(fclose(page->out), 0);
    return page->text;
}

static void assert_html(const char *text, const char *expected)
{
    struct page page;
    page_open(&page);
    html_text(page.out, text);
    char *html = page_close(&page);
    assert_string_equal(html, expected);
    free(html);
}

static void control_characters_are_left_out_of_the_page_and_blanks_are_not(void **state)
{
    (void)state;
    assert_html("a\tb\nc d", "a\tb\nc d");
    assert_html("\x01\x1B[31m<red>\x7F\r", "[31m&lt;red&gt;");
    assert_html("caf\xC3\xA9", "caf\xC3\xA9");
}

static void assert_count(int64_t count, const char *expected)
{
    struct page page;
    page_open(&page);
    html_count(page.out, count);
    char *html = page_close(&page);
    assert_string_equal(html, expected);
    free(html);
}

static void large_counts_are_written_in_groups_of_three(void **state)
{
    (void)state;
    assert_count(0, "0");
    assert_count(999, "999");
    assert_count(1000, "1,000");
    assert_count(1234567, "1,234,567");
    assert_count(-123, "-123");
    assert_count(-1234, "-1,234");
}

static char *statuses_of(const struct account *account)
{
    struct page page;
    page_open(&page);
    html_statuses(page.out, account);
    return page_close(&page);
}

/* The bar of the status begins behind its name and its track. */
static void assert_tone(const char *html, enum status status, const char *tone)
{
    char words[64];
    snprintf(words, sizeof words, ">%s</text><rect class=\"track\"", status_name(status));
    const char *name = strstr(html, words);
    assert_non_null(name);
    const char *bar = strstr(name + strlen(words), "<rect class=\"");
    assert_non_null(bar);
    snprintf(words, sizeof words, "<rect class=\"%s\"", tone);
    if (strncmp(bar, words, strlen(words)) != 0)
        fail_msg("%s: %.40s", status_name(status), bar);
}

static void every_status_has_its_bar_in_the_colour_of_its_bucket(void **state)
{
    static const char *const tones[STATUS_COUNT] = {
        [STATUS_COMPLETED] = "completed",
        [STATUS_FAILED] = "failed",
        [STATUS_CANCELED] = "canceled",
        [STATUS_ACTION_REQUIRED] = "attention",
    };
    struct account account = {.rows = STATUS_COUNT};
    (void)state;
    for (int status = 0; status < STATUS_COUNT; status++)
        account.statuses[status] = 1;
    char *html = statuses_of(&account);
    for (int status = 0; status < STATUS_COUNT; status++)
        assert_tone(html, (enum status)status, tones[status] != NULL ? tones[status] : "progress");
    free(html);
}

static void one_number_among_many_still_has_a_bar_to_see(void **state)
{
    (void)state;
    const struct account account = {.rows = 100001,
                                    .statuses = {[STATUS_COMPLETED] = 100000, [STATUS_FAILED] = 1}};
    char *html = statuses_of(&account);
    assert_tone(html, STATUS_FAILED, "failed");
    assert_non_null(strstr(html, "<rect class=\"failed\" x=\"190\" y=\"252\" width=\"2.0\""));
    assert_non_null(strstr(html, "width=\"560.0\""));
    free(html);
}

static void a_page_of_nothing_says_that_there_is_nothing_to_do(void **state)
{
    struct looking_store *made = looking_store_new_empty();
    struct error err = {0};
    struct page page;
    (void)state;
    page_open(&page);
    fail_on(report_write_html(made->store, "", LOOKING_NOW_MS, page.out, &err), &err);
    char *html = page_close(&page);
    assert_non_null(strstr(html, "Nothing. No number waits for a decision."));
    assert_non_null(strstr(html, "Nobody: no number is under way."));
    assert_non_null(strstr(html, "0 rows = 0 completed"));
    assert_null(strstr(html, "nan"));
    assert_null(strstr(html, "<rect class=\"completed\""));
    free(html);
    looking_store_free(made);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_call_is_shown_with_what_came_of_it_however_far_the_service_was_ahead),
        TEST(a_signer_is_waited_for_from_the_letter_sent_until_its_end),
        cmocka_unit_test(control_characters_are_left_out_of_the_page_and_blanks_are_not),
        cmocka_unit_test(large_counts_are_written_in_groups_of_three),
        cmocka_unit_test(every_status_has_its_bar_in_the_colour_of_its_bucket),
        cmocka_unit_test(one_number_among_many_still_has_a_bar_to_see),
        cmocka_unit_test(a_page_of_nothing_says_that_there_is_nothing_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
