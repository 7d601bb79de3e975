/* The service's opinion of parameters: codes of service.md 3.3. */
#include "sandbox/exchange.h"

#include "base/memory.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>

const char *parameter(const struct exchange *exchange, const char *name)
{
    return params_get(&exchange->body, name);
}

bool check_required(struct exchange *exchange, const char *name)
{
    const char *value = parameter(exchange, name);
    if (value != NULL && value[0] != '\0')
        return true;
    return refuse(exchange, 20001, "Missing required parameter %s in the post body", name);
}

/* Area codes of +1 outside of the United States and Canada. */
static const char *const other_countries[] = {"242", "246", "264", "268", "284", "345", "441",
                                              "473", "649", "658", "664", "721", "758", "767",
                                              "784", "809", "829", "849", "868", "869", "876"};

bool check_phone(struct exchange *exchange, const char *phone_number)
{
    size_t digits = strspn(phone_number + (phone_number[0] == '+' ? 1 : 0), "0123456789");
    if (phone_number[0] == '\0')
        return refuse(exchange, 22102, "Phone Number is required");
    if (phone_number[0] != '+' || phone_number[1 + digits] != '\0' || digits < 8 || digits > 15 ||
        phone_number[1] == '0')
        return refuse(exchange, 22102, "Invalid E164 Phone Number: %.40s", phone_number);
    if (phone_number[1] != '1')
        return refuse(exchange, 22103, "Unsupported ISO country: %.40s", phone_number);
    if (digits != 11 || phone_number[2] < '2' || phone_number[5] < '2')
        return refuse(exchange, 22102, "Invalid Phone Number: %.40s", phone_number);
    for (size_t i = 0; i < COUNT_OF(other_countries); i++)
        if (strncmp(phone_number + 2, other_countries[i], 3) == 0)
            return refuse(exchange, 22103, "Unsupported ISO country: %.40s", phone_number);
    return true;
}

bool sid_is_well_formed(const char *sid, const char *prefix)
{
    return strncmp(sid, prefix, 2) == 0 && strlen(sid) == SID_BYTES - 1 &&
           strspn(sid + 2, "0123456789abcdefABCDEF") == SID_BYTES - 3;
}

bool check_sid(struct exchange *exchange, const char *name, const char *prefix, int32_t code)
{
    const char *sid = parameter(exchange, name);
    if (sid == NULL || sid_is_well_formed(sid, prefix))
        return true;
    return refuse(exchange, code, "%s is not a valid SID: it must begin with %s", name, prefix);
}

static bool is_email(const char *text)
{
    const char *at = strchr(text, '@');
    return at != NULL && at != text && strchr(at + 1, '@') == NULL && strlen(text) < EMAIL_BYTES &&
           strchr(at, '.') != NULL && at[1] != '.' && strpbrk(text, " \t\r\n,;<>") == NULL &&
           text[strlen(text) - 1] != '.';
}

bool check_emails(struct exchange *exchange, const char *name)
{
    size_t at = 0;
    const char *email = NULL;
    while ((email = params_next(&exchange->body, name, &at)) != NULL)
        if (!is_email(email))
            return refuse(exchange, 22104, "%s is not a valid e-mail address", name);
    return true;
}

bool check_url(struct exchange *exchange, const char *name)
{
    const char *url = parameter(exchange, name);
    if (url == NULL || url[0] == '\0')
        return true;
    const char *host = strncmp(url, "https://", 8) == 0  ? url + 8
                       : strncmp(url, "http://", 7) == 0 ? url + 7
                                                         : NULL;
    if (host != NULL && (isalnum((unsigned char)host[0]) || host[0] == '[') &&
        strpbrk(url, " \t\r\n") == NULL && strlen(url) < URL_BYTES)
        return true;
    return refuse(exchange, 22105, "%s must be a fully qualified http or https URL", name);
}

bool check_method(struct exchange *exchange, const char *name)
{
    const char *method = parameter(exchange, name);
    if (method == NULL || strcmp(method, "GET") == 0 || strcmp(method, "POST") == 0)
        return true;
    return refuse(exchange, 22106, "%s must be GET or POST", name);
}

bool check_length(struct exchange *exchange, const char *name, size_t most, int32_t code)
{
    const char *value = parameter(exchange, name);
    size_t characters = 0;
    for (const char *at = value != NULL ? value : ""; *at != '\0'; at++)
        characters += ((unsigned char)*at & 0xC0) != 0x80 ? 1 : 0;
    return characters <= most ||
           refuse(exchange, code, "%s is longer than %zu characters", name, most);
}

bool check_extension(struct exchange *exchange)
{
    const char *extension = parameter(exchange, "Extension");
    if (extension == NULL)
        return true;
    size_t length = strlen(extension);
    if (length > 0 && length < EXTENSION_BYTES && strspn(extension, "0123456789wW*#") == length)
        return true;
    return refuse(exchange, 22117, "Extension may hold digits, w, * and # and must not be empty");
}

bool check_call_delay(struct exchange *exchange)
{
    const char *delay = parameter(exchange, "CallDelay");
    long long seconds = 0;
    if (delay == NULL || text_to_int(delay, 0, CALL_DELAY_MAX, &seconds))
        return true;
    return refuse(exchange, 20001, "CallDelay must be a number from 0 to %d", CALL_DELAY_MAX);
}

bool check_verification(struct exchange *exchange)
{
    const char *type = parameter(exchange, "VerificationType");
    const char *bill = parameter(exchange, "VerificationDocumentSid");
    enum verification_type parsed = VERIFICATION_PHONE_CALL;
    if (type != NULL && !verification_type_parse(type, &parsed))
        return refuse(exchange, 22120, "VerificationType must be phone-call or phone-bill");
    if (bill != NULL && !sid_is_well_formed(bill, "RI"))
        return refuse(exchange, 22118, "VerificationDocumentSid is not a phone bill document");
    if (parsed == VERIFICATION_PHONE_BILL && bill == NULL)
        return refuse(exchange, 22118, "VerificationDocumentSid is required for phone-bill");
    return true;
}

char *join_values(const struct exchange *exchange, const char *name)
{
    struct buf joined;
    buf_init(&joined, 64 * 1024);
    size_t at = 0;
    const char *value = NULL;
    while ((value = params_next(&exchange->body, name, &at)) != NULL) {
        if (joined.length > 0)
            buf_add_char(&joined, '\n');
        buf_add_text(&joined, value);
    }
    char *text = joined.length > 0 ? memory_copy_text(buf_text(&joined)) : NULL;
    buf_done(&joined);
    return text;
}
