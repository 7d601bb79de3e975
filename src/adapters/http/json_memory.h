/* What jansson allocates is ours to judge: without memory its reader (2.14, lex_save) leaves bytes
 * out of a text, or reads past its end. An order's SID a digit short is worse than dying. */
#ifndef NUMHOST_ADAPTERS_HTTP_JSON_MEMORY_H
#define NUMHOST_ADAPTERS_HTTP_JSON_MEMORY_H

/* From here on jansson ends the process when memory is gone, as base/memory.h does. Once, before
 * there are threads. */
void json_memory_guard(void);

#endif
