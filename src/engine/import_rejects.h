/* The rejects file: the user's rows as they came, plus `reason`. Written beside, synced and
 * renamed, readable by its owner alone: it holds phone numbers and e-mail addresses. */
#ifndef NUMHOST_ENGINE_IMPORT_REJECTS_H
#define NUMHOST_ENGINE_IMPORT_REJECTS_H

#include "base/attr.h"
#include "base/error.h"
#include "engine/whole_file.h"

#include <stdbool.h>
#include <stddef.h>

struct import_rejects {
    bool begun; /* the rest has meaning */
    struct whole_file file;
};

/* Begin the file. record: the header, a CSV record without line end and without reason. */
bool import_rejects_open(struct import_rejects *rejects, const char *path, const char *record,
                         size_t bytes, struct error *err) MUST_USE;

/* One row; `reason` becomes its last cell. */
void import_rejects_add(struct import_rejects *rejects, const char *record, size_t bytes,
                        const char *reason);

/* Everything on disk, not yet under its name. Nothing to do when it was never begun. */
bool import_rejects_sync(struct import_rejects *rejects, struct error *err) MUST_USE;

/* Give it its name; a file of that name is replaced. */
bool import_rejects_publish(struct import_rejects *rejects, struct error *err) MUST_USE;

/* Remove what was written and not published. Safe at any time. */
void import_rejects_drop(struct import_rejects *rejects);

#endif
