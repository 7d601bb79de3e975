#include "cmd/style.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct style style_plain(void)
{
    return (struct style){.bold = "", .dim = "", .red = "", .green = "", .yellow = "", .reset = ""};
}

/* no-color.org: present and not empty. */
static bool environment_forbids(void)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return (no_color != NULL && no_color[0] != '\0') || (term != NULL && strcmp(term, "dumb") == 0);
}

struct style style_for(FILE *stream, bool no_color)
{
    int fd = fileno(stream);
    if (no_color || fd < 0 || isatty(fd) == 0 || environment_forbids())
        return style_plain();
    return (struct style){
        .colour = true,
        .bold = "\033[1m",
        .dim = "\033[2m",
        .red = "\033[31m",
        .green = "\033[32m",
        .yellow = "\033[33m",
        .reset = "\033[0m",
    };
}
