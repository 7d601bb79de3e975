/* Any requests to the sandbox: it answers each with something our own client can read, counts on
 * one ledger line for each, and its state, written and read again, is the same. Lines: METHOD PATH
 * QUERY BODY, with tabs between; "@" is the first order, "#" the first document. */
#include "adapters/http/wire.h"
#include "base/clock.h"
#include "base/text.h"
#include "fuzz/fuzz.h"
#include "sandbox/sandbox.h"

#include <jansson.h>
#include <stdlib.h>

enum { REQUESTS_MAX = 12, PART_BYTES = 600, STATE_BYTES_MAX = 1024 * 1024 };

/* How often, in inputs, the state is saved and read again: fuzz_state does nothing else. */
enum { SAVED_ONE_OF = 8 };

#define NOW_MS INT64_C(1795435200000)

struct world {
    struct sandbox *sandbox;
    int64_t now_ms;
    size_t asked; /* requests that the ledger must show */
    char order_sid[SID_BYTES];
    char document_sid[SID_BYTES];
};

/* '@' and '#' stand for SIDs that nobody can guess. */
static void expand(const struct world *world, char part[PART_BYTES])
{
    struct buf out;
    buf_init(&out, PART_BYTES - 1);
    for (const char *c = part; *c != '\0'; c++) {
        if (*c == '@')
            buf_add_text(&out, world->order_sid);
        else if (*c == '#')
            buf_add_text(&out, world->document_sid);
        else
            buf_add_char(&out, *c);
    }
    text_copy(part, PART_BYTES, buf_text(&out));
    buf_done(&out);
}

static void note_sids(struct world *world, const json_t *json)
{
    const char *sid = json_string_value(json_object_get(json, "sid"));
    if (sid != NULL && strncmp(sid, "HR", 2) == 0)
        TEXT_SET(world->order_sid, sid);
    if (sid != NULL && strncmp(sid, "PX", 2) == 0)
        TEXT_SET(world->document_sid, sid);
}

static bool is_one_json(const struct sandbox_response *response)
{
    return response->status != 204 && response->body.length > 0 &&
           strcmp(response->content_type, "application/json") == 0;
}

/* One of the magic numbers says that its order is made and never answered (docs/sandbox.md). */
static bool is_lost_on_purpose(const char *fault)
{
    return strcmp(fault, "timeout-after") == 0;
}

/* With a calm scenario nothing else is at fault: every answer is whole and reads. */
static void check_response(struct world *world, const struct sandbox_response *response)
{
    if (is_lost_on_purpose(response->fault))
        return;
    REQUIRE(response->ending == ENDING_ANSWER && response->status >= 200 &&
            response->status <= 599);
    REQUIRE(strlen(response->request_id) == 34 && strcmp(response->fault, "none") == 0);
    REQUIRE(!response->body.overflow && response->delay_ms >= 0);
    if (!is_one_json(response))
        return;
    json_t *json =
        json_loadb(buf_text(&response->body), response->body.length, JSON_REJECT_DUPLICATES, NULL);
    REQUIRE(json != NULL);
    note_sids(world, json);
    json_decref(json);
}

/* Our client takes the answer to anything for an answer. */
static void check_client(const struct sandbox_response *response)
{
    struct answer answer;
    struct http_response wire = {.delivery = DELIVERY_ANSWERED, .status = response->status};
    const struct exchange exchange = {.operation = OPERATION_LIST_ORDERS, .sent_at_ms = NOW_MS};
    buf_init(&wire.body, ANSWER_BYTES_MAX);
    buf_add(&wire.body, buf_text(&response->body), response->body.length);
    TEXT_SET(wire.retry_after, response->retry_after);
    wire_decode(&exchange, &wire, &answer);
    REQUIRE(answer.http_status == response->status);
    answer_done(&answer);
    buf_done(&wire.body);
}

static void ask(struct world *world, char parts[4][PART_BYTES])
{
    struct sandbox_response response;
    for (int i = 1; i < 4; i++)
        expand(world, parts[i]);
    const struct sandbox_request request = {
        .method = parts[0],
        .path = parts[1],
        .query = parts[2][0] != '\0' ? parts[2] : NULL,
        .body = parts[3][0] != '\0' ? parts[3] : NULL,
        .body_bytes = strlen(parts[3]),
        .user = "AC0123456789abcdef0123456789abcdef",
        .password = "x",
    };
    if (strcmp(request.path, "/_sandbox/scenario") == 0)
        return; /* fuzz_scenario */
    world->now_ms += MINUTE_MS;
    sandbox_handle(world->sandbox, &request, world->now_ms, &response);
    world->asked += strncmp(request.path, "/_sandbox/", 10) == 0 ? 0 : 1;
    check_response(world, &response);
    check_client(&response);
    buf_done(&response.body);
}

static bool count_line(void *context, const struct ledger_line *line)
{
    REQUIRE(line->request_id[0] != '\0');
    REQUIRE(line->status_code > 0 || is_lost_on_purpose(line->fault));
    ++*(size_t *)context;
    return true;
}

static bool keep_line(void *context, const char *bytes, size_t count)
{
    struct buf *out = context;
    return buf_add(out, bytes, count);
}

static struct buf save(const struct sandbox *sandbox)
{
    struct buf out;
    buf_init(&out, STATE_BYTES_MAX);
    bool good = sandbox_save(sandbox, keep_line, &out);
    REQUIRE(good);
    return out;
}

static void check_state(const struct sandbox *sandbox)
{
    struct scenario calm = scenario_calm();
    struct sandbox *again = sandbox_new(&calm, 0);
    struct buf before = save(sandbox);
    struct error err = {0};
    struct input input = {.at = buf_text(&before), .left = before.length};
    const char *line = NULL;
    size_t bytes = 0;
    bool good = true;
    while (good && input_piece(&input, '\n', &line, &bytes))
        good = sandbox_load_line(again, line, bytes, &err);
    struct buf after = save(again);
    REQUIRE(good && before.length == after.length);
    REQUIRE(memcmp(buf_text(&before), buf_text(&after), before.length) == 0);
    buf_done(&before);
    buf_done(&after);
    sandbox_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char parts[4][PART_BYTES];
    struct scenario calm = scenario_calm();
    struct world world = {.sandbox = sandbox_new(&calm, 0), .now_ms = NOW_MS};
    struct input input = input_of(data, size);
    const char *line = NULL;
    size_t bytes = 0;
    for (int i = 0; i < REQUESTS_MAX && input_piece(&input, '\n', &line, &bytes); i++) {
        struct input words = {.at = line, .left = bytes};
        for (int part = 0; part < 4; part++)
            input_text(&words, '\t', parts[part], sizeof parts[part]);
        ask(&world, parts);
    }
    size_t lines = 0;
    sandbox_each_ledger_line(world.sandbox, 0, count_line, &lines);
    REQUIRE(lines == world.asked);
    if (size % SAVED_ONE_OF == 0)
        check_state(world.sandbox);
    sandbox_free(world.sandbox);
    return 0;
}
