#include "cmd/process.h"

#include "base/text.h"

#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

void process_harden(void)
{
    /* A core file or a debugger would show the API secret. */
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
    umask(077);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

void process_user(char *to, size_t to_bytes)
{
    const char *sudo = getenv("SUDO_USER");
    struct passwd *entry = getpwuid(geteuid());
    if (sudo != NULL && sudo[0] != '\0')
        text_copy(to, to_bytes, sudo);
    else if (entry != NULL)
        text_copy(to, to_bytes, entry->pw_name);
    else
        snprintf(to, to_bytes, "uid %lu", (unsigned long)geteuid());
}
