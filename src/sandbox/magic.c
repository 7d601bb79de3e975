#include "sandbox/magic.h"

#include <string.h>

static const struct magic_number rows[MAGIC_COUNT] = {
    [MAGIC_ALL_WELL] = {"0100", "everything goes well"},
    [MAGIC_MOBILE] = {"0101", "create is refused with 22110 (a mobile number)"},
    [MAGIC_ENABLED_ELSEWHERE] = {"0102", "processing ends failed: enabled with another provider"},
    [MAGIC_NEVER_ANSWERS] = {"0103", "nobody ever answers: action-required after three calls"},
    [MAGIC_ANSWERS_SECOND] = {"0104", "the second call is answered"},
    [MAGIC_ANSWERS_THIRD] = {"0105", "the third call is answered"},
    [MAGIC_WRONG_CODE] = {"0106", "a wrong code is keyed in every call"},
    [MAGIC_NEEDS_EXTENSION] = {"0107", "an IVR answers: verified only when an Extension is given"},
    [MAGIC_CALL_REFUSED] = {"0108", "calls are refused with 22123"},
    [MAGIC_CALLER_ID] = {"0109", "a verified caller ID: verified without a call"},
    [MAGIC_DECLINES] = {"0110", "the signer declines the LOA"},
    [MAGIC_NEVER_SIGNS] = {"0111", "the signer never signs: action-required after seven days"},
    [MAGIC_CARRIER_REJECTS] = {"0112", "the carrier rejects: action-required"},
    [MAGIC_ENDS_FAILED] = {"0113", "the carrier rejects for good: failed"},
    [MAGIC_UNKNOWN_STATUS] = {"0114", "an undocumented status word while at the carrier"},
    [MAGIC_BILL_FAILS] = {"0115", "the phone bill is not accepted: action-required"},
    [MAGIC_STARTS_RECEIVED] = {"0116", "create answers received at once"},
    [MAGIC_SKIPS_AHEAD] = {"0117", "completed right after the signature"},
    [MAGIC_DOCUMENT_FAILS] = {"0118", "the LOA fails: its orders are verified again"},
    [MAGIC_ANSWER_LOST] = {"0119", "the first create is carried out and never answered"},
};

enum magic magic_of(const char *phone_number)
{
    size_t length = strlen(phone_number);
    if (length < 4 || strncmp(phone_number + length - 4, "01", 2) != 0)
        return MAGIC_NONE;
    for (int i = MAGIC_NONE + 1; i < MAGIC_COUNT; i++)
        if (strcmp(phone_number + length - 4, rows[i].digits) == 0)
            return (enum magic)i;
    return MAGIC_NONE;
}

const struct magic_number *magic_row(size_t index)
{
    return index > MAGIC_NONE && index < MAGIC_COUNT ? &rows[index] : NULL;
}
