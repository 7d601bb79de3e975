/* One call of a command: what was asked, by whom, and everything the command may use. Made by
 * program.c for a command line and by serve_command() for one that arrived over the control socket.
 */
#ifndef NUMHOST_CMD_INVOCATION_H
#define NUMHOST_CMD_INVOCATION_H

#include "base/error.h"
#include "cmd/arguments.h"
#include "cmd/command.h"
#include "cmd/style.h"
#include "domain/event.h"
#include "ports/store.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct config;

enum { CWD_BYTES = 4097 };

/* The run in whose process a command is executed. Borrowed. */
struct host {
    struct store *store;
    const struct config *config;
    void *context;
    /* Change the pace of requests; NULL: it has none. */
    void (*set_rate)(void *context, double per_second, int64_t now_ms);
};

struct invocation {
    struct arguments arguments;
    const struct config *config; /* NULL unless the command needs it */
    const struct host *host;     /* NULL: this process is nobody's run */
    struct store *store;         /* opened by invocation_store(), closed by invocation_close() */
    FILE *in;                    /* NULL when there is none (over the control socket) */
    FILE *out;
    FILE *err;
    struct style style;         /* for out */
    struct style message_style; /* for err */
    int64_t now_ms;
    char user[ACTOR_BYTES];
    char cwd[CWD_BYTES]; /* of who asked */
    char typed[64];      /* what prepare() read from a person */
    char spool[64];      /* a private file to remove at the end, "" when none */
    bool json;
    bool quiet;
    int verbosity;
};

/* Flags and values by the option's name; the option must be in the command's row. */
bool invocation_flag(const struct invocation *inv, const char *name);
const char *invocation_value(const struct invocation *inv, const char *name);

/* "" when there is no such positional. */
const char *invocation_word(const struct invocation *inv, size_t index);

/* A whole number in low..high into *value, which keeps its content when the option was not given.
 */
bool invocation_int(const struct invocation *inv, const char *name, long long low, long long high,
                    long long *value, struct error *err) MUST_USE;

/* The store in this mode: the run's own, or opened now. Belongs to the invocation. */
struct store *invocation_store(struct invocation *inv, enum store_mode mode,
                               struct error *err) MUST_USE;

/* `path` as seen from the directory of who asked. False: too long. */
bool invocation_path(const struct invocation *inv, const char *path, char *to, size_t to_bytes,
                     struct error *err) MUST_USE;

/* Ask `question` (a line without "[yes/no]") on the terminal and read a typed "yes". True without
 * asking for --yes. False with an empty error: no was said. False with ERROR_USAGE: nobody can be
 * asked. */
bool invocation_confirm(const struct invocation *inv, const char *question,
                        struct error *err) MUST_USE;

/* A message to inv->err, unless --quiet. */
void invocation_say(const struct invocation *inv, const char *format, ...) PRINTF_LIKE(2, 3);

/* The result of the error: for `return command_failed(err)`. */
enum result command_failed(const struct error *err);

/* Closes the store that invocation_store() opened. */
void invocation_close(struct invocation *inv);

/* Closes the store, removes the spool file and releases the arguments. */
void invocation_done(struct invocation *inv);

#endif
