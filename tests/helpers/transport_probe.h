/* One request at a time through a transport, for tests: a failure ends the test. */
#ifndef NUMHOST_TESTS_TRANSPORT_PROBE_H
#define NUMHOST_TESTS_TRANSPORT_PROBE_H

#include "adapters/http/transport_curl.h"

/* To 127.0.0.1 with the credentials AC1 and secret-of-the-test. */
struct transport *probe_transport(const char *ca_file, const char *scheme, int port,
                                  int64_t timeout_ms, size_t connections_max);

/* A POST has the body A=1&B=2 and is send-once. */
void probe_submit(struct transport *transport, const char *method, uint64_t tag);

/* The next answer. The body is the caller's. */
struct http_response probe_wait(struct transport *transport);

/* Submit and wait; nothing else may be in flight. */
struct http_response probe_exchange(struct transport *transport, const char *method);

/* The same; the error must contain `error`. */
void probe_expect(struct transport *transport, const char *method, enum delivery delivery,
                  const char *error);

#endif
