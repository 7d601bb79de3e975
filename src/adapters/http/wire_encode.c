#include "adapters/http/form.h"
#include "adapters/http/wire_parts.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>

#define ORDERS "/HostedNumbers/HostedNumberOrders"
#define DOCUMENTS "/HostedNumbers/AuthorizationDocuments"

typedef bool (*check_fn)(const struct request *request, struct error *err);
typedef void (*write_fn)(const struct request *request, struct form *form);

static bool unencodable(struct error *err, enum operation operation, const char *what)
{
    return error_set(err, ERROR_OTHER, "cannot encode %s: %s", operation_name(operation), what);
}

bool wire_is_sid(const char *text, const char *prefix)
{
    size_t length = strlen(text);
    if (length <= 2 || length >= SID_BYTES || strncmp(text, prefix, 2) != 0)
        return false;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)text[i]))
            return false;
    return true;
}

static bool check_create_order(const struct request *request, struct error *err)
{
    if (request->phone_number[0] != '+')
        return unencodable(err, request->operation, "the phone number is not in E.164");
    if (request->unique_name[0] == '\0')
        return unencodable(err, request->operation, "it has no unique name to be found by");
    return true;
}

static bool check_code(const struct request *request, struct error *err)
{
    return request->code[0] != '\0' || unencodable(err, request->operation, "it has no code");
}

static bool check_bill(const struct request *request, struct error *err)
{
    return wire_is_sid(request->verification_document_sid, "RI") ||
           unencodable(err, request->operation, "it has no document SID (RI...)");
}

static bool check_document(const struct request *request, struct error *err)
{
    if (request->signer == NULL || !signer_is_complete(request->signer))
        return unencodable(err, request->operation, "the signer is not complete");
    if (request->order_count == 0 || request->order_count > WIRE_DOCUMENT_ORDERS_MAX)
        return unencodable(err, request->operation, "it needs 1 to 15,000 orders");
    for (size_t i = 0; i < request->order_count; i++)
        if (!wire_is_sid(request->order_sids[i], "HR"))
            return unencodable(err, request->operation, "an order SID is not HR...");
    return true;
}

static void write_details(const struct order_details *details, struct form *form)
{
    form_add(form, "AccountSid", details->account_sid);
    form_add_cut(form, "FriendlyName", details->friendly_name, WIRE_FRIENDLY_NAME_CHARACTERS);
    form_add_each(form, "CcEmails", details->cc_emails, ';');
    form_add(form, "SmsUrl", details->sms_url);
    form_add(form, "SmsMethod", details->sms_method);
    form_add(form, "SmsFallbackUrl", details->sms_fallback_url);
    form_add(form, "SmsFallbackMethod", details->sms_fallback_method);
    form_add(form, "StatusCallbackUrl", details->status_callback_url);
    form_add(form, "StatusCallbackMethod", details->status_callback_method);
    form_add(form, "SmsApplicationSid", details->sms_application_sid);
    form_add(form, "AddressSid", details->address_sid);
    form_add(form, "Email", details->email);
}

static const char *bill_sid(const struct request *request)
{
    if (request->verification_document_sid[0] != '\0' || request->details == NULL)
        return request->verification_document_sid;
    return request->details->verification_document_sid;
}

static void write_bill(const struct request *request, struct form *form)
{
    form_add(form, "VerificationType", verification_type_name(VERIFICATION_PHONE_BILL));
    form_add(form, "VerificationDocumentSid", bill_sid(request));
}

/* Without a document the bill is attached later: naming the type alone would refuse the whole order
 * (22118). */
static void write_create_order(const struct request *request, struct form *form)
{
    form_add(form, "PhoneNumber", request->phone_number);
    form_add(form, "SmsCapability", "true");
    form_add(form, "UniqueName", request->unique_name);
    if (request->details != NULL)
        write_details(request->details, form);
    if (request->verification_type == VERIFICATION_PHONE_BILL && bill_sid(request)[0] != '\0')
        write_bill(request, form);
}

static void write_start_call(const struct request *request, struct form *form)
{
    form_add(form, "Status", status_name(STATUS_PENDING_VERIFICATION));
    form_add(form, "VerificationType", verification_type_name(VERIFICATION_PHONE_CALL));
    form_add(form, "Extension", request->extension);
    if (request->call_delay > 0)
        form_add_number(form, "CallDelay", request->call_delay);
}

static void write_code(const struct request *request, struct form *form)
{
    form_add(form, "VerificationCode", request->code);
}

static void write_document(const struct request *request, struct form *form)
{
    for (size_t i = 0; i < request->order_count; i++)
        form_add(form, "HostedNumberOrderSids", request->order_sids[i]);
    form_add(form, "AddressSid", request->signer->address_sid);
    form_add(form, "Email", request->signer->email);
    form_add(form, "ContactTitle", request->signer->contact_title);
    form_add(form, "ContactPhoneNumber", request->signer->contact_phone_number);
    form_add_each(form, "CcEmails", request->signer->cc_emails, ';');
}

static void write_page_size(const struct request *request, struct form *form)
{
    if (request->page_size > 0)
        form_add_number(form, "PageSize", request->page_size);
}

/* Never by unique name, although the service could: a look-up by phone number has to show the
 * orders that are not ours as well. */
static void write_order_filter(const struct request *request, struct form *form)
{
    if (request->filter_by_status)
        form_add(form, "Status", status_name(request->status));
    form_add(form, "PhoneNumber", request->phone_number);
    write_page_size(request, form);
}

static void write_document_filter(const struct request *request, struct form *form)
{
    if (request->signer != NULL)
        form_add(form, "Email", request->signer->email);
    write_page_size(request, form);
}

/* In a path, {AC} is the account, {HR} the order, {PX} the document, {PN} the incoming phone
 * number. */
static const struct route {
    const char *method;
    const char *path;
    check_fn check;
    write_fn write; /* the body of a POST, else the query */
    enum service_host host;
    bool list;
} routes[OPERATION_COUNT] = {
    [OPERATION_CREATE_ORDER] = {.method = "POST",
                                .path = ORDERS,
                                .check = check_create_order,
                                .write = write_create_order},
    [OPERATION_LIST_ORDERS] = {.method = "GET",
                               .path = ORDERS,
                               .list = true,
                               .write = write_order_filter},
    [OPERATION_FETCH_ORDER] = {.method = "GET", .path = ORDERS "/{HR}"},
    [OPERATION_START_CALL] = {.method = "POST", .path = ORDERS "/{HR}", .write = write_start_call},
    [OPERATION_ATTACH_BILL] = {.method = "POST",
                               .path = ORDERS "/{HR}",
                               .check = check_bill,
                               .write = write_bill},
    [OPERATION_POST_CODE] = {.method = "POST",
                             .path = ORDERS "/{HR}",
                             .check = check_code,
                             .write = write_code},
    [OPERATION_DELETE_ORDER] = {.method = "DELETE", .path = ORDERS "/{HR}"},
    [OPERATION_CREATE_DOCUMENT] = {.method = "POST",
                                   .path = DOCUMENTS,
                                   .check = check_document,
                                   .write = write_document},
    [OPERATION_FETCH_DOCUMENT] = {.method = "GET", .path = DOCUMENTS "/{PX}"},
    [OPERATION_LIST_DOCUMENTS] = {.method = "GET",
                                  .path = DOCUMENTS,
                                  .list = true,
                                  .write = write_document_filter},
    [OPERATION_LIST_DEPENDENTS] = {.method = "GET",
                                   .path = DOCUMENTS "/{PX}/DependentHostedNumberOrders",
                                   .list = true,
                                   .write = write_page_size},
    [OPERATION_DELETE_INCOMING] = {.method = "DELETE",
                                   .host = HOST_CORE,
                                   .path =
                                       "/2010-04-01/Accounts/{AC}/IncomingPhoneNumbers/{PN}.json"},
};

/* The SID a placeholder ("{HR}...") stands for. */
static const char *sid_for(const char *placeholder, const struct request *request,
                           const char *account_sid)
{
    switch (placeholder[2]) {
    case 'C': return account_sid;
    case 'R': return request->order_sid;
    case 'X': return request->document_sid;
    default: return request->incoming_phone_number_sid;
    }
}

static bool write_path(const struct request *request, const char *account_sid, struct buf *path,
                       struct error *err)
{
    const char *at = routes[request->operation].path;
    while (*at != '\0') {
        size_t plain = strcspn(at, "{");
        buf_add(path, at, plain);
        at += plain;
        if (*at == '\0')
            break;
        const char *sid = sid_for(at, request, account_sid);
        if (!wire_is_sid(sid, at + 1))
            return error_set(err, ERROR_OTHER, "cannot encode %s: no valid %.2s... SID",
                             operation_name(request->operation), at + 1);
        buf_add_text(path, sid);
        at += strlen("{HR}");
    }
    return true;
}

bool wire_collection_path(enum operation operation, const char *document_sid, struct buf *path,
                          struct error *err)
{
    struct request request = {.operation = operation};
    TEXT_SET(request.document_sid, document_sid);
    if (!routes[operation].list)
        return unencodable(err, operation, "it has no pages");
    return write_path(&request, "", path, err);
}

static bool is_address_character(char c)
{
    return c > ' ' && c < 0x7f && strchr("\"<>\\^`{|}#", c) == NULL;
}

/* Behind scheme and host, where there are any. */
static const char *path_of_url(const char *url)
{
    const char *schemes[] = {"https://", "http://"};
    for (size_t i = 0; i < COUNT_OF(schemes); i++)
        if (strncasecmp(url, schemes[i], strlen(schemes[i])) == 0)
            return url + strlen(schemes[i]) + strcspn(url + strlen(schemes[i]), "/?#");
    return url;
}

bool wire_page_path(const char *page_url, const char *collection, char *to, size_t to_bytes,
                    struct error *err)
{
    const char *path = path_of_url(page_url);
    size_t length = strlen(collection);
    if (strncmp(path, collection, length) != 0 || (path[length] != '?' && path[length] != '\0'))
        return error_set(err, ERROR_OTHER, "the next page is not of %s", collection);
    for (const char *c = path; *c != '\0'; c++)
        if (!is_address_character(*c))
            return error_set(err, ERROR_OTHER, "the address of the next page is malformed");
    if (!text_copy(to, to_bytes, path))
        return error_set(err, ERROR_OTHER, "the address of the next page is too long");
    return true;
}

/* The service's own address of a page, as it is: never made up from page numbers (service.md 1.4).
 */
static bool follow_page(const struct request *request, struct buf *path, struct error *err)
{
    char page[PAGE_URL_BYTES];
    if (!routes[request->operation].list)
        return unencodable(err, request->operation, "it has no pages");
    if (!wire_page_path(request->page_url, buf_text(path), page, sizeof page, err))
        return error_context(err, "cannot encode %s", operation_name(request->operation));
    buf_clear(path);
    buf_add_text(path, page);
    return true;
}

void wire_message_init(struct wire_message *message)
{
    *message = (struct wire_message){0};
    buf_init(&message->path, WIRE_PATH_BYTES_MAX);
    buf_init(&message->body, WIRE_BODY_BYTES_MAX);
}

void wire_message_done(struct wire_message *message)
{
    buf_done(&message->path);
    buf_done(&message->body);
}

bool wire_encode(const struct request *request, const char *account_sid,
                 struct wire_message *message, struct error *err)
{
    const struct route *route = &routes[request->operation];
    buf_clear(&message->path);
    buf_clear(&message->body);
    message->method = route->method;
    message->host = route->host;
    message->has_body = strcmp(route->method, "POST") == 0;
    message->send_once = operation_is_send_once(request->operation);
    if (route->check != NULL && !route->check(request, err))
        return false;
    if (!write_path(request, account_sid, &message->path, err))
        return false;
    if (request->page_url[0] != '\0')
        return follow_page(request, &message->path, err);
    struct form form = message->has_body ? form_body(&message->body) : form_query(&message->path);
    if (route->write != NULL)
        route->write(request, &form);
    if (message->path.overflow || message->body.overflow)
        return unencodable(err, request->operation, "it is too long");
    return true;
}
