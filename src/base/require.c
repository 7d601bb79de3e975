#include "base/require.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void require_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr,
            "numhost: broken invariant: %s (%s:%d). Nothing acknowledged is lost; please report "
            "this line.\n",
            condition, file, line);
    abort();
}
