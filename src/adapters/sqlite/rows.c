#include "adapters/sqlite/rows.h"

#include "adapters/sqlite/columns.h"
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

static void bind_word(sqlite3_stmt *statement, int at, const char *word)
{
    sqlite3_bind_text(statement, at, word, -1, SQLITE_STATIC);
}

static void bind_column(sqlite3_stmt *statement, int at, const struct column *column,
                        const void *member)
{
    switch (column->kind) {
    case COLUMN_INT64: sqlite3_bind_int64(statement, at, *(const int64_t *)member); return;
    case COLUMN_INT32: sqlite3_bind_int(statement, at, *(const int32_t *)member); return;
    case COLUMN_BOOL: sqlite3_bind_int(statement, at, *(const bool *)member ? 1 : 0); return;
    case COLUMN_TEXT: bind_word(statement, at, member); return;
    case COLUMN_TYPE:
        bind_word(statement, at, verification_type_name(*(const enum verification_type *)member));
        return;
    case COLUMN_STATUS: bind_word(statement, at, status_name(*(const enum status *)member)); return;
    case COLUMN_STEP: bind_word(statement, at, step_name(*(const enum step *)member)); return;
    case COLUMN_ATTENTION:
        bind_word(statement, at, attention_name(*(const enum attention *)member));
        return;
    case COLUMN_INTENT: bind_word(statement, at, intent_name(*(const enum intent *)member)); return;
    }
}

int row_bind_living(sqlite3_stmt *statement, const struct number *number)
{
    int at = 1;
    for (size_t i = IMPORTED_COLUMN_COUNT; i < COUNT_OF(columns); i++)
        bind_column(statement, at++, &columns[i], (const char *)number + columns[i].offset);
    return at;
}
