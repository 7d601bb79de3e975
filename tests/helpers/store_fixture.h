/* A store in memory and short ways to fill it. */
#ifndef NUMHOST_TESTS_STORE_FIXTURE_H
#define NUMHOST_TESTS_STORE_FIXTURE_H

#include "ports/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
/* cmocka.h wants those before it */
#include <cmocka.h>

#define FIXTURE_HEADER "phone_number,site"
#define FIXTURE_BATCH "batch"
enum { FIXTURE_NOW_MS = 1000000 };

struct fixture {
    struct store *store;
    int64_t next_line;
};

#define FIXTURE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

int fixture_set_up(void **state);
int fixture_tear_down(void **state);

/* A row with a whole signer; its record is the phone number. */
struct import_row fixture_row(int64_t line, const char *phone_number);

void fixture_import_begin(struct fixture *fixture, const char *batch);
struct import_result fixture_import(struct fixture *fixture, const struct import_row *row);
struct import_result fixture_import_line(struct fixture *fixture, int64_t line,
                                         const char *phone_number);
void fixture_reject_line(struct fixture *fixture, int64_t line);
void fixture_import_end(struct fixture *fixture);

/* One number in an import of its own; its id. Due at FIXTURE_NOW_MS plus its rank at the site. */
int64_t fixture_add(struct fixture *fixture, const char *phone_number, const char *site,
                    int32_t priority);
/* The same with +14155550100 plus i. */
int64_t fixture_add_many(struct fixture *fixture, int i, const char *site);

struct number fixture_number(struct fixture *fixture, int64_t id);
void fixture_set(struct fixture *fixture, int64_t id, enum status status, enum step step,
                 int64_t due_at_ms);
int fixture_events(struct fixture *fixture, int64_t id, uint64_t kinds);

#endif
