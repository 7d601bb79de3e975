#include "adapters/sqlite/rows.h"

#include "base/text.h"

#include <assert.h>
#include <string.h>

enum column_kind {
    COLUMN_INT64,
    COLUMN_INT32,
    COLUMN_BOOL,
    COLUMN_TEXT,
    COLUMN_TYPE,
    COLUMN_STATUS,
    COLUMN_STEP,
    COLUMN_ATTENTION,
    COLUMN_INTENT,
};

struct column {
    enum column_kind kind;
    size_t offset;
    size_t bytes;
};

#define COLUMN_AS_ROW(name, kind)                                                                  \
    {COLUMN_##kind, offsetof(struct number, name), sizeof(((struct number *)0)->name)},

#define START_AS_ROW(name, kind, start) COLUMN_AS_ROW(name, kind)

static const struct column columns[] = {IMPORTED_COLUMNS(COLUMN_AS_ROW)
                                            LIVING_COLUMNS(COLUMN_AS_ROW, START_AS_ROW)};

static_assert(COUNT_OF(columns) == IMPORTED_COLUMN_COUNT + LIVING_COLUMN_COUNT, "one each");

/* One member, read from a statement. */
static bool read_column(sqlite3_stmt *statement, int at, const struct column *column, void *member)
{
    switch (column->kind) {
    case COLUMN_INT64: *(int64_t *)member = sqlite3_column_int64(statement, at); return true;
    case COLUMN_INT32: *(int32_t *)member = sqlite3_column_int(statement, at); return true;
    case COLUMN_BOOL: *(bool *)member = sqlite3_column_int(statement, at) != 0; return true;
    case COLUMN_TEXT: return text_copy(member, column->bytes, sql_text(statement, at));
    case COLUMN_TYPE:
        return verification_type_parse(sql_text(statement, at), (enum verification_type *)member);
    case COLUMN_STATUS: return status_parse(sql_text(statement, at), (enum status *)member);
    case COLUMN_STEP: return step_parse(sql_text(statement, at), (enum step *)member);
    case COLUMN_ATTENTION:
        return attention_parse(sql_text(statement, at), (enum attention *)member);
    case COLUMN_INTENT: return intent_parse(sql_text(statement, at), (enum intent *)member);
    }
    return false;
}

bool row_read_number(sqlite3_stmt *statement, int first, struct number *out)
{
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        if (!read_column(statement, first + (int)i, &columns[i], (char *)out + columns[i].offset))
            return false;
    return true;
}

static struct value value_of(const struct column *column, const void *member)
{
    switch (column->kind) {
    case COLUMN_INT64: return of_int(*(const int64_t *)member);
    case COLUMN_INT32: return of_int(*(const int32_t *)member);
    case COLUMN_BOOL: return of_int(*(const bool *)member ? 1 : 0);
    case COLUMN_TEXT: return of_text(member);
    case COLUMN_TYPE:
        return of_text(verification_type_name(*(const enum verification_type *)member));
    case COLUMN_STATUS: return of_text(status_name(*(const enum status *)member));
    case COLUMN_STEP: return of_text(step_name(*(const enum step *)member));
    case COLUMN_ATTENTION: return of_text(attention_name(*(const enum attention *)member));
    case COLUMN_INTENT: return of_text(intent_name(*(const enum intent *)member));
    }
    return of_int(0);
}

size_t row_living_values(const struct number *number, struct value values[LIVING_COLUMN_COUNT])
{
    for (size_t i = 0; i < LIVING_COLUMN_COUNT; i++) {
        const struct column *column = &columns[IMPORTED_COLUMN_COUNT + i];
        values[i] = value_of(column, (const char *)number + column->offset);
    }
    return LIVING_COLUMN_COUNT;
}
