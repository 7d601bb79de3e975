/* A folder of its own for a database, and short ways to open and fill it. */
#ifndef NUMHOST_TESTS_STORE_PLACE_H
#define NUMHOST_TESTS_STORE_PLACE_H

#include "helpers/store_fixture.h"

struct place {
    char folder[64];
    char path[96]; /* of the database; nothing is there yet */
};

#define PLACE_TEST(name) cmocka_unit_test_setup_teardown(name, place_set_up, place_tear_down)

int place_set_up(void **state);
int place_tear_down(void **state); /* with all that lies in the folder */

/* A failure ends the test. */
struct store *place_open(const char *path, enum store_mode mode);

/* Opening must fail with a text that contains `why`. */
void place_refuses(const char *path, enum store_mode mode, const char *why);

/* The i-th of ten million phone numbers. */
void place_phone(int i, char phone_number[PHONE_BYTES]);

/* Rows `from` and the next, in an import of their own into batch "b". */
void place_fill(struct store *store, int from, int count);

int64_t place_count(struct store *store);

#endif
