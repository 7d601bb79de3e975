/* HTML written piece by piece to a stream. Everything that is not markup goes through html_text().
 */
#ifndef NUMHOST_ENGINE_HTML_H
#define NUMHOST_ENGINE_HTML_H

#include "base/attr.h"

#include <stdint.h>
#include <stdio.h>

/* Text or an attribute's value: & < > " ' are escaped, control characters other than TAB and LF
 * left out. */
void html_text(FILE *out, const char *text);

/* "1,234,567" */
void html_count(FILE *out, int64_t count);

/* "<time datetime=...>2026-11-23 11:43 UTC</time>", a dash for 0. */
void html_instant(FILE *out, int64_t at_ms);

#endif
