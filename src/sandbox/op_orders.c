/* Operations 1 and 3 to 5 of service.md 1.1: create, fetch, update and delete an order. */
#include "sandbox/exchange.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

void note_order(struct exchange *exchange, const struct order *order, enum sandbox_effect effect)
{
    exchange->entry.order = order->index;
    exchange->entry.effect = (uint8_t)effect;
    exchange->response->effect = effect;
}

static bool check_capability(struct exchange *exchange)
{
    const char *value = parameter(exchange, "SmsCapability");
    if (value == NULL)
        return check_required(exchange, "SmsCapability");
    if (text_same_word(value, "true"))
        return true;
    if (text_same_word(value, "false"))
        return refuse(exchange, 22119, "SmsCapability must be true");
    return refuse(exchange, 20001, "SmsCapability must be either 'true' or 'false'");
}

static bool check_details(struct exchange *exchange)
{
    return check_sid(exchange, "AccountSid", "AC", 21470) &&
           check_length(exchange, "FriendlyName", 128, 22116) &&
           check_length(exchange, "UniqueName", 128, 22115) && check_emails(exchange, "Email") &&
           check_emails(exchange, "CcEmails") && check_url(exchange, "SmsUrl") &&
           check_url(exchange, "SmsFallbackUrl") && check_url(exchange, "StatusCallbackUrl") &&
           check_method(exchange, "SmsMethod") && check_method(exchange, "SmsFallbackMethod") &&
           check_method(exchange, "StatusCallbackMethod") &&
           check_sid(exchange, "SmsApplicationSid", "AP", 22108) &&
           check_sid(exchange, "AddressSid", "AD", 22109) && check_verification(exchange);
}

/* A UniqueName belongs to one order; what the service answers to a second is unknown
 * (docs/sandbox.md). */
static bool check_unique_name(struct exchange *exchange, const struct order *self)
{
    const char *name = parameter(exchange, "UniqueName");
    uint32_t index =
        name != NULL ? lookup_find(&exchange->sandbox->by_unique_name, name) : LOOKUP_NONE;
    if (index == LOOKUP_NONE || exchange->sandbox->orders[index] == self || exchange->checked)
        return true;
    return refuse(exchange, 20001, "UniqueName is already in use by another order");
}

static bool fits_pattern(const char *pattern, const char *text)
{
    for (; *pattern != '\0'; pattern++, text++) {
        if (*pattern == '*')
            return true;
        if (*text == '\0' || (*pattern != '?' && *pattern != *text))
            return false;
    }
    return *text == '\0';
}

static bool check_eligible(struct exchange *exchange, const char *phone_number)
{
    static const char not_hostable[] = "The phone number %.40s cannot be hosted: %s";
    const struct scenario *scenario = &exchange->sandbox->scenario;
    if (magic_of(phone_number) == MAGIC_MOBILE)
        return refuse(exchange, 22110, not_hostable, phone_number, "it is a mobile number");
    for (size_t i = 0; i < scenario->eligibility_count; i++)
        if (fits_pattern(scenario->eligibility[i].pattern, phone_number))
            return refuse(exchange, scenario->eligibility[i].code, not_hostable, phone_number,
                          "its type or carrier is not supported");
    if (!exchange->checked && order_alive(exchange->sandbox, phone_number) != NULL)
        return refuse(exchange, 22110, not_hostable, phone_number, "it is already hosted");
    return true;
}

static void copy_optional(const struct exchange *exchange, const char *name, char **to)
{
    const char *value = parameter(exchange, name);
    if (value != NULL)
        text_replace(to, value[0] != '\0' ? value : NULL);
}

static void copy_people(const struct exchange *exchange, struct order *order)
{
    copy_optional(exchange, "FriendlyName", &order->friendly_name);
    copy_optional(exchange, "Email", &order->email);
    char *cc_emails = join_values(exchange, "CcEmails");
    if (cc_emails != NULL) {
        free(order->cc_emails);
        order->cc_emails = cc_emails;
    }
}

static void copy_details(const struct exchange *exchange, struct order *order)
{
    const char *account = parameter(exchange, "AccountSid");
    TEXT_SET(order->account_sid, account != NULL ? account : exchange->account_sid);
    TEXT_SET(order->address_sid, parameter(exchange, "AddressSid"));
    TEXT_SET(order->bill_sid, parameter(exchange, "VerificationDocumentSid"));
    copy_people(exchange, order);
    copy_optional(exchange, "UniqueName", &order->unique_name);
    copy_optional(exchange, "SmsUrl", &order->sms_url);
    copy_optional(exchange, "StatusCallbackUrl", &order->status_callback_url);
    TEXT_SET(order->status_callback_method, parameter(exchange, "StatusCallbackMethod"));
    const char *type = parameter(exchange, "VerificationType");
    if (type == NULL || !verification_type_parse(type, &order->verification_type))
        order->verification_type = VERIFICATION_PHONE_CALL;
}

/* Numbers its orders by how many the phone number had before: a SID does not depend on who asked
 * first. */
static uint64_t count_older(const struct sandbox *sandbox, const struct order *order)
{
    uint64_t count = 0;
    for (uint32_t at = order->older; at != LOOKUP_NONE; at = sandbox->orders[at]->older)
        count++;
    return count;
}

static void name_order(struct sandbox *sandbox, struct order *order)
{
    uint64_t n = count_older(sandbox, order);
    draw_sid(order->sid, sizeof order->sid, sandbox->seed, "HR", order->phone_number, n);
    draw_sid(order->incoming_sid, sizeof order->incoming_sid, sandbox->seed, "PN",
             order->phone_number, n);
}

void op_create_order(struct exchange *exchange)
{
    struct sandbox *sandbox = exchange->sandbox;
    const char *phone_number = parameter(exchange, "PhoneNumber");
    if (phone_number == NULL)
        check_required(exchange, "PhoneNumber");
    if (phone_number == NULL || !check_phone(exchange, phone_number) ||
        !check_capability(exchange) || !check_details(exchange) ||
        !check_eligible(exchange, phone_number) || !check_unique_name(exchange, NULL) ||
        races_later(exchange))
        return;
    struct order *order = order_new(sandbox, phone_number);
    if (order == NULL) {
        refuse(exchange, 20503, "The sandbox holds no more than %d orders", SANDBOX_ORDERS_MAX);
        return;
    }
    name_order(sandbox, order);
    copy_details(exchange, order);
    order_file(sandbox, order);
    life_begin(sandbox, order);
    note_order(exchange, order, EFFECT_ORDER_CREATED);
    exchange->response->status = 201;
    answer_order(exchange, order, true);
    if (order->magic == MAGIC_ANSWER_LOST && order->older == LOOKUP_NONE)
        exchange->fault = FAULT_TIMEOUT_AFTER;
}

static struct order *order_of_path(struct exchange *exchange)
{
    struct order *order = order_by_sid(exchange->sandbox, exchange->path_sid);
    if (order == NULL)
        refuse_missing(exchange);
    else
        note_order(exchange, order, EFFECT_NONE);
    return order;
}

void op_fetch_order(struct exchange *exchange)
{
    struct order *order = order_of_path(exchange);
    if (order == NULL)
        return;
    exchange->response->status = 200;
    answer_order(exchange, order, true);
}

enum sandbox_operation update_kind(const struct params *body)
{
    const char *type = params_get(body, "VerificationType");
    if (params_get(body, "VerificationCode") != NULL)
        return SANDBOX_POST_CODE;
    if (type != NULL ? text_same_word(type, "phone-bill")
                     : params_get(body, "VerificationDocumentSid") != NULL)
        return SANDBOX_ATTACH_BILL;
    return params_get(body, "Status") != NULL ? SANDBOX_START_CALL : SANDBOX_UPDATE_ORDER;
}

static bool post_code(struct exchange *exchange, struct order *order)
{
    const char *code = parameter(exchange, "VerificationCode");
    if (order->status != STATUS_PENDING_VERIFICATION)
        return refuse(exchange, 22114, "The order is not waiting for a verification code");
    if (strcmp(code, order->code) != 0 || exchange->sandbox->now_ms >= order->code_until_ms)
        return refuse(exchange, 22113, "The verification code is wrong or has expired");
    life_verify(exchange->sandbox, order);
    return true;
}

static bool attach_bill(struct exchange *exchange, struct order *order)
{
    const char *bill = parameter(exchange, "VerificationDocumentSid");
    if (order->status != STATUS_RECEIVED && order->status != STATUS_PENDING_VERIFICATION)
        return refuse(exchange, 22112, "The order is %s and takes no verification document",
                      status_name(order->status));
    if (bill == NULL && order->bill_sid[0] == '\0')
        return refuse(exchange, 22118, "VerificationDocumentSid is required for phone-bill");
    if (bill != NULL)
        TEXT_SET(order->bill_sid, bill);
    note_order(exchange, order, EFFECT_BILL_SUBMITTED);
    life_review_bill(exchange->sandbox, order);
    return true;
}

static bool start_call(struct exchange *exchange, struct order *order)
{
    if (order->attempts >= VERIFICATION_ATTEMPTS &&
        (order->status == STATUS_ACTION_REQUIRED || order->status == STATUS_PENDING_VERIFICATION))
        return refuse(exchange, 22100, "The maximum number of verification attempts was reached");
    if (order->status != STATUS_RECEIVED && order->status != STATUS_PENDING_VERIFICATION)
        return refuse(exchange, 22112, "The order is %s and cannot become pending-verification",
                      status_name(order->status));
    if (life_call_is_refused(exchange->sandbox, order))
        return refuse(exchange, 22123, "The verification call could not be initiated");
    order->verification_type = VERIFICATION_PHONE_CALL;
    life_place_call(exchange->sandbox, order);
    note_order(exchange, order, EFFECT_CALL_PLACED);
    return true;
}

static bool check_status(struct exchange *exchange)
{
    const char *word = parameter(exchange, "Status");
    enum status status = STATUS_QUEUED;
    if (word == NULL)
        return true;
    if (!status_parse(word, &status) || !status_is_remote(status))
        return refuse(exchange, 22111, "Status %.60s is not a status of an order", word);
    if (status != STATUS_PENDING_VERIFICATION)
        return refuse(exchange, 22112, "Status %.60s cannot be set by a user", word);
    return true;
}

static bool check_update(struct exchange *exchange, const struct order *order)
{
    return check_length(exchange, "FriendlyName", 128, 22116) &&
           check_length(exchange, "UniqueName", 128, 22115) && check_emails(exchange, "Email") &&
           check_emails(exchange, "CcEmails") && check_unique_name(exchange, order) &&
           check_extension(exchange) && check_call_delay(exchange) &&
           check_verification(exchange) && check_status(exchange);
}

static bool carry_out_update(struct exchange *exchange, struct order *order)
{
    enum sandbox_operation kind = update_kind(&exchange->body);
    if (kind == SANDBOX_POST_CODE)
        return post_code(exchange, order);
    bool by_bill = order->verification_type == VERIFICATION_PHONE_BILL &&
                   parameter(exchange, "VerificationType") == NULL;
    if (kind == SANDBOX_ATTACH_BILL || (kind == SANDBOX_START_CALL && by_bill))
        return attach_bill(exchange, order);
    return kind != SANDBOX_START_CALL || start_call(exchange, order);
}

/* What the call itself needs: how long to wait and what to dial behind an IVR. */
static void copy_call_options(const struct exchange *exchange, struct order *order)
{
    long long delay = 0;
    const char *text = parameter(exchange, "CallDelay");
    if (text != NULL && text_to_int(text, 0, CALL_DELAY_MAX, &delay))
        order->call_delay = (int32_t)delay;
    if (parameter(exchange, "Extension") != NULL)
        TEXT_SET(order->extension, parameter(exchange, "Extension"));
}

static void copy_update(struct exchange *exchange, struct order *order)
{
    if (parameter(exchange, "UniqueName") != NULL)
        order_rename(exchange->sandbox, order, parameter(exchange, "UniqueName"));
    copy_people(exchange, order);
    order->updated_at_ms = exchange->sandbox->now_ms;
}

void op_update_order(struct exchange *exchange)
{
    struct order *order = order_of_path(exchange);
    if (order == NULL || !check_update(exchange, order))
        return;
    struct order before = *order; /* a refused update changes nothing */
    copy_call_options(exchange, order);
    if (!carry_out_update(exchange, order)) {
        order->call_delay = before.call_delay;
        TEXT_SET(order->extension, before.extension);
        return;
    }
    copy_update(exchange, order);
    exchange->response->status = 200;
    answer_order(exchange, order, true);
}

void op_delete_order(struct exchange *exchange)
{
    struct order *order = order_of_path(exchange);
    if (order == NULL)
        return;
    if (order->status != STATUS_RECEIVED && order->status != STATUS_PENDING_VERIFICATION &&
        order->status != STATUS_VERIFIED && order->status != STATUS_PENDING_LOA) {
        refuse(exchange, 20409, "The order is %s and cannot be deleted",
               status_name(order->status));
        return;
    }
    note_order(exchange, order, EFFECT_ORDER_DELETED);
    order_delete(exchange->sandbox, order);
    exchange->response->status = 204;
}
