/* A folder for CSV files, a store in memory, and short ways to import one into the other and to
 * look at what came of it. */
#ifndef TESTS_HELPERS_IMPORTING_H
#define TESTS_HELPERS_IMPORTING_H

#include "engine/import.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
/* cmocka.h wants those before it */
#include <cmocka.h>

struct importing {
    char folder[64];
    struct store *store;
    struct import_options options;
    struct import_summary summary;
    struct error err;
    char path[256]; /* of the file written last */
    char *said;     /* messages of the last import */
};

#define IMPORTING_TEST(name)                                                                       \
    cmocka_unit_test_setup_teardown(name, importing_set_up, importing_tear_down)

int importing_set_up(void **state);

/* Fails when a file is left that is none of numbers, other and failed (.csv, .rejects.csv). */
int importing_tear_down(void **state);

/* `name` in the folder. */
void importing_write(struct importing *f, const char *name, const char *content);

/* All of a file in the folder, valid until the next call; NULL when there is none. */
char *importing_read(const struct importing *f, const char *name);

/* Import f->path; when that is good, every row is accounted for. */
bool importing_run(struct importing *f);

/* Write the file and import it; must be good. */
void importing_good(struct importing *f, const char *name, const char *content);

/* The same; must be refused. What the error says is in f->err. */
void importing_bad(struct importing *f, const char *name, const char *content);

int64_t importing_count(struct importing *f); /* numbers in the store */
int64_t importing_outcome(const struct importing *f, enum import_outcome outcome);
struct batch importing_last_batch(struct importing *f); /* id 0: there is none */
struct number importing_find(struct importing *f, const char *phone_number);

#endif
