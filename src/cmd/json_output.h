/* One JSON object on standard output. */
#ifndef NUMHOST_CMD_JSON_OUTPUT_H
#define NUMHOST_CMD_JSON_OUTPUT_H

#include <jansson.h>
#include <stdio.h>

/* Print the object as one line, members in the order they were added, and release it. */
void json_print(FILE *to, json_t *root);

/* A text that may be no UTF-8 (a path, a variable): then every byte above 0x7F becomes '?'. Never
 * NULL. */
json_t *json_lossy(const char *text);

#endif
