#include "sandbox/operation.h"

#include <stddef.h>
#include <string.h>

static const char *const operations[SANDBOX_OPERATION_COUNT] = {
    [SANDBOX_CREATE_ORDER] = "create-order",
    [SANDBOX_LIST_ORDERS] = "list-orders",
    [SANDBOX_FETCH_ORDER] = "fetch-order",
    [SANDBOX_UPDATE_ORDER] = "update-order",
    [SANDBOX_START_CALL] = "start-call",
    [SANDBOX_ATTACH_BILL] = "attach-bill",
    [SANDBOX_POST_CODE] = "post-code",
    [SANDBOX_DELETE_ORDER] = "delete-order",
    [SANDBOX_CREATE_DOCUMENT] = "create-document",
    [SANDBOX_LIST_DOCUMENTS] = "list-documents",
    [SANDBOX_FETCH_DOCUMENT] = "fetch-document",
    [SANDBOX_UPDATE_DOCUMENT] = "update-document",
    [SANDBOX_LIST_DEPENDENTS] = "list-dependents",
    [SANDBOX_CREATE_ADDRESS] = "create-address",
    [SANDBOX_LIST_ADDRESSES] = "list-addresses",
    [SANDBOX_FETCH_ADDRESS] = "fetch-address",
    [SANDBOX_DELETE_ADDRESS] = "delete-address",
    [SANDBOX_LIST_INCOMING] = "list-incoming",
    [SANDBOX_FETCH_INCOMING] = "fetch-incoming",
    [SANDBOX_DELETE_INCOMING] = "delete-incoming",
    [SANDBOX_UNKNOWN] = "unknown",
};

static const char *const effects[EFFECT_COUNT] = {
    [EFFECT_NONE] = "none",
    [EFFECT_ORDER_CREATED] = "order-created",
    [EFFECT_CALL_PLACED] = "call-placed",
    [EFFECT_BILL_SUBMITTED] = "bill-submitted",
    [EFFECT_LOA_SENT] = "loa-sent",
    [EFFECT_ORDER_DELETED] = "order-deleted",
    [EFFECT_NUMBER_RELEASED] = "number-released",
};

static bool find_word(const char *word, const char *const *words, int count, int *found)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(word, words[i]) == 0) {
            *found = i;
            return true;
        }
    }
    return false;
}

const char *sandbox_operation_name(enum sandbox_operation operation)
{
    return operations[operation];
}

bool sandbox_operation_parse(const char *word, enum sandbox_operation *operation)
{
    int found = 0;
    if (!find_word(word, operations, SANDBOX_OPERATION_COUNT, &found))
        return false;
    *operation = (enum sandbox_operation)found;
    return true;
}

const char *sandbox_effect_name(enum sandbox_effect effect)
{
    return effects[effect];
}

bool sandbox_effect_parse(const char *word, enum sandbox_effect *effect)
{
    int found = 0;
    if (!find_word(word, effects, EFFECT_COUNT, &found))
        return false;
    *effect = (enum sandbox_effect)found;
    return true;
}
