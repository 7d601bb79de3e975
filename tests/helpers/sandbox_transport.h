/* The transport contract over the sandbox's model, in process and on a virtual clock: for
 * simulations. Nothing here waits or runs by itself; whoever owns the clock moves it to
 * sandbox_transport_next_at() and collects. */
#ifndef NUMHOST_TESTS_SANDBOX_TRANSPORT_H
#define NUMHOST_TESTS_SANDBOX_TRANSPORT_H

#include "ports/transport.h"
#include "sandbox/sandbox.h"

enum { SANDBOX_TRANSPORT_TIMEOUT_MS = 30000 };

/* Borrows both for its life. A request is carried out at *virtual_now_ms when it is submitted; its
 * response can be collected from then + the sandbox's latency on; one that is never answered
 * becomes DELIVERY_UNCERTAIN after SANDBOX_TRANSPORT_TIMEOUT_MS, a refused connection
 * DELIVERY_NOT_SENT. Release with sandbox_transport_free(). */
struct transport *sandbox_transport_new(struct sandbox *sandbox, int64_t *virtual_now_ms);
void sandbox_transport_free(struct transport *transport);

/* When the next response can be collected, 0 when nothing is in flight. */
int64_t sandbox_transport_next_at(const struct transport *transport);

/* Somebody between the service and the client. Bodies of responses are initialised; request and
 * response are borrowed. */
struct sandbox_transport_hooks {
    void *context;
    /* True: *response is the answer, and the request never reaches the service. */
    bool (*instead)(void *context, const struct http_request *request,
                    struct http_response *response);
    /* The answer on its way back. */
    void (*change)(void *context, const struct http_request *request,
                   struct http_response *response);
};

/* NULL: nobody, as at first. Either function may be NULL. */
void sandbox_transport_set_hooks(struct transport *transport,
                                 const struct sandbox_transport_hooks *hooks);

/* Whom requests come from; "ACaaaa...", "secret" when never called. Borrowed. */
void sandbox_transport_set_user(struct transport *transport, const char *user,
                                const char *password);

#endif
