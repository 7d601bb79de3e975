/* Whom a command is about: NUMBER..., --batch, --status, --reason, --site, --all as a struct
 * selector. */
#ifndef NUMHOST_CMD_CHOSEN_H
#define NUMHOST_CMD_CHOSEN_H

#include "cmd/invocation.h"
#include "ports/store.h"

struct chosen {
    struct selector selector;
    char (*phone_numbers)[PHONE_BYTES]; /* owned */
};

/* The shared_options of commands that take chosen numbers. */
extern const struct option chosen_options[];

/* A phone number as people write it to E.164. ERROR_USAGE with rule and suggestion. */
bool chosen_phone_number(const char *text, char phone_number[PHONE_BYTES],
                         struct error *err) MUST_USE;

/* ERROR_USAGE when nothing is selected, a number cannot be read, or a status is unknown. Release
 * with chosen_done() in any case. */
bool chosen_read(const struct invocation *inv, struct chosen *chosen, struct error *err) MUST_USE;
void chosen_done(struct chosen *chosen);

#endif
