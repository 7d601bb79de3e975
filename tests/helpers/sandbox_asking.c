#include "helpers/sandbox_asking.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct asked ask(struct sandbox *sandbox, int64_t now_ms, const char *method, const char *path,
                 const char *body)
{
    char *copy = memory_copy_text(path);
    char *query = strchr(copy, '?');
    if (query != NULL)
        *query++ = '\0';
    struct sandbox_request request = {
        .method = method,
        .path = copy,
        .query = query,
        .body = body,
        .body_bytes = body != NULL ? strlen(body) : 0,
        .user = ACCOUNT,
        .password = "secret",
    };
    struct asked asked = {0};
    sandbox_handle(sandbox, &request, now_ms, &asked.response);
    asked.status = asked.response.status;
    asked.json = json_loadb(buf_text(&asked.response.body), asked.response.body.length,
                            JSON_REJECT_DUPLICATES, NULL);
    free(copy);
    return asked;
}

void asked_done(struct asked *asked)
{
    json_decref(asked->json);
    buf_done(&asked->response.body);
}

const char *asked_text(const struct asked *asked, const char *key)
{
    const char *text = json_string_value(json_object_get(asked->json, key));
    return text != NULL ? text : "";
}

int asked_code(const struct asked *asked)
{
    return (int)json_integer_value(json_object_get(asked->json, "code"));
}

int ask_code(struct sandbox *sandbox, int64_t now_ms, const char *method, const char *path,
             const char *body)
{
    struct asked asked = ask(sandbox, now_ms, method, path, body);
    int code = asked_code(&asked) != 0 ? asked_code(&asked) : asked.status;
    asked_done(&asked);
    return code;
}

int ask_order(struct sandbox *sandbox, int64_t now_ms, const char *phone_digits, char *sid)
{
    char body[128];
    snprintf(body, sizeof body, "PhoneNumber=%%2B%s&SmsCapability=true", phone_digits);
    struct asked asked = ask(sandbox, now_ms, "POST", "/HostedNumbers/HostedNumberOrders", body);
    int status = asked.status;
    text_copy(sid, 35, asked_text(&asked, "sid"));
    asked_done(&asked);
    return status;
}

const char *ask_status(struct sandbox *sandbox, int64_t now_ms, const char *sid, char *to)
{
    char path[128];
    snprintf(path, sizeof path, "/HostedNumbers/HostedNumberOrders/%s", sid);
    struct asked asked = ask(sandbox, now_ms, "GET", path, NULL);
    text_copy(to, 33, asked_text(&asked, "status"));
    asked_done(&asked);
    return to;
}
