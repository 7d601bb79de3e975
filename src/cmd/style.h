/* Escape sequences for a terminal; all "" where colour is not wanted, so that they can stand in any
 * format. */
#ifndef NUMHOST_CMD_STYLE_H
#define NUMHOST_CMD_STYLE_H

#include <stdbool.h>
#include <stdio.h>

struct style {
    bool colour;
    const char *bold;
    const char *dim;
    const char *red;
    const char *green;
    const char *yellow;
    const char *reset;
};

/* Colour when the stream is a terminal, unless --no-color, NO_COLOR (not empty) or TERM=dumb say
 * otherwise. */
struct style style_for(FILE *stream, bool no_color);
struct style style_plain(void);

#endif
