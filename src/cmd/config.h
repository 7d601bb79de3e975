/* The configuration: flags over NUMHOST_* variables over a YAML file over defaults, all from one
 * table of settings (settings.c). Every value knows where it came from. */
#ifndef NUMHOST_CMD_CONFIG_H
#define NUMHOST_CMD_CONFIG_H

#include "base/error.h"
#include "domain/number.h"
#include "domain/policy.h"
#include "domain/window.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PATH_BYTES = 4097,
    LISTEN_BYTES = 262,
    CONFIG_FILE_BYTES_MAX = 256 * 1024,
    CONFIG_COLUMNS_MAX = 64,
    CONFIG_SETTINGS_MAX = 64,
    CONFIG_VALUE_BYTES_MAX = 4096,
};

enum environment {
    ENVIRONMENT_SANDBOX,
    ENVIRONMENT_LIVE,
};

/* A heading of the CSV file and numhost's name for the column. */
struct column_mapping {
    char *heading;
    char *column;
};

enum origin_kind { ORIGIN_DEFAULT, ORIGIN_FILE, ORIGIN_VARIABLE, ORIGIN_FLAG };

/* Where the value of one setting came from, and its text as given. */
struct origin {
    enum origin_kind kind;
    int line; /* ORIGIN_FILE */
    int column;
    char *text; /* owned by the configuration */
};

struct config {
    char file[PATH_BYTES]; /* the configuration file read, "" when none */
    char database[PATH_BYTES];

    enum environment environment;
    char flavour[32];
    char base_url[URL_BYTES];          /* orders and authorization documents; no '/' at the end */
    char core_base_url[URL_BYTES];     /* addresses and incoming phone numbers; no '/' at the end */
    char ca_file[PATH_BYTES];          /* "" when not set */
    char credentials_file[PATH_BYTES]; /* "" when not set */
    int64_t timeout_ms;

    struct policy policy;
    int64_t poll_with_callbacks_ms;
    enum verification_type verification_type; /* of rows without one */
    struct calling_hours hours;

    char contact_title[TITLE_BYTES]; /* of rows without one */
    char contact_phone_number[PHONE_BYTES];

    char callback_listen[LISTEN_BYTES];
    char callback_public_url[URL_BYTES]; /* "" when not set */

    struct column_mapping columns[CONFIG_COLUMNS_MAX];
    size_t column_count;

    struct origin origins[CONFIG_SETTINGS_MAX]; /* by the settings' place in the table */
};

/* Flags that set a setting, by its key. */
struct config_flag {
    const char *key;
    const char *flag;  /* for messages: "--database" */
    const char *value; /* NULL: not given */
};

struct config_sources {
    const char
        *file; /* --config, NULL: NUMHOST_CONFIG, else the first of the usual places that exists */
    const struct config_flag *flags;
    size_t flag_count;
    char *const *environment; /* as environ */
};

/* Reads everything. Errors are ERROR_USAGE and name file, line and column, or variable, or flag.
 * The configuration is good only after true; release it with config_free() in any case. Never NULL.
 */
struct config *config_new(void);
bool config_read(struct config *config, const struct config_sources *sources,
                 struct error *err) MUST_USE;
void config_free(struct config *config);

const char *environment_name(enum environment environment);

/* "numhost.yaml:12:9", "NUMHOST_API_RATE", "--database" or "default". */
void config_origin_text(const struct config *config, size_t setting, char *to, size_t to_bytes);

#endif
