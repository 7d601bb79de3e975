/* Pages: every order once, at the cost of a page, whatever changes meanwhile. */
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

static const int64_t now_ms = INT64_C(1700000000000);
static const char base[] = "https://preview.twilio.com";

static struct sandbox *filled(int count)
{
    struct scenario scenario = scenario_calm();
    struct sandbox *sandbox = sandbox_new(&scenario, 9);
    for (int i = 0; i < count; i++) {
        char digits[32];
        char sid[35];
        snprintf(digits, sizeof digits, "1415556%04d", 2000 + i);
        assert_int_equal(ask_order(sandbox, now_ms, digits, sid), 201);
    }
    return sandbox;
}

/* Follow the pages from `url`; how many items came, each at most once (by phone number). */
static int walk(struct sandbox *sandbox, const char *url, const char *link, int pages_at_most)
{
    char path[512];
    char seen[10000] = {0};
    int count = 0;
    TEXT_SET(path, url);
    for (int page = 0; page < pages_at_most && path[0] != '\0'; page++) {
        struct asked asked = ask(sandbox, now_ms, "GET", path, NULL);
        assert_int_equal(asked.status, 200);
        size_t index = 0;
        json_t *item = NULL;
        json_array_foreach(json_object_get(asked.json, "items"), index, item)
        {
            const char *phone = json_string_value(json_object_get(item, "phone_number"));
            int place = atoi(phone + strlen(phone) - 4);
            assert_false(seen[place]);
            seen[place] = 1;
            count++;
        }
        const char *next =
            json_string_value(json_object_get(json_object_get(asked.json, "meta"), link));
        if (next != NULL)
            assert_memory_equal(next, base, strlen(base));
        text_copy(path, sizeof path, next != NULL ? next + strlen(base) : "");
        asked_done(&asked);
    }
    assert_string_equal(path, "");
    return count;
}

static void every_order_comes_once_over_all_pages(void **state)
{
    (void)state;
    struct sandbox *sandbox = filled(237);
    assert_int_equal(
        walk(sandbox, "/HostedNumbers/HostedNumberOrders?PageSize=10", "next_page_url", 24), 237);
    assert_int_equal(walk(sandbox, "/HostedNumbers/HostedNumberOrders", "next_page_url", 5), 237);
    sandbox_free(sandbox);
}

static void a_page_of_more_than_a_thousand_is_clamped(void **state)
{
    (void)state;
    struct sandbox *sandbox = filled(1001);
    assert_int_equal(
        walk(sandbox, "/HostedNumbers/HostedNumberOrders?PageSize=5000", "next_page_url", 2), 1001);
    struct asked asked =
        ask(sandbox, now_ms, "GET", "/HostedNumbers/HostedNumberOrders?PageSize=5000", NULL);
    assert_int_equal(json_array_size(json_object_get(asked.json, "items")), 1000);
    asked_done(&asked);
    sandbox_free(sandbox);
}

static void a_filter_by_status_is_kept_over_pages(void **state)
{
    (void)state;
    struct sandbox *sandbox = filled(60);
    sandbox_advance(sandbox, now_ms); /* nothing is due yet: all are processing */
    assert_int_equal(walk(sandbox,
                          "/HostedNumbers/HostedNumberOrders?Status=twilio-processing&PageSize=7",
                          "next_page_url", 9),
                     60);
    assert_int_equal(
        walk(sandbox, "/HostedNumbers/HostedNumberOrders?Status=received", "next_page_url", 1), 0);
    sandbox_free(sandbox);
}

static void a_filter_that_needs_every_order_looked_at_misses_none(void **state)
{
    (void)state;
    struct sandbox *sandbox = filled(0);
    for (int i = 0; i < 60; i++) {
        char body[128];
        snprintf(body, sizeof body,
                 "PhoneNumber=%%2B1415556%04d&SmsCapability=true&FriendlyName=%s", 2000 + i,
                 i % 7 < 3 ? "front%20desk" : "bar");
        assert_int_equal(
            ask_code(sandbox, now_ms, "POST", "/HostedNumbers/HostedNumberOrders", body), 201);
    }
    assert_int_equal(walk(sandbox,
                          "/HostedNumbers/HostedNumberOrders?FriendlyName=front+desk&PageSize=4",
                          "next_page_url", 7),
                     27);
    sandbox_free(sandbox);
}

static void the_page_before_is_the_one_it_came_from(void **state)
{
    (void)state;
    struct sandbox *sandbox = filled(30);
    struct asked first =
        ask(sandbox, now_ms, "GET", "/HostedNumbers/HostedNumberOrders?PageSize=10", NULL);
    const char *url =
        json_string_value(json_object_get(json_object_get(first.json, "meta"), "next_page_url"));
    struct asked second = ask(sandbox, now_ms, "GET", url + strlen(base), NULL);
    url = json_string_value(
        json_object_get(json_object_get(second.json, "meta"), "previous_page_url"));
    struct asked again = ask(sandbox, now_ms, "GET", url + strlen(base), NULL);
    assert_true(
        json_equal(json_object_get(first.json, "items"), json_object_get(again.json, "items")));
    assert_false(
        json_equal(json_object_get(first.json, "items"), json_object_get(second.json, "items")));
    asked_done(&first);
    asked_done(&second);
    asked_done(&again);
    sandbox_free(sandbox);
}

static void an_order_that_is_deleted_between_pages_does_not_end_the_walk(void **state)
{
    char path[128];
    (void)state;
    struct sandbox *sandbox = filled(20);
    int64_t later_ms = now_ms + MINUTE_MS;
    struct asked first =
        ask(sandbox, later_ms, "GET", "/HostedNumbers/HostedNumberOrders?PageSize=10", NULL);
    json_t *last = json_array_get(json_object_get(first.json, "items"), 9);
    snprintf(path, sizeof path, "/HostedNumbers/HostedNumberOrders/%s",
             json_string_value(json_object_get(last, "sid")));
    assert_int_equal(ask_code(sandbox, later_ms, "DELETE", path, NULL), 204);
    const char *url =
        json_string_value(json_object_get(json_object_get(first.json, "meta"), "next_page_url"));
    struct asked second = ask(sandbox, later_ms, "GET", url + strlen(base), NULL);
    assert_int_equal(second.status, 200);
    assert_int_equal(json_array_size(json_object_get(second.json, "items")), 10);
    asked_done(&first);
    asked_done(&second);
    sandbox_free(sandbox);
}

static void a_strange_page_token_or_size_is_refused(void **state)
{
    static const char *const queries[] = {"PageToken=PAHR1", "PageToken=x", "PageSize=0",
                                          "PageSize=x", "Page=-1"};
    (void)state;
    struct sandbox *sandbox = filled(3);
    for (size_t i = 0; i < COUNT_OF(queries); i++) {
        char path[128];
        snprintf(path, sizeof path, "/HostedNumbers/HostedNumberOrders?%s", queries[i]);
        assert_int_equal(ask_code(sandbox, now_ms, "GET", path, NULL), 20001);
    }
    sandbox_free(sandbox);
}

static void core_lists_have_relative_pages(void **state)
{
    (void)state;
    struct sandbox *sandbox = filled(5);
    struct asked asked =
        ask(sandbox, now_ms, "GET",
            "/2010-04-01/Accounts/" ACCOUNT "/IncomingPhoneNumbers.json?Origin=hosted&PageSize=3",
            NULL);
    const char *next = asked_text(&asked, "next_page_uri");
    assert_int_equal(json_array_size(json_object_get(asked.json, "incoming_phone_numbers")), 3);
    assert_memory_equal(next, "/2010-04-01/", 12);
    struct asked second = ask(sandbox, now_ms, "GET", next, NULL);
    assert_int_equal(json_array_size(json_object_get(second.json, "incoming_phone_numbers")), 2);
    assert_true(json_is_null(json_object_get(second.json, "next_page_uri")));
    asked_done(&asked);
    asked_done(&second);
    sandbox_free(sandbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_comes_once_over_all_pages),
        cmocka_unit_test(a_page_of_more_than_a_thousand_is_clamped),
        cmocka_unit_test(a_filter_by_status_is_kept_over_pages),
        cmocka_unit_test(a_filter_that_needs_every_order_looked_at_misses_none),
        cmocka_unit_test(the_page_before_is_the_one_it_came_from),
        cmocka_unit_test(an_order_that_is_deleted_between_pages_does_not_end_the_walk),
        cmocka_unit_test(a_strange_page_token_or_size_is_refused),
        cmocka_unit_test(core_lists_have_relative_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
