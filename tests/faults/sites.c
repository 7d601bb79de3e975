/* Where calls were made to fail, for tests/fault_sites.py: with FAULTS_SITES (environment; a
 * folder) each failure adds a line to a file named like the program, the ways back from it,
 * innermost first. */
#include "faults/sites.h"

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FRAMES = 16, LINE_BYTES = FRAMES * 20 };

extern const char __executable_start[]; /* of the linker: addresses as they stand in the file */

/* One write a line: children and other programs add theirs at the same time. */
static void add_line(const char *folder, const char *line, size_t bytes)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, program_invocation_short_name);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, line, bytes) != (ssize_t)bytes)
        abort();
    close(fd);
}

void sites_note(void)
{
    const char *folder = getenv("FAULTS_SITES");
    void *frames[FRAMES];
    char line[LINE_BYTES];
    size_t bytes = 0;
    if (folder == NULL)
        return;
    int count = backtrace(frames, FRAMES);
    for (int i = 0; i < count; i++)
        bytes += (size_t)snprintf(line + bytes, sizeof line - bytes, "%jx%c",
                                  (uintmax_t)((uintptr_t)frames[i] - (uintptr_t)__executable_start),
                                  i + 1 < count ? ' ' : '\n');
    add_line(folder, line, bytes);
}
