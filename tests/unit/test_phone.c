/* Phone numbers: every usual notation becomes one number, everything else is refused for the right
 * reason. */
#include "base/text.h"
#include "domain/area_code.h"
#include "domain/phone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void every_usual_notation_becomes_the_same_number(void **state)
{
    static const char *const spellings[] = {
        "(415) 360-8311",
        "1-415-360-8311",
        "415.360.8311 ",
        "+1 415 360 8311",
        "+14153608311",
        "4153608311",
        "14153608311",
        "tel:+1-415-360-8311",
        "Tel. 415-360-8311",
        "TEL: (415)360-8311",
        "415/360-8311",
        "[415] 360 8311",
        "(+1) 415 360 8311",
        "  +1(415)360-8311\t",
        "4153608311.0",
        "\"415-360-8311\"",
        "415\xC2\xA0"
        "360\xC2\xA0"
        "8311", /* no-break spaces */
        "\xE2\x80\x8B"
        "4153608311", /* zero-width space */
        "\xEF\xBB\xBF"
        "415-360-8311",                            /* byte order mark */
        "\xE2\x80\xAA+1 415 360 8311\xE2\x80\xAC", /* directional embedding */
        "\xE2\x80\x8F"
        "415 360 8311", /* right-to-left mark */
        "415\xE2\x80\x93"
        "360\xE2\x80\x93"
        "8311", /* en dashes */
        "415\xE2\x80\x91"
        "360\xE2\x80\x91"
        "8311", /* no-break hyphens */
        "415\xE2\x88\x92"
        "360\xE2\x88\x92"
        "8311", /* minus signs */
        "\xEF\xBC\x8B\xEF\xBC\x91\xEF\xBC\x94\xEF\xBC\x91\xEF\xBC\x95\xEF\xBC\x93\xEF\xBC\x96"
        "\xEF\xBC\x90\xEF\xBC\x98\xEF\xBC\x93\xEF\xBC\x91\xEF\xBC\x91", /* full-width */
        "415\xE3\x80\x80"
        "360 8311", /* ideographic space */
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(spellings); i++) {
        struct phone phone;
        if (!phone_normalise(spellings[i], strlen(spellings[i]), &phone))
            fail_msg("\"%s\": %s", spellings[i], phone_rule_text(phone.rule));
        assert_string_equal(phone.phone_number, "+14153608311");
        assert_int_equal(phone.warning, PHONE_WARNING_NONE);
    }
}

static void what_cannot_be_a_number_is_refused_for_its_reason(void **state)
{
    static const struct {
        const char *text;
        enum phone_rule rule;
        const char *country;
    } cases[] = {
        {"", PHONE_EMPTY, ""},
        {" \xC2\xA0 ", PHONE_EMPTY, ""},
        {"1.41536E+10", PHONE_SPREADSHEET, ""},
        {"1,41536E+10", PHONE_SPREADSHEET, ""},
        {"4.15361e9", PHONE_SPREADSHEET, ""},
        {"4E9", PHONE_SPREADSHEET, ""},
        {"1.41536E-10", PHONE_SPREADSHEET, ""},
        {"#N/A", PHONE_FORMULA, ""},
        {"##########", PHONE_FORMULA, ""},
        {"1-800-FLOWERS", PHONE_LETTERS, ""},
        {"415-360-831O", PHONE_LETTERS, ""},
        {"415 360 8311 home", PHONE_LETTERS, ""},
        {"415-360-8311 x123", PHONE_EXTENSION, ""},
        {"415-360-8311 ext. 5", PHONE_EXTENSION, ""},
        {"(415) 360-8311 Extension 5", PHONE_EXTENSION, ""},
        {"415-360-8311#5", PHONE_EXTENSION, ""},
        {"415-360-8311,,5", PHONE_EXTENSION, ""},
        {"tel:+14153608311;ext=5", PHONE_EXTENSION, ""},
        {"n/a", PHONE_CHARACTER, ""},
        {"*67 415 360 8311", PHONE_CHARACTER, ""},
        {"415 360 8311 \xE2\x98\x8E", PHONE_CHARACTER, ""},
        {"415\xFF"
         "360",
         PHONE_ENCODING, ""},
        {"360-8311", PHONE_NO_AREA_CODE, ""},
        {"911", PHONE_SERVICE, ""},
        {"415360831", PHONE_TOO_SHORT, ""},
        {"+1415360831", PHONE_TOO_SHORT, ""},
        {"1", PHONE_TOO_SHORT, ""},
        {"+", PHONE_TOO_SHORT, ""},
        {"415360831100", PHONE_TOO_LONG, ""},
        {"04153608311", PHONE_TOO_LONG, ""},
        {"4153608311 / 4153608312", PHONE_SEVERAL, ""},
        {"4153608311 4153608312", PHONE_SEVERAL, ""},
        {"+14153608311+14153608312", PHONE_SEVERAL, ""},
        {"+44 20 7946 0958", PHONE_COUNTRY, "United Kingdom"},
        {"+49 30 123456", PHONE_COUNTRY, "Germany"},
        {"0044 20 7946 0958", PHONE_COUNTRY, "United Kingdom"},
        {"011 52 55 1234 5678", PHONE_COUNTRY, "Mexico"},
        {"+999 123 4567", PHONE_COUNTRY, "another country"},
        {"242-322-1234", PHONE_NEIGHBOUR, "Bahamas"},
        {"+1 876 555 0123", PHONE_NEIGHBOUR, "Jamaica"},
        {"1153608311", PHONE_AREA_CODE, ""},
        {"015-360-8311", PHONE_AREA_CODE, ""},
        {"911-360-8311", PHONE_AREA_CODE, ""},
        {"415-160-8311", PHONE_EXCHANGE, ""},
        {"415-060-8311", PHONE_EXCHANGE, ""},
        {"415-911-8311", PHONE_EXCHANGE, ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct phone phone;
        bool good = phone_normalise(cases[i].text, strlen(cases[i].text), &phone);
        if (good || phone.rule != cases[i].rule)
            fail_msg("\"%s\": rule %d (%s)", cases[i].text, (int)phone.rule,
                     phone_rule_text(phone.rule));
        assert_string_equal(phone.phone_number, "");
        assert_string_equal(phone.country, cases[i].country);
        assert_true(phone_rule_text(phone.rule)[0] != '\0');
        assert_true(phone_rule_suggestion(phone.rule)[0] != '\0');
    }
}

static void a_number_with_a_nul_or_of_any_length_is_refused(void **state)
{
    char text[1000];
    struct phone phone;
    (void)state;
    assert_false(phone_normalise("4153608311\0x", 12, &phone));
    assert_int_equal(phone.rule, PHONE_ENCODING);
    memset(text, '4', sizeof text);
    for (size_t length = 20; length <= sizeof text; length += 7)
        assert_false(phone_normalise(text, length, &phone));
}

static void an_unknown_area_code_is_a_warning_and_never_a_rejection(void **state)
{
    (void)state;
    for (int code = 200; code <= 999; code++) {
        char text[16];
        const char *country = "";
        struct phone phone;
        if (code % 100 == 11 || area_code_find(code, &country) == AREA_OTHER)
            continue;
        snprintf(text, sizeof text, "+1%d5550123", code);
        assert_true(phone_normalise(text, strlen(text), &phone));
        assert_string_equal(phone.phone_number, text);
        assert_int_equal(phone.warning == PHONE_WARNING_AREA,
                         area_code_find(code, &country) == AREA_UNKNOWN);
    }
}

static void area_codes_have_their_country(void **state)
{
    static const struct {
        int code;
        enum area area;
    } cases[] = {
        {201, AREA_US},        {415, AREA_US},        {989, AREA_US},        {204, AREA_CANADA},
        {416, AREA_CANADA},    {942, AREA_CANADA},    {800, AREA_TOLL_FREE}, {888, AREA_TOLL_FREE},
        {833, AREA_TOLL_FREE}, {787, AREA_TERRITORY}, {684, AREA_TERRITORY}, {242, AREA_OTHER},
        {876, AREA_OTHER},     {900, AREA_UNKNOWN},   {500, AREA_UNKNOWN},   {0, AREA_UNKNOWN},
        {199, AREA_UNKNOWN},   {1415, AREA_UNKNOWN},  {-1, AREA_UNKNOWN},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *country = NULL;
        if (area_code_find(cases[i].code, &country) != cases[i].area)
            fail_msg("area code %d", cases[i].code);
        assert_non_null(country);
    }
}

/* The tables are searched by halves: an unsorted one would lose codes. */
static void the_table_finds_as_many_codes_as_it_has(void **state)
{
    size_t counts[AREA_OTHER + 1] = {0};
    const char *country = NULL;
    (void)state;
    for (int code = 200; code <= 999; code++)
        counts[area_code_find(code, &country)]++;
    assert_int_equal(counts[AREA_US], 359);
    assert_int_equal(counts[AREA_CANADA], 56);
    assert_int_equal(counts[AREA_TOLL_FREE], 7);
    assert_int_equal(counts[AREA_TERRITORY], 6);
    assert_int_equal(counts[AREA_OTHER], 21);
}

static void a_territory_is_imported_with_a_warning(void **state)
{
    struct phone phone;
    (void)state;
    assert_true(phone_normalise("787-555-0123", 12, &phone));
    assert_int_equal(phone.warning, PHONE_WARNING_TERRITORY);
    assert_string_equal(phone.country, "Puerto Rico");
}

static void toll_free_numbers_may_have_any_exchange_but_0_and_1(void **state)
{
    struct phone phone;
    (void)state;
    assert_true(phone_normalise("1-800-411-0123", 14, &phone));
    assert_false(phone_normalise("1-800-111-0123", 14, &phone));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_usual_notation_becomes_the_same_number),
        cmocka_unit_test(what_cannot_be_a_number_is_refused_for_its_reason),
        cmocka_unit_test(a_number_with_a_nul_or_of_any_length_is_refused),
        cmocka_unit_test(an_unknown_area_code_is_a_warning_and_never_a_rejection),
        cmocka_unit_test(area_codes_have_their_country),
        cmocka_unit_test(the_table_finds_as_many_codes_as_it_has),
        cmocka_unit_test(a_territory_is_imported_with_a_warning),
        cmocka_unit_test(toll_free_numbers_may_have_any_exchange_but_0_and_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
