/* A stream that takes some writes and refuses the next, as on a disk that is full for a moment. */
#ifndef NUMHOST_TESTS_CHOKED_STREAM_H
#define NUMHOST_TESTS_CHOKED_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct choked_stream {
    size_t writes_before; /* then one ENOSPC; unbuffered, so each fwrite() is one */
    size_t writes_done;
    bool refused;
};

/* Borrows *choked until it is closed. Never NULL; a failure ends the test. */
FILE *choked_stream_open(struct choked_stream *choked);

#endif
