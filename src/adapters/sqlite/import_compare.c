/* How an imported row differs from what is stored, and what may still change. Pure. */
#include "adapters/sqlite/import.h"
#include "base/text.h"

#include <string.h>

/* Columns whose text lies in both structs, in the order of the manual. */
#define IN_DETAILS(name)                                                                           \
    offsetof(struct row_before, details) + offsetof(struct order_details, name),                   \
        offsetof(struct import_row, details) + offsetof(struct order_details, name)
#define IN_SIGNER(name)                                                                            \
    offsetof(struct row_before, signer) + offsetof(struct signer, name),                           \
        offsetof(struct import_row, signer) + offsetof(struct signer, name)

static const struct {
    const char *column;
    enum difference difference;
    size_t before;
    size_t now;
} texts[] = {
    {"friendly_name", DIFFERS_CREATE, IN_DETAILS(friendly_name)},
    /* With the order and with the LOA: what the signer reads is the later one, so that one decides.
     */
    {"email", DIFFERS_SIGNER, IN_DETAILS(email)},
    {"email", DIFFERS_SIGNER, IN_SIGNER(email)},
    {"cc_emails", DIFFERS_SIGNER, IN_DETAILS(cc_emails)},
    {"cc_emails", DIFFERS_SIGNER, IN_SIGNER(cc_emails)},
    {"address_sid", DIFFERS_SIGNER, IN_DETAILS(address_sid)},
    {"address_sid", DIFFERS_SIGNER, IN_SIGNER(address_sid)},
    {"verification_document_sid", DIFFERS_VERIFY, IN_DETAILS(verification_document_sid)},
    {"extension", DIFFERS_VERIFY, IN_DETAILS(extension)},
    {"sms_url", DIFFERS_CREATE, IN_DETAILS(sms_url)},
    {"sms_method", DIFFERS_CREATE, IN_DETAILS(sms_method)},
    {"sms_fallback_url", DIFFERS_CREATE, IN_DETAILS(sms_fallback_url)},
    {"sms_fallback_method", DIFFERS_CREATE, IN_DETAILS(sms_fallback_method)},
    {"sms_application_sid", DIFFERS_CREATE, IN_DETAILS(sms_application_sid)},
    {"status_callback_url", DIFFERS_CREATE, IN_DETAILS(status_callback_url)},
    {"status_callback_method", DIFFERS_CREATE, IN_DETAILS(status_callback_method)},
    {"account_sid", DIFFERS_CREATE, IN_DETAILS(account_sid)},
    {"contact_title", DIFFERS_SIGNER, IN_SIGNER(contact_title)},
    {"contact_phone_number", DIFFERS_SIGNER, IN_SIGNER(contact_phone_number)},
    {"site", DIFFERS_ALWAYS, offsetof(struct row_before, site), offsetof(struct import_row, site)},
    {"time_zone", DIFFERS_ALWAYS, offsetof(struct row_before, time_zone),
     offsetof(struct import_row, time_zone)},
};

struct comparing {
    unsigned found;
    unsigned locked;
    const char *first_locked;
};

static void note(struct comparing *comparing, const char *column, enum difference difference)
{
    comparing->found |= difference;
    if ((comparing->locked & difference) != 0 && comparing->first_locked[0] == '\0')
        comparing->first_locked = column;
}

unsigned import_compare(const struct row_before *before, const struct import_row *row,
                        unsigned locked, const char **first_locked)
{
    struct comparing comparing = {.locked = locked, .first_locked = ""};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (strcmp((const char *)before + texts[i].before, (const char *)row + texts[i].now) != 0)
            note(&comparing, texts[i].column, texts[i].difference);
    if (before->number.verification_type != row->verification_type)
        note(&comparing, "verification_type", DIFFERS_VERIFY);
    if (before->details.call_delay != row->details.call_delay)
        note(&comparing, "call_delay", DIFFERS_VERIFY);
    if (before->number.priority != row->priority)
        note(&comparing, "priority", DIFFERS_ALWAYS);
    if (!before->same_record)
        note(&comparing, "", DIFFERS_RECORD);
    *first_locked = comparing.first_locked;
    return comparing.found;
}

static bool was_verified(const struct number *number)
{
    return number->verified_at_ms > 0 ||
           (number->status >= STATUS_VERIFIED && number->status <= STATUS_COMPLETED);
}

static bool is_on_loa(const struct number *number)
{
    return number->loa_id != 0 || number->loa_sid[0] != '\0' ||
           (number->status >= STATUS_PENDING_LOA && number->status <= STATUS_COMPLETED);
}

unsigned import_locked(const struct number *number)
{
    bool sent = number->status != STATUS_QUEUED || number->intent != INTENT_NONE ||
                number->order_sid[0] != '\0';
    return (sent ? DIFFERS_CREATE : 0u) | (was_verified(number) ? DIFFERS_VERIFY : 0u) |
           (is_on_loa(number) ? DIFFERS_SIGNER : 0u);
}

bool import_is_mendable(const struct number *number)
{
    return number->status == STATUS_FAILED || number->status == STATUS_CANCELED ||
           number->attention == ATTENTION_REFUSED || number->attention == ATTENTION_NO_SIGNER;
}

/* What comes next for a number that stood still for its data. */
static enum step step_after_mending(const struct number *number)
{
    if (number->intent != INTENT_NONE)
        return STEP_RECONCILE;
    if (number->status == STATUS_QUEUED)
        return STEP_CREATE;
    return STEP_RECONCILE; /* the order is looked at, and its status says what is next */
}

/* A fresh row that keeps who it is and how many orders it had. */
static void start_new_order(struct number *number, int64_t now_ms)
{
    struct number fresh = {.id = number->id,
                           .batch_id = number->batch_id,
                           .line = number->line,
                           .site_id = number->site_id,
                           .signer_id = number->signer_id,
                           .held = number->held,
                           .order_count = number->order_count,
                           .requests = number->requests,
                           .status = STATUS_QUEUED,
                           .step = STEP_CREATE,
                           .since_at_ms = now_ms};
    TEXT_SET(fresh.phone_number, number->phone_number);
    *number = fresh;
}

void import_start_anew(struct number *number, int64_t now_ms)
{
    if (number->status == STATUS_FAILED || number->status == STATUS_CANCELED) {
        start_new_order(number, now_ms);
    } else {
        number->step =
            number->attention == ATTENTION_NO_SIGNER ? STEP_AUTHORIZE : step_after_mending(number);
        number->attention = ATTENTION_NONE;
        number->reason_code = 0;
        number->reason[0] = '\0';
        number->tries = 0;
    }
    number->due_at_ms = now_ms;
}
