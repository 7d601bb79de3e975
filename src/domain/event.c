#include "domain/event.h"

#include "base/text.h"

static const char *const names[EVENT_COUNT] = {
    [EVENT_IMPORTED] = "imported",
    [EVENT_ROW_CHANGED] = "row-changed",
    [EVENT_INTENT] = "intent",
    [EVENT_ORDER_CREATED] = "order-created",
    [EVENT_ORDER_ADOPTED] = "order-adopted",
    [EVENT_REFUSED] = "refused",
    [EVENT_TRY_LATER] = "try-later",
    [EVENT_OUTCOME_UNKNOWN] = "outcome-unknown",
    [EVENT_NOT_HAPPENED] = "not-happened",
    [EVENT_CALL_PLACED] = "call-placed",
    [EVENT_CALL_REFUSED] = "call-refused",
    [EVENT_CALL_UNANSWERED] = "call-unanswered",
    [EVENT_CODE_POSTED] = "code-posted",
    [EVENT_BILL_ATTACHED] = "bill-attached",
    [EVENT_LOA_SENT] = "loa-sent",
    [EVENT_LOA_ENDED] = "loa-ended",
    [EVENT_STATUS] = "status",
    [EVENT_ATTENTION] = "attention",
    [EVENT_DEADLINE_NEAR] = "deadline-near",
    [EVENT_HELD] = "held",
    [EVENT_RELEASED] = "released",
    [EVENT_RETRIED] = "retried",
    [EVENT_CANCEL_ASKED] = "cancel-asked",
    [EVENT_CANCELED] = "canceled",
    [EVENT_OFFBOARDED] = "offboarded",
};

const char *event_name(enum event_kind kind)
{
    return names[kind];
}

bool event_parse(const char *word, enum event_kind *kind)
{
    for (int i = 0; i < EVENT_COUNT; i++) {
        if (text_same_word(word, names[i])) {
            *kind = (enum event_kind)i;
            return true;
        }
    }
    return false;
}
