#include "domain/column.h"

#include "base/text.h"
#include "domain/phone.h"

#include <string.h>
#include <strings.h>

/* A value on its way into its field. */
struct value {
    const char *text; /* trimmed */
    size_t bytes;
    void *to;
    size_t to_bytes;
    const char *prefix; /* of SIDs */
    const char *hint;   /* what is right, for the message */
    struct finding *wrong;
    struct finding *warning;
};

typedef bool (*take_fn)(const struct value *value);

static bool refuse(const struct value *value, const char *rule, const char *note)
{
    *value->wrong = (struct finding){.rule = rule, .note = note, .suggestion = value->hint};
    return false;
}

static bool store_text(const struct value *value)
{
    if (value->bytes >= value->to_bytes)
        return refuse(value, "the value is too long", "");
    memcpy(value->to, value->text, value->bytes);
    ((char *)value->to)[value->bytes] = '\0';
    return true;
}

static bool take_text(const struct value *value)
{
    for (size_t i = 0; i < value->bytes; i++)
        if ((unsigned char)value->text[i] < 0x20 || value->text[i] == 0x7F)
            return refuse(value, "a control character, such as a line break, stands in the value",
                          "");
    return store_text(value);
}

static bool take_friendly_name(const struct value *value)
{
    size_t characters = 0;
    for (size_t i = 0; i < value->bytes; i++)
        characters += ((unsigned char)value->text[i] & 0xC0) != 0x80 ? 1 : 0;
    if (characters > 64)
        return refuse(value, "the name is longer than 64 characters", "");
    return take_text(value);
}

/* The rules' own suggestions are for a number to be hosted: an extension, for one, has a column
 * beside it. */
static const char *phone_suggestion(const struct value *value, enum phone_rule rule, bool hosted)
{
    bool is_of_hosting = rule == PHONE_EXTENSION || rule == PHONE_SERVICE ||
                         rule == PHONE_COUNTRY || rule == PHONE_NEIGHBOUR;
    return is_of_hosting && !hosted ? value->hint : phone_rule_suggestion(rule);
}

static void warn_of_phone(const struct value *value, const struct phone *phone, bool hosted)
{
    if (phone->warning == PHONE_WARNING_AREA)
        *value->warning = (struct finding){.rule = "this version does not know the area code",
                                           .note = "",
                                           .suggestion = "check it"};
    else if (phone->warning == PHONE_WARNING_TERRITORY && hosted)
        *value->warning =
            (struct finding){.rule = "the number belongs to a US territory, which the service may "
                                     "not host",
                             .note = phone->country,
                             .suggestion = "ask Twilio whether it does"};
}

static bool take_number(const struct value *value, bool hosted)
{
    struct phone phone;
    if (!phone_normalise(value->text, value->bytes, &phone)) {
        *value->wrong = (struct finding){.rule = phone_rule_text(phone.rule),
                                         .note = phone.country,
                                         .suggestion = phone_suggestion(value, phone.rule, hosted)};
        return false;
    }
    memcpy(value->to, phone.phone_number, sizeof phone.phone_number);
    warn_of_phone(value, &phone, hosted);
    return true;
}

static bool take_phone(const struct value *value)
{
    return take_number(value, true);
}

static bool take_contact_phone(const struct value *value)
{
    return take_number(value, false);
}

static bool is_address_char(char c)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
    return letter || (c >= '0' && c <= '9') || strchr("!#$%&'*+/=?^_`{|}~.-", c) != NULL;
}

/* local@domain.tld without blanks; the service has the last word. */
static bool is_email(const char *text, size_t bytes)
{
    const char *at = memchr(text, '@', bytes);
    if (at == NULL || at == text || bytes >= EMAIL_BYTES || at - text > 64)
        return false;
    const char *domain = at + 1;
    size_t domain_bytes = bytes - (size_t)(domain - text);
    const char *dot = memrchr(domain, '.', domain_bytes);
    if (dot == NULL || dot == domain || dot + 2 >= domain + domain_bytes || domain[0] == '-')
        return false;
    for (size_t i = 0; i < bytes; i++) {
        char c = text[i]; /* the last one is no dot */
        bool doubled = c == '.' && (text[i + 1] == '.' || text[i + 1] == '@');
        if (doubled || (text + i != at && !is_address_char(c)))
            return false;
    }
    return text[0] != '.' && domain[0] != '.';
}

static bool take_email(const struct value *value)
{
    if (!is_email(value->text, value->bytes))
        return refuse(value, "this is not an e-mail address", "");
    return store_text(value);
}

/* Addresses between ';', stored without blanks and empty ones. */
static bool take_emails(const struct value *value)
{
    char *to = value->to;
    size_t used = 0;
    const char *at = value->text;
    const char *end = at + value->bytes;
    while (at < end) {
        const char *stop = memchr(at, ';', (size_t)(end - at));
        stop = stop != NULL ? stop : end;
        const char *last = stop;
        while (at < last && *at == ' ')
            at++;
        while (last > at && last[-1] == ' ')
            last--;
        size_t bytes = (size_t)(last - at);
        if (bytes > 0 && !is_email(at, bytes))
            return refuse(value, "one of these is not an e-mail address", "");
        if (used + bytes + 2 > value->to_bytes)
            return refuse(value, "the list of addresses is too long", "");
        if (bytes > 0 && used > 0)
            to[used++] = ';';
        memcpy(to + used, at, bytes);
        used += bytes;
        at = stop + 1;
    }
    to[used] = '\0';
    return true;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool take_sid(const struct value *value)
{
    enum { PREFIX = 2, DIGITS = 32 };
    char *to = value->to;
    static const char digits_rule[] =
        "the two letters of the SID are not followed by exactly 32 hexadecimal digits";
    if (strncmp(value->text, value->prefix, PREFIX) != 0)
        return refuse(value, "the value does not begin with the two letters of this kind of SID",
                      "");
    if (value->bytes != PREFIX + DIGITS)
        return refuse(value, digits_rule, "");
    for (size_t i = PREFIX; i < value->bytes; i++)
        if (!is_hex(value->text[i]))
            return refuse(value, digits_rule, "");
    memcpy(to, value->text, value->bytes);
    to[value->bytes] = '\0';
    return true;
}

static bool take_type(const struct value *value)
{
    char word[32];
    TEXT_SET(word, value->text);
    if (!verification_type_parse(word, value->to))
        return refuse(value, "there is no such verification type", "");
    return true;
}

static bool take_extension(const struct value *value)
{
    for (size_t i = 0; i < value->bytes; i++)
        if (strchr("0123456789#*w", value->text[i]) == NULL)
            return refuse(value, "an extension consists of digits, #, * and w", "");
    return store_text(value);
}

static bool take_int(const struct value *value, long long high)
{
    long long number = 0;
    if (!text_to_int(value->text, 0, high, &number))
        return refuse(value, "this is not a whole number in its range", "");
    *(int32_t *)value->to = (int32_t)number;
    return true;
}

static bool take_call_delay(const struct value *value)
{
    if (!take_int(value, CALL_DELAY_MAX))
        return false;
    if (*(int32_t *)value->to > 30)
        *value->warning =
            (struct finding){.rule = "a call delay of more than 30 seconds is not taken everywhere",
                             .note = "",
                             .suggestion = "prefer w (half a second) in the extension"};
    return true;
}

static bool take_priority(const struct value *value)
{
    return take_int(value, PRIORITY_MAX);
}

static bool take_url(const struct value *value)
{
    const char *text = value->text;
    size_t scheme = strncasecmp(text, "https://", 8) == 0  ? 8
                    : strncasecmp(text, "http://", 7) == 0 ? 7
                                                           : 0;
    if (scheme == 0)
        return refuse(value, "the URL does not begin with https:// or http://", "");
    size_t host = strcspn(text + scheme, "/?#");
    if (host == 0 || text[scheme] == ':' || text[scheme] == '.')
        return refuse(value, "the URL has no host", "");
    for (size_t i = 0; i < value->bytes; i++)
        if ((unsigned char)text[i] <= 0x20 || text[i] == 0x7F || strchr("\"<>\\", text[i]) != NULL)
            return refuse(value, "a blank or another forbidden character stands in the URL", "");
    return store_text(value);
}

static bool take_method(const struct value *value)
{
    static const char *const methods[] = {"GET", "POST"};
    for (size_t i = 0; i < COUNT_OF(methods); i++)
        if (strcasecmp(value->text, methods[i]) == 0)
            return text_copy(value->to, value->to_bytes, methods[i]);
    return refuse(value, "the method is neither GET nor POST", "");
}

/* Area/City as in tzdata, or UTC. Whether the system knows it is a question for domain/window. */
static bool take_zone(const struct value *value)
{
    const char *text = value->text;
    size_t letters =
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/");
    const char *slash = strchr(text, '/');
    bool parts = slash != NULL && slash != text && slash[1] != '\0' && strstr(text, "//") == NULL &&
                 text[value->bytes - 1] != '/';
    if (letters != value->bytes || (!parts && strcmp(text, "UTC") != 0))
        return refuse(value, "this is not the name of a time zone", "");
    return store_text(value);
}

enum part { PART_ROW, PART_SIGNER, PART_DETAILS };
enum mask { MASK_SHORT, MASK_PHONE, MASK_EMAIL, MASK_SECRET };

struct spec {
    const char *name;
    take_fn take;
    enum part part;
    size_t offset;
    size_t bytes; /* of the field, its NUL included; sizeof the field for the numbers */
    bool is_number;
    enum mask mask;
    const char *prefix;
    const char *hint;
};

#define IN_ROW(field) PART_ROW, offsetof(struct row, field), sizeof(((struct row *)0)->field)
#define IN_SIGNER(field)                                                                           \
    PART_SIGNER, offsetof(struct signer, field), sizeof(((struct signer *)0)->field)
#define IN_DETAILS(field)                                                                          \
    PART_DETAILS, offsetof(struct order_details, field), sizeof(((struct order_details *)0)->field)

#define URL_HINT "write the whole address, e.g. https://example.com/sms, of at most 1024 characters"
#define METHOD_HINT "write GET or POST"

/* Names and limits: service.md 1.2, 2.9 and 3.3. */
static const struct spec specs[COLUMN_COUNT] = {
    [COLUMN_PHONE_NUMBER] = {"phone_number", take_phone, IN_ROW(phone_number), false, MASK_PHONE,
                             "", ""},
    [COLUMN_FRIENDLY_NAME] = {"friendly_name", take_friendly_name, IN_DETAILS(friendly_name), false,
                              MASK_SHORT, "", "use at most 64 characters on one line"},
    [COLUMN_EMAIL] = {"email", take_email, IN_DETAILS(email), false, MASK_EMAIL, "",
                      "write one address, as name@example.com"},
    [COLUMN_CC_EMAILS] = {"cc_emails", take_emails, IN_DETAILS(cc_emails), false, MASK_EMAIL, "",
                          "write addresses with ; between them, at most 1024 characters in all"},
    [COLUMN_ADDRESS_SID] = {"address_sid", take_sid, IN_DETAILS(address_sid), false, MASK_SECRET,
                            "AD", "write AD and 32 hexadecimal digits, from the Twilio Console"},
    [COLUMN_VERIFICATION_TYPE] = {"verification_type", take_type, IN_ROW(verification_type), true,
                                  MASK_SHORT, "", "write phone-call or phone-bill"},
    [COLUMN_VERIFICATION_DOCUMENT_SID] =
        {"verification_document_sid", take_sid, IN_DETAILS(verification_document_sid), false,
         MASK_SECRET, "RI", "write RI and 32 hexadecimal digits, from the Twilio Console"},
    [COLUMN_EXTENSION] = {"extension", take_extension, IN_DETAILS(extension), false, MASK_SHORT, "",
                          "write at most 64 digits, #, * or w (w waits half a second)"},
    [COLUMN_CALL_DELAY] = {"call_delay", take_call_delay, IN_DETAILS(call_delay), true, MASK_SHORT,
                           "", "write seconds from 0 to 60"},
    [COLUMN_SMS_URL] = {"sms_url", take_url, IN_DETAILS(sms_url), false, MASK_SECRET, "", URL_HINT},
    [COLUMN_SMS_METHOD] = {"sms_method", take_method, IN_DETAILS(sms_method), false, MASK_SHORT, "",
                           METHOD_HINT},
    [COLUMN_SMS_FALLBACK_URL] = {"sms_fallback_url", take_url, IN_DETAILS(sms_fallback_url), false,
                                 MASK_SECRET, "", URL_HINT},
    [COLUMN_SMS_FALLBACK_METHOD] = {"sms_fallback_method", take_method,
                                    IN_DETAILS(sms_fallback_method), false, MASK_SHORT, "",
                                    METHOD_HINT},
    [COLUMN_SMS_APPLICATION_SID] = {"sms_application_sid", take_sid,
                                    IN_DETAILS(sms_application_sid), false, MASK_SECRET, "AP",
                                    "write AP and 32 hexadecimal digits, from the Twilio Console"},
    [COLUMN_STATUS_CALLBACK_URL] = {"status_callback_url", take_url,
                                    IN_DETAILS(status_callback_url), false, MASK_SECRET, "",
                                    URL_HINT},
    [COLUMN_STATUS_CALLBACK_METHOD] = {"status_callback_method", take_method,
                                       IN_DETAILS(status_callback_method), false, MASK_SHORT, "",
                                       METHOD_HINT},
    [COLUMN_ACCOUNT_SID] = {"account_sid", take_sid, IN_DETAILS(account_sid), false, MASK_SECRET,
                            "AC", "write AC and 32 hexadecimal digits, from the Twilio Console"},
    [COLUMN_CONTACT_TITLE] = {"contact_title", take_text, IN_SIGNER(contact_title), false,
                              MASK_SHORT, "", "use at most 128 bytes on one line"},
    [COLUMN_CONTACT_PHONE_NUMBER] = {"contact_phone_number", take_contact_phone,
                                     IN_SIGNER(contact_phone_number), false, MASK_PHONE, "",
                                     "write a US or Canadian number without extension"},
    [COLUMN_SITE] = {"site", take_text, IN_ROW(site), false, MASK_SHORT, "",
                     "use at most 128 bytes on one line"},
    [COLUMN_TIME_ZONE] = {"time_zone", take_zone, IN_ROW(time_zone), false, MASK_SHORT, "",
                          "write a name of the tz database, e.g. America/Chicago"},
    [COLUMN_PRIORITY] = {"priority", take_priority, IN_ROW(priority), true, MASK_SHORT, "",
                         "write 0 (default) to 9 (first)"},
};

const char *column_name(enum column column)
{
    return specs[column].name;
}

/* The letters and digits of a heading, in lower case. */
static void squeeze(const char *heading, char *to, size_t to_bytes)
{
    size_t count = 0;
    for (const char *at = heading; *at != '\0' && count + 1 < to_bytes; at++) {
        if (*at == '_' || *at == '-' || *at == ' ')
            continue;
        to[count++] = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
    }
    to[count] = '\0';
}

bool column_parse(const char *heading, enum column *column)
{
    char wanted[64];
    char name[64];
    squeeze(heading, wanted, sizeof wanted);
    for (int i = 0; i < COLUMN_COUNT; i++) {
        squeeze(specs[i].name, name, sizeof name);
        if (strcmp(wanted, name) == 0) {
            *column = (enum column)i;
            return true;
        }
    }
    return false;
}

const char *column_closest(const char *heading)
{
    const char *names[COLUMN_COUNT];
    for (int i = 0; i < COLUMN_COUNT; i++)
        names[i] = specs[i].name;
    const char *closest = text_closest(heading, names, COLUMN_COUNT);
    size_t distance_max = strlen(heading) < 6 ? 1 : 2; /* "note" is not a slip for "site" */
    if (closest == NULL || text_distance(heading, closest) > distance_max)
        return NULL;
    return closest;
}

static void *field_of(const struct spec *spec, const struct row_target *target)
{
    switch (spec->part) {
    case PART_ROW: return (char *)target->row + spec->offset;
    case PART_SIGNER: return (char *)target->signer + spec->offset;
    case PART_DETAILS: break;
    }
    return (char *)target->details + spec->offset;
}

static void set_empty(enum column column, void *to)
{
    if (column == COLUMN_VERIFICATION_TYPE)
        return;
    if (specs[column].is_number)
        *(int32_t *)to = 0;
    else
        *(char *)to = '\0';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool column_take(enum column column, const char *text, size_t bytes,
                 const struct row_target *target, struct finding *wrong, struct finding *warning)
{
    const struct spec *spec = &specs[column];
    void *to = field_of(spec, target);
    char trimmed[URL_BYTES + 1];
    while (bytes > 0 && is_blank(text[0])) {
        text++;
        bytes--;
    }
    size_t kept = bytes;
    while (kept > 0 && is_blank(text[kept - 1]))
        kept--;
    if (kept == 0) {
        set_empty(column, to);
        return true;
    }
    if (kept < bytes && kept < sizeof trimmed) { /* the checks want a NUL behind the value */
        memcpy(trimmed, text, kept);
        trimmed[kept] = '\0';
        text = trimmed;
    }
    const struct value value = {.text = text,
                                .bytes = kept,
                                .to = to,
                                .to_bytes = spec->bytes,
                                .prefix = spec->prefix,
                                .hint = spec->hint,
                                .wrong = wrong,
                                .warning = warning};
    return spec->take(&value);
}

/* The first `head` and last `tail` bytes (tail is less than bytes, or 0), with stars between, each
 * byte a terminal might obey replaced. */
static void cut(const char *text, size_t bytes, size_t head, size_t tail, char to[MASK_BYTES])
{
    size_t count = 0;
    bool whole = bytes <= head;
    for (size_t i = 0; i < bytes; i++) {
        if (!whole && i == head) {
            memcpy(to + count, "***", 3);
            count += 3;
        }
        if (i < head || i >= bytes - tail)
            to[count++] = text[i] >= 0x20 && text[i] < 0x7F ? text[i] : '?';
    }
    to[count] = '\0';
}

/* What else stands in a number is no secret. */
static bool is_digit_or_letter(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* As "+1415***0123": however the number is written, three of its digits stay hidden. */
static void cut_phone(const char *text, size_t bytes, char to[MASK_BYTES])
{
    enum { HEAD = 5, TAIL = 4, HIDDEN = 3 };
    size_t head = HEAD;
    size_t hidden = 0;
    for (size_t i = head; i + TAIL < bytes; i++)
        hidden += is_digit_or_letter(text[i]) ? 1 : 0;
    while (hidden < HIDDEN && head > 0)
        hidden += is_digit_or_letter(text[--head]) ? 1 : 0;
    cut(text, bytes, head, TAIL, to);
}

static bool looks_like_phone(const char *text, size_t bytes)
{
    size_t digits = 0;
    for (size_t i = 0; i < bytes; i++)
        digits += text[i] >= '0' && text[i] <= '9' ? 1 : 0;
    return digits >= 7;
}

void column_mask(enum column column, const char *text, size_t bytes, char to[MASK_BYTES])
{
    enum mask mask = specs[column].mask;
    if (memchr(text, '@', bytes) != NULL)
        mask =
            MASK_EMAIL; /* columns get shifted: what looks personal is masked wherever it stands */
    else if (mask == MASK_SHORT && looks_like_phone(text, bytes))
        mask = MASK_PHONE;
    switch (mask) {
    case MASK_PHONE:
        if (bytes < 9)
            cut(text, bytes, bytes < 4 ? bytes : 1, 0, to);
        else
            cut_phone(text, bytes, to);
        return;
    case MASK_EMAIL: cut(text, bytes, 1, 0, to); return;
    case MASK_SECRET: cut(text, bytes, 8, 0, to); return;
    case MASK_SHORT: cut(text, bytes, 24, 0, to); return;
    }
}
