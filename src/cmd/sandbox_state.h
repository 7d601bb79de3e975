/* The sandbox's state in a file: read whole, replaced whole. */
#ifndef NUMHOST_CMD_SANDBOX_STATE_H
#define NUMHOST_CMD_SANDBOX_STATE_H

#include "base/attr.h"
#include "base/error.h"
#include "sandbox/sandbox.h"

/* A file that is not there is an empty state. */
bool sandbox_state_read(struct sandbox *sandbox, const char *path, struct error *err) MUST_USE;

/* Written beside, synced and renamed. */
bool sandbox_state_write(const struct sandbox *sandbox, const char *path,
                         struct error *err) MUST_USE;

/* The same for a short text. */
bool sandbox_file_replace(const char *path, const char *text, struct error *err) MUST_USE;

#endif
