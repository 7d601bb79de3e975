/* Rows: which heading is which column, what a value may be, and how little of it messages show. */
#include "base/text.h"
#include "domain/row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Split, or \xA0F would be one character. */
#define NBSP_AROUND                                                                                \
    ("\xC2\xA0"                                                                                    \
     "Friendly_Name\xC2\xA0")
#define HEX "0123456789abcdef0123456789abcdef"

struct fixture {
    struct row_header header;
    struct row row;
    struct signer signer;
    struct order_details details;
    struct row_result result;
    struct error err;
};

static size_t split(char *record, struct csv_cell *cells)
{
    size_t count = 0;
    for (char *cell = strsep(&record, "|"); cell != NULL; cell = strsep(&record, "|"))
        cells[count++] = (struct csv_cell){.text = cell, .bytes = strlen(cell)};
    return count;
}

static bool read_header(struct fixture *f, const char *headings)
{
    char record[2048];
    struct csv_cell cells[64];
    (void)TEXT_SET(record, headings);
    memset(f, 0, sizeof *f);
    return row_header_read(&f->header, cells, split(record, cells), NULL, 0, &f->err);
}

static bool take(struct fixture *f, const char *values)
{
    char record[4096];
    struct csv_cell cells[64];
    const struct row_target target = {.row = &f->row, .signer = &f->signer, .details = &f->details};
    (void)TEXT_SET(record, values);
    return row_take(&f->header, cells, split(record, cells), &target, &f->result);
}

static void every_column_fills_its_field(void **state)
{
    struct fixture f;
    (void)state;
    assert_true(read_header(&f, "phone_number|friendly_name|email|cc_emails|address_sid|"
                                "verification_type|verification_document_sid|extension|call_delay|"
                                "sms_url|sms_method|sms_fallback_url|sms_fallback_method|"
                                "sms_application_sid|status_callback_url|status_callback_method|"
                                "account_sid|contact_title|contact_phone_number|site|time_zone|"
                                "priority"));
    for (int i = 0; i < COLUMN_COUNT; i++)
        assert_int_equal(f.header.cell_of[i], i);
    assert_true(take(&f, "415-555-0123|Desk|a@example.com|b@example.com ; c@example.com|AD" HEX
                         "|phone-bill|RI" HEX "|ww1#|12|https://example.com/1|get|"
                         "https://example.com/2|Post|AP" HEX "|https://example.com/3|GET|AC" HEX
                         "|Owner|(212) 555-0199|Main St|America/Denver|7"));
    assert_string_equal(f.row.phone_number, "+14155550123");
    assert_string_equal(f.details.friendly_name, "Desk");
    assert_string_equal(f.details.email, "a@example.com");
    assert_string_equal(f.details.cc_emails, "b@example.com;c@example.com");
    assert_string_equal(f.details.address_sid, "AD" HEX);
    assert_int_equal(f.row.verification_type, VERIFICATION_PHONE_BILL);
    assert_string_equal(f.details.verification_document_sid, "RI" HEX);
    assert_string_equal(f.details.extension, "ww1#");
    assert_int_equal(f.details.call_delay, 12);
    assert_string_equal(f.details.sms_url, "https://example.com/1");
    assert_string_equal(f.details.sms_method, "GET");
    assert_string_equal(f.details.sms_fallback_url, "https://example.com/2");
    assert_string_equal(f.details.sms_fallback_method, "POST");
    assert_string_equal(f.details.sms_application_sid, "AP" HEX);
    assert_string_equal(f.details.status_callback_url, "https://example.com/3");
    assert_string_equal(f.details.status_callback_method, "GET");
    assert_string_equal(f.details.account_sid, "AC" HEX);
    assert_string_equal(f.row.site, "Main St");
    assert_string_equal(f.row.time_zone, "America/Denver");
    assert_int_equal(f.row.priority, 7);
    assert_string_equal(f.signer.email, "a@example.com");
    assert_string_equal(f.signer.cc_emails, "b@example.com;c@example.com");
    assert_string_equal(f.signer.address_sid, "AD" HEX);
    assert_string_equal(f.signer.contact_title, "Owner");
    assert_string_equal(f.signer.contact_phone_number, "+12125550199");
}

static void an_empty_cell_leaves_nothing_of_the_row_before(void **state)
{
    struct fixture f;
    (void)state;
    assert_true(read_header(&f, "phone_number|email|call_delay|priority|site|contact_title"));
    assert_true(take(&f, "4155550123|a@example.com|12|7|A|Owner"));
    assert_true(take(&f, "4155550124|||||"));
    assert_string_equal(f.details.email, "");
    assert_string_equal(f.signer.email, "");
    assert_int_equal(f.details.call_delay, 0);
    assert_int_equal(f.row.priority, 0);
    assert_string_equal(f.row.site, "");
    assert_string_equal(f.signer.contact_title, "");
}

static void blanks_around_a_value_do_not_count(void **state)
{
    struct fixture f;
    (void)state;
    assert_true(read_header(&f, "phone_number|email|priority|sms_method|time_zone|sms_url"));
    assert_true(take(&f, " 4155550123 | a@example.com | 3 | POST\t| UTC | https://example.com "));
    assert_string_equal(f.details.email, "a@example.com");
    assert_int_equal(f.row.priority, 3);
    assert_string_equal(f.details.sms_method, "POST");
    assert_string_equal(f.row.time_zone, "UTC");
    assert_string_equal(f.details.sms_url, "https://example.com");
}

static void a_heading_is_known_in_every_spelling(void **state)
{
    static const char *const spellings[] = {"friendly_name", "Friendly Name", "FriendlyName",
                                            "FRIENDLY_NAME", "friendly-name", " friendlyname ",
                                            "friendlyName",  NBSP_AROUND};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(spellings); i++) {
        struct fixture f;
        char headings[128];
        snprintf(headings, sizeof headings, "%s|phone_number", spellings[i]);
        assert_true(read_header(&f, headings));
        assert_int_equal(f.header.cell_of[COLUMN_FRIENDLY_NAME], 0);
        assert_int_equal(f.header.cell_of[COLUMN_PHONE_NUMBER], 1);
    }
}

static void mappings_name_columns_and_are_checked(void **state)
{
    static const struct row_mapping good[] = {{.heading = "Line", .column = "phone_number"},
                                              {.heading = "Where", .column = "site"}};
    static const struct row_mapping bad[] = {{.heading = "Line", .column = "phone_numbr"}};
    struct csv_cell cells[] = {{.text = "where", .bytes = 5}, {.text = "LINE", .bytes = 4}};
    struct row_header header;
    struct error err;
    (void)state;
    assert_true(row_header_read(&header, cells, 2, good, 2, &err));
    assert_int_equal(header.cell_of[COLUMN_PHONE_NUMBER], 1);
    assert_int_equal(header.cell_of[COLUMN_SITE], 0);
    assert_string_equal(header.headings[COLUMN_SITE], "where");
    assert_false(row_header_read(&header, cells, 2, bad, 1, &err));
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_non_null(strstr(err.text, "did you mean \"phone_number\""));
}

static void our_own_columns_are_no_part_of_the_record(void **state)
{
    struct fixture f;
    struct csv_cell cells[] = {{.text = "4155550123", .bytes = 10},
                               {.text = "completed", .bytes = 9},
                               {.text = "line 17: phone_number: too few digits", .bytes = 37}};
    (void)state;
    assert_true(read_header(&f, "phone_number|numhost_status|reason"));
    assert_false(row_cell_is_ours(&f.header, 0, 3));
    assert_true(row_cell_is_ours(&f.header, 1, 3));
    assert_true(row_cell_is_ours(&f.header, 2, 3));
    assert_int_equal(row_replaced_line(&f.header, cells, 3), 17);
    cells[2].text = "because";
    assert_int_equal(row_replaced_line(&f.header, cells, 3), 0);
    cells[2].text = "line 1: no";
    assert_int_equal(row_replaced_line(&f.header, cells, 3), 0);
    assert_true(read_header(&f, "reason|phone_number"));
    assert_false(row_cell_is_ours(&f.header, 0, 2));
}

static void messages_never_show_a_whole_number_address_or_sid(void **state)
{
    static const struct {
        enum column column;
        const char *value;
        const char *shown;
    } cases[] = {
        {COLUMN_PHONE_NUMBER, "(415) 555-0123", "(415)***0123"},
        {COLUMN_PHONE_NUMBER, "555-0123", "5***"},
        {COLUMN_PHONE_NUMBER, "4155550123", "415***0123"},
        {COLUMN_PHONE_NUMBER, "415-555-0123", "415-***0123"},
        {COLUMN_PHONE_NUMBER, "+14155550123", "+1415***0123"},
        {COLUMN_PHONE_NUMBER, "415555012", "41***5012"}, /* a digit is missing */
        {COLUMN_PHONE_NUMBER, "((((((((1", "***(((1"},
        {COLUMN_PHONE_NUMBER, "4155550\xE2\x80\x8B\x31\x32\x33", "4155***?123"},
        {COLUMN_PHONE_NUMBER, "1.41556E+10", "1.41***E+10"},
        {COLUMN_EMAIL, "someone@example.com", "s***"},
        {COLUMN_SITE, "someone@example.com", "s***"},
        {COLUMN_PRIORITY, "4155550123", "415***0123"},
        {COLUMN_PRIORITY, "high", "high"},
        {COLUMN_ADDRESS_SID, "AX" HEX, "AX012345***"},
        {COLUMN_ADDRESS_SID, HEX, "01234567***"},
        {COLUMN_SMS_URL, "ftp://user:pass.example.com", "ftp://us***"},
        {COLUMN_TIME_ZONE, "E\x1b[31mT\xC3\xA9\x7F", "E?[31mT???"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char shown[MASK_BYTES];
        column_mask(cases[i].column, cases[i].value, strlen(cases[i].value), shown);
        assert_string_equal(shown, cases[i].shown);
    }
}

static void a_mask_of_any_length_fits(void **state)
{
    char value[300];
    char shown[MASK_BYTES];
    (void)state;
    memset(value, '7', sizeof value);
    for (int column = 0; column < COLUMN_COUNT; column++)
        for (size_t bytes = 0; bytes <= sizeof value; bytes++) {
            column_mask((enum column)column, value, bytes, shown);
            assert_true(strlen(shown) < MASK_BYTES);
        }
}

static void a_row_has_as_many_cells_as_the_header(void **state)
{
    struct fixture f;
    (void)state;
    assert_true(read_header(&f, "phone_number|site"));
    assert_false(take(&f, "4155550123"));
    assert_true(f.result.whole_row);
    assert_false(take(&f, "4155550123|A|B"));
    assert_true(f.result.whole_row);
    assert_true(take(&f, "4155550123|A|| "));
}

static void a_bill_needs_its_document(void **state)
{
    struct fixture f;
    (void)state;
    assert_true(read_header(&f, "phone_number|verification_type|verification_document_sid"));
    assert_false(take(&f, "4155550123|phone-bill|"));
    assert_int_equal(f.result.column, COLUMN_VERIFICATION_DOCUMENT_SID);
    assert_true(take(&f, "4155550123|phone-bill|RI" HEX));
}

static void a_mapping_to_nothing_like_a_column_is_refused_without_a_guess(void **state)
{
    static const struct row_mapping bad[] = {{.heading = "Line", .column = "xyzzy"}};
    const struct csv_cell cells[] = {{.text = "Line", .bytes = 4}};
    struct row_header header;
    struct error err;
    (void)state;
    assert_false(row_header_read(&header, cells, 1, bad, 1, &err));
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_string_equal(err.text, "columns: there is no column \"xyzzy\"");
}

static void blanks_of_every_kind_around_a_heading_do_not_count(void **state)
{
    struct fixture f;
    (void)state;
    assert_true(read_header(&f, "\t phone_number\r\n| \t|\xC2\xA0|x"));
    assert_int_equal(f.header.cell_of[COLUMN_PHONE_NUMBER], 0);
    assert_string_equal(f.header.headings[COLUMN_PHONE_NUMBER], "phone_number");
    assert_int_equal(f.header.near_count, 0);
}

static void headings_that_are_nearly_ours_are_noted_up_to_a_ceiling(void **state)
{
    struct fixture f;
    char headings[1024] = "phone_number";
    (void)state;
    for (int i = 0; i < ROW_NEAR_MAX + 5; i++)
        strcat(headings, i % 2 == 0 ? "|prioritty" : "|nothing like it");
    assert_true(read_header(&f, headings));
    assert_int_equal(f.header.near_count, (ROW_NEAR_MAX + 6) / 2);
    for (int i = 0; i < ROW_NEAR_MAX; i++)
        strcat(headings, "|e-mial");
    assert_true(read_header(&f, headings));
    assert_int_equal(f.header.near_count, ROW_NEAR_MAX);
    assert_string_equal(f.header.near_headings[ROW_NEAR_MAX - 1], "e-mial");
    assert_string_equal(f.header.near_columns[ROW_NEAR_MAX - 1], "email");
}

static void a_column_that_stands_twice_is_refused_in_every_spelling(void **state)
{
    struct fixture f;
    (void)state;
    assert_false(read_header(&f, "phone_number|Site|note|SITE"));
    assert_int_equal(f.err.kind, ERROR_INPUT);
    assert_non_null(strstr(f.err.text, "the column \"site\" stands twice (cells 2 and 4)"));
}

static void a_cell_that_is_no_text_refuses_its_row_or_header(void **state)
{
    static const struct {
        struct csv_cell cell;
        const char *of_header;
        const char *rule;
    } bad[] = {{{.text = "A\0B", .bytes = 3}, "holds a NUL byte", "a NUL byte stands in the text"},
               {{.text = "\0", .bytes = 1}, "holds a NUL byte", "a NUL byte stands in the text"},
               {{.text = "caf\xE9", .bytes = 4}, "is not UTF-8 text", "the text is not UTF-8"}};
    struct fixture f;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        const struct csv_cell headings[] = {{.text = "phone_number", .bytes = 12}, bad[i].cell};
        const struct csv_cell cells[] = {{.text = "4155550123", .bytes = 10}, bad[i].cell};
        const struct row_target target = {
            .row = &f.row, .signer = &f.signer, .details = &f.details};
        assert_false(row_header_read(&f.header, headings, 2, NULL, 0, &f.err));
        assert_non_null(strstr(f.err.text, "cell 2 of the header"));
        assert_non_null(strstr(f.err.text, bad[i].of_header));
        assert_true(read_header(&f, "phone_number|note"));
        assert_false(row_take(&f.header, cells, 2, &target, &f.result));
        assert_true(f.result.whole_row);
        assert_string_equal(f.result.wrong.rule, bad[i].rule);
        assert_string_equal(f.result.wrong.note, "cell 2");
        assert_true(read_header(&f, "phone_number|site"));
        assert_false(row_take(&f.header, cells, 2, &target, &f.result));
        assert_false(f.result.whole_row);
        assert_int_equal(f.result.column, COLUMN_SITE);
        assert_false(row_is_blank(&bad[i].cell, 1)); /* else it would be passed over in silence */
    }
}

static void the_last_cell_of_a_rejects_row_is_ours_whatever_its_length(void **state)
{
    struct fixture f;
    (void)state;
    assert_true(read_header(&f, "phone_number|site|reason"));
    assert_true(row_cell_is_ours(&f.header, 2, 3));
    assert_true(row_cell_is_ours(&f.header, 1, 2));  /* a cell is missing */
    assert_true(row_cell_is_ours(&f.header, 4, 5));  /* two are too many */
    assert_false(row_cell_is_ours(&f.header, 2, 5)); /* which is the user's then */
    assert_int_equal(row_replaced_line(&f.header, NULL, 0), 0);
}

static void a_report_row_tells_its_line_and_whether_it_is_a_number(void **state)
{
    static const struct {
        const char *row;
        int64_t line;
        bool is_of_number;
    } cases[] = {
        {"4155550123|17|queued", 17, true}, {"4155550123|17|rejected", 17, false},
        {"4155550123|17|", 17, false},      {"4155550123||queued", 0, true},
        {"4155550123|1|queued", 0, true},   {"4155550123|17", 17, false},
        {"4155550123", 0, false},           {"4155550123|x|queued", 0, true},
    };
    struct fixture f;
    (void)state;
    assert_true(read_header(&f, "phone_number|Numhost_Line|numhost_status"));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char record[64];
        struct csv_cell cells[8];
        (void)TEXT_SET(record, cases[i].row);
        size_t count = split(record, cells);
        assert_int_equal(row_replaced_line(&f.header, cells, count), cases[i].line);
        assert_int_equal(row_is_of_number(&f.header, cells, count), cases[i].is_of_number);
    }
}

static void three_odd_values_are_three_warnings(void **state)
{
    struct fixture f;
    (void)state;
    assert_true(read_header(&f, "phone_number|call_delay|contact_phone_number"));
    assert_true(take(&f, "787-555-0123|45|296-555-0199"));
    assert_int_equal(f.result.warning_count, 3);
    assert_int_equal(f.result.warnings[0].column, COLUMN_PHONE_NUMBER);
    assert_int_equal(f.result.warnings[1].column, COLUMN_CALL_DELAY);
    assert_int_equal(f.result.warnings[2].column, COLUMN_CONTACT_PHONE_NUMBER);
}

/* Who gives but one thing has a signer; who gives copies only has none. */
static void any_word_of_a_signer_makes_one(void **state)
{
    static const struct signer given[] = {
        {.address_sid = "AD" HEX, .cc_emails = "c@example.com"},
        {.email = "a@example.com"},
        {.contact_title = "Manager"},
        {.contact_phone_number = "+12125550100"},
    };
    const struct signer defaults = {.contact_title = "Owner",
                                    .contact_phone_number = "+12125550199"};
    struct signer none = {.cc_emails = "c@example.com"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(given); i++) {
        struct signer signer = given[i];
        row_complete_signer(&signer, &defaults);
        assert_string_equal(signer.contact_title, i == 2 ? "Manager" : "Owner");
        assert_string_equal(signer.contact_phone_number, i == 3 ? "+12125550100" : "+12125550199");
        assert_string_equal(signer.cc_emails, given[i].cc_emails);
    }
    row_complete_signer(&none, &defaults);
    assert_string_equal(none.cc_emails, "");
    assert_string_equal(none.contact_title, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_column_fills_its_field),
        cmocka_unit_test(an_empty_cell_leaves_nothing_of_the_row_before),
        cmocka_unit_test(blanks_around_a_value_do_not_count),
        cmocka_unit_test(a_heading_is_known_in_every_spelling),
        cmocka_unit_test(mappings_name_columns_and_are_checked),
        cmocka_unit_test(our_own_columns_are_no_part_of_the_record),
        cmocka_unit_test(messages_never_show_a_whole_number_address_or_sid),
        cmocka_unit_test(a_mask_of_any_length_fits),
        cmocka_unit_test(a_row_has_as_many_cells_as_the_header),
        cmocka_unit_test(a_bill_needs_its_document),
        cmocka_unit_test(a_mapping_to_nothing_like_a_column_is_refused_without_a_guess),
        cmocka_unit_test(blanks_of_every_kind_around_a_heading_do_not_count),
        cmocka_unit_test(headings_that_are_nearly_ours_are_noted_up_to_a_ceiling),
        cmocka_unit_test(a_column_that_stands_twice_is_refused_in_every_spelling),
        cmocka_unit_test(a_cell_that_is_no_text_refuses_its_row_or_header),
        cmocka_unit_test(the_last_cell_of_a_rejects_row_is_ours_whatever_its_length),
        cmocka_unit_test(a_report_row_tells_its_line_and_whether_it_is_a_number),
        cmocka_unit_test(three_odd_values_are_three_warnings),
        cmocka_unit_test(any_word_of_a_signer_makes_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
