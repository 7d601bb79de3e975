/* An engine turn by turn, over a database in a file that others can reach into, and an executor
 * that answers what a test says. */
#ifndef NUMHOST_TESTS_ENGINE_TURNS_H
#define NUMHOST_TESTS_ENGINE_TURNS_H

#include "engine/engine.h"
#include "helpers/counting_executor.h"
#include "helpers/store_fixture.h"

/* The first turn; the numbers of the fixture are due since a second. */
#define TURNS_NOW_MS (FIXTURE_NOW_MS + INT64_C(1000))

struct turns {
    char folder[64];
    char path[128];
    struct fixture fixture;
    struct engine_options options; /* default policy, phones may ring at any time; before start */
    struct counting_executor executor;
    struct engine *engine;
    int64_t next_at_ms;  /* of the last turn */
    enum engine_end end; /* likewise */
    struct error err;    /* likewise, when it failed */
};

#define TURNS_TEST(name) cmocka_unit_test_setup_teardown(name, turns_set_up, turns_tear_down)

int turns_set_up(void **state);
int turns_tear_down(void **state);

/* The account counts as read: creates may go. */
void turns_start(struct turns *turns);
bool turns_take(struct turns *turns, int64_t now_ms);
void turns_take_all(struct turns *turns, int64_t now_ms, int count); /* that do not fail */

/* What the service says to the request last submitted: taken in by the turn at now_ms, which is
 * returned as it went. Orders and documents are copied; either may be NULL. */
bool turns_answer(struct turns *turns, struct answer answer, const struct order_seen *seen,
                  const struct document_seen *document, int64_t now_ms);

/* 200 and readable. */
struct answer turns_good(void);

/* Save the number as it is told, in a transaction of its own. */
void turns_save(struct turns *turns, const struct number *number);
/* A number with its order, HR and its id, in this status; its step is due at once. */
int64_t turns_add(struct turns *turns, int i, enum status status, enum step step);
/* So many of them, in an import of their own; ids from 1 on. */
void turns_add_many(struct turns *turns, int count, enum status status, enum step step);
/* The LOA `id`; ends the test when there is none. */
struct loa turns_loa(struct turns *turns, int64_t id);

/* Somebody else changes the database, and nothing keeps rows that belong together. */
void turns_meddle(struct turns *turns, const char *sql);

#endif
