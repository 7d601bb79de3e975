#include "engine/advice.h"

#include "domain/failure.h"

#include <stddef.h>

static const char *const attention_reasons[ATTENTION_COUNT] = {
    [ATTENTION_NONE] = "",
    [ATTENTION_ACTION_REQUIRED] = "Twilio set the order to action-required",
    [ATTENTION_ATTEMPTS_KEPT] = "nobody keyed in the code; the last call is kept for a person",
    [ATTENTION_ATTEMPTS_SPENT] = "all three verification attempts are used up",
    [ATTENTION_CALL_REFUSED] = "the verification call could not be placed",
    [ATTENTION_UNKNOWN_OUTCOME] = "a request may or may not have had its effect",
    [ATTENTION_UNKNOWN_STATUS] = "the order is in a status this version does not know",
    [ATTENTION_FOREIGN_ORDER] = "somebody else's order for this number exists",
    [ATTENTION_DUPLICATE] = "two live orders exist for this number, or two LOAs for its order",
    [ATTENTION_REFUSED] = "Twilio refuses the data of the row",
    [ATTENTION_LOA_DECLINED] = "the letter of authorization was declined or failed",
    [ATTENTION_ORDER_GONE] = "the order is gone at Twilio",
    [ATTENTION_LAPSED] = "its time in this status is over",
    [ATTENTION_NO_SIGNER] = "nobody is named to sign the letter of authorization",
    [ATTENTION_CANCEL_REFUSED] = "Twilio did not allow the order to be deleted",
    [ATTENTION_STRANGE_MOVE] = "the order moved in an undocumented way",
};

const char *number_reason(const struct number *number)
{
    if (number->reason[0] != '\0')
        return number->reason;
    if (number->attention != ATTENTION_NONE)
        return attention_reasons[number->attention];
    const struct failure *failure =
        number->reason_code != 0 ? failure_find(number->reason_code) : NULL;
    if (failure == NULL && number->status == STATUS_ACTION_REQUIRED)
        return attention_reasons[ATTENTION_ACTION_REQUIRED];
    return failure != NULL ? failure->reason : "";
}

const char *number_advice(const struct number *number)
{
    if (number->status == STATUS_COMPLETED || number->status == STATUS_CANCELED)
        return "";
    const struct failure *failure =
        number->reason_code != 0 ? failure_find(number->reason_code) : NULL;
    bool by_code = failure != NULL &&
                   (number->status == STATUS_FAILED || number->attention == ATTENTION_REFUSED);
    if (by_code)
        return failure->advice;
    if (number->attention == ATTENTION_REFUSED && number->reason_code == 0)
        return "No reason was given, so there is nothing to mend in the row: numhost retry NUMBER "
               "tries again. If it is refused again, write to Twilio support with the request id "
               "in numhost show NUMBER.";
    if (number->attention != ATTENTION_NONE)
        return attention_advice(number->attention);
    if (number->status == STATUS_FAILED)
        return "Read the reason, mend the row and import it again, or: numhost retry NUMBER.";
    if (number->status == STATUS_ACTION_REQUIRED)
        return attention_advice(ATTENTION_ACTION_REQUIRED);
    return number->held ? "Held by a person; to let it go on: numhost release NUMBER." : "";
}

const char *waiting_advice(enum party party, enum status status)
{
    switch (party) {
    case PARTY_NOBODY: return "";
    case PARTY_NUMHOST: return "Nothing to do while a run is going: numhost run.";
    case PARTY_TWILIO: return "Nothing to do: Twilio is working on it.";
    case PARTY_SITE:
        return "Somebody at the site answers the phone and keys in the code: numhost calls.";
    case PARTY_SIGNER:
        return "The signer opens Twilio's e-mail and signs: numhost report signers names them.";
    case PARTY_CARRIER: return "Nothing to do: the carrier is activating the number.";
    case PARTY_YOU:
        return status == STATUS_ACTION_REQUIRED
                   ? attention_advice(ATTENTION_ACTION_REQUIRED)
                   : "Held, or waiting for a decision: numhost report failed lists them.";
    }
    return "";
}
