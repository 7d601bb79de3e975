/* A request from the wire to its operation: routes, access, faults, the ledger. */
#include "sandbox/exchange.h"

#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "{}" takes one path segment: the first is the SID, except that of an account. */
static const struct route {
    const char *method;
    const char *path;
    operation_fn run;
    enum sandbox_operation operation;
    bool is_preview;
} routes[] = {
    {"POST", "/HostedNumbers/HostedNumberOrders", op_create_order, SANDBOX_CREATE_ORDER, true},
    {"GET", "/HostedNumbers/HostedNumberOrders", op_list_orders, SANDBOX_LIST_ORDERS, true},
    {"GET", "/HostedNumbers/HostedNumberOrders/{}", op_fetch_order, SANDBOX_FETCH_ORDER, true},
    {"POST", "/HostedNumbers/HostedNumberOrders/{}", op_update_order, SANDBOX_UPDATE_ORDER, true},
    {"DELETE", "/HostedNumbers/HostedNumberOrders/{}", op_delete_order, SANDBOX_DELETE_ORDER, true},
    {"POST", "/HostedNumbers/AuthorizationDocuments", op_create_document, SANDBOX_CREATE_DOCUMENT,
     true},
    {"GET", "/HostedNumbers/AuthorizationDocuments", op_list_documents, SANDBOX_LIST_DOCUMENTS,
     true},
    {"GET", "/HostedNumbers/AuthorizationDocuments/{}", op_fetch_document, SANDBOX_FETCH_DOCUMENT,
     true},
    {"POST", "/HostedNumbers/AuthorizationDocuments/{}", op_update_document,
     SANDBOX_UPDATE_DOCUMENT, true},
    {"GET", "/HostedNumbers/AuthorizationDocuments/{}/DependentHostedNumberOrders",
     op_list_dependents, SANDBOX_LIST_DEPENDENTS, true},
    {"POST", "/2010-04-01/Accounts/{AC}/Addresses.json", op_create_address, SANDBOX_CREATE_ADDRESS,
     false},
    {"GET", "/2010-04-01/Accounts/{AC}/Addresses.json", op_list_addresses, SANDBOX_LIST_ADDRESSES,
     false},
    {"GET", "/2010-04-01/Accounts/{AC}/Addresses/{}.json", op_fetch_address, SANDBOX_FETCH_ADDRESS,
     false},
    {"DELETE", "/2010-04-01/Accounts/{AC}/Addresses/{}.json", op_delete_address,
     SANDBOX_DELETE_ADDRESS, false},
    {"GET", "/2010-04-01/Accounts/{AC}/IncomingPhoneNumbers.json", op_list_incoming,
     SANDBOX_LIST_INCOMING, false},
    {"GET", "/2010-04-01/Accounts/{AC}/IncomingPhoneNumbers/{}.json", op_fetch_incoming,
     SANDBOX_FETCH_INCOMING, false},
    {"DELETE", "/2010-04-01/Accounts/{AC}/IncomingPhoneNumbers/{}.json", op_delete_incoming,
     SANDBOX_DELETE_INCOMING, false},
};

/* Take one segment of the path, up to the character behind the braces. What is longer than a SID is
 * none, and no page address may repeat it. */
static bool take_segment(const char **path, char stop, char to[SID_BYTES])
{
    size_t length = 0;
    const char *at = *path;
    while (at[length] != '\0' && at[length] != '/' && at[length] != stop)
        length++;
    if (length == 0 || length >= SID_BYTES)
        return false;
    snprintf(to, SID_BYTES, "%.*s", (int)length, at);
    *path += length;
    return true;
}

static bool path_fits(const char *pattern, const char *path, struct exchange *exchange)
{
    while (*pattern != '\0') {
        if (*pattern != '{') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        bool account = pattern[1] == 'A';
        pattern += account ? 4 : 2;
        char *to = account ? exchange->account_sid : exchange->path_sid;
        if (!take_segment(&path, *pattern, to) || (account && !sid_is_well_formed(to, "AC")))
            return false;
    }
    return *path == '\0';
}

static const struct route *find_route(struct exchange *exchange)
{
    const struct sandbox_request *request = exchange->request;
    for (size_t i = 0; i < COUNT_OF(routes); i++)
        if (strcmp(routes[i].method, request->method) == 0 &&
            path_fits(routes[i].path, request->path, exchange))
            return &routes[i];
    return NULL;
}

static bool check_credentials(struct exchange *exchange)
{
    const struct scenario *scenario = &exchange->sandbox->scenario;
    const struct sandbox_request *request = exchange->request;
    if (request->user == NULL)
        return refuse(exchange, 20003, "Authentication Error - No credentials provided");
    if (scenario->user[0] != '\0' && (strcmp(request->user, scenario->user) != 0 ||
                                      strcmp(request->password, scenario->password) != 0))
        return refuse(exchange, 20003, "Authentication Error - invalid username");
    return true;
}

/* API keys (SK...) belong to an account too: one made up from the seed. */
static void find_account(struct exchange *exchange)
{
    const char *user = exchange->request->user;
    if (user != NULL && sid_is_well_formed(user, "AC")) {
        TEXT_SET(exchange->account_sid, user);
        TEXT_SET(exchange->sandbox->auth_token, exchange->request->password);
    } else {
        draw_sid(exchange->account_sid, SID_BYTES, exchange->sandbox->seed, "AC", "account", 0);
    }
}

static void read_parameters(struct exchange *exchange, bool *good)
{
    const struct sandbox_request *request = exchange->request;
    const char *query = request->query != NULL ? request->query : "";
    *good = params_parse(&exchange->query, query, strlen(query)) &&
            params_parse(&exchange->body, request->body, request->body_bytes);
}

static void note_request(struct exchange *exchange, const struct route *route)
{
    exchange->operation = route != NULL ? route->operation : SANDBOX_UNKNOWN;
    if (exchange->operation == SANDBOX_UPDATE_ORDER)
        exchange->operation = update_kind(&exchange->body);
    exchange->entry = (struct ledger_entry){
        .at_ms = exchange->sandbox->now_ms,
        .ordinal = exchange->sandbox->requests,
        .order = LOOKUP_NONE,
        .document = LOOKUP_NONE,
        .operation = (uint8_t)exchange->operation,
    };
    const char *phone_number = params_get(&exchange->body, "PhoneNumber");
    if (phone_number != NULL)
        TEXT_SET(exchange->entry.phone_number, phone_number);
    const struct order *order = order_by_sid(exchange->sandbox, exchange->path_sid);
    if (order != NULL)
        exchange->entry.order = order->index;
}

static void run_route(struct exchange *exchange, const struct route *route, bool is_readable)
{
    const struct scenario *scenario = &exchange->sandbox->scenario;
    if (route == NULL || (route->is_preview && !scenario->preview_access))
        refuse_missing(exchange);
    else if (scenario->concurrency > 0 && exchange->request->concurrent > scenario->concurrency)
        refuse(exchange, 20429, "Too Many Requests");
    else if (!is_readable)
        refuse(exchange, 20001, "The parameters cannot be read");
    else
        route->run(exchange);
}

static void carry_out(struct exchange *exchange, const struct route *route)
{
    bool good = false;
    read_parameters(exchange, &good);
    note_request(exchange, route);
    fault_draw(exchange);
    if (!fault_answer(exchange) && check_credentials(exchange))
        run_route(exchange, route, good);
    fault_spoil(exchange);
    params_done(&exchange->query);
    params_done(&exchange->body);
}

static void begin_response(struct sandbox *sandbox, const struct sandbox_request *request,
                           struct sandbox_response *response)
{
    *response = (struct sandbox_response){
        .content_type = "application/json",
        .concurrent = request->concurrent > 0 ? request->concurrent : 1,
        .fault = fault_of(FAULT_NONE)->name,
    };
    buf_init(&response->body, SANDBOX_ANSWER_BYTES_MAX);
    ledger_request_id(sandbox, sandbox->requests, response->request_id);
    response->delay_ms =
        draw_span(sandbox->seed, sandbox->scenario.latency, "latency", "", sandbox->requests);
}

static void handle_at(struct sandbox *sandbox, const struct sandbox_request *request,
                      const struct deferred *deferred, struct sandbox_response *response)
{
    struct exchange exchange = {
        .sandbox = sandbox,
        .request = request,
        .response = response,
        .base_url = request->base_url != NULL ? request->base_url : "https://preview.twilio.com",
    };
    begin_response(sandbox, request, response);
    if (deferred != NULL) {
        exchange.fault = FAULT_LATE_EFFECT;
        exchange.checked = deferred->races;
    }
    find_account(&exchange);
    carry_out(&exchange, find_route(&exchange));
    exchange.entry.fault = (uint8_t)exchange.fault;
    exchange.entry.status_code =
        response->ending == ENDING_ANSWER || response->ending == ENDING_CUT ? response->status : 0;
    response->fault = fault_of(exchange.fault)->name;
    ledger_add(sandbox, &exchange.entry);
}

void sandbox_handle(struct sandbox *sandbox, const struct sandbox_request *request, int64_t now_ms,
                    struct sandbox_response *response)
{
    sandbox_advance(sandbox, now_ms);
    if (strncmp(request->path, "/_sandbox/", 10) == 0) {
        begin_response(sandbox, request, response);
        response->delay_ms = 0;
        control_handle(sandbox, request, response);
        return;
    }
    if (sandbox->started_at_ms == 0)
        sandbox->started_at_ms = sandbox->now_ms;
    sandbox->requests++;
    handle_at(sandbox, request, NULL, response);
}

/* ---- requests that act later ---- */

void deferred_free(struct deferred *deferred)
{
    free(deferred->method);
    free(deferred->path);
    free(deferred->query);
    free(deferred->body);
    free(deferred->user);
    free(deferred);
}

static void forget(struct deferred *deferred)
{
    struct deferred **link = &deferred->sandbox->deferred;
    while (*link != deferred)
        link = &(*link)->next;
    *link = deferred->next;
    timers_set(&deferred->sandbox->timers, &deferred->timer, 0);
    deferred_free(deferred);
}

void deferred_run(struct deferred *deferred)
{
    struct sandbox_request request = {
        .method = deferred->method,
        .path = deferred->path,
        .query = deferred->query,
        .body = deferred->body,
        .body_bytes = deferred->body_bytes,
        .user = deferred->user,
        .password = deferred->sandbox->scenario.password,
    };
    struct sandbox_response response;
    deferred->sandbox->requests++;
    handle_at(deferred->sandbox, &request, deferred, &response);
    buf_done(&response.body);
    forget(deferred);
}

static char *copy_or_null(const char *text)
{
    return text != NULL ? memory_copy_text(text) : NULL;
}

void defer_request(struct exchange *exchange, int64_t at_ms)
{
    const struct sandbox_request *request = exchange->request;
    struct sandbox *sandbox = exchange->sandbox;
    struct deferred *deferred = memory_new(1, sizeof *deferred);
    deferred->sandbox = sandbox;
    deferred->ordinal = sandbox->requests;
    deferred->races = exchange->rule->races;
    deferred->method = memory_copy_text(request->method);
    deferred->path = memory_copy_text(request->path);
    deferred->query = copy_or_null(request->query);
    deferred->user = copy_or_null(request->user);
    if (request->body != NULL) {
        deferred->body = memory_new(request->body_bytes + 1, 1);
        memcpy(deferred->body, request->body, request->body_bytes);
        deferred->body_bytes = request->body_bytes;
    }
    deferred->timer =
        (struct timer){.owner = deferred, .rank = timer_rank(RANK_DEFERRED, deferred->ordinal)};
    deferred->next = sandbox->deferred;
    sandbox->deferred = deferred;
    timers_set(&sandbox->timers, &deferred->timer, at_ms);
}
