/* Asking the sandbox's model something in one line, and reading its JSON answers. */
#ifndef NUMHOST_TESTS_SANDBOX_ASKING_H
#define NUMHOST_TESTS_SANDBOX_ASKING_H

#include "sandbox/sandbox.h"

#include <jansson.h>

#define ACCOUNT "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

struct asked {
    int32_t status;
    json_t *json; /* NULL when the body is no JSON */
    struct sandbox_response response;
};

/* path may carry a query; body NULL: none. Release with asked_done(). */
struct asked ask(struct sandbox *sandbox, int64_t now_ms, const char *method, const char *path,
                 const char *body);
void asked_done(struct asked *asked);

/* The member as text, "" when it is null or absent. */
const char *asked_text(const struct asked *asked, const char *key);

/* The error code, 0 when there is none. */
int asked_code(const struct asked *asked);

/* Status code, or error code when there is one, of a request whose answer does not matter further.
 */
int ask_code(struct sandbox *sandbox, int64_t now_ms, const char *method, const char *path,
             const char *body);

/* Create an order; its SID goes to sid[35]. The status code. */
int ask_order(struct sandbox *sandbox, int64_t now_ms, const char *phone_digits, char *sid);

/* The order's status word into to[33]. */
const char *ask_status(struct sandbox *sandbox, int64_t now_ms, const char *sid, char *to);

#endif
