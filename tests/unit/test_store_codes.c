/* A verification code proves who owns a line. Once it is over, no byte of it is in the database or
 * its log. */
#include "helpers/store_place.h"

#include "base/rng.h"
#include "base/text.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NUMBERS = 24 };

/* Sixteen digits that nothing else has. */
static void code_text(int i, char code[CODE_BYTES])
{
    snprintf(code, CODE_BYTES, "97531%011d", i * 7 + 1);
}

static bool file_has(const char *path, const char *text)
{
    static char bytes[1 << 20];
    FILE *in = fopen(path, "re");
    if (in == NULL)
        return false;
    size_t length = fread(bytes, 1, sizeof bytes, in);
    assert_true(length < sizeof bytes);
    fclose(in);
    return memmem(bytes, length, text, strlen(text)) != NULL;
}

/* The first end of a file's name that has the text; NULL: none. */
static const char *where_is(const struct place *place, const char *text)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal", ".lock"};
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", place->path, ends[i]);
        if (file_has(path, text))
            return ends[i];
    }
    return NULL;
}

static void assert_gone(const struct place *place, int i)
{
    char code[CODE_BYTES];
    code_text(i, code);
    const char *end = where_is(place, code);
    if (end != NULL)
        fail_msg("code %d, which is over, is in n.db%s", i, end);
}

static void assert_there(const struct place *place, int i)
{
    char code[CODE_BYTES];
    code_text(i, code);
    assert_non_null(where_is(place, code));
}

static struct number number_at(struct store *store, int i)
{
    struct error err = {0};
    struct number number;
    char phone_number[PHONE_BYTES];
    bool found = false;
    place_phone(i, phone_number);
    assert_true(store_find_by_phone(store, phone_number, &number, &found, &err) && found);
    return number;
}

static void save(struct store *store, const struct number *number)
{
    struct error err = {0};
    if (!store_save_number(store, number, &err))
        fail_msg("%s", err.text);
}

/* The i-th number waits for the code-th code; -1: for none. */
static void give_code(struct store *store, int i, int code)
{
    struct number number = number_at(store, i);
    number.status = STATUS_PENDING_VERIFICATION;
    number.step = STEP_NOTHING;
    number.code[0] = '\0';
    if (code >= 0)
        code_text(code, number.code);
    number.code_until_at_ms = code >= 0 ? FIXTURE_NOW_MS : 0;
    save(store, &number);
}

static struct store *with_codes(const struct place *place)
{
    struct error err = {0};
    struct store *store = place_open(place->path, STORE_WRITE);
    place_fill(store, 0, NUMBERS);
    assert_true(store_begin(store, &err));
    for (int i = 0; i < NUMBERS; i++)
        give_code(store, i, i);
    assert_true(store_commit(store, &err));
    return store;
}

static void a_code_that_is_over_is_in_no_file(void **state)
{
    struct place *place = *state;
    struct store *store = with_codes(place);
    for (int i = 0; i < NUMBERS; i++) {
        assert_there(place, i);
        give_code(store, i, -1);
        assert_gone(place, i);
    }
    store_close(store);
}

static void the_codes_of_a_turn_go_with_its_commit(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct store *store = with_codes(place);
    assert_true(store_begin(store, &err));
    for (int i = 0; i < NUMBERS; i += 2)
        give_code(store, i, -1);
    assert_true(store_commit(store, &err));
    for (int i = 0; i < NUMBERS; i++)
        if (i % 2 == 0)
            assert_gone(place, i);
        else
            assert_there(place, i);
    store_close(store);
}

static void a_code_that_another_replaces_is_over(void **state)
{
    struct place *place = *state;
    struct store *store = with_codes(place);
    give_code(store, 5, NUMBERS);
    assert_gone(place, 5);
    assert_there(place, NUMBERS);
    store_close(store);
}

static void a_code_that_was_heard_is_over_when_it_was_posted(void **state)
{
    struct place *place = *state;
    struct store *store = place_open(place->path, STORE_WRITE);
    place_fill(store, 0, 1);
    struct number number = number_at(store, 0);
    code_text(0, number.heard_code);
    save(store, &number);
    assert_there(place, 0);
    number.heard_code[0] = '\0';
    save(store, &number);
    assert_gone(place, 0);
    store_close(store);
}

static bool stay(void *context, const struct tally *tally)
{
    (void)context;
    (void)tally;
    return true;
}

/* Nobody waits for it, and nothing is lost. */
static void a_reader_in_the_way_delays_it_to_the_next_commit(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct store *store = with_codes(place);
    struct store *reader = place_open(place->path, STORE_READ);
    assert_true(store_begin(reader, &err) && store_each_tally(reader, "", stay, NULL, &err));
    give_code(store, 0, -1);
    assert_there(place, 0);
    assert_true(store_commit(reader, &err));
    assert_true(store_write_setting(store, "rate", "1/s", &err));
    assert_true(store_begin(store, &err) && store_commit(store, &err)); /* as every turn does */
    assert_gone(place, 0);
    store_close(reader);
    store_close(store);
}

static void a_reader_that_stays_does_not_keep_it_beyond_the_end(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct store *store = with_codes(place);
    struct store *reader = place_open(place->path, STORE_READ);
    assert_true(store_begin(reader, &err) && store_each_tally(reader, "", stay, NULL, &err));
    give_code(store, 0, -1);
    assert_true(store_commit(reader, &err));
    store_close(store); /* not the last to close it: the log stays */
    assert_gone(place, 0);
    store_close(reader);
}

/* It died after the commit that erased them, before they were out of the log. */
static void what_a_dead_writer_left_goes_with_the_next_one(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        struct store *store = with_codes(place);
        struct store *reader = place_open(place->path, STORE_READ);
        if (!store_begin(reader, &err) || !store_each_tally(reader, "", stay, NULL, &err))
            _exit(1);
        for (int i = 0; i < NUMBERS; i++)
            give_code(store, i, -1);
        _exit(0); /* without closing */
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_there(place, 0);
    struct store *store = place_open(place->path, STORE_WRITE);
    assert_true(store_begin(store, &err) && store_commit(store, &err));
    for (int i = 0; i < NUMBERS; i++)
        assert_gone(place, i);
    store_close(store);
}

/* Rows that grow and shrink, so that pages are split, joined and packed anew. */
static void change_size(struct store *store, int i, struct rng *rng)
{
    struct number number = number_at(store, i);
    size_t length = (size_t)rng_below(rng, sizeof number.reason - 1);
    memset(number.reason, 'r', length);
    number.reason[length] = '\0';
    save(store, &number);
}

static void rows_that_move_about_leave_no_code_behind(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    struct rng rng;
    int code_of[NUMBERS];
    int next = 0;
    rng_seed(&rng, 4711);
    struct store *store = place_open(place->path, STORE_WRITE);
    place_fill(store, 0, NUMBERS);
    for (int i = 0; i < NUMBERS; i++)
        code_of[i] = -1;
    for (int round = 0; round < 60; round++) {
        int over[8];
        assert_true(store_begin(store, &err));
        for (int k = 0; k < 8; k++) {
            int i = (int)rng_below(&rng, NUMBERS);
            over[k] = code_of[i];
            code_of[i] = code_of[i] < 0 ? next++ : -1;
            give_code(store, i, code_of[i]);
            change_size(store, (int)rng_below(&rng, NUMBERS), &rng);
        }
        assert_true(store_commit(store, &err));
        for (int k = 0; k < 8; k++)
            if (over[k] >= 0)
                assert_gone(place, over[k]);
    }
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(a_code_that_is_over_is_in_no_file),
        PLACE_TEST(the_codes_of_a_turn_go_with_its_commit),
        PLACE_TEST(a_code_that_another_replaces_is_over),
        PLACE_TEST(a_code_that_was_heard_is_over_when_it_was_posted),
        PLACE_TEST(a_reader_in_the_way_delays_it_to_the_next_commit),
        PLACE_TEST(a_reader_that_stays_does_not_keep_it_beyond_the_end),
        PLACE_TEST(what_a_dead_writer_left_goes_with_the_next_one),
        PLACE_TEST(rows_that_move_about_leave_no_code_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
