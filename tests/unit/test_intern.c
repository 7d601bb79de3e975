/* The bounded memory of texts that have an id. */
#include "adapters/sqlite/intern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
    static struct intern_cache cache;
    cache = (struct intern_cache){.entries = NULL};
    intern_init(&cache);
    *state = &cache;
    return 0;
}

static int tear_down(void **state)
{
    intern_done(*state);
    return 0;
}

static struct intern_key key_of(const char *text)
{
    struct intern_key key;
    intern_key_of(&key, &text, 1);
    return key;
}

/* The id that the cache has for the key; 0: none. */
static int64_t id_of(struct intern_cache *cache, const struct intern_key *key)
{
    bool hit = false;
    const struct intern_entry *entry = intern_find(cache, key, &hit);
    return hit ? entry->id : 0;
}

static struct intern_entry *take(struct intern_cache *cache, const struct intern_key *key,
                                 int64_t id)
{
    bool hit = true;
    struct intern_entry *entry = intern_find(cache, key, &hit);
    assert_false(hit);
    intern_take(entry, key, id);
    return entry;
}

/* One step of the hash, as intern.c takes it for each eight bytes. */
static uint64_t step(uint64_t hash, uint64_t part)
{
    hash = (hash ^ part) * UINT64_C(0xBF58476D1CE4E5B9);
    return hash ^ (hash >> 29);
}

/* A key of so many eight bytes, the last of them chosen so that the hash is step(before_last, 0).
 */
static struct intern_key key_with_hash(uint64_t before_last, uint64_t first, size_t parts)
{
    uint64_t part = first;
    struct intern_key key = {.bytes = parts * sizeof part};
    uint64_t hash = key.bytes * UINT64_C(0x9E3779B97F4A7C15);
    for (size_t i = 0; i + 1 < parts; i++) {
        memcpy(key.text + i * sizeof part, &part, sizeof part);
        hash = step(hash, part);
    }
    part = hash ^ before_last;
    memcpy(key.text + (parts - 1) * sizeof part, &part, sizeof part);
    return key;
}

static void texts_of_one_hash_are_kept_apart(void **state)
{
    struct intern_cache *cache = *state;
    const struct intern_key keys[] = {key_with_hash(1, 7, 2), key_with_hash(1, 8, 2),
                                      key_with_hash(1, 9, 3)};
    const struct intern_entry *first = take(cache, &keys[0], 1);
    assert_int_equal(id_of(cache, &keys[1]), 0);
    assert_int_equal(id_of(cache, &keys[2]), 0);
    assert_int_equal(take(cache, &keys[1], 2)->hash, first->hash); /* or nothing was tried */
    assert_int_equal(take(cache, &keys[2], 3)->hash, first->hash);
    for (int64_t i = 0; i < 3; i++)
        assert_int_equal(id_of(cache, &keys[i]), i + 1);
}

static void where_one_text_ends_and_the_next_begins_matters(void **state)
{
    struct intern_cache *cache = *state;
    struct intern_key left;
    struct intern_key right;
    intern_key_of(&left, (const char *const[]){"ab", "c"}, 2);
    intern_key_of(&right, (const char *const[]){"a", "bc"}, 2);
    take(cache, &left, 1);
    assert_int_equal(id_of(cache, &right), 0);
    assert_int_equal(id_of(cache, &left), 1);
}

static void an_entry_takes_a_shorter_and_a_longer_text(void **state)
{
    struct intern_cache *cache = *state;
    static const char *const texts[] = {"a text of some length", "short",
                                        "a text that is longer than any before it"};
    bool hit = false;
    struct intern_key key = key_of(texts[0]);
    struct intern_entry *entry = take(cache, &key, 1);
    for (size_t i = 1; i < sizeof texts / sizeof texts[0]; i++) {
        entry->dirty = true;
        entry->count = 5;
        key = key_of(texts[i]);
        intern_take(entry, &key, 1 + (int64_t)i);
        assert_int_equal(entry->key_bytes, strlen(texts[i]) + 1);
        assert_memory_equal(entry->key, texts[i], entry->key_bytes);
        assert_int_equal(entry->count, 0);
        assert_false(entry->dirty);
    }
    key = key_of(texts[0]);
    (void)intern_find(cache, &key, &hit);
    assert_false(hit);
}

static void the_one_not_used_for_longest_gives_way(void **state)
{
    struct intern_cache *cache = *state;
    struct intern_key keys[INTERN_WAYS + 1];
    for (size_t i = 0; i <= INTERN_WAYS; i++) /* all in one row of the cache */
        keys[i] = key_with_hash(1, 100 + i, 2);
    for (size_t i = 0; i < INTERN_WAYS; i++)
        take(cache, &keys[i], 1 + (int64_t)i);
    assert_int_equal(id_of(cache, &keys[0]), 1); /* used again */
    take(cache, &keys[INTERN_WAYS], 50);
    assert_int_equal(id_of(cache, &keys[0]), 1);
    assert_int_equal(id_of(cache, &keys[1]), 0);
    assert_int_equal(id_of(cache, &keys[INTERN_WAYS]), 50);
}

#define CACHE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CACHE_TEST(texts_of_one_hash_are_kept_apart),
        CACHE_TEST(where_one_text_ends_and_the_next_begins_matters),
        CACHE_TEST(an_entry_takes_a_shorter_and_a_longer_text),
        CACHE_TEST(the_one_not_used_for_longest_gives_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
