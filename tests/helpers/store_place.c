#include "helpers/store_place.h"

#include "base/text.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int place_set_up(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    TEXT_SET(place->folder, "/tmp/numhost-store-XXXXXX");
    if (mkdtemp(place->folder) == NULL)
        return -1;
    snprintf(place->path, sizeof place->path, "%s/n.db", place->folder);
    *state = place;
    return 0;
}

int place_tear_down(void **state)
{
    struct place *place = *state;
    DIR *folder = opendir(place->folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder))
        unlinkat(dirfd(folder), entry->d_name, 0);
    closedir(folder);
    rmdir(place->folder);
    free(place);
    return 0;
}

struct store *place_open(const char *path, enum store_mode mode)
{
    struct error err = {0};
    struct store *store = store_open(path, mode, &err);
    if (store == NULL)
        fail_msg("%s", err.text);
    return store;
}

void place_refuses(const char *path, enum store_mode mode, const char *why)
{
    struct error err = {0};
    assert_null(store_open(path, mode, &err));
    assert_int_equal(err.kind, ERROR_STORE);
    if (strstr(err.text, why) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.text, why);
}

void place_phone(int i, char phone_number[PHONE_BYTES])
{
    snprintf(phone_number, PHONE_BYTES, "+1415%07d", i % 10000000);
}

void place_fill(struct store *store, int from, int count)
{
    struct fixture fixture = {.store = store};
    fixture_import_begin(&fixture, "b");
    for (int i = from; i < from + count; i++) {
        char phone_number[PHONE_BYTES];
        place_phone(i, phone_number);
        fixture_import_line(&fixture, 2 + i, phone_number);
    }
    fixture_import_end(&fixture);
}

int64_t place_count(struct store *store)
{
    struct error err = {0};
    struct selector all = {.all = true};
    int64_t count = -1;
    assert_true(store_count_numbers(store, &all, &count, &err));
    return count;
}
