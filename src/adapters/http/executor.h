/* The executor port (src/ports/executor.h) over the wire format and any transport. */
#ifndef NUMHOST_ADAPTERS_HTTP_EXECUTOR_H
#define NUMHOST_ADAPTERS_HTTP_EXECUTOR_H

#include "ports/executor.h"
#include "ports/transport.h"

/* More requests than this at once come back as DELIVERY_NOT_SENT: a ceiling, not a pool size, which
 * is the caller's. */
enum { HTTP_EXECUTOR_IN_FLIGHT_MAX = 4096 };

/* account_sid (AC...) is the account of the incoming phone numbers; "" when there will be no such
 * request. The transport is borrowed and must outlive the executor; nobody else may submit to it or
 * collect from it. Requests whose transport submit fails come back as DELIVERY_NOT_SENT with the
 * transport's error as message. Never NULL. */
struct executor *http_executor_new(struct transport *transport, const char *account_sid) MUST_USE;

/* What is still in flight is forgotten; its answers, should the transport deliver them later, must
 * not be collected. */
void http_executor_free(struct executor *executor);

#endif
