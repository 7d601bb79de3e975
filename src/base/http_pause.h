/* Connections that are answered later. A thread of its own resumes each when its time has come. */
#ifndef NUMHOST_BASE_HTTP_PAUSE_H
#define NUMHOST_BASE_HTTP_PAUSE_H

#include <stdint.h>

struct http_pause;
struct MHD_Connection;

/* NULL when there is no thread to be had. */
struct http_pause *http_pause_new(void);

/* The connection is suspended already. until_ms: clock_monotonic_ms(). */
void http_pause_add(struct http_pause *pause, struct MHD_Connection *connection, int64_t until_ms);

/* Resume everything now, and at once from now on. NULL is fine. */
void http_pause_end(struct http_pause *pause);
void http_pause_free(struct http_pause *pause); /* NULL is fine */

#endif
