/* Who we are to the service. From credentials_file, systemd's credentials folder or the
 * environment; never from a flag, never into the store or a log. */
#ifndef NUMHOST_CMD_CREDENTIALS_H
#define NUMHOST_CMD_CREDENTIALS_H

#include "base/attr.h"
#include "base/error.h"
#include "cmd/config.h"

#include <stdbool.h>

enum { SECRET_BYTES = 129, CREDENTIALS_FILE_BYTES_MAX = 4096, CREDENTIALS_SOURCE_BYTES = 300 };

/* Ask for it with credentials_new(): its pages are locked and left out of dumps where the system
 * allows. */
struct credentials {
    char account_sid[SECRET_BYTES];
    char api_key[SECRET_BYTES]; /* "" when the auth token is used */
    char api_secret[SECRET_BYTES];
    char auth_token[SECRET_BYTES]; /* "" when the API key is used and no callbacks are checked */
    char source[CREDENTIALS_SOURCE_BYTES]; /* for people: "the environment", "/run/..." */
};

struct credentials *credentials_new(void);

/* Wipes it. NULL is fine. */
void credentials_free(struct credentials *credentials);

/* The first of: config->credentials_file, $CREDENTIALS_DIRECTORY/twilio, the environment, whose
 * four variables are removed in any case, and in the sandbox environment fixed test credentials.
 * ERROR_ACCESS names what is missing or misshapen, never a value. Before any thread is started
 * (unsetenv). */
bool credentials_read(struct credentials *credentials, const struct config *config,
                      struct error *err) MUST_USE;

/* What HTTP basic authentication takes: the API key and its secret, else the account and its token.
 */
const char *credentials_username(const struct credentials *credentials);
const char *credentials_password(const struct credentials *credentials);

#endif
