/* A file that is there whole or not at all: written beside its path, synced, renamed over it, the
 * directory synced. */
#ifndef NUMHOST_ENGINE_WHOLE_FILE_H
#define NUMHOST_ENGINE_WHOLE_FILE_H

#include "base/error.h"

#include <stdio.h>

enum { SHA256_TEXT_BYTES = 65, WHOLE_FILE_PATH_BYTES = 4096 };

struct whole_file {
    FILE *out;                          /* write here */
    char path[WHOLE_FILE_PATH_BYTES];   /* where it will be, links followed */
    char beside[WHOLE_FILE_PATH_BYTES]; /* where it is until then; "" for a device or pipe, written
                                           directly */
};

/* Mode 0600. A link is followed when it is ours or root's. ERROR_OTHER names path and cause. */
bool whole_file_open(struct whole_file *file, const char *path, struct error *err) MUST_USE;

/* Make what was written the file. On failure nothing is left behind, as by whole_file_drop(). */
bool whole_file_keep(struct whole_file *file, struct error *err) MUST_USE;

/* The same in two steps, where something must happen between them: everything on disk and closed,
 * still beside its path; then under its name. */
bool whole_file_sync(struct whole_file *file, struct error *err) MUST_USE;
bool whole_file_publish(struct whole_file *file, struct error *err) MUST_USE;

/* Forget it; what was at the path before is still there. */
void whole_file_drop(struct whole_file *file);

/* SHA-256 of a file's content, in lower-case hex. */
bool file_sha256(const char *path, char hex[SHA256_TEXT_BYTES], struct error *err) MUST_USE;

#endif
