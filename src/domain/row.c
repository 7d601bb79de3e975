#include "domain/row.h"

#include "base/require.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define OUR_PREFIX "numhost_"
#define SAVE_AS_UTF8 "save the file as \"CSV UTF-8\""
#define EXPORT_AS_UTF8 "export the file once more, as \"CSV UTF-8\""

/* Behind a formula guard, blanks and no-break spaces. */
static const char *heading_start(const char *text)
{
    text = csv_strip_guard(text);
    for (;;) {
        if (*text == ' ' || *text == '\t')
            text += 1;
        else if (strncmp(text, "\xC2\xA0", 2) == 0)
            text += 2;
        else
            return text;
    }
}

/* Without blanks, line ends and no-break spaces behind it. */
static size_t heading_length(const char *text)
{
    size_t length = strlen(text);
    for (;;) {
        if (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
            length -= 1;
        else if (length > 1 && memcmp(text + length - 2, "\xC2\xA0", 2) == 0)
            length -= 2;
        else
            return length;
    }
}

static void clean_heading(const struct csv_cell *cell, char to[HEADING_BYTES])
{
    (void)text_copy(to, HEADING_BYTES, heading_start(cell->text));
    to[heading_length(to)] = '\0';
}

static bool find_column(const char *heading, const struct row_mapping *mappings, size_t count,
                        enum column *column)
{
    for (size_t i = 0; i < count; i++)
        if (text_same_word(heading, mappings[i].heading))
            return column_parse(mappings[i].column, column);
    return column_parse(heading, column);
}

bool row_column_of(const struct csv_cell *heading, const struct row_mapping *mappings, size_t count,
                   enum column *column)
{
    char clean[HEADING_BYTES];
    clean_heading(heading, clean);
    return find_column(clean, mappings, count, column);
}

/* However many guards stand there: a stored heading has lost the one that a file may have. */
static const char *bare_start(const char *text)
{
    bool is_guarded = csv_strip_guard(text) != text;
    return heading_start(is_guarded ? text + strspn(text, "'") : text);
}

bool row_same_heading(const char *a, const char *b)
{
    a = bare_start(a);
    b = bare_start(b);
    size_t length = heading_length(a);
    return length == heading_length(b) && strncasecmp(a, b, length) == 0;
}

static bool check_mappings(const struct row_mapping *mappings, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        enum column column;
        if (column_parse(mappings[i].column, &column))
            continue;
        const char *closest = column_closest(mappings[i].column);
        return error_set(err, ERROR_USAGE, "columns: there is no column \"%.40s\"%s%s%s",
                         mappings[i].column, closest != NULL ? "; did you mean \"" : "",
                         closest != NULL ? closest : "", closest != NULL ? "\"?" : "");
    }
    return true;
}

static void note_near(struct row_header *header, const char *heading)
{
    const char *closest = heading[0] != '\0' ? column_closest(heading) : NULL;
    if (closest == NULL || header->near_count == ROW_NEAR_MAX)
        return;
    (void)TEXT_SET(header->near_headings[header->near_count], heading);
    text_tame(header->near_headings[header->near_count]);
    header->near_columns[header->near_count++] = closest;
}

/* The delimiter is not what was looked for: renaming such a heading would not help. */
static bool is_undivided(const struct csv_cell *cells, size_t count)
{
    return count == 1 && strpbrk(cells[0].text, ",;\t|") != NULL;
}

static bool say_no_phone_number(const struct csv_cell *cells, size_t count, struct error *err)
{
    static const char *const usual[] = {"phone", "number", "tel", "did", "line", "mobile"};
    if (is_undivided(cells, count))
        return error_set(err, ERROR_INPUT,
                         "there is no column \"phone_number\"; the whole header is one cell: put , "
                         "; or tab between the columns, and let --delimiter, if given, name it");
    for (size_t i = 0; i < count; i++) {
        char heading[HEADING_BYTES];
        clean_heading(&cells[i], heading);
        for (size_t j = 0; j < COUNT_OF(usual); j++) {
            if (strcasestr(heading, usual[j]) != NULL)
                return error_set(err, ERROR_INPUT,
                                 "there is no column \"phone_number\"; if \"%s\" is it, "
                                 "rename it, or map it under columns: in the configuration",
                                 heading);
        }
    }
    return error_set(err, ERROR_INPUT,
                     "there is no column \"phone_number\"; the first line must name the "
                     "columns, with , ; or tab between them");
}

static bool place(struct row_header *header, enum column column, const char *heading, size_t cell,
                  struct error *err)
{
    if (header->cell_of[column] >= 0)
        return error_set(err, ERROR_INPUT,
                         "the column \"%s\" stands twice (cells %d and %zu); remove or "
                         "rename one",
                         column_name(column), header->cell_of[column] + 1, cell + 1);
    header->cell_of[column] = (int)cell;
    (void)TEXT_SET(header->headings[column], heading);
    return true;
}

/* What our reports add is not the user's; two of the columns tell where a row belongs. */
static void drop_ours(struct row_header *header, const char *heading, size_t cell)
{
    header->dropped[cell] = true;
    if (strcasecmp(heading, OUR_PREFIX "line") == 0)
        header->line_cell = (int)cell;
    else if (strcasecmp(heading, OUR_PREFIX "status") == 0)
        header->status_cell = (int)cell;
}

/* Well-formed UTF-8 without NUL; nearly every cell is plain ASCII, so that is looked at first. */
static bool is_text(const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        if (text[i] == '\0' || ((unsigned char)text[i] & 0x80) != 0)
            return text_is_utf8(text, bytes);
    return true;
}

static bool holds_nul(const struct csv_cell *cell)
{
    return memchr(cell->text, '\0', cell->bytes) != NULL;
}

static bool say_no_text(const struct csv_cell *cell, size_t index, struct error *err)
{
    bool nul = holds_nul(cell);
    return error_set(err, ERROR_INPUT, "cell %zu of the header %s; %s", index + 1,
                     nul ? "holds a NUL byte" : "is not UTF-8 text",
                     nul ? EXPORT_AS_UTF8 : SAVE_AS_UTF8);
}

bool row_header_read(struct row_header *header, const struct csv_cell *cells, size_t count,
                     const struct row_mapping *mappings, size_t mapping_count, struct error *err)
{
    *header =
        (struct row_header){.width = count, .reason_cell = -1, .line_cell = -1, .status_cell = -1};
    for (int i = 0; i < COLUMN_COUNT; i++)
        header->cell_of[i] = -1;
    if (!check_mappings(mappings, mapping_count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        char heading[HEADING_BYTES];
        enum column column;
        if (!is_text(cells[i].text, cells[i].bytes))
            return say_no_text(&cells[i], i, err);
        clean_heading(&cells[i], heading);
        if (find_column(heading, mappings, mapping_count, &column)) {
            if (!place(header, column, heading, i, err))
                return false;
        } else if (strncasecmp(heading, OUR_PREFIX, strlen(OUR_PREFIX)) == 0) {
            drop_ours(header, heading, i);
        } else if (i + 1 == count && strcasecmp(heading, "reason") == 0) {
            header->dropped[i] = true;
            header->reason_cell = (int)i;
        } else {
            note_near(header, heading);
        }
    }
    if (header->cell_of[COLUMN_PHONE_NUMBER] < 0)
        return say_no_phone_number(cells, count, err);
    return true;
}

static bool reject_row(struct row_result *result, const char *rule, const char *suggestion)
{
    result->whole_row = true;
    result->wrong = (struct finding){.rule = rule, .note = "", .suggestion = suggestion};
    return false;
}

/* What is no text is shown with its column; where that is none of ours, by its place in the row. */
static bool refuse_cell(const struct row_header *header, size_t index, const struct csv_cell *cell,
                        struct row_result *result)
{
    bool nul = holds_nul(cell);
    int column = 0;
    result->wrong =
        (struct finding){.rule = nul ? "a NUL byte stands in the text" : "the text is not UTF-8",
                         .note = "",
                         .suggestion = nul ? EXPORT_AS_UTF8 : SAVE_AS_UTF8};
    while (column < COLUMN_COUNT && header->cell_of[column] != (int)index)
        column++;
    result->whole_row = column == COLUMN_COUNT;
    if (result->whole_row) {
        snprintf(result->place, sizeof result->place, "cell %zu", index + 1);
        result->wrong.note = result->place;
    } else {
        result->column = (enum column)column;
    }
    return false;
}

static bool check_shape(const struct row_header *header, const struct csv_cell *cells, size_t count,
                        struct row_result *result)
{
    if (count < header->width)
        return reject_row(result, "the row has fewer cells than the header",
                          "add the missing delimiters; was the file cut off?");
    if (count > header->width && !row_is_blank(cells + header->width, count - header->width))
        return reject_row(result, "the row has more cells than the header",
                          "put a cell that holds the delimiter in quotes");
    for (size_t i = 0; i < header->width; i++)
        if (!is_text(cells[i].text, cells[i].bytes))
            return refuse_cell(header, i, &cells[i], result);
    return true;
}

static void add_warning(struct row_result *result, enum column column,
                        const struct finding *finding)
{
    if (finding->rule == NULL)
        return;
    REQUIRE(result->warning_count < ROW_WARNINGS_MAX); /* two telephones and a delay can be odd */
    result->warnings[result->warning_count].column = column;
    result->warnings[result->warning_count++].finding = *finding;
}

static bool take_cells(const struct row_header *header, const struct csv_cell *cells,
                       const struct row_target *target, struct row_result *result)
{
    for (int i = 0; i < COLUMN_COUNT; i++) {
        if (header->cell_of[i] < 0)
            continue;
        const struct csv_cell *cell = &cells[header->cell_of[i]];
        const char *text = csv_strip_guard(cell->text);
        size_t bytes = cell->bytes - (size_t)(text - cell->text);
        struct finding warning = {0};
        result->column = (enum column)i;
        if (!column_take(result->column, text, bytes, target, &result->wrong, &warning))
            return false;
        add_warning(result, result->column, &warning);
    }
    return true;
}

static bool check_together(const struct row_target *target, struct row_result *result)
{
    if (target->row->phone_number[0] == '\0') {
        result->column = COLUMN_PHONE_NUMBER;
        result->wrong = (struct finding){
            .rule = "the phone number is missing", .note = "", .suggestion = "fill it in"};
        return false;
    }
    if (target->row->verification_type == VERIFICATION_PHONE_BILL &&
        target->details->verification_document_sid[0] == '\0') {
        result->column = COLUMN_VERIFICATION_DOCUMENT_SID;
        result->wrong =
            (struct finding){.rule = "phone-bill needs a document",
                             .note = "",
                             .suggestion = "fill in verification_document_sid (RI...), or use "
                                           "phone-call"};
        return false;
    }
    return true;
}

/* Who signs is known by columns that the order carries too. */
static void fill_signer(const struct row_target *target)
{
    (void)TEXT_SET(target->signer->address_sid, target->details->address_sid);
    (void)TEXT_SET(target->signer->email, target->details->email);
    (void)TEXT_SET(target->signer->cc_emails, target->details->cc_emails);
}

bool row_take(const struct row_header *header, const struct csv_cell *cells, size_t count,
              const struct row_target *target, struct row_result *result)
{
    result->column = COLUMN_PHONE_NUMBER;
    result->whole_row = false;
    result->wrong = (struct finding){0};
    result->warning_count = 0;
    if (!check_shape(header, cells, count, result) || !take_cells(header, cells, target, result) ||
        !check_together(target, result))
        return false;
    fill_signer(target);
    return true;
}

static bool is_given(const char *text)
{
    return text[0] != '\0';
}

void row_complete_signer(struct signer *signer, const struct signer *defaults)
{
    if (!is_given(signer->address_sid) && !is_given(signer->email) &&
        !is_given(signer->contact_title) && !is_given(signer->contact_phone_number)) {
        signer->cc_emails[0] = '\0';
        return;
    }
    if (!is_given(signer->contact_title))
        (void)TEXT_SET(signer->contact_title, defaults->contact_title);
    if (!is_given(signer->contact_phone_number))
        (void)TEXT_SET(signer->contact_phone_number, defaults->contact_phone_number);
}

bool row_cell_is_ours(const struct row_header *header, size_t cell, size_t count)
{
    if (header->reason_cell >= 0 && cell + 1 == count)
        return true;
    return cell < header->width && header->dropped[cell] && (int)cell != header->reason_cell;
}

static int64_t reported_line(const struct row_header *header, const struct csv_cell *cells,
                             size_t count)
{
    long long line = 0;
    if (header->line_cell < 0 || (size_t)header->line_cell >= count)
        return 0;
    return text_to_int(cells[header->line_cell].text, 2, INT64_MAX / 2, &line) ? line : 0;
}

int64_t row_replaced_line(const struct row_header *header, const struct csv_cell *cells,
                          size_t count)
{
    if (header->reason_cell < 0 || count == 0)
        return reported_line(header, cells, count);
    int64_t line = 0;
    int used = 0;
    int found = sscanf(cells[count - 1].text, "line %18" SCNd64 ":%n", &line, &used);
    return found == 1 && used > 0 && line >= 2 ? line : 0;
}

bool row_is_of_number(const struct row_header *header, const struct csv_cell *cells, size_t count)
{
    if (header->status_cell < 0 || (size_t)header->status_cell >= count)
        return false;
    const char *status = cells[header->status_cell].text;
    return status[0] != '\0' && strcmp(status, "rejected") != 0;
}

bool row_is_blank(const struct csv_cell *cells, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < cells[i].bytes; j++)
            if (strchr(" \t\r\n", cells[i].text[j]) == NULL || cells[i].text[j] == '\0')
                return false;
    return true;
}
