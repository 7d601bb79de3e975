/* The control plane: what a test or a curious person asks the sandbox itself. Never in the ledger,
 * never at fault. */
#include "sandbox/exchange.h"

#include "base/text.h"

#include <string.h>

struct control {
    struct sandbox *sandbox;
    const struct sandbox_request *request;
    struct sandbox_response *response;
    struct params params; /* of query or body */
};

static void say(struct control *control, int32_t status, const char *message)
{
    control->response->status = status;
    buf_clear(&control->response->body);
    buf_add_text(&control->response->body, "{\"message\": ");
    json_text(&control->response->body, message);
    buf_add_text(&control->response->body, "}\n");
}

static bool add_ledger_line(void *context, const struct ledger_line *line)
{
    struct buf *out = context;
    ledger_add_json(out, line);
    return !out->overflow;
}

static void show_ledger(struct control *control)
{
    control->response->status = 200;
    control->response->content_type = "application/x-ndjson";
    sandbox_each_ledger_line(control->sandbox, 0, add_ledger_line, &control->response->body);
    if (control->response->body.overflow)
        say(control, 500, "the ledger is larger than an answer may be; read the --state file");
}

static void show_orders(struct control *control)
{
    struct exchange exchange = {.sandbox = control->sandbox,
                                .request = control->request,
                                .response = control->response,
                                .base_url = control->request->base_url != NULL
                                                ? control->request->base_url
                                                : "https://preview.twilio.com"};
    control->response->status = 200;
    control->response->content_type = "application/x-ndjson";
    for (uint32_t i = 0; i < control->sandbox->order_count; i++) {
        if (control->sandbox->orders[i]->gone)
            continue;
        answer_order(&exchange, control->sandbox->orders[i], true);
        buf_add_char(&control->response->body, '\n');
    }
}

static void change_scenario(struct control *control)
{
    struct scenario scenario;
    struct error err = {0};
    const char *body = control->request->body != NULL ? control->request->body : "";
    if (!scenario_parse(&scenario, body, control->request->body_bytes, &err)) {
        say(control, 400, err.text);
        return;
    }
    sandbox_set_scenario(control->sandbox, &scenario);
    say(control, 200, "the scenario holds from now on");
}

static void answer_call(struct control *control)
{
    const char *phone_number = params_get(&control->params, "phone_number");
    const char *digits = params_get(&control->params, "digits");
    if (phone_number == NULL || digits == NULL)
        say(control, 400, "needs phone_number and digits");
    else if (sandbox_answer(control->sandbox, phone_number, digits, control->sandbox->now_ms))
        say(control, 200, "verified");
    else
        say(control, 409, "no call is open for the number, or the digits are wrong");
}

static void sign_document(struct control *control)
{
    const char *sid = params_get(&control->params, "document_sid");
    const char *outcome = params_get(&control->params, "outcome");
    bool declines = outcome != NULL && strcmp(outcome, "declined") == 0;
    if (sid == NULL || (outcome != NULL && !declines && strcmp(outcome, "signed") != 0))
        say(control, 400, "needs document_sid, and outcome=signed (default) or declined");
    else if (sandbox_sign(control->sandbox, sid, declines, control->sandbox->now_ms))
        say(control, 200, declines ? "declined" : "signed");
    else
        say(control, 409, "the document is not out for signature");
}

static const struct {
    const char *method;
    const char *path;
    void (*run)(struct control *control);
} controls[] = {
    {"GET", "/_sandbox/ledger", show_ledger},
    {"GET", "/_sandbox/orders", show_orders},
    {"POST", "/_sandbox/answer", answer_call},
    {"POST", "/_sandbox/sign", sign_document},
};

static void run_control(struct control *control)
{
    if (strcmp(control->request->path, "/_sandbox/scenario") == 0 &&
        strcmp(control->request->method, "POST") == 0) {
        change_scenario(control); /* its body is YAML, not a form */
        return;
    }
    const char *query = control->request->query != NULL ? control->request->query : "";
    bool has_body = control->request->body != NULL && control->request->body_bytes > 0;
    const char *text = has_body ? control->request->body : query;
    if (!params_parse(&control->params, text,
                      has_body ? control->request->body_bytes : strlen(query))) {
        say(control, 400, "the parameters cannot be read");
        return;
    }
    say(control, 404, "no such control; docs/sandbox.md lists them");
    for (size_t i = 0; i < COUNT_OF(controls); i++) {
        if (strcmp(control->request->method, controls[i].method) != 0 ||
            strcmp(control->request->path, controls[i].path) != 0)
            continue;
        buf_clear(&control->response->body);
        controls[i].run(control);
    }
    params_done(&control->params);
}

void control_handle(struct sandbox *sandbox, const struct sandbox_request *request,
                    struct sandbox_response *response)
{
    struct control control = {.sandbox = sandbox, .request = request, .response = response};
    run_control(&control);
}
