/* Which gate a number waits at, in words: the sentence of `numhost show`. Pure. */
#ifndef NUMHOST_CMD_LOOKING_GATE_H
#define NUMHOST_CMD_LOOKING_GATE_H

#include "cmd/looking.h"

enum { GATE_BYTES = 400 };

/* What it waits for and why the next thing is when it is. time_zone: of the row, "" to go by the
 * number. */
void number_gate(char to[GATE_BYTES], const struct number *number, const char *time_zone,
                 const struct show_options *options, int64_t now_ms);

#endif
