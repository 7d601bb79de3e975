/* Whom a command is about: NUMBER..., --batch, --status, --reason, --site, --all as a struct
 * selector. */
#ifndef NUMHOST_CMD_SELECTION_H
#define NUMHOST_CMD_SELECTION_H

#include "cmd/invocation.h"
#include "ports/store.h"

struct selection {
    struct selector selector;
    char (*phone_numbers)[PHONE_BYTES]; /* owned */
};

/* The shared_options of commands that read a selection. */
extern const struct option selection_options[];

/* A phone number as people write it to E.164. ERROR_USAGE with rule and suggestion. */
bool selection_phone_number(const char *text, char phone_number[PHONE_BYTES],
                            struct error *err) MUST_USE;

/* ERROR_USAGE when nothing is selected, a number cannot be read, or a status is unknown. Release
 * with selection_done() in any case. */
bool selection_read(const struct invocation *inv, struct selection *selection,
                    struct error *err) MUST_USE;
void selection_done(struct selection *selection);

#endif
