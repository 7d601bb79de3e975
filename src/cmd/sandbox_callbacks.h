/* Delivers the sandbox's status callbacks, signed as Twilio signs them (service.md 3.10), to
 * addresses of this machine only: nothing leaves it. */
#ifndef NUMHOST_CMD_SANDBOX_CALLBACKS_H
#define NUMHOST_CMD_SANDBOX_CALLBACKS_H

#include "base/attr.h"
#include "base/buf.h"
#include "sandbox/sandbox.h"

#include <stdbool.h>

/* True for http and https URLs of 127.0.0.0/8, ::1 and localhost. */
bool callback_is_local(const char *url);

/* The form, PhoneNumber, Status and HostedNumberOrderSid. */
void callback_form(struct buf *out, const struct sandbox_callback *callback);

/* X-Twilio-Signature of the callback: base64 of HMAC-SHA1. to_bytes >= 32. */
void callback_sign(char *to, size_t to_bytes, const struct sandbox_callback *callback);

/* The URL as it is requested: without its fragment, for GET with the parameters in the query. */
void callback_url(struct buf *out, const struct sandbox_callback *callback);

/* Deliver one; blocks for at most 15 s, and once more when the connection fails. True for a 2xx. */
bool callback_deliver(const struct sandbox_callback *callback);

#endif
