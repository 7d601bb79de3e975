#include "base/csv.h"

#include "base/csv_sniff.h"
#include "base/io.h"
#include "base/memory.h"

#include <csv.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Memory is taken from libcsv in steps of PARSER_STEP; a field that wants more than the ceiling
 * gets none, which ends the parse at once. Its own limit is the size of the address space. */
enum { PARSER_STEP = 4096, READ_BYTES = CSV_SNIFF_BYTES, FIRST_ROW_BYTES = 4096 };

enum trouble { TROUBLE_NONE, TROUBLE_FIELD, TROUBLE_ROW, TROUBLE_COLUMNS };

struct reader {
    struct csv_parser parser;
    csv_row_fn row;
    void *context;
    bool stopped; /* by the callback */
    enum trouble trouble;
    int64_t line;       /* being read */
    int64_t row_line;   /* the open row began here */
    int64_t quote_line; /* the open quote began here; 0: none is open */
    bool field_ended;   /* since the piece being fed began */
    bool after_cr;      /* the last piece ended with CR: a LF that follows is the same line end */
    char *bytes;        /* the cells of the open row, NUL-terminated one behind the other */
    size_t length;
    size_t capacity;
    size_t cell_count;
    size_t offsets[CSV_COLUMNS_MAX + 1];
    struct csv_cell cells[CSV_COLUMNS_MAX];
};

static void *realloc_below_ceiling(void *old, size_t bytes)
{
    return bytes > CSV_FIELD_BYTES_MAX + 2 * PARSER_STEP ? NULL : realloc(old, bytes);
}

static bool is_over(const struct reader *reader)
{
    return reader->stopped || reader->trouble != TROUBLE_NONE;
}

static void reserve(struct reader *reader, size_t bytes)
{
    size_t needed = reader->length + bytes;
    if (needed <= reader->capacity)
        return;
    size_t capacity = reader->capacity > 0 ? reader->capacity : FIRST_ROW_BYTES;
    while (capacity < needed)
        capacity *= 2;
    reader->bytes = memory_resize(reader->bytes, capacity);
    reader->capacity = capacity;
}

/* libcsv's callbacks cannot stop it, so they do nothing once it is over. */
static void take_field(void *field, size_t count, void *context)
{
    struct reader *reader = context;
    if (is_over(reader))
        return;
    if (count > CSV_FIELD_BYTES_MAX)
        reader->trouble = TROUBLE_FIELD;
    else if (reader->length + count + 1 > CSV_ROW_BYTES_MAX)
        reader->trouble = TROUBLE_ROW;
    else if (reader->cell_count == CSV_COLUMNS_MAX)
        reader->trouble = TROUBLE_COLUMNS;
    if (reader->trouble != TROUBLE_NONE)
        return;
    reserve(reader, count + 1);
    if (count > 0)
        memcpy(reader->bytes + reader->length, field, count);
    reader->bytes[reader->length + count] = '\0';
    reader->offsets[reader->cell_count++] = reader->length;
    reader->length += count + 1;
    reader->field_ended = true;
}

static void take_row(int terminator, void *context)
{
    struct reader *reader = context;
    (void)terminator;
    if (is_over(reader))
        return;
    reader->offsets[reader->cell_count] = reader->length;
    for (size_t i = 0; i < reader->cell_count; i++) {
        reader->cells[i].text = reader->bytes + reader->offsets[i];
        reader->cells[i].bytes = reader->offsets[i + 1] - reader->offsets[i] - 1;
    }
    reader->stopped =
        !reader->row(reader->context, reader->row_line, reader->cells, reader->cell_count);
    reader->length = 0;
    reader->cell_count = 0;
}

static bool say_trouble(const struct reader *reader, struct error *err)
{
    switch (reader->trouble) {
    case TROUBLE_FIELD:
        return error_set(err, ERROR_INPUT,
                         "line %" PRId64
                         ": column %zu: the cell is longer than %d bytes; shorten it",
                         reader->row_line, reader->cell_count + 1, CSV_FIELD_BYTES_MAX);
    case TROUBLE_ROW:
        return error_set(err, ERROR_INPUT,
                         "line %" PRId64 ": the row is longer than %d bytes; remove columns that "
                         "numhost does not need",
                         reader->row_line, CSV_ROW_BYTES_MAX);
    case TROUBLE_COLUMNS:
        return error_set(err, ERROR_INPUT,
                         "line %" PRId64 ": the row has more than %d cells; remove columns that "
                         "numhost does not need",
                         reader->row_line, CSV_COLUMNS_MAX);
    case TROUBLE_NONE: break;
    }
    return true;
}

static bool say_open_quote(const struct reader *reader, const char *where, struct error *err)
{
    return error_set(err, ERROR_INPUT,
                     "line %" PRId64
                     ": column %zu: the quote that opens here is not closed %s; add "
                     "the missing \" or write \"\" for a quote inside a cell",
                     reader->quote_line, reader->cell_count + 1, where);
}

/* Why libcsv took fewer bytes than it was given. */
static bool say_refusal(struct reader *reader, struct error *err)
{
    if (csv_error(&reader->parser) == CSV_EPARSE) {
        bool opened_before = reader->quote_line != 0 && !reader->field_ended;
        if (opened_before && reader->quote_line != reader->line)
            return error_set(err, ERROR_INPUT,
                             "line %" PRId64 ": column %zu: the quote that opens here is closed at "
                             "line %" PRId64 ", inside a cell; add the missing \"",
                             reader->quote_line, reader->cell_count + 1, reader->line);
        return error_set(err, ERROR_INPUT,
                         "line %" PRId64 ": column %zu: a quote stands inside the cell or text "
                         "behind its closing quote; put the whole cell in quotes and write \"\" "
                         "for a quote inside it",
                         reader->line, reader->cell_count + 1);
    }
    if (reader->quote_line != 0)
        return say_open_quote(reader, "within 64 KiB", err);
    reader->trouble = TROUBLE_FIELD;
    return say_trouble(reader, err);
}

/* Feed one line, or a piece of a long one. Small pieces, so that a stop takes effect soon and lines
 * can be counted: libcsv knows none. */
static bool feed_piece(struct reader *reader, const char *bytes, size_t count, struct error *err)
{
    enum { ROW_NOT_BEGUN = 0 }; /* of libcsv's pstate */
    bool was_open = reader->quote_line != 0;
    if (reader->parser.pstate == ROW_NOT_BEGUN)
        reader->row_line = reader->line;
    reader->field_ended = false;
    size_t taken = csv_parse(&reader->parser, bytes, count, take_field, take_row, reader);
    if (reader->stopped)
        return true;
    if (reader->trouble != TROUBLE_NONE)
        return say_trouble(reader, err);
    if (reader->parser.quoted == 0)
        reader->quote_line = 0;
    else if (!was_open || reader->field_ended)
        reader->quote_line = reader->line;
    return taken == count || say_refusal(reader, err);
}

/* Length of the line at the start of bytes, its end included; all of them when it does not end
 * here. */
static size_t line_length(const char *bytes, size_t count, bool *ends)
{
    const char *lf = memchr(bytes, '\n', count);
    size_t to_lf = lf != NULL ? (size_t)(lf - bytes) : count;
    const char *cr = memchr(bytes, '\r', to_lf);
    *ends = lf != NULL || cr != NULL;
    if (cr == NULL)
        return lf != NULL ? to_lf + 1 : count;
    return (size_t)(cr - bytes) + (cr + 1 == lf ? 2 : 1);
}

static bool feed(struct reader *reader, const char *bytes, size_t count, struct error *err)
{
    if (count > 0 && reader->after_cr && bytes[0] == '\n')
        reader->line--;
    while (count > 0 && !reader->stopped) {
        bool ends = false;
        size_t length = line_length(bytes, count, &ends);
        if (!feed_piece(reader, bytes, length, err))
            return false;
        reader->line += ends ? 1 : 0;
        reader->after_cr = bytes[length - 1] == '\r';
        bytes += length;
        count -= length;
    }
    return true;
}

static bool reader_init(struct reader *reader, char delimiter, csv_row_fn row, void *context,
                        struct error *err)
{
    *reader = (struct reader){.row = row, .context = context, .line = 1};
    if (csv_init(&reader->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return error_set(err, ERROR_OTHER, "libcsv cannot be initialised");
    csv_set_realloc_func(&reader->parser, realloc_below_ceiling);
    csv_set_blk_size(&reader->parser, PARSER_STEP);
    csv_set_delim(&reader->parser, (unsigned char)delimiter);
    return true;
}

static void reader_free(struct reader *reader)
{
    csv_free(&reader->parser);
    free(reader->bytes);
    free(reader);
}

/* After an error or a stop csv_fini would still hand over the partial row: it gets no callbacks
 * then. */
static bool finish(struct reader *reader, bool good, struct error *err)
{
    if (!good || reader->stopped) {
        (void)csv_fini(&reader->parser, NULL, NULL, NULL);
        return good;
    }
    if (csv_fini(&reader->parser, take_field, take_row, reader) != 0) {
        (void)csv_fini(&reader->parser, NULL, NULL, NULL);
        return say_open_quote(reader, "before the end of the file", err);
    }
    return say_trouble(reader, err);
}

/* As many bytes as there are, at most `max`. Negative: errno says why. */
static ssize_t read_full(int fd, char *bytes, size_t max)
{
    size_t count = 0;
    while (count < max) {
        ssize_t got = io_read(fd, bytes + count, max - count);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        count += (size_t)got;
    }
    return (ssize_t)count;
}

static bool say_read_error(struct error *err)
{
    if (errno == EISDIR)
        return error_set(err, ERROR_INPUT, "this is a directory; give a CSV file");
    return error_set(err, ERROR_OTHER, "cannot be read: %s", strerror(errno));
}

/* `block` holds the first `count` bytes, skipped ones not counted. */
static bool read_all(struct reader *reader, int fd, char *block, size_t skip, size_t count,
                     struct error *err)
{
    bool good = feed(reader, block + skip, count - skip, err);
    while (good && !reader->stopped && count > 0) {
        ssize_t got = read_full(fd, block, READ_BYTES);
        if (got < 0)
            return say_read_error(err);
        count = (size_t)got;
        good = feed(reader, block, count, err);
    }
    return good;
}

bool csv_read(int fd, const struct csv_options *options, csv_row_fn row, void *context,
              struct error *err)
{
    char *block = memory_new(READ_BYTES, 1);
    struct reader *reader = NULL;
    bool good = false;
    size_t skip = 0;
    ssize_t got = read_full(fd, block, READ_BYTES);
    if (got < 0) {
        say_read_error(err);
        goto done;
    }
    size_t count = (size_t)got;
    if (!csv_sniff(block, count, &skip, err))
        goto done;
    char delimiter = options->delimiter != 0 ? options->delimiter
                                             : csv_detect_delimiter(block + skip, count - skip);
    reader = memory_new(1, sizeof *reader);
    if (!reader_init(reader, delimiter, row, context, err))
        goto done;
    good = finish(reader, read_all(reader, fd, block, skip, count, err), err);
done:
    if (reader != NULL)
        reader_free(reader);
    free(block);
    return good;
}

bool csv_read_text(const char *text, size_t bytes, char delimiter, csv_row_fn row, void *context,
                   struct error *err)
{
    struct reader *reader = memory_new(1, sizeof *reader);
    char used = delimiter != 0 ? delimiter : csv_detect_delimiter(text, bytes);
    bool good = reader_init(reader, used, row, context, err) &&
                finish(reader, feed(reader, text, bytes, err), err);
    reader_free(reader);
    return good;
}
