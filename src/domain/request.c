#include "domain/request.h"

#include "base/text.h"

#include <stdlib.h>

static const struct {
    const char *name;
    bool send_once;
} operations[OPERATION_COUNT] = {
    [OPERATION_CREATE_ORDER] = {"create-order", true},
    [OPERATION_LIST_ORDERS] = {"list-orders", false},
    [OPERATION_FETCH_ORDER] = {"fetch-order", false},
    [OPERATION_START_CALL] = {"start-call", true},
    [OPERATION_ATTACH_BILL] = {"attach-bill", true},
    [OPERATION_POST_CODE] = {"post-code", true},
    [OPERATION_DELETE_ORDER] = {"delete-order", false},
    [OPERATION_CREATE_DOCUMENT] = {"create-document", true},
    [OPERATION_FETCH_DOCUMENT] = {"fetch-document", false},
    [OPERATION_LIST_DOCUMENTS] = {"list-documents", false},
    [OPERATION_LIST_DEPENDENTS] = {"list-dependents", false},
    [OPERATION_DELETE_INCOMING] = {"delete-incoming", false},
};

static const char *const document_status_names[DOCUMENT_STATUS_COUNT] = {
    [DOCUMENT_OPENED] = "opened", [DOCUMENT_SIGNING] = "signing",
    [DOCUMENT_SIGNED] = "signed", [DOCUMENT_CANCELED] = "canceled",
    [DOCUMENT_FAILED] = "failed", [DOCUMENT_UNKNOWN] = "unknown",
};

const char *operation_name(enum operation operation)
{
    return operations[operation].name;
}

bool operation_is_send_once(enum operation operation)
{
    return operations[operation].send_once;
}

const char *document_status_name(enum document_status status)
{
    return document_status_names[status];
}

bool document_status_parse(const char *word, enum document_status *status)
{
    for (int i = 0; i < DOCUMENT_UNKNOWN; i++) {
        if (text_same_word(word, document_status_names[i])) {
            *status = (enum document_status)i;
            return true;
        }
    }
    *status = DOCUMENT_UNKNOWN;
    return false;
}

void answer_done(struct answer *answer)
{
    free(answer->orders);
    free(answer->documents);
    answer->orders = NULL;
    answer->documents = NULL;
    answer->order_count = 0;
    answer->document_count = 0;
}
