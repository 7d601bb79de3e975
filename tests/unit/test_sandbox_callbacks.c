/* Status callbacks: one for every change, lost, doubled or late as the scenario says, signed, and
 * only to this machine. */
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
#include "cmd/sandbox_callbacks.h"
#include "helpers/sandbox_asking.h"

static const int64_t now_ms = INT64_C(1700000000000);
enum { ORDERS = 200 };

/* Orders that go to received; how many callbacks that gives and what the last one said. */
static int count_callbacks(const char *scenario_text, struct sandbox_callback *last)
{
    struct scenario scenario;
    struct error err = {0};
    int count = 0;
    assert_true(scenario_parse(&scenario, scenario_text, strlen(scenario_text), &err));
    struct sandbox *sandbox = sandbox_new(&scenario, 4);
    for (int i = 0; i < ORDERS; i++) {
        char body[200];
        snprintf(body, sizeof body,
                 "PhoneNumber=%%2B1415558%04d&SmsCapability=true&StatusCallbackUrl="
                 "http%%3A%%2F%%2F127.0.0.1%%3A9%%2Fcb",
                 2000 + i);
        assert_int_equal(
            ask_code(sandbox, now_ms, "POST", "/HostedNumbers/HostedNumberOrders", body), 201);
    }
    assert_false(sandbox_take_callback(sandbox, now_ms, last)); /* create answered with the first */
    sandbox_advance(sandbox, now_ms + MINUTE_MS);
    while (sandbox_take_callback(sandbox, now_ms + MINUTE_MS, last))
        count++;
    sandbox_free(sandbox);
    return count;
}

static void every_change_of_status_is_called_back_once(void **state)
{
    struct sandbox_callback last;
    (void)state;
    assert_int_equal(count_callbacks("name: x\n", &last), ORDERS);
    assert_string_equal(last.status, "received");
    assert_string_equal(last.url, "http://127.0.0.1:9/cb");
    assert_string_equal(last.auth_token, "secret");
    assert_int_equal(strlen(last.token), 36);
}

static void callbacks_are_lost_doubled_and_late_as_the_scenario_says(void **state)
{
    struct sandbox_callback last;
    (void)state;
    assert_int_equal(count_callbacks("callbacks: {lost: 100%}\n", &last), 0);
    assert_int_equal(count_callbacks("callbacks: {doubled: 100%}\n", &last), 2 * ORDERS);
    assert_int_equal(count_callbacks("callbacks: {late: 100%, late_by: 5m}\n", &last), 0);
    int some = count_callbacks("callbacks: {lost: 50%}\n", &last);
    assert_true(some > ORDERS / 4 && some < 3 * ORDERS / 4);
}

static void the_signature_is_the_documented_one(void **state)
{
    struct sandbox_callback callback = {
        .url = "https://example.com/cb#rc=3&rp=all", /* the fragment is not signed */
        .status = "verified",
        .order_sid = "HRaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        .phone_number = "+14153608311",
        .auth_token = "12345",
    };
    char signature[33];
    (void)state;
    callback_sign(signature, sizeof signature, &callback);
    assert_string_equal(signature, "8G6JNETmHARytOLvMfxe5H2int0=");
}

static void nothing_is_sent_to_another_machine(void **state)
{
    static const struct {
        const char *url;
        bool local;
    } rows[] = {
        {"http://127.0.0.1:8080/cb", true},
        {"http://127.9.9.9/", true},
        {"https://localhost/cb?x=1", true},
        {"http://[::1]:80/cb", true},
        {"http://localhost", true},
        {"http://127.0.0.1.example.com/", false},
        {"http://127.0.0.1@example.com/", false},
        {"http://localhost.example.com/", false},
        {"http://example.com/127.0.0.1", false},
        {"ftp://127.0.0.1/", false},
        {"http://10.0.0.1/", false},
        {"http://[::2]/", false},
        {"", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (callback_is_local(rows[i].url) != rows[i].local)
            fail_msg("%s", rows[i].url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_change_of_status_is_called_back_once),
        cmocka_unit_test(callbacks_are_lost_doubled_and_late_as_the_scenario_says),
        cmocka_unit_test(the_signature_is_the_documented_one),
        cmocka_unit_test(nothing_is_sent_to_another_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
