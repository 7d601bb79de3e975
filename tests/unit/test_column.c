/* What a value of each column may be, to the byte, and what becomes of it. */
#include "base/text.h"
#include "domain/column.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEX31 "0123456789abcdef0123456789ABCDE"
#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

struct taken {
    struct row row;
    struct signer signer;
    struct order_details details;
    struct finding wrong;
    struct finding warning;
};

static bool take(struct taken *taken, enum column column, const char *text)
{
    *taken = (struct taken){.row.priority = -1};
    const struct row_target target = {
        .row = &taken->row, .signer = &taken->signer, .details = &taken->details};
    return column_take(column, text, strlen(text), &target, &taken->wrong, &taken->warning);
}

static void refused(enum column column, const char *text, const char *rule)
{
    struct taken taken;
    if (take(&taken, column, text))
        fail_msg("%s: \"%s\" was taken", column_name(column), text);
    assert_string_equal(taken.wrong.rule, rule);
    assert_non_null(taken.wrong.suggestion);
}

static void addresses_are_taken_as_they_are(void **state)
{
    static const char *const good[] = {"a@b.co",           "A.b+c_d@Example.COM",
                                       "0@0.00",           "caf\xC3\xA9@example.com",
                                       A64 "@example.com", "!#$%@a-b.example"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        struct taken taken;
        if (!take(&taken, COLUMN_EMAIL, good[i]))
            fail_msg("\"%s\": %s", good[i], taken.wrong.rule);
        assert_string_equal(taken.details.email, good[i]);
    }
}

static void what_is_no_address_is_refused(void **state)
{
    static const char *const bad[] = {
        "a",         "@b.co",    "a@b",      "a@.co",       "a@b.c",         "a@b.co.",
        "a@-b.co",   ".a@b.co",  "a.@b.co",  "a..b@c.co",   "a@.b.co",       "a@b..co",
        "a@b@c.co",  "a b@c.co", "a,b@c.co", "a@b.co;",     "a" A64 "@b.co", "(a)@b.co",
        "a\tb@c.co", "a[@b.co",  "a@b.\"co", "mail: a@b.co"};
    char long_one[EMAIL_BYTES + 8] = "a@";
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        refused(COLUMN_EMAIL, bad[i], "this is not an e-mail address");
    while (strlen(long_one) < EMAIL_BYTES)
        strcat(long_one, "bb.co");
    refused(COLUMN_EMAIL, long_one, "this is not an e-mail address");
}

static void a_list_of_addresses_loses_its_blanks_and_gaps(void **state)
{
    static const struct {
        const char *text;
        const char *stored;
    } cases[] = {
        {"a@b.co", "a@b.co"},
        {"a@b.co;c@d.co", "a@b.co;c@d.co"},
        {" ; a@b.co ;; ;c@d.co;  ; ", "a@b.co;c@d.co"},
        {";", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct taken taken;
        assert_true(take(&taken, COLUMN_CC_EMAILS, cases[i].text));
        assert_string_equal(taken.details.cc_emails, cases[i].stored);
    }
    refused(COLUMN_CC_EMAILS, "a@b.co;c", "one of these is not an e-mail address");
    refused(COLUMN_CC_EMAILS, "a@b.co,c@d.co", "one of these is not an e-mail address");
}

static void a_list_of_addresses_has_a_longest_length(void **state)
{
    struct taken taken;
    char list[CC_EMAILS_BYTES + 64] = "";
    (void)state;
    while (strlen(list) + strlen("aaaa@b.co;") < CC_EMAILS_BYTES)
        strcat(list, "aaaa@b.co;");
    assert_true(take(&taken, COLUMN_CC_EMAILS, list));
    strcat(list, "aaaa@b.co");
    refused(COLUMN_CC_EMAILS, list, "the list of addresses is too long");
}

static void a_sid_has_its_prefix_and_32_hexadecimal_digits(void **state)
{
    static const char *const other_kind[] = {"RI" HEX31 "f", "ad" HEX31 "f", "A", HEX31 "f"};
    static const char *const bad[] = {
        "AD" HEX31,     "AD" HEX31 "ff", "AD" HEX31 "-", "AD" HEX31 ":", "AD" HEX31 "@",
        "AD" HEX31 "G", "AD" HEX31 "`",  "AD" HEX31 "g", "AD",
    };
    struct taken taken;
    (void)state;
    assert_true(take(&taken, COLUMN_ADDRESS_SID, "AD" HEX31 "f"));
    assert_string_equal(taken.details.address_sid, "AD" HEX31 "f");
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        refused(COLUMN_ADDRESS_SID, bad[i],
                "the two letters of the SID are not followed by exactly 32 hexadecimal digits");
    for (size_t i = 0; i < COUNT_OF(other_kind); i++)
        refused(COLUMN_ADDRESS_SID, other_kind[i],
                "the value does not begin with the two letters of this kind of SID");
}

static void a_url_is_whole_and_has_a_host(void **state)
{
    static const char *const good[] = {"https://example.com", "HTTP://a/b?c=d#e",
                                       "https://10.0.0.1:8080/~x/[y]'z"};
    static const struct {
        const char *text;
        const char *rule;
    } bad[] = {
        {"example.com", "the URL does not begin with https:// or http://"},
        {"ftp://example.com", "the URL does not begin with https:// or http://"},
        {"https://", "the URL has no host"},
        {"https:///path", "the URL has no host"},
        {"http://?q", "the URL has no host"},
        {"https://:8080/", "the URL has no host"},
        {"https://.example", "the URL has no host"},
        {"https://a/b c", "a blank or another forbidden character stands in the URL"},
        {"https://a/\x7F", "a blank or another forbidden character stands in the URL"},
        {"https://a/\x01", "a blank or another forbidden character stands in the URL"},
        {"https://a/<b>", "a blank or another forbidden character stands in the URL"},
        {"https://a/\"b", "a blank or another forbidden character stands in the URL"},
        {"https://a\\b", "a blank or another forbidden character stands in the URL"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        struct taken taken;
        assert_true(take(&taken, COLUMN_SMS_URL, good[i]));
        assert_string_equal(taken.details.sms_url, good[i]);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        refused(COLUMN_SMS_URL, bad[i].text, bad[i].rule);
}

/* With and without blanks behind it, which are no part of it. */
static void the_longest_url_is_taken_and_a_longer_one_refused(void **state)
{
    char url[URL_BYTES + 64] = "https://";
    (void)state;
    memset(url + 8, 'a', URL_BYTES - 9);
    for (int blanks = 0; blanks < 3; blanks++) {
        struct taken taken;
        assert_true(take(&taken, COLUMN_SMS_URL, url));
        assert_int_equal(strlen(taken.details.sms_url), URL_BYTES - 1);
        strcat(url, " ");
    }
    memset(url + 8, 'a', URL_BYTES - 7);
    for (int blanks = 0; blanks < 3; blanks++) {
        refused(COLUMN_SMS_URL, url, "the value is too long");
        strcat(url, " ");
    }
}

static void a_zone_is_area_and_city(void **state)
{
    static const char *const good[] = {"America/Chicago", "America/North_Dakota/New_Salem",
                                       "Etc/GMT+5", "UTC"};
    static const char *const bad[] = {"CST",  "America/",        "/Chicago", "America//Chicago",
                                      "A/B/", "America/St.Paul", "utc",      "Chicago, IL",
                                      "A/B C"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        struct taken taken;
        assert_true(take(&taken, COLUMN_TIME_ZONE, good[i]));
        assert_string_equal(taken.row.time_zone, good[i]);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        refused(COLUMN_TIME_ZONE, bad[i], "this is not the name of a time zone");
}

static void a_name_is_one_line_that_a_terminal_can_show(void **state)
{
    static const char rule[] = "a control character, such as a line break, stands in the value";
    struct taken taken;
    (void)state;
    refused(COLUMN_SITE, "a\nb", rule);
    refused(COLUMN_SITE, "a\x7F", rule);
    refused(COLUMN_FRIENDLY_NAME, "a\x1Bz", rule);
    assert_true(take(&taken, COLUMN_SITE, "\r\n\t Main St \t\r\n"));
    assert_string_equal(taken.row.site, "Main St");
    refused(COLUMN_FRIENDLY_NAME, A64 "a", "the name is longer than 64 characters");
    refused(COLUMN_SITE, A64 A64 A64, "the value is too long");
}

static void a_choice_is_one_of_its_words_and_a_number_in_its_range(void **state)
{
    (void)state;
    refused(COLUMN_SMS_METHOD, "PUT", "the method is neither GET nor POST");
    refused(COLUMN_VERIFICATION_TYPE, "bill", "there is no such verification type");
    refused(COLUMN_EXTENSION, "12x", "an extension consists of digits, #, * and w");
    refused(COLUMN_CALL_DELAY, "61", "this is not a whole number in its range");
    refused(COLUMN_PRIORITY, "-1", "this is not a whole number in its range");
    refused(COLUMN_PRIORITY, "10", "this is not a whole number in its range");
}

static void what_may_not_work_everywhere_is_taken_with_a_warning(void **state)
{
    struct taken taken;
    (void)state;
    assert_true(take(&taken, COLUMN_CALL_DELAY, "30"));
    assert_null(taken.warning.rule);
    assert_true(take(&taken, COLUMN_CALL_DELAY, "31"));
    assert_int_equal(taken.details.call_delay, 31);
    assert_non_null(strstr(taken.warning.rule, "more than 30 seconds"));
    assert_true(take(&taken, COLUMN_PHONE_NUMBER, "787 555 0123"));
    assert_non_null(strstr(taken.warning.rule, "US territory"));
}

static void an_endless_heading_is_no_column(void **state)
{
    enum column column;
    (void)state;
    assert_false(column_parse(A64 A64, &column));
    assert_false(column_parse("", &column));
    assert_null(column_closest(A64 A64));
    assert_null(column_closest("note"));
    assert_string_equal(column_closest("sites"), "site");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_taken_as_they_are),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(a_list_of_addresses_loses_its_blanks_and_gaps),
        cmocka_unit_test(a_list_of_addresses_has_a_longest_length),
        cmocka_unit_test(a_sid_has_its_prefix_and_32_hexadecimal_digits),
        cmocka_unit_test(a_url_is_whole_and_has_a_host),
        cmocka_unit_test(the_longest_url_is_taken_and_a_longer_one_refused),
        cmocka_unit_test(a_zone_is_area_and_city),
        cmocka_unit_test(a_name_is_one_line_that_a_terminal_can_show),
        cmocka_unit_test(a_choice_is_one_of_its_words_and_a_number_in_its_range),
        cmocka_unit_test(what_may_not_work_everywhere_is_taken_with_a_warning),
        cmocka_unit_test(an_endless_heading_is_no_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
