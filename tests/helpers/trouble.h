/* One cell of the fault matrix: two numbers go their way while requests of one kind meet one kind
 * of trouble, once or for half an hour, and then none any more. */
#ifndef NUMHOST_TESTS_TROUBLE_H
#define NUMHOST_TESTS_TROUBLE_H

#include <stdbool.h>
#include <stddef.h>

enum { TROUBLE_CELL_BYTES = 64, TROUBLE_WRONG_BYTES = 400 };

struct trouble_result {
    bool met;                        /* the request was made at all, and met the trouble */
    char cell[TROUBLE_CELL_BYTES];   /* what numhost did about it */
    char wrong[TROUBLE_WRONG_BYTES]; /* a promise that was broken; "" none */
};

size_t trouble_operations(void);
size_t trouble_kinds(void);
const char *trouble_operation_name(size_t operation);
const char *trouble_kind_name(size_t kind);

/* False where such an answer cannot be (a list of nothing is never stale). */
bool trouble_is_possible(size_t operation, size_t kind);

void trouble_run(size_t operation, size_t kind, bool lasting, struct trouble_result *result);

#endif
