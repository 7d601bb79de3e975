#include "domain/failure.h"

#include "domain/failure_table.h"

enum { NOT_FOUND_CODE = 20404 };

static const char *const class_names[FAILURE_CLASS_COUNT] = {
    [FAILURE_STOP_RUN] = "stop-run",     [FAILURE_TRY_LATER] = "try-later",
    [FAILURE_LOOK_AGAIN] = "look-again", [FAILURE_PERMANENT] = "permanent",
    [FAILURE_PERSON] = "person",
};

/* The operations whose path is a collection: there a 404 cannot mean that one order is gone. */
static const bool on_collection[OPERATION_COUNT] = {
    [OPERATION_CREATE_ORDER] = true,
    [OPERATION_LIST_ORDERS] = true,
    [OPERATION_CREATE_DOCUMENT] = true,
    [OPERATION_LIST_DOCUMENTS] = true,
};

static const struct failure *row_with_status(int32_t http_status)
{
    for (size_t i = 0; i < failure_status_count; i++) {
        if (failure_statuses[i].http_status == http_status) {
            return &failure_statuses[i];
        }
    }
    return NULL;
}

/* The row of the status, else that of its hundred, else the one for no readable answer. */
static const struct failure *row_of_status(int32_t http_status)
{
    const struct failure *row = row_with_status(http_status);
    if (row == NULL) {
        row = row_with_status(http_status / 100 * 100);
    }
    return row != NULL ? row : row_with_status(0);
}

/* Some statuses say more than any code beside them. */
static bool status_outranks_code(enum operation operation, int32_t http_status,
                                 enum failure_class by_code)
{
    bool is_delete = operation == OPERATION_DELETE_ORDER || operation == OPERATION_DELETE_INCOMING;
    return http_status <
               400 /* no refusal at all: a redirect, or an answer that could not be read */
           || (http_status == 401 && by_code != FAILURE_STOP_RUN) ||
           (http_status == 405 && is_delete) /* this order, now: not a wrong address */
           || http_status == 429             /* never processed, whatever else it says */
           || (http_status >= 500 && by_code != FAILURE_LOOK_AGAIN);
}

static bool is_refusal_of_collection(enum operation operation, int32_t http_status, int32_t code)
{
    bool not_found = http_status == 404 && (code == NOT_FOUND_CODE || failure_find(code) == NULL);
    bool said_so = http_status / 100 == 4 && http_status != 429 && code == NOT_FOUND_CODE;
    return on_collection[operation] && (not_found || said_so);
}

const struct failure *failure_find(int32_t code)
{
    for (size_t i = 0; i < failure_code_count; i++) {
        if (failure_codes[i].code == code) {
            return &failure_codes[i];
        }
    }
    return NULL;
}

const struct failure *failure_of_answer(enum operation operation, int32_t http_status, int32_t code)
{
    if (is_refusal_of_collection(operation, http_status, code)) {
        return &failure_no_access;
    }
    const struct failure *by_code = failure_find(code);
    if (by_code != NULL && !status_outranks_code(operation, http_status, by_code->class)) {
        return by_code;
    }
    return row_of_status(http_status);
}

const struct failure *failure_at(size_t index)
{
    return index < failure_code_count ? &failure_codes[index] : NULL;
}

const char *failure_class_name(enum failure_class class)
{
    return class_names[class];
}
