#include "helpers/trouble.h"

#include "base/clock.h"
#include "base/text.h"
#include "engine/actions.h"
#include "helpers/service_world.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS = 2 };

#define LASTS_MS (30 * MINUTE_MS)
#define AT_MOST_MS (40 * DAY_MS)

#define KIND(name) (UINT64_C(1) << EVENT_##name)

/* ---- what can be asked ---- */

struct subject {
    const char *name;
    enum sandbox_operation operation;
    const char *method; /* how the same looks on the wire, for trouble made in between */
    const char *path;   /* how it ends, "HR", "PX", "PN" for a SID of that kind */
    const char *body;   /* what the body holds; NULL: nothing of the kind */
    bool is_post;
    bool tells; /* the request is about one number, so its history must tell of trouble */
};

static const struct subject subjects[] = {
    {"create order", SANDBOX_CREATE_ORDER, "POST", "Orders", NULL, true, true},
    {"list orders", SANDBOX_LIST_ORDERS, "GET", "Orders", NULL, false, false},
    {"fetch order", SANDBOX_FETCH_ORDER, "GET", "HR", NULL, false, true},
    {"start call", SANDBOX_START_CALL, "POST", "HR", "Status=", true, true},
    {"attach bill", SANDBOX_ATTACH_BILL, "POST", "HR", "VerificationDocumentSid=", true, true},
    {"post code", SANDBOX_POST_CODE, "POST", "HR", "VerificationCode=", true, true},
    {"create document", SANDBOX_CREATE_DOCUMENT, "POST", "Documents", NULL, true, true},
    {"fetch document", SANDBOX_FETCH_DOCUMENT, "GET", "PX", NULL, false, false},
    {"list documents", SANDBOX_LIST_DOCUMENTS, "GET", "Documents", NULL, false, false},
    {"list dependents", SANDBOX_LIST_DEPENDENTS, "GET", "Dependent", NULL, false, false},
    {"delete order", SANDBOX_DELETE_ORDER, "DELETE", "HR", NULL, false, true},
    {"delete incoming", SANDBOX_DELETE_INCOMING, "DELETE", "PN", NULL, false, true},
};

/* What a client must do about it. */
enum nature {
    CLEAR,   /* nothing happened: again, later */
    UNCLEAR, /* it may have happened */
    REFUSED, /* a no */
    SILENT,  /* nothing to tell: 429, or just late */
};

/* Which values of a true answer are replaced. */
enum replaced {
    REPLACED_NONE,
    REPLACED_ALL,
    REPLACED_SPARE, /* those that may be missing */
};

struct kind {
    const char *name;
    enum nature nature;
    enum fault_kind fault; /* of the sandbox; or FAULT_NONE, and an answer from in between: */
    int32_t status;
    const char *body;
    const char *retry_after;
    int64_t by_ms;
    bool lists_only;
    enum replaced replaced;
    const char *by; /* JSON: null, "" or [] */
};

#define PAGE "<html><body>gateway</body></html>"
#define NOTHING_BUT(value)                                                                         \
    "{\"sid\": " value ", \"status\": " value ", \"phone_number\": " value                         \
    ", \"verification_attempts\": " value ", \"items\": " value ", \"meta\": " value "}"

static const struct kind kinds[] = {
    {.name = "429", .nature = SILENT, .fault = FAULT_THROTTLED},
    {.name = "429, Retry-After 3", .nature = SILENT, .fault = FAULT_THROTTLED, .retry_after = "3"},
    {.name = "429, Retry-After a day",
     .nature = SILENT,
     .fault = FAULT_THROTTLED,
     .retry_after = "86400"},
    {.name = "500, no effect", .nature = UNCLEAR, .fault = FAULT_500_BEFORE},
    {.name = "500, with effect", .nature = UNCLEAR, .fault = FAULT_500_AFTER},
    {.name = "503, no effect", .nature = UNCLEAR, .fault = FAULT_503_BEFORE},
    {.name = "503, with effect", .nature = UNCLEAR, .fault = FAULT_503_AFTER, .retry_after = "5"},
    {.name = "502 of a proxy", .nature = UNCLEAR, .status = 502, .body = PAGE},
    {.name = "200 of a proxy", .nature = UNCLEAR, .status = 200, .body = PAGE},
    {.name = "408", .nature = UNCLEAR, .status = 408, .body = ""},
    {.name = "timeout, no effect", .nature = UNCLEAR, .fault = FAULT_TIMEOUT_BEFORE},
    {.name = "timeout, with effect", .nature = UNCLEAR, .fault = FAULT_TIMEOUT_AFTER},
    {.name = "effect 30 s late", .nature = UNCLEAR, .fault = FAULT_LATE_EFFECT, .by_ms = 30000},
    {.name = "effect 5 min late",
     .nature = UNCLEAR,
     .fault = FAULT_LATE_EFFECT,
     .by_ms = 5 * MINUTE_MS},
    {.name = "effect as the grace ends",
     .nature = UNCLEAR,
     .fault = FAULT_LATE_EFFECT,
     .by_ms = 2 * MINUTE_MS + 50},
    {.name = "reset, no effect", .nature = UNCLEAR, .fault = FAULT_RESET_BEFORE},
    {.name = "reset, with effect", .nature = UNCLEAR, .fault = FAULT_RESET_AFTER},
    {.name = "cut in the body", .nature = UNCLEAR, .fault = FAULT_CUT_BODY},
    {.name = "half a JSON text", .nature = UNCLEAR, .fault = FAULT_TRUNCATED_JSON},
    {.name = "not JSON", .nature = UNCLEAR, .fault = FAULT_MALFORMED_JSON},
    {.name = "9 MiB", .nature = UNCLEAR, .fault = FAULT_HUGE_JSON},
    {.name = "HTML with the right code", .nature = UNCLEAR, .fault = FAULT_HTML},
    {.name = "null for all values, no effect",
     .nature = UNCLEAR,
     .status = 200,
     .body = NOTHING_BUT("null")},
    {.name = "\"\" for all values, no effect",
     .nature = UNCLEAR,
     .status = 200,
     .body = NOTHING_BUT("\"\"")},
    {.name = "[] for all values, no effect",
     .nature = UNCLEAR,
     .status = 200,
     .body = NOTHING_BUT("[]")},
    {.name = "null for all values, with effect",
     .nature = UNCLEAR,
     .replaced = REPLACED_ALL,
     .by = "null"},
    {.name = "\"\" for all values, with effect",
     .nature = UNCLEAR,
     .replaced = REPLACED_ALL,
     .by = "\"\""},
    {.name = "[] for all values, with effect",
     .nature = UNCLEAR,
     .replaced = REPLACED_ALL,
     .by = "[]"},
    {.name = "null for what may be missing",
     .nature = SILENT,
     .replaced = REPLACED_SPARE,
     .by = "null"},
    {.name = "\"\" for texts that may be missing",
     .nature = SILENT,
     .replaced = REPLACED_SPARE,
     .by = "\"\""},
    {.name = "[] for lists that may be missing",
     .nature = SILENT,
     .replaced = REPLACED_SPARE,
     .by = "[]"},
    {.name = "unknown status word", .nature = SILENT, .fault = FAULT_UNKNOWN_STATUS},
    {.name = "stale list",
     .nature = SILENT,
     .fault = FAULT_STALE_LIST,
     .by_ms = 30000,
     .lists_only = true},
    {.name = "10 s slow", .nature = SILENT, .fault = FAULT_SLOW, .by_ms = 10000},
    {.name = "slower than the timeout", .nature = UNCLEAR, .fault = FAULT_SLOW, .by_ms = 60000},
    {.name = "connection refused", .nature = CLEAR, .fault = FAULT_OUTAGE},
    {.name = "301 elsewhere", .nature = REFUSED, .status = 301, .body = PAGE},
    {.name = "400 without a reason", .nature = REFUSED, .status = 400, .body = ""},
    {.name = "401", .nature = CLEAR, .status = 401, .body = "{\"code\": 20003}"},
    {.name = "403", .nature = CLEAR, .status = 403, .body = PAGE},
    {.name = "404", .nature = REFUSED, .status = 404, .body = "{\"code\": 20404}"},
    {.name = "409", .nature = REFUSED, .status = 409, .body = "{\"code\": 20409}"},
};

size_t trouble_operations(void)
{
    return COUNT_OF(subjects);
}

size_t trouble_kinds(void)
{
    return COUNT_OF(kinds);
}

const char *trouble_operation_name(size_t operation)
{
    return subjects[operation].name;
}

const char *trouble_kind_name(size_t kind)
{
    return kinds[kind].name;
}

bool trouble_is_possible(size_t operation, size_t kind)
{
    const struct subject *subject = &subjects[operation];
    bool late = kinds[kind].fault == FAULT_LATE_EFFECT;
    bool reads = strcmp(subject->method, "GET") == 0;
    bool spoils = kinds[kind].fault >= FAULT_TRUNCATED_JSON && kinds[kind].fault <= FAULT_HTML;
    bool bodiless = strcmp(subject->method, "DELETE") == 0; /* 204 */
    bool changes = kinds[kind].replaced != REPLACED_NONE;
    return !((spoils || changes) && bodiless) &&
           (!kinds[kind].lists_only || subject->operation == SANDBOX_LIST_ORDERS) &&
           !(late && reads);
}

/* ---- a trial ---- */

struct trial {
    struct world world;
    const struct subject *subject;
    const struct kind *kind;
    bool lasting;
    int64_t met_at_ms; /* 0: not yet */
    bool over;
    bool document_lost;
    size_t ledger_seen;
    bool acted;
    struct trouble_result *result;
};

static void accuse(struct trial *trial, const char *what, const char *phone_number, int32_t count)
{
    if (trial->result->wrong[0] == '\0')
        snprintf(trial->result->wrong, sizeof trial->result->wrong, "%s: %.300s (%d)", phone_number,
                 what, count);
}

static void meet(struct trial *trial)
{
    if (trial->met_at_ms == 0)
        trial->met_at_ms = trial->world.now_ms;
    trial->result->met = true;
}

/* The path behind its last '/' is a SID, or the name of a collection. */
static bool is_asked(const struct subject *subject, const struct http_request *request)
{
    char path[256];
    text_copy(path, sizeof path, request->path);
    path[strcspn(path, "?")] = '\0';
    const char *last = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
    bool collection = subject->path[2] != '\0';
    bool ends =
        collection ? strstr(last, subject->path) != NULL : strncmp(last, subject->path, 2) == 0;
    if (strcmp(subject->path, "Orders") == 0 && strstr(last, "Dependent") != NULL)
        ends = false;
    bool holds = subject->body == NULL ||
                 (request->body != NULL && strstr(request->body, subject->body) != NULL);
    return strcmp(request->method, subject->method) == 0 && ends && holds;
}

/* The request is one of those that meet the trouble. */
static bool is_struck(const struct trial *trial, const struct http_request *request)
{
    bool once = !trial->lasting && trial->met_at_ms != 0 && trial->met_at_ms != trial->world.now_ms;
    return !trial->over && !once && is_asked(trial->subject, request);
}

static bool answer_instead(void *context, const struct http_request *request,
                           struct http_response *response)
{
    struct trial *trial = context;
    const struct kind *kind = trial->kind;
    if (kind->status == 0 || !is_struck(trial, request))
        return false;
    meet(trial);
    response->delivery = DELIVERY_ANSWERED;
    response->status = kind->status;
    buf_add_text(&response->body, kind->body);
    return true;
}

/* What an order or a document cannot do without, and how pages go on. */
static bool is_needed(const char *key)
{
    static const char *const needed[] = {"sid", "status", "phone_number", "items", "meta"};
    for (size_t i = 0; i < COUNT_OF(needed); i++)
        if (strcmp(key, needed[i]) == 0)
            return true;
    return false;
}

static bool is_replaced(const struct kind *kind, const char *key, const json_t *value)
{
    if (kind->replaced == REPLACED_ALL)
        return !json_is_object(value) && strcmp(key, "items") != 0;
    bool of_its_type = kind->by[0] == 'n' || (kind->by[0] == '"' && json_is_string(value)) ||
                       (kind->by[0] == '[' && json_is_array(value));
    return of_its_type && !is_needed(key);
}

static void replace_values(const struct kind *kind, json_t *object)
{
    const char *key = NULL;
    json_t *value = NULL;
    void *next = NULL;
    json_object_foreach_safe(object, next, key, value)
    {
        if (is_replaced(kind, key, value))
            json_object_set_new(object, key, json_loads(kind->by, JSON_DECODE_ANY, NULL));
        else if (json_is_object(value) && kind->replaced == REPLACED_ALL)
            replace_values(kind, value);
        else if (strcmp(key, "items") == 0)
            for (size_t i = 0; i < json_array_size(value); i++)
                replace_values(kind, json_array_get(value, i));
    }
}

static void change_answer(void *context, const struct http_request *request,
                          struct http_response *response)
{
    struct trial *trial = context;
    if (trial->kind->replaced == REPLACED_NONE || response->body.length == 0 ||
        !is_struck(trial, request))
        return;
    json_t *root = json_loads(buf_text(&response->body), 0, NULL);
    replace_values(trial->kind, root);
    char *text = json_dumps(root, 0);
    buf_clear(&response->body);
    buf_add_text(&response->body, text);
    free(text);
    json_decref(root);
    meet(trial);
}

static bool see_fault(void *context, const struct ledger_line *line)
{
    struct trial *trial = context;
    bool faulty = strcmp(line->fault, "none") != 0;
    trial->ledger_seen++;
    if (line->operation == SANDBOX_CREATE_DOCUMENT && faulty)
        trial->document_lost = true;
    if (line->operation == trial->subject->operation && faulty &&
        strcmp(line->fault, fault_of(trial->kind->fault)->name) == 0)
        meet(trial);
    return true;
}

static const struct fault_rule lost_document = {
    .kind = FAULT_TIMEOUT_AFTER, .rate = 1, .operations = 1U << SANDBOX_CREATE_DOCUMENT};

/* Looks through the documents come only after an LOA of unknown outcome. */
static bool needs_lost_document(const struct subject *subject)
{
    return subject->operation == SANDBOX_LIST_DOCUMENTS ||
           subject->operation == SANDBOX_LIST_DEPENDENTS;
}

static void set_faults(struct trial *trial, bool with_kind)
{
    struct fault_rule faults[2];
    size_t count = 0;
    const struct kind *kind = trial->kind;
    if (with_kind && kind->fault != FAULT_NONE) {
        faults[count] = (struct fault_rule){.kind = kind->fault,
                                            .rate = 1,
                                            .operations = 1U << trial->subject->operation,
                                            .by_ms = kind->by_ms};
        if (kind->retry_after != NULL)
            TEXT_SET(faults[count].retry_after, kind->retry_after);
        count++;
    }
    if (needs_lost_document(trial->subject) && !trial->document_lost)
        faults[count++] = lost_document;
    world_set_faults(&trial->world, faults, count);
}

/* What a person does in this trial, once. */
static bool act(struct trial *trial)
{
    struct world *world = &trial->world;
    char phones[1][PHONE_BYTES];
    world_phone(0, phones[0]);
    struct number number = world_number(world, phones[0]);
    struct selector selector = {.phone_numbers = (const char(*)[PHONE_BYTES])phones,
                                .phone_count = 1};
    struct action_result done;
    struct error err = {0};
    enum sandbox_operation operation = trial->subject->operation;
    bool ok = true;
    if (operation == SANDBOX_POST_CODE && number.code[0] != '\0' && number.intent == INTENT_NONE)
        ok =
            action_post_code(world->store, phones[0], number.code, "operator", world->now_ms, &err);
    else if (operation == SANDBOX_DELETE_ORDER && number.status == STATUS_VERIFIED)
        ok = action_apply(world->store, ACTION_CANCEL, &selector, "operator", world->now_ms, &done,
                          &err);
    else if (operation == SANDBOX_DELETE_INCOMING && number.status == STATUS_COMPLETED)
        ok = action_apply(world->store, ACTION_OFFBOARD, &selector, "operator", world->now_ms,
                          &done, &err);
    else
        return false;
    trial->acted = true;
    if (!ok)
        accuse(trial, err.text, phones[0], 0);
    return true;
}

static bool after_turn(void *context, struct world *world)
{
    struct trial *trial = context;
    sandbox_each_ledger_line(world->sandbox, trial->ledger_seen, see_fault, trial);
    int64_t lasts_ms = trial->lasting ? LASTS_MS : 0;
    if (trial->met_at_ms != 0 && world->now_ms >= trial->met_at_ms + lasts_ms)
        trial->over = true;
    set_faults(trial, !trial->over);
    return !trial->acted && act(trial);
}

static void prepare(struct trial *trial)
{
    struct world *world = &trial->world;
    enum sandbox_operation operation = trial->subject->operation;
    world_init(world);
    world->hooks = (struct sandbox_transport_hooks){
        .context = trial, .instead = answer_instead, .change = change_answer};
    if (operation == SANDBOX_LIST_ORDERS)
        world->options.policy.sweep_from = 1;
    if (operation == SANDBOX_POST_CODE)
        world->scenario.answers_after = (struct span){2 * MINUTE_MS, 2 * MINUTE_MS + 1000};
    if (operation == SANDBOX_FETCH_DOCUMENT)
        world->scenario.signs_after = (struct span){HOUR_MS, HOUR_MS + 1000};
    if (needs_lost_document(trial->subject)) {
        world->scenario.signs_after = (struct span){20 * SECOND_MS, 21 * SECOND_MS};
        world->scenario.declines = 1;
    }
    world_open(world);
    struct import_row rows[NUMBERS];
    for (int32_t i = 0; i < NUMBERS; i++) {
        rows[i] = world_row(i);
        if (operation != SANDBOX_ATTACH_BILL)
            continue;
        rows[i].verification_type = VERIFICATION_PHONE_BILL;
        TEXT_SET(rows[i].details.verification_document_sid, "RI11111111111111111111111111111111");
    }
    world_import(world, rows, NUMBERS);
    set_faults(trial, true);
}

/* ---- the verdict ---- */

/* A bill may be named again after the grace: the order does not show whether it arrived, and naming
 * the same document again changes nothing and rings nobody. */
static void check_effects(struct trial *trial, const char *phone_number)
{
    static const int32_t most[EFFECT_COUNT] = {
        [EFFECT_ORDER_CREATED] = 1, [EFFECT_CALL_PLACED] = 1,   [EFFECT_BILL_SUBMITTED] = 1,
        [EFFECT_LOA_SENT] = 1,      [EFFECT_ORDER_DELETED] = 1, [EFFECT_NUMBER_RELEASED] = 1,
    };
    struct effects effects = world_effects(&trial->world, phone_number);
    for (int i = EFFECT_NONE + 1; i < EFFECT_COUNT; i++)
        if (i != EFFECT_BILL_SUBMITTED && effects.of[i] > most[i])
            accuse(trial, sandbox_effect_name((enum sandbox_effect)i), phone_number, effects.of[i]);
}

static void check_end(struct trial *trial, const struct number *number)
{
    bool waits = number_waiting_on(number->status, number->step, number->attention, number->held) ==
                 PARTY_YOU;
    bool ended = number->status == STATUS_COMPLETED || number->status == STATUS_CANCELED;
    if (!waits && !ended)
        accuse(trial, status_name(number->status), number->phone_number, (int)number->step);
    if (number->intent != INTENT_NONE && number->attention == ATTENTION_NONE)
        accuse(trial, "an unsettled intent", number->phone_number, (int)number->intent);
}

static int32_t events_of_all(const struct trial *trial, uint64_t kinds_wanted)
{
    int32_t count = 0;
    for (int32_t i = 0; i < NUMBERS; i++) {
        char phone_number[PHONE_BYTES];
        world_phone(i, phone_number);
        count += world_events(&trial->world, phone_number, kinds_wanted);
    }
    return count;
}

static void check_history(struct trial *trial)
{
    static const uint64_t wanted[] = {
        [CLEAR] = KIND(TRY_LATER),
        [UNCLEAR] = KIND(OUTCOME_UNKNOWN) | KIND(TRY_LATER),
        [REFUSED] = KIND(REFUSED) | KIND(OUTCOME_UNKNOWN) | KIND(TRY_LATER) | KIND(CANCELED) |
                    KIND(OFFBOARDED) | KIND(CALL_REFUSED),
        [SILENT] = 0,
    };
    uint64_t kinds_wanted = wanted[trial->kind->nature];
    if (trial->subject->is_post && trial->kind->nature == UNCLEAR)
        kinds_wanted = KIND(OUTCOME_UNKNOWN);
    if (trial->subject->tells && kinds_wanted != 0 && events_of_all(trial, kinds_wanted) == 0)
        accuse(trial, "the history does not tell", "both", 0);
}

/* What numhost did about it, in a few words. */
static void describe(struct trial *trial, enum attention attention)
{
    bool doubted =
        events_of_all(trial, KIND(OUTCOME_UNKNOWN)) > 0 && !needs_lost_document(trial->subject);
    bool again = events_of_all(trial, KIND(NOT_HAPPENED)) > 0;
    bool harmless = trial->kind->nature == SILENT && trial->kind->fault != FAULT_THROTTLED;
    const char *what = doubted && again             ? "looked, again"
                       : doubted                    ? "looked"
                       : trial->world.no_access > 0 ? "stopped, again"
                       : harmless                   ? "taken"
                       : attention != ATTENTION_NONE && !needs_lost_document(trial->subject)
                           ? "asked"
                           : "again";
    bool waits = attention != ATTENTION_NONE;
    snprintf(trial->result->cell, sizeof trial->result->cell, "%s%s%s", what, waits ? ": " : "",
             waits ? attention_name(attention) : "");
}

void trouble_run(size_t operation, size_t kind, bool lasting, struct trouble_result *result)
{
    static struct trial trial; /* large: one at a time */
    *result = (struct trouble_result){0};
    trial = (struct trial){.subject = &subjects[operation],
                           .kind = &kinds[kind],
                           .lasting = lasting,
                           .result = result};
    prepare(&trial);
    if (!world_run(&trial.world, WORLD_START_MS + AT_MOST_MS, after_turn, &trial))
        accuse(&trial, "not done after forty days", "", 0);
    enum attention attention = ATTENTION_NONE;
    for (int32_t i = 0; i < NUMBERS; i++) {
        char phone_number[PHONE_BYTES];
        world_phone(i, phone_number);
        struct number number = world_number(&trial.world, phone_number);
        check_effects(&trial, phone_number);
        check_end(&trial, &number);
        if (attention == ATTENTION_NONE)
            attention = number.attention;
    }
    check_history(&trial);
    describe(&trial, attention);
    world_close(&trial.world);
}
