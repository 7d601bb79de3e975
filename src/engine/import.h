/* A CSV file into the store: one transaction, repeatable, every row accounted for. A batch that is
 * there keeps its columns, and its rows keep what the file has no column for (import_columns.h,
 * import_kept.h). The rejects file has the layout of the file given. */
#ifndef NUMHOST_ENGINE_IMPORT_H
#define NUMHOST_ENGINE_IMPORT_H

#include "base/error.h"
#include "ports/store.h"

#include <stdio.h>

enum { IMPORT_MAPPINGS_MAX = 64 };

struct import_mapping {
    const char *heading; /* as in the file */
    const char *column;  /* numhost's name for it */
};

struct import_options {
    const char *path;  /* "-" reads standard input */
    const char *batch; /* NULL: the file's name without extension and ".rejects" */
    const char
        *rejects_path; /* NULL: FILE.rejects.csv beside the file (rejects.csv for standard input) */
    bool dry_run;      /* writes nothing anywhere */
    bool strict;       /* any rejected row rejects the file: nothing is imported */
    char delimiter;    /* 0: detect */
    enum verification_type default_type;
    struct signer default_signer; /* contact_title and contact_phone_number for rows without */
    struct import_mapping mappings[IMPORT_MAPPINGS_MAX];
    size_t mapping_count;
    int64_t now_ms;
    const char *actor;
    FILE *messages; /* one line per rejected row and warning, equal ones grouped at the end */
};

struct import_summary {
    char batch[BATCH_NAME_BYTES];
    int64_t rows; /* data rows in the file = sum of all below */
    int64_t outcomes[IMPORT_OUTCOME_COUNT];
    int64_t
        rejected; /* by a rule; DUPLICATE and ELSEWHERE are rejected too and counted above only */
    int64_t warnings;
    char rejects_path[4097]; /* "" when no row was rejected */
};

/* ERROR_INPUT when the file as a whole is refused (unreadable, no phone_number column, no valid
 * row, strict). */
bool import_file(struct store *store, const struct import_options *options,
                 struct import_summary *summary, struct error *err) MUST_USE;

#endif
