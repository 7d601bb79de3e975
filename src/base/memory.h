/* Small allocations that end the process when memory is gone: dying anywhere is safe here and
 * tested. Anything sized by outside data has a ceiling before it gets here. */
#ifndef NUMHOST_BASE_MEMORY_H
#define NUMHOST_BASE_MEMORY_H

#include "base/attr.h"

#include <stddef.h>

/* Zeroed; free() when done. Never NULL. */
void *memory_new(size_t count, size_t item_bytes) MUST_USE;

/* As realloc, never NULL for bytes > 0. */
void *memory_resize(void *old, size_t bytes) MUST_USE;

/* As strdup, never NULL. */
char *memory_copy_text(const char *text) MUST_USE;

/* For memory asked for elsewhere, as by asprintf() and mmap(): says so and ends the process. */
_Noreturn void memory_is_gone(void);

#endif
