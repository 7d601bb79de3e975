/* Phone numbers from how people write them to E.164, or why not. Pure. */
#ifndef NUMHOST_DOMAIN_PHONE_H
#define NUMHOST_DOMAIN_PHONE_H

#include "base/attr.h"
#include "domain/number.h"

#include <stdbool.h>
#include <stddef.h>

enum phone_rule {
    PHONE_OK,
    PHONE_EMPTY,
    PHONE_SPREADSHEET,  /* 1.41536E+10: the digits are lost */
    PHONE_FORMULA,      /* #N/A, ##### */
    PHONE_LETTERS,      /* 1-800-FLOWERS */
    PHONE_EXTENSION,    /* 415-360-8311 x123 */
    PHONE_CHARACTER,    /* anything that does not belong in a number */
    PHONE_ENCODING,     /* not UTF-8, or a NUL */
    PHONE_NO_AREA_CODE, /* seven digits */
    PHONE_SERVICE,      /* N11 */
    PHONE_TOO_SHORT,
    PHONE_TOO_LONG,
    PHONE_SEVERAL,   /* two numbers in one cell */
    PHONE_COUNTRY,   /* +44 ... */
    PHONE_NEIGHBOUR, /* another country that shares +1 */
    PHONE_AREA_CODE, /* begins with 0 or 1, or is N11 */
    PHONE_EXCHANGE,  /* likewise, the three digits behind the area code */
};
enum { PHONE_RULE_COUNT = PHONE_EXCHANGE + 1 };

enum phone_warning {
    PHONE_WARNING_NONE,
    PHONE_WARNING_AREA,      /* area code not in this version's table */
    PHONE_WARNING_TERRITORY, /* `country` says which */
};

enum { PHONE_TEXT_BYTES_MAX = 256 };

struct phone {
    enum phone_rule rule;
    enum phone_warning warning;     /* with PHONE_OK only */
    char phone_number[PHONE_BYTES]; /* "" unless PHONE_OK */
    const char
        *country; /* PHONE_COUNTRY, PHONE_NEIGHBOUR, PHONE_WARNING_TERRITORY: its name; else "" */
};

/* Takes a US or Canadian number in any usual notation: (415) 360-8311, 1-415-360-8311,
 * tel:+1.415.360.8311, with blanks, dashes and invisible characters of Unicode, full-width digits.
 * `text` need not be valid UTF-8 and may hold NULs. True when out->rule is PHONE_OK. */
bool phone_normalise(const char *text, size_t bytes, struct phone *out);

/* What is wrong, and what to do; "" for PHONE_OK. Neither ends with a full stop. */
const char *phone_rule_text(enum phone_rule rule);
const char *phone_rule_suggestion(enum phone_rule rule);

#endif
