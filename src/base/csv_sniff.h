/* What the first bytes of a file say about it, before a CSV parser sees them. */
#ifndef NUMHOST_BASE_CSV_SNIFF_H
#define NUMHOST_BASE_CSV_SNIFF_H

#include "base/attr.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* At most this many first bytes are looked at; give as many as there are. */
enum { CSV_SNIFF_BYTES = 64 * 1024 };

/* False, with what it is and the remedy, when these bytes do not begin a UTF-8 text file: UTF-16,
 * UTF-32, a spreadsheet, an archive, PDF, HTML and the like. *skip: bytes of a UTF-8 byte order
 * mark. */
bool csv_sniff(const char *bytes, size_t count, size_t *skip, struct error *err) MUST_USE;

/* The delimiter of the first line that is not blank: whichever of , ; and tab stands there most
 * often outside quotes. */
char csv_detect_delimiter(const char *bytes, size_t count);

#endif
