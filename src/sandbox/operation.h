/* What can be asked of the sandbox, as the ledger and the scenario's faults name it. Where
 * domain/request.h has the same operation the word is the same. */
#ifndef NUMHOST_SANDBOX_OPERATION_H
#define NUMHOST_SANDBOX_OPERATION_H

#include "base/attr.h"

#include <stdbool.h>

enum sandbox_operation {
    SANDBOX_CREATE_ORDER,
    SANDBOX_LIST_ORDERS,
    SANDBOX_FETCH_ORDER,
    SANDBOX_UPDATE_ORDER, /* names, e-mails, extension: nothing rings */
    SANDBOX_START_CALL,
    SANDBOX_ATTACH_BILL,
    SANDBOX_POST_CODE,
    SANDBOX_DELETE_ORDER,
    SANDBOX_CREATE_DOCUMENT,
    SANDBOX_LIST_DOCUMENTS,
    SANDBOX_FETCH_DOCUMENT,
    SANDBOX_UPDATE_DOCUMENT,
    SANDBOX_LIST_DEPENDENTS,
    SANDBOX_CREATE_ADDRESS,
    SANDBOX_LIST_ADDRESSES,
    SANDBOX_FETCH_ADDRESS,
    SANDBOX_DELETE_ADDRESS,
    SANDBOX_LIST_INCOMING,
    SANDBOX_FETCH_INCOMING,
    SANDBOX_DELETE_INCOMING,
    SANDBOX_UNKNOWN, /* no such path */
};
enum { SANDBOX_OPERATION_COUNT = SANDBOX_UNKNOWN + 1 };

/* What a request did to the world: the ledger's `effect`. */
enum sandbox_effect {
    EFFECT_NONE,
    EFFECT_ORDER_CREATED,
    EFFECT_CALL_PLACED,
    EFFECT_BILL_SUBMITTED,
    EFFECT_LOA_SENT,
    EFFECT_ORDER_DELETED,
    EFFECT_NUMBER_RELEASED,
};
enum { EFFECT_COUNT = EFFECT_NUMBER_RELEASED + 1 };

const char *sandbox_operation_name(enum sandbox_operation operation);
bool sandbox_operation_parse(const char *word, enum sandbox_operation *operation) MUST_USE;
const char *sandbox_effect_name(enum sandbox_effect effect);
bool sandbox_effect_parse(const char *word, enum sandbox_effect *effect) MUST_USE;

#endif
