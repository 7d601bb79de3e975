/* A damaged database: recovered, read from end to end and written to, it is refused with an error
 * or works; nothing of it ends the program or goes on for ever, and once it is whole again it works
 * again. Every input damages a database that is open already, with its statements prepared, and one
 * thing is done with it. Of one in OPENED_ONE_OF, and of each in a replay, the damaged database is
 * opened as well, and everything is done. Input: what is done, then patches: page, place in it,
 * length, bytes; length 0 cuts the file off there; page 255 puts a value that no numhost writes
 * into a column of some rows. */
#include "base/text.h"
#include "fuzz/fuzz.h"
#include "ports/store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

enum { PAGE_BYTES = 512, TAKEN_MAX = 16, WALKED_MAX = 10000, PATCHES_MAX = 64, COLUMNS_MAX = 256 };

enum { ODD_PAGE = 255 };

/* How often, in inputs: opened anew, mended and checked, closed and what it took counted. */
enum { OPENED_ONE_OF = 512, MENDED_EVERY = 256, CLOSED_EVERY = 4096 };

#define NOW_MS INT64_C(1795435200000)
#define PHONE "+1415555010"

static unsigned char *whole; /* the sound database */
static sqlite3_int64 whole_bytes;
static unsigned char *damaged;   /* room for a copy */
static sqlite3_int64 idle_bytes; /* what SQLite holds when no database is open */
static const uint8_t *patches;
static size_t patches_bytes;
static bool is_replay;

/* ---- memory for SQLite: its own is not looked into here, and malloc() is slow with sanitizers.
 * Powers of two, one list of free ones each; SQLite holds its mutex around every call ---- */

#define PLAIN __attribute__((no_sanitize("address", "undefined", "coverage")))

enum { SMALLEST = 6, CLASSES = 20, POOL_BYTES = 64 * 1024 * 1024 };

struct chunk {
    struct chunk *next; /* while it is free */
    int size_class;
};

static unsigned char pool[POOL_BYTES];
static size_t pool_used;
static struct chunk *free_chunks[CLASSES];

PLAIN static int class_of(int bytes)
{
    if (bytes <= 1 << SMALLEST)
        return 0;
    return 32 - __builtin_clz((unsigned)bytes - 1) - SMALLEST;
}

PLAIN static int pool_size(void *memory)
{
    return 1 << (((struct chunk *)memory - 1)->size_class + SMALLEST);
}

PLAIN static void *pool_new(int bytes)
{
    int size_class = class_of(bytes);
    if (size_class >= CLASSES)
        return NULL;
    struct chunk *chunk = free_chunks[size_class];
    if (chunk != NULL) {
        free_chunks[size_class] = chunk->next;
        return chunk + 1;
    }
    size_t needed = sizeof *chunk + ((size_t)1 << (size_class + SMALLEST));
    if (needed > POOL_BYTES - pool_used)
        return NULL;
    chunk = (struct chunk *)(pool + pool_used);
    pool_used += needed;
    chunk->size_class = size_class;
    return chunk + 1;
}

PLAIN static void pool_free(void *memory)
{
    struct chunk *chunk = (struct chunk *)memory - 1;
    chunk->next = free_chunks[chunk->size_class];
    free_chunks[chunk->size_class] = chunk;
}

PLAIN static void *pool_resize(void *memory, int bytes)
{
    int old = pool_size(memory);
    if (bytes <= old)
        return memory;
    void *bigger = pool_new(bytes);
    if (bigger == NULL)
        return NULL;
    memcpy(bigger, memory, (size_t)old);
    pool_free(memory);
    return bigger;
}

PLAIN static int pool_round(int bytes)
{
    return 1 << (class_of(bytes) + SMALLEST);
}

static int pool_init(void *context)
{
    (void)context;
    return SQLITE_OK;
}

static void pool_done(void *context)
{
    (void)context;
}

static const struct sqlite3_mem_methods pool_methods = {
    .xMalloc = pool_new,
    .xFree = pool_free,
    .xRealloc = pool_resize,
    .xSize = pool_size,
    .xRoundup = pool_round,
    .xInit = pool_init,
    .xShutdown = pool_done,
};

/* ---- the sound database, and its damaged copy ---- */

static sqlite3 *opened;

static struct {
    char table[32];
    char name[48];
} columns[COLUMNS_MAX];
static size_t column_count;

static void list_columns(sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db,
                                  "SELECT m.name, c.name FROM sqlite_schema AS m, "
                                  "pragma_table_info(m.name) AS c WHERE m.type = 'table'",
                                  -1, &statement, NULL);
    REQUIRE(code == SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW && column_count < COLUMNS_MAX) {
        TEXT_SET(columns[column_count].table, (const char *)sqlite3_column_text(statement, 0));
        TEXT_SET(columns[column_count].name, (const char *)sqlite3_column_text(statement, 1));
        column_count++;
    }
    sqlite3_finalize(statement);
}

/* What types and keys do not allow fails, and is left. */
static void put_odd_value(sqlite3 *db, unsigned column, unsigned value, unsigned rows)
{
    static const char *const values[] = {
        "-1",
        "0",
        "9223372036854775807",
        "-9223372036854775808",
        "4294967296",
        "1e300",
        "'verified'",
        "''",
        "x'00'",
        "printf('%.70000c', 'x')",
        "'x'",
        "2",
    };
    char text[256];
    size_t at = column % column_count;
    snprintf(text, sizeof text,
             "PRAGMA ignore_check_constraints = ON; UPDATE OR IGNORE \"%s\" SET \"%s\" = %s%s",
             columns[at].table, columns[at].name, values[value % COUNT_OF(values)],
             rows % 2 == 0 ? "" : " WHERE rowid % 2 = 1");
    (void)sqlite3_exec(db, text, NULL, NULL, NULL);
    (void)sqlite3_exec(db, "PRAGMA ignore_check_constraints = OFF", NULL, NULL, NULL);
}

static void put_odd_values(sqlite3 *db)
{
    struct input input = input_of(patches, patches_bytes);
    for (int i = 0; i < PATCHES_MAX && input.left > 0; i++) {
        unsigned page = input_byte(&input);
        unsigned column = input_byte(&input);
        unsigned value = input_byte(&input);
        unsigned rows = input_byte(&input);
        if (page == ODD_PAGE)
            put_odd_value(db, column, value, rows);
        for (unsigned j = 0; page != ODD_PAGE && j < rows % 32; j++)
            (void)input_byte(&input);
    }
}

static sqlite3_int64 apply_patches(unsigned char *image)
{
    struct input input = input_of(patches, patches_bytes);
    sqlite3_int64 size = whole_bytes;
    for (int i = 0; i < PATCHES_MAX && input.left > 0; i++) {
        size_t page = input_byte(&input);
        size_t place = input_byte(&input) << 8;
        place =
            (page * PAGE_BYTES + (place | input_byte(&input)) % PAGE_BYTES) % (size_t)whole_bytes;
        size_t length = input_byte(&input) % 32;
        if (page == ODD_PAGE)
            continue;
        if (length == 0 && place > 0)
            size = (sqlite3_int64)place;
        for (size_t j = 0; j < length && input.left > 0; j++)
            image[(place + j) % (size_t)whole_bytes] = (unsigned char)input_byte(&input);
    }
    return size;
}

/* Called by SQLite for every database that is opened: puts the image into the empty one. */
static int fill_new(sqlite3 *db, char **message, const struct sqlite3_api_routines *routines)
{
    (void)message;
    (void)routines;
    opened = db;
    if (whole == NULL)
        return sqlite3_exec(db, "PRAGMA page_size = 512", NULL, NULL, NULL);
    unsigned char *image = sqlite3_malloc64((sqlite3_uint64)whole_bytes);
    REQUIRE(image != NULL);
    memcpy(image, whole, (size_t)whole_bytes);
    sqlite3_int64 size = apply_patches(image);
    int code = sqlite3_deserialize(db, "main", image, size, whole_bytes,
                                   SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE);
    put_odd_values(db);
    return code;
}

static void import_rows(struct store *store)
{
    struct error err = {0};
    bool good = store_begin(store, &err) &&
                store_import_begin(store, "batch", "a.csv", "phone_number,site", NOW_MS, &err);
    for (int64_t i = 0; good && i < 8; i++) {
        struct import_result result;
        struct import_row row = {.line = i + 2, .record = "x", .record_bytes = 1};
        struct signer *signer = &row.signer;
        snprintf(row.phone_number, sizeof row.phone_number, PHONE "%d", (int)i);
        TEXT_SET(row.site, i % 2 == 0 ? "hall" : "");
        TEXT_SET(signer->email, "s@example.com");
        TEXT_SET(signer->contact_title, "Owner");
        TEXT_SET(row.details.email, i == 3 ? "t@example.com" : "s@example.com");
        TEXT_SET(row.details.sms_url, "https://example.com/");
        good = store_import_row(store, &row, &result, &err);
    }
    const struct import_reject reject = {
        .line = 12, .record = "y", .record_bytes = 1, .column = "phone_number", .reason = "short"};
    good = good && store_import_reject(store, &reject, &err) && store_import_end(store, &err) &&
           store_commit(store, &err);
    REQUIRE(good);
}

static void age_number(struct store *store, int64_t id)
{
    static const enum status statuses[] = {
        STATUS_QUEUED,   STATUS_RECEIVED,    STATUS_PENDING_VERIFICATION,
        STATUS_VERIFIED, STATUS_PENDING_LOA, STATUS_COMPLETED};
    static const enum step steps[] = {STEP_CREATE,    STEP_START_CALL, STEP_NOTHING,
                                      STEP_AUTHORIZE, STEP_NOTHING,    STEP_NOTHING};
    struct error err = {0};
    struct number number;
    bool found = false;
    size_t at = (size_t)id % COUNT_OF(steps);
    struct event event = {.number_id = id, .at_ms = NOW_MS, .kind = EVENT_STATUS};
    bool good = store_find_number(store, id, &number, &found, &err);
    REQUIRE(good && found);
    number.status = statuses[at];
    number.step = steps[at];
    number.due_at_ms = NOW_MS - id;
    number.deadline_at_ms = NOW_MS + id;
    number.intent = id % 3 == 0 ? INTENT_CREATE : INTENT_NONE;
    number.intent_at_ms = id % 3 == 0 ? NOW_MS - id : 0;
    snprintf(number.unique_name, sizeof number.unique_name, "name-%d", (int)id);
    snprintf(number.order_sid, sizeof number.order_sid, "HR%032d", (int)id);
    event.status_to = number.status;
    good = store_save_number(store, &number, &err) &&
           store_add_order(store, &number, NOW_MS, &err) && store_add_event(store, &event, &err);
    REQUIRE(good);
}

/* ---- what is done with it ---- */

/* True when the call succeeded; a failure says why. */
static bool said(bool good, struct error *err)
{
    REQUIRE(good || (err->kind == ERROR_STORE && is_message(err->text)));
    *err = (struct error){0};
    return good;
}

static bool count_walked(int *walked)
{
    REQUIRE(++*walked <= WALKED_MAX);
    return true;
}

static bool see_number(void *context, const struct number_view *view)
{
    REQUIRE(view->batch != NULL && view->record != NULL && view->header != NULL);
    REQUIRE(view->number.status < STATUS_COUNT);
    return count_walked(context);
}

static bool see_event(void *context, const struct event *event, const char *phone_number)
{
    REQUIRE(event->status_to < STATUS_COUNT && phone_number != NULL);
    return count_walked(context);
}

static bool see_tally(void *context, const struct tally *tally)
{
    REQUIRE(tally->status < STATUS_COUNT);
    return count_walked(context);
}

static bool see_batch(void *context, const struct batch *batch)
{
    REQUIRE(strlen(batch->name) < sizeof batch->name);
    return count_walked(context);
}

static bool see_signer(void *context, const struct loa *loa, const struct signer *signer,
                       int64_t waiting, int64_t ready)
{
    (void)waiting;
    (void)ready;
    REQUIRE(signer != NULL && (loa == NULL || loa->status < DOCUMENT_STATUS_COUNT));
    return count_walked(context);
}

static void look_at_numbers(struct store *store)
{
    const struct selector all = {.all = true};
    struct error err = {0};
    int walked = 0;
    (void)said(store_each_number(store, &all, true, see_number, &walked, &err), &err);
}

static void look_at_history(struct store *store)
{
    struct error err = {0};
    int walked = 0;
    (void)said(store_each_event(store, 0, "", 0, see_event, &walked, &err), &err);
    (void)said(store_each_tally(store, "", see_tally, &walked, &err), &err);
    (void)said(store_each_batch(store, see_batch, &walked, &err), &err);
}

static void look_at_people(struct store *store)
{
    struct error err = {0};
    int walked = 0;
    (void)said(store_each_signer(store, see_signer, &walked, &err), &err);
    (void)said(store_each_call(store, "", 100, see_number, &walked, &err), &err);
    (void)said(store_each_open_call(store, "", NOW_MS, 100, see_number, &walked, &err), &err);
}

static void look_for_damage(struct store *store)
{
    struct error err = {0};
    (void)said(store_check(store, &err), &err);
}

static void check_taken(bool good, size_t count, struct error *err)
{
    if (said(good, err))
        REQUIRE(count <= TAKEN_MAX);
}

static void take(struct store *store)
{
    static struct number numbers[TAKEN_MAX];
    static struct loa loas[TAKEN_MAX];
    int64_t ids[TAKEN_MAX];
    int64_t at_ms = 0;
    struct error err = {0};
    size_t n = 0;
    check_taken(store_take_due(store, NOW_MS, numbers, TAKEN_MAX, &n, &err), n, &err);
    check_taken(store_take_calls(store, NOW_MS, 1, numbers, TAKEN_MAX, &n, &err), n, &err);
    check_taken(store_take_lapsing(store, NOW_MS, 1, numbers, TAKEN_MAX, &n, &err), n, &err);
    check_taken(store_take_ended_calls(store, NOW_MS, numbers, TAKEN_MAX, &n, &err), n, &err);
    check_taken(store_take_ready(store, 1, numbers, TAKEN_MAX, &n, &err), n, &err);
    check_taken(store_take_signers(store, NOW_MS, 1, ids, TAKEN_MAX, &n, &err), n, &err);
    check_taken(store_take_due_loas(store, NOW_MS, loas, TAKEN_MAX, &n, &err), n, &err);
    for (int i = 0; i < STATUS_COUNT; i++)
        check_taken(store_take_looks(store, (enum status)i, NOW_MS, numbers, TAKEN_MAX, &n, &err),
                    n, &err);
    (void)said(store_next_due(store, NOW_MS, &at_ms, &err), &err);
}

static void change(struct store *store)
{
    struct error err = {0};
    struct number number;
    struct order_details details;
    struct signer signer;
    bool found = false;
    for (int64_t id = 1; id <= 8; id += 2) {
        if (!said(store_find_number(store, id, &number, &found, &err), &err) || !found)
            continue;
        (void)said(store_read_details(store, id, &details, &err), &err);
        (void)said(store_read_signer(store, number.signer_id, &signer, &found, &err), &err);
        number.status = number.status == STATUS_COMPLETED ? STATUS_FAILED : STATUS_COMPLETED;
        number.step = STEP_NOTHING;
        (void)said(store_save_number(store, &number, &err), &err);
        struct event event = {
            .number_id = id, .at_ms = NOW_MS, .kind = EVENT_STATUS, .status_to = number.status};
        (void)said(store_add_event(store, &event, &err), &err);
    }
}

static bool import_again(struct store *store, struct error *err)
{
    if (!store_begin(store, err) ||
        !store_import_begin(store, "batch", "a.csv", "phone_number,site", NOW_MS, err))
        return false;
    for (int64_t i = 0; i < 10; i++) {
        struct import_result result;
        struct import_row row = {.line = i + 2, .record = "z", .record_bytes = 1};
        snprintf(row.phone_number, sizeof row.phone_number, "+1415555%04d", (int)(i + 98));
        if (!store_import_row(store, &row, &result, err))
            return false;
    }
    return store_import_end(store, err) && store_commit(store, err);
}

static void import_into(struct store *store)
{
    struct error err = {0};
    if (!said(import_again(store, &err), &err))
        store_rollback(store);
}

static void recover(struct store *store)
{
    struct error err = {0};
    int64_t count = 0;
    (void)said(store_recover(store, NOW_MS, &count, &err), &err);
}

/* A statement that is left under way would keep the log from being cut back. */
static void end_use(struct store *store, sqlite3 *db)
{
    store_rollback(store);
    for (sqlite3_stmt *s = sqlite3_next_stmt(db, NULL); s != NULL; s = sqlite3_next_stmt(db, s))
        REQUIRE(!sqlite3_stmt_busy(s));
}

typedef void use_fn(struct store *store);

static use_fn *const uses[] = {
    recover, take, change, look_at_numbers, look_at_history, look_at_people,
};

/* ---- a database that is damaged while it is open ---- */

static struct store *kept;
static sqlite3 *kept_db;
static uint32_t changes;
static uint32_t schema_changes;

static void open_kept(void)
{
    struct error err = {0};
    kept = store_open(":memory:", STORE_WRITE, &err);
    REQUIRE(kept != NULL);
    kept_db = opened;
}

/* In the header of a file (https://sqlite.org/fileformat2.html, 1.3.7 and 1.3.9): what SQLite
 * compares to see whether somebody else wrote the file, or its schema. */
enum { CHANGES_AT = 24, SCHEMA_AT = 40 };

static void put_counter(unsigned char *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> (24 - 8 * i));
}

static void replace_kept(void)
{
    sqlite3_file *file = NULL;
    memcpy(damaged, whole, (size_t)whole_bytes);
    changes += 1024; /* commits count up by one */
    put_counter(damaged + CHANGES_AT, changes);
    put_counter(damaged + SCHEMA_AT, schema_changes);
    sqlite3_int64 size = apply_patches(damaged);
    int code = sqlite3_file_control(kept_db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    REQUIRE(code == SQLITE_OK);
    code = file->pMethods->xTruncate(file, 0);
    REQUIRE(code == SQLITE_OK);
    code = file->pMethods->xWrite(file, damaged, (int)size, 0);
    REQUIRE(code == SQLITE_OK);
}

/* Whole again, and its schema read again: what a damaged one said is remembered otherwise. */
static void mend_kept(void)
{
    struct error err = {0};
    patches_bytes = 0;
    schema_changes++;
    replace_kept();
    bool good = store_check(kept, &err);
    REQUIRE(good);
}

static void use_kept(unsigned how)
{
    unsigned char schema[4];
    replace_kept();
    put_odd_values(kept_db);
    uses[how % COUNT_OF(uses)](kept);
    if (how / COUNT_OF(uses) % 4 == 0)
        change(kept);
    end_use(kept, kept_db);
    put_counter(schema, schema_changes);
    if (memcmp(damaged + SCHEMA_AT, schema, sizeof schema) != 0)
        mend_kept();
}

static void close_kept(void)
{
    store_close(kept);
    REQUIRE(sqlite3_memory_used() == idle_bytes);
}

static void open_and_use(void)
{
    struct error err = {0};
    sqlite3_int64 held = sqlite3_memory_used();
    struct store *store = store_open(":memory:", STORE_WRITE, &err);
    (void)said(store != NULL, &err);
    if (store != NULL) {
        for (size_t i = 0; i < COUNT_OF(uses); i++)
            uses[i](store);
        look_for_damage(store);
        import_into(store);
        end_use(store, opened);
    }
    store_close(store);
    REQUIRE(sqlite3_memory_used() == held);
}

/* By the input, so that it does the same again, but not by a part that is handed down. */
static bool is_to_be_opened(const uint8_t *data, size_t size)
{
    uint32_t sum = 2166136261;
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ data[i]) * 16777619;
    return is_replay || (sum >> 16) % OPENED_ONE_OF == 0;
}

/* The inputs that are stored, and no others. */
static bool asks_for_replay(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "-runs=0") == 0)
            return true;
    return false;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct error err = {0};
    is_replay = asks_for_replay(*argc, *argv);
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD); /* an import's thread takes turns with ours */
    int set = sqlite3_config(SQLITE_CONFIG_MALLOC, &pool_methods);
    REQUIRE(set == SQLITE_OK);
    sqlite3_auto_extension((void (*)(void))fill_new);
    struct store *store = store_open(":memory:", STORE_WRITE, &err);
    REQUIRE(store != NULL);
    import_rows(store);
    for (int64_t id = 1; id <= 8; id++)
        age_number(store, id);
    for (int i = 0; i < 3; i++) {
        struct loa loa = {.signer_id = 1, .intent_at_ms = NOW_MS - i, .number_count = 1};
        bool good = store_save_loa(store, &loa, &err);
        REQUIRE(good);
    }
    list_columns(opened);
    whole = sqlite3_serialize(opened, "main", &whole_bytes, 0);
    REQUIRE(whole != NULL && whole_bytes % PAGE_BYTES == 0);
    store_close(store);
    damaged = malloc((size_t)whole_bytes);
    REQUIRE(damaged != NULL);
    idle_bytes = sqlite3_memory_used();
    open_kept();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned turn;
    if (size == 0)
        return 0;
    patches = data + 1;
    patches_bytes = size - 1;
    if (is_to_be_opened(data, size))
        open_and_use();
    use_kept(data[0]);
    turn++;
    if (turn % MENDED_EVERY == 0)
        mend_kept();
    if (turn % CLOSED_EVERY == 0) {
        close_kept();
        patches_bytes = 0;
        open_kept();
    }
    return 0;
}
