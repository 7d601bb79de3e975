#include "domain/number.h"

#include "base/text.h"

#include <stddef.h>

static const char *const step_names[STEP_COUNT] = {
    [STEP_NOTHING] = "nothing",       [STEP_CREATE] = "create",
    [STEP_START_CALL] = "start-call", [STEP_ATTACH_BILL] = "attach-bill",
    [STEP_POST_CODE] = "post-code",   [STEP_AUTHORIZE] = "authorize",
    [STEP_RECONCILE] = "reconcile",   [STEP_CANCEL] = "cancel",
    [STEP_OFFBOARD] = "offboard",
};

static const char *const intent_names[INTENT_COUNT] = {
    [INTENT_NONE] = "none",
    [INTENT_CREATE] = "create",
    [INTENT_START_CALL] = "start-call",
    [INTENT_ATTACH_BILL] = "attach-bill",
    [INTENT_POST_CODE] = "post-code",
    [INTENT_AUTHORIZE] = "authorize",
    [INTENT_CANCEL] = "cancel",
    [INTENT_OFFBOARD] = "offboard",
};

static const struct {
    const char *name;
    const char *advice;
} attentions[ATTENTION_COUNT] = {
    [ATTENTION_NONE] = {"none", ""},
    [ATTENTION_ACTION_REQUIRED] =
        {"action-required",
         "Read the reason; if it does not say what to mend, write to Twilio support with the order "
         "SID. numhost goes on when the order moves."},
    [ATTENTION_ATTEMPTS_KEPT] =
        {"attempts-kept",
         "Make sure somebody is at the phone, then allow the last call: numhost retry NUMBER "
         "--last-attempt."},
    [ATTENTION_ATTEMPTS_SPENT] =
        {"attempts-spent",
         "Ask Twilio support to reset the verification attempts of this order, or cancel it and "
         "retry with a new one."},
    [ATTENTION_CALL_REFUSED] =
        {"call-refused",
         "Check that the line can be reached from outside and the extension is right, then: "
         "numhost retry NUMBER."},
    [ATTENTION_UNKNOWN_OUTCOME] =
        {"unknown-outcome",
         "Look at the order in the Twilio Console; when it is as it should be: numhost retry "
         "NUMBER."},
    [ATTENTION_UNKNOWN_STATUS] =
        {"unknown-status",
         "The service uses a status this version does not know. numhost keeps looking; check for a "
         "newer numhost."},
    [ATTENTION_FOREIGN_ORDER] =
        {"foreign-order",
         "Somebody else made an order for this number. Bind it to this row: numhost sync "
         "--adopt-foreign; or delete it in the Twilio Console, then: numhost retry NUMBER."},
    [ATTENTION_DUPLICATE] =
        {"duplicate",
         "Two live orders exist for this number, or two LOAs for its order. Of two orders delete "
         "one in the Twilio Console; of two LOAs tell the signer that either will do. Then: "
         "numhost retry NUMBER."},
    [ATTENTION_REFUSED] =
        {"refused",
         "Mend the named column in the CSV, import it again, then: numhost retry NUMBER."},
    [ATTENTION_LOA_DECLINED] = {"loa-declined", "Talk to the signer. To send a new LOA: numhost "
                                                "retry NUMBER. For another signer, mend the "
                                                "row and import it again first."},
    [ATTENTION_ORDER_GONE] =
        {"order-gone",
         "The order was deleted outside numhost. To make a new one: numhost retry NUMBER; to give "
         "it up: numhost cancel NUMBER."},
    [ATTENTION_LAPSED] =
        {"lapsed",
         "Its time in this status is over. Chase whom it waits for, or cancel it and retry with a "
         "new order."},
    [ATTENTION_NO_SIGNER] =
        {"no-signer",
         "Fill address_sid, email, contact_title and contact_phone_number in the CSV (or the loa: "
         "defaults), import it again."},
    [ATTENTION_CANCEL_REFUSED] =
        {"cancel-refused",
         "The service did not allow the delete in this status. Write to Twilio support, or release "
         "the number to let it go on."},
    [ATTENTION_STRANGE_MOVE] =
        {"strange-move",
         "The service moved the order in a way that is not documented. Compare it in the Twilio "
         "Console; numhost keeps looking, and numhost retry NUMBER takes its status as it is."},
};

static const char *const party_names[PARTY_COUNT] = {
    [PARTY_NOBODY] = "nobody", [PARTY_NUMHOST] = "numhost", [PARTY_TWILIO] = "twilio",
    [PARTY_SITE] = "site",     [PARTY_SIGNER] = "signer",   [PARTY_CARRIER] = "carrier",
    [PARTY_YOU] = "you",
};

static const char *const bucket_names[BUCKET_COUNT] = {
    [BUCKET_COMPLETED] = "completed",       [BUCKET_IN_PROGRESS] = "in progress",
    [BUCKET_ATTENTION] = "needs attention", [BUCKET_FAILED] = "failed",
    [BUCKET_CANCELED] = "canceled",
};

static bool parse_word(const char *word, const char *const *names, int count, int *index)
{
    for (int i = 0; i < count; i++) {
        if (text_same_word(word, names[i])) {
            *index = i;
            return true;
        }
    }
    return false;
}

const char *step_name(enum step step)
{
    return step_names[step];
}

bool step_parse(const char *word, enum step *step)
{
    int index = 0;
    bool found = parse_word(word, step_names, STEP_COUNT, &index);
    *step = (enum step)index;
    return found;
}

const char *intent_name(enum intent intent)
{
    return intent_names[intent];
}

bool intent_parse(const char *word, enum intent *intent)
{
    int index = 0;
    bool found = parse_word(word, intent_names, INTENT_COUNT, &index);
    *intent = (enum intent)index;
    return found;
}

const char *attention_name(enum attention attention)
{
    return attentions[attention].name;
}

const char *attention_advice(enum attention attention)
{
    return attentions[attention].advice;
}

bool attention_parse(const char *word, enum attention *attention)
{
    for (int i = 0; i < ATTENTION_COUNT; i++) {
        if (text_same_word(word, attentions[i].name)) {
            *attention = (enum attention)i;
            return true;
        }
    }
    return false;
}

const char *verification_type_name(enum verification_type type)
{
    return type == VERIFICATION_PHONE_BILL ? "phone-bill" : "phone-call";
}

bool verification_type_parse(const char *word, enum verification_type *type)
{
    *type = text_same_word(word, "phone-bill") ? VERIFICATION_PHONE_BILL : VERIFICATION_PHONE_CALL;
    return text_same_word(word, verification_type_name(*type));
}

const char *party_name(enum party party)
{
    return party_names[party];
}

const char *bucket_name(enum bucket bucket)
{
    return bucket_names[bucket];
}

static enum party waits_by_status(enum status status)
{
    switch (status) {
    case STATUS_TWILIO_PROCESSING:
    case STATUS_RECEIVED:
    case STATUS_VERIFIED:
    case STATUS_TESTING: return PARTY_TWILIO;
    case STATUS_PENDING_VERIFICATION: return PARTY_SITE;
    case STATUS_PENDING_LOA: return PARTY_SIGNER;
    case STATUS_CARRIER_PROCESSING: return PARTY_CARRIER;
    case STATUS_QUEUED: return PARTY_NUMHOST;
    case STATUS_ACTION_REQUIRED: return PARTY_YOU;
    case STATUS_COMPLETED:
    case STATUS_FAILED:
    case STATUS_CANCELED: return PARTY_NOBODY;
    }
    return PARTY_NOBODY;
}

enum party number_waiting_on(enum status status, enum step step, enum attention attention,
                             bool held)
{
    if (step == STEP_OFFBOARD || step == STEP_CANCEL)
        return PARTY_NUMHOST;
    enum party party = waits_by_status(status);
    if (party == PARTY_NOBODY) /* at an end: neither attention nor a hold is left to anybody */
        return party;
    if (held || attention != ATTENTION_NONE)
        return PARTY_YOU;
    return step != STEP_NOTHING ? PARTY_NUMHOST : party;
}

enum bucket number_bucket(enum status status, enum attention attention)
{
    if (status == STATUS_COMPLETED)
        return BUCKET_COMPLETED;
    if (status == STATUS_FAILED)
        return BUCKET_FAILED;
    if (status == STATUS_CANCELED)
        return BUCKET_CANCELED;
    return attention != ATTENTION_NONE || status == STATUS_ACTION_REQUIRED ? BUCKET_ATTENTION
                                                                           : BUCKET_IN_PROGRESS;
}

bool signer_is_complete(const struct signer *signer)
{
    return signer->address_sid[0] != '\0' && signer->email[0] != '\0' &&
           signer->contact_title[0] != '\0' && signer->contact_phone_number[0] != '\0';
}
