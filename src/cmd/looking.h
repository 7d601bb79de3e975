/* The commands that only look: status, show, calls, report. They read the store, write `out` and
 * change nothing, so they may run beside a run. With looks->json they write one JSON object
 * (docs/json-looking.md); data carries UTC, text for people local time. False with *err set:
 * ERROR_USAGE for a batch, number or word that is not there. */
#ifndef NUMHOST_CMD_LOOKING_H
#define NUMHOST_CMD_LOOKING_H

#include "base/error.h"
#include "domain/policy.h"
#include "domain/window.h"
#include "ports/store.h"

#include <signal.h>
#include <stdio.h>

/* How to write, decided once for a command. */
struct looks {
    bool color; /* escapes may be used */
    bool json;
    int width; /* of the terminal, in columns; 0: not a terminal, never cut */
};

/* The counts by status and by whom they wait for, and the accounting as the last line. Reads counts
 * only, so it takes as long for a million numbers as for one. batch "": all. */
bool looking_status(struct store *store, const char *batch, const struct looks *looks,
                    int64_t now_ms, FILE *out, struct error *err) MUST_USE;

/* The same again whenever the store changes, rewriting the screen, until *stop or until nothing can
 * change any more. With looks->json, or when out is no terminal, every change is written below the
 * one before. */
bool looking_watch(struct store *store, const char *batch, const struct looks *looks,
                   const volatile sig_atomic_t *stop, FILE *out, struct error *err) MUST_USE;

struct show_options {
    const char *phone_number; /* in any notation import takes */
    const struct policy *policy;
    const struct calling_hours *hours; /* NULL: not configured */
};

/* Everything about one number: facts, what it waits for and why, history. The code of an open call
 * is shown. */
bool looking_show(struct store *store, const struct show_options *options,
                  const struct looks *looks, int64_t now_ms, FILE *out, struct error *err) MUST_USE;

enum { CALLS_SHOWN_MAX = 10000 };

/* Calls open now with their codes, then the next ones; at most `max` of them. site "": all. */
bool looking_calls(struct store *store, const char *site, int64_t max, const struct looks *looks,
                   int64_t now_ms, FILE *out, struct error *err) MUST_USE;

struct report_options {
    const char *kind;  /* a word of report_kind_name(), or "all" */
    const char *batch; /* "" all */
    const char
        *format; /* "csv", "json" or ""; "": json with looks->json, else csv, and text for brief */
    const char *path; /* "" or "-": out. A file; a directory for "all", where it must be given */
};

bool looking_report(struct store *store, const struct report_options *options,
                    const struct looks *looks, int64_t now_ms, FILE *out,
                    struct error *err) MUST_USE;

/* The morning's page as text. */
bool looking_brief(struct store *store, const char *batch, const struct looks *looks,
                   int64_t now_ms, FILE *out, struct error *err) MUST_USE;

#endif
