/* Times, counts and lines for people. */
#ifndef NUMHOST_CMD_HUMAN_H
#define NUMHOST_CMD_HUMAN_H

#include "base/attr.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { HUMAN_BYTES = 64 };

/* "1,234,567" */
void human_count(char to[HUMAN_BYTES], int64_t count);

/* "42 s", "12 min", "3 h", "5 days"; a negative one as its positive. */
void human_duration(char to[HUMAN_BYTES], int64_t duration_ms);

/* Local time and how far away: "14:05 (in 3 h)", "Tue 24 Nov 09:00 (in 22 h)", "2 Jan 2027 09:00
 * (in 40 days)"; "-" for 0. */
void human_when(char to[HUMAN_BYTES], int64_t at_ms, int64_t now_ms);

/* "14:05" of today, else with the day, without how far away. */
void human_time(char to[HUMAN_BYTES], int64_t at_ms, int64_t now_ms);

/* Write text in lines of at most `width` columns (0: one line), each begun by `indent` spaces. */
void human_wrap(FILE *out, const char *text, int indent, int width);

enum tone { TONE_PLAIN, TONE_STRONG, TONE_SOFT, TONE_GOOD, TONE_WARN, TONE_BAD };

/* The escape that begins a tone, or ends it with TONE_PLAIN; "" without color. */
const char *tone_escape(enum tone tone, bool color);

/* Text from outside for a terminal: control characters and what is not UTF-8 become '?'. */
void human_put(FILE *out, const char *text);

/* Flush, and say so when anything of the output could not be written. */
bool human_finish(FILE *out, struct error *err) MUST_USE;

#endif
