#include "helpers/choked_stream.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h>

static ssize_t take(void *context, const char *bytes, size_t count)
{
    struct choked_stream *choked = context;
    (void)bytes;
    if (choked->writes_done == choked->writes_before && !choked->refused) {
        choked->refused = true;
        errno = ENOSPC;
        return 0;
    }
    choked->writes_done++;
    return (ssize_t)count;
}

FILE *choked_stream_open(struct choked_stream *choked)
{
    FILE *out = fopencookie(choked, "w", (cookie_io_functions_t){.write = take});
    assert_non_null(out);
    assert_int_equal(setvbuf(out, NULL, _IONBF, 0), 0);
    return out;
}
