/* The batch that a report or a rejects file of ours belongs to, when nobody names it: numbers are
 * at home somewhere already, and such a file makes no batch of its own. */
#ifndef NUMHOST_ENGINE_IMPORT_HOME_H
#define NUMHOST_ENGINE_IMPORT_HOME_H

#include "base/attr.h"
#include "base/error.h"
#include "engine/import.h"
#include "ports/store.h"

#include <stdbool.h>

/* Reads `fd` up to the first number that is known and winds it back. `batch` holds the name by the
 * file's own name, and keeps it for any other file, for a rejects file whose batch exists, and
 * where the file cannot be read twice. ERROR_USAGE for a report none of whose numbers is known. */
bool import_home_batch(struct store *store, const struct import_options *options, int fd,
                       char batch[BATCH_NAME_BYTES], struct error *err) MUST_USE;

#endif
