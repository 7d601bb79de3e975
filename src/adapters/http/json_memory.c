#include "adapters/http/json_memory.h"

#include "base/memory.h"

#include <jansson.h>
#include <stdlib.h>

static void *new_for_json(size_t bytes)
{
    return memory_resize(NULL, bytes);
}

void json_memory_guard(void)
{
    json_set_alloc_funcs(new_for_json, free);
}
