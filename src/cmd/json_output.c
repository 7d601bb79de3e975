#include "cmd/json_output.h"

#include "base/memory.h"

#include <stdlib.h>

void json_print(FILE *to, json_t *root)
{
    json_dumpf(root, to, JSON_COMPACT | JSON_PRESERVE_ORDER);
    fputc('\n', to);
    json_decref(root);
}

json_t *json_lossy(const char *text)
{
    json_t *whole = json_string(text);
    if (whole != NULL)
        return whole;
    char *copy = memory_copy_text(text);
    for (char *at = copy; *at != '\0'; at++)
        if ((unsigned char)*at >= 0x80)
            *at = '?';
    json_t *plain = json_string(copy);
    free(copy);
    return plain;
}
