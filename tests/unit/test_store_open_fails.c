/* Whatever fails while a database is made, taken over from others' eyes or saved after it lost its
 * name: it is said, and the same goes well the next time. */
#include "adapters/sqlite/sql.h"
#include "base/text.h"
#include "faults/faults.h"
#include "helpers/store_place.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct world {
    struct place *place;
    struct store *store;
    char saved[128];
};

static struct world *new_world(void)
{
    struct world *world = calloc(1, sizeof *world);
    void *place = NULL;
    assert_int_equal(place_set_up(&place), 0);
    world->place = place;
    snprintf(world->saved, sizeof world->saved, "%s.saved-%ld", world->place->path, (long)getpid());
    return world;
}

static void end(void *context)
{
    struct world *world = context;
    void *place = world->place;
    store_close(world->store);
    (void)place_tear_down(&place);
    free(world);
}

static void *nothing_yet(void)
{
    return new_world();
}

static bool open_it(void *context, struct error *err)
{
    struct world *world = context;
    store_close(world->store);
    world->store = store_open(world->place->path, STORE_WRITE, err);
    assert_null(strstr(err->text, "give another --database")); /* this one is right */
    return world->store != NULL;
}

/* Empty or whole: nothing in between. */
static void check_opened(void *context)
{
    struct world *world = context;
    struct error err = {0};
    if (world->store == NULL)
        return;
    if (!store_check(world->store, &err))
        fail_msg("%s", err.text);
    assert_int_equal(place_count(world->store), 0);
}

static void *readable_by_others(void)
{
    struct world *world = new_world();
    store_close(place_open(world->place->path, STORE_WRITE));
    assert_int_equal(chmod(world->place->path, 0644), 0);
    return world;
}

static void check_private(void *context)
{
    struct world *world = context;
    struct stat about;
    check_opened(context);
    assert_int_equal(stat(world->place->path, &about), 0);
    if (world->store != NULL) /* then nobody else can read it */
        assert_int_equal(about.st_mode & 0777, 0600);
}

static void a_database_that_cannot_be_made_is_made_the_next_time(void **state)
{
    (void)state;
    static const unsigned families[] = {FAULT_SQL | FAULT_FILES, FAULT_SQL_FILES};
    for (size_t i = 0; i < COUNT_OF(families); i++) {
        const struct fault_trial trial = {.name = "make a database",
                                          .families = families[i],
                                          .set_up = nothing_yet,
                                          .operate = open_it,
                                          .check = check_opened,
                                          .tear_down = end,
                                          .survives = true};
        assert_in_range(force_run(&trial), force_least(15), 1000);
    }
}

static void a_database_that_cannot_be_kept_from_others_is_not_used(void **state)
{
    (void)state;
    const struct fault_trial trial = {.name = "keep from others",
                                      .families = FAULT_FILES,
                                      .set_up = readable_by_others,
                                      .operate = open_it,
                                      .check = check_private,
                                      .tear_down = end,
                                      .survives = true};
    assert_in_range(force_run(&trial), force_least(5), 1000);
}

static void *held_by_a_run(void)
{
    struct world *world = new_world();
    world->store = place_open(world->place->path, STORE_WRITE);
    return world;
}

/* A second one is refused, whoever the first may be. */
static bool open_second(void *context, struct error *err)
{
    const struct world *world = context;
    struct store *second = store_open(world->place->path, STORE_WRITE, err);
    assert_null(second);
    return strstr(err->text, "locked by process") != NULL;
}

static void a_second_one_is_refused_also_when_the_first_cannot_be_named(void **state)
{
    (void)state;
    struct fault_trial trial = {.name = "a second one",
                                .families = FAULT_FILES,
                                .set_up = held_by_a_run,
                                .operate = open_second,
                                .check = check_opened,
                                .tear_down = end,
                                .survives = true};
    assert_in_range(force_run(&trial), force_least(4), 100);
    trial.for_good = true;
    trial.name = "keep from others, for good";
    trial.set_up = readable_by_others;
    trial.operate = open_it;
    assert_in_range(force_run(&trial), force_least(4), 100);
}

/* ---- a database that lost its name ---- */

static void *with_rows(void)
{
    struct world *world = new_world();
    world->store = place_open(world->place->path, STORE_WRITE);
    place_fill(world->store, 0, 10);
    return world;
}

/* A commit that finds the file gone; whether all of it is saved then. */
static bool lose_and_save(void *context, struct error *err)
{
    struct world *world = context;
    force_look(false);
    unlink(world->place->path);
    force_look(true);
    bool ok = store_begin(world->store, err) &&
              store_write_setting(world->store, "rate", "3/s", err) &&
              store_commit(world->store, err);
    assert_false(ok); /* a commit into a file without a name is none */
    store_rollback(world->store);
    force_look(false);
    bool saved = access(world->saved, F_OK) == 0;
    force_look(true);
    return saved;
}

/* What is there is whole, and closed to others; what is not whole is not there. */
static void check_saved(void *context)
{
    struct world *world = context;
    struct stat about;
    char rate[16];
    struct error err = {0};
    if (stat(world->saved, &about) != 0)
        return;
    assert_int_equal(about.st_mode & 0777, 0600);
    struct store *saved = place_open(world->saved, STORE_READ);
    assert_true(store_check(saved, &err));
    assert_int_equal(place_count(saved), 10);
    assert_true(store_read_setting(saved, "rate", rate, sizeof rate, &err));
    assert_string_equal(rate, "3/s");
    store_close(saved);
}

static void what_cannot_be_saved_leaves_no_half_of_it_and_is_saved_the_next_time(void **state)
{
    (void)state;
    static const unsigned families[] = {FAULT_SQL | FAULT_FILES, FAULT_SQL_MEMORY, FAULT_SQL_FILES};
    for (size_t i = 0; i < COUNT_OF(families); i++) {
        const struct fault_trial trial = {.name = "save what lost its name",
                                          .families = families[i],
                                          .set_up = with_rows,
                                          .operate = lose_and_save,
                                          .check = check_saved,
                                          .tear_down = end,
                                          .survives = true};
        assert_in_range(force_run(&trial), force_least(4), 10000);
    }
}

int main(void)
{
    force_watch_sqlite();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_database_that_cannot_be_made_is_made_the_next_time),
        cmocka_unit_test(a_database_that_cannot_be_kept_from_others_is_not_used),
        cmocka_unit_test(a_second_one_is_refused_also_when_the_first_cannot_be_named),
        cmocka_unit_test(what_cannot_be_saved_leaves_no_half_of_it_and_is_saved_the_next_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
