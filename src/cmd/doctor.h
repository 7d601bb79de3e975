/* The checks of `numhost doctor`: each adds findings, none changes anything. */
#ifndef NUMHOST_CMD_DOCTOR_H
#define NUMHOST_CMD_DOCTOR_H

#include "cmd/command.h"
#include "cmd/credentials.h"
#include "cmd/invocation.h"

enum { FINDINGS_MAX = 48, FINDING_BYTES = 400 };

enum finding_state {
    FINDING_GOOD,
    FINDING_NOTE, /* worth knowing, guarded against or harmless */
    FINDING_BAD,
};

struct finding {
    const char *check; /* "disk" */
    enum finding_state state;
    enum result result; /* of a bad one */
    char text[FINDING_BYTES];
};

struct findings {
    struct finding list[FINDINGS_MAX];
    size_t count;
};

void find_good(struct findings *findings, const char *check, const char *format, ...)
    PRINTF_LIKE(3, 4);
void find_note(struct findings *findings, const char *check, const char *format, ...)
    PRINTF_LIKE(3, 4);
void find_bad(struct findings *findings, const char *check, enum result result, const char *format,
              ...) PRINTF_LIKE(4, 5);

/* Versions of the libraries, with what is known to be wrong with them. */
void check_versions(struct findings *findings);

/* Which configuration, which environment. */
void check_config(struct findings *findings, const struct config *config);

/* Folder, owner, space and health of the database. */
void check_database(struct findings *findings, const struct config *config);

/* Time zones and whether the clock is kept. */
void check_clock(struct findings *findings, int64_t now_ms);

/* One harmless request: a list of one order. Compares the clock with the service's too. */
void check_access(struct findings *findings, const struct config *config,
                  const struct credentials *credentials);

#endif
