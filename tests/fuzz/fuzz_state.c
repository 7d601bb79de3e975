/* Any lines as a saved state of the sandbox: refused, or taken, and then the sandbox goes on: what
 * it is asked and what time brings ends well, and written and read again it is the same. */
#include "base/clock.h"
#include "base/text.h"
#include "fuzz/fuzz.h"
#include "sandbox/sandbox.h"

enum { STATE_BYTES_MAX = 1024 * 1024, STEPS_MAX = 200 };

#define NOW_MS INT64_C(1795435200000)

static bool keep_line(void *context, const char *bytes, size_t count)
{
    return buf_add(context, bytes, count);
}

static void ask(struct sandbox *sandbox, const char *method, const char *path, const char *body,
                int64_t now_ms)
{
    struct sandbox_response response;
    const struct sandbox_request request = {
        .method = method,
        .path = path,
        .body = body,
        .body_bytes = body != NULL ? strlen(body) : 0,
        .user = "AC0123456789abcdef0123456789abcdef",
        .password = "x",
    };
    sandbox_handle(sandbox, &request, now_ms, &response);
    REQUIRE(response.status > 0 && !response.body.overflow);
    buf_done(&response.body);
}

/* False: a line was refused, and the sandbox is of no use. */
static bool load(struct sandbox *sandbox, const char *text, size_t size)
{
    struct input input = {.at = text, .left = size};
    struct error err = {0};
    const char *line = NULL;
    size_t bytes = 0;
    while (input_piece(&input, '\n', &line, &bytes)) {
        if (sandbox_load_line(sandbox, line, bytes, &err))
            continue;
        REQUIRE(err.kind == ERROR_INPUT && is_message(err.text));
        return false;
    }
    return true;
}

static void check_saved(const struct sandbox *sandbox)
{
    struct buf once;
    struct buf twice;
    struct scenario calm = scenario_calm();
    struct sandbox *again = sandbox_new(&calm, 0);
    buf_init(&once, STATE_BYTES_MAX);
    buf_init(&twice, STATE_BYTES_MAX);
    bool good = sandbox_save(sandbox, keep_line, &once) &&
                load(again, buf_text(&once), once.length) && sandbox_save(again, keep_line, &twice);
    REQUIRE(good);
    REQUIRE(once.length == twice.length &&
            memcmp(buf_text(&once), buf_text(&twice), once.length) == 0);
    buf_done(&once);
    buf_done(&twice);
    sandbox_free(again);
}

/* Events come in order and come to an end. */
static void let_time_pass(struct sandbox *sandbox)
{
    int64_t now_ms = sandbox_now(sandbox);
    for (int i = 0; i < STEPS_MAX; i++) {
        int64_t next_ms = sandbox_next_at(sandbox);
        if (next_ms == 0)
            return;
        now_ms = next_ms > now_ms ? next_ms : now_ms;
        sandbox_advance(sandbox, now_ms);
        REQUIRE(sandbox_now(sandbox) >= now_ms);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char orders[] = "/HostedNumbers/HostedNumberOrders";
    struct scenario calm = scenario_calm();
    struct sandbox *sandbox = sandbox_new(&calm, 0);
    if (load(sandbox, (const char *)data, size)) {
        check_saved(sandbox);
        ask(sandbox, "GET", orders, NULL, NOW_MS);
        ask(sandbox, "GET", "/_sandbox/ledger", NULL, NOW_MS);
        ask(sandbox, "POST", orders, "PhoneNumber=%2B14153608311&SmsCapability=true&UniqueName=a",
            NOW_MS);
        ask(sandbox, "GET", "/HostedNumbers/AuthorizationDocuments", NULL, NOW_MS);
        let_time_pass(sandbox);
        check_saved(sandbox);
    }
    sandbox_free(sandbox);
    return 0;
}
