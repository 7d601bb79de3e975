/* What an import reads, and what it is called when nobody says. */
#ifndef NUMHOST_ENGINE_IMPORT_NAMES_H
#define NUMHOST_ENGINE_IMPORT_NAMES_H

#include "base/attr.h"
#include "base/error.h"
#include "engine/import.h"

#include <stdbool.h>
#include <stddef.h>

/* "-" is standard input. */
bool import_is_stdin(const char *path);

/* A descriptor to read from, the caller's to close; -1 on failure. */
int import_open(const struct import_options *options, struct error *err) MUST_USE;

/* The file's name without folder, extension and trailing ".rejects", so that a mended rejects file
 * finds its batch. ERROR_USAGE when that leaves no usable name, or the given one is none. */
bool import_batch_name(const struct import_options *options, char batch[BATCH_NAME_BYTES],
                       struct error *err) MUST_USE;

/* FILE.rejects.csv for FILE.csv, beside it; rejects.csv for standard input. Refused when it is the
 * input itself, which `fd` is open on. */
bool import_rejects_name(const struct import_options *options, int fd, char *path,
                         size_t path_bytes, struct error *err) MUST_USE;

#endif
