#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void memory_is_gone(void)
{
    fputs("numhost: out of memory; nothing acknowledged is lost, run the same command again\n",
          stderr);
    abort();
}

static void *checked(void *memory)
{
    if (memory == NULL)
        memory_is_gone();
    return memory;
}

void *memory_new(size_t count, size_t item_bytes)
{
    return checked(calloc(count > 0 ? count : 1, item_bytes > 0 ? item_bytes : 1));
}

void *memory_resize(void *old, size_t bytes)
{
    return checked(realloc(old, bytes > 0 ? bytes : 1));
}

char *memory_copy_text(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(memory_new(bytes, 1), text, bytes);
}
