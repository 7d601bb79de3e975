/* The columns numhost knows, one table: name, where the value goes, how it is checked, how much of
 * it messages may show. */
#ifndef NUMHOST_DOMAIN_COLUMN_H
#define NUMHOST_DOMAIN_COLUMN_H

#include "base/attr.h"
#include "domain/number.h"

#include <stdbool.h>
#include <stddef.h>

enum column {
    COLUMN_PHONE_NUMBER,
    COLUMN_FRIENDLY_NAME,
    COLUMN_EMAIL,
    COLUMN_CC_EMAILS,
    COLUMN_ADDRESS_SID,
    COLUMN_VERIFICATION_TYPE,
    COLUMN_VERIFICATION_DOCUMENT_SID,
    COLUMN_EXTENSION,
    COLUMN_CALL_DELAY,
    COLUMN_SMS_URL,
    COLUMN_SMS_METHOD,
    COLUMN_SMS_FALLBACK_URL,
    COLUMN_SMS_FALLBACK_METHOD,
    COLUMN_SMS_APPLICATION_SID,
    COLUMN_STATUS_CALLBACK_URL,
    COLUMN_STATUS_CALLBACK_METHOD,
    COLUMN_ACCOUNT_SID,
    COLUMN_CONTACT_TITLE,
    COLUMN_CONTACT_PHONE_NUMBER,
    COLUMN_SITE,
    COLUMN_TIME_ZONE,
    COLUMN_PRIORITY,
};
enum { COLUMN_COUNT = COLUMN_PRIORITY + 1, MASK_BYTES = 64 };

/* The values of one CSV row in their fields. signer.id is not set. */
struct row {
    char phone_number[PHONE_BYTES];
    char site[SITE_BYTES];
    char time_zone[ZONE_BYTES];
    int32_t priority;
    enum verification_type verification_type;
};

struct row_target {
    struct row *row;
    struct signer *signer;
    struct order_details *details;
};

/* What a check found. Texts are static, but for `country`'s sake kept apart: the message is
 * `rule[ (note)]; suggestion`. */
struct finding {
    const char *rule; /* NULL: nothing */
    const char *note; /* "" or a detail, e.g. a country */
    const char *suggestion;
};

const char *column_name(enum column column);

/* "friendly_name", "Friendly Name", "FriendlyName", "friendly-name" are one name. */
bool column_parse(const char *heading, enum column *column) MUST_USE;

/* The name closest to a heading that is none, or NULL. */
const char *column_closest(const char *heading);

/* Check the value of a known column (valid UTF-8 without NUL) and put it into its field; an empty
 * one sets the field to
 * "", 0 or, for verification_type, leaves the default. False: *wrong says why. A warning may come
 * with true. */
bool column_take(enum column column, const char *text, size_t bytes,
                 const struct row_target *target, struct finding *wrong,
                 struct finding *warning) MUST_USE;

/* What messages may show of a value: phone numbers, e-mail addresses, SIDs and the like only in
 * part, everything cut short, nothing that a terminal would obey. text need not be UTF-8. */
void column_mask(enum column column, const char *text, size_t bytes, char to[MASK_BYTES]);

#endif
